//! How deep an item lies among others: statistical depth of text embeddings (Seegmiller and Preum, "Statistical Depth for
//! Ranking and Characterizing Transformer-Based Text Embeddings", EMNLP 2023).
//!
//! In: rows of length 1. Out: 2 less the mean distance to them: 2 in the middle, 0 across. Never: a row's distance to itself.

use kgloom_numerics::compare::Comparison;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use rayon::prelude::*;

/// The largest distance between two vectors of length 1, from which depth is counted.
pub const FARTHEST: f64 = 2.0;

/// How far two vectors of length 1 are apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distance {
    /// 1 less the cosine of the angle between them; its mean is one product with the mean row.
    #[default]
    Cosine,
    /// The length of the chord: √(2 (1 − cosine)).
    Chord,
}

/// The mean of rows of the given width; zeros where there are none.
pub fn mean_row(rows: &[f32], width: usize) -> Vec<f64> {
    let mut mean = vec![0f64; width];
    let count = (rows.len() / width.max(1)).max(1) as f64;
    for row in rows.chunks_exact(width.max(1)) {
        mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
    }
    mean.iter_mut().for_each(|sum| *sum /= count);
    mean
}

/// The product of an item with a mean.
pub fn along(item: &[f32], mean: &[f64]) -> f64 {
    item.iter().zip(mean).map(|(x, m)| f64::from(*x) * m).sum()
}

/// The depth by cosines of an item that is none of the rows, by the mean of the rows alone. For vectors of length 1 the mean
/// of 1 − x·h over the rows h is 1 − x·μ, so that depth is 1 + x·μ: one product, whatever the number of rows.
pub fn by_mean(item: &[f32], mean: &[f64]) -> f64 {
    FARTHEST - (1.0 - along(item, mean))
}

/// The depth by cosines of one of `count` rows among the others, by the mean of all of them; [`FARTHEST`] for a row that is
/// alone.
pub fn by_mean_within(item: &[f32], mean: &[f64], count: usize) -> f64 {
    if count < 2 {
        return FARTHEST;
    }
    // Its distance to itself, nearly 0, is in the sum, and not in the count.
    FARTHEST - (1.0 - along(item, mean)) * count as f64 / (count - 1) as f64
}

/// The depths of items that are none of the rows (both × `width`).
pub fn depths(rows: &[f32], items: &[f32], width: usize, by: Distance) -> Vec<f64> {
    match by {
        Distance::Cosine => {
            let mean = mean_row(rows, width);
            items.chunks_exact(width).map(|item| by_mean(item, &mean)).collect()
        }
        Distance::Chord => items.par_chunks_exact(width).map(|item| FARTHEST - chords(rows, item, None)).collect(),
    }
}

/// The depths of rows (× `width`), each among the others.
pub fn depths_within(rows: &[f32], width: usize, by: Distance) -> Vec<f64> {
    let count = rows.len() / width.max(1);
    match by {
        Distance::Cosine => {
            let mean = mean_row(rows, width);
            rows.chunks_exact(width).map(|row| by_mean_within(row, &mean, count)).collect()
        }
        Distance::Chord => rows
            .par_chunks_exact(width)
            .enumerate()
            .map(|(place, row)| FARTHEST - chords(rows, row, Some(place)))
            .collect(),
    }
}

/// The mean length of the chords from an item to rows, one of which may be left out; 0 where none is left.
fn chords(rows: &[f32], item: &[f32], without: Option<usize>) -> f64 {
    let mut lengths = vec![0f32; rows.len() / item.len().max(1)];
    kernels::scores(Isa::best(), Comparison::Euclidean, item, rows, &mut lengths);
    let others = lengths.iter().enumerate().filter(|(place, _)| Some(*place) != without);
    let sum: f64 = others.map(|(_, length)| -f64::from(*length)).sum();
    let count = lengths.len() - usize::from(without.is_some());
    if count == 0 { 0.0 } else { sum / count as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows that any language can make: whole numbers, then length 1.
    fn rows(count: usize, (a, b): (usize, usize)) -> Vec<f32> {
        let row = |i: usize| {
            let whole: [f64; 5] = std::array::from_fn(|j| ((i * a + j * b + i * j) % 17) as f64 - 5.0);
            let length = whole.iter().map(|x| x * x).sum::<f64>().sqrt();
            whole.map(|x| (x / length) as f32)
        };
        (0..count).flat_map(row).collect()
    }

    fn near(got: &[f64], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        got.iter().zip(want).for_each(|(got, want)| assert!((got - want).abs() < 1e-6, "{got} {want}"));
    }

    /// What the authors' package tte_depth 1.0.0 says of the same rows (`StatDepth(…).depth_rank_test(F, G)`).
    #[test]
    fn depths_are_those_of_the_authors_package() {
        let (ours, others) = (rows(7, (3, 7)), rows(4, (5, 2)));
        near(
            &depths_within(&ours, 5, Distance::Cosine),
            &[
                1.061484000074,
                1.049745638296,
                1.347683793602,
                1.031356810926,
                1.013578117481,
                1.087264839265,
                1.151468087487,
            ],
        );
        near(
            &depths(&ours, &others, 5, Distance::Cosine),
            &[0.850625341058, 1.238548871615, 1.325962537568, 1.129594281249],
        );
        near(
            &depths_within(&ours, 5, Distance::Chord),
            &[
                0.667472517588,
                0.676598132178,
                0.87488453515,
                0.647755625319,
                0.623974248105,
                0.664936331753,
                0.733997137328,
            ],
        );
        near(
            &depths(&ours, &others, 5, Distance::Chord),
            &[0.495554267475, 0.801216070689, 0.866866721104, 0.705200686799],
        );
    }

    #[test]
    fn depth_by_the_mean_is_depth_by_all_pairs() {
        let (ours, others) = (rows(30, (3, 7)), rows(9, (5, 2)));
        let pairs: Vec<f64> = others
            .chunks_exact(5)
            .map(|item| {
                let cosine = |row: &[f32]| item.iter().zip(row).map(|(x, y)| f64::from(x * y)).sum::<f64>();
                2.0 - ours.chunks_exact(5).map(|row| 1.0 - cosine(row)).sum::<f64>() / 30.0
            })
            .collect();
        near(&depths(&ours, &others, 5, Distance::Cosine), &pairs);
        assert_eq!(depths_within(&ours[..5], 5, Distance::Chord), depths_within(&ours[..5], 5, Distance::Cosine));
    }
}
