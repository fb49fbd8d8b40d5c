//! How well classes are told.
//!
//! In: classes told and classes given. Out: accuracy, F1 by example, F1 over all. Never: an item that is left out.

use kgloom_numerics::scores::Counts;
use serde::Serialize;

/// How well the classes of some items are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Measured {
    /// Items.
    pub items: usize,
    /// The share of items of which exactly the right classes are told.
    pub accuracy: f64,
    /// The mean over items of the F1 of their classes.
    pub example_f1: f64,
    /// The F1 of all pairs of an item and a class.
    pub micro_f1: f64,
}

impl Measured {
    /// Of pairs: the classes that are told, and those that are right, both sorted.
    pub fn of<'a>(pairs: impl Iterator<Item = (Vec<u32>, &'a [u32])>) -> Self {
        let (mut items, mut exact, mut by_example, mut all) = (0usize, 0usize, 0.0, Counts::default());
        for (told, right) in pairs {
            let correct = told.iter().filter(|class| right.contains(class)).count();
            let counts = Counts { correct, predicted: told.len(), gold: right.len() };
            items += 1;
            exact += usize::from(told == right);
            by_example += counts.f1();
            all += counts;
        }
        let whole = items.max(1) as f64;
        Measured { items, accuracy: exact as f64 / whole, example_f1: by_example / whole, micro_f1: all.f1() }
    }

    /// The mean of several, and how far their accuracies spread: the standard deviation.
    pub fn mean(several: &[Measured]) -> (Measured, f64) {
        let count = several.len().max(1) as f64;
        let mean = |of: fn(&Measured) -> f64| several.iter().map(of).sum::<f64>() / count;
        let measured = Measured {
            items: several.first().map_or(0, |one| one.items),
            accuracy: mean(|one| one.accuracy),
            example_f1: mean(|one| one.example_f1),
            micro_f1: mean(|one| one.micro_f1),
        };
        let squares: f64 = several.iter().map(|one| (one.accuracy - measured.accuracy).powi(2)).sum();
        (measured, (squares / count).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_by_item_by_example_and_over_all() {
        let pairs: [(Vec<u32>, &[u32]); 3] = [(vec![1, 2], &[1, 2]), (vec![1], &[1, 2, 3]), (vec![0], &[4])];
        let found = Measured::of(pairs.into_iter());
        assert_eq!((found.items, found.accuracy), (3, 1.0 / 3.0));
        assert!((found.example_f1 - 0.5).abs() < 1e-9 && (found.micro_f1 - 0.6).abs() < 1e-9, "{found:?}");
        let (mean, spread) = Measured::mean(&[found, Measured { accuracy: 1.0, ..found }]);
        assert!((mean.accuracy - 2.0 / 3.0).abs() < 1e-9 && (spread - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!(Measured::of(std::iter::empty()), Measured::default());
    }
}
