//! What entities are, by what the labels of an ontology's classes say: an entity's states beside the vector of a text that
//! describes a class.
//!
//! In: classes with their labels as vectors, entities. Out: a probability for each class that may fit. Never: one of the six classes that the mention
//! head tells.

use super::called::{self, Called};
use super::candidates::{CandidateSet, is_value};
use super::layout::TokenizedText;
use super::mentions::MentionSpan;
use super::relations::{RelationHead, entity_types, type_logits};
use crate::Error;
use crate::model::{Extractor, score};
use kgloom_numerics::passes;
use kgloom_record::record::Score;
use std::ops::Range;

/// What an entity may be.
pub(super) struct Typed {
    /// Its place among the members.
    pub(super) entity: usize,
    /// The class's place among the narrow ones.
    pub(super) class: usize,
    pub(super) score: Score,
}

/// The score, in ten-thousandths, of what a text calls something in so many words.
const CALLED: u16 = 9_500;

impl Extractor {
    /// What the mentions of a window are called, by the classes that an ontology declares.
    pub(super) fn called(
        &self,
        read: (&str, &TokenizedText),
        window: Range<usize>,
        found: &[MentionSpan],
    ) -> Vec<Called> {
        let Some(narrow) = &self.narrow else { return Vec::new() };
        called::called(read, window, found, narrow)
    }

    /// The score of what is called so: enough to be told, however sure a label has to be.
    pub(super) fn surely_typed(&self) -> Score {
        let needed = self.config.types.as_ref().map(|types| score(types.threshold)).unwrap_or_default();
        Score::new(CALLED).max(needed)
    }

    /// What the entities of a text may be, from the floor up.
    pub(super) fn types_of(&self, candidates: &CandidateSet, head: &RelationHead) -> Result<Vec<Typed>, Error> {
        let (Some(narrow), Some(config)) = (&self.narrow, &self.config.types) else { return Ok(Vec::new()) };
        if candidates.classes.is_empty() {
            return Ok(Vec::new());
        }
        let entities = entity_types(&head.parameters, candidates)?;
        let logits = type_logits(&head.parameters, &entities, &narrow.embeddings)?.to_vec2::<f32>()?;
        let mut told = Vec::new();
        for (entity, logits) in logits.iter().enumerate() {
            for (class, logit) in logits.iter().enumerate() {
                let probability = passes::sigmoid(logit * config.slope);
                if !is_value(candidates.classes[entity]) && probability >= config.threshold * self.config.floor {
                    told.push(Typed { entity, class, score: score(probability) });
                }
            }
        }
        Ok(told)
    }
}
