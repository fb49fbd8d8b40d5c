//! Training of embeddings on a graph.
//!
//! In: a set of links, a configuration with a seed. Out: the tables that were best on validation. Never: a look at the
//! test part, or numbers that depend on anything but set, configuration and machine.

use super::config::{LinkTraining, Negatives};
use super::embeddings::Embeddings;
use super::family::Family;
use super::steps::{Example, StepSettings, Tables, Workspace, against_all, against_drawn};
use crate::Error;
use crate::data::set::{KnownTriples, LinkSet, Query};
use crate::negatives::sampler::{AnsweredQuery, Sampler};
use crate::rank::filtered::{RankingFilter, rank};
use crate::rank::metrics::{Metrics, Ties};
use crate::training::checkpoint::{Arrays, Checkpoints, array};
use crate::training::training_loop::{Step, Trained, Trainer, TrainingLoop};
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::draw::draw;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_numerics::table::Table;
use kgloom_numerics::vectors::TextVectors;
use std::path::Path;

/// Trains embeddings; with `folder`, goes on from a checkpoint in it and leaves one there. `texts`, the vectors of the
/// entities, are for wrong answers that are drawn by them.
///
/// # Errors
/// When the configuration cannot be, a part of the set is empty, vectors are missing that it asks for, or a checkpoint
/// cannot be read or written; [`Error::Stopped`] when the reporter is asked to stop.
pub fn train_links(
    set: &LinkSet,
    training: &LinkTraining,
    texts: Option<&TextVectors>,
    folder: Option<&Path>,
    reporter: &mut ProgressReporter<'_>,
) -> Result<Trained<Embeddings>, Error> {
    training.check()?;
    set.check_trainable()?;
    let mut trainer = EmbeddingTrainer::new((set, texts), training)?;
    let LinkTraining { epochs, check_every, patience, rate, rate_factor, rate_patience, .. } = *training;
    let checkpoints = folder.map(|folder| trainer.checkpoints(folder, texts));
    let training_loop = TrainingLoop { epochs, check_every, patience, rate, rate_factor, rate_patience, checkpoints };
    let best = training_loop.run(&mut trainer, reporter)?;
    let model = trainer.best(&best.parameters.unwrap_or_default())?;
    Ok(Trained { validation: trainer.metrics(&model)?, model, epoch: best.epoch })
}

struct EmbeddingTrainer<'a> {
    set: &'a LinkSet,
    training: &'a LinkTraining,
    /// What validation counts as right.
    known: KnownTriples,
    seen: Vec<bool>,
    sampler: Sampler<'a>,
    /// Every question of the training part, with the place of its answers.
    questions: Vec<(Query, std::ops::Range<usize>)>,
    answers: Vec<u32>,
    /// The questions' places in the order of the epoch.
    order: Vec<u32>,
    tables: Tables,
    workspace: Workspace,
}

impl<'a> EmbeddingTrainer<'a> {
    fn new((set, texts): (&'a LinkSet, Option<&'a TextVectors>), training: &'a LinkTraining) -> Result<Self, Error> {
        let taught = KnownTriples::new(&[&set.train]);
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
        let texts = texts.filter(|_| training.negatives == Negatives::Lemon);
        Ok(EmbeddingTrainer {
            known: KnownTriples::new(&[&set.train, &set.validation]),
            seen: set.seen(&[&set.train, &set.validation]),
            sampler: Sampler::new(set, taught, training, texts)?,
            set,
            training,
            questions,
            answers,
            order: Vec::new(),
            tables: training.start(set),
            workspace: Workspace::default(),
        })
    }

    fn checkpoints<'f>(&self, folder: &'f Path, texts: Option<&TextVectors>) -> Checkpoints<'f> {
        let texts = texts.filter(|_| self.training.negatives == Negatives::Lemon);
        // More epochs may be asked for when training goes on.
        let configuration = LinkTraining { epochs: 0, ..self.training.clone() };
        let about = vec![
            ("another configuration", format!("{configuration:?}")),
            ("another set of links", self.set.hash()),
            ("other vectors of texts", texts.map_or_else(String::new, TextVectors::hash)),
        ];
        Checkpoints { folder, about }
    }

    fn embeddings(&self) -> Embeddings {
        Embeddings {
            shape: self.tables.shape.clone(),
            entities: self.tables.entities.values.clone(),
            relations: self.tables.relations.values.clone(),
        }
    }

    /// The tables that [`Trainer::parameters`] kept.
    fn best(&self, kept: &Weights) -> Result<Embeddings, Error> {
        let take = |name: &str, like: &Table| {
            kept.array(name, &[like.values.len() / like.width, like.width]).map(|array| array.values.clone())
        };
        Ok(Embeddings {
            shape: self.tables.shape.clone(),
            entities: take("entities", &self.tables.entities)?,
            relations: take("relations", &self.tables.relations)?,
        })
    }

    /// Figures on validation: candidates are what training and validation name.
    fn metrics(&self, embeddings: &Embeddings) -> Result<Metrics, Error> {
        let filter = RankingFilter { known: &self.known, candidates: Some(&self.seen) };
        Ok(Metrics::of(&rank(&embeddings.scorer(), &self.set.validation, filter)?, Ties::Realistic))
    }
}

impl Trainer for EmbeddingTrainer<'_> {
    type Error = Error;

    const NAME: &'static str = "links";

    fn begin(&mut self, epoch: usize) -> usize {
        self.order = (0..self.questions.len() as u32).collect();
        draw(self.training.seed, "link order", epoch as u64).shuffle(&mut self.order);
        self.order.len().div_ceil(self.training.batch)
    }

    fn step(&mut self, Step { index, number, rate }: Step) -> Result<f32, Error> {
        let relations = self.set.relations.len();
        let mut draw = draw(self.training.seed, "link negatives", number as u64);
        let mut example = |place: &u32| {
            let (question, range) = &self.questions[*place as usize];
            let (mut question, mut answers) = (*question, &self.answers[range.clone()]);
            if self.training.negative_count > 0 && self.sampler.turns(question, &mut draw) {
                let known = &self.questions[*place as usize].0.anchor;
                question = Query { side: question.side.other(), anchor: answers[0], ..question };
                answers = std::slice::from_ref(known);
            }
            let (side, relation) = self.tables.shape.turn(question, relations);
            Example { question, side, relation, answers }
        };
        let places = self.order.chunks(self.training.batch).nth(index).unwrap_or_default();
        let examples: Vec<Example<'_>> = places.iter().map(&mut example).collect();
        let settings = StepSettings { step: number, rate };
        if self.training.negative_count == 0 {
            return Ok(against_all(&mut self.tables, &examples, self.training, settings, &mut self.workspace));
        }
        let asked: Vec<AnsweredQuery> = examples.iter().map(|example| (example.question, example.answers[0])).collect();
        let wrong = self.sampler.draw(&asked, self.training.negative_count, &mut draw);
        Ok(against_drawn(&mut self.tables, (&examples, &wrong), self.training, settings, &mut self.workspace))
    }

    fn validate(&mut self) -> Result<f64, Error> {
        Ok(self.metrics(&self.embeddings())?.mrr)
    }

    fn parameters(&self) -> Result<Arrays, Error> {
        let all =
            |name: &str, table: &Table| array(name, &[table.values.len() / table.width, table.width], &table.values);
        Ok(vec![all("entities", &self.tables.entities), all("relations", &self.tables.relations)])
    }

    fn state(&self) -> Result<Arrays, Error> {
        let mut arrays = self.tables.entities.arrays("entities");
        arrays.extend(self.tables.relations.arrays("relations"));
        Ok(arrays)
    }

    fn restore(&mut self, _: usize, state: &Weights) -> Result<(), Error> {
        self.tables.entities.restore("entities", state)?;
        self.tables.relations.restore("relations", state)
    }
}

impl LinkTraining {
    /// Tables before training.
    pub(crate) fn start(&self, set: &LinkSet) -> Tables {
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

#[cfg(test)]
#[path = "train_tests.rs"]
mod tests;
