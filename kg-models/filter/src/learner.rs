//! How the scorer learns: one step over a batch of edges, gradients by hand.
//!
//! In: readings with what is right. Out: the loss, and changed parts. Never: a thread, so that products round in one way.

use super::edge_features::{END, EdgeFeatures, FACTS};
use super::scorer::{FACTORS, MAPPED, ScorerParameters, UNITS, shapes};
use kgloom_numerics::draw::draw;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::MatrixView;
use kgloom_numerics::passes::{add, dot, sigmoid};
use kgloom_numerics::table::{Table, UpdateRule};
use kgloom_record::neighbourhood::ONE;

/// How much less an edge of the graph counts the less it is believed: 0 is log loss, 1 the plain distance from 1. Some of
/// the graph's edges are false; by log loss those would count the most.
const DOUBT: f32 = 0.7;
/// Keeps the least believed edges from counting nothing at all.
const LEAST: f32 = 1e-4;

/// An edge to learn from.
pub struct Example {
    /// Its relation.
    pub relation: usize,
    /// What is read of it.
    pub features: EdgeFeatures,
    /// Whether it is true.
    pub right: bool,
}

/// The parts of a scorer that learns, in the order of their names.
pub struct Learner {
    tables: [Table; 8],
}

/// What a pass over a batch leaves.
struct Pass {
    heads: Vec<f32>,
    tails: Vec<f32>,
    facts: Vec<f32>,
    /// Examples × MAPPED.
    mapped: [Vec<f32>; 2],
    /// Examples × UNITS, rectified.
    units: Vec<f32>,
    logits: Vec<f32>,
}

impl Learner {
    /// Begins with drawn maps, no plain weights, and products that count alike.
    pub fn new(relations: usize, seed: u64) -> Self {
        let mut part = 0;
        let tables = shapes(relations).map(|[rows, width]| {
            let mut random = draw(seed, "scorer", part);
            part += 1;
            let deviation = match part {
                1 | 2 => (1.0 / END as f32).sqrt(),
                3 => (1.0 / FACTS as f32).sqrt(),
                4 => 0.1,
                5 => (1.0 / UNITS as f32).sqrt(),
                6 | 8 => 0.0,
                _ => 0.3,
            };
            Table::new(random.normals(rows * width, deviation), width, UpdateRule::Adam)
        });
        Learner { tables }
    }

    /// The parts as they are.
    pub fn parameters(&self) -> ScorerParameters<f32> {
        ScorerParameters::from_all(self.tables.each_ref().map(|table| table.values.clone()))
    }

    fn forward(&self, batch: &[Example]) -> Pass {
        let scaled = |of: &dyn Fn(&EdgeFeatures) -> &Vec<i16>| -> Vec<f32> {
            batch.iter().flat_map(|example| of(&example.features)).map(|x| f32::from(*x) / ONE as f32).collect()
        };
        let heads = scaled(&|features| &features.head);
        let tails = scaled(&|features| &features.tail);
        let facts = scaled(&|features| &features.facts);
        let [head, tail, of_facts, relations, of_units, plain, factors, common] = &self.tables;
        let times = |left: &[f32], depth: usize, right: &Table| {
            let mut out = vec![0.0; batch.len() * right.width];
            kernels::product(MatrixView::new(left, depth), MatrixView::new(&right.values, right.width), &mut out);
            out
        };
        let mapped = [times(&heads, END, head), times(&tails, END, tail)];
        let mut units = times(&facts, FACTS, of_facts);
        let mut logits = Vec::with_capacity(batch.len());
        for (index, &Example { relation, .. }) in batch.iter().enumerate() {
            let units = &mut units[index * UNITS..][..UNITS];
            let [head, tail] = mapped.each_ref().map(|mapped| &mapped[index * MAPPED..][..MAPPED]);
            for (unit, sum) in units.iter_mut().enumerate() {
                *sum = (*sum + head[unit] + tail[unit] + relations.row(relation)[unit]).max(0.0);
            }
            let products: f32 = (factors.row(relation).iter().zip(&head[UNITS..]).zip(&tail[UNITS..]))
                .map(|((factor, head), tail)| factor * head * tail)
                .sum();
            let own = &facts[index * FACTS..][..FACTS];
            let plainly = dot(plain.row(relation), own) + dot(&common.values, own);
            logits.push(dot(units, &of_units.values) + products + plainly);
        }
        Pass { heads, tails, facts, mapped, units, logits }
    }

    /// Takes one step down the mean loss; the loss before it. Wrong edges cost log loss, the graph's own the generalised
    /// cross entropy `(1 − p^q) / q` (Zhang and Sabuncu 2018).
    pub fn step(&mut self, batch: &[Example], rate: f32) -> f32 {
        let (loss, slopes) = self.slopes(batch);
        self.tables.iter_mut().zip(&slopes).for_each(|(table, slopes)| table.apply_all(slopes, rate));
        loss
    }

    fn slopes(&self, batch: &[Example]) -> (f32, [Vec<f32>; 8]) {
        let pass = self.forward(batch);
        let [_, _, _, _, of_units, _, factors, _] = &self.tables;
        let mut slopes = self.tables.each_ref().map(|table| vec![0.0f32; table.values.len()]);
        let mut back = [vec![0.0f32; batch.len() * MAPPED], vec![0.0f32; batch.len() * MAPPED]];
        let mut of_sums = vec![0.0f32; batch.len() * UNITS];
        let mut loss = 0.0;
        for (index, &Example { relation, right, .. }) in batch.iter().enumerate() {
            let logit = pass.logits[index];
            let probability = sigmoid(logit);
            let believed = probability.max(LEAST).powf(DOUBT);
            let (cost, slope) = match right {
                true => ((1.0 - believed) / DOUBT, believed * (probability - 1.0)),
                false => (logit.max(0.0) + (-logit.abs()).exp().ln_1p(), probability),
            };
            loss += cost / batch.len() as f32;
            let slope = slope / batch.len() as f32;
            let units = &pass.units[index * UNITS..][..UNITS];
            let of_sums = &mut of_sums[index * UNITS..][..UNITS];
            for unit in 0..UNITS {
                slopes[4][unit] += slope * units[unit];
                of_sums[unit] = if units[unit] > 0.0 { slope * of_units.values[unit] } else { 0.0 };
            }
            add(&mut slopes[3][relation * UNITS..][..UNITS], of_sums, 1.0);
            add(&mut slopes[5][relation * FACTS..][..FACTS], &pass.facts[index * FACTS..][..FACTS], slope);
            add(&mut slopes[7], &pass.facts[index * FACTS..][..FACTS], slope);
            let [head, tail] = pass.mapped.each_ref().map(|mapped| &mapped[index * MAPPED + UNITS..][..FACTORS]);
            let row = factors.row(relation);
            for factor in 0..FACTORS {
                slopes[6][relation * FACTORS + factor] += slope * head[factor] * tail[factor];
                back[0][index * MAPPED + UNITS + factor] = slope * row[factor] * tail[factor];
                back[1][index * MAPPED + UNITS + factor] = slope * row[factor] * head[factor];
            }
            back.iter_mut().for_each(|back| back[index * MAPPED..][..UNITS].copy_from_slice(of_sums));
        }
        let transposed_product = |left: &[f32], depth: usize, right: &[f32], width: usize, out: &mut [f32]| {
            kernels::product(MatrixView::new(left, depth).transpose(), MatrixView::new(right, width), out);
        };
        let [of_head, of_tail, of_facts, ..] = &mut slopes;
        transposed_product(&pass.heads, END, &back[0], MAPPED, of_head);
        transposed_product(&pass.tails, END, &back[1], MAPPED, of_tail);
        transposed_product(&pass.facts, FACTS, &of_sums, UNITS, of_facts);
        (loss, slopes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(count: usize) -> Vec<Example> {
        let mut random = draw(4, "test", 0);
        let mut numbers = |count: usize| -> Vec<i16> { (0..count).map(|_| (random.normal() * 300.0) as i16).collect() };
        (0..count)
            .map(|index| {
                let (head, tail, facts) = (numbers(END), numbers(END), numbers(FACTS));
                Example { relation: index % 3, features: EdgeFeatures { head, tail, facts }, right: index % 2 == 0 }
            })
            .collect()
    }

    #[test]
    fn every_part_follows_its_gradient() {
        let (mut learner, batch) = (Learner::new(3, 1), batch(7));
        let slopes = learner.slopes(&batch).1;
        for (part, slopes) in slopes.iter().enumerate() {
            for place in [1, slopes.len() / 2, slopes.len() - 2] {
                let mut at = |delta: f32| {
                    learner.tables[part].values[place] += delta;
                    let loss = learner.slopes(&batch).0;
                    learner.tables[part].values[place] -= delta;
                    f64::from(loss)
                };
                let numeric = (at(1e-2) - at(-1e-2)) / 2e-2;
                assert!(
                    (numeric - f64::from(slopes[place])).abs() < 1e-3,
                    "{part} {place}: {numeric} {}",
                    slopes[place]
                );
            }
        }
    }

    #[test]
    fn whole_numbers_say_what_floats_say() {
        let (mut learner, batch) = (Learner::new(3, 2), batch(64));
        (0..30).for_each(|_| _ = learner.step(&batch, 0.01));
        let whole = learner.parameters().whole();
        for (example, logit) in batch.iter().zip(learner.forward(&batch).logits) {
            let got = whole.logit(&example.features, Some(example.relation)) as f32 / ONE as f32;
            assert!((got - logit).abs() < 0.05 + 0.02 * logit.abs(), "{got} {logit}");
        }
    }
}
