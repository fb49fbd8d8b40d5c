//! How thin it is around an item, beside how thin it is around its neighbours: the local outlier factor (Breunig et al.
//! 2000). In: rows, an item. Out: about 1 among rows, more where it is thinner. Never: an item that changes the rows' own
//! densities.

use crate::nearest::{Near, nearest};
use rayon::prelude::*;

/// Neighbours that count (Text-ADBench: 30).
pub const NEIGHBOURS: usize = 30;
/// Keeps a density finite where rows coincide.
const TINY: f32 = 1e-10;

/// The densities of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    /// By row: the distance to the last of its neighbours.
    reaches: Vec<f32>,
    /// By row: one over its mean distance to its neighbours, each being no nearer than its own reach.
    densities: Vec<f32>,
}

impl Density {
    /// The densities of rows of the given width, of which there are at least two.
    pub fn of(rows: &[f32], width: usize) -> Density {
        let alone = |(place, row): (usize, &[f32])| nearest(rows, row, NEIGHBOURS, Some(place as u32));
        let near: Vec<Vec<Near>> = rows.par_chunks_exact(width).enumerate().map(alone).collect();
        let reaches = near.iter().map(|near| near.last().map_or(0.0, |last| last.distance)).collect();
        let mut found = Density { reaches, densities: Vec::new() };
        found.densities = near.iter().map(|near| found.density(near)).collect();
        found
    }

    fn density(&self, near: &[Near]) -> f32 {
        let reached: f32 = near.iter().map(|near| near.distance.max(self.reaches[near.row as usize])).sum();
        1.0 / (reached / near.len().max(1) as f32 + TINY)
    }

    /// The local outlier factor of an item that is none of the rows: the mean density of its neighbours over its own.
    pub fn factor(&self, rows: &[f32], item: &[f32]) -> f32 {
        let near = nearest(rows, item, NEIGHBOURS, None);
        let around: f32 = near.iter().map(|near| self.densities[near.row as usize]).sum();
        around / near.len().max(1) as f32 / self.density(&near)
    }
}
