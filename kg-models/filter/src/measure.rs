//! How well scores part true edges from false ones.
//!
//! In: scores with what is right. Out: areas under curves, precision and recall, probabilities, thresholds. Never: a result
//! that depends on the order of equal scores.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A score, and whether the edge is true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredEdge {
    /// The logit, or any number that grows with belief.
    pub score: f64,
    /// Whether the edge is true.
    pub right: bool,
}

/// Equal scores together, the highest first: how many true edges, how many false ones.
fn steps(judged: &[ScoredEdge]) -> Vec<(f64, f64)> {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|a, b| b.score.total_cmp(&a.score));
    let count = |same: &[ScoredEdge], right: bool| same.iter().filter(|one| one.right == right).count() as f64;
    sorted.chunk_by(|a, b| a.score == b.score).map(|same| (count(same, true), count(same, false))).collect()
}

/// The chance that a true edge stands above a false one; ties count half. One half where there is nothing to compare.
pub fn auroc(judged: &[ScoredEdge]) -> f64 {
    let (mut area, mut above, mut below) = (0.0, 0.0, 0.0);
    for (right, wrong) in steps(judged) {
        area += wrong * (above + right / 2.0);
        above += right;
        below += wrong;
    }
    if above * below > 0.0 { area / (above * below) } else { 0.5 }
}

/// Average precision: the mean of the precision at each true edge.
pub fn auprc(judged: &[ScoredEdge]) -> f64 {
    let (mut area, mut above, mut all) = (0.0, 0.0, 0.0);
    for (right, wrong) in steps(judged) {
        above += right;
        all += right + wrong;
        area += right * above / all;
    }
    if above > 0.0 { area / above } else { 0.0 }
}

/// Which share of what is kept is true, and which share of what is true is kept.
pub fn kept(judged: &[(ScoredEdge, bool)]) -> (f64, f64) {
    let count =
        |of: &dyn Fn(bool, bool) -> bool| judged.iter().filter(|(one, kept)| of(one.right, *kept)).count() as f64;
    let (both, kept, right) = (count(&|right, kept| right && kept), count(&|_, kept| kept), count(&|right, _| right));
    (both / kept.max(1.0), both / right.max(1.0))
}

/// What stands at a score: how much is true of how much there is. What is known of edges that nobody has judged: an edge of
/// the graph counts 1 of 1, a wrong one takes away its share of what is false in the graph, −share of 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mass {
    /// The logit.
    pub score: f64,
    /// How much of it is true.
    pub right: f64,
    /// How much there is.
    pub all: f64,
}

/// Equal scores together, the highest first.
fn gathered(masses: &[Mass]) -> Vec<Mass> {
    let mut sorted = masses.to_vec();
    sorted.sort_by(|a, b| b.score.total_cmp(&a.score));
    let sum = |same: &[Mass]| {
        let add = |sum: Mass, one: &Mass| Mass { right: sum.right + one.right, all: sum.all + one.all, ..sum };
        same[1..].iter().fold(same[0], add)
    };
    sorted.chunk_by(|a, b| a.score == b.score).map(sum).collect()
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
    pub fn fit(masses: &[Mass]) -> Self {
        let mut pools: Vec<Mass> = Vec::new();
        for mass in gathered(masses).into_iter().rev() {
            pools.push(mass);
            while let [.., a, b] = pools[..] {
                if a.right * b.all < b.right * a.all {
                    break;
                }
                pools.truncate(pools.len() - 2);
                pools.push(Mass { score: a.score, right: a.right + b.right, all: a.all + b.all });
            }
        }
        let share = |pool: &Mass| if pool.all > 0.0 { (pool.right / pool.all).clamp(0.0, 1.0) } else { 0.0 };
        Isotonic {
            from: pools.iter().map(|pool| pool.score.floor() as i64).collect(),
            thousandths: pools.iter().map(|pool| (1000.0 * share(pool)).round() as u16).collect(),
        }
    }

    /// The probability of a score, in thousandths.
    pub fn of(&self, score: i64) -> u16 {
        let place = self.from.partition_point(|from| *from <= score).saturating_sub(1);
        self.thousandths.get(place).copied().unwrap_or(500)
    }
}

/// The lowest score from which on what is kept has this precision; none where there is no such score.
pub fn threshold(masses: &[Mass], precision: f64) -> Option<f64> {
    let (mut above, mut all, mut found) = (0.0, 0.0, None);
    for mass in gathered(masses) {
        above += mass.right;
        all += mass.all;
        if all > 0.0 && above >= precision * all {
            found = Some(mass.score);
        }
    }
    found
}

/// A logit that no edge reaches.
const NOTHING: f64 = 65_536.0;

/// By precision, in hundredths: the score from which on edges of each relation are kept, then that of all together. A
/// precision is kept whichever of the alternatives is true; each is a list of relations with masses. A relation's own
/// threshold counts as much as that of all together when it has `prior` edges.
pub fn thresholds(
    alternatives: &[Vec<(u32, Mass)>],
    (relations, prior): (usize, f64),
    precisions: &[u8],
) -> BTreeMap<u8, Vec<i64>> {
    let lists: Vec<Vec<Vec<Mass>>> = (alternatives.iter())
        .map(|masses| {
            let mut lists = vec![Vec::new(); relations];
            masses.iter().for_each(|(relation, mass)| lists[*relation as usize].push(*mass));
            lists
        })
        .collect();
    let all: Vec<Vec<Mass>> = lists.iter().map(|lists| lists.concat()).collect();
    let worst = |masses: &mut dyn Iterator<Item = &Vec<Mass>>, wanted: f64| {
        masses.map(|masses| threshold(masses, wanted)).try_fold(f64::NEG_INFINITY, |most, one| Some(most.max(one?)))
    };
    let of_precision = |&precision: &u8| {
        let wanted = f64::from(precision) / 100.0;
        let common = worst(&mut all.iter(), wanted).unwrap_or(NOTHING);
        let of_relation = |relation: usize| {
            let own = |lists: &'_ Vec<Vec<Mass>>| lists[relation].iter().map(|mass| mass.all).sum::<f64>();
            let count = lists.first().map_or(0.0, own);
            let found = worst(&mut lists.iter().map(|lists| &lists[relation]), wanted);
            ((count * found.unwrap_or(common) + prior * common) / (count + prior)).round() as i64
        };
        let list = (0..relations).map(of_relation).chain([common.round() as i64]).collect();
        (precision, list)
    };
    precisions.iter().map(of_precision).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(list: &[(f64, bool)]) -> Vec<ScoredEdge> {
        list.iter().map(|&(score, right)| ScoredEdge { score, right }).collect()
    }

    fn masses(list: &[(f64, bool)]) -> Vec<Mass> {
        list.iter().map(|&(score, right)| Mass { score, right: f64::from(u8::from(right)), all: 1.0 }).collect()
    }

    #[test]
    fn areas_are_those_of_pairs_counted_one_by_one() {
        let list = judged(&[(3.0, true), (2.0, false), (2.0, true), (1.0, true), (0.0, false)]);
        // Pairs: 3 beats both; 2 ties and beats; 1 loses and beats: 2 + 1.5 + 1 of 6.
        assert!((auroc(&list) - 4.5 / 6.0).abs() < 1e-12);
        let precision = (1.0 + 2.0 / 3.0 + 3.0 / 4.0) / 3.0;
        // The tie at 2 has one true edge of two, after one true edge: 2 of 3.
        assert!((auprc(&list) - precision).abs() < 1e-12);
        assert_eq!(auroc(&judged(&[(1.0, true)])), 0.5);
    }

    #[test]
    fn thresholds_keep_as_much_as_the_precision_allows() {
        let list = [(4.0, true), (3.0, false), (2.0, true), (1.0, true), (0.0, false)];
        assert_eq!(threshold(&masses(&list), 0.75), Some(1.0));
        assert_eq!(threshold(&masses(&list), 0.9), Some(4.0));
        assert_eq!(threshold(&masses(&[(1.0, false)]), 0.9), None);
        let marked: Vec<(ScoredEdge, bool)> = judged(&list).iter().map(|one| (*one, one.score >= 1.0)).collect();
        assert_eq!(kept(&marked), (0.75, 1.0));
    }

    #[test]
    fn probabilities_rise_with_scores_and_mean_what_they_say() {
        let list: Vec<(f64, bool)> = (0..1000).map(|i| (f64::from(i), (i * 7919) % 1000 < i)).collect();
        let steps = Isotonic::fit(&masses(&list));
        assert!(steps.thousandths.is_sorted() && steps.from.is_sorted());
        let gap =
            |&(score, right): &(f64, bool)| f64::from(steps.of(score as i64)) / 1000.0 - f64::from(u8::from(right));
        assert!(list.iter().map(gap).sum::<f64>().abs() < 2.0);
        assert!(steps.of(100) < 300 && steps.of(900) > 700 && steps.of(-5) <= steps.of(5000));
    }

    #[test]
    fn what_nobody_judged_is_judged_by_what_is_surely_wrong() {
        // 100 edges, 20 of them false; wrong ones lie where the false ones lie.
        let observed = (0..100).map(|i| Mass { score: f64::from(i / 20), right: 1.0, all: 1.0 });
        let wrong = (0..50).map(|_| Mass { score: 0.0, right: -0.4, all: 0.0 });
        let masses: Vec<Mass> = observed.chain(wrong).collect();
        let steps = Isotonic::fit(&masses);
        assert_eq!((steps.of(0), steps.of(1), steps.of(4)), (0, 1000, 1000));
        assert_eq!(threshold(&masses, 0.9), Some(1.0));
    }
}
