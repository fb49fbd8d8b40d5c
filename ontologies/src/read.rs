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
mod tests {
    use super::*;

    fn read(turtle: &str) -> Result<Declarations, Error> {
        let prefixes = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . \
            @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <https://schema.org/> . \
            @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix kgloom: <urn:kgloom:> .\n";
        super::read("mine.ttl", &format!("{prefixes}{turtle}"))
    }

    fn relation(turtle: &str) -> Relation {
        let relations = read(turtle).unwrap().relations;
        relations.into_values().next().unwrap()
    }

    fn names(iris: &BTreeSet<Iri>) -> Vec<&str> {
        iris.iter().map(Iri::as_str).collect()
    }

    fn check_error(turtle: &str, expected: &str) {
        let message = read(turtle).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn broken_turtle_is_shown_with_file_line_and_column() {
        check_error("ex:a a owl:Class ;;\n  ex:b ex:c", "mine.ttl:3:");
        check_error("\nex:a rdfs:label \"never closed .\n", "mine.ttl:3:");
        check_error("ex:a nope:b ex:c .", "mine.ttl:2:6: not valid Turtle: ");
        check_error("ex:a <not an iri> ex:c .", "mine.ttl:2:");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_at_its_line() {
        let several = "ex:r a owl:ObjectProperty ;\n rdfs:range ex:A,\n ex:B .";
        check_error(several, "mine.ttl:4: \"http://example.org/r\" has several");
        let union = "ex:r a owl:ObjectProperty ;\n rdfs:domain [ owl:unionOf ( ex:A ex:B ) ] .";
        check_error(union, "mine.ttl:3: \"http://www.w3.org/2000/01/rdf-schema#domain\" needs");
        check_error("ex:r rdfs:domain \"A\" .", "mine.ttl:2:");
        check_error("ex:A a owl:Class ; rdfs:label ex:B .", "mine.ttl:2:");
        check_error("\nex:A rdfs:label \"a thing\" .", "mine.ttl:3: \"http://example.org/A\" is neither");
    }

    #[test]
    fn a_mark_of_byte_order_changes_nothing() {
        let file =
            super::read("mine.ttl", "\u{feff}@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<urn:a> a owl:Class .");
        assert_eq!(file.unwrap().classes.len(), 1);
        let broken = super::read("mine.ttl", "\u{feff}\nex:a ex:b ex:c .").unwrap_err().to_string();
        assert!(broken.starts_with("mine.ttl:2:"), "{broken}");
    }

    #[test]
    fn a_pattern_needs_both_ends_and_words_between_them() {
        let likes =
            read("ex:likes a owl:ObjectProperty ; kgloom:pattern \"X likes Y\", \"Y is liked by X\" .").unwrap();
        let patterns = &likes.relations[&Iri::new("http://example.org/likes")].patterns;
        assert_eq!(patterns.iter().map(|pattern| pattern.head_first).collect::<Vec<_>>(), [false, true]);
        check_error("ex:likes kgloom:pattern \"likes Y\" .", "mine.ttl:2: \"urn:kgloom:pattern\" needs X, Y and words");
    }

    #[test]
    fn a_relative_name_needs_a_base() {
        check_error("<> a owl:Ontology .", "mine.ttl:2:1: not valid Turtle: ");
        let file = read("@base <http://example.org/> . <> a owl:Ontology . <A> a owl:Class .");
        assert_eq!(file.unwrap().classes.len(), 1);
    }

    #[test]
    fn what_is_none_of_our_business_is_passed_over() {
        let file = read(
            "ex: a owl:Ontology ; rdfs:label \"Mine\" . ex:me ex:wrote ex:this .
            ex:note a owl:AnnotationProperty ; rdfs:label \"note\" .
            ex:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:r ], owl:Thing .",
        )
        .unwrap();
        assert_eq!(file.classes.len(), 1);
        assert!(file.relations.is_empty() && file.references.is_empty());
    }

    #[test]
    fn one_class_or_several_may_be_named() {
        let r = relation("ex:r rdfs:domain ex:A ; schema:rangeIncludes ex:C, ex:B .");
        assert_eq!(names(&r.domain), ["http://example.org/A"]);
        assert_eq!(names(&r.range), ["http://example.org/B", "http://example.org/C"]);
        assert!(!r.symmetric && !r.functional);
        let r = relation("ex:r a owl:SymmetricProperty, owl:FunctionalProperty .");
        assert!(r.symmetric && r.functional && r.domain.is_empty());
    }

    #[test]
    fn ranges_of_xml_schema_are_times_and_quantities() {
        let check = |datatype: &str, expected: &[&str]| {
            let r = relation(&format!("ex:r rdfs:range {datatype} ; rdfs:domain ex:A ."));
            assert_eq!(names(&r.range), expected, "{datatype}");
        };
        check("xsd:date", &["urn:kgloom:Time"]);
        check("xsd:gYear", &["urn:kgloom:Time"]);
        check("xsd:decimal", &["urn:kgloom:Quantity"]);
        check("xsd:string", &[]);
        check("owl:Thing", &[]);
        check("rdfs:Literal", &[]);
    }

    #[test]
    fn english_is_read_first_and_other_languages_for_want_of_it() {
        let check = |labels: &str, expected: &str| {
            assert_eq!(relation(&format!("ex:r a owl:ObjectProperty ; rdfs:label {labels} .")).label, expected);
        };
        check("\"auteur\"@fr, \"author\"@en", "author");
        check("\"Autor\"@de, \"author\"", "author");
        check("\"auteur\"@fr, \"Autor\"@de", "auteur");
    }
}
