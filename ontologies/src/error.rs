//! What can be wrong with an ontology. In: what the readers found. Out: one message each, with place and remedy.
//! Never: a fault of a document; that is a [`Violation`](crate::Violation).

use crate::Iri;
use std::path::PathBuf;
use std::{fmt, io};

/// A line of an ontology file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the caller named it.
    pub origin: String,
    /// The line, counted from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.origin, self.line)
    }
}

/// Why an ontology could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("cannot read ontology file \"{}\"", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not Turtle.
    #[error("{place}:{column}: not valid Turtle: {message}")]
    Syntax {
        /// Where.
        place: Place,
        /// The column, in characters, counted from 1.
        column: u64,
        /// What the parser expected.
        message: String,
    },
    /// The file holds an ontology, in a form other than Turtle.
    #[error(
        "{origin}: this is {form}, not Turtle; convert it, for instance with Jena's `riot --output=turtle FILE > FILE.ttl`, \
         or in Protégé by \"Save as\", \"Turtle Syntax\""
    )]
    OtherForm {
        /// The file, as the caller named it.
        origin: String,
        /// What it seems to be.
        form: &'static str,
    },
    /// A class is named that no file declares.
    #[error(
        "{place}: \"{class}\" is not a class; declare it with `rdfs:subClassOf kgloom:Person` or another of kgloom's \
         classes, or with `a owl:Class`, or mend its name"
    )]
    UnknownClass {
        /// Where it is named.
        place: Place,
        /// The name.
        class: Iri,
    },
    /// An inverse is named that no file declares.
    #[error("{place}: \"{relation}\" is not a relation; declare it with `a owl:ObjectProperty`, or mend its name")]
    UnknownRelation {
        /// Where it is named.
        place: Place,
        /// The name.
        relation: Iri,
    },
    /// Something is described, but nothing says what kind of thing it is.
    #[error("{place}: \"{name}\" is neither a class nor a relation; say `a owl:Class` or `a owl:ObjectProperty`")]
    Undeclared {
        /// Where it is described.
        place: Place,
        /// Its name.
        name: Iri,
    },
    /// Something has a demonym, but nothing says what class of thing it is.
    #[error("{place}: \"{name}\" has a demonym and no class; say `a kgloom:Location`")]
    Classless {
        /// Where it is described.
        place: Place,
        /// Its name.
        name: Iri,
    },
    /// A value has the wrong kind: a text where a name is needed, or the other way round.
    #[error("{place}: \"{predicate}\" needs {needed}")]
    WrongValue {
        /// Where.
        place: Place,
        /// The predicate.
        predicate: Iri,
        /// What it needs, in words.
        needed: &'static str,
    },
    /// Two relations claim the same inverse.
    #[error(
        "\"{claimant}\" says that its inverse is \"{relation}\", whose inverse is \"{inverse}\"; remove one of the two"
    )]
    Inverse {
        /// Who claims.
        claimant: Iri,
        /// The inverse it names.
        relation: Iri,
        /// Whom that one names.
        inverse: Iri,
    },
    /// Two classes have the same tag.
    #[error("the classes \"{first}\" and \"{second}\" both have the tag \"{tag}\"; give each its own")]
    Tag {
        /// The tag.
        tag: String,
        /// One class.
        first: Iri,
        /// The other.
        second: Iri,
    },
    /// Classes are each other's subclasses.
    #[error("subclasses in a circle: {}; remove one rdfs:subClassOf", quoted(classes))]
    Cycle {
        /// The classes of the circle, sorted.
        classes: Vec<Iri>,
    },
    /// Relations are each other's sub-properties.
    #[error("relations that are each below the other: {}; remove one rdfs:subPropertyOf", quoted(relations))]
    Broader {
        /// The relations of the circle, sorted.
        relations: Vec<Iri>,
    },
    /// A class can have no member.
    #[error("nothing can be a \"{class}\": it is both a \"{first}\" and a \"{second}\", which are disjoint")]
    Empty {
        /// The class.
        class: Iri,
        /// One of its superclasses, or itself.
        first: Iri,
        /// The other.
        second: Iri,
    },
    /// Several things are wrong; a line each.
    #[error("{}", lines(.0))]
    Many(Vec<Error>),
}

impl Error {
    /// What is wrong, if anything is: one by itself, several together.
    pub(crate) fn of(mut errors: Vec<Error>) -> Result<(), Error> {
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.remove(0)),
            _ => Err(Error::Many(errors)),
        }
    }
}

fn lines(errors: &[Error]) -> String {
    errors.iter().map(Error::to_string).collect::<Vec<_>>().join("\n")
}

fn quoted(classes: &[Iri]) -> String {
    let names: Vec<String> = classes.iter().map(|c| format!("\"{c}\"")).collect();
    names.join(", ")
}
