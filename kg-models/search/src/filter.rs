//! Which rows may be found. In: keys, numbers of rows, or a test. Out: yes or no. Never: what the filter is about.

use crate::rows::Vectors;
use std::collections::BTreeSet;

/// Which rows may be found.
#[derive(Clone, Copy)]
pub enum Filter<'a, K> {
    /// All.
    All,
    /// Those with these keys; keys without a row do no harm.
    Keys(&'a BTreeSet<K>),
    /// Those with these numbers, in ascending order (see [`Vectors::number`]).
    Rows(&'a [u32]),
    /// Those whose key passes; it is asked of rows as near as the nearest so far, which are nearly all where few pass.
    Test(&'a (dyn Fn(&K) -> bool + Sync)),
}

impl<K: Clone + Ord> Filter<'_, K> {
    /// Whether a row may be found.
    pub(crate) fn admits(&self, vectors: &Vectors<K>, row: u32) -> bool {
        match self {
            Filter::All => true,
            Filter::Keys(keys) => keys.contains(vectors.key(row)),
            Filter::Rows(rows) => rows.binary_search(&row).is_ok(),
            Filter::Test(test) => test(vectors.key(row)),
        }
    }

    /// The most rows that it can let through.
    pub(crate) fn most(&self, rows: usize) -> usize {
        match self {
            Filter::All | Filter::Test(_) => rows,
            Filter::Keys(keys) => keys.len().min(rows),
            Filter::Rows(list) => list.len(),
        }
    }

    /// The numbers of the rows that it lets through, in ascending order.
    pub(crate) fn rows(&self, vectors: &Vectors<K>) -> Vec<u32> {
        match self {
            Filter::Rows(rows) => rows.to_vec(),
            Filter::Keys(keys) => {
                let mut rows: Vec<u32> = keys.iter().filter_map(|key| vectors.number(key)).collect();
                rows.sort_unstable();
                rows
            }
            Filter::All | Filter::Test(_) => {
                (0..vectors.len() as u32).filter(|row| self.admits(vectors, *row)).collect()
            }
        }
    }
}
