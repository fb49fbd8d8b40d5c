//! What prototypes, regression and neighbours say of one item, and how much each is to be believed.
//!
//! In: their opinions of items that were held back. Out: one score for each class. Never: a weight chosen on an item that
//! the opinions were learnt from.

use kgloom_numerics::passes::{add, softmax};
use serde::{Deserialize, Serialize};

/// The least probability, and the least share of votes, that an opinion is taken to have meant.
const FLOORS: (f32, f32) = (1e-6, 0.02);
/// What weights are chosen from, the usual ones first. Examples always count.
const GRID: ([f32; 4], [f32; 4], [f32; 3]) = ([20.0, 0.0, 10.0, 40.0], [1.0, 0.5, 2.0, 4.0], [0.0, 0.5, 1.0]);

/// What each says of an item: one number for each class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opinions {
    /// Similarities to prototypes.
    pub prototypes: Vec<f32>,
    /// Logarithms of the regression's probabilities.
    pub regression: Vec<f32>,
    /// Logarithms of the shares of votes.
    pub neighbours: Vec<f32>,
}

/// How much each counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Of prototypes: the reciprocal of how far apart two similarities are that make one class e times as likely.
    pub prototypes: f32,
    /// Of the regression.
    pub regression: f32,
    /// Of neighbours.
    pub neighbours: f32,
}

impl Weights {
    /// Where nothing was held back: prototypes, and what there is of examples.
    pub const USUAL: Weights = Weights { prototypes: 20.0, regression: 1.0, neighbours: 0.0 };

    /// Those by which the classes of items that were held back are the likeliest, of equally good ones the first; and the
    /// logarithm of that likelihood.
    pub fn choose(held: &[(Opinions, &[u32])]) -> (Weights, f64) {
        let (first, second, third) = GRID;
        let grid = first.into_iter().flat_map(|prototypes| {
            second.into_iter().flat_map(move |regression| {
                third.into_iter().map(move |neighbours| Weights { prototypes, regression, neighbours })
            })
        });
        let likelihood = |weights: &Weights| -> f64 {
            let of = |(opinions, classes): &(Opinions, &[u32])| -> f64 {
                let pooled = opinions.pooled(*weights);
                classes.iter().map(|class| f64::from(pooled[*class as usize].max(FLOORS.0).ln())).sum()
            };
            held.iter().map(of).sum()
        };
        let scored = grid.map(|weights| (weights, likelihood(&weights)));
        let better = |best: (Weights, f64), next: (Weights, f64)| if next.1 > best.1 { next } else { best };
        scored.reduce(better).unwrap_or((Weights::USUAL, 0.0))
    }
}

impl Opinions {
    /// From similarities to prototypes, a regression's probabilities, and shares of votes.
    pub fn new(similarities: Vec<f32>, regression: &[f32], votes: &[f32]) -> Self {
        Opinions {
            prototypes: similarities,
            regression: regression.iter().map(|probability| probability.max(FLOORS.0).ln()).collect(),
            neighbours: votes.iter().map(|share| (share + FLOORS.1).ln()).collect(),
        }
    }

    /// The product of what they say, by their weights (a logarithmic opinion pool, Genest and Zidek 1986): scores that add
    /// up to 1.
    pub fn pooled(&self, weights: Weights) -> Vec<f32> {
        let mut pooled = vec![0f32; self.prototypes.len()];
        let parts = [
            (weights.prototypes, &self.prototypes),
            (weights.regression, &self.regression),
            (weights.neighbours, &self.neighbours),
        ];
        for (weight, part) in parts {
            add(&mut pooled, part, weight);
        }
        let count = pooled.len().max(1);
        softmax(&mut pooled, count);
        pooled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_they_say_is_multiplied() {
        let opinions = Opinions::new(vec![0.5, 0.5], &[0.9, 0.1], &[0.0, 0.0]);
        let weights = Weights { prototypes: 20.0, regression: 1.0, neighbours: 1.0 };
        // Prototypes cannot decide, nobody has voted: the regression stands.
        let pooled = opinions.pooled(weights);
        assert!((pooled[0] - 0.9).abs() < 1e-5 && (pooled[1] - 0.1).abs() < 1e-5, "{pooled:?}");
        let twice = opinions.pooled(Weights { regression: 2.0, ..weights });
        assert!((twice[0] - 0.81 / 0.82).abs() < 1e-5, "{twice:?}");
    }

    #[test]
    fn who_was_right_is_believed() {
        let held: Vec<(Opinions, &[u32])> = (0..20)
            .map(|place| {
                let right: &[u32] = if place % 2 == 0 { &[0] } else { &[1] };
                let told = |sure: f32| if place % 2 == 0 { vec![sure, 1.0 - sure] } else { vec![1.0 - sure, sure] };
                (Opinions::new(told(0.45), &told(0.2), &told(0.9)), right)
            })
            .collect();
        assert_eq!(Weights::choose(&held).0, Weights { prototypes: 0.0, regression: 0.5, neighbours: 1.0 });
        assert_eq!(Weights::choose(&[]), (Weights::USUAL, 0.0));
    }
}
