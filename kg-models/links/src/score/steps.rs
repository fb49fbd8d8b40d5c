//! One step of training: the gradients of a batch, and the update.
//!
//! In: tables, examples, a loss. Out: changed tables, the mean loss. Never: automatic differentiation (it is the test's
//! oracle), or a sum whose order depends on a thread.

use super::config::{LinkTraining, Loss, Penalty};
use super::embeddings::Shape;
use super::family::Family;
use crate::data::set::{Query, Side};
use kgloom_numerics::draw::draw;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::panels::MatrixView;
use kgloom_numerics::table::Table;
use kgloom_numerics::{kernels, passes};
use rayon::prelude::*;

/// Both tables, and how they are read.
#[derive(Clone, Debug)]
pub struct Tables {
    /// The scorer and its sizes.
    pub shape: Shape,
    /// A row an entity.
    pub entities: Table,
    /// A row a relation, or two.
    pub relations: Table,
}

/// A question with what is right, in rows of the tables.
#[derive(Clone, Copy, Debug)]
pub struct Example<'a> {
    /// As it was asked.
    pub question: Query,
    /// As it is asked with these tables.
    pub side: Side,
    /// The relation's row.
    pub relation: usize,
    /// The right answers that this example teaches.
    pub answers: &'a [u32],
}

impl Example<'_> {
    fn known(&self) -> usize {
        self.question.anchor as usize
    }
}

/// Which step it is, for its draws, and its rate.
#[derive(Clone, Copy, Debug)]
pub struct StepSettings {
    /// Counts the steps of all epochs.
    pub step: usize,
    /// The learning rate.
    pub rate: f32,
}

/// Memory that steps use again.
#[derive(Debug, Default)]
pub struct Workspace {
    known: Vec<f32>,
    related: Vec<f32>,
    queries: Vec<f32>,
    scores: Vec<f32>,
    to_queries: Vec<f32>,
    to_known: Vec<f32>,
    to_related: Vec<f32>,
    to_entities: Vec<f32>,
    to_relations: Vec<f32>,
}

/// Makes every query of a batch, with dropout on what makes it.
fn forward(
    tables: &Tables,
    examples: &[Example<'_>],
    training: &LinkTraining,
    settings: StepSettings,
    workspace: &mut Workspace,
) {
    let (wide, deep) = (tables.entities.width, tables.relations.width);
    for (rows, width) in [(&mut workspace.known, wide), (&mut workspace.related, deep), (&mut workspace.queries, wide)]
    {
        rows.resize(examples.len() * width, 0.0);
    }
    let rows = workspace.known.par_chunks_exact_mut(wide).zip(workspace.related.par_chunks_exact_mut(deep));
    rows.zip(workspace.queries.par_chunks_exact_mut(wide)).zip(examples).enumerate().for_each(
        |(place, (((known, related), query), example))| {
            known.copy_from_slice(tables.entities.row(example.known()));
            related.copy_from_slice(tables.relations.row(example.relation));
            let LinkTraining { entity_dropout, relation_dropout, seed, .. } = *training;
            if entity_dropout > 0.0 || relation_dropout > 0.0 {
                let mut draw = draw(seed, "link dropout", ((settings.step as u64) << 24) + place as u64);
                for (row, share) in [(&mut *known, entity_dropout), (&mut *related, relation_dropout)] {
                    let kept = 1.0 / (1.0 - share);
                    for x in row.iter_mut().filter(|_| share > 0.0) {
                        *x = if draw.unit() < share { 0.0 } else { *x * kept };
                    }
                }
            }
            tables.shape.family.query(example.side, known, related, query);
        },
    );
}

/// How much each example counts; together 1.
fn shares(examples: &[Example<'_>], training: &LinkTraining) -> Vec<f32> {
    let count = |example: &Example<'_>| if training.by_answers { example.answers.len() as f32 } else { 1.0 };
    let all: f32 = examples.iter().map(count).sum();
    examples.iter().map(|example| count(example) / all).collect()
}

/// Turns the gradients of queries into those of the rows that made them; returns what penalties add to the loss.
fn backward(tables: &Tables, examples: &[Example<'_>], training: &LinkTraining, workspace: &mut Workspace) -> f32 {
    let (wide, deep) = (tables.entities.width, tables.relations.width);
    let shares = shares(examples, training);
    workspace.to_known.clear();
    workspace.to_known.resize(examples.len() * wide, 0.0);
    workspace.to_related.clear();
    workspace.to_related.resize(examples.len() * deep, 0.0);
    let made = workspace.known.par_chunks_exact(wide).zip(workspace.related.par_chunks_exact(deep));
    let to = workspace.to_known.par_chunks_exact_mut(wide).zip(workspace.to_related.par_chunks_exact_mut(deep));
    let rows = made.zip(workspace.to_queries.par_chunks_exact(wide)).zip(to).zip(examples.par_iter().zip(&shares));
    let penalties: Vec<f32> = rows
        .map(|((((known, related), gradient), (to_known, to_related)), (example, share))| {
            tables.shape.family.backward(example.side, (known, related), gradient, (to_known, to_related));
            let (entity, relation) = (tables.entities.row(example.known()), tables.relations.row(example.relation));
            undo_dropout(to_known, (known, entity), training.entity_dropout);
            undo_dropout(to_related, (related, relation), training.relation_dropout);
            let family = tables.shape.family;
            training.penalty.add(family, entity, training.entity_penalty * share, to_known)
                + training.penalty.add(family, relation, training.relation_penalty * share, to_related)
        })
        .collect();
    workspace.to_relations.clear();
    workspace.to_relations.resize(tables.relations.values.len(), 0.0);
    for (example, gradient) in examples.iter().zip(workspace.to_related.chunks_exact(deep)) {
        let to = &mut workspace.to_relations[example.relation * deep..][..deep];
        to.iter_mut().zip(gradient).for_each(|(to, g)| *to += g);
    }
    penalties.iter().sum()
}

/// What was dropped gets no gradient, what was scaled up gets as much more.
fn undo_dropout(gradient: &mut [f32], (used, stored): (&[f32], &[f32]), share: f32) {
    if share > 0.0 {
        let kept = 1.0 / (1.0 - share);
        for ((g, used), stored) in gradient.iter_mut().zip(used).zip(stored) {
            *g *= if *used == 0.0 && *stored != 0.0 { 0.0 } else { kept };
        }
    }
}

impl Penalty {
    /// Adds the gradient of a row's penalty, times a weight; returns the penalty.
    fn add(self, family: Family, row: &[f32], weight: f32, to: &mut [f32]) -> f32 {
        if weight == 0.0 {
            return 0.0;
        }
        match self {
            Penalty::None => 0.0,
            Penalty::L2 => {
                to.iter_mut().zip(row).for_each(|(to, x)| *to += 2.0 * weight * x);
                weight * passes::dot(row, row)
            }
            // Of the moduli where numbers are complex (Lacroix et al. 2018).
            Penalty::N3 if family == Family::Complex => {
                let half = row.len() / 2;
                let (re, im) = row.split_at(half);
                let (to_re, to_im) = to.split_at_mut(half);
                let mut sum = 0.0;
                for i in 0..half {
                    let modulus = (re[i] * re[i] + im[i] * im[i]).sqrt();
                    to_re[i] += 3.0 * weight * modulus * re[i];
                    to_im[i] += 3.0 * weight * modulus * im[i];
                    sum += modulus * modulus * modulus;
                }
                weight * sum
            }
            Penalty::N3 => {
                to.iter_mut().zip(row).for_each(|(to, x)| *to += 3.0 * weight * x.abs() * x);
                weight * row.iter().map(|x| x.abs() * x * x).sum::<f32>()
            }
        }
    }
}

/// A step against all entities: cross entropy of the right answers (1-N scoring, Dettmers et al. 2018; one answer an
/// example is Lacroix et al. 2018). For families whose comparison is a product.
pub fn against_all(
    tables: &mut Tables,
    examples: &[Example<'_>],
    training: &LinkTraining,
    settings: StepSettings,
    workspace: &mut Workspace,
) -> f32 {
    forward(tables, examples, training, settings, workspace);
    let wide = tables.entities.width;
    let count = tables.entities.values.len() / wide;
    let shares = shares(examples, training);
    workspace.scores.resize(examples.len() * count, 0.0);
    workspace.to_queries.resize(examples.len() * wide, 0.0);
    workspace.to_entities.resize(count * wide, 0.0);
    let table = MatrixView::new(&tables.entities.values, wide);
    kernels::product(MatrixView::new(&workspace.queries, wide), table.transpose(), &mut workspace.scores);
    let isa = Isa::best();
    let losses: Vec<f32> = workspace
        .scores
        .par_chunks_exact_mut(count)
        .zip(examples.par_iter().zip(&shares))
        .map(|(scores, (example, share))| {
            kernels::softmax(isa, scores, count);
            let each = 1.0 / example.answers.len() as f32;
            let mut loss = 0.0;
            for &answer in example.answers {
                let score = &mut scores[answer as usize];
                loss -= each * score.max(f32::MIN_POSITIVE).ln();
                *score -= each;
            }
            scores.iter_mut().for_each(|score| *score *= share);
            loss * share
        })
        .collect();
    let scores = MatrixView::new(&workspace.scores, count);
    kernels::product(scores, table, &mut workspace.to_queries);
    kernels::product(scores.transpose(), MatrixView::new(&workspace.queries, wide), &mut workspace.to_entities);
    let mut penalty = backward(tables, examples, training, workspace);
    for ((example, share), gradient) in examples.iter().zip(&shares).zip(workspace.to_known.chunks_exact(wide)) {
        let to = &mut workspace.to_entities[example.known() * wide..][..wide];
        to.iter_mut().zip(gradient).for_each(|(to, g)| *to += g);
        let weight = training.entity_penalty * share / example.answers.len() as f32;
        for &answer in example.answers {
            let to = &mut workspace.to_entities[answer as usize * wide..][..wide];
            penalty += training.penalty.add(tables.shape.family, tables.entities.row(answer as usize), weight, to);
        }
    }
    tables.entities.apply_all(&workspace.to_entities, settings.rate);
    tables.relations.apply_all(&workspace.to_relations, settings.rate);
    losses.iter().sum::<f32>() + penalty
}

/// A step against drawn wrong answers: as many for each example, one after the other in `wrong`.
pub fn against_drawn(
    tables: &mut Tables,
    (examples, wrong): (&[Example<'_>], &[u32]),
    training: &LinkTraining,
    settings: StepSettings,
    workspace: &mut Workspace,
) -> f32 {
    forward(tables, examples, training, settings, workspace);
    let wide = tables.entities.width;
    let comparison = tables.shape.family.comparison();
    let share = 1.0 / examples.len() as f32;
    let each = wrong.len() / examples.len() + 1;
    // What is compared: the right answer of each example, then its wrong ones.
    let rivals: Vec<u32> =
        examples.iter().zip(wrong.chunks_exact(each - 1)).flat_map(|(e, w)| [&e.answers[..1], w].concat()).collect();
    workspace.scores.resize(rivals.len(), 0.0);
    workspace.to_queries.clear();
    workspace.to_queries.resize(examples.len() * wide, 0.0);
    let mut slopes = vec![0.0; rivals.len()];
    let queries = workspace.queries.par_chunks_exact(wide).zip(workspace.to_queries.par_chunks_exact_mut(wide));
    let losses: Vec<f32> = queries
        .zip(rivals.par_chunks_exact(each))
        .zip(workspace.scores.par_chunks_exact_mut(each).zip(slopes.par_chunks_exact_mut(each)))
        .map(|(((query, to_query), rivals), (scores, slopes))| {
            for (score, rival) in scores.iter_mut().zip(rivals) {
                *score = comparison.score(query, tables.entities.row(*rival as usize));
            }
            let loss = training.loss.slopes(scores, slopes, training);
            slopes.iter_mut().for_each(|slope| *slope *= share);
            for ((score, slope), rival) in scores.iter().zip(slopes).zip(rivals) {
                let candidate = tables.entities.row(*rival as usize);
                comparison.backward((query, candidate), (*slope, *score), (Some(&mut *to_query), None));
            }
            loss
        })
        .collect();
    let penalty = backward(tables, examples, training, workspace);
    // Who is touched by what, entity by entity: rivals by their place, known ends after all of those.
    let count = tables.entities.values.len() / wide;
    let touches = rivals.iter().copied().chain(examples.iter().map(|example| example.question.anchor));
    let touched = Touched::new(count, touches);
    let old = &tables.entities.values.clone();
    let Workspace { queries, scores, to_known, .. } = &*workspace;
    tables.entities.apply_some(settings.rate, |entity, to| {
        let own = &old[entity * wide..][..wide];
        for &place in touched.by(entity) {
            let place = place as usize;
            if let Some(example) = place.checked_sub(rivals.len()) {
                to.iter_mut().zip(&to_known[example * wide..][..wide]).for_each(|(to, g)| *to += g);
                continue;
            }
            let query = &queries[place / each * wide..][..wide];
            comparison.backward((query, own), (slopes[place], scores[place]), (None, Some(&mut *to)));
            if place.is_multiple_of(each) {
                training.penalty.add(tables.shape.family, own, training.entity_penalty * share, to);
            }
        }
        !touched.by(entity).is_empty()
    });
    let asked = Touched::new(
        tables.relations.values.len() / tables.relations.width,
        examples.iter().map(|example| example.relation as u32),
    );
    let deep = tables.relations.width;
    let gradients = &workspace.to_relations;
    tables.relations.apply_some(settings.rate, |relation, to| {
        to.copy_from_slice(&gradients[relation * deep..][..deep]);
        !asked.by(relation).is_empty()
    });
    losses.iter().sum::<f32>() * share + penalty
}

/// Places of a list, grouped by what stands there (a counting sort).
struct Touched {
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl Touched {
    fn new(count: usize, items: impl Iterator<Item = u32> + Clone) -> Self {
        let mut starts = vec![0u32; count + 1];
        for item in items.clone() {
            starts[item as usize + 1] += 1;
        }
        for item in 0..count {
            starts[item + 1] += starts[item];
        }
        let mut next = starts.clone();
        let mut places = vec![0; starts[count] as usize];
        for (place, item) in (0u32..).zip(items) {
            places[next[item as usize] as usize] = place;
            next[item as usize] += 1;
        }
        Touched { starts, places }
    }

    fn by(&self, item: usize) -> &[u32] {
        &self.places[self.starts[item] as usize..self.starts[item + 1] as usize]
    }
}

impl Loss {
    /// The loss of one example from its scores, the right answer's first; writes the slope of each.
    pub(crate) fn slopes(self, scores: &[f32], slopes: &mut [f32], training: &LinkTraining) -> f32 {
        let wrong = (scores.len() - 1) as f32;
        match self {
            Loss::Softmax => {
                slopes.copy_from_slice(scores);
                passes::softmax(slopes, scores.len());
                let loss = -slopes[0].max(f32::MIN_POSITIVE).ln();
                slopes[0] -= 1.0;
                loss
            }
            Loss::SelfAdversarial => {
                let weights = &mut slopes[1..];
                for (weight, score) in weights.iter_mut().zip(&scores[1..]) {
                    *weight = training.temperature * score;
                }
                passes::softmax(weights, scores.len() - 1);
                let mut loss = 0.0;
                for (slope, score) in slopes[1..].iter_mut().zip(&scores[1..]) {
                    let weight = *slope;
                    loss += weight * softplus(training.margin + score);
                    *slope = 0.5 * weight * passes::sigmoid(training.margin + score);
                }
                let right = training.margin + scores[0];
                slopes[0] = -0.5 * passes::sigmoid(-right);
                0.5 * (loss + softplus(-right))
            }
            Loss::Margin => {
                let mut loss = 0.0;
                let mut violations = 0.0;
                for (slope, score) in slopes[1..].iter_mut().zip(&scores[1..]) {
                    let excess = training.margin - scores[0] + score;
                    let violated = if excess > 0.0 { 1.0 } else { 0.0 };
                    loss += violated * excess / wrong;
                    violations += violated;
                    *slope = violated / wrong;
                }
                slopes[0] = -violations / wrong;
                loss
            }
        }
    }
}

fn softplus(x: f32) -> f32 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
#[path = "steps_tests.rs"]
mod tests;
