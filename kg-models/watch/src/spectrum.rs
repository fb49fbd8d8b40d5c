//! The directions of a covariance and the variance along each. In: a symmetric matrix without negative eigenvalues. Out: all
//! its eigenvectors, the longest first. Never: a result that depends on the number of threads.

use kgloom_numerics::linear;

/// Rounds over all pairs, at the most; a dozen are enough for some hundred directions.
const ROUNDS: usize = 40;
/// The cosine between two directions that counts as a right angle.
const RIGHT: f64 = 1e-12;
/// Is added to the diagonal before the root is taken, as a share of the mean variance: it moves no direction.
const LIFT: f64 = 1e-5;

/// Eigenvectors with their eigenvalues, the largest first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spectrum {
    /// By direction: the variance along it.
    pub variances: Vec<f64>,
    /// Directions of length 1, at right angles.
    pub directions: Vec<Vec<f64>>,
}

impl Spectrum {
    /// All directions of a covariance (width × width): Jacobi's rotations on the rows of its Cholesky root (Veselić and
    /// Hari 1989).
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
        let mut rows: Vec<Vec<f64>> = (0..width).map(column).collect();
        for _ in 0..ROUNDS {
            if !rotate_all(&mut rows) {
                break;
            }
        }
        let mut found: Vec<(f64, Vec<f64>)> = rows.into_iter().map(|row| (dot(&row, &row), row)).collect();
        found.sort_by(|one, other| other.0.total_cmp(&one.0));
        let unit = |(square, row): (f64, Vec<f64>)| {
            (((square - lift).max(0.0)), row.into_iter().map(|x| x / square.sqrt()).collect())
        };
        let (variances, directions) = found.into_iter().map(unit).unzip();
        Spectrum { variances, directions }
    }

    /// The coordinates of a vector along the directions.
    pub fn along(&self, vector: &[f64]) -> Vec<f64> {
        self.directions.iter().map(|direction| dot(direction, vector)).collect()
    }
}

/// Turns each pair of rows until they are at right angles; whether any was turned.
fn rotate_all(rows: &mut [Vec<f64>]) -> bool {
    let mut turned = false;
    for first in 0..rows.len() {
        for second in first + 1..rows.len() {
            let (before, after) = rows.split_at_mut(second);
            turned |= rotate(&mut before[first], &mut after[0]);
        }
    }
    turned
}

fn rotate(one: &mut [f64], other: &mut [f64]) -> bool {
    let (a, b, between) = (dot(one, one), dot(other, other), dot(one, other));
    if between.abs() <= RIGHT * (a * b).sqrt() {
        return false;
    }
    let turn = (b - a) / (2.0 * between);
    let tangent = turn.signum() / (turn.abs() + (1.0 + turn * turn).sqrt());
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    let sine = cosine * tangent;
    for (x, y) in one.iter_mut().zip(other) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
    true
}

/// A product, lane by lane, then the lanes in order.
pub(crate) fn dot(one: &[f64], other: &[f64]) -> f64 {
    const LANES: usize = 8;
    let ((ones, one), (others, other)) = (one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
    let mut lanes = [0.0; LANES];
    for (x, y) in ones.iter().zip(others) {
        (0..LANES).for_each(|lane| lanes[lane] += x[lane] * y[lane]);
    }
    lanes.iter().sum::<f64>() + one.iter().zip(other).map(|(x, y)| x * y).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    #[test]
    fn directions_and_variances_give_the_matrix_again() {
        let width = 21;
        let x = draw(1, "spectrum", 0).normals(2 * width * width, 1.0);
        let of = |i: usize, j: usize| x.chunks_exact(width).map(|row| row[i] * row[j]).sum::<f32>();
        let matrix: Vec<f32> = (0..width * width).map(|place| of(place / width, place % width)).collect();
        let found = Spectrum::of(&matrix, width);
        assert!(found.variances.is_sorted_by(|one, other| one >= other));
        for i in 0..width {
            for j in 0..width {
                let parts = found.directions.iter().zip(&found.variances).map(|(v, variance)| variance * v[i] * v[j]);
                let back: f64 = parts.sum();
                assert!((back - f64::from(matrix[i * width + j])).abs() < 1e-3, "{back}");
                let angle = dot(&found.directions[i], &found.directions[j]);
                assert!((angle - f64::from(u8::from(i == j))).abs() < 1e-9, "{angle}");
            }
        }
    }

    #[test]
    fn a_flat_direction_has_no_variance() {
        let found = Spectrum::of(&[4.0, 4.0, 4.0, 4.0], 2);
        assert!((found.variances[0] - 8.0).abs() < 1e-4 && found.variances[1] < 1e-4, "{found:?}");
        assert!(Spectrum::of(&[0.0; 4], 2).variances.iter().all(|variance| *variance < 1e-100));
    }
}
