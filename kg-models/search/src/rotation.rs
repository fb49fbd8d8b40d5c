//! Rotations for sign codes: drawn, along principal axes, or turned until signs fit (ITQ).
//!
//! In: centred rows, a seed. Out: directions of length 1 at right angles. Never: a rotation that depends on the number of
//! threads.

use kgloom_numerics::axes::PrincipalAxes;
use kgloom_numerics::draw::draw;
use kgloom_numerics::matrix::{identity, multiply, transposed};
use kgloom_numerics::rotation::{basis, nearest};

/// Rounds of orthogonal iteration for principal axes: signs need the space that they span, not each axis by itself.
const AXES: usize = 100;

/// A rotation drawn by a seed: `bits` of the `width` directions of a random basis, bits × width.
pub(crate) fn random(bits: usize, width: usize, seed: u64) -> Vec<f32> {
    basis(Vec::new(), (bits, width), &mut draw(seed, "rotation", 0))
}

/// The first principal axes of centred rows, bits × width.
pub(crate) fn principal(rows: &[f32], bits: usize, width: usize, seed: u64) -> Vec<f32> {
    let axes = PrincipalAxes::of(rows, width, bits, AXES).directions;
    basis(axes, (bits, width), &mut draw(seed, "rotation", 1))
}

/// Iterative quantisation (Gong and Lazebnik 2011): the rotation of the first principal axes under which rows are nearest
/// to their signs, bits × width. Each round takes the signs, then the rotation that fits them best (Procrustes).
pub(crate) fn quantising(rows: &[f32], bits: usize, width: usize, seed: u64, rounds: usize) -> Vec<f32> {
    // With as many bits as numbers, the axes would be turned away again: any basis is a start.
    let axes = if bits == width { random(bits, width, seed) } else { principal(rows, bits, width, seed) };
    let along = multiply(rows, &transposed(&axes, bits, width), (width, bits));
    let columns = transposed(&along, rows.len() / width, bits);
    let mut turn = if bits == width { identity(bits) } else { random(bits, bits, seed ^ 1) };
    for _ in 0..rounds {
        let mut signs = multiply(&along, &turn, (bits, bits));
        signs.iter_mut().for_each(|x| *x = if *x < 0.0 { -1.0 } else { 1.0 });
        turn = nearest(multiply(&columns, &signs, (rows.len() / width, bits)), bits);
    }
    let turned = multiply(&transposed(&turn, bits, bits), &axes, (bits, width));
    let found = turned.chunks_exact(width).map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
    basis(found, (bits, width), &mut draw(seed, "rotation", 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows that lie along few directions, each stretched.
    fn rows(count: usize, width: usize) -> Vec<f32> {
        let basis = random(width, width, 3);
        let mut draw = draw(4, "rows", 0);
        let along: Vec<f32> = (0..count * width).map(|i| draw.normal() / (1 + i % width) as f32).collect();
        multiply(&along, &basis, (width, width))
    }

    fn furthest_from_straight(rotation: &[f32], width: usize) -> f32 {
        let bits = rotation.len() / width;
        let square = multiply(rotation, &transposed(rotation, bits, width), (width, bits));
        square.iter().zip(identity(bits)).map(|(x, one)| (x - one).abs()).fold(0f32, f32::max)
    }

    #[test]
    fn rotations_are_straight_even_where_rows_are_few() {
        let rows = rows(5, 24);
        for bits in [8, 24] {
            for found in [random(bits, 24, 1), principal(&rows, bits, 24, 1), quantising(&rows, bits, 24, 1, 5)] {
                assert!(furthest_from_straight(&found, 24) < 1e-5);
            }
        }
    }

    #[test]
    fn turning_brings_rows_nearer_to_their_signs() {
        let rows = rows(400, 24);
        let lost = |rotation: &[f32]| -> f32 {
            let bits = rotation.len() / 24;
            let along = multiply(&rows, &transposed(rotation, bits, 24), (24, bits));
            let lost = |row: &[f32]| {
                let size = row.iter().map(|x| x.abs()).sum::<f32>() / bits as f32;
                row.iter().map(|x| (x.abs() - size).powi(2)).sum::<f32>()
            };
            along.chunks_exact(bits).map(lost).sum()
        };
        let (first, turned) = (lost(&principal(&rows, 8, 24, 1)), lost(&quantising(&rows, 8, 24, 1, 30)));
        assert!(turned < 0.7 * first, "{first} {turned}");
    }
}
