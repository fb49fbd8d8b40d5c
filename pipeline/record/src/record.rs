//! The nouns. In: nothing. Out: plain data that every stage shares. Never: floats, maps, or behaviour beyond construction.

pub use crate::value::{ContentHash, Datatype, DocumentId, Graph, Literal, Score, Span, Term, Triple};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use crate::correction::{Correction, Named, Object, Place};
pub use crate::evidence::{DocumentEvidence, Evidence, MentionStatistics};
pub use crate::value::CorrectionId;

pub use ontologies::Iri;

/// A document as it is read: its id and its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Document {
    /// What the user calls it.
    pub id: DocumentId,
    /// Its plain text; all spans point into it.
    pub text: Arc<str>,
}

/// Why something is not taken in: a function of the input, and so data, not an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Refusal {
    /// What is wrong, in lower case, without a full stop.
    pub reason: Arc<str>,
    /// Where: a file, a line, a byte; empty when the document's id says it all.
    pub location: Arc<str>,
}

/// One thing that happened outside: an id is a document, or the reason it is not one, or gone; or the user said what
/// texts have wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Change {
    /// The document is new or replaces what the id stood for.
    Put(Document),
    /// The id stands for something that could not be read.
    Refuse(DocumentId, Refusal),
    /// The id is gone.
    Delete(DocumentId),
    /// The user's corrections are now exactly these, in no order.
    Corrections(Vec<Correction>),
}

/// A triple in its graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quad {
    /// The graph.
    pub graph: Graph,
    /// The triple.
    pub triple: Triple,
}

/// What a reader says of one text: mentions, who is who among them, and relations between them.
///
/// Everything is sorted, so that equal readings are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reading {
    /// The sentences, in order, not overlapping.
    pub sentences: Vec<Span>,
    /// The mentions, by span; none overlap.
    pub mentions: Vec<Mention>,
    /// The entities of this text, each with at least one mention; coreference has been decided.
    pub entities: Vec<LocalEntity>,
    /// Candidate relations between entities of this text.
    pub relations: Vec<LocalRelation>,
}

/// A stretch of text that names something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mention {
    /// Where it stands.
    pub span: Span,
    /// How sure the reader is that this is a mention of this class.
    pub score: Score,
    /// Index into [`Reading::entities`].
    pub entity: u32,
}

/// One entity of one text: what coreference joined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LocalEntity {
    /// The ontology class of its mentions.
    pub class: Iri,
    /// The value, for times and quantities; such an entity is never joined across documents.
    pub literal: Option<Literal>,
    /// Whether the text is about this entity and says what it is (`Mercury is the first planet …`).
    pub defined: bool,
    /// The narrower classes that the text tells it to be of, by class.
    pub types: Vec<LocalType>,
    /// What the sentences around its mentions are about: a vector quantised to integers, or empty.
    pub context: Arc<[i8]>,
}

/// A class below its own that a reader holds an entity of a text to be of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LocalType {
    /// The class.
    pub class: Iri,
    /// The calibrated confidence.
    pub score: Score,
}

/// A relation that a reader saw between two entities of one text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LocalRelation {
    /// Index of the head into [`Reading::entities`].
    pub head: u32,
    /// The relation's IRI.
    pub relation: Iri,
    /// Index of the tail into [`Reading::entities`].
    pub tail: u32,
    /// The calibrated confidence.
    pub score: Score,
    /// The mention of the head that speaks for it: index into [`Reading::mentions`].
    pub head_mention: u32,
    /// The mention of the tail that speaks for it.
    pub tail_mention: u32,
    /// Whether the text states it.
    pub factuality: Factuality,
}

/// Whether a text states what it speaks of. The graph holds only what is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Factuality {
    /// It is so.
    #[default]
    Stated,
    /// It is not so.
    Denied,
    /// Is it so?
    Asked,
    /// If it were so.
    Hypothetical,
    /// It is to be so.
    Planned,
    /// Others say that it is so.
    Reported,
    /// It is so in a story.
    Fictional,
    /// It is so of another: of somebody's father, of a neighbour, of a place near by.
    OfAnother,
    /// The contrary is told, or told better.
    Contrary,
    /// The time that is told is of something else.
    OfAnotherTime,
    /// No word tells it.
    Untold,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_agrees_with_a_day_in_it() {
        let literal = |value: &str, datatype| Literal { value: value.into(), datatype };
        let day = literal("1930-12-02", Datatype::Date);
        assert!(day.agrees_with(&literal("1930", Datatype::Year)));
        assert!(literal("1930-12", Datatype::YearMonth).agrees_with(&day));
        assert!(!day.agrees_with(&literal("1931", Datatype::Year)));
        assert!(!literal("193", Datatype::Integer).agrees_with(&literal("1930", Datatype::Year)));
    }

    #[test]
    fn two_witnesses_are_more_than_one() {
        assert_eq!(Score::new(4_000).or(Score::new(4_000)), Score::new(6_400));
        assert_eq!(Score::ONE.or(Score::new(1)), Score::ONE);
        assert_eq!(Score::default().or(Score::new(3_333)), Score::new(3_333));
    }
}
