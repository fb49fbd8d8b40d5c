//! Directions are found where they are. In: rows and matrices that are known. Out: what fails. Never: a set from outside.

use super::*;

fn principal(rows: &[f32], width: usize, components: usize) -> Vec<f32> {
    PrincipalAxes::of(rows, width, components, 1_000).along(rows)
}

/// Points around four corners, far along the first direction, less far along the second.
fn corners() -> Vec<f32> {
    let mut draw = draw(1, "corners", 0);
    let corner =
        |place: usize| [if place.is_multiple_of(2) { 9.0 } else { -9.0 }, if place % 4 < 2 { 4.0 } else { -4.0 }, 0.0];
    (0..80).flat_map(|place| corner(place).map(|x: f32| x + 0.1 * draw.normal())).collect()
}

/// The products of random rows, and their width.
fn products() -> (Vec<f32>, usize) {
    let width = 21;
    let x = draw(1, "spectrum", 0).normals(2 * width * width, 1.0);
    let of = |i: usize, j: usize| x.chunks_exact(width).map(|row| row[i] * row[j]).sum::<f32>();
    ((0..width * width).map(|place| of(place / width, place % width)).collect(), width)
}

#[test]
fn components_are_the_long_directions_around_the_mean() {
    let rows: Vec<f32> = corners().chunks_exact(3).flat_map(|r| [r[2] + 7.0, r[1] - 3.0, r[0] + 100.0]).collect();
    let found = principal(&rows, 3, 2);
    for (row, point) in rows.chunks_exact(3).zip(found.chunks_exact(2)) {
        assert!((row[2] - 100.0 - point[0]).abs() < 0.5, "{row:?} {point:?}");
        assert!((row[1] + 3.0 - point[1]).abs() < 0.5, "{row:?} {point:?}");
    }
    assert!((0..2).all(|column| found.iter().skip(column).step_by(2).sum::<f32>().abs() < 1e-2));
    // More components than directions: the rest is nothing.
    assert_eq!(principal(&[1.0, 2.0, 3.0, 6.0], 2, 5).len(), 4);
}

#[test]
fn directions_and_variances_give_the_matrix_again() {
    let (matrix, width) = products();
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
fn eigenvectors_are_the_directions_of_the_spectrum() {
    let (matrix, width) = products();
    let wide: Vec<f64> = matrix.iter().map(|x| f64::from(*x)).collect();
    for (one, other) in eigenvectors(&wide, width).iter().zip(Spectrum::of(&matrix, width).directions) {
        assert!((dot(one, &other).abs() - 1.0).abs() < 1e-9);
        let longest = one.iter().copied().fold(0f64, |most, x| if x.abs() > most.abs() { x } else { most });
        assert!(longest > 0.0);
    }
}

#[test]
fn a_flat_direction_has_no_variance() {
    let found = Spectrum::of(&[4.0, 4.0, 4.0, 4.0], 2);
    assert!((found.variances[0] - 8.0).abs() < 1e-4 && found.variances[1] < 1e-4, "{found:?}");
    assert!(Spectrum::of(&[0.0; 4], 2).variances.iter().all(|variance| *variance < 1e-100));
    assert!(Spectrum::of(&[-1.0, 0.0, 0.0, -1.0], 2).directions.is_empty());
}
