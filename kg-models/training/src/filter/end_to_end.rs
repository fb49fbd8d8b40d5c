//! What a filter does to facts read from annotated documents, end to end.
//!
//! In: annotated documents, read; a filter. Out: precision, recall and F1 with it, without it, and by the reader's own
//! scores at the same recall. Never: a choice made on these documents: the filter comes with its threshold, and what the
//! reader's scores reach is told at its best.

use super::fact_candidates::ReadDocuments;
use crate::evaluate::RelationTally;
use kgloom_filter::classifier::TripleClassifier;
use kgloom_numerics::draw::draw;
use kgloom_numerics::scores::{Counts, Scores};
use kgloom_reader::Error;
use kgloom_record::port::Filter;
use kgloom_record::record::{Reading, Score};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// Draws of documents, to tell how far differences hold.
const DRAWS: usize = 1000;
/// Places of a threshold over the reader's own scores that are tried.
const STEPS: usize = 400;

/// What a filter does end to end.
#[derive(Clone, Debug, Serialize)]
pub struct EndToEnd {
    /// The documents.
    pub data: String,
    /// The filter's id, with the precision that was asked of it.
    pub filter: String,
    /// How many documents.
    pub documents: usize,
    /// By the reader's thresholds, as without a filter.
    pub without: Scores,
    /// With the filter.
    pub with: Scores,
    /// The best that one threshold over the reader's own scores reaches where its recall is the filter's.
    pub own_at_same_recall: Scores,
    /// The best F1 that one threshold over the reader's own scores reaches.
    pub own_best_f1: Scores,
    /// Precision with the filter less that of the reader's own scores at the same recall.
    pub precision_gain: Gain,
    /// F1 with the filter less that without it.
    pub f1_gain: Gain,
}

/// A difference, and how far it holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gain {
    /// On all documents.
    pub gain: f64,
    /// From where to where 95 in a hundred draws lie.
    pub interval: [f64; 2],
}

/// Scores a filter on documents that it was not taught by.
///
/// # Errors
/// When the flow stops.
pub fn eval_end_to_end(
    read: &ReadDocuments<'_>,
    classifier: Arc<TripleClassifier>,
    (data, seed): (&str, u64),
) -> Result<EndToEnd, Error> {
    let id = classifier.id().to_string();
    let without = counted(read, &read.kept(None)?);
    let with = counted(read, &read.kept(Some(Arc::clone(&classifier) as Arc<dyn Filter>))?);
    let by_document = read.candidates(classifier.principal_components())?;
    // The reader's own order: by its score, and by its score beside its threshold.
    let orders = [false, true].map(|beside| {
        let mut order: Vec<(f64, usize, usize)> = Vec::new();
        for (index, document) in by_document.iter().enumerate() {
            for (place, candidate) in document.candidates.iter().enumerate().filter(|(_, one)| one.right.is_some()) {
                let odds = |score: Score| {
                    let share = f64::from(score.ten_thousandths().clamp(1, 9_999)) / 10_000.0;
                    (share / (1.0 - share)).ln()
                };
                let needed = read.thresholds().get(&candidate.triple.relation).copied().unwrap_or(Score::HALF);
                let own = odds(candidate.evidence.support) - if beside { odds(needed) } else { 0.0 };
                order.push((own, index, place));
            }
        }
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        order
    });
    // What the first so many of an order come to, by document.
    let taken = |order: &[(f64, usize, usize)], count: usize| -> Vec<Counts> {
        let mut said: Vec<Vec<usize>> = vec![Vec::new(); by_document.len()];
        for (_, index, place) in &order[..count] {
            said[*index].extend(&by_document[*index].candidates[*place].said);
        }
        let readings: Vec<Reading> = (by_document.iter().zip(said))
            .map(|(document, said)| {
                let relations = said.into_iter().map(|index| document.reading.relations[index].clone()).collect();
                Reading { relations, ..document.reading.clone() }
            })
            .collect();
        counted(read, &readings)
    };
    let recall = sum(&with).recall();
    let mut same: Option<Vec<Counts>> = None;
    let mut best: Option<Vec<Counts>> = None;
    for order in &orders {
        for step in 0..=STEPS {
            let counts = taken(order, order.len() * step / STEPS);
            let total = sum(&counts);
            if best.as_ref().is_none_or(|best| total.f1() > sum(best).f1()) {
                best = Some(counts.clone());
            }
            let better = |known: &Vec<Counts>| total.precision() > sum(known).precision();
            if total.recall() >= recall && same.as_ref().is_none_or(better) {
                same = Some(counts);
            }
        }
    }
    let (same, best) = (same.unwrap_or_default(), best.unwrap_or_default());
    let scores = |counts: &[Counts]| Scores::from(sum(counts));
    Ok(EndToEnd {
        data: data.to_owned(),
        filter: id,
        documents: with.len(),
        without: scores(&without),
        with: scores(&with),
        own_at_same_recall: scores(&same),
        own_best_f1: scores(&best),
        precision_gain: gain((&with, &same), Counts::precision, seed),
        f1_gain: gain((&with, &without), Counts::f1, seed),
    })
}

/// What readings come to, by document.
fn counted(read: &ReadDocuments<'_>, readings: &[Reading]) -> Vec<Counts> {
    let none = BTreeMap::new();
    let pairs = read.all().zip(readings);
    pairs.map(|((document, _), reading)| RelationTally::end_to_end(document, reading, &none).micro()).collect()
}

fn sum(counts: &[Counts]) -> Counts {
    let mut sum = Counts::default();
    counts.iter().for_each(|counts| sum += *counts);
    sum
}

/// How much more the one is than the other, over draws of documents with replacement.
fn gain((one, other): (&[Counts], &[Counts]), of: fn(Counts) -> f64, seed: u64) -> Gain {
    let whole = of(sum(one)) - of(sum(other));
    let mut random = draw(seed, "documents", 0);
    let mut gains: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let chosen: Vec<usize> = (0..one.len()).map(|_| random.below(one.len())).collect();
            let pick = |counts: &[Counts]| sum(&chosen.iter().map(|index| counts[*index]).collect::<Vec<_>>());
            of(pick(one)) - of(pick(other))
        })
        .collect();
    gains.sort_by(f64::total_cmp);
    let at = |share: f64| gains.get((share * DRAWS as f64) as usize).copied().unwrap_or(whole);
    Gain { gain: whole, interval: [at(0.025), at(0.975)] }
}

impl EndToEnd {
    /// For people.
    pub fn table(&self) -> String {
        let mut out = format!("{}, {} documents, filter {}\n\n", self.data, self.documents, self.filter);
        let _ = writeln!(out, "{:45} {:>9} {:>7} {:>7} {:>9}", "", "precision", "recall", "F1", "facts");
        let rows = [
            ("without the filter", self.without),
            ("with the filter", self.with),
            ("the reader's own scores, same recall", self.own_at_same_recall),
            ("the reader's own scores, best F1", self.own_best_f1),
        ];
        for (name, Scores { precision, recall, f1, counts }) in rows {
            let _ = writeln!(out, "{name:45} {precision:9.3} {recall:7.3} {f1:7.3} {:9}", counts.predicted);
        }
        let line = |name: &str, Gain { gain, interval: [from, to] }: Gain| {
            format!("{name:45} {gain:+9.3} ({from:+.3} to {to:+.3})\n")
        };
        out.push('\n');
        out.push_str(&line("precision above own scores at the same recall", self.precision_gain));
        out.push_str(&line("F1 above that without the filter", self.f1_gain));
        out
    }
}
