//! Rotations of vectors: to the directions that matter most first, or onto another encoder's vectors.
//!
//! In: sums of products. Out: linear maps that change no angle. Never: a random number.

use crate::linear_map::{LinearMap, Moments};
use kgloom_numerics::axes::eigenvectors;
use kgloom_numerics::double::add;
use kgloom_numerics::rotation;

/// The rotation of rows onto their principal directions around the mean, the longest first: any first part of the numbers
/// keeps as much of how rows differ as so many numbers can (Pearson 1901). All of them together keep every distance. The
/// moments are those of the rows with themselves.
pub fn principal(moments: &Moments) -> LinearMap {
    let products = moments.centred_products();
    let width = products.len().isqrt();
    let mut matrix = vec![0f32; width * width];
    for (column, direction) in eigenvectors(&products, width).iter().enumerate() {
        for (place, x) in direction.iter().enumerate() {
            matrix[place * width + column] = *x as f32;
        }
    }
    let turned = LinearMap { inputs: width, matrix, bias: vec![0.0; width] };
    let mean: Vec<f32> = moments.means().0.into_iter().map(|x| x as f32).collect();
    let bias = turned.apply(&mean).into_iter().map(|x| -x).collect();
    LinearMap { bias, ..turned }
}

/// The rotation of rows `x` onto rows `y` of the same width, both around their means, with the least squared error
/// (orthogonal Procrustes; Schönemann 1966).
pub fn procrustes(moments: &Moments) -> LinearMap {
    let products = moments.centred_products();
    let width = products.len().isqrt();
    let rotation = rotation::procrustes(products, width);
    let (from, to) = moments.means();
    let mut bias = to;
    rotation.chunks_exact(width).zip(from).for_each(|(row, mean)| add(&mut bias, row, -mean));
    let narrow = |numbers: Vec<f64>| numbers.into_iter().map(|x| x as f32).collect();
    LinearMap { inputs: width, matrix: narrow(rotation), bias: narrow(bias) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    /// Rows that are long along a few hidden directions.
    fn rows(width: usize) -> Vec<f32> {
        let hidden = draw(5, "hidden", 0).normals(3 * width, 1.0);
        let shares = draw(6, "shares", 0).normals(300 * 3, 1.0);
        let noise = draw(7, "noise", 0).normals(300 * width, 0.05);
        let row = |(shares, noise): (&[f32], &[f32])| -> Vec<f32> {
            let at = |place: usize| (0..3).map(|h| shares[h] * hidden[h * width + place] * (3 - h) as f32).sum::<f32>();
            (0..width).map(|place| at(place) + noise[place]).collect()
        };
        shares.chunks(3).zip(noise.chunks(width)).flat_map(row).collect()
    }

    fn near(one: &[f32], other: &[f32], within: f32) -> bool {
        one.iter().zip(other).all(|(a, b)| (a - b).abs() < within)
    }

    #[test]
    fn principal_numbers_come_in_order_around_the_mean_and_keep_every_distance() {
        let rows: Vec<f32> =
            rows(20).chunks(20).flat_map(|row| row.iter().map(|x| x + 5.0).collect::<Vec<_>>()).collect();
        let turned = principal(&Moments::of((&rows, 20), (&rows, 20))).apply(&rows);
        let size = |column: usize| turned.iter().skip(column).step_by(20).map(|x| x * x).sum::<f32>();
        assert!((1..20).all(|column| size(column) <= size(column - 1) * 1.001));
        assert!((3..20).map(size).sum::<f32>() < 0.01 * (0..3).map(size).sum::<f32>());
        assert!((0..20).all(|column| turned.iter().skip(column).step_by(20).sum::<f32>().abs() < 0.05));
        let apart = |rows: &[f32]| rows[..20].iter().zip(&rows[20..40]).map(|(x, y)| (x - y).powi(2)).sum::<f32>();
        assert!((apart(&rows) - apart(&turned)).abs() < 1e-3 * apart(&rows));
    }

    #[test]
    fn a_rotation_and_a_shift_are_found_again() {
        let x = draw(1, "rows", 0).normals(200 * 8, 1.0);
        // Turn the first two numbers, swap two others, and move everything.
        let moved = |x: &[f32]| {
            [0.6 * x[0] - 0.8 * x[1] + 1.0, 0.8 * x[0] + 0.6 * x[1], x[3], x[2], x[4], x[5], -x[6], x[7] - 2.0]
        };
        let y: Vec<f32> = x.chunks(8).flat_map(moved).collect();
        let found = procrustes(&Moments::of((&x, 8), (&y, 8)));
        assert!(near(&found.apply(&x), &y, 1e-4));
    }

    #[test]
    fn directions_without_texts_stay_as_they_are() {
        // All rows differ along the first number alone, and are turned upside down.
        let x: Vec<f32> = (0..30).flat_map(|place| [place as f32, 1.0, 2.0]).collect();
        let y: Vec<f32> = x.chunks(3).flat_map(|x| [-x[0], x[1], x[2]]).collect();
        let found = procrustes(&Moments::of((&x, 3), (&y, 3)));
        assert!(near(&found.apply(&x), &y, 1e-3), "{found:?}");
        assert!((found.matrix[4] - 1.0).abs() < 1e-3, "{found:?}");
    }
}
