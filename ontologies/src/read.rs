//! Reads a file. In: Turtle. Out: the classes, relations and individuals that it declares, and the names it relies on.
//! Never: looks at another file; whether the names exist is checked when all are read.
//!
//! What is read: `rdfs:label`, `rdfs:comment`, `rdfs:subClassOf`, `owl:disjointWith`, `kgloom:tag`, `skos:example`,
//! `kgloom:documentClass`,
//! `rdfs:domain`, `rdfs:range`, `schema:domainIncludes`, `schema:rangeIncludes`, `owl:inverseOf`,
//! `rdfs:subPropertyOf` (also of `[ owl:inverseOf … ]`), `kgloom:canonical`, `kgloom:along`, `kgloom:pattern`,
//! `owl:SymmetricProperty`, `owl:FunctionalProperty`, `skos:altLabel`; of individuals `rdfs:label`,
//! `skos:altLabel`, `kgloom:demonym`. Where there is no `rdfs:label` or `rdfs:comment`, `skos:prefLabel` and `skos:definition`.
//! Ranges of XML Schema and of schema.org's texts, dates and numbers stand for `kgloom:Time`, `kgloom:Quantity` or anything.
//! What else OWL can say narrows nothing here.

use crate::declared::{Class, Individual, Relation};
use crate::form::Form;
use crate::iri::{local_name, namespace};
use crate::predicate::{OWL, Predicate, RDF, RDFS, is};
use crate::statement::{Named, Statement, is_english, parse, text, texts};
use crate::vocabularies::{self, Meaning};
use crate::warning::{Oddity, Warning};
use crate::{Error, Iri, Pattern, Place, nouns};
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
    /// Its prefixes.
    pub(crate) prefixes: BTreeMap<String, String>,
    /// What it leaves open.
    pub(crate) open: Open,
}

/// What a file leaves open until all are read.
#[derive(Debug, Default)]
pub(crate) struct Open {
    /// Every name that it relies on.
    pub(crate) references: Vec<Reference>,
    /// Where the names that it declares begin.
    pub(crate) namespaces: BTreeSet<String>,
    /// Its own types of values.
    pub(crate) datatypes: BTreeSet<Iri>,
    /// The ontologies that it is, and those that it imports.
    pub(crate) ontologies: BTreeSet<Iri>,
    pub(crate) imports: Vec<(Place, Iri)>,
    /// Classes that are called as what is of a class of kgloom's is, by the end of its IRI.
    pub(crate) called: BTreeMap<&'static str, BTreeMap<Iri, Place>>,
    /// What is passed over.
    pub(crate) warnings: Vec<Warning>,
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
    check_form(origin, turtle)?;
    let mut errors = Vec::new();
    for (subject, statements) in parse(origin, turtle, &mut file.prefixes)? {
        let kind = kind(&statements);
        if kind.is_some() {
            file.open.namespaces.insert(namespace(subject.as_str()).to_owned());
        }
        let added = match kind {
            Some(Kind::Class) => file.add_class(subject, &statements),
            Some(Kind::Relation) => file.add_relation(subject, &statements),
            None if says_names(&statements) => file.add_individual(subject, &statements),
            None => file.pass_over(subject, &statements),
        };
        errors.extend(added.err());
    }
    Error::of(errors).map(|()| file)
}

/// Forms of ontologies other than Turtle: how they begin, and what they are called.
const FORMS: [(&str, &str); 9] = [
    ("<?xml", "RDF/XML or OWL/XML"),
    ("<!DOCTYPE", "RDF/XML or OWL/XML"),
    ("<rdf:RDF", "RDF/XML"),
    ("<Ontology", "OWL/XML"),
    ("Prefix(", "OWL's functional syntax"),
    ("Ontology(", "OWL's functional syntax"),
    ("Prefix:", "Manchester syntax"),
    ("Ontology:", "Manchester syntax"),
    ("{", "JSON-LD"),
];

fn check_form(origin: &str, text: &str) -> Result<(), Error> {
    let start = text.trim_start();
    let form = if start.starts_with('<') && text.contains("<rdf:RDF") {
        Some("RDF/XML")
    } else {
        FORMS.iter().find(|(begins, _)| start.starts_with(begins)).map(|(_, form)| *form)
    };
    form.map_or(Ok(()), |form| Err(Error::OtherForm { origin: origin.to_owned(), form }))
}

impl Declarations {
    fn add_class(&mut self, iri: Iri, statements: &[Statement]) -> Result<(), Error> {
        let tag = statements.iter().find(|s| s.predicate == Predicate::Tag);
        let (label, comment) = (label(statements)?, comment(statements)?);
        let called = if label.is_empty() { local_name(&iri) } else { &label };
        let of_documents = is_true(statements, Predicate::DocumentClass)?;
        if let Some(first) = statements.first()
            && is_english(statements, Predicate::Label)
            && !of_documents
            && let Some(parent) = nouns::parent(called, &comment)
        {
            self.open.called.entry(parent).or_default().insert(iri.clone(), first.place.clone());
        }
        let class = Class {
            label,
            comment,
            alternatives: texts(statements, Predicate::AlternativeLabel)?,
            examples: examples(statements),
            of_documents,
            tag: tag.map(Statement::text).transpose()?.map(str::to_owned),
            parents: self.parents(&iri, statements)?,
            disjoint: self.all_named(statements, Predicate::DisjointWith)?,
            iri: iri.clone(),
        };
        self.classes.insert(iri, class);
        Ok(())
    }

    fn add_relation(&mut self, iri: Iri, statements: &[Statement]) -> Result<(), Error> {
        for predicate in [Predicate::Domain, Predicate::Range] {
            let mut all = statements.iter().filter(|s| s.predicate == predicate);
            if let Some(second) = all.nth(1) {
                self.warn(&second.place, Oddity::Several(iri.clone()));
            }
        }
        let relation = Relation {
            label: label(statements)?,
            comment: comment(statements)?,
            alternatives: texts(statements, Predicate::AlternativeLabel)?,
            domain: self.any_named(statements, Predicate::Domain, Predicate::DomainIncludes)?,
            range: self.any_named(statements, Predicate::Range, Predicate::RangeIncludes)?,
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
        let says_class = |statement: &&Statement| {
            statement.predicate == Predicate::Type
                && statement.named().is_none_or(|class| !is(class, &(OWL, "NamedIndividual")))
        };
        let typed = statements.iter().find(says_class);
        let class = match typed.and_then(|typed| typed.class().ok()) {
            Some(Named::Class(class)) => class,
            _ => {
                let Some(demonym) = demonym else { return self.pass_over(iri, statements) };
                return Err(Error::Classless { place: demonym.place.clone(), name: iri });
            }
        };
        if let (Some(typed), Some(_)) = (typed, demonym) {
            self.refer(typed, &class, Kind::Class);
        }
        let individual = Individual {
            label: label(statements)?,
            alternatives: texts(statements, Predicate::AlternativeLabel)?,
            demonyms: texts(statements, Predicate::Demonym)?,
            class,
            iri: iri.clone(),
        };
        self.individuals.insert(iri, individual);
        Ok(())
    }

    /// The classes of a domain or range; none if it takes anything. What several of the first predicate name narrows each
    /// other; of what the second names one is enough.
    fn any_named(&mut self, statements: &[Statement], all: Predicate, any: Predicate) -> Result<BTreeSet<Iri>, Error> {
        let mut classes = self.all_named(statements, all)?;
        let mut anything = false;
        for statement in statements.iter().filter(|statement| statement.predicate == any) {
            let class = self.class_named(statement)?;
            anything |= class.is_none();
            classes.extend(class);
        }
        Ok(if anything { BTreeSet::new() } else { classes })
    }

    /// The classes that a predicate names; that of everything adds nothing to others.
    fn all_named(&mut self, statements: &[Statement], predicate: Predicate) -> Result<BTreeSet<Iri>, Error> {
        let said = statements.iter().filter(|statement| statement.predicate == predicate);
        said.filter_map(|statement| self.class_named(statement).transpose()).collect()
    }

    /// The class that a statement names; none for that of everything, and for one described in a way that is not read.
    fn class_named(&mut self, statement: &Statement) -> Result<Option<Iri>, Error> {
        Ok(match statement.class()? {
            Named::Anything => None,
            Named::Described => {
                if !matches!(statement.predicate, Predicate::SubClassOf | Predicate::DisjointWith) {
                    self.warn(&statement.place, Oddity::Described(statement.name.clone()));
                }
                None
            }
            Named::Value(class) => Some(class),
            Named::Class(class) => {
                self.refer(statement, &class, Kind::Class);
                Some(class)
            }
        })
    }

    /// The classes above one; what it says to be the same as a class of a known vocabulary is below what that stands for.
    fn parents(&mut self, class: &Iri, statements: &[Statement]) -> Result<BTreeSet<Iri>, Error> {
        let mut parents = self.all_named(statements, Predicate::SubClassOf)?;
        for statement in statements.iter().filter(|statement| statement.predicate == Predicate::EquivalentClass) {
            match statement.named().map(vocabularies::meaning) {
                Some(Some(Meaning::Things(classes))) if classes.len() == 1 => parents.extend(classes),
                _ => {}
            }
        }
        parents.remove(class);
        Ok(parents)
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

    /// What has a type of its own is none of our business; what has a label and no type was forgotten, unless it is of
    /// another vocabulary. Of an ontology it is told what it imports.
    fn pass_over(&mut self, name: Iri, statements: &[Statement]) -> Result<(), Error> {
        let says = |predicate| statements.iter().find(|s| s.predicate == predicate);
        if has_type(statements, &[(OWL, "Ontology")]) {
            let imports = statements.iter().filter(|statement| statement.predicate == Predicate::Imports);
            let imports = imports.filter_map(|import| Some((import.place.clone(), Iri::new(import.named()?))));
            self.open.imports.extend(imports);
            self.open.ontologies.insert(name);
            return Ok(());
        }
        if has_type(statements, &[(RDFS, "Datatype")]) {
            self.open.datatypes.insert(name);
            return Ok(());
        }
        match (says(Predicate::Type), says(Predicate::Label)) {
            (None, Some(label)) if !vocabularies::is_known(name.as_str()) => {
                Err(Error::Undeclared { place: label.place.clone(), name })
            }
            _ => Ok(()),
        }
    }

    fn warn(&mut self, place: &Place, what: Oddity) {
        self.open.warnings.push(Warning { place: place.clone(), what });
    }

    fn refer(&mut self, statement: &Statement, name: &Iri, kind: Kind) {
        self.open.references.push(Reference { place: statement.place.clone(), name: name.clone(), kind });
    }
}

fn has_type(statements: &[Statement], types: &[(&str, &str)]) -> bool {
    statements.iter().any(|s| match (&s.predicate, &s.object) {
        (Predicate::Type, Term::NamedNode(node)) => types.iter().any(|t| is(node.as_str(), t)),
        _ => false,
    })
}

fn label(statements: &[Statement]) -> Result<String, Error> {
    let label = text(statements, Predicate::Label)?;
    if label.is_empty() { text(statements, Predicate::PreferredLabel) } else { Ok(label) }
}

fn comment(statements: &[Statement]) -> Result<String, Error> {
    let comment = text(statements, Predicate::Comment)?;
    if comment.is_empty() { text(statements, Predicate::Definition) } else { Ok(comment) }
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
        (OWL, "InverseFunctionalProperty"),
        (OWL, "TransitiveProperty"),
        (OWL, "AsymmetricProperty"),
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

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
