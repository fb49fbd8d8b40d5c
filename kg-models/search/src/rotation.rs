//! Rotations for sign codes: drawn, along principal axes, or turned until signs fit (ITQ).
//!
//! In: centred rows, a seed. Out: directions of length 1 at right angles. Never: a rotation that depends on the number of
//! threads.

use kgloom_numerics::clusters::PrincipalAxes;
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::matrix::multiply;

/// Rounds of orthogonal iteration for principal axes: signs need the space that they span, not each axis by itself.
const AXES: usize = 100;
/// The most steps to the nearest rotation.
const STEPS: usize = 40;
/// How far from a rotation a matrix may be, in any of its products of columns.
const STRAIGHT: f32 = 1e-5;

/// A rotation drawn by a seed: `bits` of the `width` directions of a random basis, bits × width.
pub(crate) fn random(bits: usize, width: usize, seed: u64) -> Vec<f32> {
    straight(Vec::new(), bits, width, &mut draw(seed, "rotation", 0))
}

/// The first principal axes of centred rows, bits × width.
pub(crate) fn principal(rows: &[f32], bits: usize, width: usize, seed: u64) -> Vec<f32> {
    let axes = PrincipalAxes::of(rows, width, bits, AXES).directions;
    straight(axes, bits, width, &mut draw(seed, "rotation", 1))
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
        turn = nearest_rotation(multiply(&columns, &signs, (rows.len() / width, bits)), bits);
    }
    let turned = multiply(&transposed(&turn, bits, bits), &axes, (bits, width));
    let found = turned.chunks_exact(width).map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
    straight(found, bits, width, &mut draw(seed, "rotation", 2))
}

/// The rotation nearest to a square matrix (the orthogonal factor of its polar decomposition), by Newton and Schulz's
/// iteration `X ← X (3 − Xᵀ X) / 2`.
fn nearest_rotation(mut x: Vec<f32>, n: usize) -> Vec<f32> {
    // No singular value is above the root of the product of the largest sums of rows and of columns.
    let sums = |x: &[f32]| x.chunks_exact(n).map(|row| row.iter().map(|x| x.abs()).sum::<f32>()).fold(0f32, f32::max);
    let largest = (sums(&x) * sums(&transposed(&x, n, n))).sqrt();
    if largest == 0.0 {
        return identity(n);
    }
    x.iter_mut().for_each(|x| *x /= largest);
    for _ in 0..STEPS {
        let mut square = multiply(&transposed(&x, n, n), &x, (n, n));
        let off = square.iter().enumerate().map(|(place, x)| (x - unit(place, n)).abs()).fold(0f32, f32::max);
        if off < STRAIGHT {
            break;
        }
        square.iter_mut().enumerate().for_each(|(place, x)| *x = 1.5 * unit(place, n) - 0.5 * *x);
        x = multiply(&x, &square, (n, n));
    }
    x
}

/// Directions made of length 1 and at right angles (Gram and Schmidt, twice); drawn where there are too few.
fn straight(mut found: Vec<Vec<f64>>, bits: usize, width: usize, draw: &mut Draw) -> Vec<f32> {
    found.truncate(bits);
    let mut done: Vec<Vec<f64>> = Vec::with_capacity(bits);
    let mut given = found.into_iter();
    while done.len() < bits {
        let drawn = |draw: &mut Draw| draw.normals(width, 1.0).into_iter().map(f64::from).collect();
        let mut next: Vec<f64> = given.next().unwrap_or_else(|| drawn(draw));
        let whole = dot(&next, &next).sqrt();
        for other in done.iter().chain(&done) {
            let along = dot(&next, other);
            next.iter_mut().zip(other).for_each(|(x, y)| *x -= along * y);
        }
        let length = dot(&next, &next).sqrt();
        if length > 1e-6 * whole {
            next.iter_mut().for_each(|x| *x /= length);
            done.push(next);
        }
    }
    done.into_iter().flatten().map(|x| x as f32).collect()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(x, y)| x * y).sum()
}

fn unit(place: usize, n: usize) -> f32 {
    if place.is_multiple_of(n + 1) { 1.0 } else { 0.0 }
}

fn identity(n: usize) -> Vec<f32> {
    (0..n * n).map(|place| unit(place, n)).collect()
}

fn transposed(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = vec![0f32; matrix.len()];
    for (row, numbers) in matrix.chunks_exact(columns).enumerate() {
        for (column, x) in numbers.iter().enumerate() {
            out[column * rows + row] = *x;
        }
    }
    out
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
        square.iter().enumerate().map(|(place, x)| (x - unit(place, bits)).abs()).fold(0f32, f32::max)
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
