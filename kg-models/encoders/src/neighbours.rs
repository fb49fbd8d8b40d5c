//! Nearest vectors, and how far two encoders agree on them. In: rows of length 1. Out: places, shares. Never: an
//! approximation.

use kgloom_numerics::passes;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Neighbours that are compared.
pub const NEIGHBOURS: usize = 10;

/// By query: the places of the `most` documents with the largest dot product, best first, the earlier first of equal ones.
/// Where `apart`, query i is document i, and is not its own neighbour. Rows are of `width` numbers.
pub fn nearest((queries, documents): (&[f32], &[f32]), width: usize, most: usize, apart: bool) -> Vec<Vec<u32>> {
    let own = |(place, query): (usize, &[f32])| {
        let score = |(document, row): (usize, &[f32])| (passes::dot(query, row), document as u32);
        let others = documents.chunks_exact(width).enumerate().filter(|(document, _)| !(apart && *document == place));
        let mut scores: Vec<(f32, u32)> = others.map(score).collect();
        let by_score = |one: &(f32, u32), other: &(f32, u32)| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1));
        if scores.len() > most && most > 0 {
            scores.select_nth_unstable_by(most - 1, by_score);
        }
        scores.truncate(most);
        scores.sort_unstable_by(by_score);
        scores.into_iter().map(|(_, document)| document).collect()
    };
    queries.par_chunks_exact(width).enumerate().map(own).collect()
}

/// The share of the neighbours in `wanted` that are in `found` too; a mean over queries, 0 where there are none.
pub fn agreement(wanted: &[Vec<u32>], found: &[Vec<u32>]) -> f64 {
    let share = |(wanted, found): (&Vec<u32>, &Vec<u32>)| {
        let found: BTreeSet<u32> = found.iter().copied().collect();
        wanted.iter().filter(|place| found.contains(place)).count() as f64 / wanted.len().max(1) as f64
    };
    wanted.iter().zip(found).map(share).sum::<f64>() / wanted.len().max(1) as f64
}

/// The mean cosine of rows of length 1 with the rows at the same place.
pub fn mean_cosine(one: &[f32], other: &[f32], width: usize) -> f64 {
    let rows = one.chunks_exact(width).zip(other.chunks_exact(width));
    let sum: f64 = rows.map(|(one, other)| f64::from(passes::dot(one, other))).sum();
    sum / (one.len() / width.max(1)).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [f32; 8] = [1.0, 0.0, 0.8, 0.6, 0.0, 1.0, -1.0, 0.0];

    #[test]
    fn neighbours_come_best_first_and_not_oneself() {
        let found = nearest((&ROWS, &ROWS), 2, 2, true);
        assert_eq!(found, [[1, 2], [0, 2], [1, 0], [2, 1]]);
        assert_eq!(nearest((&ROWS[..2], &ROWS), 2, 9, false), [[0, 1, 2, 3]]);
    }

    #[test]
    fn agreement_is_a_share_of_what_is_wanted() {
        assert_eq!(agreement(&[vec![1, 2], vec![3, 4]], &[vec![2, 5], vec![4, 3]]), 0.75);
        assert_eq!(agreement(&[], &[]), 0.0);
    }

    #[test]
    fn cosines_are_averaged() {
        assert!((mean_cosine(&ROWS[..4], &[1.0, 0.0, 1.0, 0.0], 2) - 0.9).abs() < 1e-6);
    }
}
