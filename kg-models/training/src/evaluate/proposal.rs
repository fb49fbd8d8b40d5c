//! A relation that is proposed between two entities of an annotated document. In: a reader, or a baseline. Out: pairs with
//! scores. Never: whether it is right.

use kgloom_record::record::{Iri, Score};

/// A relation proposed between two entities that are given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proposal {
    /// The head: an entity of the document.
    pub head: usize,
    /// The relation's IRI, or its bare property.
    pub relation: Iri,
    /// The tail: an entity of the document.
    pub tail: usize,
    /// The calibrated confidence.
    pub score: Score,
}
