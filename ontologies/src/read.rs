//! Reads a file. In: Turtle. Out: the classes, relations and individuals that it declares, and the names it relies on.
//! Never: looks at another file; whether the names exist is checked when all are read.
//!
//! What is read: `rdfs:label`, `rdfs:comment`, `rdfs:subClassOf`, `owl:disjointWith`, `kgloom:tag`,
//! `rdfs:domain`, `rdfs:range`, `schema:domainIncludes`, `schema:rangeIncludes`, `owl:inverseOf`,
//! `rdfs:subPropertyOf` (also of `[ owl:inverseOf … ]`), `kgloom:canonical`, `kgloom:along`, `kgloom:pattern`,
//! `owl:SymmetricProperty`, `owl:FunctionalProperty`; of individuals `rdfs:label`, `skos:altLabel`, `kgloom:demonym`.
//! Ranges of XML Schema stand for `kgloom:Time`, `kgloom:Quantity` or anything. What else OWL can say narrows nothing here.

use crate::predicate::{KGLOOM, OWL, Predicate, RDF, RDFS, XSD, is};
use crate::{Class, Error, Form, Individual, Iri, Pattern, Place, Relation};
use oxrdf::{NamedOrBlankNode, Term};
use oxttl::{TurtleParser, TurtleSyntaxError};
use std::collections::{BTreeMap, BTreeSet};

/// What one file says.
#[derive(Debug, Default)]
pub(crate) struct Declarations {
    /// Its classes; a label that it does not give is empty.
    pub(crate) classes: BTreeMap<Iri, Class>,
    /// Its relations; a label that it does not give is empty.
    pub(crate) relations: BTreeMap<Iri, Relation>,
    /// What it knows by several names; a label that it does not give is empty.
    pub(crate) individuals: BTreeMap<Iri, Individual>,
    /// Every name that must be declared somewhere.
    pub(crate) references: Vec<Reference>,
    /// Its prefixes.
    pub(crate) prefixes: BTreeMap<String, String>,
}

/// A name that a file relies on.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) place: Place,
    pub(crate) name: Iri,
    pub(crate) kind: Kind,
}

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Class,
    Relation,
}

/// Reads Turtle; `origin` names it in errors.
pub(crate) fn read(origin: &str, turtle: &str) -> Result<Declarations, Error> {
    let mut file = Declarations::default();
    let turtle = turtle.strip_prefix('\u{feff}').unwrap_or(turtle);
    for (subject, statements) in parse(origin, turtle, &mut file.prefixes)? {
        match kind(&statements) {
            Some(Kind::Class) => file.add_class(subject, &statements)?,
            Some(Kind::Relation) => file.add_relation(subject, &statements)?,
            None if says_names(&statements) => file.add_individual(subject, &statements)?,
            None => check_ignorable(subject, &statements)?,
        }
    }
    Ok(file)
}

impl Declarations {
    fn add_class(&mut self, iri: Iri, statements: &[Statement]) -> Result<(), Error> {
        let tag = statements.iter().find(|s| s.predicate == Predicate::Tag);
        let class = Class {
            label: text(statements, Predicate::Label)?,
            comment: text(statements, Predicate::Comment)?,
            tag: tag.map(Statement::text).transpose()?.map(str::to_owned),
            parents: self.classes_named(statements, &[Predicate::SubClassOf])?,
            disjoint: self.classes_named(statements, &[Predicate::DisjointWith])?,
            iri: iri.clone(),
        };
        self.classes.insert(iri, class);
        Ok(())
    }

    fn add_relation(&mut self, iri: Iri, statements: &[Statement]) -> Result<(), Error> {
        for predicate in [Predicate::Domain, Predicate::Range] {
            let mut all = statements.iter().filter(|s| s.predicate == predicate);
            if let Some(second) = all.nth(1) {
                return Err(Error::Several { place: second.place.clone(), relation: iri });
            }
        }
        let domain = [Predicate::Domain, Predicate::DomainIncludes];
        let range = [Predicate::Range, Predicate::RangeIncludes];
        let relation = Relation {
            label: text(statements, Predicate::Label)?,
            comment: text(statements, Predicate::Comment)?,
            domain: self.classes_named(statements, &domain)?,
            range: self.classes_named(statements, &range)?,
            inverse: self.relation_named(statements, Predicate::InverseOf)?,
            broader: self.broader(statements)?,
            along: self.relation_named(statements, Predicate::Along)?,
            patterns: patterns(statements)?,
            canonical: canonical(statements)?,
            symmetric: has_type(statements, &[(OWL, "SymmetricProperty")]),
            functional: has_type(statements, &[(OWL, "FunctionalProperty")]),
            iri: iri.clone(),
        };
        self.relations.insert(iri, relation);
        Ok(())
    }

    /// Something with other names, of a class that some file declares. Vocabularies of other people give such names to
    /// things of classes of theirs, which are passed over; `kgloom:demonym` is ours, and needs a class.
    fn add_individual(&mut self, iri: Iri, statements: &[Statement]) -> Result<(), Error> {
        let demonym = statements.iter().find(|statement| statement.predicate == Predicate::Demonym);
        let typed = statements.iter().find(|statement| statement.predicate == Predicate::Type);
        let class = match typed.and_then(|typed| typed.class().ok()) {
            Some(Named::Class(class)) => class,
            _ => {
                let Some(demonym) = demonym else { return check_ignorable(iri, statements) };
                return Err(Error::Classless { place: demonym.place.clone(), name: iri });
            }
        };
        if let (Some(typed), Some(_)) = (typed, demonym) {
            self.refer(typed, &class, Kind::Class);
        }
        let texts = |predicate| {
            let said = statements.iter().filter(move |statement| statement.predicate == predicate);
            said.map(|statement| statement.text().map(str::to_owned)).collect::<Result<BTreeSet<String>, Error>>()
        };
        let individual = Individual {
            label: text(statements, Predicate::Label)?,
            alternatives: texts(Predicate::AlternativeLabel)?,
            demonyms: texts(Predicate::Demonym)?,
            class,
            iri: iri.clone(),
        };
        self.individuals.insert(iri, individual);
        Ok(())
    }

    /// The classes that the predicates name; none if one of them names the class of everything.
    fn classes_named(&mut self, statements: &[Statement], predicates: &[Predicate]) -> Result<BTreeSet<Iri>, Error> {
        let mut classes = BTreeSet::new();
        let mut anything = false;
        for statement in statements {
            if !predicates.contains(&statement.predicate) {
                continue;
            }
            match statement.class()? {
                Named::Anything => anything = true,
                Named::Nothing => {}
                Named::Value(class) => {
                    classes.insert(class);
                }
                Named::Class(class) => {
                    self.refer(statement, &class, Kind::Class);
                    classes.insert(class);
                }
            }
        }
        Ok(if anything { BTreeSet::new() } else { classes })
    }

    fn relation_named(&mut self, statements: &[Statement], predicate: Predicate) -> Result<Option<Iri>, Error> {
        let Some(statement) = statements.iter().find(|s| s.predicate == predicate) else {
            return Ok(None);
        };
        let relation = statement.relation()?;
        self.refer(statement, &relation, Kind::Relation);
        Ok(Some(relation))
    }

    /// The relations above this one. What a file says of a property of its own that is above them all is passed over.
    fn broader(&mut self, statements: &[Statement]) -> Result<BTreeSet<Form>, Error> {
        let mut broader = BTreeSet::new();
        for statement in statements {
            let turned = match statement.predicate {
                Predicate::SubPropertyOf => false,
                Predicate::SubPropertyOfInverse => true,
                _ => continue,
            };
            let relation = statement.relation()?;
            if is(relation.as_str(), &(OWL, "topObjectProperty")) || is(relation.as_str(), &(OWL, "topDataProperty")) {
                continue;
            }
            self.refer(statement, &relation, Kind::Relation);
            broader.insert(Form { relation, turned });
        }
        Ok(broader)
    }

    fn refer(&mut self, statement: &Statement, name: &Iri, kind: Kind) {
        self.references.push(Reference { place: statement.place.clone(), name: name.clone(), kind });
    }
}

/// One statement about a subject.
struct Statement {
    predicate: Predicate,
    /// The predicate as it is written.
    name: Iri,
    object: Term,
    place: Place,
}

/// What a statement gives for a class.
enum Named {
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
    fn wrong(&self, needed: &'static str) -> Error {
        Error::WrongValue { place: self.place.clone(), predicate: self.name.clone(), needed }
    }

    fn text(&self) -> Result<&str, Error> {
        match &self.object {
            Term::Literal(literal) => Ok(literal.value()),
            _ => Err(self.wrong("a text in quotes")),
        }
    }

    fn relation(&self) -> Result<Iri, Error> {
        match &self.object {
            Term::NamedNode(relation) => Ok(Iri::new(relation.as_str())),
            _ => Err(self.wrong("the IRI of a relation")),
        }
    }

    fn class(&self) -> Result<Named, Error> {
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

fn class_of(iri: &str) -> Named {
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
fn text(statements: &[Statement], predicate: Predicate) -> Result<String, Error> {
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

fn has_type(statements: &[Statement], types: &[(&str, &str)]) -> bool {
    statements.iter().any(|s| match (&s.predicate, &s.object) {
        (Predicate::Type, Term::NamedNode(node)) => types.iter().any(|t| is(node.as_str(), t)),
        _ => false,
    })
}

fn patterns(statements: &[Statement]) -> Result<BTreeSet<Pattern>, Error> {
    let said = statements.iter().filter(|statement| statement.predicate == Predicate::Pattern);
    let wrong = |statement: &Statement| statement.wrong("X, Y and words between them, as in \"X likes Y\"");
    said.map(|statement| Pattern::parse(statement.text()?).ok_or_else(|| wrong(statement))).collect()
}

fn canonical(statements: &[Statement]) -> Result<bool, Error> {
    let Some(statement) = statements.iter().find(|s| s.predicate == Predicate::Canonical) else { return Ok(false) };
    match statement.text()? {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(statement.wrong("true or false")),
    }
}

/// What a subject is, by its types or else by what is said of it.
fn kind(statements: &[Statement]) -> Option<Kind> {
    let says = |first: Predicate, last: Predicate| {
        let between = |s: &Statement| (first..=last).contains(&s.predicate);
        statements.iter().any(between)
    };
    let relations = [
        (RDF, "Property"),
        (OWL, "ObjectProperty"),
        (OWL, "DatatypeProperty"),
        (OWL, "SymmetricProperty"),
        (OWL, "FunctionalProperty"),
    ];
    if has_type(statements, &[(OWL, "Class"), (RDFS, "Class")]) || says(Predicate::SubClassOf, Predicate::Tag) {
        Some(Kind::Class)
    } else if has_type(statements, &relations) || says(Predicate::Domain, Predicate::Along) {
        Some(Kind::Relation)
    } else {
        None
    }
}

/// Whether other names are given, by which texts may speak of it.
fn says_names(statements: &[Statement]) -> bool {
    statements.iter().any(|statement| matches!(statement.predicate, Predicate::AlternativeLabel | Predicate::Demonym))
}

/// What has a type of its own is none of our business; what has a label and no type was forgotten.
fn check_ignorable(name: Iri, statements: &[Statement]) -> Result<(), Error> {
    let says = |predicate| statements.iter().find(|s| s.predicate == predicate);
    match (says(Predicate::Type), says(Predicate::Label)) {
        (None, Some(label)) => Err(Error::Undeclared { place: label.place.clone(), name }),
        _ => Ok(()),
    }
}

/// The statements by their subject. The text goes in line by line, so that each statement has its line.
fn parse(
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

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
