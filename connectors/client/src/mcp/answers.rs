//! What tools give. In: what the server said. Out: JSON with its schema. Never: a whole graph.

use crate::mcp::wire;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Schema {
    /// The classes, those with most things first.
    pub classes: Vec<Class>,
    /// The relations, those with most facts first.
    pub relations: Vec<Relation>,
    /// The cursor of the next page, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Class {
    /// How SPARQL writes it: `?x a CLASS`.
    pub sparql: String,
    pub label: String,
    /// How many things are of it.
    pub things: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Relation {
    /// How SPARQL writes it: `?x RELATION ?y`.
    pub sparql: String,
    pub label: String,
    /// How many facts are stated with it.
    pub facts: u64,
    /// Classes of its subjects.
    pub from: Vec<String>,
    /// Classes of its objects.
    pub to: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Found {
    /// The likeliest first; none where nothing is called so.
    pub found: Vec<Thing>,
    /// Whether there are more: a longer name or a class finds fewer.
    pub more: bool,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub(crate) struct Meant {
    /// What the text describes best comes first; none where nothing fits.
    pub found: Vec<Alike>,
}

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
#[serde(default)]
pub(crate) struct Alike {
    /// Of a thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Of a document: its id, and how its text begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How well it fits; only to be compared within this answer.
    pub score: f64,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Thing {
    pub iri: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// How many facts there are of it.
    pub facts: u64,
    /// How the name fits: IRI, name, alias, beginning, words, alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fits: Option<String>,
}

impl From<wire::Thing> for Thing {
    fn from(thing: wire::Thing) -> Thing {
        let wire::Thing { iri, name, class, facts, fits, .. } = thing;
        Thing { iri, name, class, facts, fits }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Described {
    pub iri: String,
    /// How SPARQL writes it.
    pub sparql: String,
    pub name: String,
    /// Other names.
    pub names: Vec<String>,
    /// What it is.
    pub classes: Vec<String>,
    /// A page of its facts.
    pub facts: Vec<Fact>,
    /// How many facts there are in all.
    pub total: usize,
    /// The cursor of the next page, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Documents that mention it, at most ten, those with most mentions first.
    pub documents: Vec<String>,
    /// How many links `predict` gives.
    pub predicted: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Fact {
    /// The relation's label.
    pub relation: String,
    /// How SPARQL writes the relation.
    pub sparql: String,
    /// `out`: the thing has this value. `in`: the value has the thing.
    pub direction: String,
    /// A name or a value.
    pub value: String,
    /// The value's IRI, where it is a thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iri: Option<String>,
    /// How sure the reading is, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<f64>,
    /// How many documents state it.
    pub documents: u64,
    /// It follows from stated facts, and no document states it.
    #[serde(skip_serializing_if = "is_false")]
    pub follows: bool,
}

fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Answer {
    /// Rows of SELECT, by variable: IRIs between < and >, values plain, nothing where unbound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<BTreeMap<String, String>>>,
    /// The answer of ASK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truth: Option<bool>,
    /// Triples of CONSTRUCT and DESCRIBE, as N-Triples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triples: Option<Vec<String>>,
    /// Whether there is more than is shown: narrow the query, or page with ORDER BY, LIMIT and OFFSET.
    pub more: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Replied {
    /// Whether the question was understood and the graph has an answer.
    pub known: bool,
    /// How the question was understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    pub answers: Vec<Named>,
    /// Whether there are more answers than are shown.
    pub more: bool,
    /// The query that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sparql: Option<String>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What is to be known beside the answers: several of one name, words that could not be heeded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Named {
    /// A name or a value.
    pub value: String,
    /// The IRI, where it is a thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iri: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Explained {
    /// Each fact that fits, with what speaks for it.
    pub explanations: Vec<Explanation>,
}

#[derive(Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Explanation {
    pub subject: String,
    /// The relation's IRI.
    pub relation: String,
    pub object: String,
    /// `stated` by documents or a correction, `follows` from stated facts, or merely `predicted`.
    pub kind: String,
    /// The sentences that state it, or what it follows from; mentions between « and ».
    pub sentences: Vec<Sentence>,
    /// Whether there are more sentences than are shown.
    pub more: bool,
    /// Corrections that assert it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asserted: Vec<String>,
    /// Rules by which it follows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// How probable it is, where it is predicted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What speaks for the prediction.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
}

#[derive(Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Sentence {
    /// The document that it stands in.
    pub document: String,
    pub text: String,
    /// How sure the reading is, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Predicted {
    pub iri: String,
    pub name: String,
    /// Links that no document states, the likeliest first.
    pub links: Vec<Link>,
    /// Whether there are more.
    pub more: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Link {
    /// The relation's label.
    pub relation: String,
    /// How SPARQL writes the relation.
    pub sparql: String,
    /// `out`: the thing has this value. `in`: the value has the thing.
    pub direction: String,
    pub value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iri: Option<String>,
    pub probability: f64,
    /// What speaks for it.
    pub because: Vec<String>,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Documents {
    /// A page of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<Vec<Document>>,
    /// How many documents there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// A page of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The cursor of the next page, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Document {
    pub id: String,
    pub bytes: u64,
    /// Why it is not in the graph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Changed {
    /// The epoch from which on the graph holds it.
    pub epoch: u64,
    /// The document was there already, to the letter.
    pub unchanged: bool,
    /// What the correction is called; `undo` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    /// Triples that came, as N-Triples, at most 30.
    pub came: Vec<String>,
    /// Triples that went, at most 30.
    pub went: Vec<String>,
    /// How many came.
    pub came_count: u64,
    /// How many went.
    pub went_count: u64,
}
