//! How well scores part true edges from false ones.
//!
//! In: scores with what is right. Out: areas under curves, precision and recall, probabilities, thresholds. Never: a result
//! that depends on the order of equal scores.

use serde::{Deserialize, Serialize};

/// A score, whether the edge is true, and how much it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The logit, or any number that grows with belief.
    pub score: f64,
    /// Whether the edge is true.
    pub right: bool,
    /// How much it counts.
    pub weight: f64,
}

/// Equal scores together, the highest first: score, weight of true edges, weight of false ones.
fn steps(judged: &[Judged]) -> Vec<(f64, f64, f64)> {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|a, b| b.score.total_cmp(&a.score));
    let weight = |same: &[Judged], right: bool| {
        same.iter().filter(|one| one.right == right).fold(0.0, |sum, one| sum + one.weight)
    };
    sorted
        .chunk_by(|a, b| a.score == b.score)
        .map(|same| (same[0].score, weight(same, true), weight(same, false)))
        .collect()
}

/// The chance that a true edge stands above a false one; ties count half. One half where there is nothing to compare.
pub fn auroc(judged: &[Judged]) -> f64 {
    let (mut area, mut above, mut below) = (0.0, 0.0, 0.0);
    for (_, right, wrong) in steps(judged) {
        area += wrong * (above + right / 2.0);
        above += right;
        below += wrong;
    }
    if above * below > 0.0 { area / (above * below) } else { 0.5 }
}

/// Average precision: the mean of the precision at each true edge.
pub fn auprc(judged: &[Judged]) -> f64 {
    let (mut area, mut above, mut all) = (0.0, 0.0, 0.0);
    for (_, right, wrong) in steps(judged) {
        above += right;
        all += right + wrong;
        area += right * above / all;
    }
    if above > 0.0 { area / above } else { 0.0 }
}

/// Which share of what is kept is true, and which share of what is true is kept.
pub fn kept(judged: &[(Judged, bool)]) -> (f64, f64) {
    let sum = |of: &dyn Fn(&Judged, bool) -> bool| {
        judged.iter().filter(|(one, kept)| of(one, *kept)).fold(0.0, |sum, (one, _)| sum + one.weight)
    };
    let (both, kept, right) = (sum(&|one, kept| kept && one.right), sum(&|_, kept| kept), sum(&|one, _| one.right));
    (both / kept.max(f64::MIN_POSITIVE), both / right.max(f64::MIN_POSITIVE))
}

/// Probabilities by score: steps that never fall (isotonic regression by pooling adjacent violators, Ayer et al. 1955).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Isotonic {
    /// The lowest score of each step, rising.
    pub from: Vec<i64>,
    /// The step's probability, in thousandths.
    pub thousandths: Vec<u16>,
}

impl Isotonic {
    /// Fits the steps.
    pub fn fit(judged: &[Judged]) -> Self {
        let mut pools: Vec<(f64, f64, f64)> = Vec::new();
        for (score, right, wrong) in steps(judged).into_iter().rev() {
            pools.push((score, right, right + wrong));
            while let [.., a, b] = pools[..] {
                if a.1 * b.2 < b.1 * a.2 {
                    break;
                }
                pools.truncate(pools.len() - 2);
                pools.push((a.0, a.1 + b.1, a.2 + b.2));
            }
        }
        Isotonic {
            from: pools.iter().map(|pool| pool.0.floor() as i64).collect(),
            thousandths: pools.iter().map(|pool| (1000.0 * pool.1 / pool.2).round() as u16).collect(),
        }
    }

    /// The probability of a score, in thousandths.
    pub fn of(&self, score: i64) -> u16 {
        let place = self.from.partition_point(|from| *from <= score).saturating_sub(1);
        self.thousandths.get(place).copied().unwrap_or(500)
    }
}

/// The lowest score from which on what is kept has this precision; above all where there is none.
pub fn threshold(judged: &[Judged], precision: f64) -> Option<f64> {
    let (mut above, mut all, mut found) = (0.0, 0.0, None);
    for (score, right, wrong) in steps(judged) {
        above += right;
        all += right + wrong;
        if above >= precision * all {
            found = Some(score);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(list: &[(f64, bool)]) -> Vec<Judged> {
        list.iter().map(|&(score, right)| Judged { score, right, weight: 1.0 }).collect()
    }

    #[test]
    fn areas_are_those_of_pairs_counted_one_by_one() {
        let list = judged(&[(3.0, true), (2.0, false), (2.0, true), (1.0, true), (0.0, false)]);
        // Pairs: 3 beats both; 2 ties and beats; 1 loses and beats: 2 + 1.5 + 1 of 6.
        assert!((auroc(&list) - 4.5 / 6.0).abs() < 1e-12);
        let precision = (1.0 + 2.0 / 3.0 + 3.0 / 4.0) / 3.0;
        assert!((auprc(&list) - precision).abs() < 1e-12);
        assert_eq!(auroc(&judged(&[(1.0, true)])), 0.5);
    }

    #[test]
    fn thresholds_keep_as_much_as_the_precision_allows() {
        let list = judged(&[(4.0, true), (3.0, false), (2.0, true), (1.0, true), (0.0, false)]);
        assert_eq!(threshold(&list, 0.75), Some(1.0));
        assert_eq!(threshold(&list, 0.9), Some(4.0));
        assert_eq!(threshold(&judged(&[(1.0, false)]), 0.9), None);
        let marked: Vec<(Judged, bool)> = list.iter().map(|one| (*one, one.score >= 1.0)).collect();
        assert_eq!(kept(&marked), (0.75, 1.0));
    }

    #[test]
    fn probabilities_rise_with_scores_and_mean_what_they_say() {
        let list: Vec<Judged> =
            (0..1000).map(|i| Judged { score: f64::from(i), right: (i * 7919) % 1000 < i, weight: 1.0 }).collect();
        let steps = Isotonic::fit(&list);
        assert!(steps.thousandths.is_sorted() && steps.from.is_sorted());
        let gap: f64 = list
            .iter()
            .map(|one| f64::from(steps.of(one.score as i64)) / 1000.0 - f64::from(u8::from(one.right)))
            .sum();
        assert!(gap.abs() < 2.0, "{gap}");
        assert!(steps.of(100) < 300 && steps.of(900) > 700 && steps.of(-5) <= steps.of(5000));
    }
}
