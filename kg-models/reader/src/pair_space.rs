//! The space in which pairs are held against examples: each pair is a direction, with what is usual of pairs taken out, so
//! that one that stands out in every way is no nearer to anything (whitening, then length 1).
//!
//! In: the places of many pairs in the space of labels. Out: where pairs and labels stand in this one. Never: a pair that says
//! what another one's place is.

use kgloom_numerics::covariance::{Covariance, mean};
use kgloom_numerics::double::dot_in_lanes;
use kgloom_numerics::linear::{decompose, solve};
use kgloom_numerics::matrix::multiply;

/// The width of the space in which pairs and labels are compared.
pub const EMBEDDING_WIDTH: usize = 192;

/// The same, in short.
const WIDTH: usize = EMBEDDING_WIDTH;

/// What is taken out of the places of pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct PairSpace {
    /// The mean of pairs: [`EMBEDDING_WIDTH`] numbers.
    pub middle: Vec<f32>,
    /// [`EMBEDDING_WIDTH`] × [`EMBEDDING_WIDTH`]: what turns pairs, less their mean, into rows that vary alike in all directions.
    pub turn: Vec<f32>,
}

/// How pairs lie, beside the space that follows from it.
pub struct Spread {
    /// The covariance of pairs, shrunk as far as it cannot be trusted.
    covariance: Vec<f64>,
}

impl PairSpace {
    /// The space of pairs × [`EMBEDDING_WIDTH`], and how these lie; `None` where they do not lie in all directions.
    pub fn of(places: &[f32]) -> Option<(PairSpace, Spread)> {
        let middle = mean(places, WIDTH);
        let Covariance { matrix, shrinkage } = Covariance::of(places, &middle);
        let shrinkage = f64::from(shrinkage);
        let mut covariance: Vec<f64> = matrix.into_iter().map(f64::from).collect();
        let variance = (0..WIDTH).map(|i| covariance[i * WIDTH + i]).sum::<f64>() / WIDTH as f64;
        covariance.iter_mut().for_each(|x| *x *= 1.0 - shrinkage);
        (0..WIDTH).for_each(|i| covariance[i * WIDTH + i] += shrinkage * variance);
        let even = |i: usize| (0..WIDTH).map(|j| f64::from(u8::from(i == j))).collect();
        let mut inverse = solve(covariance.clone(), (0..WIDTH).map(even).collect(), WIDTH)?.concat();
        // The inverse is R Rᵀ: what is multiplied with R varies alike in all directions.
        if !decompose(&mut inverse, WIDTH) {
            return None;
        }
        let lower = |place: usize| if place % WIDTH <= place / WIDTH { inverse[place] as f32 } else { 0.0 };
        let turn = (0..WIDTH * WIDTH).map(lower).collect();
        Some((PairSpace { middle: middle.iter().map(|x| *x as f32).collect(), turn }, Spread { covariance }))
    }

    /// Where pairs stand: pairs × [`EMBEDDING_WIDTH`], each of length 1.
    pub fn place(&self, places: &[f32]) -> Vec<f32> {
        let apart = |place: &[f32]| place.iter().zip(&self.middle).map(|(x, middle)| x - middle).collect::<Vec<f32>>();
        self.turned(&places.chunks_exact(WIDTH).flat_map(apart).collect::<Vec<f32>>())
    }

    /// Where a relation stands by its label in the space of labels: where pairs would lie on average of which the label is
    /// the best linear judge.
    pub fn label(&self, label: &[f32], spread: &Spread) -> Vec<f32> {
        let label: Vec<f64> = label.iter().map(|x| f64::from(*x)).collect();
        let rows = spread.covariance.chunks_exact(WIDTH);
        self.turned(&rows.map(|row| dot_in_lanes(row, &label) as f32).collect::<Vec<f32>>())
    }

    fn turned(&self, apart: &[f32]) -> Vec<f32> {
        let mut rows = multiply(apart, &self.turn, (WIDTH, WIDTH));
        for row in rows.chunks_exact_mut(WIDTH) {
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            row.iter_mut().for_each(|x| *x /= length);
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::double::dot_of_singles;
    use kgloom_numerics::draw::draw;

    #[test]
    fn directions_of_pairs_are_spread_evenly_and_a_label_stands_where_its_pairs_are() {
        let mut rows = draw(4, "pairs", 0).normals(4_000 * WIDTH, 1.0);
        // One direction in which pairs differ much, and a mean.
        rows.chunks_exact_mut(WIDTH).for_each(|row| row[3] = 9.0 * row[3] + 2.0);
        let (space, spread) = PairSpace::of(&rows).unwrap();
        let placed = space.place(&rows);
        let share = |place: usize| placed.chunks_exact(WIDTH).map(|row| row[place] * row[place]).sum::<f32>() / 4_000.0;
        assert!((share(3) * WIDTH as f32 - 1.0).abs() < 0.1 && (share(8) * WIDTH as f32 - 1.0).abs() < 0.1);
        // Pairs that a label judges highly lie, on average, where it stands.
        let label: Vec<f32> = (0..WIDTH).map(|place| if place == 3 || place == 8 { 0.2 } else { 0.0 }).collect();
        let stands = space.label(&label, &spread);
        let mut by_label: Vec<usize> = (0..4_000).collect();
        by_label.sort_by(|one, other| {
            let judged = |pair: usize| dot_of_singles(&label, &rows[pair * WIDTH..][..WIDTH]);
            judged(*other).total_cmp(&judged(*one))
        });
        let mut sum = vec![0f64; WIDTH];
        for &pair in &by_label[..200] {
            sum.iter_mut().zip(&placed[pair * WIDTH..][..WIDTH]).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        let length = dot_in_lanes(&sum, &sum).sqrt();
        let cosine = sum.iter().zip(&stands).map(|(x, y)| x * f64::from(*y)).sum::<f64>() / length;
        assert!(cosine > 0.8, "{cosine}");
    }
}
