//! What a predictor says. In: nothing. Out: plain, ordered data. Never: a link without its probability.

use kgloom_record::record::Score;
use std::sync::Arc;

/// A link that the graph does not state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prediction {
    /// Head, relation and tail.
    pub triple: [Arc<str>; 3],
    /// The calibrated probability.
    pub probability: Score,
    /// What speaks for it, the strongest first.
    pub reasons: Vec<Reason>,
}

/// What speaks for a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A rule leads there, by one or two links that the graph states.
    Rule {
        /// Head, relation and tail of each.
        links: Vec<[Arc<str>; 3]>,
        /// How often such a way leads to such a link.
        confidence: Score,
    },
    /// An entity with a like text has this or a like answer.
    Like {
        /// Head, relation and tail of its link.
        link: [Arc<str>; 3],
        /// The cosine of both texts.
        cosine: Score,
    },
}

/// An answer to a question, for who asks on the command line.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryAnswer {
    /// The link.
    pub prediction: Prediction,
    /// Whether the graph states it already.
    pub stated: bool,
    /// Whether it follows from what the graph states.
    pub entailed: bool,
}
