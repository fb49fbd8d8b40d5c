//! Corrections as a file. In: TOML, or corrections. Out: corrections with their lines, or TOML. Never: a class or
//! relation that the ontology lacks, a value that its relation does not take, or a file that contradicts itself.

use super::value::{Takes, is_of, no_value, value};
use crate::classes::find_class;
use crate::toml_file::{Error, parse_toml, read_text};
use anyhow::Context;
use connectors::store::{expand, shorten};
use kgloom_record::contradiction::contradicted;
use kgloom_record::record::{ContentHash, Correction, Datatype, DocumentId, Literal, Named, Object, Place, Span};
use kgloom_record::vocabulary;
use ontologies::{Iri, Ontology};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use toml::Spanned;

/// A file of corrections.
#[derive(Clone, Debug)]
pub struct CorrectionsFile {
    /// The hash of its text: it is taken in once.
    pub content: ContentHash,
    /// What it says, each with its line.
    pub corrections: Vec<(usize, Correction)>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reject: Vec<Spanned<Fact>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assert: Vec<Spanned<Fact>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    same: Vec<Spanned<Pair>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    different: Vec<Spanned<Pair>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    retype: Vec<Spanned<Retype>>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    subject: Name,
    relation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    datatype: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

/// Two names: `name` and `other` of one `class`, or each with its own.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    name: Called,
    other: Called,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Retype {
    name: Name,
    class: String,
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Called {
    Plain(String),
    Whole(Name),
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Name {
    class: String,
    name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    places: Vec<At>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct At {
    document: String,
    start: u32,
    end: u32,
}

/// Reads the file at `path`; its classes and relations are IRIs, prefixed names or labels of the ontology.
pub fn read(path: &Path, ontology: &Ontology) -> Result<CorrectionsFile, Error> {
    parse(&read_text(path)?, path, ontology)
}

fn parse(text: &str, path: &Path, ontology: &Ontology) -> Result<CorrectionsFile, Error> {
    let file: File = parse_toml(text, path)?;
    let mut read: Vec<(usize, Result<Correction, Problem>)> = Vec::new();
    let line = |start: usize| text[..text.floor_char_boundary(start)].matches('\n').count() + 1;
    for (entries, rejects) in [(file.reject, true), (file.assert, false)] {
        for fact in entries {
            read.push((line(fact.span().start), fact.into_inner().correction(rejects, ontology)));
        }
    }
    for (entries, same) in [(file.same, true), (file.different, false)] {
        for pair in entries {
            read.push((line(pair.span().start), pair.into_inner().correction(same, ontology).map_err(Problem::from)));
        }
    }
    for retype in file.retype {
        let start = retype.span().start;
        let Retype { name, class } = retype.into_inner();
        let read_one = || Ok(Correction::Retype { name: name.named(ontology)?, class: find_class(&class, ontology)? });
        read.push((line(start), read_one().map_err(Problem::Unknown)));
    }
    let mut known: BTreeSet<Correction> = BTreeSet::new();
    let mut corrections = Vec::new();
    for (line, correction) in read {
        let refused = |problem| Error::Refused { path: path.to_owned(), line, problem };
        let correction = correction.map_err(|problem| match problem {
            Problem::Unknown(problem) => Error::Wrong { path: path.to_owned(), line, problem },
            Problem::Refused(problem) => refused(problem),
        })?;
        if let Some(earlier) = contradicted(&known, &correction, ontology) {
            let sentence = format!("{correction} contradicts {earlier} of this file; leave one of them out");
            return Err(refused(sentence));
        }
        if known.insert(correction.clone()) {
            corrections.push((line, correction));
        }
    }
    Ok(CorrectionsFile { content: ContentHash::of(text), corrections })
}

/// Why an entry is no correction.
enum Problem {
    /// It is not understood.
    Unknown(String),
    /// It is understood, and cannot be.
    Refused(String),
}

impl From<String> for Problem {
    fn from(problem: String) -> Problem {
        Problem::Unknown(problem)
    }
}

impl Name {
    fn named(self, ontology: &Ontology) -> Result<Named, String> {
        if self.name.trim().is_empty() {
            return Err("a name is empty".to_owned());
        }
        let place =
            |at: At| Place { document: DocumentId::new(at.document), span: Span { start: at.start, end: at.end } };
        let places = self.places.into_iter().map(place).collect();
        if expand(&self.class).unwrap_or(self.class.clone()) == vocabulary::ROW_CLASS {
            return Ok(Named::row(self.name));
        }
        Ok(Named { class: find_class(&self.class, ontology)?, name: self.name.into(), places })
    }

    fn of(named: &Named) -> Name {
        let places = named.places.iter().map(|place| At {
            document: place.document.to_string(),
            start: place.span.start,
            end: place.span.end,
        });
        Name { class: written(&named.class), name: named.name.to_string(), places: places.collect() }
    }
}

impl Fact {
    fn correction(self, rejects: bool, ontology: &Ontology) -> Result<Correction, Problem> {
        let unknown = |problem: &str| Problem::Unknown(problem.to_owned());
        let relation = match ontology.find_relation(&self.relation).as_slice() {
            [relation] => relation.iri.clone(),
            [] => return Err(format!("there is no relation \"{}\"", self.relation).into()),
            _ => return Err(format!("several relations are called \"{}\"; an IRI says which", self.relation).into()),
        };
        let object = match (self.object, self.value) {
            (Some(object), None) => Object::Name(object.named(ontology)?),
            (None, Some(value)) => {
                let datatype = self.datatype.as_deref().map(datatype).transpose()?;
                let takes = Takes::of(ontology, &relation);
                let literal = if rejects { rejected(value, datatype) } else { asserted(value, datatype, takes) };
                Object::Value(literal.map_err(Problem::Refused)?)
            }
            _ => return Err(unknown("a fact has either an object or a value")),
        };
        let subject = self.subject.named(ontology)?;
        let document = self.document.map(DocumentId::new);
        match (rejects, document, self.source) {
            (true, document, None) => Ok(Correction::Reject { subject, relation, object, document }),
            (true, _, Some(_)) => Err(unknown("what is rejected has no source")),
            (false, None, source) => {
                Ok(Correction::Assert { subject, relation, object, source: source.map(Into::into) })
            }
            (false, Some(_), _) => Err(unknown("what is asserted has a source, and no document")),
        }
    }

    fn of(subject: &Named, relation: &Iri, object: &Object) -> Fact {
        let (object, value) = match object {
            Object::Name(named) => (Some(Name::of(named)), None),
            Object::Value(literal) => (None, Some(literal)),
        };
        Fact {
            subject: Name::of(subject),
            relation: written(relation),
            object,
            value: value.map(|literal| literal.value.to_string()),
            datatype: value.map(|literal| short(literal.datatype).to_owned()),
            document: None,
            source: None,
        }
    }
}

impl Pair {
    fn correction(self, same: bool, ontology: &Ontology) -> Result<Correction, String> {
        let class = self.class;
        let named = |called: Called| match called {
            Called::Whole(name) => name.named(ontology),
            Called::Plain(name) => {
                let class = class.clone().ok_or("a name has a class: class = \"Person\"")?;
                Name { class, name, places: Vec::new() }.named(ontology)
            }
        };
        let (one, other) = (named(self.name)?, named(self.other)?);
        if one.meets(&other) {
            return Err(format!("\"{}\" and \"{}\" are one name", one.name, other.name));
        }
        match (same, self.document) {
            (true, None) => Ok(super::same(one, other)),
            (true, Some(_)) => Err("names that are the same are so in all documents".to_owned()),
            (false, document) => Ok(Correction::Different { one, other, document: document.map(DocumentId::new) }),
        }
    }

    fn of(one: &Named, other: &Named, document: Option<&DocumentId>) -> Pair {
        let called = |named| Called::Whole(Name::of(named));
        Pair { class: None, name: called(one), other: called(other), document: document.map(ToString::to_string) }
    }
}

/// The file that says these corrections; the same corrections give the same bytes.
pub fn write(corrections: &BTreeSet<Correction>) -> anyhow::Result<String> {
    let mut file = File::default();
    let at = 0..0;
    for correction in corrections {
        match correction {
            Correction::Reject { subject, relation, object, document } => {
                let document = document.as_ref().map(ToString::to_string);
                file.reject.push(Spanned::new(at.clone(), Fact { document, ..Fact::of(subject, relation, object) }));
            }
            Correction::Assert { subject, relation, object, source } => {
                let source = source.as_deref().map(str::to_owned);
                file.assert.push(Spanned::new(at.clone(), Fact { source, ..Fact::of(subject, relation, object) }));
            }
            Correction::Same { one, other } => file.same.push(Spanned::new(at.clone(), Pair::of(one, other, None))),
            Correction::Different { one, other, document } => {
                file.different.push(Spanned::new(at.clone(), Pair::of(one, other, document.as_ref())));
            }
            Correction::Retype { name, class } => {
                let retype = Retype { name: Name::of(name), class: written(class) };
                file.retype.push(Spanned::new(at.clone(), retype));
            }
        }
    }
    toml::to_string(&file).context("the corrections cannot be written as TOML")
}

/// A value that is so: only one that its relation takes, of the type that it is written in.
fn asserted(text: String, datatype: Option<Datatype>, takes: Takes) -> Result<Literal, String> {
    let literal = value(text.trim(), takes).ok_or_else(|| no_value(&text, takes))?;
    match (datatype, literal.datatype) {
        (Some(Datatype::Decimal), Datatype::Integer) => Ok(Literal { datatype: Datatype::Decimal, ..literal }),
        (Some(given), is) if given != is => {
            let (given, is) = (short(given), short(is));
            Err(format!("the type of \"{text}\" is not {given}; write type = \"{is}\", or leave the type out"))
        }
        _ => Ok(literal),
    }
}

/// A value that is not so: it may be any that a text says, as the graph writes it.
fn rejected(text: String, datatype: Option<Datatype>) -> Result<Literal, String> {
    let datatype = datatype.unwrap_or(Datatype::String);
    if is_of(&text, datatype) {
        return Ok(Literal { value: text.into(), datatype });
    }
    Err(format!("\"{text}\" is no {}; write it as `kgloom explain` shows it", short(datatype)))
}

/// An IRI with its prefix, where that leads back to it.
fn written(iri: &Iri) -> String {
    let short = shorten(iri.as_str());
    if expand(&short).as_deref() == Some(iri.as_str()) { short } else { iri.to_string() }
}

/// The type of a value by its short name, as in `date`, `gYear` and `integer`.
fn datatype(text: &str) -> Result<Datatype, String> {
    let known = || Datatype::ALL.into_iter().filter(|datatype| !matches!(datatype, Datatype::Vector | Datatype::Bytes));
    let found = known().find(|datatype| short(*datatype) == text || datatype.iri() == text);
    found
        .ok_or_else(|| format!("unknown type \"{text}\"; known: {}", known().map(short).collect::<Vec<_>>().join(", ")))
}

fn short(datatype: Datatype) -> &'static str {
    datatype.iri().rsplit([':', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(text: &str) -> Result<CorrectionsFile, String> {
        parse(text, Path::new("o.toml"), &Ontology::bundled()).map_err(|error| error.to_string())
    }

    #[test]
    fn classes_are_found_by_label_name_or_tag() {
        for class in ["Person", "person", "PER", "kgloom:Person", "urn:kgloom:Person"] {
            let text = format!("[[same]]\nclass = \"{class}\"\nname = \"A\"\nother = \"B\"\n");
            let (_, same) = &read(&text).expect("valid").corrections[0];
            assert_eq!(same.names()[0].class.as_str(), "urn:kgloom:Person");
            assert_eq!(same.kind(), "same");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let pair = |class: &str, name: &str| {
            format!("\n[[different]]\nclass = \"{class}\"\nname = \"{name}\"\nother = \"B\"\n")
        };
        let unknown = read(&pair("Persn", "A")).expect_err("unknown class").to_lowercase();
        assert_eq!(unknown, "o.toml:2: unknown class \"persn\"; did you mean \"person\"?");
        assert_eq!(read(&pair("Person", " ")).expect_err("empty"), "o.toml:2: a name is empty");
        let both = pair("Person", "A") + "[[same]]\nclass = \"Person\"\nname = \"b\"\nother = \" A\"\n";
        assert!(read(&both).expect_err("contradiction").contains("contradicts same"), "{:?}", read(&both));
        assert!(read(&pair("Person", "b")).expect_err("one name").contains("are one name"));
        let key = read("[[sam]]\nclass = \"Person\"").expect_err("unknown key");
        assert_eq!(key, "o.toml:1: unknown key \"sam\"; did you mean \"same\"?");
        let fact = "[[reject]]\nsubject = { class = \"Person\", name = \"A\" }\nrelation = \"P19\"\n";
        assert!(read(fact).expect_err("no object").contains("either an object or a value"));
        let typed = format!("{fact}value = \"x\"\ntype = \"dat\"\n");
        assert!(read(&typed).expect_err("no type").contains("unknown type \"dat\"; known: date, gYearMonth"));
    }

    #[test]
    fn a_value_that_its_relation_does_not_take_is_refused_with_its_line() {
        let fact = |kind: &str, relation: &str, value: &str, typed: &str| {
            let typed = if typed.is_empty() { String::new() } else { format!("type = \"{typed}\"\n") };
            let subject = "subject = { class = \"Person\", name = \"Odd Falk\" }";
            read(&format!("[[{kind}]]\n{subject}\nrelation = \"{relation}\"\nvalue = \"{value}\"\n{typed}"))
        };
        for (value, typed) in [
            ("1930-13-45", "date"),
            ("1921-02-30", "date"),
            ("3 May 1921", "date"),
            ("1921-05-03T00:00:00Z", "date"),
            ("abc", "gYear"),
            ("00001930", "gYear"),
            ("1930", "integer"),
            ("1930", "string"),
            ("1930", "date"),
            ("", "string"),
            ("in her youth", ""),
        ] {
            let refused = fact("assert", "date of birth", value, typed).expect_err(value);
            assert!(refused.starts_with("o.toml:1: ") && refused.contains("; write "), "{value} {typed}: {refused}");
        }
        assert!(fact("assert", "place of birth", "Oslo", "string").expect_err("a thing").contains("it takes a thing"));
        for (value, typed, is) in [
            ("1930-12-05", "date", Datatype::Date),
            ("1930-12", "gYearMonth", Datatype::YearMonth),
            ("1930", "gYear", Datatype::Year),
            ("1930", "", Datatype::Year),
            (" 1930-12-05 ", "", Datatype::Date),
        ] {
            let taken =
                fact("assert", "date of birth", value, typed).unwrap_or_else(|wrong| panic!("{value}: {wrong}"));
            let Correction::Assert { object: Object::Value(literal), .. } = &taken.corrections[0].1 else {
                panic!("{value}: {:?}", taken.corrections)
            };
            assert_eq!((&*literal.value, literal.datatype), (value.trim(), is));
        }
        // What a text says may be anything in words; what is typed is of its type.
        assert!(fact("reject", "date of birth", "about 1921", "").is_ok());
        assert!(fact("reject", "date of birth", "1921-02-30", "date").expect_err("no day").contains("is no date"));
    }

    #[test]
    fn what_contradicts_or_cannot_be_is_told_apart_from_what_is_not_understood() {
        let kind = |text: &str| parse(text, Path::new("o.toml"), &Ontology::bundled()).expect_err("wrong");
        let pair = |kind: &str| format!("[[{kind}]]\nclass = \"Person\"\nname = \"A\"\nother = \"B\"\n");
        assert!(matches!(kind(&(pair("same") + &pair("different"))), Error::Refused { .. }));
        assert!(matches!(kind(&pair("sam")), Error::Wrong { .. }));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let ontology = Ontology::bundled();
        let person = Iri::new("urn:kgloom:Person");
        let named = |name: &str| Named::anyone(person.clone(), name);
        let place = Place { document: DocumentId::new("a \"b\".txt"), span: Span { start: 3, end: 9 } };
        let homonym = Named { places: vec![place], ..named("Ada\nLovelace") };
        let relation = ontology.find_relation("P569")[0].iri.clone();
        let value = |value: &str, datatype| Object::Value(Literal { value: value.into(), datatype });
        let document = Some(DocumentId::new("x.txt"));
        let all = BTreeSet::from([
            Correction::Reject {
                subject: homonym.clone(),
                relation: relation.clone(),
                object: value("1815", Datatype::Year),
                document: document.clone(),
            },
            Correction::Assert {
                subject: homonym.clone(),
                relation,
                object: value("1815-12-10", Datatype::Date),
                source: Some("her \"own\" word".into()),
            },
            Correction::Assert {
                subject: named("Ada"),
                relation: ontology.find_relation("P26")[0].iri.clone(),
                object: Object::Name(named("Tom")),
                source: None,
            },
            super::super::same(named("B"), named("A")),
            Correction::Different { one: named("B"), other: homonym.clone(), document },
            Correction::Retype { name: homonym, class: Iri::new("urn:kgloom:Location") },
        ]);
        let text = write(&all).expect("TOML");
        let again: BTreeSet<Correction> = read(&text)
            .unwrap_or_else(|wrong| panic!("{wrong}\n{text}"))
            .corrections
            .into_iter()
            .map(|(_, one)| one)
            .collect();
        assert_eq!(again, all, "{text}");
    }
}
