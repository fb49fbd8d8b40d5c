//! Directions of rows and of symmetric matrices, the longest first: principal axes, eigenvectors with eigenvalues.
//!
//! In: rows, or symmetric matrices without negative eigenvalues. Out: directions of length 1 at right angles. Never: a result
//! that depends on the number of threads.

use super::covariance::{gram, mean};
use super::double::{dot, dot_in_lanes, length};
use super::draw::draw;
use super::linear;
use super::rotation::{beside_identity, straighten, take_off};
use rayon::prelude::*;

/// Directions that are followed beside those that are wanted: the wanted ones settle faster in more company.
const COMPANY: usize = 8;
/// How far a settled direction still moves.
const SETTLED: f64 = 1e-10;
/// The cosine between two turned rows of a matrix that counts as a right angle.
const RIGHT: f64 = 1e-11;
/// The same for rows of a root, which are less far from each other in length.
const ROOTS_RIGHT: f64 = 1e-12;
/// Is added to the diagonal before the root is taken, as a share of the mean variance: it moves no direction.
const LIFT: f64 = 1e-5;

/// Where rows differ most.
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalAxes {
    /// The mean of the rows.
    pub mean: Vec<f64>,
    /// The first principal components (Pearson 1901), of length 1 and at right angles: components × width.
    pub directions: Vec<Vec<f64>>,
}

impl PrincipalAxes {
    /// The first principal components of rows, found by orthogonal iteration until they settle, or for so many rounds; of
    /// each, the longest number is positive.
    pub fn of(rows: &[f32], width: usize, components: usize, rounds: usize) -> PrincipalAxes {
        let count = (rows.len() / width).max(1) as f64;
        let mean = mean(rows, width);
        let centred: Vec<f32> =
            rows.chunks_exact(width).flat_map(|row| row.iter().zip(&mean).map(|(x, m)| less(*x, *m))).collect();
        let covariance: Vec<f64> = gram(&centred, width).into_iter().map(|x| f64::from(x) / count).collect();
        PrincipalAxes { mean, directions: first_directions(&covariance, width, components.min(width), rounds) }
    }

    /// The coordinates of rows along the directions, the mean being the origin: rows × components.
    pub fn along(&self, rows: &[f32]) -> Vec<f32> {
        let one = |row: &[f32]| -> Vec<f32> {
            let less: Vec<f64> = row.iter().zip(&self.mean).map(|(x, m)| f64::from(less(*x, *m))).collect();
            self.directions.iter().map(|direction| dot(&less, direction) as f32).collect()
        };
        rows.par_chunks_exact(self.mean.len()).flat_map_iter(one).collect()
    }
}

fn less(x: f32, mean: f64) -> f32 {
    (f64::from(x) - mean) as f32
}

/// The first eigenvectors of a symmetric matrix without negative eigenvalues, by orthogonal iteration.
fn first_directions(matrix: &[f64], width: usize, count: usize, rounds: usize) -> Vec<Vec<f64>> {
    let together = (count + COMPANY).min(width);
    let mut draw = draw(0, "directions", 0);
    let mut found: Vec<Vec<f64>> =
        (0..together).map(|_| draw.normals(width, 1.0).into_iter().map(f64::from).collect()).collect();
    set_apart(&mut found);
    for _ in 0..rounds {
        let turned = |direction: &Vec<f64>| matrix.chunks_exact(width).map(|row| dot(row, direction)).collect();
        let mut next: Vec<Vec<f64>> = found.par_iter().map(turned).collect();
        set_apart(&mut next);
        // Where rows have fewer directions than are asked for, the others are zeros, and do not move.
        let there = next.iter().zip(&found).take(count).filter(|(new, _)| dot(new, new) > 0.0);
        let moved = there.map(|(new, old)| 1.0 - dot(new, old).abs()).fold(0.0, f64::max);
        found = next;
        if moved < SETTLED {
            break;
        }
    }
    found.truncate(count);
    found.iter_mut().for_each(|direction| point(direction));
    found
}

/// Makes directions of length 1 and at right angles (Gram and Schmidt); zeros where nothing is left.
fn set_apart(directions: &mut [Vec<f64>]) {
    for place in 0..directions.len() {
        let (before, own) = directions.split_at_mut(place);
        let own = &mut own[0];
        let whole = length(own);
        take_off(own, before.iter());
        let left = length(own);
        let scale = if left > 1e-12 * whole { 1.0 / left } else { 0.0 };
        own.iter_mut().for_each(|x| *x *= scale);
    }
}

/// Which way a direction points is free: its longest number is made positive.
fn point(direction: &mut [f64]) {
    let longest = direction.iter().copied().fold(0.0, |most: f64, x| if x.abs() > most.abs() { x } else { most });
    direction.iter_mut().for_each(|x| *x *= longest.signum());
}

/// All eigenvectors of a symmetric matrix without negative eigenvalues (width × width), the longest first, by the one-sided
/// Jacobi method on its rows; of each, the longest number is positive.
pub fn eigenvectors(matrix: &[f64], width: usize) -> Vec<Vec<f64>> {
    let turned = longest_first(beside_identity(matrix, width), width, RIGHT);
    // Each row is as the eigenvalue times the eigenvector; what stands beside it is the eigenvector.
    let direction = |(_, mut row): (f64, Vec<f64>)| {
        row.drain(..width);
        point(&mut row);
        row
    };
    turned.into_iter().map(direction).collect()
}

/// Eigenvectors with their eigenvalues, the largest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// By direction: the variance along it.
    pub variances: Vec<f64>,
    /// Directions of length 1, at right angles.
    pub directions: Vec<Vec<f64>>,
}

impl Spectrum {
    /// All directions of a covariance (width × width), by Jacobi's rotations on the rows of its Cholesky root (Veselić and
    /// Hari 1989); none where the matrix is no covariance.
    pub fn of(covariance: &[f32], width: usize) -> Spectrum {
        let mut root: Vec<f64> = covariance.iter().map(|x| f64::from(*x)).collect();
        let trace: f64 = (0..width).map(|place| root[place * width + place]).sum();
        let lift = (LIFT * trace / width.max(1) as f64).max(f64::MIN_POSITIVE.sqrt());
        (0..width).for_each(|place| root[place * width + place] += lift);
        if !linear::decompose(&mut root, width) {
            // Numbers that are no covariance: nothing is known of any direction.
            return Spectrum { variances: Vec::new(), directions: Vec::new() };
        }
        // The rows of Lᵀ.
        let column = |from: usize| (0..width).map(|to| if to < from { 0.0 } else { root[to * width + from] }).collect();
        let rows: Vec<Vec<f64>> = (0..width).map(column).collect();
        let unit = |(square, row): (f64, Vec<f64>)| {
            (((square - lift).max(0.0)), row.into_iter().map(|x| x / square.sqrt()).collect())
        };
        let (variances, directions) = longest_first(rows, width, ROOTS_RIGHT).into_iter().map(unit).unzip();
        Spectrum { variances, directions }
    }

    /// The coordinates of a vector along the directions.
    pub fn along(&self, vector: &[f64]) -> Vec<f64> {
        self.directions.iter().map(|direction| dot_in_lanes(direction, vector)).collect()
    }
}

/// Rows turned to right angles, each behind the square of its length, the longest first, equal ones in their order; the first
/// `width` numbers of a row count.
fn longest_first(mut rows: Vec<Vec<f64>>, width: usize, right: f64) -> Vec<(f64, Vec<f64>)> {
    straighten(&mut rows, width, right);
    let square = |row: Vec<f64>| (dot_in_lanes(&row[..width], &row[..width]), row);
    let mut found: Vec<(f64, Vec<f64>)> = rows.into_iter().map(square).collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found
}

#[cfg(test)]
#[path = "axes_tests.rs"]
mod tests;
