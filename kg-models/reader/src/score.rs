//! Probabilities as scores. In: a float. Out: ten-thousandths. Never: a float further on.

use kgloom_record::record::Score;

/// A probability as a score.
pub fn score(probability: f32) -> Score {
    Score::new((probability.clamp(0.0, 1.0) * 10_000.0).round() as u16)
}
