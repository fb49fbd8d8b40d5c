//! What a Turtle file says, statement by statement. In: Turtle. Out: statements by their subject, each with its line.
//! Never: what a class or a relation is made of; that is read from them.

use crate::predicate::{KGLOOM, OWL, Predicate, RDFS, XSD, is};
use crate::{Error, Iri, Place};
use oxrdf::{NamedOrBlankNode, Term};
use oxttl::{TurtleParser, TurtleSyntaxError};
use std::collections::{BTreeMap, BTreeSet};

/// One statement about a subject.
pub(crate) struct Statement {
    pub(crate) predicate: Predicate,
    /// The predicate as it is written.
    pub(crate) name: Iri,
    pub(crate) object: Term,
    pub(crate) place: Place,
}

/// What a statement gives for a class.
pub(crate) enum Named {
    /// A class that some file declares.
    Class(Iri),
    /// The class of a kind of value.
    Value(Iri),
    /// The class of everything.
    Anything,
    /// A class described in a way that narrows nothing here.
    Nothing,
}

impl Statement {
    pub(crate) fn wrong(&self, needed: &'static str) -> Error {
        Error::WrongValue { place: self.place.clone(), predicate: self.name.clone(), needed }
    }

    pub(crate) fn text(&self) -> Result<&str, Error> {
        match &self.object {
            Term::Literal(literal) => Ok(literal.value()),
            _ => Err(self.wrong("a text in quotes")),
        }
    }

    pub(crate) fn relation(&self) -> Result<Iri, Error> {
        match &self.object {
            Term::NamedNode(relation) => Ok(Iri::new(relation.as_str())),
            _ => Err(self.wrong("the IRI of a relation")),
        }
    }

    pub(crate) fn class(&self) -> Result<Named, Error> {
        let restriction = [Predicate::SubClassOf, Predicate::DisjointWith];
        match &self.object {
            Term::NamedNode(node) => Ok(class_of(node.as_str())),
            Term::BlankNode(_) if restriction.contains(&self.predicate) => Ok(Named::Nothing),
            Term::BlankNode(_) => {
                Err(self.wrong("the IRI of a class; name several with schema:domainIncludes or schema:rangeIncludes"))
            }
            _ => Err(self.wrong("the IRI of a class")),
        }
    }
}

pub(crate) fn class_of(iri: &str) -> Named {
    if let Some(datatype) = iri.strip_prefix(XSD) {
        return match datatype {
            "date" | "dateTime" | "dateTimeStamp" | "time" => Named::Value(kgloom("Time")),
            _ if datatype.starts_with('g') => Named::Value(kgloom("Time")),
            "string" | "normalizedString" | "token" | "language" => Named::Anything,
            "anyURI" | "boolean" => Named::Anything,
            _ => Named::Value(kgloom("Quantity")),
        };
    }
    let everything = [(OWL, "Thing"), (RDFS, "Resource"), (RDFS, "Literal")];
    match everything.iter().any(|name| is(iri, name)) {
        true => Named::Anything,
        false => Named::Class(Iri::new(iri)),
    }
}

fn kgloom(name: &str) -> Iri {
    Iri::new(format!("{KGLOOM}{name}"))
}

/// The text in English or in no language, else in the first language there is, else nothing.
pub(crate) fn text(statements: &[Statement], predicate: Predicate) -> Result<String, Error> {
    let mut best = "";
    for statement in statements.iter().filter(|s| s.predicate == predicate) {
        let text = statement.text()?;
        let english = match &statement.object {
            Term::Literal(literal) => literal.language().is_none_or(|l| l.starts_with("en")),
            _ => false,
        };
        if english {
            return Ok(text.to_owned());
        }
        best = if best.is_empty() { text } else { best };
    }
    Ok(best.to_owned())
}

pub(crate) fn texts(statements: &[Statement], predicate: Predicate) -> Result<BTreeSet<String>, Error> {
    let said = statements.iter().filter(|statement| statement.predicate == predicate);
    said.map(|statement| statement.text().map(str::to_owned)).collect()
}

/// The statements by their subject. The text goes in line by line, so that each statement has its line.
pub(crate) fn parse(
    origin: &str,
    turtle: &str,
    prefixes: &mut BTreeMap<String, String>,
) -> Result<BTreeMap<Iri, Vec<Statement>>, Error> {
    let mut statements = BTreeMap::<Iri, Vec<Statement>>::new();
    // `[ owl:inverseOf … ]`: nodes without a name that stand for a relation read backwards.
    let mut backwards = BTreeMap::new();
    let mut parser = TurtleParser::new().low_level();
    let mut number = 0;
    for line in turtle.split_inclusive('\n').map(Some).chain([None]) {
        match line {
            Some(line) => parser.extend_from_slice(line.as_bytes()),
            None => parser.end(),
        }
        number += u64::from(line.is_some());
        while let Some(triple) = parser.parse_next() {
            let triple = triple.map_err(|error| syntax_error(origin, &error))?;
            let predicate = Predicate::of(triple.predicate.as_str());
            let subject = match triple.subject {
                NamedOrBlankNode::NamedNode(subject) => subject,
                NamedOrBlankNode::BlankNode(node) if predicate == Predicate::InverseOf => {
                    backwards.insert(node.as_str().to_owned(), triple.object);
                    continue;
                }
                NamedOrBlankNode::BlankNode(_) => continue,
            };
            let subject = statements.entry(Iri::new(subject.as_str())).or_default();
            subject.push(Statement {
                predicate,
                name: Iri::new(triple.predicate.as_str()),
                object: triple.object,
                place: Place { origin: origin.to_owned(), line: number },
            });
        }
    }
    for statement in statements.values_mut().flatten() {
        if let (Predicate::SubPropertyOf, Term::BlankNode(node)) = (statement.predicate, &statement.object)
            && let Some(relation) = backwards.get(node.as_str())
        {
            (statement.predicate, statement.object) = (Predicate::SubPropertyOfInverse, relation.clone());
        }
    }
    let known = parser.prefixes();
    prefixes.extend(known.map(|(prefix, iri)| (prefix.to_owned(), iri.to_owned())));
    Ok(statements)
}

fn syntax_error(origin: &str, error: &TurtleSyntaxError) -> Error {
    let start = error.location().start;
    Error::Syntax {
        place: Place { origin: origin.to_owned(), line: start.line + 1 },
        column: start.column + 1,
        message: error.message().to_owned(),
    }
}
