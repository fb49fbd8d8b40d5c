//! Where an answer lies, told from where the known end lies: a linear map for each relation and side, in closed form.
//!
//! In: unit vectors of entities, links. Out: whitened vectors, maps. Never: an iteration, or an entity of a link that is
//! held out.

use super::lowrank::{lengthen, shorten, slot};
use crate::Error;
use crate::data::set::{Link, Query, Side};
use kgloom_numerics::covariance::{gram, mean};
use kgloom_numerics::kernels;
use kgloom_numerics::linear::{decompose, reduce, solve};
use kgloom_numerics::panels::MatrixView;
use kgloom_numerics::passes::{add, unit};
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;

/// The known ends and answers of links, by relation and side.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    slots: Vec<Vec<(u32, u32)>>,
    /// Answers, with how common each is.
    common: Vec<Vec<(u32, f32)>>,
}

impl Pairs {
    /// The pairs of some links.
    pub fn new(links: &[Link], relations: usize) -> Self {
        let mut slots = vec![Vec::new(); 2 * relations];
        for link in links {
            for side in [Side::Head, Side::Tail] {
                let (question, answer) = link.query(side);
                slots[slot(question)].push((question.anchor, answer));
            }
        }
        let common = slots.iter().map(|pairs: &Vec<(u32, u32)>| {
            let mut answers: Vec<u32> = pairs.iter().map(|(_, answer)| *answer).collect();
            answers.sort_unstable();
            let whole = (pairs.len() as f32).ln_1p();
            answers.chunk_by(|a, b| a == b).map(|same| (same[0], (same.len() as f32).ln_1p() / whole)).collect()
        });
        Pairs { common: common.collect(), slots }
    }

    /// The answers to questions like this one, with how common each is: 0 for never, 1 for always, by logarithms.
    pub fn common(&self, question: Query) -> &[(u32, f32)] {
        &self.common[slot(question)]
    }

    /// The pairs that answer questions like this one.
    pub fn like(&self, question: Query) -> &[(u32, u32)] {
        &self.slots[slot(question)]
    }
}

/// What makes no direction of vectors much longer than another, so that a cosine means the same everywhere: `L⁻¹ (x − μ)`,
/// of length 1, for the Cholesky factor L of the covariance of the entities that training sees, shrunk by `shrinkage`
/// towards a multiple of the identity (Ledoit and Wolf 2004).
#[derive(Clone, Debug, Default)]
pub struct Whitening {
    mean: Vec<f32>,
    /// L⁻¹, row by row.
    inverse: Vec<f32>,
}

impl Whitening {
    /// Learns the covariance of the vectors of entities that are seen.
    ///
    /// # Errors
    /// When there are too few.
    pub fn learn(vectors: &TextVectors, seen: &[bool], shrinkage: f32) -> Result<Self, Error> {
        let width = vectors.width;
        let rows: Vec<f32> = vectors
            .values
            .chunks_exact(width)
            .zip(seen)
            .filter(|(row, seen)| **seen && row.iter().any(|x| *x != 0.0))
            .flat_map(|(row, _)| row.iter().copied())
            .collect();
        let count = rows.len() / width;
        let mean: Vec<f32> = mean(&rows, width).into_iter().map(|m| m as f32).collect();
        let centred: Vec<f32> =
            rows.chunks_exact(width).flat_map(|row| row.iter().zip(&mean).map(|(x, m)| x - m)).collect();
        let covariance = gram(&centred, width);
        let trace: f64 = (0..width).map(|i| f64::from(covariance[i * width + i])).sum::<f64>() / width as f64;
        let keep = f64::from(1.0 - shrinkage);
        let mut factor: Vec<f64> = covariance.iter().map(|x| keep * f64::from(*x)).collect();
        (0..width).for_each(|i| factor[i * width + i] += f64::from(shrinkage) * trace);
        if !decompose(&mut factor, width) {
            return Err(Error::Data {
                name: "texts".to_owned(),
                reason: format!("{count} entities of the training part have a text; too few to tell them apart by"),
            });
        }
        let mut inverse: Vec<Vec<f64>> =
            (0..width).map(|i| (0..width).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        reduce(&factor, &mut inverse, width);
        Ok(Whitening { mean, inverse: inverse.concat().into_iter().map(|x| x as f32).collect() })
    }

    /// The vectors whitened; zeros stay.
    pub fn apply(&self, vectors: &TextVectors) -> TextVectors {
        let width = vectors.width;
        let mut values = self.forward(&vectors.values).0;
        for (row, old) in values.chunks_exact_mut(width).zip(vectors.values.chunks_exact(width)) {
            if old.iter().all(|x| *x == 0.0) {
                row.fill(0.0);
            }
        }
        TextVectors { width, values }
    }

    /// Rows whitened, and what each was divided by.
    pub fn forward(&self, rows: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let width = self.mean.len();
        let centred: Vec<f32> =
            rows.chunks_exact(width).flat_map(|row| row.iter().zip(&self.mean).map(|(x, m)| x - m)).collect();
        let mut white = vec![0f32; rows.len()];
        kernels::product(
            MatrixView::new(&centred, width),
            MatrixView::new(&self.inverse, width).transpose(),
            &mut white,
        );
        let lengths = white.chunks_exact_mut(width).map(shorten).collect();
        (white, lengths)
    }

    /// The way back through [`Whitening::forward`]: from the gradient in whitened rows to that in the rows.
    pub fn backward(&self, mut slopes: Vec<f32>, (white, lengths): (&[f32], &[f32])) -> Vec<f32> {
        let width = self.mean.len();
        for ((slope, row), length) in slopes.chunks_exact_mut(width).zip(white.chunks_exact(width)).zip(lengths) {
            lengthen(slope, row, *length);
        }
        let mut back = vec![0f32; slopes.len()];
        kernels::product(MatrixView::new(&slopes, width), MatrixView::new(&self.inverse, width), &mut back);
        back
    }
}

/// Linear maps with bias from known ends to answers (Hoerl and Kennard 1970), by relation and side.
#[derive(Clone, Debug, Default)]
pub struct Maps {
    /// Each: (width + 1) × width, the bias last; empty where the relation has no links.
    slots: Vec<Vec<f32>>,
}

impl Maps {
    /// Fits a map for each relation and side; `ridge` is what the squares of its numbers cost.
    pub fn fit(pairs: &Pairs, vectors: &TextVectors, ridge: f32) -> Self {
        Maps { slots: pairs.slots.par_iter().map(|pairs| fit(pairs, vectors, f64::from(ridge))).collect() }
    }

    /// Writes where the answer should lie, of length 1; whether anything is known of the relation.
    pub fn predict(&self, question: Query, known: &[f32], to: &mut [f32]) -> bool {
        let map = &self.slots[slot(question)];
        let Some((bias, rows)) = map.len().checked_sub(known.len()).map(|at| (&map[at..], &map[..at])) else {
            return false;
        };
        to.copy_from_slice(bias);
        for (row, x) in rows.chunks_exact(known.len()).zip(known) {
            add(to, row, *x);
        }
        unit(to);
        true
    }
}

fn fit(pairs: &[(u32, u32)], vectors: &TextVectors, ridge: f64) -> Vec<f32> {
    let width = vectors.width;
    if pairs.is_empty() {
        return Vec::new();
    }
    let wide = width + 1; // the last input is 1, and carries the bias
    let row = |entity: u32| &vectors.values[entity as usize * width..][..width];
    let inputs: Vec<f32> = pairs.iter().flat_map(|(known, _)| row(*known).iter().copied().chain([1.0])).collect();
    let outputs: Vec<f32> = pairs.iter().flat_map(|(_, answer)| row(*answer).iter().copied()).collect();
    let mut cross = vec![0f32; wide * width];
    kernels::product(MatrixView::new(&inputs, wide).transpose(), MatrixView::new(&outputs, width), &mut cross);
    let mut gram: Vec<f64> = gram(&inputs, wide).into_iter().map(f64::from).collect();
    (0..width).for_each(|i| gram[i * wide + i] += ridge);
    let cross: Vec<Vec<f64>> =
        cross.chunks_exact(width).map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
    solve(gram, cross, wide).map(|map| map.concat().into_iter().map(|x| x as f32).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    fn vectors(count: usize, width: usize) -> TextVectors {
        let mut values = draw(3, "vectors", 0).normals(count * width, 1.0);
        // One direction is long, and nothing is about it.
        values.chunks_exact_mut(width).for_each(|row| row[0] = 5.0 * row[0] + 8.0);
        values.chunks_exact_mut(width).for_each(unit);
        TextVectors { width, values }
    }

    fn whiten(vectors: &TextVectors) -> TextVectors {
        Whitening::learn(vectors, &[true; 500], 0.01).unwrap().apply(vectors)
    }

    #[test]
    fn whitened_vectors_have_no_long_direction() {
        let white = whiten(&vectors(500, 6));
        let squares = |column: usize| white.values.iter().skip(column).step_by(6).map(|x| x * x).sum::<f32>() / 500.0;
        assert!(
            (0..6).all(|column| (squares(column) - 1.0 / 6.0).abs() < 0.05),
            "{:?}",
            (0..6).map(squares).collect::<Vec<_>>()
        );
        let mut none = vectors(500, 6);
        none.values[6..12].fill(0.0);
        assert_eq!(whiten(&none).values[6..12], [0.0; 6]);
        assert!(Whitening::learn(&none, &[false; 500], 0.01).is_err());
    }

    #[test]
    fn a_map_finds_where_answers_lie() {
        let mut vectors = vectors(200, 6);
        // The second half is the first half turned.
        let (first, second) = vectors.values.split_at_mut(600);
        for (from, to) in first.chunks_exact(6).zip(second.chunks_exact_mut(6)) {
            to.copy_from_slice(&[from[1], from[2], -from[0], from[4], from[3], from[5]]);
        }
        let links: Vec<Link> = (0..90).map(|head| Link { head, relation: 0, tail: head + 100 }).collect();
        let maps = Maps::fit(&Pairs::new(&links, 2), &vectors, 1e-4);
        let row = |entity: usize| &vectors.values[entity * 6..][..6];
        let mut found = [0.0; 6];
        for head in 90..100u32 {
            for (side, known, answer) in [(Side::Tail, head, head + 100), (Side::Head, head + 100, head)] {
                let question = Query { side, relation: 0, anchor: known };
                assert!(maps.predict(question, row(known as usize), &mut found));
                let near: f32 = found.iter().zip(row(answer as usize)).map(|(x, y)| x * y).sum();
                assert!(near > 0.999, "{side:?} {near}");
            }
        }
        assert!(!maps.predict(Query { side: Side::Tail, relation: 1, anchor: 0 }, row(0), &mut found));
    }
}
