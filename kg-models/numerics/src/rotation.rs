//! Rotations: directions at right angles, drawn or made of what is given, and rotations that fit best.
//!
//! In: rows, square matrices, random numbers. Out: rows of length 1 at right angles. Never: a result that depends on the
//! number of threads.

use super::double::{add, dot, dot_in_lanes, length};
use super::draw::Draw;
use super::matrix::{identity, multiply, transposed};

/// The most rounds over all pairs of rows; a dozen are usual.
const ROUNDS: usize = 60;
/// The cosine between two rows of a Procrustes problem that counts as a right angle.
const RIGHT: f64 = 1e-11;
/// What is added to the diagonal of a Procrustes problem, as a share of the mean size of a row: directions that nothing is
/// known of stay as they are.
const UNTOLD: f64 = 1e-9;
/// The most steps to the nearest rotation.
const STEPS: usize = 40;
/// How far from a rotation a matrix may be, in any of its products of columns.
const STRAIGHT: f32 = 1e-5;

/// So many directions of length 1 at right angles, those that are given first (Gram and Schmidt, twice); drawn where they are
/// too few, or one lies among those before it: count × width.
pub fn basis(given: Vec<Vec<f64>>, (count, width): (usize, usize), draw: &mut Draw) -> Vec<f32> {
    let mut done: Vec<Vec<f64>> = Vec::with_capacity(count);
    let mut given = given.into_iter();
    while done.len() < count {
        let drawn = |draw: &mut Draw| draw.normals(width, 1.0).into_iter().map(f64::from).collect();
        let mut next: Vec<f64> = given.next().unwrap_or_else(|| drawn(draw));
        let whole = length(&next);
        take_off(&mut next, done.iter().chain(&done));
        let left = length(&next);
        if left > 1e-6 * whole {
            next.iter_mut().for_each(|x| *x /= left);
            done.push(next);
        }
    }
    done.into_iter().flatten().map(|x| x as f32).collect()
}

/// Takes off a row what of it lies along others of length 1, one after the other (Gram and Schmidt).
pub(crate) fn take_off<'a>(row: &mut [f64], others: impl Iterator<Item = &'a Vec<f64>>) {
    for other in others {
        let along = dot(row, other);
        add(row, other, -along);
    }
}

/// The rotation nearest to a square matrix (the orthogonal factor of its polar decomposition), in f32, by Newton and Schulz's
/// iteration `X ← X (3 − Xᵀ X) / 2`: products alone, for large matrices of which no direction is lost. It solves the problem
/// of [`procrustes`] too.
pub fn nearest(mut x: Vec<f32>, n: usize) -> Vec<f32> {
    // No singular value is above the root of the product of the largest sums of rows and of columns.
    let sums = |x: &[f32]| x.chunks_exact(n).map(|row| row.iter().map(|x| x.abs()).sum::<f32>()).fold(0f32, f32::max);
    let largest = (sums(&x) * sums(&transposed(&x, n, n))).sqrt();
    let identity = identity(n);
    if largest == 0.0 {
        return identity;
    }
    x.iter_mut().for_each(|x| *x /= largest);
    for _ in 0..STEPS {
        let mut square = multiply(&transposed(&x, n, n), &x, (n, n));
        let off = square.iter().zip(&identity).map(|(x, one)| (x - one).abs()).fold(0f32, f32::max);
        if off < STRAIGHT {
            break;
        }
        square.iter_mut().zip(&identity).for_each(|(x, one)| *x = 1.5 * one - 0.5 * *x);
        x = multiply(&x, &square, (n, n));
    }
    x
}

/// The rotation R (width × width) under which rows X are nearest to rows Y, by least squares on `X R`, of the products `Xᵀ Y`
/// (orthogonal Procrustes; Schönemann 1966): `U Vᵀ` of the singular value decomposition `U S Vᵀ` of the products. Directions
/// that the products say nothing of stay as they are.
pub fn procrustes(mut products: Vec<f64>, width: usize) -> Vec<f64> {
    let size = dot_in_lanes(&products, &products).sqrt() / (width as f64).sqrt();
    (0..width).for_each(|i| products[i * width + i] += UNTOLD * size.max(f64::MIN_POSITIVE));
    let mut rows = beside_identity(&products, width);
    straighten(&mut rows, width, RIGHT);
    let mut rotation = vec![0f64; width * width];
    for row in &mut rows {
        // The row is s vᵀ; what stands beside it is uᵀ.
        let (row, turn) = row.split_at_mut(width);
        let length = dot_in_lanes(row, row).sqrt().max(f64::MIN_POSITIVE);
        row.iter_mut().for_each(|x| *x /= length);
        rotation.chunks_exact_mut(width).zip(turn).for_each(|(out, share)| add(out, row, *share));
    }
    rotation
}

/// The rows of a square matrix, each with the row of the identity beside it.
pub(crate) fn beside_identity(matrix: &[f64], width: usize) -> Vec<Vec<f64>> {
    let one = |place: usize| (0..width).map(move |column| f64::from(u8::from(column == place)));
    matrix.chunks_exact(width).enumerate().map(|(place, row)| row.iter().copied().chain(one(place)).collect()).collect()
}

/// Turns rows, two at a time, until their first `width` numbers are at right angles, whose cosine is at most `right` (the
/// one-sided Jacobi method; Hestenes 1958). What stands behind those numbers is turned along.
pub(crate) fn straighten(rows: &mut [Vec<f64>], width: usize, right: f64) {
    for _ in 0..ROUNDS {
        let mut turned = false;
        for first in 0..rows.len() {
            for second in first + 1..rows.len() {
                let (before, after) = rows.split_at_mut(second);
                turned |= turn(&mut before[first], &mut after[0], width, right);
            }
        }
        if !turned {
            break;
        }
    }
}

/// Turns two rows until they are at right angles; whether they were not.
fn turn(one: &mut [f64], other: &mut [f64], width: usize, right: f64) -> bool {
    let (a, b) = (&one[..width], &other[..width]);
    let (aa, bb, ab) = (dot_in_lanes(a, a), dot_in_lanes(b, b), dot_in_lanes(a, b));
    if ab.abs() <= right * (aa * bb).sqrt() {
        return false;
    }
    let slope = (bb - aa) / (2.0 * ab);
    let tangent = slope.signum() / (slope.abs() + (1.0 + slope * slope).sqrt());
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    let sine = cosine * tangent;
    for (x, y) in one.iter_mut().zip(other) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::draw;

    fn furthest_from_straight(rotation: &[f32], width: usize) -> f32 {
        let count = rotation.len() / width;
        let square = multiply(rotation, &transposed(rotation, count, width), (width, count));
        square.iter().zip(identity(count)).map(|(x, one)| (x - one).abs()).fold(0f32, f32::max)
    }

    fn doubles(numbers: &[f32]) -> Vec<f64> {
        numbers.iter().copied().map(f64::from).collect()
    }

    #[test]
    fn a_basis_keeps_what_is_given_and_draws_the_rest() {
        let given = vec![vec![3.0, 0.0, 0.0, 4.0], vec![6.0, 0.0, 0.0, 8.0], vec![1.0, 2.0, 0.0, 0.0]];
        let found = basis(given, (4, 4), &mut draw(1, "basis", 0));
        assert!(furthest_from_straight(&found, 4) < 1e-6);
        assert!((found[0] - 0.6).abs() < 1e-6 && (found[3] - 0.8).abs() < 1e-6);
        // The second lies along the first, so the third is next: in the plane of the two, and the rest is drawn.
        assert!(found[6].abs() < 1e-6 && found[4..8] != found[8..12]);
        assert_eq!(basis(Vec::new(), (2, 9), &mut draw(1, "basis", 1)).len(), 18);
    }

    #[test]
    fn the_nearest_rotation_of_a_stretched_one_is_that_one_by_both_ways() {
        let n = 12;
        let turn = basis(Vec::new(), (n, n), &mut draw(2, "turn", 0));
        let stretched: Vec<f32> =
            turn.chunks_exact(n).enumerate().flat_map(|(i, r)| r.iter().map(move |x| (1 + i % 3) as f32 * x)).collect();
        let by_steps = nearest(stretched.clone(), n);
        let by_values = procrustes(doubles(&stretched), n);
        for ((one, other), wanted) in by_steps.iter().zip(by_values).zip(&turn) {
            assert!((one - wanted).abs() < 1e-4 && (other - f64::from(*wanted)).abs() < 1e-6, "{one} {other} {wanted}");
        }
        assert_eq!(nearest(vec![0.0; 4], 2), [1.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn what_products_do_not_tell_stays_as_it_is() {
        let found = procrustes(vec![-5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 3);
        let wanted = [-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        assert!(found.iter().zip(wanted).all(|(x, y): (&f64, f64)| (x - y).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn rows_are_turned_to_right_angles_with_what_stands_behind() {
        let matrix = doubles(&draw(3, "matrix", 0).normals(25, 1.0));
        let mut rows = beside_identity(&matrix, 5);
        straighten(&mut rows, 5, 1e-12);
        for one in &rows {
            // The turn times the matrix is the turned row.
            let mut back = vec![0.0; 5];
            one[5..].iter().zip(matrix.chunks_exact(5)).for_each(|(share, row)| add(&mut back, row, *share));
            assert!(back.iter().zip(&one[..5]).all(|(x, y)| (x - y).abs() < 1e-12));
            assert!((length(&one[5..]) - 1.0).abs() < 1e-12);
            let others = rows.iter().filter(|other| *other != one);
            assert!(
                others.clone().count() == 4 && others.clone().all(|other| dot(&one[..5], &other[..5]).abs() < 1e-9)
            );
        }
    }
}
