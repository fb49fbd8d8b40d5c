//! Training of ULTRA on a graph, from nothing or from given weights.
//!
//! In: a set of links, a configuration with a seed. Out: the weights that were best on validation. Never: a look at the
//! test part, or numbers that depend on how many threads there are.

use super::backward::{BackwardWorkspace, Example};
use super::graph::UltraGraph;
use super::net::{Ultra, step};
use super::scorer::UltraScorer;
use super::weights::UltraWeights;
use crate::Error;
use crate::data::set::{KnownTriples, Link, LinkSet, Side};
use crate::negatives::sampler::WrongAnswers;
use crate::rank::filtered::{RankingFilter, rank};
use crate::rank::metrics::{Metrics, Ties};
use kgloom_numerics::artifact::{self, Weights};
use kgloom_numerics::draw::draw;
use kgloom_numerics::progress::{ProgressReporter, TrainProgress};
use kgloom_numerics::ranges::{Checked, MANY};
use kgloom_numerics::table::{Table, UpdateRule};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// How ULTRA is trained; the defaults are the paper's but for the number of wrong answers and of epochs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UltraTraining {
    /// Wrong answers drawn for each question.
    pub negative_count: usize,
    /// How sharply self-adversarial weights tell wrong answers apart (Sun et al. 2019).
    pub temperature: f32,
    /// The learning rate of AdamW.
    pub rate: f32,
    /// Its decay.
    pub decay: f32,
    /// Links in a step: tails are asked of the first half, heads of the other.
    pub batch: usize,
    /// The most epochs.
    pub epochs: usize,
    /// Links of an epoch; all, where 0.
    pub links: usize,
    /// Epochs without a better validation score before training stops.
    pub patience: usize,
    /// Validation links that are ranked after each epoch; all, where 0.
    pub sample: usize,
    /// The seed of everything drawn.
    pub seed: u64,
}

impl Default for UltraTraining {
    fn default() -> Self {
        UltraTraining {
            negative_count: 256,
            temperature: 1.0,
            rate: 5e-4,
            decay: 0.01,
            batch: 64,
            epochs: 10,
            links: 0,
            patience: 3,
            sample: 0,
            seed: 1,
        }
    }
}

impl UltraTraining {
    /// Says what of it cannot be.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn check(&self) -> Result<(), Error> {
        let checked = Checked("training of ULTRA");
        for (key, value) in [("negative_count", self.negative_count), ("batch", self.batch), ("epochs", self.epochs)] {
            checked.whole(key, value, (1, MANY))?;
        }
        checked.whole("patience", self.patience, (0, MANY))?;
        checked.above("temperature", self.temperature, (0.0, 1e6))?;
        checked.above("rate", self.rate, (0.0, 100.0))?;
        checked.below("decay", self.decay, (0.0, 1.0))
    }
}

/// What training gave.
#[derive(Clone, Debug)]
pub struct UltraTrained {
    /// The weights that were best on validation.
    pub weights: UltraWeights,
    /// Their figures there: filtered by training and validation, ties realistic.
    pub validation: Metrics,
    /// The epoch they are from, from 1; 0 where no epoch was better than the weights that were given.
    pub epoch: usize,
}

/// Trains, from given weights or from nothing; with `folder`, goes on from a checkpoint in it and leaves one there.
///
/// # Errors
/// When the configuration cannot be, a part of the set is empty, or a checkpoint cannot be read or written.
pub fn train_ultra(
    set: &LinkSet,
    training: &UltraTraining,
    from: Option<&UltraWeights>,
    folder: Option<&Path>,
    on_progress: &mut dyn FnMut(TrainProgress),
) -> Result<UltraTrained, Error> {
    training.check()?;
    for (part, links) in [("training", &set.train), ("validation", &set.validation)] {
        if links.is_empty() {
            let reason = format!("its {part} part is empty; `kgloom data split` makes parts");
            return Err(Error::Data { name: set.name.clone(), reason });
        }
    }
    let start = from.cloned().unwrap_or_else(|| UltraWeights::start(training.seed));
    let mut run = Run::start(set, training, start, folder)?;
    let mut reporter = ProgressReporter::new(on_progress);
    while run.metadata.epoch < training.epochs && run.metadata.epoch - run.metadata.best_epoch <= training.patience {
        run.epoch(&mut reporter)?;
    }
    let weights = UltraWeights { values: run.best.clone() };
    Ok(UltraTrained { validation: run.validate(&weights)?, epoch: run.metadata.best_epoch, weights })
}

/// Where training stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct CheckpointMetadata {
    training: UltraTraining,
    /// A hash of the set.
    set: String,
    /// A hash of the weights it began with.
    start: String,
    epoch: usize,
    best_epoch: usize,
    best: f64,
}

struct Run<'a> {
    set: &'a LinkSet,
    training: &'a UltraTraining,
    folder: Option<&'a Path>,
    graph: UltraGraph,
    /// What is right in training; and in training or validation, with the entities of both.
    taught: KnownTriples,
    known: KnownTriples,
    seen: Vec<bool>,
    sample: Vec<Link>,
    table: Table,
    best: Vec<f32>,
    metadata: CheckpointMetadata,
    workspaces: Mutex<Vec<BackwardWorkspace>>,
}

const METADATA: &str = "ultra.json";
const STATE: &str = "ultra.safetensors";
const BEST: &str = "best.safetensors";

/// Questions that are answered one after the other, so that what their relation means is read once.
const TOGETHER: usize = 4;

impl<'a> Run<'a> {
    fn start(
        set: &'a LinkSet,
        training: &'a UltraTraining,
        start: UltraWeights,
        folder: Option<&'a Path>,
    ) -> Result<Self, Error> {
        let mut sample = set.validation.clone();
        if training.sample > 0 {
            draw(training.seed, "ultra sample", 0).shuffle(&mut sample);
            sample.truncate(training.sample);
        }
        let bytes: Vec<u8> = start.values.iter().flat_map(|x| x.to_le_bytes()).collect();
        let start_hash = blake3::hash(&bytes).to_hex().to_string();
        let count = start.values.len();
        let mut run = Run {
            graph: UltraGraph::new(&[&set.train], set.entities.len(), set.relations.len()),
            taught: KnownTriples::new(&[&set.train]),
            known: KnownTriples::new(&[&set.train, &set.validation]),
            seen: set.seen(&[&set.train, &set.validation]),
            sample,
            table: Table::new(start.values.clone(), count, UpdateRule::Adam),
            best: start.values,
            metadata: CheckpointMetadata {
                training: training.clone(),
                set: set.hash(),
                start: start_hash,
                epoch: 0,
                best_epoch: 0,
                best: 0.0,
            },
            workspaces: Mutex::default(),
            set,
            training,
            folder,
        };
        if !run.resume()? {
            run.metadata.best = run.validate(&UltraWeights { values: run.best.clone() })?.mrr;
        }
        Ok(run)
    }

    fn resume(&mut self) -> Result<bool, Error> {
        let Some(folder) = self.folder.filter(|folder| folder.join(METADATA).exists()) else { return Ok(false) };
        let path = folder.join(METADATA);
        let metadata: CheckpointMetadata = artifact::read_json(&path)?;
        let same = UltraTraining { epochs: metadata.training.epochs, ..self.training.clone() };
        if metadata.training != same || metadata.set != self.metadata.set || metadata.start != self.metadata.start {
            return Err(Error::Unsupported {
                name: path.display().to_string(),
                reason:
                    "a training of another set, under another configuration or from other weights; take it away, or \
                         name another folder"
                        .to_owned(),
            });
        }
        self.table.restore("ultra", &Weights::read(&folder.join(STATE))?)?;
        if metadata.best_epoch > 0 {
            self.best = UltraWeights::read(&folder.join(BEST))?.values;
        }
        self.metadata = CheckpointMetadata { training: self.training.clone(), ..metadata };
        Ok(true)
    }

    /// One pass over the links of an epoch, and a look at validation.
    fn epoch(&mut self, reporter: &mut ProgressReporter<'_>) -> Result<(), Error> {
        let UltraTraining { seed, batch, epochs, links, .. } = *self.training;
        let epoch = self.metadata.epoch;
        let mut order: Vec<Link> = self.set.train.clone();
        draw(seed, "ultra order", epoch as u64).shuffle(&mut order);
        order.truncate(if links == 0 { order.len() } else { links });
        let steps = order.len().div_ceil(batch);
        let mut total = 0.0;
        for (index, links) in order.chunks(batch).enumerate() {
            let loss = self.step(links, (epoch * steps + index) as u64);
            if !loss.is_finite() {
                return Err(Error::Unsupported {
                    name: "training of ULTRA".to_owned(),
                    reason: format!("the loss is {loss} in epoch {}; try a smaller rate", epoch + 1),
                });
            }
            total += f64::from(loss);
            reporter.step("ultra", (epoch, epochs), (index + 1, steps), (total / (index + 1) as f64) as f32);
        }
        self.metadata.epoch = epoch + 1;
        let mrr = self.validate(&UltraWeights { values: self.table.values.clone() })?.mrr;
        reporter.validated(mrr as f32);
        self.checkpoint(mrr)
    }

    /// One step; says the mean loss.
    fn step(&mut self, links: &[Link], step: u64) -> f32 {
        let UltraTraining { temperature, rate, decay, .. } = *self.training;
        let ultra = Ultra::new(&UltraWeights { values: self.table.values.clone() });
        let mut gone = links.to_vec();
        gone.sort_unstable();
        // A link that is asked about is not walked, nor is any other of the step.
        let edges = self.graph.without(&self.set.train, &gone);
        let examples = self.examples(links, step);
        let groups: Vec<&[Example]> = examples
            .chunk_by(|one, other| one.relation == other.relation)
            .flat_map(|alike| alike.chunks(TOGETHER))
            .collect();
        let share = 1.0 / links.len() as f32;
        let workspaces = || self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let learn = |group: &&[Example]| {
            let mut workspace = workspaces().pop().unwrap_or_default();
            let mut slopes = vec![0.0; self.table.values.len()];
            let loss = ultra.learn((&self.graph, &edges), group, (temperature, share), (&mut workspace, &mut slopes));
            workspaces().push(workspace);
            (loss, slopes)
        };
        let learnt: Vec<(f32, Vec<f32>)> = groups.par_iter().map(learn).collect();
        let mut slopes = vec![0.0; self.table.values.len()];
        let mut loss = 0.0;
        for (own, from) in learnt {
            loss += own;
            slopes.iter_mut().zip(from).for_each(|(to, slope)| *to += slope);
        }
        self.table.values.iter_mut().for_each(|x| *x *= 1.0 - rate * decay);
        self.table.apply_all(&slopes, rate);
        loss * share
    }

    /// The questions of a step, those about one relation together.
    fn examples(&self, links: &[Link], step_index: u64) -> Vec<Example> {
        let entities = self.set.entities.len();
        let mut draw = draw(self.training.seed, "ultra negatives", step_index);
        let one = |(place, link): (usize, &Link)| {
            let side = if place < links.len() / 2 { Side::Tail } else { Side::Head };
            let (question, answer) = link.query(side);
            let wrong = WrongAnswers::new(self.taught.to(question), entities);
            let drawn = (0..self.training.negative_count).map(|_| wrong.any(&mut draw));
            let rivals: Vec<u32> = std::iter::once(answer).chain(drawn).collect();
            let step = step(question, self.set.relations.len());
            Example { relation: link.relation, step, known: question.anchor, rivals }
        };
        let mut examples: Vec<Example> = links.iter().enumerate().map(one).collect();
        examples.sort_by_key(|example| (example.relation, example.step));
        examples
    }

    /// Figures on validation, over the training graph: candidates are what training and validation name.
    fn validate(&self, weights: &UltraWeights) -> Result<Metrics, Error> {
        let ultra = Ultra::new(weights);
        let filter = RankingFilter { known: &self.known, candidates: Some(&self.seen) };
        Ok(Metrics::of(&rank(&UltraScorer::new(&ultra, &self.graph, None), &self.sample, filter)?, Ties::Realistic))
    }

    fn checkpoint(&mut self, mrr: f64) -> Result<(), Error> {
        let better = mrr > self.metadata.best;
        if better {
            (self.metadata.best, self.metadata.best_epoch) = (mrr, self.metadata.epoch);
            self.best.clone_from(&self.table.values);
        }
        let Some(folder) = self.folder else { return Ok(()) };
        artifact::write(&folder.join(STATE), &artifact::serialize(&self.table.arrays("ultra"))?)?;
        if better {
            UltraWeights { values: self.best.clone() }.write(&folder.join(BEST))?;
        }
        artifact::write_json(&folder.join(METADATA), &self.metadata)
    }
}

#[cfg(test)]
#[path = "train_tests.rs"]
mod tests;
