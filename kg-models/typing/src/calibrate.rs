//! From a score to how often it is right, learnt from judgements that were held back.
//!
//! In: scores, and whether they were right. Out: probabilities, and from which on a stated precision holds. Never: a
//! probability that falls where the score rises.

use serde::{Deserialize, Serialize};

/// Judgements that one point of the rising curve rests on, at the least.
const TOGETHER: usize = 40;
/// Right judgements from which on the curve is free; below it is a logistic one, which two numbers describe.
const MANY: usize = 100;
/// Judgements that a threshold rests on, at the least.
const LEAST: usize = 10;
/// Scores are kept this far from 0 and 1 before their log odds are taken.
const EDGE: f32 = 1e-4;
/// Newton's steps.
const STEPS: usize = 100;

/// What a score between 0 and 1 means.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calibration {
    /// Nothing is known: the score itself.
    #[default]
    Unknown,
    /// A logistic curve of the score's log odds (Platt 1999): slope and shift.
    Logistic(f32, f32),
    /// A rising curve through points (isotonic regression, Zadrozny and Elkan 2002), straight between them.
    Rising(Vec<(f32, f32)>),
}

impl Calibration {
    /// Learns it: logistic from few judgements, rising from many.
    pub fn fit(judged: &[(f32, bool)]) -> Self {
        let right = judged.iter().filter(|(_, right)| *right).count();
        if right == 0 || right == judged.len() {
            return Calibration::Unknown;
        }
        if right < MANY { logistic(judged) } else { Calibration::Rising(rising(judged)) }
    }

    /// The probability that a judgement with this score is right.
    pub fn probability(&self, score: f32) -> f32 {
        match self {
            Calibration::Unknown => score,
            Calibration::Logistic(slope, shift) => {
                (1.0 / (1.0 + (-f64::from(slope * odds(score) + shift)).exp())) as f32
            }
            Calibration::Rising(points) => between(points, score),
        }
    }
}

fn odds(score: f32) -> f32 {
    let score = score.clamp(EDGE, 1.0 - EDGE);
    (score / (1.0 - score)).ln()
}

fn between(points: &[(f32, f32)], score: f32) -> f32 {
    let after = points.partition_point(|point| point.0 < score);
    match (points.get(after.wrapping_sub(1)), points.get(after)) {
        (Some(&(x, low)), Some(&(y, high))) if y > x => low + (high - low) * ((score - x) / (y - x)),
        (_, Some(&(_, value))) | (Some(&(_, value)), None) => value,
        (None, None) => score,
    }
}

/// Equal scores together, the lowest first: the score, how many judgements, how many of them right.
fn gathered(judged: &[(f32, bool)]) -> Vec<(f64, f64, f64)> {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let count = |same: &[(f32, bool)]| {
        let right = same.iter().filter(|(_, right)| *right).count();
        (f64::from(same[0].0), same.len() as f64, right as f64)
    };
    sorted.chunk_by(|one, other| one.0 == other.0).map(count).collect()
}

/// By blocks of enough judgements; one that is right less often than the one before joins it.
fn rising(judged: &[(f32, bool)]) -> Vec<(f32, f32)> {
    let mut blocks: Vec<(f64, f64, f64)> = Vec::new();
    let mut open = (0.0, 0.0, 0.0);
    let mut left = judged.len() as f64;
    for (score, count, right) in gathered(judged) {
        open = (open.0 + score * count, open.1 + count, open.2 + right);
        left -= count;
        // What is left at the top and is too little for a block of its own belongs to the last one.
        if left > 0.0 && (open.1 < TOGETHER as f64 || left < TOGETHER as f64) {
            continue;
        }
        while let Some(before) = blocks.last().copied().filter(|before| before.2 * open.1 >= open.2 * before.1) {
            blocks.pop();
            open = (before.0 + open.0, before.1 + open.1, before.2 + open.2);
        }
        blocks.push(std::mem::take(&mut open));
    }
    blocks.into_iter().map(|(sum, count, right)| ((sum / count) as f32, (right / count) as f32)).collect()
}

/// Slope and shift by Newton's method, towards Platt's targets, which leave room for what was not seen.
fn logistic(judged: &[(f32, bool)]) -> Calibration {
    let right = judged.iter().filter(|(_, right)| *right).count() as f64;
    let wrong = judged.len() as f64 - right;
    let (high, low) = ((right + 1.0) / (right + 2.0), 1.0 / (wrong + 2.0));
    let (mut slope, mut shift) = (0f64, ((right + 1.0) / (wrong + 1.0)).ln());
    let rows: Vec<(f64, f64)> =
        judged.iter().map(|(score, right)| (f64::from(odds(*score)), if *right { high } else { low })).collect();
    let loss = |slope: f64, shift: f64| -> f64 {
        let one = |(x, target): &(f64, f64)| {
            let z = slope * x + shift;
            z.max(0.0) + (-z.abs()).exp().ln_1p() - target * z
        };
        rows.iter().map(one).sum()
    };
    let mut last = loss(slope, shift);
    for _ in 0..STEPS {
        let (mut g, mut h, mut aa, mut ab, mut bb) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for (x, target) in &rows {
            let p = 1.0 / (1.0 + (-(slope * x + shift)).exp());
            let weight = p * (1.0 - p);
            g += (p - target) * x;
            h += p - target;
            aa += weight * x * x;
            ab += weight * x;
            bb += weight;
        }
        let whole = aa * bb - ab * ab;
        if whole <= 0.0 {
            break;
        }
        let (a, b) = ((bb * g - ab * h) / whole, (aa * h - ab * g) / whole);
        let halves = (0..20).map(|halvings| 0.5f64.powi(halvings));
        let next = halves.map(|step| (slope - step * a, shift - step * b)).find(|next| loss(next.0, next.1) < last);
        let Some(next) = next else { break };
        (slope, shift) = next;
        let now = loss(slope, shift);
        if last - now < 1e-9 * last {
            break;
        }
        last = now;
    }
    // A curve that falls says that the scores are worth nothing: then all are equally likely.
    if slope <= 0.0 {
        return Calibration::Logistic(0.0, ((right + 1.0) / (wrong + 1.0)).ln() as f32);
    }
    Calibration::Logistic(slope as f32, shift as f32)
}

/// The lowest score from which on judgements are right this often; none where there is no such score, or it would rest on
/// fewer than ten of them.
pub fn threshold(judged: &[(f32, bool)], precision: f64) -> Option<f32> {
    let (mut all, mut right, mut found) = (0.0, 0.0, None);
    for (score, count, good) in gathered(judged).into_iter().rev() {
        all += count;
        right += good;
        if all >= LEAST as f64 && right >= precision * all {
            found = Some(score as f32);
        }
    }
    found
}

/// The mean distance between what is said and how often it is right, over tenths of what is said (expected calibration
/// error, Naeini et al. 2015).
pub fn calibration_error(judged: &[(f32, bool)]) -> f64 {
    let mut tenths = [(0f64, 0f64); 10];
    for (said, right) in judged {
        let tenth = &mut tenths[((said * 10.0) as usize).min(9)];
        tenth.0 += f64::from(*said);
        tenth.1 += f64::from(u8::from(*right));
    }
    tenths.iter().map(|(said, right)| (said - right).abs()).sum::<f64>() / judged.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores that are twice as sure as they should be.
    fn judged(count: usize) -> Vec<(f32, bool)> {
        let one = |place: usize| {
            let said = place as f32 / count as f32;
            (said, (place * 7919 % count) as f32 / (count as f32) < said / 2.0)
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn few_judgements_give_a_logistic_curve_and_many_a_free_one() {
        let few = Calibration::fit(&judged(200));
        assert!(matches!(few, Calibration::Logistic(..)), "{few:?}");
        let many = Calibration::fit(&judged(5_000));
        assert!(matches!(many, Calibration::Rising(_)), "{many:?}");
        for (curve, slack) in [(few, 0.12), (many, 0.05)] {
            for said in [0.2, 0.5, 0.9] {
                assert!((curve.probability(said) - said / 2.0).abs() < slack, "{said}: {}", curve.probability(said));
            }
            let values: Vec<f32> = (0..100).map(|place| curve.probability(place as f32 / 100.0)).collect();
            assert!(values.is_sorted(), "{values:?}");
        }
        assert_eq!(Calibration::fit(&[(0.3, true)]).probability(0.3), 0.3);
    }

    #[test]
    fn scores_that_say_the_contrary_make_all_equally_likely() {
        let against: Vec<(f32, bool)> = judged(200).iter().map(|(said, right)| (1.0 - said, *right)).collect();
        let curve = Calibration::fit(&against);
        assert_eq!(curve.probability(0.1), curve.probability(0.9));
    }

    #[test]
    fn the_order_of_judgements_does_not_matter() {
        let mut same: Vec<(f32, bool)> =
            judged(3_000).iter().map(|(said, right)| ((said * 20.0).floor() / 20.0, *right)).collect();
        let curve = Calibration::fit(&same);
        same.reverse();
        assert_eq!(curve, Calibration::fit(&same));
    }

    #[test]
    fn a_threshold_is_the_lowest_that_holds_the_precision() {
        let judged: Vec<(f32, bool)> = (0..100).map(|place| (place as f32 / 100.0, place >= 60)).collect();
        assert_eq!(threshold(&judged, 1.0), Some(0.6));
        assert_eq!(threshold(&judged, 0.8), Some(0.5));
        assert_eq!(threshold(&judged[..9], 0.0), None);
        assert_eq!(threshold(&judged[..50], 0.5), None);
    }

    #[test]
    fn the_error_is_how_far_off_what_is_said_is() {
        assert_eq!(calibration_error(&[(0.5, true), (0.5, false)]), 0.0);
        assert_eq!(calibration_error(&[(1.0, false), (1.0, false)]), 1.0);
        assert_eq!(calibration_error(&[]), 0.0);
    }
}
