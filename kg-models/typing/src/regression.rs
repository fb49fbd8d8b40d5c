//! Logistic regression from vectors to classes, where there are examples.
//!
//! In: examples. Out: the probability of each class for a vector. Never: an answer that hangs on the machine: what was
//! learnt is pinned, and products are summed in one order.

use crate::classes::Examples;
use kgloom_numerics::logistic::{Logistic, Rows};
use kgloom_numerics::passes::{dot, softmax};

/// What examples weigh against the penalty, where nothing else is chosen.
pub const WEIGHT: f64 = 10.0;

/// A linear map to classes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Regression {
    /// Numbers in a vector.
    pub width: usize,
    /// Classes × width.
    pub map: Vec<f32>,
    /// One for each class.
    pub bias: Vec<f32>,
}

impl Regression {
    /// The map with the least `½‖W‖² + weight Σ −ln p(class | example)`. An example of several classes counts once for
    /// each. Without examples all classes are equally likely.
    pub fn fit(examples: &Examples, count: usize, weight: f64) -> Self {
        let width = examples.vectors.width;
        let (mut values, mut classes) = (Vec::new(), Vec::new());
        for (place, own) in (0u32..).zip(&examples.classes) {
            for class in own {
                values.extend_from_slice(examples.vectors.row(place));
                classes.push(*class);
            }
        }
        if classes.is_empty() {
            return Regression { width, map: vec![0.0; count * width], bias: vec![0.0; count] };
        }
        let fitted = Logistic::fit(Rows { width, values: &values, classes: &classes, count }, weight);
        let (map, bias) = fitted.map();
        let single = |values: &[f64]| values.iter().map(|x| *x as f32).collect();
        Regression { width, map: single(map), bias: single(bias) }
    }

    /// The probability of each class; they add up to 1.
    pub fn probabilities(&self, item: &[f32]) -> Vec<f32> {
        let rows = self.map.chunks_exact(self.width.max(1));
        let mut found: Vec<f32> = rows.zip(&self.bias).map(|(row, bias)| dot(row, item) + bias).collect();
        let count = found.len().max(1);
        softmax(&mut found, count);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::vectors::TextVectors;

    #[test]
    fn classes_are_told_by_direction_and_shared_where_an_example_has_both() {
        let examples = Examples {
            names: ["a", "b", "c"].map(Into::into).to_vec(),
            vectors: TextVectors { width: 2, values: vec![1.0, 0.0, 0.0, 1.0, 0.6, 0.8] },
            classes: vec![vec![0], vec![1], vec![0, 1]],
        };
        let found = Regression::fit(&examples, 3, WEIGHT);
        let first = found.probabilities(&[1.0, 0.0]);
        assert!(first[0] > 0.8 && first[2] < 0.05, "{first:?}");
        assert!((first.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let between = found.probabilities(&[0.6, 0.8]);
        assert!(between[0] > 0.2 && between[1] > 0.2, "{between:?}");
        assert_eq!(Regression::fit(&Examples::default(), 2, WEIGHT).bias, [0.0, 0.0]);
    }
}
