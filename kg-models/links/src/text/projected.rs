//! The baseline of text models: one linear map from texts' vectors to rows that a family of scorers compares, as BLP
//! trains it (Daza et al. 2021), over an encoder that stays as it is.
//!
//! In: a set, vectors of its entities. Out: tables for all entities, also those never seen. Never: an entity's own numbers.

use super::blend::loops;
use super::lowrank::{lengthen, shorten};
use crate::Error;
use crate::data::set::{KnownTriples, Link, LinkSet, Query, Side};
use crate::rank::filtered::{RankingFilter, Scorer, rank};
use crate::rank::metrics::{Metrics, Ties};
use crate::score::embeddings::{Embeddings, Shape};
use crate::score::family::Family;
use crate::training::checkpoint::{Arrays, Checkpoints, array};
use crate::training::training_loop::{Step, Trained, Trainer, TrainingLoop};
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::draw::draw;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::MatrixView;
use kgloom_numerics::passes::add;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_numerics::table::{Table, UpdateRule};
use kgloom_numerics::vectors::TextVectors;
use std::path::Path;

/// BLP's settings: numbers in a row, links in a step, wrong answers for each, the margin.
const DIMENSION: usize = 128;
const BATCH: usize = 64;
const WRONG: usize = 64;
const MARGIN: f32 = 1.0;
/// What mean squares of rows cost a ComplEx model.
const PENALTY: f32 = 1e-3;
/// The learning rate: BLP's for texts that are not tuned.
const RATE: f32 = 1e-3;
/// Validation links that choose.
const SAMPLE: usize = 500;

/// One map for all entities, and a row for each relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected {
    /// The scorer.
    pub shape: Shape,
    /// Width of a vector × dimension.
    pub matrix: Vec<f32>,
    /// Relations × dimension.
    pub relations: Vec<f32>,
}

impl Projected {
    /// The tables that these vectors give.
    pub fn embeddings(&self, vectors: &TextVectors) -> Embeddings {
        let dimension = self.shape.dimension;
        let mut entities = vec![0.0; vectors.values.len() / vectors.width * dimension];
        kernels::product(
            MatrixView::new(&vectors.values, vectors.width),
            MatrixView::new(&self.matrix, dimension),
            &mut entities,
        );
        if of_length_one(self.shape.family) {
            entities.chunks_exact_mut(dimension).for_each(|row| {
                shorten(row);
            });
        }
        Embeddings { shape: self.shape.clone(), entities, relations: self.relations.clone() }
    }
}

/// BLP scales entities' rows to length 1 where they are compared by distance.
fn of_length_one(family: Family) -> bool {
    matches!(family, Family::Transe | Family::TranseL2)
}

/// How the baseline is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProjectedTraining {
    /// The scorer.
    pub family: Family,
    /// The epochs, all of which are run.
    pub epochs: usize,
    /// The seed of everything drawn.
    pub seed: u64,
}

impl Default for ProjectedTraining {
    /// As many epochs as BLP's where the encoder is not tuned.
    fn default() -> Self {
        ProjectedTraining { family: Family::Transe, epochs: 80, seed: 1 }
    }
}

/// Trains the baseline; the epoch that ranks a sample of validation best is kept, with its figures. BLP's tables, not the
/// rule about loops, choose: an entity may be the answer to a question about itself. With `folder`, goes on from a
/// checkpoint in it and leaves one there.
///
/// # Errors
/// When the family's relations are no rows as wide as entities', a part of the set is empty, ranking fails, or a checkpoint
/// cannot be read or written; [`Error::Stopped`] when the reporter is asked to stop.
pub fn train_projected(
    set: &LinkSet,
    vectors: &TextVectors,
    training: &ProjectedTraining,
    folder: Option<&Path>,
    reporter: &mut ProgressReporter<'_>,
) -> Result<Trained<Projected>, Error> {
    let ProjectedTraining { family, epochs, .. } = *training;
    if family.widths(DIMENSION).1 != DIMENSION {
        let reason = "transe, transe-l2, distmult, complex and simple go with one map for all texts".to_owned();
        return Err(Error::Unsupported { name: "family".to_owned(), reason });
    }
    set.check_trainable()?;
    let mut trainer = ProjectedTrainer::new(set, vectors, training);
    let checkpoints = folder.map(|folder| trainer.checkpoints(folder));
    let best = TrainingLoop { checkpoints, ..TrainingLoop::new(epochs, RATE) }.run(&mut trainer, reporter)?;
    let kept = best.parameters.unwrap_or_default();
    let take = |name: &str| kept.any(name).map(|array| array.values.clone());
    let model = Projected { shape: trainer.shape.clone(), matrix: take("matrix")?, relations: take("relations")? };
    Ok(Trained { validation: trainer.metrics(&model)?, model, epoch: best.epoch })
}

struct ProjectedTrainer<'a> {
    set: &'a LinkSet,
    vectors: &'a TextVectors,
    training: &'a ProjectedTraining,
    /// Of training, between entities with texts, in the order of the epoch.
    links: Vec<Link>,
    /// Validation links that choose, what is right there, and who may be an answer.
    sample: Vec<Link>,
    known: KnownTriples,
    seen: Vec<bool>,
    shape: Shape,
    matrix: Table,
    relations: Table,
}

impl<'a> ProjectedTrainer<'a> {
    fn new(set: &'a LinkSet, vectors: &'a TextVectors, training: &'a ProjectedTraining) -> Self {
        let ProjectedTraining { family, seed, .. } = *training;
        let told = |entity: u32| vectors.row(entity).iter().any(|x| *x != 0.0);
        let parts = [set.train.as_slice(), &set.validation];
        let mut sample = set.validation.clone();
        draw(seed, "projected sample", 0).shuffle(&mut sample);
        sample.truncate(SAMPLE);
        let mut start = draw(seed, "projected", 0);
        let mut glorot = |rows: usize| start.normals(rows * DIMENSION, (2.0 / (rows + DIMENSION) as f32).sqrt());
        ProjectedTrainer {
            set,
            vectors,
            training,
            links: set.train.iter().copied().filter(|link| told(link.head) && told(link.tail)).collect(),
            sample,
            known: KnownTriples::new(&parts),
            seen: set.seen(&parts),
            shape: Shape { family, dimension: DIMENSION, reciprocal: false },
            matrix: Table::new(glorot(vectors.width), DIMENSION, UpdateRule::Adam),
            relations: Table::new(glorot(set.relations.len()), DIMENSION, UpdateRule::Adam),
        }
    }

    fn checkpoints<'f>(&self, folder: &'f Path) -> Checkpoints<'f> {
        // More epochs may be asked for when training goes on.
        let configuration = ProjectedTraining { epochs: 0, ..*self.training };
        let about = vec![
            ("another configuration", format!("{configuration:?}")),
            ("another set of links", self.set.hash()),
            ("other vectors of texts", self.vectors.hash()),
        ];
        Checkpoints { folder, about }
    }

    fn projected(&self) -> Projected {
        let (matrix, relations) = (self.matrix.values.clone(), self.relations.values.clone());
        Projected { shape: self.shape.clone(), matrix, relations }
    }

    fn metrics(&self, projected: &Projected) -> Result<Metrics, Error> {
        let tables = projected.embeddings(self.vectors);
        let filter = RankingFilter { known: &self.known, candidates: Some(&self.seen) };
        Ok(Metrics::of(&rank(&tables.scorer(), &self.sample, filter)?, Ties::Realistic))
    }
}

impl Trainer for ProjectedTrainer<'_> {
    type Error = Error;

    const NAME: &'static str = "baseline";

    fn begin(&mut self, epoch: usize) -> usize {
        draw(self.training.seed, "projected order", epoch as u64).shuffle(&mut self.links);
        self.links.len().div_ceil(BATCH)
    }

    /// One step; the loss. Heads have the even rows of a batch and tails the odd ones.
    fn step(&mut self, Step { index, number, rate }: Step) -> Result<f32, Error> {
        let batch = self.links.chunks(BATCH).nth(index).unwrap_or_default();
        let (family, comparison) = (self.shape.family, self.shape.family.comparison());
        let ends: Vec<u32> = batch.iter().flat_map(|link| [link.head, link.tail]).collect();
        let inputs: Vec<f32> = ends.iter().flat_map(|end| self.vectors.row(*end).iter().copied()).collect();
        let x = MatrixView::new(&inputs, self.vectors.width);
        let mut rows = vec![0.0; ends.len() * DIMENSION];
        kernels::product(x, MatrixView::new(&self.matrix.values, DIMENSION), &mut rows);
        let unit = of_length_one(family);
        let lengths: Vec<f32> = if unit { rows.chunks_exact_mut(DIMENSION).map(shorten).collect() } else { Vec::new() };
        let row = |place: usize| &rows[place * DIMENSION..][..DIMENSION];
        let mut slopes = vec![0.0; rows.len()];
        let mut related: Vec<(usize, Vec<f32>)> = Vec::new();
        let mut draw = draw(self.training.seed, "projected wrong", number as u64);
        let share = 1.0 / (batch.len() * WRONG) as f32;
        let mut loss = 0.0;
        for (place, link) in batch.iter().enumerate() {
            let relation = self.relations.row(link.relation as usize);
            let (head, tail) = (2 * place, 2 * place + 1);
            let sides = [(Side::Tail, head), (Side::Head, tail)];
            let queries = sides.map(|(side, known)| {
                let mut query = vec![0.0; DIMENSION];
                family.query(side, row(known), relation, &mut query);
                query
            });
            let mut to_queries = [(); 2].map(|()| vec![0.0; DIMENSION]);
            let right = comparison.score(&queries[0], row(tail));
            let mut broken = 0.0;
            for _ in 0..WRONG {
                // Either end, by an end of another link of the batch.
                let side = draw.below(2);
                let other = (2 * (place + 1) + draw.below(ends.len().saturating_sub(2).max(1))) % ends.len();
                let wrong = comparison.score(&queries[side], row(other));
                if MARGIN - right + wrong > 0.0 {
                    loss += share * (MARGIN - right + wrong);
                    broken += share;
                    let to = &mut slopes[other * DIMENSION..][..DIMENSION];
                    comparison.backward(
                        (&queries[side], row(other)),
                        (share, wrong),
                        (Some(&mut to_queries[side]), Some(to)),
                    );
                }
            }
            let to = &mut slopes[tail * DIMENSION..][..DIMENSION];
            comparison.backward((&queries[0], row(tail)), (-broken, right), (Some(&mut to_queries[0]), Some(to)));
            let mut to_relation = vec![0.0; DIMENSION];
            for ((side, known), to_query) in sides.into_iter().zip(&to_queries) {
                let to = &mut slopes[known * DIMENSION..][..DIMENSION];
                family.backward(side, (row(known), relation), to_query, (to, &mut to_relation));
            }
            if family == Family::Complex {
                let weight = 2.0 * PENALTY / (3 * batch.len() * DIMENSION) as f32;
                add(&mut to_relation, relation, weight);
                [head, tail]
                    .into_iter()
                    .for_each(|end| add(&mut slopes[end * DIMENSION..][..DIMENSION], row(end), weight));
            }
            related.push((link.relation as usize, to_relation));
        }
        for ((slope, row), length) in slopes.chunks_exact_mut(DIMENSION).zip(rows.chunks_exact(DIMENSION)).zip(&lengths)
        {
            lengthen(slope, row, *length);
        }
        let mut to_matrix = vec![0.0; self.matrix.values.len()];
        kernels::product(x.transpose(), MatrixView::new(&slopes, DIMENSION), &mut to_matrix);
        self.matrix.apply_all(&to_matrix, rate);
        related.sort_by_key(|(relation, _)| *relation);
        self.relations.apply_some(rate, |relation, to| {
            let from = related.partition_point(|(other, _)| *other < relation);
            let own = related[from..].iter().take_while(|(other, _)| *other == relation);
            own.map(|(_, gradient)| to.iter_mut().zip(gradient).for_each(|(to, g)| *to += g)).count() > 0
        });
        Ok(loss)
    }

    fn validate(&mut self) -> Result<f64, Error> {
        Ok(self.metrics(&self.projected())?.mrr)
    }

    fn parameters(&self) -> Result<Arrays, Error> {
        let all = |name: &str, table: &Table| array(name, &[table.values.len()], &table.values);
        Ok(vec![all("matrix", &self.matrix), all("relations", &self.relations)])
    }

    fn state(&self) -> Result<Arrays, Error> {
        let mut arrays = self.matrix.arrays("matrix");
        arrays.extend(self.relations.arrays("relations"));
        Ok(arrays)
    }

    fn restore(&mut self, epochs: usize, state: &Weights) -> Result<(), Error> {
        // An epoch puts in another order what the one before left.
        let seed = self.training.seed;
        (0..epochs).for_each(|epoch| draw(seed, "projected order", epoch as u64).shuffle(&mut self.links));
        self.matrix.restore("matrix", state)?;
        self.relations.restore("relations", state)
    }
}

/// Scores by which an entity is no answer to a question about itself, unless a good part of the relation's links in
/// training are loops.
pub struct WithoutLoops<'a> {
    inner: &'a dyn Scorer,
    loops: Vec<bool>,
}

impl<'a> WithoutLoops<'a> {
    /// What a scorer says, under the rule that a set's training part teaches.
    pub fn new(inner: &'a dyn Scorer, set: &LinkSet) -> Self {
        WithoutLoops { inner, loops: loops(&set.train, set.relations.len()) }
    }
}

impl Scorer for WithoutLoops<'_> {
    fn entities(&self) -> usize {
        self.inner.entities()
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        self.inner.score(asked, scores)?;
        for ((question, _), scores) in asked.iter().zip(scores.chunks_exact_mut(self.entities())) {
            if !self.loops[question.relation as usize] {
                scores[question.anchor as usize] = f32::NEG_INFINITY;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "projected_tests.rs"]
mod tests;
