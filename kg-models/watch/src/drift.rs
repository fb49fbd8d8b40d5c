//! Has the stream changed: the depths of a window's items against those of the reference's own. In: a reference, a window.
//! Out: how likely such depths are without a change. Never: a verdict on one item.

use crate::rank_sum::rank_sum;
use crate::reference::Reference;
use serde::Serialize;

/// What the depths of a window say (Seegmiller and Preum 2023).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Drift {
    /// Items of the window.
    pub items: usize,
    /// The mean share of all depths, the reference's and the window's, that are below one of the window: near ½ without a
    /// change, less where the window lies farther out (the paper's Q).
    pub share_below: f64,
    /// The probability that the window lies so far out, or farther, without a change (the paper's one-sided test).
    pub farther_out: f64,
    /// The probability of a difference of this size, to either side, without a change.
    pub differs: f64,
}

/// Compares the depths of a window (items × the reference's width, of length 1) with those of the reference's rows among
/// themselves, by Wilcoxon's rank sum. An empty window differs from nothing. A window that is a part of the reference seems
/// closer to it than it is.
pub fn drift(reference: &Reference, window: &[f32]) -> Drift {
    let own = reference.depths();
    let others: Vec<f64> = window.chunks_exact(reference.card.width).map(|item| reference.depth(item)).collect();
    let ranks = rank_sum(&own, &others);
    Drift {
        items: others.len(),
        share_below: share_below(&own, &others),
        farther_out: ranks.greater,
        differs: ranks.differ,
    }
}

/// The probability that so many of a window's items, or more, are of a kind that a share of all items is of: the upper tail of
/// the binomial distribution. A window of which a part is from elsewhere is told by it sooner than by depths, where the kind is
/// what is newer than nearly all that was there before.
pub fn by_chance(count: usize, items: usize, share: f64) -> f64 {
    let share = share.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
    let (of_it, others) = (share.ln(), (-share).ln_1p());
    let (mut ways, mut tail) = (0.0, 0.0);
    for place in 0..=items {
        let left = (items - place) as f64;
        if place >= count {
            tail += f64::exp(ways + place as f64 * of_it + left * others);
        }
        ways += (left / (place + 1) as f64).ln();
    }
    tail.min(1.0)
}

/// The mean share, over the others, of all numbers that are less.
fn share_below(own: &[f64], others: &[f64]) -> f64 {
    let mut all: Vec<f64> = own.iter().chain(others).copied().collect();
    all.sort_by(f64::total_cmp);
    let below: usize = others.iter().map(|x| all.partition_point(|y| y < x)).sum();
    below as f64 / (all.len() * others.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::{Draw, draw};
    use kgloom_numerics::passes::unit;
    use kgloom_numerics::vectors::TextVectors;

    const WIDTH: usize = 16;

    /// Items around an axis.
    fn topic(axis: usize, count: usize, draw: &mut Draw) -> Vec<f32> {
        let one = |_| {
            let mut row = draw.normals(WIDTH, 0.3);
            row[axis] += 1.0;
            unit(&mut row);
            row
        };
        (0..count).flat_map(one).collect()
    }

    fn reference(draw: &mut Draw) -> Reference {
        let rows = TextVectors { width: WIDTH, values: topic(0, 150, draw) };
        Reference::of(&rows, "test", 1).unwrap()
    }

    /// Of uniform numbers, a share is below each bound; the distance of 200 of them is above .115 once in a hundred times
    /// (Kolmogorov and Smirnov).
    #[test]
    fn without_a_change_all_probabilities_are_equally_likely() {
        let mut draw = draw(1, "same stream", 0);
        let found: Vec<Drift> = (0..200).map(|_| drift(&reference(&mut draw), &topic(0, 40, &mut draw))).collect();
        for side in [|drift: &Drift| drift.differs, |drift: &Drift| drift.farther_out] {
            let mut sorted: Vec<f64> = found.iter().map(side).collect();
            sorted.sort_by(f64::total_cmp);
            let off = sorted.iter().enumerate().map(|(place, p)| (p - (place as f64 + 0.5) / 200.0).abs());
            let farthest = off.fold(0.0, f64::max);
            assert!(farthest < 0.115, "{farthest}");
        }
    }

    /// The depths and the Q of the rows in `depth.rs`, as the authors' package tte_depth 1.0.0 has them.
    #[test]
    fn the_share_below_is_that_of_the_authors_package() {
        let own = [1.061484, 1.049746, 1.347684, 1.031357, 1.013578, 1.087265, 1.151468];
        let found = share_below(&own, &[0.850625, 1.238549, 1.325963, 1.129594]);
        assert!((found - 0.522_727_272_727_272_7).abs() < 1e-15, "{found}");
    }

    /// SciPy's `binom.sf(7, 50, .01)`, and what can be counted by hand.
    #[test]
    fn chance_is_that_of_the_binomial_distribution() {
        assert!((by_chance(8, 50, 0.01) / 3.693_157_6e-8 - 1.0).abs() < 1e-6, "{}", by_chance(8, 50, 0.01));
        assert!((by_chance(2, 3, 0.5) - 0.5).abs() < 1e-12);
        assert_eq!((by_chance(0, 9, 0.1), by_chance(0, 0, 0.1), by_chance(1, 0, 0.1)), (1.0, 1.0, 0.0));
        assert!(by_chance(1, 100_000, 0.0) < 1e-6 && by_chance(5, 5, 1.0) > 0.999);
    }

    #[test]
    fn another_topic_is_told() {
        let mut draw = draw(2, "another topic", 0);
        let reference = reference(&mut draw);
        let (same, other) = (topic(0, 30, &mut draw), topic(1, 30, &mut draw));
        let changed = drift(&reference, &other);
        assert!(changed.differs < 0.01 && changed.farther_out < 0.01 && changed.share_below < 0.2, "{changed:?}");
        // A window of which half is from elsewhere is told as well.
        let mixed = drift(&reference, &[same, other].concat());
        assert!(mixed.differs < 0.01, "{mixed:?}");
        assert_eq!(drift(&reference, &[]).differs, 1.0);
    }
}
