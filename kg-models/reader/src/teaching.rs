//! Relations learnt from a few examples: the mean of where they stand among pairs (Snell et al. 2017), to which the
//! relation's label counts as an example or two; the probability by Platt scaling (1999) of what each example scores by the
//! others alone.
//!
//! In: the places of pairs, which of them are examples of what. Out: a vector and an offset for each relation, and how well
//! its examples tell each other. Never: a choice made on texts that are to be read.

use super::pair_space::PairSpace;
use super::relations::EMBEDDING_WIDTH;
use kgloom_numerics::double::{add, dot_of_singles, length};

/// A label counts as so many examples.
const LABEL: f64 = 2.0;
/// Steps of the calibration, at the most.
const STEPS: usize = 100;

/// What a relation is taught by.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Its label in the space of labels: [`EMBEDDING_WIDTH`] numbers.
    pub label: Vec<f32>,
    /// Pairs that are examples of it, two or more.
    pub examples: Vec<usize>,
    /// Pairs that may be examples as well, and count neither way.
    pub unsure: Vec<usize>,
}

/// A relation as it was learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Learnt {
    /// What pairs are multiplied with where they stand: [`EMBEDDING_WIDTH`] numbers.
    pub vector: Vec<f32>,
    /// What is added to that; the sum is the logit of the relation's probability.
    pub offset: f32,
    /// How many of the examples the others tell, each by those alone.
    pub found: usize,
    /// How many of the other pairs are told.
    pub told: usize,
}

/// Learns relations from the places of pairs (pairs × [`EMBEDDING_WIDTH`]), all of which are background but a relation's own
/// examples; `None` where the pairs are too few to lie in all directions.
pub fn learn(places: &[f32], lessons: &[Lesson]) -> Option<(PairSpace, Vec<Learnt>)> {
    let (space, spread) = PairSpace::of(places)?;
    let pairs = space.place(places);
    let learn = |lesson: &Lesson| {
        let Lesson { label, examples, .. } = lesson;
        let row = |pair: &usize| pairs[pair * EMBEDDING_WIDTH..][..EMBEDDING_WIDTH].iter().map(|x| f64::from(*x));
        let mut sum: Vec<f64> = space.label(label, &spread).iter().map(|x| LABEL * f64::from(*x)).collect();
        examples.iter().for_each(|pair| add(&mut sum, &row(pair).collect::<Vec<f64>>(), 1.0));
        Relation { lesson, sum, pairs: &pairs }.learn()
    };
    let learnt = lessons.iter().map(learn).collect();
    Some((space, learnt))
}

/// A relation that is being learnt.
struct Relation<'a> {
    lesson: &'a Lesson,
    /// Where the examples and the label stand, summed.
    sum: Vec<f64>,
    /// All pairs.
    pairs: &'a [f32],
}

impl Relation<'_> {
    fn learn(&self) -> Learnt {
        let Lesson { examples, unsure, .. } = self.lesson;
        let whole = self.direction(None);
        let score = |direction: &[f32], pair: usize| dot_of_singles(direction, self.pair(pair));
        let background =
            (0..self.pairs.len() / EMBEDDING_WIDTH).filter(|pair| !examples.contains(pair) && !unsure.contains(pair));
        let others: Vec<f64> = background.map(|pair| score(&whole, pair)).collect();
        let held: Vec<f64> = examples.iter().map(|&pair| score(&self.direction(Some(pair)), pair)).collect();
        let (slope, bias) = calibrate(&held, &others);
        let count = |scores: &[f64]| scores.iter().filter(|score| slope * *score + bias >= 0.0).count();
        Learnt {
            vector: whole.iter().map(|x| slope as f32 * x).collect(),
            offset: bias as f32,
            found: count(&held),
            told: count(&others),
        }
    }

    fn pair(&self, pair: usize) -> &[f32] {
        &self.pairs[pair * EMBEDDING_WIDTH..][..EMBEDDING_WIDTH]
    }

    /// Where the label and the examples, but for one, say that the relation lies: of length 1.
    fn direction(&self, but: Option<usize>) -> Vec<f32> {
        let mut sum = self.sum.clone();
        if let Some(pair) = but {
            sum.iter_mut().zip(self.pair(pair)).for_each(|(sum, x)| *sum -= f64::from(*x));
        }
        let length = length(&sum).max(f64::MIN_POSITIVE);
        sum.iter().map(|x| (x / length) as f32).collect()
    }
}

/// Slope and bias of the log odds that a score is of an example, by Newton's method: the lowest of the log loss and ½ slope²,
/// scores in standard deviations of the others'.
fn calibrate(examples: &[f64], others: &[f64]) -> (f64, f64) {
    let count = others.len().max(1) as f64;
    let mean = others.iter().sum::<f64>() / count;
    let spread = (others.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count).sqrt().max(f64::MIN_POSITIVE);
    let scores = examples.iter().map(|x| (x, 1.0)).chain(others.iter().map(|x| (x, 0.0)));
    let scores: Vec<(f64, f64)> = scores.map(|(x, right)| ((x - mean) / spread, right)).collect();
    let (mut slope, mut bias) = (1.0f64, -(count / examples.len().max(1) as f64).ln());
    for _ in 0..STEPS {
        let (mut gradient, mut curvature) = ([slope, 0.0], [1.0, 0.0, f64::MIN_POSITIVE]);
        for &(x, right) in &scores {
            let chance = 1.0 / (1.0 + (-(slope * x + bias)).exp());
            let (error, weight) = (chance - right, chance * (1.0 - chance));
            add(&mut gradient, &[x, 1.0], error);
            add(&mut curvature, &[x * x, x, 1.0], weight);
        }
        let [xx, x, one] = curvature;
        let volume = (xx * one - x * x).max(f64::MIN_POSITIVE);
        let step = [(one * gradient[0] - x * gradient[1]) / volume, (xx * gradient[1] - x * gradient[0]) / volume];
        // Far from the lowest place the curvature says little.
        let [along, up] = step.map(|step| step.clamp(-1.0, 1.0));
        (slope, bias) = (slope - along, bias - up);
        if along.abs().max(up.abs()) < 1e-9 {
            break;
        }
    }
    let slope = slope.max(0.0) / spread;
    (slope, bias - slope * mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    /// Pairs around nothing, and a few that lie in a direction of their own.
    fn places(count: usize, apart: f32) -> (Vec<f32>, Vec<usize>) {
        let mut rows = draw(3, "pairs", 0).normals(count * EMBEDDING_WIDTH, 1.0);
        let examples: Vec<usize> = (0..8).map(|place| place * 37 + 5).collect();
        for &example in &examples {
            (0..6).for_each(|place| rows[example * EMBEDDING_WIDTH + place] += apart);
        }
        (rows, examples)
    }

    /// The logit of each pair.
    fn logits(learnt: &(PairSpace, Vec<Learnt>), places: &[f32]) -> Vec<f32> {
        let (space, learnt) = (&learnt.0, &learnt.1[0]);
        let logit = |pair: &[f32]| dot_of_singles(&learnt.vector, pair) as f32 + learnt.offset;
        space.place(places).chunks_exact(EMBEDDING_WIDTH).map(logit).collect()
    }

    /// How many others lie before the last of the examples that were kept back.
    fn before(lesson: Lesson, kept: &[usize], rows: &[f32]) -> usize {
        let examples = lesson.examples.clone();
        let logits = logits(&learn(rows, &[lesson]).unwrap(), rows);
        let least = kept.iter().map(|&pair| logits[pair]).fold(f32::MAX, f32::min);
        let other = |pair: &usize| !examples.contains(pair) && !kept.contains(pair);
        (0..logits.len()).filter(|pair| other(pair) && logits[*pair] >= least).count()
    }

    #[test]
    fn pairs_like_the_examples_are_told_and_others_are_not() {
        let (rows, examples) = places(3_000, 5.0);
        let (taught, kept) = examples.split_at(5);
        let label = vec![0.0; EMBEDDING_WIDTH];
        let lesson = Lesson { label, examples: taught.to_vec(), unsure: kept.to_vec() };
        let learnt = learn(&rows, std::slice::from_ref(&lesson)).unwrap().1.remove(0);
        assert!(learnt.found >= 4 && learnt.told <= 1, "{} {}", learnt.found, learnt.told);
        assert!(before(lesson, kept, &rows) <= 3);
    }

    #[test]
    fn examples_that_share_nothing_tell_nothing() {
        let (rows, examples) = places(3_000, 0.0);
        let lesson = Lesson { label: vec![0.0; EMBEDDING_WIDTH], examples, unsure: Vec::new() };
        let learnt = learn(&rows, &[lesson]).unwrap().1.remove(0);
        assert_eq!((learnt.found, learnt.told), (0, 0));
    }

    #[test]
    fn a_label_that_says_the_same_helps() {
        let (rows, examples) = places(3_000, 2.5);
        let found = |strength: f32| {
            let label = (0..EMBEDDING_WIDTH).map(|place| if place < 6 { strength } else { 0.0 }).collect();
            let (taught, kept) = examples.split_at(3);
            before(Lesson { label, examples: taught.to_vec(), unsure: kept.to_vec() }, kept, &rows)
        };
        assert!(found(2.0) < found(0.0), "{} {}", found(2.0), found(0.0));
    }

    #[test]
    fn a_probability_is_the_share_of_examples_among_what_scores_alike() {
        let mut draw = draw(5, "scores", 0);
        let others: Vec<f64> = (0..4_000).map(|_| f64::from(draw.normal())).collect();
        let examples: Vec<f64> = (0..400).map(|_| f64::from(draw.normal()) + 2.0).collect();
        let (slope, bias) = calibrate(&examples, &others);
        // The log odds of two normal distributions at 1, one of them ten times as large.
        assert!((slope - 2.0).abs() < 0.2 && (slope + bias + 10f64.ln()).abs() < 0.2, "{slope} {bias}");
    }
}
