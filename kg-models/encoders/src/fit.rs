//! Maps whose ridge is chosen on rows kept back. In: rows, what they should become, and others to check by. Out: the map, and
//! how near it comes. Never: a choice on what a map was fitted to.

use crate::linear_map::{LinearMap, Moments};
use crate::neighbours::mean_cosine;
use kgloom_numerics::Error;
use kgloom_numerics::passes::unit;
use rayon::prelude::*;

/// The usual share of the mean diagonal that is added to it.
pub const RIDGE: f64 = 1e-3;
/// Shares that are tried beside it.
const OTHERS: [f64; 3] = [1e-4, 1e-2, 1e-1];
/// By how much more cosine another share must come nearer to be taken.
const BETTER: f64 = 1e-3;

/// Pairs of rows: what goes in, and what should come out.
#[derive(Clone, Copy, Debug)]
pub struct Pairs<'a> {
    /// Rows × inputs.
    pub from: &'a [f32],
    /// Rows × outputs.
    pub to: &'a [f32],
}

/// A map, and what was seen of it on rows kept back.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The map.
    pub map: LinearMap,
    /// The share of the mean diagonal that was added to it.
    pub ridge: f64,
    /// The mean cosine of what comes out with what should, on rows kept back.
    pub cosine: f64,
}

/// Fits a ridge regression from rows of `inputs` numbers to rows of `outputs`: λ is 1e-3 of the mean diagonal, unless another
/// power of ten comes nearer on `checks`.
///
/// # Errors
/// When the rows are too few to tell the map.
pub fn ridge((inputs, outputs): (usize, usize), fitted: Pairs<'_>, checks: Pairs<'_>) -> Result<Fitted, Error> {
    let moments = Moments::of((fitted.from, inputs), (fitted.to, outputs));
    let wanted = units(checks.to, outputs);
    let with = |ridge: f64| {
        let map = moments.ridge(ridge)?;
        let cosine = mean_cosine(&map.apply_units(checks.from), &wanted, outputs);
        Ok::<_, Error>(Fitted { map, ridge, cosine })
    };
    let mut best = with(RIDGE)?;
    for other in OTHERS.par_iter().map(|&ridge| with(ridge)).collect::<Vec<_>>() {
        // One that cannot be solved was not worth trying.
        if let Ok(other) = other
            && other.cosine > best.cosine + BETTER
        {
            best = other;
        }
    }
    Ok(best)
}

/// Rows scaled to length 1.
pub fn units(rows: &[f32], width: usize) -> Vec<f32> {
    let mut rows = rows.to_vec();
    rows.chunks_exact_mut(width).for_each(unit);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    #[test]
    fn few_noisy_rows_take_a_larger_ridge_than_many_clean_ones() {
        let pairs = |rows: usize, noise: f32, stream: u64| {
            let from = draw(1, "from", stream).normals(rows * 20, 1.0);
            let noise = draw(2, "noise", stream).normals(rows * 2, noise);
            let one = |(x, n): (&[f32], &[f32])| [x[0] + x[1] + n[0], x[2] - x[3] + n[1]];
            let to: Vec<f32> = from.chunks(20).zip(noise.chunks(2)).flat_map(one).collect();
            (from, to)
        };
        let of = |rows, noise| {
            let ((from, to), (checks, wanted)) = (pairs(rows, noise, 0), pairs(300, 0.0, 1));
            ridge((20, 2), Pairs { from: &from, to: &to }, Pairs { from: &checks, to: &wanted }).unwrap()
        };
        let (clean, noisy) = (of(1_000, 0.0), of(24, 1.0));
        assert!(clean.ridge == RIDGE && clean.cosine > 0.999, "{} {}", clean.ridge, clean.cosine);
        assert!(noisy.ridge > RIDGE && noisy.cosine < 0.9, "{} {}", noisy.ridge, noisy.cosine);
    }
}
