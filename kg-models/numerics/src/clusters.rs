//! Clusters of vectors: k-means.
//!
//! In: rows of numbers, a seed. Out: centres, who belongs where. Never: a result that depends on the number of threads.

use crate::draw::{Draw, draw};
use rayon::prelude::*;

pub use super::axes::PrincipalAxes;

/// Starts of k-means, of which the best is kept.
const STARTS: usize = 10;
/// The most rounds of a start.
const LLOYD: usize = 300;

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

    /// Points around four corners, far along the first direction, less far along the second.
    fn corners() -> Vec<f32> {
        let mut draw = draw(1, "corners", 0);
        let corner = |place: usize| {
            [if place.is_multiple_of(2) { 9.0 } else { -9.0 }, if place % 4 < 2 { 4.0 } else { -4.0 }, 0.0]
        };
        (0..80).flat_map(|place| corner(place).map(|x: f32| x + 0.1 * draw.normal())).collect()
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
            pool.install(|| Clusters::of(&PrincipalAxes::of(&rows, 24, 3, 1_000).along(&rows), 3, 7, 1))
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
