//! The best of a stream. In: scores of rows. Out: the highest, ties by key. Never: an order that depends on how the stream
//! was cut.

use crate::rows::Vectors;
use std::cmp::Ordering;

/// A row that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit<K> {
    /// Its key.
    pub key: K,
    /// The cosine of the angle between the question and it.
    pub score: f32,
}

/// The best so many rows of those that were offered.
pub(crate) struct Best<'a, K> {
    vectors: &'a Vectors<K>,
    most: usize,
    kept: Vec<(f32, u32)>,
    /// A score below this one is not among the best.
    least: f32,
}

impl<'a, K: Clone + Ord> Best<'a, K> {
    pub fn new(vectors: &'a Vectors<K>, most: usize) -> Self {
        Best { vectors, most, kept: Vec::new(), least: if most == 0 { f32::INFINITY } else { f32::NEG_INFINITY } }
    }

    /// Whether a score may still be among the best.
    #[inline(always)]
    pub fn admits(&self, score: f32) -> bool {
        score >= self.least
    }

    /// Takes a row that [`Best::admits`]. Twice as many are kept as are wanted before the worse half goes.
    pub fn offer(&mut self, score: f32, row: u32) {
        self.kept.push((score, row));
        if self.kept.len() >= self.most.saturating_mul(2) {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        if self.kept.len() > self.most {
            let vectors = self.vectors;
            let (_, worst, _) = self.kept.select_nth_unstable_by(self.most - 1, |a, b| order(vectors, a, b));
            self.least = worst.0;
            self.kept.truncate(self.most);
        }
    }

    /// The best of both.
    pub fn join(mut self, other: Self) -> Self {
        self.kept.extend(other.kept);
        self.shrink();
        self
    }

    /// The best, best first.
    pub fn rows(mut self) -> Vec<(f32, u32)> {
        self.shrink();
        let vectors = self.vectors;
        self.kept.sort_unstable_by(|a, b| order(vectors, a, b));
        self.kept
    }

    /// The same with their keys.
    pub fn hits(self) -> Vec<Hit<K>> {
        let vectors = self.vectors;
        self.rows().into_iter().map(|(score, row)| Hit { key: vectors.key(row).clone(), score }).collect()
    }
}

fn order<K: Clone + Ord>(vectors: &Vectors<K>, a: &(f32, u32), b: &(f32, u32)) -> Ordering {
    b.0.total_cmp(&a.0).then_with(|| vectors.key(a.1).cmp(vectors.key(b.1)))
}
