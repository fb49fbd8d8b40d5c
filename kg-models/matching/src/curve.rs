//! What a match is worth. In: its score, its lead, the likeness of names. Out: the probability that it is right. Never: a score
//! of another search than the one it was learnt on, which would mean something else.

use kgloom_numerics::logistic::{Logistic, Rows};

/// How little the size of the weights costs.
const COST: f64 = 1.0;

/// What tells how sure the best candidate is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Features {
    /// Its score, a sum of standard scores.
    pub score: f64,
    /// How far the next one is behind.
    pub lead: f64,
    /// How alike the nearest names are, from 0 to 1.
    pub name: f64,
}

/// A logistic curve (Platt 1999) over [`Features`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// What is there beforehand.
    pub bias: f64,
    /// What each of score, lead and likeness adds to the log odds.
    pub weights: [f64; 3],
}

impl Default for Curve {
    /// Where nothing was learnt: fitted once, by words and names, on the 1,093 other English names that Wikidata has of the
    /// things of WikiKGE-10, each asked for with and without the thing that has it ([`crate::learn_curve`]).
    fn default() -> Self {
        Curve { bias: -5.5, weights: [-0.3, 0.43, 10.7] }
    }
}

impl Curve {
    /// Learns it from judged matches; `None` where all are right, or none.
    pub fn fit(judged: &[(Features, bool)]) -> Option<Self> {
        let right = judged.iter().filter(|(_, right)| *right).count();
        if right == 0 || right == judged.len() {
            return None;
        }
        let values: Vec<f32> = judged.iter().flat_map(|(told, _)| told.numbers().map(|x| x as f32)).collect();
        let classes: Vec<u32> = judged.iter().map(|(_, right)| u32::from(*right)).collect();
        let (weights, bias) =
            Logistic::fit(Rows { width: 3, values: &values, classes: &classes, count: 2 }, COST).odds();
        Some(Curve { bias, weights: weights.try_into().ok()? })
    }

    /// The probability that a match is right.
    pub fn probability(&self, told: Features) -> f64 {
        let odds: f64 = self.weights.iter().zip(told.numbers()).map(|(weight, x)| weight * x).sum();
        1.0 / (1.0 + (-self.bias - odds).exp())
    }
}

impl Features {
    fn numbers(self) -> [f64; 3] {
        [self.score, self.lead, self.name]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_lead_is_likelier_right() {
        let judged: Vec<(Features, bool)> = (0..200)
            .map(|place| {
                let lead = f64::from(place % 20) / 5.0;
                (Features { score: 3.0, lead, name: 0.5 }, lead > 2.0 || place % 7 == 0)
            })
            .collect();
        let curve = Curve::fit(&judged).unwrap();
        let at = |lead: f64| curve.probability(Features { score: 3.0, lead, name: 0.5 });
        assert!(at(0.0) < 0.35 && at(4.0) > 0.85 && at(1.0) < at(3.0), "{} {}", at(0.0), at(4.0));
        let mean: f64 = judged.iter().map(|(told, _)| curve.probability(*told)).sum::<f64>() / 200.0;
        let right = judged.iter().filter(|(_, right)| *right).count() as f64 / 200.0;
        assert!((mean - right).abs() < 0.01, "{mean} {right}");
        assert!(Curve::fit(&judged[..1]).is_none());
    }
}
