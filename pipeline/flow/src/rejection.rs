//! What did not enter the graph, and why. In: nothing. Out: plain data. Never: a rejection that outlives its cause.

use kgloom_record::record::{DocumentId, Refusal, Score};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Something that did not enter the graph, and why. It goes when its cause is mended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rejection {
    /// Where on the way it was refused.
    pub stage: Stage,
    /// The document it comes from.
    pub document: DocumentId,
    /// What was refused, in words; empty when it is the whole document.
    pub record: Arc<str>,
    /// Why, and where.
    pub refusal: Refusal,
    /// How probable the fact is held to be, where that was asked.
    pub probability: Option<Score>,
}

/// The stages that refuse things, in the order of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// The document could not be taken in.
    Documents,
    /// The reader refused the text.
    Mentions,
    /// The fact lacks support or breaks the ontology.
    Admit,
    /// The graph around the fact does not bear it out.
    Filter,
    /// The user rejects the fact.
    Correction,
}
