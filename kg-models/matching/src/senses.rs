//! The senses of a name. In: a vector for each context it stands in. Out: how many senses, and the sense of each context.
//! Never: a random number without a seed, or a number of senses that is set by hand.

use kgloom_numerics::double::{add, dot, length, unit};
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::vectors::TextVectors;
use std::f64::consts::TAU;

/// Starts of a mixture, of which the likeliest is kept.
const STARTS: u64 = 10;
/// The most rounds of a start.
const ROUNDS: usize = 200;
/// The gain, as a share of the likelihood's logarithm, at which a start ends.
const SETTLED: f64 = 1e-7;
/// The longest that a mean of directions is taken to be: where all are one direction, the concentration has no end.
const LONGEST: f64 = 0.999;

/// A mixture of von Mises-Fisher distributions with one concentration (Banerjee et al. 2005), found by EM.
#[derive(Clone, Debug, PartialEq)]
pub struct Senses {
    /// By context: its sense.
    pub of: Vec<u32>,
    /// By sense: the share of contexts that it has.
    pub shares: Vec<f64>,
    /// By sense: its direction, of length 1.
    pub directions: Vec<Vec<f64>>,
    /// How near contexts are to the direction of their sense.
    pub concentration: f64,
    /// The logarithm of the likelihood.
    pub likelihood: f64,
}

impl Senses {
    /// The senses of contexts, as many, up to `most`, as the Bayesian information criterion wants (Schwarz 1978), the fewest
    /// where it wants several numbers alike. Contexts are directions: their length is divided out.
    pub fn of(contexts: &TextVectors, most: usize, seed: u64) -> Self {
        let each = (1..=most.max(1)).map(|count| Senses::of_count(contexts, count, seed));
        let better = |best: Senses, next: Senses| {
            if next.criterion() > best.criterion() { next } else { best }
        };
        each.reduce(better).unwrap_or_else(|| Senses::of_count(contexts, 1, seed))
    }

    /// So many senses, or fewer where there are fewer different contexts.
    pub fn of_count(contexts: &TextVectors, count: usize, seed: u64) -> Self {
        let rows: Vec<Vec<f64>> = contexts.values.chunks_exact(contexts.width.max(1)).map(unit).collect();
        let starts = if count > 1 { STARTS } else { 1 };
        let found = (0..starts).map(|start| {
            let directions = begin(&rows, count, &mut draw(seed, "senses", start));
            settle(&rows, contexts.width, directions)
        });
        let better = |best: Senses, next: Senses| if next.likelihood > best.likelihood { next } else { best };
        found.reduce(better).unwrap_or_else(|| settle(&rows, contexts.width, Vec::new()))
    }

    /// How many senses.
    pub fn count(&self) -> usize {
        self.shares.len()
    }

    /// The criterion, the higher the better: half of the Bayesian one, with the sign turned. Free numbers are directions,
    /// shares and the concentration.
    pub fn criterion(&self) -> f64 {
        let (count, width) = (self.count() as f64, self.directions.first().map_or(0, Vec::len) as f64);
        let free = count * (width - 1.0) + count;
        self.likelihood - 0.5 * free * (self.of.len().max(1) as f64).ln()
    }

    /// The sense of another context, with its probability; `None` where there are no senses.
    pub fn nearest(&self, context: &[f32]) -> Option<(u32, f64)> {
        let (logs, all) = self.logs(&unit(context));
        let best = first_of_highest(&logs)?;
        Some((best as u32, (logs[best] - all).exp()))
    }

    /// By sense: the logarithm of its share times the likelihood of a direction, but for what all have in common; and the
    /// logarithm of the sum of them.
    fn logs(&self, row: &[f64]) -> (Vec<f64>, f64) {
        let of = |(share, direction): (&f64, &Vec<f64>)| share.ln() + self.concentration * dot(row, direction);
        let logs: Vec<f64> = self.shares.iter().zip(&self.directions).map(of).collect();
        let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|log| (log - highest).exp()).sum();
        (logs, highest + sum.ln())
    }
}

/// Contexts drawn as first directions, each with a chance that grows with the angle from those before.
fn begin(rows: &[Vec<f64>], count: usize, draw: &mut Draw) -> Vec<Vec<f64>> {
    let mut left = vec![1.0; rows.len()];
    let mut begun: Vec<Vec<f64>> = Vec::new();
    while begun.len() < count && !rows.is_empty() {
        let whole: f64 = left.iter().sum();
        if whole <= 1e-9 {
            break;
        }
        let mut target = f64::from(draw.unit()) * whole;
        let passes = |share: &f64| {
            target -= share;
            target < 0.0
        };
        let next = left.iter().position(passes).unwrap_or(rows.len() - 1);
        for (left, row) in left.iter_mut().zip(rows) {
            let apart = (1.0 - dot(row, &rows[next])).max(0.0);
            *left = if begun.is_empty() { apart } else { left.min(apart) };
        }
        begun.push(rows[next].clone());
    }
    begun
}

/// EM from first directions until it settles.
fn settle(rows: &[Vec<f64>], width: usize, directions: Vec<Vec<f64>>) -> Senses {
    let count = directions.len();
    let shares = vec![1.0 / count.max(1) as f64; count];
    // The first concentration is that of contexts which all go to the nearest of the first directions.
    let nearest = |row: &Vec<f64>| directions.iter().map(|one| dot(row, one)).fold(-1.0, f64::max);
    let mean = rows.iter().map(nearest).sum::<f64>() / rows.len().max(1) as f64;
    let concentration = concentration(mean, width);
    let mut found = Senses { of: Vec::new(), shares, directions, concentration, likelihood: f64::NEG_INFINITY };
    for _ in 0..ROUNDS {
        if count == 0 {
            found.likelihood = 0.0;
            break;
        }
        let mut likelihood = rows.len() as f64 * normaliser(found.concentration, width);
        let mut sums = vec![vec![0.0; width]; count];
        let mut weights = vec![0.0; count];
        let mut of = Vec::with_capacity(rows.len());
        for row in rows {
            let (logs, all) = found.logs(row);
            likelihood += all;
            of.push(first_of_highest(&logs).unwrap_or_default() as u32);
            for ((log, sum), weight) in logs.iter().zip(&mut sums).zip(&mut weights) {
                let part = (log - all).exp();
                *weight += part;
                add(sum, row, part);
            }
        }
        let settled = likelihood - found.likelihood < SETTLED * likelihood.abs();
        (found.of, found.likelihood) = (of, likelihood);
        if settled {
            break;
        }
        let mut lengths = 0.0;
        for (sense, sum) in sums.into_iter().enumerate() {
            let own = length(&sum);
            lengths += own;
            found.shares[sense] = (weights[sense] / rows.len() as f64).max(f64::MIN_POSITIVE);
            // A sense that has lost its contexts keeps its direction.
            if own > 0.0 {
                found.directions[sense] = sum.into_iter().map(|x| x / own).collect();
            }
        }
        found.concentration = self::concentration(lengths / rows.len() as f64, width);
    }
    found
}

/// The concentration at which the mean of directions has this length (Banerjee et al. 2005, formula 4.4).
fn concentration(length: f64, width: usize) -> f64 {
    let (length, width) = (length.clamp(1e-6, LONGEST), width as f64);
    length * (width - length * length) / (1.0 - length * length)
}

/// The logarithm of what a von Mises-Fisher density is multiplied by. The Bessel function in it is taken from the first term
/// of its uniform expansion (Olver 1954), which holds from a few dimensions on.
fn normaliser(concentration: f64, width: usize) -> f64 {
    let width = (width as f64).max(3.0);
    let order = width / 2.0 - 1.0;
    let part = concentration / order;
    let root = (1.0 + part * part).sqrt();
    let bessel = order * (root + (part / (1.0 + root)).ln()) - 0.5 * (TAU * order * root).ln();
    order * concentration.ln() - width / 2.0 * TAU.ln() - bessel
}

fn first_of_highest(values: &[f64]) -> Option<usize> {
    let better = |best: usize, next: usize| if values[next] > values[best] { next } else { best };
    (0..values.len()).reduce(better)
}

#[cfg(test)]
#[path = "senses_tests.rs"]
mod tests;
