//! Whether an edge is true, in whole numbers: two small maps, a layer of units, and a product by relation.
//!
//! In: [`EdgeFeatures`]. Out: a logit, the same on every machine. Never: a float: weights are rounded once, after
//! training.

use super::edge_features::{END, EdgeFeatures, FACTS};
use super::principal_components::WEIGHT_ONE;
use kgloom_record::neighbourhood::ONE;

/// Units of the layer.
pub const UNITS: usize = 64;
/// Numbers of each end that are multiplied with the other end's.
pub const FACTORS: usize = 32;
/// What an end is mapped to.
pub const MAPPED: usize = UNITS + FACTORS;

/// The parts of a scorer, each a list of numbers: as floats while it learns, as whole numbers times `WEIGHT_ONE` after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScorerParameters<T> {
    /// END × MAPPED: the head's map.
    pub head: Vec<T>,
    /// END × MAPPED: the tail's map.
    pub tail: Vec<T>,
    /// FACTS × UNITS.
    pub facts: Vec<T>,
    /// Relations × UNITS: what each relation adds to the units.
    pub relations: Vec<T>,
    /// UNITS: what the units count.
    pub units: Vec<T>,
    /// Relations × FACTS: what facts count for each relation.
    pub plain: Vec<T>,
    /// Relations × FACTORS: what the products of both ends count.
    pub factors: Vec<T>,
    /// FACTS: what facts count for every relation.
    pub common: Vec<T>,
}

/// The names of the parts, in order.
pub const NAMES: [&str; 8] = ["head", "tail", "facts", "relations", "units", "plain", "factors", "common"];

/// The shapes of the parts, in the same order.
pub fn shapes(relations: usize) -> [[usize; 2]; 8] {
    [
        [END, MAPPED],
        [END, MAPPED],
        [FACTS, UNITS],
        [relations, UNITS],
        [1, UNITS],
        [relations, FACTS],
        [relations, FACTORS],
        [1, FACTS],
    ]
}

impl<T> ScorerParameters<T> {
    /// The parts in the order of their names.
    pub fn all(&self) -> [&Vec<T>; 8] {
        let ScorerParameters { head, tail, facts, relations, units, plain, factors, common } = self;
        [head, tail, facts, relations, units, plain, factors, common]
    }

    /// From the parts in the order of their names.
    pub fn from_all([head, tail, facts, relations, units, plain, factors, common]: [Vec<T>; 8]) -> Self {
        ScorerParameters { head, tail, facts, relations, units, plain, factors, common }
    }
}

impl ScorerParameters<f32> {
    /// Rounded to whole numbers.
    pub fn whole(&self) -> ScorerParameters<i32> {
        let whole = |part: &Vec<f32>| part.iter().map(|x| (x * WEIGHT_ONE as f32).round() as i32).collect();
        ScorerParameters::from_all(self.all().map(whole))
    }
}

impl ScorerParameters<i32> {
    /// The logit that the triple is true, times `ONE`. A relation that the scorer never met adds nothing of its own.
    pub fn logit(&self, features: &EdgeFeatures, relation: Option<usize>) -> i64 {
        let own = |part: &[i32], width: usize, place: usize| {
            relation.map_or(0, |relation| i64::from(part[relation * width + place]))
        };
        let mut logit = 0;
        for (place, fact) in features.facts.iter().enumerate() {
            logit += (own(&self.plain, FACTS, place) + i64::from(self.common[place])) * i64::from(*fact);
        }
        if !self.is_plain() {
            logit += self.units_and_products(features, own);
        }
        logit / i64::from(WEIGHT_ONE)
    }

    /// Whether facts alone count.
    fn is_plain(&self) -> bool {
        [&self.units, &self.factors].into_iter().all(|part| part.iter().all(|weight| *weight == 0))
    }

    fn units_and_products(&self, features: &EdgeFeatures, own: impl Fn(&[i32], usize, usize) -> i64) -> i64 {
        let head = mapped(&features.head, &self.head, MAPPED);
        let tail = mapped(&features.tail, &self.tail, MAPPED);
        let facts = mapped(&features.facts, &self.facts, UNITS);
        let (one, weight_one) = (i64::from(ONE), i64::from(WEIGHT_ONE));
        let mut logit = 0;
        for unit in 0..UNITS {
            let sum = head[unit] + tail[unit] + facts[unit] + own(&self.relations, UNITS, unit) * one;
            logit += sum.max(0) / weight_one * i64::from(self.units[unit]);
        }
        for factor in 0..FACTORS {
            let product = (head[UNITS + factor] / weight_one) * (tail[UNITS + factor] / weight_one) / one;
            logit += product * own(&self.factors, FACTORS, factor);
        }
        logit
    }
}

/// Numbers times a matrix of whole numbers, not yet scaled back.
fn mapped(numbers: &[i16], matrix: &[i32], width: usize) -> Vec<i64> {
    let mut sums = vec![0i64; width];
    for (number, row) in numbers.iter().zip(matrix.chunks_exact(width)).filter(|(number, _)| **number != 0) {
        sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i64::from(*number) * i64::from(*weight));
    }
    sums
}
