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
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use kgloom_numerics::draw::draw;
use kgloom_numerics::progress::{ProgressReporter, TrainProgress};
use kgloom_numerics::table::Table;
use kgloom_numerics::vectors::TextVectors;
use serde::{Deserialize, Serialize};
use std::path::Path;

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

/// Trains embeddings; with `folder`, goes on from a checkpoint in it and leaves one there. `texts`, the vectors of the
/// entities, are for wrong answers that are drawn by them.
///
/// # Errors
/// When the configuration cannot be, a part of the set is empty, vectors are missing that it asks for, or a checkpoint
/// cannot be read or written.
pub fn train_links(
    set: &LinkSet,
    training: &LinkTraining,
    texts: Option<&TextVectors>,
    folder: Option<&Path>,
    on_progress: &mut dyn FnMut(TrainProgress),
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
    let mut run = Run::start((set, texts), training, folder)?;
    let mut reporter = ProgressReporter::new(on_progress);
    while run.metadata.epoch < training.epochs && run.metadata.stale <= training.patience {
        run.epoch(&mut reporter)?;
    }
    run.finish()
}

/// Where training stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct CheckpointMetadata {
    training: LinkTraining,
    /// A hash of the set.
    set: String,
    /// A hash of the vectors by which wrong answers are drawn.
    texts: Option<String>,
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
    /// What validation counts as right.
    known: KnownTriples,
    seen: Vec<bool>,
    sampler: Sampler<'a>,
    /// Every question of the training part, with the place of its answers.
    questions: Vec<(Query, std::ops::Range<usize>)>,
    answers: Vec<u32>,
    tables: Tables,
    best: Option<Embeddings>,
    metadata: CheckpointMetadata,
    workspace: Workspace,
}

const METADATA: &str = "training.json";
const STATE: &str = "training.safetensors";
const BEST: &str = "best.safetensors";

impl<'a> Run<'a> {
    fn start(
        (set, texts): (&'a LinkSet, Option<&'a TextVectors>),
        training: &'a LinkTraining,
        folder: Option<&'a Path>,
    ) -> Result<Self, Error> {
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
        let metadata = CheckpointMetadata {
            training: training.clone(),
            set: set.hash(),
            texts: texts.map(TextVectors::hash),
            rate: training.rate,
            ..CheckpointMetadata::default()
        };
        let mut run = Run {
            known: KnownTriples::new(&[&set.train, &set.validation]),
            seen: set.seen(&[&set.train, &set.validation]),
            sampler: Sampler::new(set, taught, training, texts)?,
            set,
            training,
            folder,
            questions,
            answers,
            tables: training.start(set),
            best: None,
            metadata,
            workspace: Workspace::default(),
        };
        run.resume()?;
        Ok(run)
    }

    fn resume(&mut self) -> Result<(), Error> {
        let Some(folder) = self.folder.filter(|folder| folder.join(METADATA).exists()) else { return Ok(()) };
        let path = folder.join(METADATA);
        let metadata: CheckpointMetadata = artifact::read_json(&path)?;
        let other = metadata.training != (LinkTraining { epochs: metadata.training.epochs, ..self.training.clone() });
        if other || metadata.set != self.metadata.set || metadata.texts != self.metadata.texts {
            let under = match (other, metadata.set == self.metadata.set) {
                (true, _) => "another configuration",
                (false, false) => "another set of links",
                (false, true) => "other vectors of texts",
            };
            return Err(Error::Unsupported {
                name: path.display().to_string(),
                reason: format!("a training under {under}; take it away, or name another folder"),
            });
        }
        let parse = |file: &str| Weights::read(&folder.join(file));
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
        self.metadata = CheckpointMetadata { training: self.training.clone(), ..metadata };
        Ok(())
    }

    /// One pass over all examples, and perhaps a look at validation.
    fn epoch(&mut self, reporter: &mut ProgressReporter<'_>) -> Result<(), Error> {
        let LinkTraining { seed, batch, epochs, check_every, .. } = *self.training;
        let epoch = self.metadata.epoch;
        let mut order: Vec<u32> = (0..self.questions.len() as u32).collect();
        draw(seed, "link order", epoch as u64).shuffle(&mut order);
        let steps = order.len().div_ceil(batch);
        let mut total = 0.0;
        for (index, places) in order.chunks(batch).enumerate() {
            let settings = StepSettings { step: epoch * steps + index, rate: self.metadata.rate };
            let loss = self.step(places, settings);
            if !loss.is_finite() {
                return Err(Error::Unsupported {
                    name: "link training".to_owned(),
                    reason: format!("the loss is {loss} in epoch {}; try a smaller rate", epoch + 1),
                });
            }
            total += f64::from(loss);
            reporter.step("links", (epoch, epochs), (index + 1, steps), (total / (index + 1) as f64) as f32);
        }
        self.metadata.epoch = epoch + 1;
        if self.metadata.epoch.is_multiple_of(check_every) || self.metadata.epoch == epochs {
            let mrr = self.validate()?.mrr;
            reporter.validated(mrr as f32);
            self.checkpoint(mrr)?;
        }
        Ok(())
    }

    fn step(&mut self, places: &[u32], settings: StepSettings) -> f32 {
        let relations = self.set.relations.len();
        let mut draw = draw(self.training.seed, "link negatives", settings.step as u64);
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
        let examples: Vec<Example<'_>> = places.iter().map(&mut example).collect();
        if self.training.negative_count == 0 {
            return against_all(&mut self.tables, &examples, self.training, settings, &mut self.workspace);
        }
        let asked: Vec<AnsweredQuery> = examples.iter().map(|example| (example.question, example.answers[0])).collect();
        let wrong = self.sampler.draw(&asked, self.training.negative_count, &mut draw);
        against_drawn(&mut self.tables, (&examples, &wrong), self.training, settings, &mut self.workspace)
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
        let metadata = &mut self.metadata;
        let better = self.best.is_none() || mrr > metadata.best;
        if better {
            (metadata.best, metadata.best_epoch, metadata.stale, metadata.slow) = (mrr, metadata.epoch, 0, 0);
        } else {
            metadata.stale += 1;
            metadata.slow += 1;
            if metadata.slow > self.training.rate_patience {
                metadata.rate *= self.training.rate_factor;
                metadata.slow = 0;
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
        artifact::write_json(&folder.join(METADATA), &self.metadata)
    }

    fn finish(self) -> Result<LinkTrained, Error> {
        let Some(embeddings) = self.best else {
            let reason = "no epoch was run; ask for at least one".to_owned();
            return Err(Error::Data { name: "training".to_owned(), reason });
        };
        let validation = score(&embeddings, self.set, (&self.known, &self.seen))?;
        Ok(LinkTrained { embeddings, validation, epoch: self.metadata.best_epoch })
    }
}

/// Figures on validation: candidates are what training and validation name.
fn score(embeddings: &Embeddings, set: &LinkSet, (known, seen): (&KnownTriples, &[bool])) -> Result<Metrics, Error> {
    let ranks = rank(&embeddings.scorer(), &set.validation, RankingFilter { known, candidates: Some(seen) })?;
    Ok(Metrics::of(&ranks, Ties::Realistic))
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
