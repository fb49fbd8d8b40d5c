//! A question told by few concepts (orthogonal matching pursuit: Pati, Rezaiifar and Krishnaprasad 1993).
//!
//! In: concepts with vectors, a question, rows. Out: the few concepts that together come nearest to the question, each with a
//! weight, and what each adds to a score. Never: more concepts than were asked for; a score that is not the one told.
//!
//! The concept is taken whose direction has most to do with what is not yet told of the question; then the weights of all that
//! were taken are fitted anew by least squares, and what is left is at right angles to them. With the question `q ≈ Σ wᵢ cᵢ`
//! concept i adds `wᵢ cᵢ·x` to the score of a row `x`; the rest is "other". Where `Concepts` spreads a score over all concepts,
//! most of them too little to be read, this one says it in a few that can be.

use crate::Explanation;
use crate::explain::directions;
use kgloom_numerics::double::{add, dot, dot_in_lanes, unit};
use kgloom_numerics::{Error, linear};

/// What is told of a question when nothing that is left has to do with any concept.
const NOTHING: f64 = 1e-6;

/// Named directions, from which few are chosen for each question.
#[derive(Clone, Debug)]
pub struct Dictionary {
    names: Vec<String>,
    width: usize,
    /// Concepts × width, each of length 1.
    directions: Vec<f64>,
}

/// A question as a sum of few concepts.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    question: Vec<f64>,
    /// Names, weights and directions, in the order in which they were taken.
    parts: Vec<(String, f64, Vec<f64>)>,
}

impl Dictionary {
    /// Concepts by name, each with a vector; a vector of zeros tells nothing.
    ///
    /// # Errors
    /// When vectors differ in width, or hold what is no number.
    pub fn new(concepts: Vec<(String, Vec<f32>)>) -> Result<Self, Error> {
        let (names, width, directions) = directions(concepts)?;
        Ok(Dictionary { names, width, directions })
    }

    /// How many concepts.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no concept.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The question, of any length but 0, by at most so many concepts.
    ///
    /// # Panics
    /// When it has another width than the concepts.
    pub fn tell(&self, question: &[f32], most: usize) -> Told {
        assert!(self.is_empty() || question.len() == self.width, "a vector as wide as the concepts");
        let question = unit(question);
        let mut left = question.clone();
        let (mut taken, mut weights): (Vec<&[f64]>, Vec<f64>) = (Vec::new(), Vec::new());
        let mut names = Vec::new();
        while taken.len() < most {
            let Some((place, direction)) = self.nearest(&left) else { break };
            taken.push(direction);
            let Some(fitted) = fit(&taken, &question) else {
                taken.pop();
                break;
            };
            weights = fitted;
            names.push(self.names[place].clone());
            left.clone_from(&question);
            taken.iter().zip(&weights).for_each(|(direction, weight)| add(&mut left, direction, -weight));
        }
        let parts = names.into_iter().zip(weights).zip(taken).map(|((name, weight), at)| (name, weight, at.to_vec()));
        Told { question, parts: parts.collect() }
    }

    /// The concept that has most to do with a vector, the first of equals; none where nothing has to do with it.
    fn nearest(&self, to: &[f64]) -> Option<(usize, &[f64])> {
        let all = self.directions.chunks_exact(self.width.max(1)).enumerate();
        let amounts = all.map(|(place, direction)| (dot_in_lanes(direction, to).abs(), place, direction));
        let best = amounts.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
        best.filter(|(amount, ..)| *amount > NOTHING).map(|(_, place, direction)| (place, direction))
    }
}

/// The weights by which directions come nearest to a vector; none where one of them is a sum of the others.
fn fit(directions: &[&[f64]], to: &[f64]) -> Option<Vec<f64>> {
    let count = directions.len();
    let square = (0..count * count).map(|at| dot(directions[at / count], directions[at % count])).collect();
    let along = directions.iter().map(|direction| vec![dot(direction, to)]).collect();
    Some(linear::solve(square, along, count)?.concat())
}

impl Told {
    /// The concepts with their weights, in the order in which they were taken.
    pub fn parts(&self) -> impl Iterator<Item = (&str, f64)> {
        self.parts.iter().map(|(name, weight, _)| (name.as_str(), *weight))
    }

    /// The sum of the concepts: its product with a row of length 1 is the score without "other".
    pub fn vector(&self) -> Vec<f32> {
        let mut sum = vec![0f64; self.question.len()];
        self.parts.iter().for_each(|(_, weight, direction)| add(&mut sum, direction, *weight));
        sum.into_iter().map(|x| x as f32).collect()
    }

    /// The cosine of the question and a row of any length, by these concepts.
    pub fn explain(&self, row: &[f32]) -> Explanation {
        let row = unit(row);
        let score = dot(&self.question, &row);
        let amounts = self.parts.iter().map(|(name, weight, direction)| (name.clone(), weight * dot(direction, &row)));
        let mut contributions: Vec<(String, f64)> = amounts.collect();
        let other = score - contributions.iter().map(|(_, amount)| amount).sum::<f64>();
        contributions.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()).then_with(|| one.0.cmp(&other.0)));
        Explanation { score, contributions, other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    fn named(vectors: &[&[f32]]) -> Dictionary {
        let concepts = vectors.iter().enumerate().map(|(place, vector)| (format!("concept {place}"), vector.to_vec()));
        Dictionary::new(concepts.collect()).unwrap()
    }

    #[test]
    fn parts_and_the_rest_add_up_to_the_cosine() {
        let row = |place: u64| draw(1, "pursuit", place).normals(24, 2.0);
        let all = Dictionary::new((0..60).map(|place| (format!("concept {place}"), row(place))).collect()).unwrap();
        let (question, x) = (row(100), row(101));
        for most in [0, 1, 5, 40] {
            let told = all.tell(&question, most);
            let found = told.explain(&x);
            let sum: f64 = found.contributions.iter().map(|(_, amount)| amount).sum();
            assert!((sum + found.other - found.score).abs() < 1e-9 && told.parts().count() <= most.min(24));
            assert!((found.score - dot(&unit(&question), &unit(&x))).abs() < 1e-12);
            let known: f64 = told.vector().iter().zip(unit(&x)).map(|(g, x)| f64::from(*g) * x).sum();
            assert!((known - sum).abs() < 1e-6, "{known} {sum}");
        }
        // More concepts than numbers tell all of it.
        assert!(all.tell(&question, 40).explain(&x).other.abs() < 1e-5);
    }

    #[test]
    fn what_is_taken_is_what_the_question_is_made_of() {
        let all = named(&[&[1.0, 0.0, 0.0, 0.0], &[0.0, 2.0, 0.0, 0.0], &[1.0, 1.0, 1.0, 0.0], &[0.0; 4]]);
        let told = all.tell(&[0.0, 3.0, 0.0, 4.0], 3);
        assert_eq!(told.parts().map(|(name, _)| name).collect::<Vec<_>>(), ["concept 1"]);
        assert!((told.parts().next().unwrap().1 - 0.6).abs() < 1e-12);
        let found = told.explain(&[0.0, 1.0, 0.0, 1.0]);
        assert!((found.other - 0.8 / 2f64.sqrt()).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn a_concept_that_stands_twice_is_taken_once() {
        let all = named(&[&[1.0, 0.1], &[1.0, 0.1], &[0.0, 1.0]]);
        let told = all.tell(&[0.8, 0.6], 9);
        assert_eq!(told.parts().map(|(name, _)| name).collect::<Vec<_>>(), ["concept 0", "concept 2"]);
        assert!(named(&[]).is_empty() && named(&[]).tell(&[1.0], 3).parts().count() == 0);
    }
}
