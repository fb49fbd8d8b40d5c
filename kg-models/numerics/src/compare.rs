//! How a row is compared with others: products and distances, and their slopes.
//!
//! In: a query, candidates. Out: scores, gradients. Never: a table's meaning.

use super::passes::{add, dot, fold_pairs, sum};

/// How a query is compared with a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Their product.
    Product,
    /// Minus the sum of absolute differences.
    Absolute,
    /// Minus the length of the difference.
    Euclidean,
    /// Minus the sum of the moduli of complex differences.
    Modulus,
}

impl Comparison {
    /// The score of a candidate.
    #[inline(always)]
    pub fn score(self, query: &[f32], candidate: &[f32]) -> f32 {
        match self {
            Comparison::Product => dot(query, candidate),
            Comparison::Absolute => -fold_pairs(query, candidate, |q, c| (q - c).abs()),
            Comparison::Euclidean => -fold_pairs(query, candidate, |q, c| (q - c) * (q - c)).sqrt(),
            Comparison::Modulus => {
                let half = query.len() / 2;
                let ((q, p), (c, d)) = (query.split_at(half), candidate.split_at(half));
                let mut lanes = [0f32; 16];
                let whole = half / 16 * 16;
                for start in (0..whole).step_by(16) {
                    for lane in 0..16 {
                        let (x, y) = (q[start + lane] - c[start + lane], p[start + lane] - d[start + lane]);
                        lanes[lane] += (x * x + y * y).sqrt();
                    }
                }
                let rest = (whole..half).map(|i| ((q[i] - c[i]).powi(2) + (p[i] - d[i]).powi(2)).sqrt());
                -(sum(&lanes) + rest.sum::<f32>())
            }
        }
    }

    /// Adds what the score's gradient is to the query's and the candidate's; `score` is the candidate's score.
    #[inline(always)]
    pub fn backward(
        self,
        (query, candidate): (&[f32], &[f32]),
        (gradient, score): (f32, f32),
        (to_query, to_candidate): (Option<&mut [f32]>, Option<&mut [f32]>),
    ) {
        let apply = |slope: &dyn Fn(usize) -> f32, to_query: Option<&mut [f32]>, to_candidate: Option<&mut [f32]>| {
            if let Some(to) = to_query {
                to.iter_mut().enumerate().for_each(|(i, to)| *to += slope(i));
            }
            if let Some(to) = to_candidate {
                to.iter_mut().enumerate().for_each(|(i, to)| *to -= slope(i));
            }
        };
        match self {
            Comparison::Product => {
                if let Some(to) = to_query {
                    add(to, candidate, gradient);
                }
                if let Some(to) = to_candidate {
                    add(to, query, gradient);
                }
            }
            Comparison::Absolute => {
                let slope = |i: usize| {
                    let x = query[i] - candidate[i];
                    if x > 0.0 {
                        -gradient
                    } else if x < 0.0 {
                        gradient
                    } else {
                        0.0
                    }
                };
                apply(&slope, to_query, to_candidate);
            }
            Comparison::Euclidean => {
                let share = gradient / score.min(-TINY);
                apply(&|i| share * (query[i] - candidate[i]), to_query, to_candidate);
            }
            Comparison::Modulus => {
                let half = query.len() / 2;
                let slope = |i: usize| {
                    let other = if i < half { i + half } else { i - half };
                    let (x, y) = (query[i] - candidate[i], query[other] - candidate[other]);
                    -gradient * x / (x * x + y * y).sqrt().max(TINY)
                };
                apply(&slope, to_query, to_candidate);
            }
        }
    }
}

/// Keeps slopes finite where two rows meet.
const TINY: f32 = 1e-9;

/// The score of every candidate, rows of the query's width.
#[inline(always)]
pub fn scores(by: Comparison, query: &[f32], candidates: &[f32], out: &mut [f32]) {
    let rows = candidates.chunks_exact(query.len());
    // One loop for each comparison, so that each is vectorised.
    match by {
        Comparison::Product => fill(out, rows, |row| Comparison::Product.score(query, row)),
        Comparison::Absolute => fill(out, rows, |row| Comparison::Absolute.score(query, row)),
        Comparison::Euclidean => fill(out, rows, |row| Comparison::Euclidean.score(query, row)),
        Comparison::Modulus => fill(out, rows, |row| Comparison::Modulus.score(query, row)),
    }
}

#[inline(always)]
fn fill<'a>(out: &mut [f32], rows: impl Iterator<Item = &'a [f32]>, score: impl Fn(&[f32]) -> f32) {
    out.iter_mut().zip(rows).for_each(|(out, row)| *out = score(row));
}
