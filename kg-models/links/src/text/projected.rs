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
use kgloom_numerics::draw::draw;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::MatrixView;
use kgloom_numerics::passes::add;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_numerics::table::{Table, UpdateRule};
use kgloom_numerics::vectors::TextVectors;

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

/// Trains the baseline; the epoch that ranks a sample of validation best is kept, with its figures. BLP's tables, not the
/// rule about loops, choose: an entity may be the answer to a question about itself.
///
/// # Errors
/// When the family's relations are no rows as wide as entities', a part of the set is empty, or ranking fails.
pub fn train_projected(
    set: &LinkSet,
    vectors: &TextVectors,
    (family, epochs, seed): (Family, usize, u64),
    reporter: &mut ProgressReporter<'_>,
) -> Result<(Projected, Metrics), Error> {
    if family.widths(DIMENSION).1 != DIMENSION {
        let reason = "transe, transe-l2, distmult, complex and simple go with one map for all texts".to_owned();
        return Err(Error::Unsupported { name: "family".to_owned(), reason });
    }
    let told = |entity: u32| vectors.row(entity).iter().any(|x| *x != 0.0);
    let mut links: Vec<Link> = set.train.iter().copied().filter(|link| told(link.head) && told(link.tail)).collect();
    let parts = [set.train.as_slice(), &set.validation];
    let (known, seen) = (KnownTriples::new(&parts), set.seen(&parts));
    let mut sample = set.validation.clone();
    draw(seed, "projected sample", 0).shuffle(&mut sample);
    sample.truncate(SAMPLE);
    let mut start = draw(seed, "projected", 0);
    let mut glorot = |rows: usize| start.normals(rows * DIMENSION, (2.0 / (rows + DIMENSION) as f32).sqrt());
    let mut run = Run {
        vectors,
        shape: Shape { family, dimension: DIMENSION, reciprocal: false },
        matrix: Table::new(glorot(vectors.width), DIMENSION, UpdateRule::Adam),
        relations: Table::new(glorot(set.relations.len()), DIMENSION, UpdateRule::Adam),
    };
    let mut best: Option<(Projected, Metrics)> = None;
    let steps = links.len().div_ceil(BATCH);
    for epoch in 0..epochs {
        draw(seed, "projected order", epoch as u64).shuffle(&mut links);
        let mut total = 0.0;
        for (index, batch) in links.chunks(BATCH).enumerate() {
            total += run.step(batch, (seed, (epoch * steps + index) as u64));
            reporter.step("baseline", (epoch, epochs), (index + 1, steps), total / (index + 1) as f32);
        }
        let projected = run.projected();
        let tables = projected.embeddings(vectors);
        let ranks = rank(&tables.scorer(), &sample, RankingFilter { known: &known, candidates: Some(&seen) })?;
        let metrics = Metrics::of(&ranks, Ties::Realistic);
        reporter.validated(metrics.mrr as f32);
        if best.as_ref().is_none_or(|(_, before)| metrics.mrr > before.mrr) {
            best = Some((projected, metrics));
        }
    }
    best.ok_or_else(|| Error::Data {
        name: set.name.clone(),
        reason: "no epoch was run; ask for at least one".to_owned(),
    })
}

struct Run<'a> {
    vectors: &'a TextVectors,
    shape: Shape,
    matrix: Table,
    relations: Table,
}

impl Run<'_> {
    fn projected(&self) -> Projected {
        let (matrix, relations) = (self.matrix.values.clone(), self.relations.values.clone());
        Projected { shape: self.shape.clone(), matrix, relations }
    }

    /// One step; the loss. Heads have the even rows of a batch and tails the odd ones.
    fn step(&mut self, batch: &[Link], (seed, number): (u64, u64)) -> f32 {
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
        let mut draw = draw(seed, "projected wrong", number);
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
        self.matrix.apply_all(&to_matrix, RATE);
        related.sort_by_key(|(relation, _)| *relation);
        self.relations.apply_some(RATE, |relation, to| {
            let from = related.partition_point(|(other, _)| *other < relation);
            let own = related[from..].iter().take_while(|(other, _)| *other == relation);
            own.map(|(_, gradient)| to.iter_mut().zip(gradient).for_each(|(to, g)| *to += g)).count() > 0
        });
        loss
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
mod tests {
    use super::*;
    use kgloom_numerics::passes::unit;

    #[test]
    fn steps_lower_the_loss_and_new_entities_have_rows() {
        let width = 8;
        let mut draw = draw(5, "test", 0);
        let mut values = draw.normals(60 * width, 1.0);
        let (first, second) = values.split_at_mut(30 * width);
        for (x, y) in first.chunks_exact(width).zip(second.chunks_exact_mut(width)) {
            y.iter_mut().zip(x).for_each(|(y, x)| *y = 0.1 * *y + x + 1.0);
        }
        values.chunks_exact_mut(width).for_each(unit);
        let vectors = TextVectors { width, values };
        let links: Vec<Link> = (0..30).map(|head| Link { head, relation: 0, tail: head + 30 }).collect();
        let names = |count: u32| (0..count).map(|name| format!("{name:02}").into()).collect();
        let (train, validation) = (links[..25].to_vec(), links[25..].to_vec());
        let set = LinkSet { entities: names(60), relations: names(1), train, validation, ..LinkSet::default() };
        for family in [Family::Transe, Family::Distmult, Family::Complex, Family::Simple] {
            let mut losses = Vec::new();
            let mut on_progress = |progress: kgloom_numerics::progress::TrainProgress| losses.push(progress.loss);
            let (projected, _) =
                train_projected(&set, &vectors, (family, 200, 1), &mut ProgressReporter::new(&mut on_progress))
                    .unwrap();
            assert!(losses.last().unwrap() < &(0.9 * losses[0]), "{family:?}: {losses:?}");
            let tables = projected.embeddings(&vectors);
            assert_eq!(tables.entities.len(), 60 * DIMENSION);
            let mut scores = vec![0.0; 60];
            let question = Query { side: Side::Tail, relation: 0, anchor: 3 };
            WithoutLoops::new(&tables.scorer(), &set).score(&[(question, 33)], &mut scores).unwrap();
            assert!(scores[3] == f32::NEG_INFINITY && scores[4].is_finite());
        }
        let refused = train_projected(&set, &vectors, (Family::Rescal, 1, 1), &mut ProgressReporter::new(&mut |_| {}));
        assert!(refused.unwrap_err().to_string().contains("one map"));
    }
}
