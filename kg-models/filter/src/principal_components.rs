//! Texts in few whole numbers: the directions in which a snapshot's vectors differ most (principal components).
//!
//! In: vectors of nodes. Out: a matrix of integers, and by it [`TEXT`] integers for each node. Never: a float in what a
//! vector becomes, once it is quantised.

use crate::Error;
use kgloom_numerics::axes::PrincipalAxes;
use kgloom_record::neighbourhood::{LARGEST, Numbers, ONE, TEXT};
use rayon::prelude::*;

/// What stands for 1 in weights.
pub const WEIGHT_ONE: i32 = 1 << 12;
/// What stands for 1 in a context: vectors of bytes are about this long.
pub const CONTEXT_ONE: i32 = 128;
/// Vectors that the directions are learned from, at most.
const LEARNT_FROM: usize = 8192;
/// Rounds of finding the directions; which of the last ones comes first hardly matters.
const ROUNDS: usize = 30;

/// A map from vectors to few numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalComponents {
    /// Numbers in a vector.
    pub width: usize,
    /// What is taken off a quantised vector first.
    pub mean: Vec<i32>,
    /// TEXT × width, times `WEIGHT_ONE`.
    pub directions: Vec<i32>,
}

impl PrincipalComponents {
    /// Learns the directions from every so-manyth vector that is not zero.
    ///
    /// # Errors
    /// When vectors have fewer numbers than are to be kept.
    pub fn fit(vectors: &[f32], width: usize) -> Result<Self, Error> {
        if width < TEXT {
            let reason = format!("vectors of {width} numbers are too short; an encoder with {TEXT} or more is wanted");
            return Err(Error::Unsupported { name: "encoder".to_owned(), reason });
        }
        let rows: Vec<&[f32]> = vectors.chunks_exact(width).filter(|row| row.iter().any(|x| *x != 0.0)).collect();
        let rows: Vec<&[f32]> = rows.iter().step_by(rows.len().div_ceil(LEARNT_FROM).max(1)).copied().collect();
        let PrincipalAxes { mean, directions } = PrincipalAxes::of(&rows.concat(), width, TEXT, ROUNDS);
        let whole = |x: f64, one: i32| (x * f64::from(one)).round() as i32;
        Ok(PrincipalComponents {
            width,
            mean: mean.into_iter().map(|x| whole(x, ONE)).collect(),
            directions: directions.into_iter().flatten().map(|x| whole(x, WEIGHT_ONE)).collect(),
        })
    }

    /// `TEXT` numbers for each vector; zeros for a vector of zeros.
    pub fn quantise(&self, vectors: &[f32]) -> Vec<i16> {
        let one = |vector: &[f32]| -> Vec<i16> {
            let whole: Vec<i32> = vector.iter().map(|x| (x * ONE as f32).round() as i32).collect();
            if vector.iter().all(|x| *x == 0.0) { vec![0; TEXT] } else { self.along(&whole) }
        };
        vectors.par_chunks_exact(self.width).flat_map_iter(one).collect()
    }

    /// `TEXT` numbers for a context of a reader; zeros for one of another length, or of zeros.
    pub fn of_context(&self, context: &[i8]) -> Numbers {
        if context.len() != self.width || context.iter().all(|x| *x == 0) {
            return vec![0; TEXT].into();
        }
        let whole: Vec<i32> = context.iter().map(|x| i32::from(*x) * (ONE / CONTEXT_ONE)).collect();
        self.along(&whole).into()
    }

    /// `TEXT` numbers for a vector of whole numbers, of about length [`ONE`].
    pub fn along(&self, vector: &[i32]) -> Vec<i16> {
        let less: Vec<i64> = vector.iter().zip(&self.mean).map(|(x, mean)| i64::from(x - mean)).collect();
        let largest = i64::from(LARGEST);
        let along = |direction: &[i32]| {
            let sum: i64 = direction.iter().zip(&less).map(|(d, x)| i64::from(*d) * x).sum();
            (sum / i64::from(WEIGHT_ONE)).clamp(-largest, largest) as i16
        };
        self.directions.chunks_exact(self.width).map(along).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;
    use kgloom_numerics::passes::dot;

    #[test]
    fn the_directions_of_most_difference_keep_cosines() {
        let (width, count) = (128, 400);
        let mut random = draw(1, "test", 0);
        let hidden: Vec<Vec<f32>> = (0..8).map(|_| random.normals(width, 1.0)).collect();
        let mut vectors = Vec::new();
        for _ in 0..count {
            let mut row = random.normals(width, 0.02);
            for direction in &hidden {
                let much = random.normal();
                row.iter_mut().zip(direction).for_each(|(x, d)| *x += much * d);
            }
            kgloom_numerics::passes::unit(&mut row);
            vectors.extend(row);
        }
        vectors[..width].fill(0.0);
        let map = PrincipalComponents::fit(&vectors, width).unwrap();
        let whole = map.quantise(&vectors);
        assert!(whole[..TEXT].iter().all(|x| *x == 0));
        let row = |i: usize| whole[i * TEXT..][..TEXT].iter().map(|x| f32::from(*x)).collect::<Vec<f32>>();
        for (a, b) in [(1, 2), (3, 4), (10, 200)] {
            let (x, y) = (&vectors[a * width..][..width], &vectors[b * width..][..width]);
            let got = dot(&row(a), &row(b)) / (dot(&row(a), &row(a)) * dot(&row(b), &row(b))).sqrt();
            assert!((got - dot(x, y)).abs() < 0.05, "{got} {}", dot(x, y));
        }
    }
}
