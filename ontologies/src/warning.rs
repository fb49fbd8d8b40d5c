//! What of an ontology is passed over, or read otherwise than it is written. In: what the readers found. Out: a sentence each,
//! with place and remedy. Never: what keeps an ontology from being read; that is an [`Error`](crate::Error).

use crate::{Iri, Place};
use std::fmt;

/// Something that a file says and that is not read as it says it; `Display` tells it in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// Where it is said first.
    pub place: Place,
    /// What it is.
    pub what: Oddity,
}

/// What is odd.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// A class of another vocabulary that no file declares and kgloom does not know.
    Class(Iri),
    /// A relation of another vocabulary that no file declares.
    Relation(Iri),
    /// A relation with several `rdfs:domain` or `rdfs:range`.
    Several(Iri),
    /// A class that a predicate describes in place, in a way that is not read.
    Described(Iri),
    /// Another ontology that is to be read too.
    Import(Iri),
    /// Classes that no file puts under one of kgloom's, with the one that they are taken to be under.
    Called(Vec<Iri>, Iri),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match &self.what {
            Oddity::Class(class) => write!(
                f,
                "no file declares the class \"{class}\" of another vocabulary: passed over; say of it \
                 `rdfs:subClassOf kgloom:Person` or another of kgloom's classes"
            ),
            Oddity::Relation(relation) => {
                write!(f, "no file declares the relation \"{relation}\" of another vocabulary: passed over")
            }
            Oddity::Several(relation) => write!(
                f,
                "\"{relation}\" has several rdfs:domain or rdfs:range: taken as any of them, not all at once; \
                 schema:domainIncludes and schema:rangeIncludes say so"
            ),
            Oddity::Described(predicate) => write!(
                f,
                "the class that \"{predicate}\" describes in brackets narrows nothing: passed over; of these \
                 owl:unionOf of named classes is read"
            ),
            Oddity::Import(ontology) => write!(
                f,
                "owl:imports <{ontology}> is not followed; give that file too, as Turtle, where its classes or relations are needed"
            ),
            Oddity::Called(classes, parent) => {
                let names: Vec<&str> = classes.iter().map(crate::iri::local_name).collect();
                let (are, they) = if names.len() == 1 { ("is", "it") } else { ("are", "they") };
                write!(
                    f,
                    "{} {are} taken to be under kgloom:{}, by what {they} {are} called; another rdfs:subClassOf overrules that",
                    names.join(", "),
                    crate::iri::local_name(parent)
                )
            }
        }
    }
}
