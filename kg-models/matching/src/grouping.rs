//! How well groups are told. In: the group told and the right group of each item. Out: F by pairs and by items. Never: the
//! names of groups, which may differ.

use kgloom_numerics::scores::share;
use serde::Serialize;
use std::collections::BTreeMap;

/// How well groups are told, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Grouping {
    /// F1 of pairs of items that are together ("paired F"; SemEval-2010 task 14).
    pub paired: f64,
    /// The harmonic mean of B-cubed precision and recall (Bagga and Baldwin 1998).
    pub b_cubed: f64,
}

impl Grouping {
    /// Of the group told and the right one of each item, both as long.
    pub fn of(told: &[u32], right: &[u32]) -> Self {
        let mut cells: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        let (mut rows, mut columns): (BTreeMap<u32, usize>, BTreeMap<u32, usize>) = Default::default();
        for (told, right) in told.iter().zip(right) {
            *cells.entry((*told, *right)).or_default() += 1;
            *rows.entry(*told).or_default() += 1;
            *columns.entry(*right).or_default() += 1;
        }
        let pairs = |count: &usize| count * count.saturating_sub(1) / 2;
        let (both, one, other): (usize, usize, usize) =
            (cells.values().map(pairs).sum(), rows.values().map(pairs).sum(), columns.values().map(pairs).sum());
        let (mut precision, mut recall) = (0.0, 0.0);
        for ((told, right), count) in &cells {
            let square = (count * count) as f64;
            precision += square / rows[told] as f64;
            recall += square / columns[right] as f64;
        }
        let items = told.len().max(1) as f64;
        let (precision, recall) = (precision / items, recall / items);
        let b_cubed = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        Grouping { paired: share(2 * both, one + other), b_cubed }
    }

    /// The mean of several.
    pub fn mean(several: &[Grouping]) -> Self {
        let all = several.len().max(1) as f64;
        let mean = |of: fn(&Grouping) -> f64| several.iter().map(of).sum::<f64>() / all;
        Grouping { paired: mean(|one| one.paired), b_cubed: mean(|one| one.b_cubed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: told {0 1 2} {3}, right {0 1} {2 3}: pairs told 3, right 2, both 1; B-cubed precision (2/3·2 + 1/3 + 1)/4,
    /// recall (1 + 1 + ½ + ½)/4.
    #[test]
    fn pairs_and_items_are_counted() {
        let found = Grouping::of(&[7, 7, 7, 1], &[0, 0, 1, 1]);
        assert!((found.paired - 0.4).abs() < 1e-12);
        let (precision, recall) = (8.0 / 12.0, 0.75);
        assert!((found.b_cubed - 2.0 * precision * recall / (precision + recall)).abs() < 1e-12);
        assert_eq!(Grouping::of(&[5, 3, 5], &[0, 1, 0]), Grouping { paired: 1.0, b_cubed: 1.0 });
    }
}
