//! Training of embeddings on a graph.
//!
//! In: a set of links, a configuration with a seed. Out: the tables that were best on validation. Never: a look at the
//! test part, or numbers that depend on anything but set, configuration and machine.

use super::embeddings::{Embeddings, Shape};
use super::family::Family;
use super::metrics::{Metrics, Ties};
use super::negatives::Negatives;
use super::rank::{Field, rank};
use super::set::{Answers, LinkSet, Question};
use super::steps::{Example, Pace, Room, Tables, against_all, against_drawn};
use super::table::{Table, UpdateRule};
use crate::Error;
use crate::artifact::{self, Array, Storage, Weights};
use crate::draw::draw;
use crate::engine::compare::Comparison;
use crate::train::{TrainProgress, Watch};
use serde::{Deserialize, Serialize};
use std::path::Path;

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
    /// Whether an example teaches all right answers to its question at once, and not one.
    pub all_answers: bool,
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
            all_answers: false,
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
        let share = |x: f32| (0.0..1.0).contains(&x);
        if self.dimension == 0 || self.family.halves() && !self.dimension.is_multiple_of(2) {
            return wrong("dimension", "must be positive, and even for complex, simple and rotate");
        }
        if self.batch == 0 || self.epochs == 0 || self.check_every == 0 {
            return wrong("batch, epochs, check_every", "must be positive");
        }
        if !share(self.entity_dropout) || !share(self.relation_dropout) {
            return wrong("entity_dropout, relation_dropout", "is a share from 0 to below 1");
        }
        if self.rate.is_nan() || self.rate <= 0.0 {
            return wrong("rate", "must be positive");
        }
        if self.negative_count == 0 && self.family.comparison() != Comparison::Product {
            return wrong(
                "negative_count",
                "families of distances are trained against drawn wrong answers; give their number",
            );
        }
        if self.negative_count == 0 && self.loss != Loss::Softmax {
            return wrong("loss", "against all entities it is softmax; give negative_count for another");
        }
        if self.negative_count > 0 && self.all_answers {
            return wrong("all_answers", "goes with negative_count = 0");
        }
        Ok(())
    }

    fn shape(&self) -> Shape {
        Shape { family: self.family, dimension: self.dimension, reciprocal: self.reciprocal }
    }

    /// Tables before training.
    pub(super) fn start(&self, set: &LinkSet) -> Tables {
        let shape = self.shape();
        let (wide, deep) = self.family.widths(self.dimension);
        let (count, rows) = (set.entities.len(), shape.relation_rows(set.relations.len()));
        let normal = |purpose: &str, rows: usize, width: usize| {
            let glorot = (2.0 / (rows + width) as f32).sqrt();
            let spread = if self.spread > 0.0 { self.spread } else { glorot };
            draw(self.seed, purpose, 0).normals(rows * width, spread)
        };
        let relations = if self.family == Family::Rotate {
            let mut draw = draw(self.seed, "link relations", 0);
            (0..rows * deep).map(|_| (2.0 * draw.unit() - 1.0) * std::f32::consts::PI).collect()
        } else {
            normal("link relations", rows, deep)
        };
        let entities = Table::new(normal("link entities", count, wide), wide, self.update);
        Tables { shape, entities, relations: Table::new(relations, deep, self.update) }
    }
}

/// What training gave.
#[derive(Clone, Debug)]
pub struct LinkTrained {
    /// The tables that were best on validation.
    pub embeddings: Embeddings,
    /// Their figures there: filtered by training and validation, ties realistic.
    pub validation: Metrics,
    /// The epoch they are from, from 1.
    pub epoch: usize,
}

/// Trains embeddings; with `folder`, goes on from a checkpoint in it and leaves one there.
///
/// # Errors
/// When the configuration cannot be, a part of the set is empty, or a checkpoint cannot be read or written.
pub fn train_links(
    set: &LinkSet,
    training: &LinkTraining,
    folder: Option<&Path>,
    tell: &mut dyn FnMut(TrainProgress),
) -> Result<LinkTrained, Error> {
    training.check()?;
    for (part, links) in [("training", &set.train), ("validation", &set.validation)] {
        if links.is_empty() {
            return Err(Error::Data {
                name: set.name.clone(),
                reason: format!("its {part} part is empty; `kgloom data split` makes parts"),
            });
        }
    }
    let mut run = Run::start(set, training, folder)?;
    let mut watch = Watch::new(tell);
    while run.mark.epoch < training.epochs && run.mark.stale <= training.patience {
        run.epoch(&mut watch)?;
    }
    run.finish()
}

/// Where training stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Mark {
    training: LinkTraining,
    epoch: usize,
    rate: f32,
    best_epoch: usize,
    best: f64,
    /// Checks since the best.
    stale: usize,
    /// Checks since the best or the last change of the rate.
    slow: usize,
}

struct Run<'a> {
    set: &'a LinkSet,
    training: &'a LinkTraining,
    folder: Option<&'a Path>,
    known: Answers,
    seen: Vec<bool>,
    /// Every question of the training part, with the place of its answers.
    questions: Vec<(Question, std::ops::Range<usize>)>,
    answers: Vec<u32>,
    tables: Tables,
    best: Option<Embeddings>,
    mark: Mark,
    room: Room,
}

const MARK: &str = "training.json";
const STATE: &str = "training.safetensors";
const BEST: &str = "best.safetensors";

impl<'a> Run<'a> {
    fn start(set: &'a LinkSet, training: &'a LinkTraining, folder: Option<&'a Path>) -> Result<Self, Error> {
        let taught = Answers::new(&[&set.train]);
        let (mut questions, mut answers) = (Vec::new(), Vec::new());
        for (question, count) in taught.counts() {
            let start = answers.len();
            answers.extend(taught.to(question));
            if training.all_answers {
                questions.push((question, start..start + count));
            } else {
                questions.extend((start..start + count).map(|place| (question, place..place + 1)));
            }
        }
        let mark = Mark { training: training.clone(), rate: training.rate, ..Mark::default() };
        let mut run = Run {
            known: Answers::new(&[&set.train, &set.validation]),
            seen: set.seen(&[&set.train, &set.validation]),
            set,
            training,
            folder,
            questions,
            answers,
            tables: training.start(set),
            best: None,
            mark,
            room: Room::default(),
        };
        run.resume()?;
        Ok(run)
    }

    fn resume(&mut self) -> Result<(), Error> {
        let Some(folder) = self.folder.filter(|folder| folder.join(MARK).exists()) else { return Ok(()) };
        let path = folder.join(MARK);
        let mark: Mark = serde_json::from_slice(&artifact::read(&path)?)
            .map_err(|source| Error::Json { name: path.display().to_string(), source })?;
        if mark.training != (LinkTraining { epochs: mark.training.epochs, ..self.training.clone() }) {
            return Err(Error::Unsupported {
                name: path.display().to_string(),
                reason: "a training under another configuration; take it away, or name another folder".to_owned(),
            });
        }
        let parse = |file: &str| {
            let path = folder.join(file);
            Weights::parse(&path.display().to_string(), &artifact::read(&path)?)
        };
        let state = parse(STATE)?;
        self.tables.entities.restore("entities", &state)?;
        self.tables.relations.restore("relations", &state)?;
        let best = parse(BEST)?;
        let take = |name: &str, like: &Table| {
            best.array(name, &[like.values.len() / like.width, like.width]).map(|array| array.values.clone())
        };
        self.best = Some(Embeddings {
            shape: self.training.shape(),
            entities: take("entities", &self.tables.entities)?,
            relations: take("relations", &self.tables.relations)?,
        });
        self.mark = Mark { training: self.training.clone(), ..mark };
        Ok(())
    }

    /// One pass over all examples, and perhaps a look at validation.
    fn epoch(&mut self, watch: &mut Watch<'_>) -> Result<(), Error> {
        let LinkTraining { seed, batch, epochs, check_every, .. } = *self.training;
        let epoch = self.mark.epoch;
        let mut order: Vec<u32> = (0..self.questions.len() as u32).collect();
        draw(seed, "link order", epoch as u64).shuffle(&mut order);
        let steps = order.len().div_ceil(batch);
        let mut total = 0.0;
        for (index, places) in order.chunks(batch).enumerate() {
            let pace = Pace { step: epoch * steps + index, rate: self.mark.rate };
            let loss = self.step(places, pace);
            if !loss.is_finite() {
                return Err(Error::Unsupported {
                    name: "link training".to_owned(),
                    reason: format!("the loss is {loss} in epoch {}; try a smaller rate", epoch + 1),
                });
            }
            total += f64::from(loss);
            watch.step("links", (epoch, epochs), (index + 1, steps), (total / (index + 1) as f64) as f32);
        }
        self.mark.epoch = epoch + 1;
        if self.mark.epoch.is_multiple_of(check_every) || self.mark.epoch == epochs {
            let mrr = self.validate()?.mrr;
            watch.validated(mrr as f32);
            self.checkpoint(mrr)?;
        }
        Ok(())
    }

    fn step(&mut self, places: &[u32], pace: Pace) -> f32 {
        let relations = self.set.relations.len();
        let example = |place: &u32| {
            let (question, range) = &self.questions[*place as usize];
            let (side, relation) = self.tables.shape.turn(*question, relations);
            Example { question: *question, side, relation, answers: &self.answers[range.clone()] }
        };
        let examples: Vec<Example<'_>> = places.iter().map(example).collect();
        if self.training.negative_count == 0 {
            return against_all(&mut self.tables, &examples, self.training, pace, &mut self.room);
        }
        let entities = self.set.entities.len();
        let mut draw = draw(self.training.seed, "link negatives", pace.step as u64);
        let mut wrong = vec![0; examples.len() * self.training.negative_count];
        for (example, wrong) in examples.iter().zip(wrong.chunks_exact_mut(self.training.negative_count)) {
            self.training.negatives.draw(example.question, (entities, &self.known), &mut draw, wrong);
        }
        against_drawn(&mut self.tables, (&examples, &wrong), self.training, pace, &mut self.room)
    }

    fn embeddings(&self) -> Embeddings {
        Embeddings {
            shape: self.tables.shape.clone(),
            entities: self.tables.entities.values.clone(),
            relations: self.tables.relations.values.clone(),
        }
    }

    fn validate(&self) -> Result<Metrics, Error> {
        score(&self.embeddings(), self.set, (&self.known, &self.seen))
    }

    fn checkpoint(&mut self, mrr: f64) -> Result<(), Error> {
        let mark = &mut self.mark;
        let better = self.best.is_none() || mrr > mark.best;
        if better {
            (mark.best, mark.best_epoch, mark.stale, mark.slow) = (mrr, mark.epoch, 0, 0);
        } else {
            mark.stale += 1;
            mark.slow += 1;
            if mark.slow > self.training.rate_patience {
                mark.rate *= self.training.rate_factor;
                mark.slow = 0;
            }
        }
        if better {
            self.best = Some(self.embeddings());
        }
        let (Some(folder), Some(best)) = (self.folder, &self.best) else { return Ok(()) };
        let arrays = [self.tables.entities.arrays("entities"), self.tables.relations.arrays("relations")].concat();
        artifact::write(&folder.join(STATE), &artifact::serialize(&arrays)?)?;
        if better {
            let array = |values: &[f32], width: usize| Array {
                shape: vec![values.len() / width, width],
                values: values.to_vec(),
            };
            let arrays = [
                ("entities".to_owned(), array(&best.entities, self.tables.entities.width), Storage::Single),
                ("relations".to_owned(), array(&best.relations, self.tables.relations.width), Storage::Single),
            ];
            artifact::write(&folder.join(BEST), &artifact::serialize(&arrays)?)?;
        }
        let bytes =
            serde_json::to_vec_pretty(&self.mark).map_err(|source| Error::Json { name: MARK.to_owned(), source })?;
        artifact::write(&folder.join(MARK), &bytes)
    }

    fn finish(self) -> Result<LinkTrained, Error> {
        let Some(embeddings) = self.best else {
            let reason = "no epoch was run; ask for at least one".to_owned();
            return Err(Error::Data { name: "training".to_owned(), reason });
        };
        let validation = score(&embeddings, self.set, (&self.known, &self.seen))?;
        Ok(LinkTrained { embeddings, validation, epoch: self.mark.best_epoch })
    }
}

/// Figures on validation: candidates are what training and validation name.
fn score(embeddings: &Embeddings, set: &LinkSet, (known, seen): (&Answers, &[bool])) -> Result<Metrics, Error> {
    let ranks = rank(&embeddings.scorer(), &set.validation, Field { known, candidates: Some(seen) })?;
    Ok(Metrics::of(&ranks, Ties::Realistic))
}

#[cfg(test)]
#[path = "train_tests.rs"]
mod tests;
