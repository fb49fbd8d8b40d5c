//! How high the right answer stands. In: scores of all that could be answered, and what is right. Out: ranks, and what is told
//! of many of them. Never: an answer that is left out.

use serde::Serialize;

/// Of many questions: how high the first right answer stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Ranked {
    /// Questions.
    pub questions: usize,
    /// The mean of one by the rank.
    pub mrr: f64,
    /// The share of questions whose first right answer is the best one.
    pub at_1: f64,
    /// The same among the first five.
    pub at_5: f64,
    /// The same among the first twenty.
    pub at_20: f64,
}

impl Ranked {
    /// Of ranks, each from 1 on.
    pub fn of(ranks: &[f64]) -> Self {
        let all = ranks.len().max(1) as f64;
        let within = |most: f64| ranks.iter().filter(|rank| **rank <= most).count() as f64 / all;
        let mrr = ranks.iter().map(|rank| 1.0 / rank).sum::<f64>() / all;
        Ranked { questions: ranks.len(), mrr, at_1: within(1.0), at_5: within(5.0), at_20: within(20.0) }
    }
}

/// The rank of the first right answer, from 1 on: the wrong ones with a higher score stand before it, and half of those with
/// an equal one. `None` where nothing is right. `right` is sorted.
pub fn rank(scores: &[f64], right: &[u32]) -> Option<f64> {
    let best = right.iter().map(|place| scores[*place as usize]).max_by(f64::total_cmp)?;
    let (mut higher, mut equal) = (0u32, 0u32);
    for (score, place) in scores.iter().zip(0u32..) {
        if *score >= best && right.binary_search(&place).is_err() {
            if *score > best { higher += 1 } else { equal += 1 }
        }
    }
    Some(1.0 + f64::from(higher) + f64::from(equal) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_halved_and_any_right_answer_counts() {
        assert_eq!(rank(&[3.0, 2.0, 1.0], &[1]), Some(2.0));
        assert_eq!(rank(&[3.0, 2.0, 1.0], &[0, 2]), Some(1.0));
        assert_eq!(rank(&[1.0, 1.0, 1.0], &[2]), Some(2.0));
        assert_eq!(rank(&[1.0, 1.0], &[0, 1]), Some(1.0));
        assert_eq!(rank(&[1.0], &[]), None);
    }

    #[test]
    fn means_are_over_all_questions() {
        let told = Ranked::of(&[1.0, 2.0, 10.0, 100.0]);
        assert_eq!((told.questions, told.at_1, told.at_5, told.at_20), (4, 0.25, 0.5, 0.75));
        assert!((told.mrr - 1.61 / 4.0).abs() < 1e-12);
        assert_eq!(Ranked::of(&[]), Ranked::default());
    }
}
