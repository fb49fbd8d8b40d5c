//! How a model's heads sit on its encoder: what `extractor.json` says.
//!
//! In: the file. Out: layers, thresholds, classes. Never: a number that training did not choose.

use super::mentions::CLASSES;
use crate::Error;
use crate::candidates::RelationLayers;
use serde::{Deserialize, Serialize};

/// What `extractor.json` says: how the heads sit on the encoder, and what was chosen on validation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtractorConfig {
    /// What the model is called.
    pub name: String,
    /// Layers that the mention head reads.
    pub mention_layers: Vec<usize>,
    /// Layers that coreference compares states at.
    pub coreference_layers: [usize; 2],
    /// The logit from which two mentions are one entity.
    pub coreference_threshold: f32,
    /// How pronouns are read; none where the model was not trained for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<ReferenceConfig>,
    /// Layers that the relation head reads.
    pub relation_layers: RelationLayers,
    /// Layers that sentence vectors are made of.
    pub vector_layers: Vec<usize>,
    /// The relations, in the order of the head's outputs.
    pub relations: Vec<RelationConfig>,
    /// Relations go out from this share of their threshold.
    pub floor: f32,
    /// What is added to the logit of a relation whose ends no sentence speaks of together, chosen on validation: heads are too
    /// sure of those.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub apart: f32,
    /// The annotation style that reading uses, an index into [`super::mentions::STYLES`].
    #[serde(default, skip_serializing_if = "is_first")]
    pub style: usize,
    /// How relations that the head does not know are read by their labels; none where it was trained without labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_shot: Option<ZeroShotConfig>,
    /// How it is told by their labels what things are; none where that was not learnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<ZeroShotConfig>,
    /// The mention head's own classes, in the order of its tags; empty where they are [`CLASSES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<LabelConfig>,
}

/// How a model tells what pronouns refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceConfig {
    /// The layer whose states are compared.
    pub layer: usize,
    /// The probability from which a reference is taken, chosen on validation.
    pub threshold: f32,
}

/// What was chosen on validation for relations, or types of things, that are read by their labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroShotConfig {
    /// The probability from which one is taken, where very many are asked for.
    pub threshold: f32,
    /// The same where few are asked for, which leave less to choose wrongly among; none where it is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub few: Option<FewLabels>,
    /// The probability that is best for F1 on validation.
    pub balanced: f32,
    /// Multiplies the logit before the sigmoid.
    pub slope: f32,
}

/// From which probability a label is taken where few are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FewLabels {
    /// How many labels these are at most.
    pub few: usize,
    /// The probability for so many.
    pub threshold: f32,
    /// How many labels are very many.
    pub many: usize,
}

impl ZeroShotConfig {
    /// The probability from which one is taken where so many labels are asked for: between few and very many the log odds
    /// go by the logarithm of the count, as the best of so many wrong ones does.
    pub fn needed(&self, count: usize) -> f32 {
        let Some(FewLabels { few, threshold, many }) = self.few else { return self.threshold };
        let log = |count: usize| (count.max(1) as f32).ln();
        let share = ((log(count) - log(few)) / (log(many) - log(few)).max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
        let odds = |probability: f32| (probability / (1.0 - probability)).ln();
        let between = odds(threshold) + share * (odds(self.threshold) - odds(threshold));
        1.0 / (1.0 + (-between).exp())
    }
}

fn is_nothing(added: &f32) -> bool {
    *added == 0.0
}

fn is_first(style: &usize) -> bool {
    *style == 0
}

/// A class of mentions that a data set has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelConfig {
    /// As the set calls it.
    pub name: String,
    /// Which of [`CLASSES`] reading takes it for.
    pub class: String,
}

/// One relation of the head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationConfig {
    /// Its Wikidata property, as in `P57`.
    pub property: String,
    /// The probability from which it is taken, chosen on validation.
    pub threshold: f32,
    /// The probability that is best for F1 on validation; reports use it, reading does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balanced: Option<f32>,
    /// Multiplies the logit before the sigmoid (temperature scaling, Guo et al. 2017).
    pub slope: f32,
}

impl ExtractorConfig {
    /// The index into [`CLASSES`] of each class of the mention head.
    pub(super) fn classes(&self) -> Result<Vec<usize>, Error> {
        if self.labels.is_empty() {
            return Ok((0..CLASSES.len()).collect());
        }
        let class = |label: &LabelConfig| {
            CLASSES.iter().position(|class| *class == label.class).ok_or_else(|| Error::Data {
                name: "extractor.json".to_owned(),
                reason: format!("\"{}\" is none of the classes {}", label.class, CLASSES.join(", ")),
            })
        };
        self.labels.iter().map(class).collect()
    }

    /// Every layer that some head reads, sorted.
    pub fn layers(&self) -> Vec<usize> {
        let mut layers = self.mention_layers.clone();
        layers.extend(self.coreference_layers);
        layers.extend(self.relation_layers.all());
        layers.extend(self.references.as_ref().map(|references| references.layer));
        layers.extend(&self.vector_layers);
        layers.sort_unstable();
        layers.dedup();
        layers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_labels_are_asked_for_the_surer_one_must_be() {
        let few = FewLabels { few: 20, threshold: 0.6, many: 2_000 };
        let labels = ZeroShotConfig { threshold: 0.95, few: Some(few), balanced: 0.7, slope: 1.0 };
        let needed: Vec<f32> = [1, 20, 200, 2_000, 20_000].map(|count| labels.needed(count)).to_vec();
        assert!((needed[0] - 0.6).abs() < 1e-6 && (needed[4] - 0.95).abs() < 1e-6, "{needed:?}");
        assert!(needed.is_sorted() && needed[1] < needed[2] && needed[2] < needed[3], "{needed:?}");
        assert_eq!(ZeroShotConfig { few: None, ..labels }.needed(3), 0.95);
    }
}
