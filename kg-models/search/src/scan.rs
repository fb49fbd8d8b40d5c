//! The exact nearest, by looking at every row.
//!
//! In: rows, questions, which rows may be found. Out: the nearest by cosine, ties by key. Never: a score that depends on the
//! instruction set, the number of threads, or which questions go together.

use crate::best::{Best, Hit};
use crate::blocks::BLOCK;
use crate::filter::Filter;
use crate::question::Question;
use crate::rows::Vectors;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::passes::Pass;
use rayon::prelude::*;

/// Partial sums of a product are kept in this many lanes, whatever the registers hold.
const LANES: usize = 16;
/// Blocks that are worth a thread.
const TOGETHER: usize = 32;

/// The nearest rows to a question, of all that the filter lets through, in one pass over all rows.
///
/// # Panics
/// When the question has another width than the rows.
pub fn nearest<K: Clone + Ord + Send + Sync>(
    vectors: &Vectors<K>,
    question: &Question,
    most: usize,
    filter: &Filter<'_, K>,
) -> Vec<Hit<K>> {
    nearest_each(vectors, std::slice::from_ref(question), most, filter).pop().unwrap_or_default()
}

/// The same for several questions: each row is read once for all of them.
///
/// # Panics
/// When a question has another width than the rows.
pub fn nearest_each<'a, K: Clone + Ord + Send + Sync>(
    vectors: &'a Vectors<K>,
    questions: &[Question],
    most: usize,
    filter: &Filter<'_, K>,
) -> Vec<Vec<Hit<K>>> {
    let isa = Isa::best();
    let none = || questions.iter().map(|_| Best::new(vectors, most)).collect::<Vec<_>>();
    let one = |mut best: Vec<Best<'a, K>>, block: usize| {
        let (rows, inverses) = (vectors.rows.block(block), vectors.inverses.block(block));
        let mut products = [0f32; BLOCK];
        for (question, best) in questions.iter().zip(&mut best) {
            let products = &mut products[..inverses.len()];
            multiply(isa, question, rows.chunks_exact(vectors.width()), products);
            for (place, (product, inverse)) in products.iter().zip(inverses).enumerate() {
                let (score, row) = (product * inverse, (block * BLOCK + place) as u32);
                if best.admits(score) && filter.admits(vectors, row) {
                    best.offer(score, row);
                }
            }
        }
        best
    };
    let blocks = (0..vectors.rows.count()).into_par_iter().with_min_len(TOGETHER);
    let found = blocks
        .fold(none, one)
        .reduce(none, |one, other| one.into_iter().zip(other).map(|(one, other)| one.join(other)).collect());
    found.into_iter().map(Best::hits).collect()
}

/// The nearest of some rows, given by number.
///
/// # Panics
/// When the question has another width than the rows, or there is no row with a number.
pub fn nearest_of<'a, K: Clone + Ord + Send + Sync>(
    vectors: &'a Vectors<K>,
    question: &Question,
    most: usize,
    rows: &[u32],
) -> Vec<Hit<K>> {
    let one = |mut best: Best<'a, K>, rows: &[u32]| {
        for (score, row) in scores(vectors, question, rows).into_iter().zip(rows) {
            if best.admits(score) {
                best.offer(score, *row);
            }
        }
        best
    };
    let chunks = rows.par_chunks(BLOCK).with_min_len(TOGETHER);
    chunks.fold(|| Best::new(vectors, most), one).reduce(|| Best::new(vectors, most), Best::join).hits()
}

/// The cosine of a question and each of some rows, given by number.
///
/// # Panics
/// As [`nearest_of`].
pub fn scores<K: Clone + Ord>(vectors: &Vectors<K>, question: &Question, rows: &[u32]) -> Vec<f32> {
    let mut scores = vec![0f32; rows.len()];
    multiply(Isa::best(), question, rows.iter().map(|row| vectors.row(*row)), &mut scores);
    scores.iter_mut().zip(rows).for_each(|(score, row)| *score *= vectors.inverse(*row));
    scores
}

/// The products of a question with rows of bytes.
fn multiply<'a>(isa: Isa, question: &Question, rows: impl Iterator<Item = &'a [i8]>, out: &mut [f32]) {
    kernels::run(isa, Products { question: question.direction(), rows, out });
}

struct Products<'a, I> {
    question: &'a [f32],
    rows: I,
    out: &'a mut [f32],
}

impl<'a, I: Iterator<Item = &'a [i8]>> Pass for Products<'_, I> {
    #[inline(always)]
    fn run(self) {
        for (out, row) in self.out.iter_mut().zip(self.rows) {
            *out = product(self.question, row);
        }
    }
}

/// Lane by lane, then the lanes in order, then what is left over; no fused multiply-add, so that every instruction set
/// gives the same bits.
#[inline(always)]
fn product(question: &[f32], row: &[i8]) -> f32 {
    assert!(question.len() == row.len(), "a question as wide as the rows");
    let ((questions, question), (rows, row)) = (question.as_chunks::<LANES>(), row.as_chunks::<LANES>());
    let mut lanes = [0f32; LANES];
    for (q, x) in questions.iter().zip(rows) {
        for lane in 0..LANES {
            lanes[lane] += q[lane] * f32::from(x[lane]);
        }
    }
    // One after the other: where they were joined in pairs, the loop above would not be vectorised.
    let whole = lanes.into_iter().fold(0.0, |sum, lane| sum + lane);
    question.iter().zip(row).fold(whole, |sum, (q, x)| sum + q * f32::from(*x))
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
