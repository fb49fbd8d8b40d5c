//! Directions and clusters of vectors: principal components, k-means.
//!
//! In: rows of numbers, a seed. Out: axes, coordinates, centres, who belongs where. Never: a result that depends on the number
//! of threads.

use super::kernels;
use super::panels::MatrixView;
use crate::draw::{Draw, draw};
use rayon::prelude::*;

/// Directions that are followed beside those that are wanted: the wanted ones settle faster in more company.
const COMPANY: usize = 8;
/// How far a settled direction still moves.
const SETTLED: f64 = 1e-10;
/// Starts of k-means, of which the best is kept.
const STARTS: usize = 10;
/// The most rounds of a start.
const LLOYD: usize = 300;

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
        let mut mean = vec![0f64; width];
        for row in rows.chunks_exact(width) {
            mean.iter_mut().zip(row).for_each(|(m, x)| *m += f64::from(*x) / count);
        }
        let centred: Vec<f32> =
            rows.chunks_exact(width).flat_map(|row| row.iter().zip(&mean).map(|(x, m)| less(*x, *m))).collect();
        let mut covariance = vec![0f32; width * width];
        let view = MatrixView::new(&centred, width);
        kernels::product(view.transpose(), view, &mut covariance);
        let covariance: Vec<f64> = covariance.into_iter().map(|x| f64::from(x) / count).collect();
        PrincipalAxes { mean, directions: directions(&covariance, width, components.min(width), rounds) }
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

/// The first eigenvectors of a symmetric matrix without negative eigenvalues.
fn directions(matrix: &[f64], width: usize, count: usize, rounds: usize) -> Vec<Vec<f64>> {
    let together = (count + COMPANY).min(width);
    let mut draw = draw(0, "directions", 0);
    let mut found: Vec<Vec<f64>> =
        (0..together).map(|_| draw.normals(width, 1.0).into_iter().map(f64::from).collect()).collect();
    straighten(&mut found);
    for _ in 0..rounds {
        let turned = |direction: &Vec<f64>| matrix.chunks_exact(width).map(|row| dot(row, direction)).collect();
        let mut next: Vec<Vec<f64>> = found.par_iter().map(turned).collect();
        straighten(&mut next);
        // Where rows have fewer directions than are asked for, the others are zeros, and do not move.
        let there = next.iter().zip(&found).take(count).filter(|(new, _)| dot(new, new) > 0.0);
        let moved = there.map(|(new, old)| 1.0 - dot(new, old).abs()).fold(0.0, f64::max);
        found = next;
        if moved < SETTLED {
            break;
        }
    }
    found.truncate(count);
    for direction in &mut found {
        let longest = direction.iter().copied().fold(0.0, |most: f64, x| if x.abs() > most.abs() { x } else { most });
        direction.iter_mut().for_each(|x| *x *= longest.signum());
    }
    found
}

/// Makes directions of length 1 and at right angles (Gram and Schmidt); zeros where nothing is left.
fn straighten(directions: &mut [Vec<f64>]) {
    for place in 0..directions.len() {
        let (before, own) = directions.split_at_mut(place);
        let own = &mut own[0];
        let whole = dot(own, own).sqrt();
        for other in before {
            let along = dot(own, other);
            own.iter_mut().zip(other).for_each(|(x, y)| *x -= along * *y);
        }
        let length = dot(own, own).sqrt();
        let scale = if length > 1e-12 * whole { 1.0 / length } else { 0.0 };
        own.iter_mut().for_each(|x| *x *= scale);
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(x, y)| x * y).sum()
}

/// Points in groups around centres.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    /// Numbers in a point.
    pub width: usize,
    /// Centres × width.
    pub centres: Vec<f32>,
    /// The centre of each point; the first, where two are equally near.
    pub of: Vec<u32>,
}

impl Clusters {
    /// Clusters of points by k-means (Lloyd 1982), begun as k-means++ begins (Arthur and Vassilvitskii 2007): the best of
    /// ten starts. There are fewer than `count` where there are fewer different points.
    pub fn of(points: &[f32], width: usize, count: usize, seed: u64) -> Self {
        let starts = (0..STARTS as u64).map(|start| {
            let centres = plus_plus(points, width, count, &mut draw(seed, "clusters", start));
            lloyd(points, width, centres)
        });
        let better = |best: (Clusters, f64), next: (Clusters, f64)| if next.1 < best.1 { next } else { best };
        starts.reduce(better).map_or_else(|| Clusters { width, centres: Vec::new(), of: Vec::new() }, |(best, _)| best)
    }

    fn closest(&self, point: &[f32]) -> u32 {
        let by_distance = self.centres.chunks_exact(self.width).zip(0..).map(|(centre, id)| (apart(point, centre), id));
        by_distance.min_by(|one, other| one.0.total_cmp(&other.0)).map_or(0, |(_, id)| id)
    }

    /// The centres that are nearest to a point, the nearest first; so many, or all.
    pub fn nearest(&self, point: &[f32], count: usize) -> Vec<u32> {
        let mut by_distance: Vec<(f32, u32)> =
            self.centres.chunks_exact(self.width).zip(0..).map(|(centre, id)| (apart(point, centre), id)).collect();
        by_distance.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        by_distance.into_iter().take(count).map(|(_, id)| id).collect()
    }
}

/// The square of a distance.
fn apart(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(x, y)| (x - y) * (x - y)).sum()
}

/// Points drawn as first centres, each with a chance that grows with the square of its distance from those before.
fn plus_plus(points: &[f32], width: usize, count: usize, draw: &mut Draw) -> Vec<f32> {
    let rows = points.len() / width;
    let mut centres: Vec<f32> = Vec::new();
    let mut left = vec![f32::MAX; rows];
    while centres.len() < count * width && rows > 0 {
        let total: f64 = left.iter().map(|x| f64::from(*x)).sum();
        let next = if centres.is_empty() { draw.below(rows) } else { weighted(&left, f64::from(draw.unit()) * total) };
        if left[next] == 0.0 {
            break;
        }
        let centre = &points[next * width..][..width];
        left.iter_mut()
            .zip(points.chunks_exact(width))
            .for_each(|(left, point)| *left = left.min(apart(point, centre)));
        centres.extend_from_slice(centre);
    }
    centres
}

/// The place at which a running sum passes a target.
fn weighted(weights: &[f32], target: f64) -> usize {
    let mut sum = 0.0;
    let passes = |weight: &f32| {
        sum += f64::from(*weight);
        sum > target
    };
    weights.iter().position(passes).unwrap_or(0)
}

/// Moves centres to the means of their points until no point changes sides; says the sum of squares too.
fn lloyd(points: &[f32], width: usize, centres: Vec<f32>) -> (Clusters, f64) {
    let mut found = Clusters { width, centres, of: Vec::new() };
    for _ in 0..LLOYD {
        let side = |point: &[f32]| found.closest(point);
        let of: Vec<u32> = points.par_chunks_exact(width).map(side).collect();
        if of == found.of {
            break;
        }
        found.of = of;
        let mut sums = vec![0f64; found.centres.len()];
        let mut counts = vec![0f64; sums.len() / width];
        for (point, &id) in points.chunks_exact(width).zip(&found.of) {
            counts[id as usize] += 1.0;
            sums[id as usize * width..][..width].iter_mut().zip(point).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        // A centre that has lost its points stays.
        for (place, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0.0) {
            let own = place * width..(place + 1) * width;
            found.centres[own.clone()].iter_mut().zip(&sums[own]).for_each(|(c, sum)| *c = (sum / count) as f32);
        }
    }
    let own = |(point, id): (&[f32], &u32)| apart(point, &found.centres[*id as usize * width..][..width]);
    let squares = points.chunks_exact(width).zip(&found.of).map(|pair| f64::from(own(pair))).sum();
    (found, squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(rows: &[f32], width: usize, components: usize) -> Vec<f32> {
        PrincipalAxes::of(rows, width, components, 1_000).along(rows)
    }

    /// Points around four corners, far along the first direction, less far along the second.
    fn corners() -> Vec<f32> {
        let mut draw = draw(1, "corners", 0);
        let corner = |place: usize| {
            [if place.is_multiple_of(2) { 9.0 } else { -9.0 }, if place % 4 < 2 { 4.0 } else { -4.0 }, 0.0]
        };
        (0..80).flat_map(|place| corner(place).map(|x: f32| x + 0.1 * draw.normal())).collect()
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
    fn clusters_are_the_corners_whatever_the_seed() {
        let points = corners();
        for seed in 0..5 {
            let found = Clusters::of(&points, 3, 4, seed);
            assert!((4..80).all(|place| found.of[place] == found.of[place % 4]), "{:?}", found.of);
            assert_eq!(found.nearest(&[9.0, 4.0, 0.0], 1), [found.of[0]]);
            // The corner across is the farthest.
            assert_eq!(found.nearest(&[9.0, 4.0, 0.0], 9)[3], found.of[3]);
        }
    }

    #[test]
    fn one_seed_gives_one_result_on_any_number_of_threads() {
        let rows = draw(2, "rows", 0).normals(500 * 24, 1.0);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Clusters::of(&principal(&rows, 24, 3), 3, 7, 1))
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn there_are_no_more_clusters_than_different_points() {
        let found = Clusters::of(&[1.0, 1.0, 5.0, 5.0, 1.0], 1, 4, 1);
        assert_eq!(found.centres.len(), 2);
        assert_eq!(Clusters::of(&[], 2, 3, 1).of, [0u32; 0]);
    }
}
