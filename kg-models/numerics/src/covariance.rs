//! How rows lie: their mean, their products, their covariance and how far it can be trusted.
//!
//! In: rows of f32. Out: a mean, symmetric matrices. Never: a sum that depends on the number of threads.

use super::double::dot_in_lanes;
use super::kernels;
use super::panels::MatrixView;
use rayon::prelude::*;

/// Rows that are summed up in a step.
const STEP: usize = 1_024;

/// The mean of rows of the given width, by shares: of each number, the sum of its parts of the count. Zeros where there are
/// no rows.
pub fn mean(rows: &[f32], width: usize) -> Vec<f64> {
    let count = (rows.len() / width).max(1) as f64;
    let mut mean = vec![0f64; width];
    for row in rows.chunks_exact(width) {
        mean.iter_mut().zip(row).for_each(|(m, x)| *m += f64::from(*x) / count);
    }
    mean
}

/// The products of columns, `Rᵀ R` of rows R of the given width, in f32: width × width. Of rows less their mean this is the
/// covariance times their count.
pub fn gram(rows: &[f32], width: usize) -> Vec<f32> {
    let mut products = vec![0f32; width * width];
    let view = MatrixView::new(rows, width);
    kernels::product(view.transpose(), view, &mut products);
    products
}

/// A covariance summed in f64.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariance {
    /// Width × width, rounded to f32.
    pub matrix: Vec<f32>,
    /// How far it is to be drawn towards equal variances, 0 to 1, where it must be inverted.
    pub shrinkage: f32,
}

impl Covariance {
    /// The covariance of rows around a mean, whose length is their width, and how far it is to be shrunk: what sampling alone
    /// adds to its squares, over how far it is from equal variances (Ledoit and Wolf, "A well-conditioned estimator for
    /// large-dimensional covariance matrices", 2004). There is at least one row.
    pub fn of(rows: &[f32], mean: &[f64]) -> Covariance {
        let (width, count) = (mean.len(), (rows.len() / mean.len()) as f64);
        let (mut sums, mut fourth) = (vec![0f64; width * width], 0.0);
        for step in rows.chunks(STEP * width) {
            let column = |i: usize| step.chunks_exact(width).map(|row| f64::from(row[i]) - mean[i]).collect();
            let columns: Vec<Vec<f64>> = (0..width).map(column).collect();
            sums.par_chunks_exact_mut(width).enumerate().for_each(|(i, sums)| {
                sums.iter_mut().zip(&columns).for_each(|(sum, other)| *sum += dot_in_lanes(&columns[i], other));
            });
            let square = |place: usize| columns.iter().map(|column| column[place].powi(2)).sum::<f64>();
            fourth += (0..step.len() / width).map(|place| square(place).powi(2)).sum::<f64>();
        }
        sums.iter_mut().for_each(|sum| *sum /= count);
        let trace: f64 = (0..width).map(|i| sums[i * width + i]).sum();
        let squares = dot_in_lanes(&sums, &sums);
        let from_equal = squares - trace * trace / width as f64;
        let by_sampling = (fourth / count - squares) / count;
        let shrinkage = if from_equal > 0.0 { (by_sampling / from_equal).clamp(0.0, 1.0) } else { 1.0 };
        Covariance { matrix: sums.into_iter().map(|sum| sum as f32).collect(), shrinkage: shrinkage as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::draw;

    #[test]
    fn mean_products_and_covariance_are_those_of_the_formula() {
        let (width, count) = (5, 1_500);
        let rows: Vec<f32> = draw(1, "rows", 0).normals(width * count, 1.0).into_iter().map(|x| x + 2.0).collect();
        let (mean, products) = (mean(&rows, width), gram(&rows, width));
        let found = Covariance::of(&rows, &mean);
        let over = |value: &dyn Fn(&[f32]) -> f64| rows.chunks_exact(width).map(value).sum::<f64>();
        for i in 0..width {
            assert!((mean[i] - over(&|row| f64::from(row[i])) / count as f64).abs() < 1e-9);
            for j in 0..width {
                let product = over(&|row| f64::from(row[i]) * f64::from(row[j]));
                assert!((f64::from(products[i * width + j]) / product - 1.0).abs() < 1e-4);
                let spread = over(&|row| (f64::from(row[i]) - mean[i]) * (f64::from(row[j]) - mean[j]));
                assert!((f64::from(found.matrix[i * width + j]) - spread / count as f64).abs() < 1e-6);
            }
        }
        // Variances are equal already: all that differs is chance.
        assert!(found.shrinkage > 0.5, "{}", found.shrinkage);
    }

    #[test]
    fn few_rows_are_shrunk_more() {
        let shrinkage = |count: usize| {
            let mut rows = draw(2, "rows", 0).normals(6 * count, 1.0);
            rows.iter_mut().step_by(6).for_each(|x| *x *= 4.0);
            Covariance::of(&rows, &mean(&rows, 6)).shrinkage
        };
        assert!(shrinkage(20) > 3.0 * shrinkage(2_000), "{} {}", shrinkage(20), shrinkage(2_000));
    }
}
