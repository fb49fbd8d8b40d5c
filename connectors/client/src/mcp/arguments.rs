//! What tools are given. In: JSON of an assistant. Out: values, and their schemas. Never: an argument that nobody
//! reads.

use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schema {
    /// Only classes and relations whose label or name holds this, such as "employ".
    pub text: Option<String>,
    /// The most classes, and the most relations; 50 unless said, at most 200.
    #[schemars(range(min = 1))]
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Find {
    /// A name, or a part of one.
    pub text: String,
    /// Only things of this class: a label or a prefixed name as `schema` gives them.
    pub class: Option<String>,
    /// The most things; 10 unless said, at most 50.
    #[schemars(range(min = 1))]
    pub limit: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    /// What is looked for, in words.
    pub text: String,
    /// Only things of this class: a label or a prefixed name as `schema` gives them.
    pub class: Option<String>,
    /// Documents, and not things.
    #[serde(default)]
    pub documents: bool,
    /// The most; 10 unless said, at most 50.
    #[schemars(range(min = 1))]
    pub limit: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Describe {
    /// A name or an IRI. A name that several things bear is answered with their IRIs.
    pub entity: String,
    /// Only facts of the relation with this label or prefixed name.
    pub relation: Option<String>,
    /// The most facts; 40 unless said, at most 200.
    #[schemars(range(min = 1))]
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// SELECT, ASK, CONSTRUCT or DESCRIBE. The prefixes that `schema` shows need no PREFIX line.
    pub sparql: String,
    /// The most rows; 50 unless said, at most 200.
    #[schemars(range(min = 1))]
    pub limit: Option<usize>,
    /// The longest it may take, in seconds; 20 unless said, at most 120.
    pub timeout_s: Option<f64>,
    /// Also find what merely follows from what is stated (inverse and broader relations).
    #[serde(default)]
    pub entailed: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// One short question in plain words, such as "Who works for Lumenta?"
    pub question: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Explain {
    /// A name or an IRI.
    pub subject: String,
    /// The relation: a label, a prefixed name or an IRI.
    pub relation: String,
    /// A name, an IRI or a value.
    pub object: String,
    /// The most sentences; 5 unless said, at most 20.
    #[schemars(range(min = 1))]
    pub limit: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Predict {
    /// A name or an IRI. A name that several things bear is answered with their IRIs.
    pub entity: String,
    /// The most links; 10 unless said, at most 50.
    #[schemars(range(min = 1))]
    pub limit: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Documents {
    /// The document whose text is wanted; without it, documents are listed.
    pub id: Option<String>,
    /// Only documents whose id contains this.
    pub containing: Option<String>,
    /// The most documents in a list; 20 unless said, at most 100.
    #[schemars(range(min = 1))]
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutDocument {
    /// What the document is called, such as "notes/2026-05.txt".
    pub id: String,
    /// Its whole text, in plain sentences.
    pub text: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteDocument {
    /// What the document is called.
    pub id: String,
}

/// What is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Kind {
    Reject,
    Assert,
    Same,
    Different,
    Retype,
    Undo,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Correct {
    /// `reject` or `assert` a fact (subject, relation, object); tell that two names are the `same` thing or `different`
    /// ones (one, other); `retype` a thing (name, class); `undo` a correction (correction). Names are IRIs,
    /// prefixed names or labels.
    pub kind: Kind,
    /// Of a fact: who or what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Of a fact: a label, a prefixed name or an IRI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Of a fact: a name or a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Of `same` and `different`: a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one: Option<String>,
    /// Of `same` and `different`: another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Of `retype`: the thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of `retype`: what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Only in this document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Of `reject` and `assert`: on whose word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Of `undo`: what the correction is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
}
