//! What is asked: a direction in f32. In: numbers. Out: the same at length 1. Never: a question that is rounded to bytes.

use kgloom_numerics::double::unit;

/// A question of length 1, or zeros.
#[derive(Clone, Debug, PartialEq)]
pub struct Question(Vec<f32>);

impl Question {
    /// The direction of some numbers; the length is summed in f64, in their order.
    pub fn new(numbers: &[f32]) -> Self {
        Question(unit(numbers).into_iter().map(|x| x as f32).collect())
    }

    /// Its numbers.
    pub fn direction(&self) -> &[f32] {
        &self.0
    }
}
