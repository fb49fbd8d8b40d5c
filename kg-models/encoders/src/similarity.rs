//! Whether vectors of alike texts are alike: rank correlation of cosines with what people said (STS).
//!
//! In: vectors of pairs of texts, similarities by people. Out: Spearman's ρ, of all numbers and of the first ones. Never: a
//! choice made on what is scored.

use kgloom_numerics::passes::dot;
use serde::Serialize;
use std::fmt::Write;

/// How many of the first numbers are scored beside all of them.
pub const CUTS: [usize; 4] = [256, 128, 64, 32];

/// An encoder, scored on pairs of texts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimilarityReport {
    /// What was scored: an encoder, a layer.
    pub name: String,
    /// Pairs.
    pub pairs: usize,
    /// Numbers of a vector, from all to few, with Spearman's ρ of the cosines of so many first numbers.
    pub correlations: Vec<(usize, f64)>,
}

/// Scores vectors of the first and the second texts of pairs (pairs × width each) against similarities by people (Cer et al.
/// 2017), by all numbers and by the first 256, 128, 64 and 32.
pub fn similarity(name: &str, (first, second): (&[f32], &[f32]), width: usize, gold: &[f64]) -> SimilarityReport {
    let correlation = |numbers: usize| (numbers, spearman(&cosines((first, second), width, numbers), gold));
    let cuts = CUTS.into_iter().filter(|&cut| cut < width);
    let correlations = std::iter::once(width).chain(cuts).map(correlation).collect();
    SimilarityReport { name: name.to_owned(), pairs: gold.len(), correlations }
}

/// The cosines of rows at the same place, by the first `numbers` of each row; 0 where a row is nothing.
pub fn cosines((first, second): (&[f32], &[f32]), width: usize, numbers: usize) -> Vec<f64> {
    let cosine = |(one, other): (&[f32], &[f32])| {
        let (one, other) = (&one[..numbers], &other[..numbers]);
        let size = f64::from(dot(one, one)).sqrt() * f64::from(dot(other, other)).sqrt();
        if size > 0.0 { f64::from(dot(one, other)) / size } else { 0.0 }
    };
    first.chunks_exact(width).zip(second.chunks_exact(width)).map(cosine).collect()
}

/// Spearman's rank correlation ρ of two lists; equal numbers share the mean of their ranks. 0 where all of one list are
/// equal, or there are fewer than two.
pub fn spearman(one: &[f64], other: &[f64]) -> f64 {
    let (one, other) = (ranks(one), ranks(other));
    let mean = (one.len() as f64 + 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let size = (product(&one, &one) * product(&other, &other)).sqrt();
    if size > 0.0 { product(&one, &other) / size } else { 0.0 }
}

/// The rank of each number, 1 for the least; equal ones share the mean of their ranks.
pub fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&one, &other| numbers[one].total_cmp(&numbers[other]));
    let mut ranks = vec![0.0; numbers.len()];
    let mut first = 0;
    while first < order.len() {
        let equal = order[first..].iter().take_while(|&&place| numbers[place] == numbers[order[first]]).count().max(1);
        let shared = first as f64 + (equal as f64 + 1.0) / 2.0;
        order[first..first + equal].iter().for_each(|&place| ranks[place] = shared);
        first += equal;
    }
    ranks
}

impl SimilarityReport {
    /// Reports for people, a line each under one heading.
    pub fn table(reports: &[SimilarityReport]) -> String {
        let pairs = reports.first().map_or(0, |report| report.pairs);
        let mut out =
            format!("{pairs} pairs; Spearman's rank correlation of cosines, by the first numbers of a vector\n\n");
        for SimilarityReport { name, correlations, .. } in reports {
            let cell = |(numbers, correlation): &(usize, f64)| format!("{numbers:>6} {correlation:.3}");
            let cells: Vec<String> = correlations.iter().map(cell).collect();
            let _ = writeln!(out, "{name:20} {}", cells.join(" "));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 · 5).
    #[test]
    fn equal_numbers_share_their_ranks() {
        let found = spearman(&[0.1, 0.5, 0.5, 0.9], &[1.0, 2.0, 3.0, 4.0]);
        assert!((found - 4.5 / 22.5f64.sqrt()).abs() < 1e-12, "{found}");
        assert_eq!(spearman(&[1.0, 2.0], &[5.0, -5.0]), -1.0);
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), 0.0);
    }

    #[test]
    fn cuts_are_scored_by_the_numbers_they_keep() {
        // The first 32 numbers say nothing; one of the others says all.
        let row = |x: f32| {
            let mut row = vec![0.0; 64];
            (row[0], row[40], row[41]) = (1.0, x, (1.0 - x * x).sqrt());
            row
        };
        let first: Vec<f32> = [1.0; 4].into_iter().flat_map(row).collect();
        let second: Vec<f32> = [0.1, 0.4, 0.7, 1.0].into_iter().flat_map(row).collect();
        let report = similarity("test", (&first, &second), 64, &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(report.correlations, [(64, 1.0), (32, 0.0)]);
        assert!(SimilarityReport::table(&[report]).contains("64 1.000"));
    }
}
