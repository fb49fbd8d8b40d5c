//! What speaks for a fact. In: nothing. Out: plain data, as `record.rs` has it. Never: a verdict.

use crate::value::Score;
use serde::{Deserialize, Serialize};

/// How well one end of a fact is named in the document that states it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MentionStatistics {
    /// The score of the mention that speaks for the fact.
    pub score: Score,
    /// The best score of all mentions of this end.
    pub best: Score,
    /// How many mentions it has.
    pub mentions: u16,
}

/// What speaks for a fact in one document. The score comes first: the greatest grounds are the best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentEvidence {
    /// How sure the reader is of the relation.
    pub score: Score,
    /// How the head is named.
    pub head: MentionStatistics,
    /// How the tail is named.
    pub tail: MentionStatistics,
    /// Sentences from the one mention to the other.
    pub sentences: u16,
    /// Bytes from the start of the one mention to that of the other.
    pub bytes: u32,
}

/// What speaks for a triple in all documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// What the documents' scores come to together.
    pub support: Score,
    /// How many documents state it.
    pub documents: u32,
    /// The best grounds of a single one.
    pub best: DocumentEvidence,
}
