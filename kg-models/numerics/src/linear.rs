//! Linear systems in closed form. In: symmetric positive definite matrices. Out: solutions. Never: an iteration.

use super::double::{add, dot_in_lanes};

/// Cholesky's decomposition in place: `A = L Lᵀ`, n × n, of which the lower half is given and becomes L; whether A is
/// positive definite.
pub fn decompose(a: &mut [f64], n: usize) -> bool {
    for i in 0..n {
        let (above, row) = a.split_at_mut(i * n);
        for j in 0..i {
            let product = dot_in_lanes(&row[..j], &above[j * n..]);
            row[j] = (row[j] - product) / above[j * n + j];
        }
        let rest = row[i] - dot_in_lanes(&row[..i], &row[..i]);
        if rest.is_nan() || rest <= 0.0 {
            return false;
        }
        row[i] = rest.sqrt();
    }
    true
}

/// Solves `L Y = B` in place, for the L of [`decompose`]; `b` has a row for each of L's.
pub fn reduce(l: &[f64], b: &mut [Vec<f64>], n: usize) {
    for i in 0..n {
        let mut row = std::mem::take(&mut b[i]);
        (0..i).for_each(|k| add(&mut row, &b[k], -l[i * n + k]));
        row.iter_mut().for_each(|x| *x /= l[i * n + i]);
        b[i] = row;
    }
}

/// Solves `A X = B` for a symmetric positive definite A (n × n) of which the lower half is given; `None` where it is not
/// positive definite.
pub fn solve(mut a: Vec<f64>, mut b: Vec<Vec<f64>>, n: usize) -> Option<Vec<Vec<f64>>> {
    if !decompose(&mut a, n) {
        return None;
    }
    reduce(&a, &mut b, n);
    for i in (0..n).rev() {
        let mut row = std::mem::take(&mut b[i]);
        (i + 1..n).for_each(|k| add(&mut row, &b[k], -a[k * n + i]));
        row.iter_mut().for_each(|x| *x /= a[i * n + i]);
        b[i] = row;
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::double::dot;
    use crate::draw::draw;

    #[test]
    fn a_system_is_solved() {
        let n = 19;
        let x: Vec<f64> = draw(1, "test", 0).normals(n * n, 1.0).into_iter().map(f64::from).collect();
        let at = |i: usize, j: usize| dot(&x[i * n..][..n], &x[j * n..][..n]) + f64::from(u8::from(i == j));
        let a: Vec<f64> = (0..n * n).map(|place| at(place / n, place % n)).collect();
        let b: Vec<Vec<f64>> = (0..n).map(|i| vec![i as f64, 1.0]).collect();
        let found = solve(a.clone(), b.clone(), n).unwrap();
        for i in 0..n {
            for column in 0..2 {
                let got: f64 = (0..n).map(|j| a[i * n + j] * found[j][column]).sum();
                assert!((got - b[i][column]).abs() < 1e-8, "{got}");
            }
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_is_told() {
        assert!(solve(vec![0.0], vec![vec![1.0]], 1).is_none());
    }
}
