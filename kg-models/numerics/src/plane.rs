//! Rows on a plane, so that what is alike lies together: t-SNE.
//!
//! In: rows of numbers, a seed. Out: two numbers a row, and how many neighbours stay. Never: a result that depends on the
//! number of threads, or a start that no seed tells.

use super::axes::Spectrum;
use super::compare::Comparison;
use super::covariance::{Covariance, mean};
use super::draw::draw;
use super::isa::Isa;
use super::kernels;
use super::passes::{Pass, exp, fold_pairs, sum, unit};
use rayon::prelude::*;

/// What keeps most neighbours of the things of a graph of some 500 written documents, among 10, 15, 20, 30, 50 and 100; twice
/// the rounds keep hardly more.
const PERPLEXITY: f32 = 50.0;
const ROUNDS: usize = 1_000;
/// Partial sums of a row, whatever the registers hold.
const LANES: usize = 16;
/// Steps that look for the width of a row's neighbourhood.
const BISECTIONS: usize = 64;
/// How near the bounds of that width are at its end, as a share.
const NARROWEST: f32 = 1e-5;
/// How much longer likenesses pull at first, so that clusters form before they part.
const EXAGGERATION: f32 = 12.0;
/// Rounds in which they do.
const EXAGGERATED: usize = 250;
/// Which share of the last step goes on, at first and then.
const MOMENTUM: [f32; 2] = [0.5, 0.8];
/// The least of what a coordinate's steps are multiplied by.
const LEAST_GAIN: f32 = 0.01;
/// The least length of steps; above it, it is a twelfth of the count (Belkina et al. 2019).
const LEAST_RATE: f32 = 200.0;
/// How far the first axis spreads the rows at first (Kobak and Berens 2019).
const SPREAD: f64 = 1e-4;
/// By how much equal rows are set apart at first, which would else never part.
const APART: f32 = 1e-6;

/// Places on a plane.
pub type Places = Vec<[f32; 2]>;

/// t-SNE (van der Maaten and Hinton, "Visualizing Data using t-SNE", 2008), exact: each row is compared with each, so that
/// time and memory grow with the square of the count (4 bytes a pair). It begins along the first two principal axes, so that
/// what lies far apart says something too (Kobak and Berens, "The art of using t-SNE for single-cell transcriptomics",
/// 2019).
///
/// This is code of our own since the crate bhtsne draws its start from a generator that cannot be seeded: the same rows would
/// give another picture each time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tsne {
    /// How many neighbours a row has, in effect; a third of the rows at most.
    pub perplexity: f32,
    /// Rounds of descent, 250 of them with exaggerated likenesses.
    pub rounds: usize,
    /// From which equal rows are set apart.
    pub seed: u64,
}

impl Default for Tsne {
    fn default() -> Self {
        Tsne { perplexity: PERPLEXITY, rounds: ROUNDS, seed: 1 }
    }
}

impl Tsne {
    /// Lays rows of the given width on a plane, around its origin, by the angles between them: lengths do not count.
    pub fn places(&self, rows: &[f32], width: usize) -> Places {
        let rows = directions(rows, width);
        let count = rows.len() / width.max(1);
        if count < 2 {
            return vec![[0.0; 2]; count];
        }
        let likeness = likeness(&rows, width, self.perplexity.min((count - 1) as f32 / 3.0).max(1.0));
        let [x, y] = self.descend(&likeness, start(&rows, width, self.seed));
        x.into_iter().zip(y).map(|(x, y)| [x, y]).collect()
    }

    /// Gradient descent with momentum and gains.
    fn descend(&self, likeness: &[f32], mut at: [Vec<f32>; 2]) -> [Vec<f32>; 2] {
        let (count, isa) = (at[0].len(), Isa::best());
        let rate = (count as f32 / EXAGGERATION).max(LEAST_RATE);
        let (mut steps, mut gains) = ([vec![0f32; count], vec![0f32; count]], [vec![1f32; count], vec![1f32; count]]);
        for round in 0..self.rounds {
            let exaggerated = round < EXAGGERATED;
            let pull = if exaggerated { EXAGGERATION } else { 1.0 };
            let momentum = MOMENTUM[usize::from(!exaggerated)];
            let of = |row: usize| {
                let mut forces = Forces::default();
                kernels::run(
                    isa,
                    ForcesOn { row, likeness: &likeness[row * count..][..count], at: &at, to: &mut forces },
                );
                forces
            };
            let forces: Vec<Forces> = (0..count).into_par_iter().map(of).collect();
            // Each row is near to itself.
            let near = forces.iter().map(|forces| f64::from(forces.near) - 1.0).sum::<f64>().max(f64::MIN_POSITIVE);
            for axis in 0..2 {
                for (row, forces) in forces.iter().enumerate() {
                    let slope = pull * forces.pull[axis] - (f64::from(forces.push[axis]) / near) as f32;
                    let (step, gain) = (&mut steps[axis][row], &mut gains[axis][row]);
                    let turned = (slope > 0.0) == (*step > 0.0);
                    *gain = if turned { *gain * 0.8 } else { *gain + 0.2 }.max(LEAST_GAIN);
                    *step = momentum * *step - rate * *gain * slope;
                    at[axis][row] += *step;
                }
            }
        }
        for axis in &mut at {
            let mean = (axis.iter().map(|x| f64::from(*x)).sum::<f64>() / count as f64) as f32;
            axis.iter_mut().for_each(|x| *x -= mean);
        }
        at
    }
}

/// The share of the nearest neighbours on the plane, so many of each row, that are among its nearest by angle; where several
/// are as near as the last of those, each will do. 0 for less than two rows.
pub fn preserved(rows: &[f32], width: usize, places: &[[f32; 2]], neighbours: usize) -> f64 {
    let rows = directions(rows, width);
    let neighbours = neighbours.min(places.len().saturating_sub(1));
    if neighbours == 0 {
        return 0.0;
    }
    let kept = |row: usize| {
        let mut apart = squares(&rows, width, row);
        let here = places[row];
        let mut near: Vec<(f32, usize)> = places.iter().map(|other| square(here, *other)).zip(0..).collect();
        near.swap_remove(row);
        near.select_nth_unstable_by(neighbours - 1, |one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let near: Vec<f32> = near[..neighbours].iter().map(|(_, other)| apart[*other]).collect();
        apart.swap_remove(row);
        let (_, last, _) = apart.select_nth_unstable_by(neighbours - 1, f32::total_cmp);
        near.iter().filter(|distance| **distance <= *last).count()
    };
    let kept: usize = (0..places.len()).into_par_iter().map(kept).sum();
    kept as f64 / (neighbours * places.len()) as f64
}

/// The square of a distance.
fn square(one: [f32; 2], other: [f32; 2]) -> f32 {
    (one[0] - other[0]).powi(2) + (one[1] - other[1]).powi(2)
}

/// Rows of length 1.
fn directions(rows: &[f32], width: usize) -> Vec<f32> {
    let mut rows = rows.to_vec();
    rows.chunks_exact_mut(width.max(1)).for_each(unit);
    rows
}

/// The squares of the distances of a row from all.
fn squares(rows: &[f32], width: usize, row: usize) -> Vec<f32> {
    let mut apart = vec![0f32; rows.len() / width];
    kernels::scores(Isa::best(), Comparison::Euclidean, &rows[row * width..][..width], rows, &mut apart);
    apart.iter_mut().for_each(|score| *score *= *score);
    apart
}

/// How alike rows are: count × count, symmetric, zeros for a row with itself; all of it adds up to 1.
fn likeness(rows: &[f32], width: usize, perplexity: f32) -> Vec<f32> {
    let count = rows.len() / width;
    let mut likeness = vec![0f32; count * count];
    likeness.par_chunks_exact_mut(count).enumerate().for_each(|(row, to)| {
        to.copy_from_slice(&squares(rows, width, row));
        kernels::run(Isa::best(), Neighbourhood { row, perplexity, squares: to });
    });
    // As a row sees another, and as it is seen.
    for row in 0..count {
        for other in 0..row {
            let mean = (likeness[row * count + other] + likeness[other * count + row]) / (2 * count) as f32;
            (likeness[row * count + other], likeness[other * count + row]) = (mean, mean);
        }
    }
    likeness
}

/// Makes of a row's squared distances the shares that the others have of what is around it: a bell curve, so wide that its
/// entropy is that of so many equal shares.
struct Neighbourhood<'a> {
    row: usize,
    perplexity: f32,
    squares: &'a mut [f32],
}

impl Pass for Neighbourhood<'_> {
    #[inline(always)]
    fn run(self) {
        let Neighbourhood { row, perplexity, squares } = self;
        // The row itself is infinitely far: it has no share.
        squares[row] = f32::INFINITY;
        let nearest = squares.iter().copied().fold(f32::INFINITY, f32::min);
        squares.iter_mut().for_each(|square| *square -= nearest);
        squares[row] = 0.0;
        let mean = sum(squares) / (squares.len() - 1) as f32;
        let mut shares = vec![0f32; squares.len()];
        let wanted = perplexity.ln();
        let (mut low, mut high) = (0f32, f32::INFINITY);
        let mut narrow = 1.0 / mean.max(f32::MIN_POSITIVE.sqrt());
        for _ in 0..BISECTIONS {
            shares.iter_mut().zip(&*squares).for_each(|(share, square)| *share = exp(-narrow * square));
            shares[row] = 0.0;
            let whole = sum(&shares);
            let entropy = whole.ln() + narrow * fold_pairs(&shares, squares, |share, square| share * square) / whole;
            if entropy > wanted {
                low = narrow;
                narrow = if high.is_finite() { f32::midpoint(low, high) } else { 2.0 * narrow };
            } else {
                high = narrow;
                narrow = f32::midpoint(low, high);
            }
            // Rows that are all alike have no such width.
            if high - low <= NARROWEST * low || narrow > f32::MAX.sqrt() {
                break;
            }
        }
        let whole = sum(&shares);
        squares.iter_mut().zip(&shares).for_each(|(to, share)| *to = share / whole);
    }
}

/// Where rows begin: along their first two principal axes, the first of them as long as [`SPREAD`] says.
fn start(rows: &[f32], width: usize, seed: u64) -> [Vec<f32>; 2] {
    let mean = mean(rows, width);
    let axes = Spectrum::of(&Covariance::of(rows, &mean).matrix, width);
    let length = axes.variances.first().map_or(0.0, |variance| variance.sqrt());
    let scale = if length > 0.0 { SPREAD / length } else { 0.0 };
    let mut draw = draw(seed, "plane", 0);
    let along = |axis: usize| {
        let direction = axes.directions.get(axis);
        let place = |row: &[f32]| {
            let parts = row.iter().zip(&mean).zip(direction.into_iter().flatten());
            parts.map(|((x, mean), d)| (f64::from(*x) - mean) * d).sum::<f64>() * scale
        };
        rows.chunks_exact(width).map(|row| place(row) as f32 + APART * draw.normal()).collect()
    };
    [0, 1].map(along)
}

/// What pulls at a row and pushes it, along both axes.
#[derive(Clone, Copy, Default)]
struct Forces {
    pull: [f32; 2],
    /// Before it is divided by all that is near to anything.
    push: [f32; 2],
    /// How near all are to the row.
    near: f32,
}

/// Finds the forces on one row.
struct ForcesOn<'a> {
    row: usize,
    likeness: &'a [f32],
    at: &'a [Vec<f32>; 2],
    to: &'a mut Forces,
}

impl Pass for ForcesOn<'_> {
    #[inline(always)]
    fn run(self) {
        let ForcesOn { row, likeness, at: [x, y], to } = self;
        let here = [x[row], y[row]];
        let mut lanes = [[0f32; LANES]; 5];
        let mut add = |lane: usize, likeness: f32, x: f32, y: f32| {
            let (x, y) = (here[0] - x, here[1] - y);
            let near = 1.0 / (1.0 + x * x + y * y);
            let (pull, push) = (likeness * near, near * near);
            for (sum, part) in lanes.iter_mut().zip([pull * x, pull * y, push * x, push * y, near]) {
                sum[lane] += part;
            }
        };
        let whole = likeness.len() / LANES * LANES;
        for start in (0..whole).step_by(LANES) {
            let [likeness, x, y] = [likeness, x, y].map(|row| &row[start..][..LANES]);
            (0..LANES).for_each(|lane| add(lane, likeness[lane], x[lane], y[lane]));
        }
        (whole..likeness.len()).for_each(|other| add(other - whole, likeness[other], x[other], y[other]));
        let [pull_x, pull_y, push_x, push_y, near] = lanes.map(|lanes| lanes.iter().sum());
        *to = Forces { pull: [pull_x, pull_y], push: [push_x, push_y], near };
    }
}

#[cfg(test)]
#[path = "plane_tests.rs"]
mod tests;
