//! A score told as a sum over named concepts (as SESA: semantic scores that can be read).
//!
//! In: concepts with vectors, a question, a row. Out: what each concept adds to the score, and the rest. Never: a score that
//! is not the one told: contributions and the rest add up to it.
//!
//! With the concepts as rows of `C`, each of length 1, and `M = (C Cᵀ + λ I)⁻¹`, the ridge projection of a row `x` onto the
//! concepts is `Cᵀ M C x`, and what a question `q` has to do with it is `(C q)ᵀ M (C x)`. Concept i adds half of
//! `(C q)ᵢ (M C x)ᵢ + (M C q)ᵢ (C x)ᵢ`, so that question and row count alike. The rest, `q·x` less their sum, is "other".

use kgloom_numerics::double::{add, dot, unit};
use kgloom_numerics::{Error, linear};

/// The ridge, as a part of the mean square of the concepts' lengths, which is 1: what keeps concepts that say nearly the
/// same from large numbers of opposite signs.
const RIDGE: f64 = 0.01;

/// Named directions, ready to explain scores.
#[derive(Clone, Debug)]
pub struct Concepts {
    names: Vec<String>,
    width: usize,
    /// Concepts × width, each of length 1.
    directions: Vec<f64>,
    /// Concepts × concepts.
    inverse: Vec<f64>,
}

/// Why a score is what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The cosine of question and row.
    pub score: f64,
    /// What each concept adds, the largest by its amount first, ties by name.
    pub contributions: Vec<(String, f64)>,
    /// What no concept tells.
    pub other: f64,
}

impl Concepts {
    /// Concepts by name, each with a vector; a vector of zeros tells nothing.
    ///
    /// # Errors
    /// When vectors differ in width, or hold what is no number.
    pub fn new(concepts: Vec<(String, Vec<f32>)>) -> Result<Self, Error> {
        let (names, width, directions) = directions(concepts)?;
        let count = names.len();
        let product = |place: usize| {
            let (one, other) = (place / count, place % count);
            let ridge = if one == other { RIDGE } else { 0.0 };
            dot(&directions[one * width..][..width], &directions[other * width..][..width]) + ridge
        };
        let square: Vec<f64> = (0..count * count).map(product).collect();
        let identity = (0..count).map(|one| (0..count).map(|other| f64::from(u8::from(one == other))).collect());
        let inverse = linear::solve(square, identity.collect(), count);
        let inverse = inverse.ok_or_else(|| Error::Data {
            name: "concepts".to_owned(),
            reason: "their vectors cannot be told apart, in spite of the ridge".to_owned(),
        })?;
        Ok(Concepts { names, width, directions, inverse: inverse.concat() })
    }

    /// How many concepts.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no concept.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The cosine of a question and a row, by concepts; the vectors need not have length 1.
    ///
    /// # Panics
    /// When a vector has another width than the concepts.
    pub fn explain(&self, question: &[f32], row: &[f32]) -> Explanation {
        let (question, row) = (unit(question), unit(row));
        let score = dot(&question, &row);
        let [(q, weighed_q), (x, weighed_x)] = [&question, &row].map(|vector| self.weights(vector));
        let amounts = (0..self.len()).map(|i| (q[i] * weighed_x[i] + weighed_q[i] * x[i]) / 2.0);
        let mut contributions: Vec<(String, f64)> = self.names.iter().cloned().zip(amounts).collect();
        let other = score - contributions.iter().map(|(_, amount)| amount).sum::<f64>();
        contributions.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()).then_with(|| one.0.cmp(&other.0)));
        Explanation { score, contributions, other }
    }

    /// What the concepts alone know of a question, as a vector `g = Cᵀ M C q`: its product with a row of length 1 is the
    /// score without "other", so that a search by `g` ranks by what can be explained.
    ///
    /// # Panics
    /// When the question has another width than the concepts.
    pub fn explained(&self, question: &[f32]) -> Vec<f32> {
        let (_, weights) = self.weights(&unit(question));
        let mut sum = vec![0f64; self.width];
        for (direction, weight) in self.directions.chunks_exact(self.width.max(1)).zip(weights) {
            add(&mut sum, direction, weight);
        }
        sum.into_iter().map(|x| x as f32).collect()
    }

    /// `C v` and `M C v`.
    fn weights(&self, vector: &[f64]) -> (Vec<f64>, Vec<f64>) {
        assert!(self.is_empty() || vector.len() == self.width, "a vector as wide as the concepts");
        let along: Vec<f64> =
            self.directions.chunks_exact(self.width.max(1)).map(|direction| dot(direction, vector)).collect();
        let weighed = self.inverse.chunks_exact(self.len().max(1)).map(|row| dot(row, &along)).collect();
        (along, weighed)
    }
}

/// The names of concepts, the width of their vectors, and these, one after the other and each of length 1.
pub(crate) fn directions(concepts: Vec<(String, Vec<f32>)>) -> Result<(Vec<String>, usize, Vec<f64>), Error> {
    let width = concepts.first().map_or(0, |(_, vector)| vector.len());
    let (mut names, mut directions) = (Vec::new(), Vec::new());
    for (name, vector) in concepts {
        if vector.len() != width || vector.iter().any(|x| !x.is_finite()) {
            let reason = format!("a vector of {width} numbers is wanted, as the first concept has");
            return Err(Error::Data { name: format!("concept {name}"), reason });
        }
        directions.extend(unit(&vector));
        names.push(name);
    }
    Ok((names, width, directions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    fn concepts(count: usize, width: usize) -> Concepts {
        let vector = |i: usize| draw(1, "concepts", i as u64).normals(width, 2.0);
        Concepts::new((0..count).map(|i| (format!("concept {i}"), vector(i))).collect()).unwrap()
    }

    #[test]
    fn contributions_and_the_rest_add_up_to_the_score() {
        for (count, width) in [(0, 3), (1, 5), (7, 24), (40, 24)] {
            let concepts = concepts(count, width);
            let [question, row] = [1, 2].map(|i| draw(2, "vectors", i).normals(width, 3.0));
            let found = concepts.explain(&question, &row);
            let sum: f64 = found.contributions.iter().map(|(_, amount)| amount).sum();
            let cosine = dot(&unit(&question), &unit(&row));
            assert!((sum + found.other - found.score).abs() < 1e-6 && (found.score - cosine).abs() < 1e-12);
            // The explained score is the product with what is known of the question.
            let known: f64 = concepts.explained(&question).iter().zip(unit(&row)).map(|(g, x)| f64::from(*g) * x).sum();
            assert!(count == 0 || (known - sum).abs() < 1e-6, "{known} {sum}");
            // Question and row count alike.
            let turned = concepts.explain(&row, &question);
            assert!((turned.other - found.other).abs() < 1e-9);
        }
    }

    #[test]
    fn what_concepts_span_is_explained_and_what_they_do_not_is_other() {
        let named = vec![("water".to_owned(), vec![2.0, 0.0, 0.0]), ("trees".to_owned(), vec![0.0, 1.0, 0.0])];
        let concepts = Concepts::new(named).unwrap();
        let found = concepts.explain(&[3.0, 1.0, 0.0], &[5.0, 0.0, 0.0]);
        assert_eq!(found.contributions[0].0, "water");
        assert!((found.contributions[0].1 - found.score / 1.01).abs() < 1e-9 && found.contributions[1].1.abs() < 1e-9);
        let found = concepts.explain(&[0.0, 0.0, 1.0], &[0.0, 0.0, 4.0]);
        assert!((found.other - 1.0).abs() < 1e-9);
        assert!(Concepts::new(vec![("a".to_owned(), vec![1.0]), ("b".to_owned(), vec![])]).is_err());
    }
}
