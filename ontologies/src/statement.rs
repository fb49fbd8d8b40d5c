//! What a Turtle file says, statement by statement. In: Turtle. Out: statements by their subject, each with its line.
//! Never: what a class or a relation is made of; that is read from them.

use crate::nameless::Nameless;
use crate::predicate::Predicate;
use crate::vocabularies::{Meaning, meaning};
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
    /// A class described in brackets, in a way that narrows nothing here.
    Described,
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
        match &self.object {
            Term::NamedNode(node) => Ok(class_of(node.as_str())),
            Term::BlankNode(_) => Ok(Named::Described),
            _ => Err(self.wrong("the IRI of a class")),
        }
    }

    /// The IRI that it names, if it names one.
    pub(crate) fn named(&self) -> Option<&str> {
        match &self.object {
            Term::NamedNode(node) => Some(node.as_str()),
            _ => None,
        }
    }

    fn is_english(&self) -> bool {
        match &self.object {
            Term::Literal(literal) => literal.language().is_none_or(|language| language.starts_with("en")),
            _ => false,
        }
    }

    /// Itself, or for a class or relation that it describes in brackets what it says of each name in them.
    fn spelt_out(mut self, nameless: &Nameless) -> Vec<Statement> {
        let Term::BlankNode(node) = &self.object else { return vec![self] };
        let node = node.as_str();
        let (predicate, objects) = match self.predicate {
            Predicate::Domain | Predicate::DomainIncludes => (Predicate::DomainIncludes, nameless.any_of(node)),
            Predicate::Range | Predicate::RangeIncludes => (Predicate::RangeIncludes, nameless.any_of(node)),
            Predicate::SubClassOf | Predicate::EquivalentClass => (Predicate::SubClassOf, nameless.all_of(node)),
            Predicate::SubPropertyOf => {
                (Predicate::SubPropertyOfInverse, nameless.inverse(node).into_iter().cloned().collect())
            }
            _ => return vec![self],
        };
        if objects.is_empty() {
            return vec![self];
        }
        self.predicate = predicate;
        let statement = |object| Statement { predicate, name: self.name.clone(), object, place: self.place.clone() };
        objects.into_iter().map(statement).collect()
    }
}

fn class_of(iri: &str) -> Named {
    match meaning(iri) {
        Some(Meaning::Value(class)) => Named::Value(class),
        Some(Meaning::Anything) => Named::Anything,
        // Whether a file declares it is known when all are read.
        Some(Meaning::Thing | Meaning::Things(_)) | None => Named::Class(Iri::new(iri)),
    }
}

/// The text in English or in no language, else in the first language there is, else nothing.
pub(crate) fn text(statements: &[Statement], predicate: Predicate) -> Result<String, Error> {
    let mut best = "";
    for statement in statements.iter().filter(|s| s.predicate == predicate) {
        let text = statement.text()?;
        if statement.is_english() {
            return Ok(text.to_owned());
        }
        best = if best.is_empty() { text } else { best };
    }
    Ok(best.to_owned())
}

/// Whether nothing is said by this predicate, or something in English or in no language.
pub(crate) fn is_english(statements: &[Statement], predicate: Predicate) -> bool {
    let mut said = statements.iter().filter(|statement| statement.predicate == predicate).peekable();
    said.peek().is_none() || said.any(Statement::is_english)
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
    let mut nameless = Nameless::default();
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
                NamedOrBlankNode::BlankNode(node) => {
                    nameless.add(node.as_str(), triple.predicate.as_str(), triple.object);
                    continue;
                }
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
    for statements in statements.values_mut() {
        let said = std::mem::take(statements);
        statements.extend(said.into_iter().flat_map(|statement| statement.spelt_out(&nameless)));
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
