//! A typer from a lesson.
//!
//! In: classes, examples, items without a class that prototypes are moved to. Out: a [`Typer`]. Never: a probability or
//! threshold that rests on an item the judgement had learnt from.

use crate::Error;
use crate::calibrate::{Calibration, threshold};
use crate::classes::{Examples, Lesson};
use crate::measure::Measured;
use crate::model::{Card, ToldClass, ToldExample, Typer, stated};
use crate::neighbours::{nearest, votes};
use crate::opinions::{Opinions, Weights};
use crate::prototypes::{Gather, Prototypes};
use crate::regression::{Regression, WEIGHT};
use crate::smooth::Smoothing;
use kgloom_numerics::draw::draw;
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Parts that examples are held back in, one after the other.
const FOLDS: usize = 5;
/// Examples up to which each is held back alone.
const EACH: usize = 100;
/// The precisions, in hundredths, that thresholds are looked for.
const PRECISIONS: [u8; 11] = [50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 99];

/// How a typer is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TypeTraining {
    /// Which items a prototype is moved to.
    pub gather: Gather,
    /// How often.
    pub rounds: usize,
    /// Examples that vote.
    pub neighbours: usize,
    /// What examples weigh against the penalty of the regression.
    pub weight: f64,
    /// How the vectors were smoothed, for the card.
    pub smoothing: Option<Smoothing>,
    /// Seed of the order in which examples are held back.
    pub seed: u64,
}

impl Default for TypeTraining {
    fn default() -> Self {
        TypeTraining { gather: Gather::USUAL, rounds: 1, neighbours: 10, weight: WEIGHT, smoothing: None, seed: 1 }
    }
}

/// Makes a typer of a lesson; `items` have no class, and prototypes are moved to them; `encoder` is the id of what made all
/// vectors. Where there are examples, each is judged once by what was learnt without it: how much prototypes, regression and
/// neighbours count, what a score means and from which on it holds a precision, follows from that.
///
/// # Errors
/// When the lesson is not whole.
pub fn train_types(
    lesson: &Lesson,
    items: &TextVectors,
    encoder: &str,
    training: TypeTraining,
) -> Result<Typer, Error> {
    lesson.check()?;
    let first = first_prototypes(lesson);
    let held = held_back(lesson, training);
    // Where items move prototypes the wrong way, they stay; without examples nobody can tell.
    let tries = [first.moved(items, training.gather, training.rounds), first].map(|prototypes| {
        let judged: Vec<(Opinions, &[u32])> = held.iter().map(|held| held.judged(lesson, &prototypes)).collect();
        let (weights, likelihood) = Weights::choose(&judged);
        (prototypes, judged, weights, likelihood)
    });
    let [moved, unmoved] = tries;
    let (prototypes, judged, weights, _) = if unmoved.3 > moved.3 { unmoved } else { moved };
    let scored: Vec<(Vec<f32>, &[u32])> =
        judged.iter().map(|(opinions, right)| (opinions.pooled(weights), *right)).collect();
    let calibration = Calibration::fit(&pairs(&scored));
    let probable: Vec<(Vec<f32>, &[u32])> = scored
        .iter()
        .map(|(scores, right)| (scores.iter().map(|score| calibration.probability(*score)).collect(), *right))
        .collect();
    let of_pairs = pairs(&probable);
    let thresholds: BTreeMap<u8, f32> = PRECISIONS
        .into_iter()
        .filter_map(|precision| Some((precision, threshold(&of_pairs, f64::from(precision) / 100.0)?)))
        .collect();
    let all = lesson.examples.clone().and(&lesson.written);
    let card = Card {
        encoder: encoder.to_owned(),
        width: lesson.width(),
        several: lesson.several,
        smoothing: training.smoothing,
        classes: lesson.classes.iter().map(told_class).collect(),
        examples: all
            .names
            .iter()
            .zip(&all.classes)
            .map(|(name, classes)| ToldExample { name: name.clone(), classes: classes.clone() })
            .collect(),
        neighbours: training.neighbours,
        weights,
        judged: judged.len(),
        calibration,
        thresholds,
        told_from: told_from(&probable),
    };
    let words = lesson.classes.iter().flat_map(|class| std::iter::once(&class.label).chain(&class.keywords));
    let words = words.flat_map(|word| word.vector.iter().copied()).collect();
    Ok(Typer {
        words: TextVectors { width: lesson.width(), values: words },
        regression: Regression::fit(&whole_width(&all, lesson.width()), lesson.classes.len(), training.weight),
        prototypes,
        examples: TextVectors { width: lesson.width(), values: all.vectors.values },
        card,
    })
}

/// The means of written examples, or of keywords where a class has none.
fn first_prototypes(lesson: &Lesson) -> Prototypes {
    let mut found = Prototypes::keywords(&lesson.classes);
    let width = found.vectors.width;
    let written = Prototypes::examples(&whole_width(&lesson.written, width), lesson.classes.len());
    for (own, written) in found.vectors.values.chunks_mut(width.max(1)).zip(written.vectors.values.chunks(width.max(1)))
    {
        if written.iter().any(|x| *x != 0.0) {
            own.copy_from_slice(written);
        }
    }
    found
}

/// Examples that know their width even where there are none.
fn whole_width(examples: &Examples, width: usize) -> Examples {
    let mut examples = examples.clone();
    examples.vectors.width = width;
    examples
}

fn told_class(class: &crate::classes::Class) -> ToldClass {
    let words = std::iter::once(&class.label).chain(&class.keywords).map(|word| word.text.clone()).collect();
    ToldClass { name: class.name.clone(), words }
}

/// What is said of an example by what was learnt without it.
struct Held {
    example: u32,
    regression: Vec<f32>,
    votes: Vec<f32>,
}

impl Held {
    /// The same with what prototypes say, and the classes that are right.
    fn judged<'a>(&self, lesson: &'a Lesson, prototypes: &Prototypes) -> (Opinions, &'a [u32]) {
        let similarities = prototypes.similarities(lesson.examples.vectors.row(self.example));
        let right = &lesson.examples.classes[self.example as usize];
        (Opinions::new(similarities, &self.regression, &self.votes), right)
    }
}

/// Examples held back in turns. One is not judged where it is the only one of its classes: what is learnt without it does
/// not know them.
fn held_back(lesson: &Lesson, training: TypeTraining) -> Vec<Held> {
    let (examples, count) = (&lesson.examples, lesson.classes.len());
    let mut order: Vec<u32> = (0..examples.len() as u32).collect();
    draw(training.seed, "examples held back", 0).shuffle(&mut order);
    let turns = if examples.len() <= EACH { examples.len() } else { FOLDS };
    let of_turn = |turn: usize| -> Vec<Held> {
        let (held, kept): (Vec<_>, Vec<_>) = order.iter().enumerate().partition(|(place, _)| place % turns == turn);
        let kept: Vec<u32> = kept.into_iter().map(|(_, example)| *example).collect();
        let learnt = whole_width(&examples.some(&kept).and(&lesson.written), lesson.width());
        let known: BTreeSet<u32> = learnt.classes.iter().flatten().copied().collect();
        let held = held.into_iter().map(|(_, example)| *example);
        let held: Vec<u32> = held
            .filter(|example| examples.classes[*example as usize].iter().any(|class| known.contains(class)))
            .collect();
        if held.is_empty() {
            return Vec::new();
        }
        let regression = Regression::fit(&learnt, count, training.weight);
        let judge = |example: u32| {
            let item = examples.vectors.row(example);
            let near = nearest(&learnt.vectors, item, training.neighbours, None);
            let votes = votes(&near, |place| &learnt.classes[place as usize], count);
            Held { example, regression: regression.probabilities(item), votes }
        };
        held.into_iter().map(judge).collect()
    };
    let mut found: Vec<Held> = (0..turns).into_par_iter().flat_map_iter(of_turn).collect();
    found.sort_by_key(|held| held.example);
    found
}

/// Each class of each item: its number, and whether it is right.
fn pairs(scored: &[(Vec<f32>, &[u32])]) -> Vec<(f32, bool)> {
    let of = |(scores, right): &(Vec<f32>, &[u32])| -> Vec<(f32, bool)> {
        (0u32..).zip(scores).map(|(class, score)| (*score, right.contains(&class))).collect()
    };
    scored.iter().flat_map(of).collect()
}

/// Classes with their probabilities, the likeliest first.
type Ranked = Vec<(u32, f32)>;

/// The probability from which on classes are told so that the mean F1 by item is the highest.
fn told_from(probable: &[(Vec<f32>, &[u32])]) -> f32 {
    let sorted: Vec<(Ranked, &[u32])> = probable
        .iter()
        .map(|(probabilities, right)| {
            let mut told: Ranked = (0u32..).zip(probabilities.iter().copied()).collect();
            told.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            (told, *right)
        })
        .collect();
    let f1 = |from: f32| {
        Measured::of(sorted.iter().map(|(told, right)| (stated(told.iter().copied(), from), *right))).example_f1
    };
    let grid = (1..20).map(|step| step as f32 / 20.0).map(|from| (from, f1(from)));
    let better = |best: (f32, f64), next: (f32, f64)| if next.1 > best.1 { next } else { best };
    let start = (0.5, if probable.is_empty() { 1.0 } else { f1(0.5) });
    grid.fold(start, better).0
}

#[cfg(test)]
#[path = "train_tests.rs"]
mod tests;
