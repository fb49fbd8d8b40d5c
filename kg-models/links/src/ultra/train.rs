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
use crate::training::checkpoint::{Arrays, Checkpoints, array};
use crate::training::training_loop::{Step, Trained, Trainer, TrainingLoop};
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::draw::draw;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_numerics::ranges::{Checked, MANY};
use kgloom_numerics::table::{Table, UpdateRule};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

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

/// Trains, from given weights or from nothing; with `folder`, goes on from a checkpoint in it and leaves one there.
///
/// # Errors
/// When the configuration cannot be, a part of the set is empty, or a checkpoint cannot be read or written;
/// [`Error::Stopped`] when the reporter is asked to stop.
pub fn train_ultra(
    set: &LinkSet,
    training: &UltraTraining,
    from: Option<&UltraWeights>,
    folder: Option<&Path>,
    reporter: &mut ProgressReporter<'_>,
) -> Result<Trained<UltraWeights>, Error> {
    training.check()?;
    set.check_trainable()?;
    let start = from.cloned().unwrap_or_else(|| UltraWeights::start(training.seed));
    let mut trainer = UltraTrainer::new(set, training, &start);
    let UltraTraining { epochs, patience, rate, .. } = *training;
    let checkpoints = folder.map(|folder| trainer.checkpoints(folder));
    let training_loop = TrainingLoop { patience, checkpoints, ..TrainingLoop::new(epochs, rate) };
    let best = training_loop.run(&mut trainer, reporter)?;
    let values = best.parameters.map(|kept| Ok::<_, Error>(kept.any(WEIGHTS)?.values.clone())).transpose()?;
    let model = values.map_or(start, |values| UltraWeights { values });
    Ok(Trained { validation: trainer.metrics(&model)?, model, epoch: best.epoch })
}

struct UltraTrainer<'a> {
    set: &'a LinkSet,
    training: &'a UltraTraining,
    graph: Arc<UltraGraph>,
    /// What is right in training; and in training or validation, with the entities of both.
    taught: KnownTriples,
    known: KnownTriples,
    seen: Vec<bool>,
    sample: Vec<Link>,
    /// The links of the epoch, in its order.
    order: Vec<Link>,
    table: Table,
    workspaces: Mutex<Vec<BackwardWorkspace>>,
}

/// How a checkpoint calls the numbers.
const WEIGHTS: &str = "ultra";

/// Questions that are answered one after the other, so that what their relation means is read once.
const TOGETHER: usize = 4;

impl<'a> UltraTrainer<'a> {
    fn new(set: &'a LinkSet, training: &'a UltraTraining, start: &UltraWeights) -> Self {
        let mut sample = set.validation.clone();
        if training.sample > 0 {
            draw(training.seed, "ultra sample", 0).shuffle(&mut sample);
            sample.truncate(training.sample);
        }
        UltraTrainer {
            graph: Arc::new(UltraGraph::new(&[&set.train], set.entities.len(), set.relations.len())),
            taught: KnownTriples::new(&[&set.train]),
            known: KnownTriples::new(&[&set.train, &set.validation]),
            seen: set.seen(&[&set.train, &set.validation]),
            sample,
            order: Vec::new(),
            table: Table::new(start.values.clone(), start.values.len(), UpdateRule::Adam),
            workspaces: Mutex::default(),
            set,
            training,
        }
    }

    /// Checkpoints of a training that begins here.
    fn checkpoints<'f>(&self, folder: &'f Path) -> Checkpoints<'f> {
        let bytes: Vec<u8> = self.table.values.iter().flat_map(|x| x.to_le_bytes()).collect();
        // More epochs may be asked for when training goes on.
        let configuration = UltraTraining { epochs: 0, ..self.training.clone() };
        let about = vec![
            ("another configuration", format!("{configuration:?}")),
            ("another set of links", self.set.hash()),
            ("other weights to begin with", blake3::hash(&bytes).to_hex().to_string()),
        ];
        Checkpoints { folder, about }
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
    fn metrics(&self, weights: &UltraWeights) -> Result<Metrics, Error> {
        let scorer = UltraScorer::new(Arc::new(Ultra::new(weights)), Arc::clone(&self.graph), None);
        let filter = RankingFilter { known: &self.known, candidates: Some(&self.seen) };
        Ok(Metrics::of(&rank(&scorer, &self.sample, filter)?, Ties::Realistic))
    }
}

impl Trainer for UltraTrainer<'_> {
    type Error = Error;

    const NAME: &'static str = "ultra";

    fn begin(&mut self, epoch: usize) -> usize {
        let UltraTraining { seed, batch, links, .. } = *self.training;
        self.order.clone_from(&self.set.train);
        draw(seed, "ultra order", epoch as u64).shuffle(&mut self.order);
        self.order.truncate(if links == 0 { self.order.len() } else { links });
        self.order.len().div_ceil(batch)
    }

    fn step(&mut self, Step { index, number, rate }: Step) -> Result<f32, Error> {
        let UltraTraining { temperature, decay, batch, .. } = *self.training;
        let links = self.order.chunks(batch).nth(index).unwrap_or_default();
        let ultra = Ultra::new(&UltraWeights { values: self.table.values.clone() });
        let mut gone = links.to_vec();
        gone.sort_unstable();
        // A link that is asked about is not walked, nor is any other of the step.
        let edges = self.graph.without(&self.set.train, &gone);
        let examples = self.examples(links, number as u64);
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
        Ok(loss * share)
    }

    fn validate(&mut self) -> Result<f64, Error> {
        Ok(self.metrics(&UltraWeights { values: self.table.values.clone() })?.mrr)
    }

    fn before(&mut self) -> Result<Option<f64>, Error> {
        self.validate().map(Some)
    }

    fn parameters(&self) -> Result<Arrays, Error> {
        Ok(vec![array(WEIGHTS, &[self.table.values.len()], &self.table.values)])
    }

    fn state(&self) -> Result<Arrays, Error> {
        Ok(self.table.arrays(WEIGHTS))
    }

    fn restore(&mut self, _: usize, state: &Weights) -> Result<(), Error> {
        self.table.restore(WEIGHTS, state)
    }
}

#[cfg(test)]
#[path = "train_tests.rs"]
mod tests;
