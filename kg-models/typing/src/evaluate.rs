//! How well classes of a set are told: without examples, with few, with many; by text, by graph, by what a language model
//! answered.
//!
//! In: items with vectors and classes. Out: a table of figures. Never: a choice made on an item that is tested.

use crate::Error;
use crate::calibrate::calibration_error;
use crate::classes::{Examples, Lesson};
use crate::items::{Parts, Row, TypedItems, most};
use crate::measure::Measured;
use crate::model::{Typer, stated};
use crate::neighbours::{Neighbour, nearest, votes};
use crate::prototypes::{Gather, Prototypes};
use crate::regression::{self, Regression};
use crate::smooth::Smoothing;
use crate::train::{TypeTraining, train_types};
use kgloom_numerics::draw::draw;
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;
use serde::Serialize;
use std::fmt::Write;

/// Items that examples are not drawn from, at the most.
const APART: usize = 1_500;
/// Of these, those that are tested, at the most.
const TESTED: usize = 1_000;
/// Neighbours that vote, to choose from.
const NEIGHBOURS: [usize; 4] = [3, 5, 10, 20];
/// Examples, at the most, that the number of neighbours is chosen on, each voted on by the others.
const CHOOSERS: u32 = 1_000;
/// The gathering that a prototype made of written examples is refined by, and how often.
const REFINED: (Gather, usize) = (Gather::nearest(100), 3);

/// One way to tell classes, and how well it does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypesRow {
    /// The way.
    pub way: String,
    /// How well it does, the mean of the draws.
    #[serde(flatten)]
    pub measured: Measured,
    /// The standard deviation of the accuracy over the draws; 0 where there is one.
    pub spread: f64,
    /// How far what is said is from how often it is right (expected calibration error), where probabilities are said.
    pub calibration_error: Option<f64>,
}

/// How well classes are told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypesReport {
    /// The set.
    pub name: String,
    /// The encoder.
    pub encoder: String,
    /// Its classes.
    pub classes: usize,
    /// Its items.
    pub items: usize,
    /// Examples of a class; none where all that may be learnt from was.
    pub examples: Option<usize>,
    /// Draws that figures are means of.
    pub draws: usize,
    /// The ways.
    pub rows: Vec<TypesRow>,
}

impl TypesReport {
    /// The report for people.
    pub fn table(&self) -> String {
        let TypesReport { name, encoder, classes, items, examples, draws, rows } = self;
        let learnt = match examples {
            Some(0) => "without examples".to_owned(),
            Some(count) => format!("{count} examples a class, {draws} draws"),
            None => format!("all that may be learnt from, {draws} draws"),
        };
        let mut out = format!("{name}: {items} items, {classes} classes, {learnt}; vectors by encoder {encoder}\n\n");
        let _ = write!(
            out,
            "{:46} {:>8} {:>7} {:>10} {:>8} {:>6}",
            "", "accuracy", "spread", "example-F1", "micro-F1", "ECE"
        );
        for TypesRow { way, measured, spread, calibration_error } in rows {
            let Measured { accuracy, example_f1, micro_f1, .. } = measured;
            let error = calibration_error.map_or("-".to_owned(), |error| format!("{error:.3}"));
            let _ =
                write!(out, "\n{way:46} {accuracy:>8.4} {spread:>7.4} {example_f1:>10.4} {micro_f1:>8.4} {error:>6}");
        }
        out
    }
}

/// Tells the classes of a set: without any example where `examples` is 0; by so many of each class, drawn `draws` times
/// apart from what is tested; by all that may be learnt from where it is not said.
///
/// # Errors
/// When vectors and classes do not belong together, or too few items are there to be told apart.
pub fn eval_types(
    set: &TypedItems,
    examples: Option<usize>,
    (draws, seed): (usize, u64),
) -> Result<TypesReport, Error> {
    let width = set.vectors.width;
    if set.gold.is_empty() || set.vectors.values.len() != set.gold.len() * width {
        let reason = format!("{} items, {} numbers; each item needs {width}", set.gold.len(), set.vectors.values.len());
        return Err(Error::Data { name: set.name.clone(), reason });
    }
    let draws = if examples == Some(0) || (examples.is_none() && set.learning.is_some()) { 1 } else { draws.max(1) };
    let rows = match examples {
        Some(0) => set.without_examples(),
        Some(count) => mean_rows((0..draws as u64).map(|index| set.with_few(count, (seed, index)))),
        None => mean_rows((0..draws as u64).map(|index| set.with_many((seed, index)))),
    }?;
    Ok(TypesReport {
        name: set.name.clone(),
        encoder: set.encoder.clone(),
        classes: set.classes.len(),
        items: set.gold.len(),
        examples,
        draws,
        rows,
    })
}

fn mean_rows(draws: impl Iterator<Item = Result<Vec<Row>, Error>>) -> Result<Vec<TypesRow>, Error> {
    let draws = draws.collect::<Result<Vec<Vec<Row>>, Error>>()?;
    let ways = draws.first().map_or(0, Vec::len);
    let one = |place: usize| {
        let own: Vec<&Row> = draws.iter().map(|rows| &rows[place]).collect();
        let (measured, spread) = Measured::mean(&own.iter().map(|row| row.1).collect::<Vec<_>>());
        let errors: Vec<f64> = own.iter().filter_map(|row| row.2).collect();
        let calibration_error = (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64);
        TypesRow { way: own[0].0.clone(), measured, spread, calibration_error }
    };
    Ok((0..ways).map(one).collect())
}

impl TypedItems {
    /// Prototypes, measured on all items: none of them was learnt from.
    fn without_examples(&self) -> Result<Vec<TypesRow>, Error> {
        let all: Vec<u32> = (0..self.gold.len() as u32).collect();
        let mut rows: Vec<Row> = Vec::new();
        let mut row = |way: &str, prototypes: &Prototypes, vectors: &TextVectors| {
            let tell = |item: u32| vec![most(&prototypes.similarities(vectors.row(item)))];
            rows.push((way.to_owned(), self.measure(&all, tell), None));
        };
        let (labels, keywords) = (Prototypes::labels(&self.classes), Prototypes::keywords(&self.classes));
        row("label", &labels, &self.vectors);
        row("mean of keywords", &keywords, &self.vectors);
        row(
            "the same, moved to the nearest 200",
            &keywords.moved(&self.vectors, Gather::nearest(200), 1),
            &self.vectors,
        );
        row("moved to those within .25", &keywords.moved(&self.vectors, Gather::within(0.25), 1), &self.vectors);
        let written = Prototypes::examples(&self.written, self.classes.len());
        if !self.written.is_empty() {
            row("mean of written examples", &written, &self.vectors);
        }
        if let Some(vectors) = self.smoothed(Smoothing::FAR) {
            row("keywords, items smoothed, within .25", &keywords.moved(&vectors, Gather::within(0.25), 1), &vectors);
            if !self.written.is_empty() {
                row("written, items smoothed", &written, &vectors);
                let (gather, rounds) = REFINED;
                row("the same, moved to 100, three times", &written.moved(&vectors, gather, rounds), &vectors);
            }
        }
        mean_rows(std::iter::once(Ok(rows)))
    }

    /// So many examples of each class; the tested items are kept apart first.
    fn with_few(&self, count: usize, (seed, index): (u64, u64)) -> Result<Vec<Row>, Error> {
        let mut order: Vec<u32> = match &self.learning {
            Some(learning) => learning.clone(),
            None => (0..self.gold.len() as u32).collect(),
        };
        draw(seed, "few examples", index).shuffle(&mut order);
        let apart = if self.learning.is_some() { 0 } else { APART.min(order.len() / 2) };
        let mut counts = vec![0usize; self.classes.len()];
        let learning: Vec<u32> = order[apart..]
            .iter()
            .copied()
            .filter(|item| {
                let own = &self.gold[*item as usize];
                let wanted = own.iter().any(|class| counts[*class as usize] < count);
                if wanted {
                    own.iter().for_each(|class| counts[*class as usize] += 1);
                }
                wanted
            })
            .collect();
        let tested = match &self.learning {
            Some(learning) => self.others(learning),
            None => order[..apart.min(TESTED)].to_vec(),
        };
        self.ways(&Parts { learning, tested })
    }

    fn others(&self, learning: &[u32]) -> Vec<u32> {
        let learnt: std::collections::BTreeSet<&u32> = learning.iter().collect();
        (0..self.gold.len() as u32).filter(|item| !learnt.contains(item)).collect()
    }

    /// The published part, or four fifths of all items.
    fn with_many(&self, (seed, index): (u64, u64)) -> Result<Vec<Row>, Error> {
        let (learning, tested) = match &self.learning {
            Some(learning) => (learning.clone(), self.others(learning)),
            None => {
                let mut order: Vec<u32> = (0..self.gold.len() as u32).collect();
                draw(seed, "parts", index).shuffle(&mut order);
                let tested = order.split_off(order.len() * 4 / 5);
                (order, tested)
            }
        };
        let parts = Parts { learning, tested };
        let mut rows = self.ways(&parts)?;
        if !self.answers.is_empty() && !self.edges.is_empty() {
            rows.extend(self.text_and_answers(&parts));
        }
        Ok(rows)
    }

    /// Regression and typer, on vectors as they are, smoothed, and with written examples.
    fn ways(&self, parts: &Parts) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        let views = [
            (None, self.vectors.clone()),
            (Some(Smoothing::TWO_HOPS), self.smoothed(Smoothing::TWO_HOPS).unwrap_or_default()),
            (Some(Smoothing::FAR), self.smoothed(Smoothing::FAR).unwrap_or_default()),
        ];
        for (smoothing, vectors) in views.iter().filter(|(_, vectors)| vectors.width > 0) {
            let view = match smoothing {
                None => String::new(),
                Some(smoothing) => format!(", smoothed by {} steps", smoothing.steps),
            };
            let examples = self.examples(vectors, &parts.learning);
            rows.push((format!("neighbours{view}"), self.by_neighbours(vectors, &examples, &parts.tested), None));
            let more = (!self.written.is_empty()).then(|| self.written.clone());
            for written in std::iter::once(Examples::default()).chain(more) {
                let with = if written.is_empty() { "" } else { ", with written" };
                if !self.several {
                    let found =
                        Regression::fit(&examples.clone().and(&written), self.classes.len(), regression::WEIGHT);
                    let tell = |item: u32| vec![most(&found.probabilities(vectors.row(item)))];
                    rows.push((format!("regression{view}{with}"), self.measure(&parts.tested, tell), None));
                }
                let lesson = Lesson {
                    classes: self.classes.clone(),
                    several: self.several,
                    examples: examples.clone(),
                    written,
                };
                let usual = TypeTraining { smoothing: *smoothing, ..TypeTraining::default() };
                // Smoothed vectors lie close together: what is near is counted, not measured.
                let training = match smoothing {
                    None => usual,
                    Some(_) => TypeTraining { gather: REFINED.0, rounds: REFINED.1, ..usual },
                };
                let typer = train_types(&lesson, vectors, &self.encoder, training)?;
                let tell = |item: u32| typer.classes(vectors.row(item));
                let error = self.calibration_error(&typer, vectors, &parts.tested);
                rows.push((format!("typer{view}{with}"), self.measure(&parts.tested, tell), Some(error)));
            }
        }
        Ok(rows)
    }

    /// Votes of neighbours alone. How many vote, and which share of them is enough where an item may have several classes,
    /// is what does best on the examples themselves, each voted on by the others.
    fn by_neighbours(&self, vectors: &TextVectors, examples: &Examples, tested: &[u32]) -> Measured {
        let tell = |near: &[Neighbour], (most, share): (usize, f32)| {
            let near = &near[..most.min(near.len())];
            let shares = votes(near, |place| &examples.classes[place as usize], self.classes.len());
            let mut order: Vec<(u32, f32)> = (0u32..).zip(shares).collect();
            order.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            stated(order.into_iter(), share)
        };
        let widest = NEIGHBOURS.into_iter().max().unwrap_or_default();
        let others = |place: u32| nearest(&examples.vectors, examples.vectors.row(place), widest, Some(place));
        let choosers: Vec<Vec<Neighbour>> =
            (0..CHOOSERS.min(examples.len() as u32)).into_par_iter().map(others).collect();
        let shares: Vec<f32> =
            if self.several { (1..10).map(|step| step as f32 / 20.0).collect() } else { vec![f32::INFINITY] };
        let settings = NEIGHBOURS.into_iter().flat_map(|most| shares.iter().map(move |share| (most, *share)));
        let scored = settings.map(|setting| {
            let told = choosers.iter().zip(&examples.classes).map(|(near, right)| (tell(near, setting), &right[..]));
            (setting, Measured::of(told).example_f1)
        });
        let best = scored.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let setting = best.map_or((1, f32::INFINITY), |(setting, _)| setting);
        self.measure(tested, |item| tell(&nearest(&examples.vectors, vectors.row(item), widest, None), setting))
    }

    /// How far the probabilities of a typer's first answers are from how often they are right.
    fn calibration_error(&self, typer: &Typer, vectors: &TextVectors, tested: &[u32]) -> f64 {
        let judge = |item: &u32| -> Option<(f32, bool)> {
            let told = typer.tell(vectors.row(*item), 1).into_iter().next()?;
            Some((told.probability, self.gold[*item as usize].contains(&told.class)))
        };
        calibration_error(&tested.par_iter().filter_map(judge).collect::<Vec<_>>())
    }
}

#[cfg(test)]
#[path = "evaluate_tests.rs"]
mod tests;
