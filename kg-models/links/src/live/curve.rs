//! From what a model says to how often it is right: a rising curve (isotonic regression, Zadrozny and Elkan 2002).
//!
//! In: probabilities that were judged. Out: probabilities to be believed. Never: a curve that falls.

use serde::{Deserialize, Serialize};

/// Judgements that one point of the curve rests on, at the least.
const TOGETHER: usize = 40;

/// A rising curve through some points, straight between them, flat beyond.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// What was said, and how often it was right; both rising.
    points: Vec<(f32, f32)>,
}

impl Curve {
    /// The curve of some judgements: what was said, and whether it was right. Without judgements it changes nothing.
    pub fn of(mut judged: Vec<(f32, bool)>) -> Self {
        judged.sort_by(|one, other| one.0.total_cmp(&other.0));
        // By blocks: how many, the sum of what was said, how many were right. One that is right less often than the one
        // before it joins it.
        let mut blocks: Vec<(f32, f32, f32)> = Vec::new();
        for some in judged.chunks(TOGETHER) {
            let right = some.iter().filter(|(_, right)| *right).count() as f32;
            let mut block = (some.len() as f32, some.iter().map(|(said, _)| said).sum(), right);
            while let Some(before) = blocks.last().copied().filter(|before| before.2 * block.0 >= block.2 * before.0) {
                blocks.pop();
                block = (before.0 + block.0, before.1 + block.1, before.2 + block.2);
            }
            blocks.push(block);
        }
        Curve { points: blocks.into_iter().map(|(count, said, right)| (said / count, right / count)).collect() }
    }

    /// What is to be believed of what is said.
    pub fn at(&self, said: f32) -> f32 {
        let after = self.points.partition_point(|point| point.0 < said);
        match (self.points.get(after.wrapping_sub(1)), self.points.get(after)) {
            (Some(&(x, low)), Some(&(y, high))) if y > x => low + (high - low) * ((said - x) / (y - x)),
            (_, Some(&(_, value))) | (Some(&(_, value)), None) => value,
            (None, None) => said,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_rises_and_tells_how_often_what_was_said_is_right() {
        // What is said is twice as sure as it should be, and wrong about .6 to .8.
        let judged = (0..10_000).map(|place| {
            let said = place as f32 / 10_000.0;
            let odds = if (0.6..0.8).contains(&said) { 0.1 } else { said / 2.0 };
            (said, (place * 7919 % 10_000) as f32 / 10_000.0 < odds)
        });
        let curve = Curve::of(judged.collect());
        assert!((curve.at(0.2) - 0.1).abs() < 0.04, "{}", curve.at(0.2));
        assert!((curve.at(0.95) - 0.475).abs() < 0.06, "{}", curve.at(0.95));
        let values: Vec<f32> = (0..100).map(|place| curve.at(place as f32 / 100.0)).collect();
        assert!(values.is_sorted(), "{values:?}");
        assert_eq!(Curve::default().at(0.3), 0.3);
    }
}
