//! How embeddings are trained: a file's keys, their defaults, and what cannot be.
//!
//! In: a file. Out: a configuration, the tables it begins with. Never: a step.

use super::embeddings::Shape;
use super::family::Family;
use crate::negatives::lemon::Lemon;

use crate::Error;
use crate::data::set::LinkSet;
use kgloom_numerics::compare::Comparison;
use kgloom_numerics::ranges::{Checked, MANY, MOST_NUMBERS};
use kgloom_numerics::table::UpdateRule;
use serde::{Deserialize, Serialize};

/// The most numbers in a row.
const MOST_DIMENSIONS: usize = 65_536;

/// What training minimises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Cross entropy of the right answer among all that are compared.
    #[default]
    Softmax,
    /// Logistic, wrong answers weighted by how plausible they seem (Sun et al. 2019).
    SelfAdversarial,
    /// Every wrong answer a margin below the right one (Bordes et al. 2013).
    Margin,
}

/// What keeps rows small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Penalty {
    /// Nothing.
    #[default]
    None,
    /// Squares.
    L2,
    /// Cubes (Lacroix et al. 2018).
    N3,
}

/// How a model is trained. Penalties weigh the rows of each batch, as often as they occur in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkTraining {
    /// The scorer.
    pub family: Family,
    /// Numbers in an entity's row; of complex ones, two each.
    pub dimension: usize,
    /// Whether each relation has a second row for questions read backwards.
    pub reciprocal: bool,
    /// What is minimised.
    pub loss: Loss,
    /// Wrong answers drawn for each example; none compares with all entities.
    pub negative_count: usize,
    /// Where wrong answers come from.
    pub negatives: Negatives,
    /// How pools of alike entities are made, where wrong answers come from them.
    pub lemon: Option<Lemon>,
    /// Whether an example teaches all right answers to its question at once, and not one.
    pub all_answers: bool,
    /// Whether a question then counts as often as it has right answers, as if each were an example of its own: the same
    /// slopes for a part of the products.
    pub by_answers: bool,
    /// The margin of losses that have one.
    pub margin: f32,
    /// How sharply self-adversarial weights tell wrong answers apart.
    pub temperature: f32,
    /// How gradients change rows.
    pub update: UpdateRule,
    /// The learning rate.
    pub rate: f32,
    /// What the rate is multiplied by when validation has not improved for `rate_patience` checks.
    pub rate_factor: f32,
    /// See `rate_factor`.
    pub rate_patience: usize,
    /// Examples in a step.
    pub batch: usize,
    /// The most epochs.
    pub epochs: usize,
    /// Epochs between looks at validation.
    pub check_every: usize,
    /// Checks without a better validation score before training stops.
    pub patience: usize,
    /// The share of an entity's numbers that is dropped from a query.
    pub entity_dropout: f32,
    /// The share of a relation's numbers that is dropped from a query.
    pub relation_dropout: f32,
    /// What keeps rows small.
    pub penalty: Penalty,
    /// Its weight for entities.
    pub entity_penalty: f32,
    /// Its weight for relations.
    pub relation_penalty: f32,
    /// The standard deviation of the first numbers; Glorot and Bengio's where 0.
    pub spread: f32,
    /// The seed of everything drawn.
    pub seed: u64,
}

impl Default for LinkTraining {
    fn default() -> Self {
        LinkTraining {
            family: Family::Complex,
            dimension: 200,
            reciprocal: true,
            loss: Loss::Softmax,
            negative_count: 0,
            negatives: Negatives::Uniform,
            lemon: None,
            all_answers: false,
            by_answers: false,
            margin: 6.0,
            temperature: 1.0,
            update: UpdateRule::Adagrad,
            rate: 0.1,
            rate_factor: 0.5,
            rate_patience: 3,
            batch: 512,
            epochs: 100,
            check_every: 5,
            patience: 6,
            entity_dropout: 0.0,
            relation_dropout: 0.0,
            penalty: Penalty::N3,
            entity_penalty: 0.01,
            relation_penalty: 0.01,
            spread: 0.0,
            seed: 1,
        }
    }
}

impl LinkTraining {
    /// Says what of it cannot be.
    ///
    /// # Errors
    /// When a value is out of range, or two do not go together.
    pub fn check(&self) -> Result<(), Error> {
        let wrong = |key: &str, reason: &str| {
            Err(Error::Unsupported { name: format!("link training, {key}"), reason: reason.to_owned() })
        };
        let checked = Checked("link training");
        checked.whole("dimension", self.dimension, (1, MOST_DIMENSIONS))?;
        if self.family.halves() && !self.dimension.is_multiple_of(2) {
            return wrong("dimension", "must be even for complex, simple and rotate");
        }
        for (key, value, least) in [
            ("batch", self.batch, 1),
            ("epochs", self.epochs, 1),
            ("check_every", self.check_every, 1),
            ("patience", self.patience, 0),
            ("rate_patience", self.rate_patience, 0),
            ("negative_count", self.negative_count, 0),
        ] {
            checked.whole(key, value, (least, MANY))?;
        }
        checked.below("entity_dropout", self.entity_dropout, (0.0, 1.0))?;
        checked.below("relation_dropout", self.relation_dropout, (0.0, 1.0))?;
        checked.above("rate", self.rate, (0.0, 100.0))?;
        checked.above("rate_factor", self.rate_factor, (0.0, 1.0))?;
        checked.number("margin", self.margin, (0.0, 1e6))?;
        checked.number("temperature", self.temperature, (0.0, 1e6))?;
        checked.number("entity_penalty", self.entity_penalty, (0.0, 1e6))?;
        checked.number("relation_penalty", self.relation_penalty, (0.0, 1e6))?;
        checked.number("spread", self.spread, (0.0, 1e3))?;
        if self.negative_count == 0 && self.family.comparison() != Comparison::Product {
            return wrong(
                "negative_count",
                "families of distances are trained against drawn wrong answers; give their number",
            );
        }
        if self.negative_count == 0 && self.loss != Loss::Softmax {
            return wrong("loss", "against all entities it is softmax; give negative_count for another");
        }
        if self.by_answers && !self.all_answers {
            return wrong("by_answers", "goes with all_answers = true");
        }
        if self.negative_count > 0 && self.all_answers {
            return wrong("all_answers", "goes with negative_count = 0");
        }
        if self.negative_count == 0 && self.negatives != Negatives::Uniform {
            return wrong("negatives", "says how wrong answers are drawn; give their number, negative_count");
        }
        if self.lemon.is_some() && self.negatives != Negatives::Lemon {
            return wrong("lemon", "goes with negatives = \"lemon\"");
        }
        if let Some(lemon) = self.lemon {
            checked.whole("lemon.components", lemon.components, (1, 4096))?;
            checked.whole("lemon.clusters", lemon.clusters, (1, MANY))?;
            checked.whole("lemon.nearest", lemon.nearest, (1, MANY))?;
        }
        if let Some((key, reason)) = self.lemon.and_then(|lemon| lemon.wrong()) {
            return wrong(key, reason);
        }
        Ok(())
    }

    /// Says whether a set's tables could not be held.
    ///
    /// # Errors
    /// When they have too many numbers.
    pub fn check_size(&self, set: &LinkSet) -> Result<(), Error> {
        let (wide, deep) = self.family.widths(self.dimension);
        let rows = [(set.entities.len(), wide), (self.shape().relation_rows(set.relations.len()), deep)];
        for (count, width) in rows {
            if count as u128 * width as u128 > MOST_NUMBERS {
                let name = format!("link training, dimension = {}", self.dimension);
                let reason =
                    format!("{count} rows of {width} numbers are too many; {MOST_NUMBERS} numbers are the most");
                return Err(Error::Unsupported { name, reason });
            }
        }
        Ok(())
    }

    pub(crate) fn shape(&self) -> Shape {
        Shape { family: self.family, dimension: self.dimension, reciprocal: self.reciprocal }
    }
}

/// Where wrong answers come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Negatives {
    /// All entities alike.
    #[default]
    Uniform,
    /// All entities alike, on the side where a wrong answer is less often a right one that is not known (Wang et al.
    /// 2014). Their triples are corrupted at the head with a chance of tph / (tph + hpt), tails per head and heads per
    /// tail of the relation; here each link is two examples, one asked from each side, so each of the two is asked from
    /// a side drawn with that chance.
    Bernoulli,
    /// Answers of the other examples of the batch.
    Batch,
    /// Entities whose texts are like an anchor's: members of the clusters nearest to it (LEMON, Islam et al. 2022).
    Lemon,
}
