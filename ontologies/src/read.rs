//! Reads a file. In: Turtle. Out: the classes, relations and individuals that it declares, and the names it relies on.
//! Never: looks at another file; whether the names exist is checked when all are read.
//!
//! What is read: `rdfs:label`, `rdfs:comment`, `rdfs:subClassOf`, `owl:disjointWith`, `kgloom:tag`, `skos:example`,
//! `kgloom:documentClass`,
//! `rdfs:domain`, `rdfs:range`, `schema:domainIncludes`, `schema:rangeIncludes`, `owl:inverseOf`,
//! `rdfs:subPropertyOf` (also of `[ owl:inverseOf … ]`), `kgloom:canonical`, `kgloom:along`, `kgloom:pattern`,
//! `owl:SymmetricProperty`, `owl:FunctionalProperty`, `skos:altLabel`; of individuals `rdfs:label`,
//! `skos:altLabel`, `kgloom:demonym`.
//! Ranges of XML Schema stand for `kgloom:Time`, `kgloom:Quantity` or anything. What else OWL can say narrows nothing here.

use crate::declared::{Class, Individual, Relation};
use crate::form::Form;
use crate::predicate::{OWL, Predicate, RDF, RDFS, is};
use crate::statement::{Named, Statement, parse, text, texts};
use crate::{Error, Iri, Pattern, Place};
use oxrdf::Term;
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
            alternatives: texts(statements, Predicate::AlternativeLabel)?,
            examples: examples(statements),
            of_documents: is_true(statements, Predicate::DocumentClass)?,
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
            alternatives: texts(statements, Predicate::AlternativeLabel)?,
            domain: self.classes_named(statements, &domain)?,
            range: self.classes_named(statements, &range)?,
            inverse: self.relation_named(statements, Predicate::InverseOf)?,
            broader: self.broader(statements)?,
            along: self.relation_named(statements, Predicate::Along)?,
            patterns: patterns(statements)?,
            canonical: is_true(statements, Predicate::Canonical)?,
            seldom_several: is_true(statements, Predicate::SeldomSeveral)?,
            of_things: has_type(statements, &[(OWL, "ObjectProperty")]),
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
        let individual = Individual {
            label: text(statements, Predicate::Label)?,
            alternatives: texts(statements, Predicate::AlternativeLabel)?,
            demonyms: texts(statements, Predicate::Demonym)?,
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

/// Things by name; what a vocabulary names by an IRI is taken as that.
fn examples(statements: &[Statement]) -> BTreeSet<String> {
    let said = statements.iter().filter(|statement| statement.predicate == Predicate::Example);
    let name = |statement: &Statement| match &statement.object {
        Term::Literal(literal) => Some(literal.value().to_owned()),
        Term::NamedNode(node) => Some(node.as_str().to_owned()),
        _ => None,
    };
    said.filter_map(name).collect()
}

fn is_true(statements: &[Statement], predicate: Predicate) -> Result<bool, Error> {
    let Some(statement) = statements.iter().find(|s| s.predicate == predicate) else { return Ok(false) };
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

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
