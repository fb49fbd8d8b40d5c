//! What a predictor knows, as it is written down, and how it weighs what speaks for an answer.
//!
//! In: a file. Out: names, links, rules, weights that fit together. Never: a vector.

use super::curve::Curve;
use super::evidence::Features;
use crate::rules::mining::Rules;
use kgloom_numerics::passes;
use kgloom_record::record::{Iri, Score};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is written beside the vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    /// The encoder of texts.
    pub encoder: String,
    pub relations: Vec<Arc<str>>,
    pub entities: Vec<Arc<str>>,
    /// By entity: its class, and none where the graph did not say.
    pub classes: Vec<Option<Iri>>,
    /// The training links: head, relation, tail.
    pub links: Vec<[u32; 3]>,
    pub rules: Rules,
    /// What weighs what speaks for an answer, for heads and for tails.
    #[serde(rename = "judges")]
    pub classifiers: [AnswerClassifier; 2],
}

/// What is believed of an answer that these features speak for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct AnswerClassifier {
    /// Weights of a logistic regression.
    pub weights: Features,
    /// How often it is right about the best answer to a question, and about the others.
    pub curves: [Curve; 2],
}

impl AnswerClassifier {
    /// What the regression says.
    pub fn says(&self, features: &Features) -> f32 {
        passes::sigmoid(self.weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum())
    }

    /// What is to be believed of it; `place` 0 is the best answer to its question.
    pub fn believes(&self, said: f32, place: usize) -> Score {
        score(self.curves[place.min(1)].at(said))
    }
}

impl Card {
    /// Whether its parts fit together.
    pub fn fits(&self) -> bool {
        let (entities, relations) = (self.entities.len() as u32, self.relations.len() as u32);
        let inside = |link: &[u32; 3]| link[0] < entities && link[1] < relations && link[2] < entities;
        self.classes.len() == self.entities.len()
            && self.entities.is_sorted()
            && self.links.iter().all(inside)
            && self.rules.concludes(self.relations.len())
    }
}

/// Rounded once, where a float leaves the model.
pub(super) fn score(value: f32) -> Score {
    Score::new((value.clamp(0.0, 1.0) * 10_000.0).round() as u16)
}
