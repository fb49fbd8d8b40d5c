//! Text, words, what a language model answered, and all of them together, over a graph (TAPE, He et al. 2023).
//!
//! In: items with several kinds of vectors. Out: how well each kind tells the classes, and several together.
//! Never: a weight chosen on a tested item.

use crate::items::{Parts, Row, TypedItems, most};
use crate::regression::{Regression, WEIGHT};
use crate::smooth::Smoothing;
use kgloom_numerics::passes::{softmax, unit};
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;

/// What the weight of a kind of vectors is chosen from.
const STEPS: [f32; 6] = [1.0, 0.0, 0.25, 0.5, 2.0, 4.0];
/// The least probability that counts.
const FLOOR: f32 = 1e-6;

/// The probabilities of each item's classes, by what learnt from less and from more.
type Told = [Vec<Vec<f32>>; 2];

impl TypedItems {
    /// Text, words, a language model's answers, and several of them together (TAPE, He et al. 2023), each smoothed over the
    /// graph and told by regression. How much each counts is chosen on a quarter of what may be learnt from.
    pub(crate) fn text_and_answers(&self, parts: &Parts) -> Vec<Row> {
        let count = self.classes.len();
        let ranked =
            |own: &Vec<u32>| own.iter().zip(1u16..).map(|(class, rank)| (*class, 1.0 / f32::from(rank))).collect();
        let answers: Vec<Vec<(u32, f32)>> = self.answers.iter().map(ranked).collect();
        let text = self.told_by(&self.vectors, parts);
        let answered = self.told_by(&rows(&answers, count), parts);
        let words = (!self.words.is_empty()).then(|| self.told_by(&rare_words(&self.words), parts));
        let mut found = Vec::new();
        let first = |item: u32| self.answers[item as usize].first().copied().into_iter().collect();
        found.push(("answers alone, no graph".to_owned(), self.measure(&parts.tested, first), None));
        let mut ways: Vec<(&str, Vec<&Told>)> =
            vec![("text", vec![&text]), ("answers", vec![&answered]), ("text and answers", vec![&text, &answered])];
        if let Some(words) = &words {
            ways.push(("words", vec![words]));
            ways.push(("text and words", vec![&text, words]));
            ways.push(("text, words and answers", vec![&text, words, &answered]));
        }
        for (way, views) in &ways {
            let weights = self.view_weights(views, parts);
            for (learnt, of) in [("three fifths", 0), ("four fifths", 1)] {
                let own: Vec<&Vec<Vec<f32>>> = views.iter().map(|view| &view[of]).collect();
                let tell = |item: u32| vec![most(&pooled(&own, &weights, item))];
                found.push((format!("{way}, from {learnt}"), self.measure(&parts.tested, tell), None));
            }
        }
        found
    }

    /// How much each kind counts: what makes the classes of the last quarter the likeliest, by what was learnt without it.
    fn view_weights(&self, views: &[&Told], parts: &Parts) -> Vec<f32> {
        let validated = &parts.learning[..parts.learning.len() / 4];
        let own: Vec<&Vec<Vec<f32>>> = views.iter().map(|view| &view[0]).collect();
        let likelihood = |weights: &[f32]| -> f64 {
            let of = |item: &u32| -> f64 {
                let pooled = pooled(&own, weights, *item);
                let right = self.gold[*item as usize].iter();
                right.map(|class| f64::from(pooled[*class as usize].max(FLOOR).ln())).sum()
            };
            validated.iter().map(of).sum()
        };
        let all = STEPS.len().pow(views.len() as u32);
        let tries = (0..all).map(|place| {
            let weights: Vec<f32> =
                (0..views.len() as u32).map(|view| STEPS[place / STEPS.len().pow(view) % STEPS.len()]).collect();
            (likelihood(&weights), weights)
        });
        tries
            .reduce(|best, next| if next.0 > best.0 { next } else { best })
            .map_or_else(Vec::new, |(_, weights)| weights)
    }

    /// What regression over one kind of vectors says of each item: learnt from three quarters of what may be learnt from,
    /// and from all of it. Steps and weight are the usual ones.
    fn told_by(&self, vectors: &TextVectors, parts: &Parts) -> Told {
        let smoothed = Smoothing::FAR.all(&Smoothing::graph(self.gold.len(), &self.edges), vectors);
        let part = &parts.learning[parts.learning.len() / 4..];
        [part, &parts.learning].map(|places| {
            let found = Regression::fit(&self.examples(&smoothed, places), self.classes.len(), WEIGHT);
            (0..self.gold.len() as u32).into_par_iter().map(|item| found.probabilities(smoothed.row(item))).collect()
        })
    }
}

/// The product of what several kinds say of an item, by their weights (a logarithmic opinion pool).
fn pooled(views: &[&Vec<Vec<f32>>], weights: &[f32], item: u32) -> Vec<f32> {
    let mut sums = vec![0f32; views.first().map_or(0, |view| view[item as usize].len())];
    for (view, weight) in views.iter().zip(weights) {
        let own = view[item as usize].iter().map(|probability| weight * probability.max(FLOOR).ln());
        sums.iter_mut().zip(own).for_each(|(sum, x)| *sum += x);
    }
    let count = sums.len().max(1);
    softmax(&mut sums, count);
    sums
}

/// Sparse rows as vectors of length 1.
fn rows(sparse: &[Vec<(u32, f32)>], width: usize) -> TextVectors {
    let mut values = vec![0f32; sparse.len() * width];
    for (row, own) in values.chunks_exact_mut(width.max(1)).zip(sparse) {
        own.iter().for_each(|(place, number)| row[*place as usize] += number);
        unit(row);
    }
    TextVectors { width, values }
}

/// Words as vectors: one number for each word, the larger the fewer items have it (Spärck Jones 1972).
fn rare_words(words: &[Vec<u32>]) -> TextVectors {
    let width = words.iter().flatten().max().map_or(0, |most| *most as usize + 1);
    let mut counts = vec![0usize; width];
    words.iter().flatten().for_each(|word| counts[*word as usize] += 1);
    let rare = |word: &u32| (*word, (words.len() as f32 / counts[*word as usize] as f32).ln());
    rows(&words.iter().map(|own| own.iter().map(rare).collect()).collect::<Vec<_>>(), width)
}
