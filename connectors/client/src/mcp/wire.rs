//! What the server says, as far as tools need it. In: JSON as `docs/http.md` says. Out: values. Never: a word about
//! what an assistant is shown.

use serde::Deserialize;

/// A term.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Term {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
    pub short: String,
    pub label: String,
}

impl Term {
    /// The IRI, where it is one.
    pub(crate) fn iri(&self) -> Option<String> {
        (self.kind == "uri").then(|| self.value.clone())
    }

    /// What a person reads.
    pub(crate) fn read(&self) -> String {
        [&self.label, &self.short].into_iter().find(|text| !text.is_empty()).unwrap_or(&self.value).clone()
    }

    /// How SPARQL writes it, if it is a name.
    pub(crate) fn written(&self) -> String {
        written(&self.value, &self.short)
    }
}

/// How SPARQL writes a name.
pub(crate) fn written(iri: &str, short: &str) -> String {
    let is_prefixed = !short.is_empty() && short != iri && !short.contains(['/', '<']);
    if is_prefixed { short.to_owned() } else { format!("<{iri}>") }
}

/// A thing in a list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Thing {
    pub iri: String,
    pub short: String,
    pub name: String,
    pub class: Option<String>,
    pub facts: u64,
    pub fits: Option<String>,
}

/// `GET /find`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Found {
    pub found: Vec<Thing>,
    pub more: bool,
}

/// `GET /entity`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Whole {
    pub iri: String,
    pub short: String,
    pub name: String,
    pub names: Vec<String>,
    pub classes: Vec<Term>,
    /// A page of them.
    pub facts: Vec<Fact>,
    /// How many there are on all pages.
    pub total: usize,
    /// The most probable ones.
    pub predicted: Vec<Link>,
    /// How many there are.
    pub predicted_total: usize,
    pub documents: Vec<Mentioning>,
}

/// A fact, seen from one of its ends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fact {
    pub relation: Term,
    pub direction: String,
    pub value: Term,
    pub certainty: Option<f64>,
    pub documents: u64,
    pub entailed: bool,
}

/// A link that is predicted, seen from one of its ends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Link {
    pub relation: Term,
    pub direction: String,
    pub value: Term,
    pub probability: f64,
    pub evidence: Vec<String>,
}

/// A document that mentions a thing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Mentioning {
    pub id: String,
    pub mentions: u64,
}

/// `GET /schema`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Schema {
    pub classes: Vec<Class>,
    pub relations: Vec<Relation>,
}

/// A class.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Class {
    pub iri: String,
    pub short: String,
    pub label: String,
    pub things: u64,
    pub comment: Option<String>,
}

/// A relation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Relation {
    pub iri: String,
    pub short: String,
    pub label: String,
    pub facts: u64,
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub comment: Option<String>,
}

/// `GET /ask`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub known: bool,
    pub sparql: Option<String>,
    pub reading: Option<String>,
    pub answers: Vec<Term>,
    pub why: Option<String>,
    pub notes: Vec<String>,
}

/// `GET /documents`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Documents {
    pub documents: Vec<Document>,
    pub next: Option<String>,
    pub total: u64,
}

/// A document in a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Document {
    pub id: String,
    pub bytes: u64,
    pub refused: Option<Refused>,
}

/// Why a document was refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Refused {
    pub reason: String,
    pub location: Option<String>,
}
