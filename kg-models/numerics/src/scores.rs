//! Precision, recall and F1 from counts, and how far a score would spread over other documents.
//!
//! In: counts, a seed. Out: scores, intervals. Never: a choice of what counts as right.

use crate::draw::draw;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// What was right, what was said, and what was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Counts {
    /// How many predictions are right.
    pub correct: usize,
    /// How many predictions there are.
    pub predicted: usize,
    /// How many answers there are.
    pub gold: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.correct += other.correct;
        self.predicted += other.predicted;
        self.gold += other.gold;
    }
}

impl Counts {
    /// The share of predictions that are right; 0 where there are none.
    pub fn precision(self) -> f64 {
        share(self.correct, self.predicted)
    }

    /// The share of answers that were predicted; 0 where there are none.
    pub fn recall(self) -> f64 {
        share(self.correct, self.gold)
    }

    /// The harmonic mean of both; 0 where nothing is right.
    pub fn f1(self) -> f64 {
        share(2 * self.correct, self.predicted + self.gold)
    }
}

/// A share of a whole; 0 where there is none.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Precision, recall and F1, from 0 to 1, with the counts they come from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Share of predictions that are right.
    pub precision: f64,
    /// Share of answers that were predicted.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
}

impl From<Counts> for Scores {
    fn from(counts: Counts) -> Self {
        Scores { precision: counts.precision(), recall: counts.recall(), f1: counts.f1(), counts }
    }
}

/// The middle 95 % of a score over resampled documents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// How many times documents are resampled.
pub const RESAMPLES: usize = 1_000;

/// The percentile bootstrap of the micro F1 over documents (Efron and Tibshirani 1993), from a seed.
pub fn bootstrap(documents: &[Counts], seed: u64) -> Option<Interval> {
    if documents.is_empty() {
        return None;
    }
    let mut stream = draw(seed, "bootstrap", 0);
    let mut scores: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let mut sum = Counts::default();
            for _ in documents {
                sum += documents[stream.below(documents.len())];
            }
            sum.f1()
        })
        .collect();
    scores.sort_by(f64::total_cmp);
    let at = |share: f64| scores[((RESAMPLES - 1) as f64 * share).round() as usize];
    Some(Interval { low: at(0.025), high: at(0.975) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_follow_their_counts() {
        let counts = Counts { correct: 3, predicted: 4, gold: 6 };
        assert_eq!((counts.precision(), counts.recall(), counts.f1()), (0.75, 0.5, 0.6));
        assert_eq!(Counts::default().f1(), 0.0);
    }

    #[test]
    fn intervals_hold_the_score_and_hang_on_the_seed_alone() {
        let documents: Vec<Counts> = (0..60).map(|n| Counts { correct: n % 3, predicted: 2, gold: 3 }).collect();
        let interval = bootstrap(&documents, 1).unwrap();
        let mut sum = Counts::default();
        documents.iter().for_each(|&counts| sum += counts);
        assert!(interval.low < sum.f1() && sum.f1() < interval.high, "{interval:?}");
        assert_eq!(Some(interval), bootstrap(&documents, 1));
        assert_eq!(bootstrap(&[], 1), None);
    }
}
