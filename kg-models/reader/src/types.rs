//! What entities are, by what the labels of an ontology's classes say: an entity's states beside the vector of a text that
//! describes a class.
//!
//! In: classes with their labels as vectors, entities. Out: a probability for each class that may fit. Never: one of the six classes that the mention
//! head tells.

use super::candidates::{CandidateSet, is_value};
use super::relations::{RelationHead, entity_types, type_logits};
use crate::Error;
use crate::model::{Extractor, score};
use kgloom_numerics::passes;
use kgloom_record::record::Score;

/// What an entity may be.
pub(super) struct Typed {
    /// Its place among the members.
    pub(super) entity: usize,
    /// The class's place among the narrow ones.
    pub(super) class: usize,
    pub(super) score: Score,
}

impl Extractor {
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
