//! What the server asks of whoever keeps the graph. In: changes, questions. Out: what came of them. Never: HTTP.

use connectors::source::Sent;
use connectors::{Incoming, Store};
use kgloom_record::record::DocumentId;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Keeps a state folder open: one writer, any number of readers.
pub trait Engine: Send + Sync + 'static {
    /// The graph, once it is loaded.
    fn store(&self) -> Option<Arc<Store>>;

    /// How far it is.
    fn readiness(&self) -> Readiness;

    /// A document that was sent, as a change.
    fn receive(&self, id: DocumentId, bytes: Vec<u8>, of: Sent) -> Incoming;

    /// Takes in changes, all in one epoch; returns when the graph holds them.
    ///
    /// # Errors
    /// Fails where the state cannot be written, or not yet.
    fn write(&self, changes: Vec<Incoming>) -> Result<Written, Failure>;

    /// Takes in a correction, as `docs/http.md` writes it.
    ///
    /// # Errors
    /// Fails where it cannot be: nobody is called so, or the ontology or an earlier correction forbids it.
    fn correct(&self, correction: &Value) -> Result<Written, Failure>;

    /// Takes a correction back.
    ///
    /// # Errors
    /// Fails where there is none of this id.
    fn undo(&self, id: &str) -> Result<Written, Failure>;

    /// What is to be seen, as JSON; `docs/http.md` has the fields.
    ///
    /// # Errors
    /// Fails where it is not there.
    fn view(&self, view: &View) -> Result<Value, Failure>;

    /// From now on tells of each epoch as soon as the graph holds it.
    fn listen(&self, listener: Box<dyn Fn(Epoch) + Send + Sync>);
}

/// How far an engine is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// Whether the graph is loaded, and can be written.
    pub ready: bool,
    /// What it does, or why it cannot be written any more.
    pub state: String,
    /// Documents in the graph so far; none while the graph is loaded, which is done with all of them at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<u64>,
}

/// What there is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// Where to begin.
    Start,
    /// What is called so.
    Find {
        /// What was typed.
        text: String,
        /// A class, by label, prefixed name or IRI.
        class: Option<String>,
        /// The most that are shown.
        limit: usize,
    },
    /// Everything of one entity, with a page of its facts.
    Entity(FactsOf),
    /// What is around an entity.
    Neighbourhood {
        /// The entity.
        iri: String,
        /// The most nodes.
        limit: usize,
    },
    /// Why a fact is in the graph.
    Explain {
        /// Its head.
        subject: String,
        /// Its relation.
        relation: String,
        /// Its tail, or a value.
        object: String,
    },
    /// Classes and relations.
    Schema,
    /// A plain question.
    Ask(String),
    /// What a text describes.
    Search(SearchFor),
    /// How much there is.
    Status,
    /// What was refused.
    Rejections {
        /// The most that are shown.
        limit: usize,
    },
    /// The documents, in the order of their ids.
    Documents {
        /// The id after which they begin.
        after: Option<String>,
        /// The most that are shown.
        limit: usize,
    },
    /// The text of a document, as a JSON string.
    Text(String),
    /// A document as it was read.
    Reading(String),
    /// The user's corrections.
    Corrections,
}

/// An entity, and which of its facts are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactsOf {
    /// The entity, by its IRI or a prefixed name.
    pub iri: String,
    /// Only those of this relation, by label, prefixed name or IRI.
    pub relation: Option<String>,
    /// Only those that are told in this direction.
    pub direction: Option<Direction>,
    /// How many are passed over.
    pub offset: usize,
    /// The most that are told.
    pub limit: usize,
    /// Only the first so many of each relation in each direction.
    pub each: Option<usize>,
    /// How many of the documents that mention the entity are told beside those that state the facts.
    pub documents: usize,
}

/// Which way a fact is told of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The thing is the subject.
    Out,
    /// The thing is the object.
    In,
}

impl Direction {
    /// Both, in the order in which facts are told.
    pub const ALL: [Direction; 2] = [Direction::Out, Direction::In];

    /// The direction in a word: `out` or `in`.
    pub fn word(self) -> &'static str {
        match self {
            Direction::Out => "out",
            Direction::In => "in",
        }
    }
}

/// What is searched for, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFor {
    /// The text.
    pub text: String,
    /// Only things of this class, by label, prefixed name or IRI.
    pub class: Option<String>,
    /// Only things that `?x` may be in this pattern of SPARQL.
    pub pattern: Option<String>,
    /// Whether documents are searched for, and not things.
    pub documents: bool,
    /// `words`, `vectors`, or `both`.
    pub by: String,
    /// The most that are shown.
    pub limit: usize,
    /// Over how many interests the list is spread.
    pub spread: Option<usize>,
    /// Whether scores are explained.
    pub explain: bool,
}

/// What a write did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The graph's epoch.
    pub epoch: u64,
    /// Documents that are new or changed.
    pub put: u64,
    /// Documents that went.
    pub deleted: u64,
    /// Documents that were there already.
    pub unchanged: u64,
    /// Documents that were refused.
    pub refused: Vec<Refused>,
    /// Triples of the default graph that came, as N-Triples.
    pub came: Vec<String>,
    /// Triples that went.
    pub went: Vec<String>,
    /// How many came.
    pub came_count: usize,
    /// How many went.
    pub went_count: usize,
    /// Ids that were to go and that nothing stood under, each as often as it was named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The correction that was made or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
}

/// A document that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: String,
    /// Where.
    pub location: String,
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// What was asked for cannot be meant.
    Meaningless(String),
    /// It is not there.
    Missing(String),
    /// It was understood, and refused.
    Refused(String),
    /// The state cannot be written, or not yet.
    Unavailable(String),
    /// It went wrong.
    Broken(String),
}

/// An epoch of the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Epoch {
    /// Its number.
    pub epoch: u64,
    /// Documents that were put with it.
    pub put: u64,
    /// Documents that went with it.
    pub deleted: u64,
    /// Documents that were refused.
    pub refused: u64,
    /// Triples of the default graph that came.
    pub came: usize,
    /// Triples of the default graph that went.
    pub went: usize,
    /// Live documents.
    pub documents: u64,
    /// Facts in the graph.
    pub facts: u64,
    /// From the first change of the epoch to the graph that holds it.
    pub milliseconds: u64,
    /// The relations of all that came or went, in any graph.
    #[serde(skip)]
    pub relations: BTreeSet<String>,
}
