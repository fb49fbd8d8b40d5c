//! How well odd items are told: one class of a set is normal, the others are not (the protocol of Text-ADBench). In: vectors
//! and classes. Out: areas under curves, tests for a changed stream. Never: an odd item in a reference, or a choice made on
//! what is tested.

use crate::Error;
use crate::completion::{FillErrors, fill_errors};
use crate::detectors::{Detector, Detectors};
use crate::drift::drift;
use crate::measure::{area_under_precision, area_under_roc};
use crate::reference::Reference;
use kgloom_numerics::draw::draw;
use kgloom_numerics::vectors::TextVectors;
use serde::Serialize;
use std::fmt::Write;

/// Normal items that a reference is made of, at the most.
const LEARNT: usize = 1_000;
/// Normal items, and odd ones, that are tested, at the most.
const TESTED: usize = 900;
/// Items of a window of the stream.
const WINDOW: usize = 100;
/// The probability below which a window is said to differ.
const DIFFERENT: f64 = 0.01;

/// Items with a class each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnomalyItems {
    /// The set.
    pub name: String,
    /// The encoder of the vectors, by its id.
    pub encoder: String,
    /// The names of the classes.
    pub classes: Vec<String>,
    /// By item: its vector, of length 1.
    pub vectors: TextVectors,
    /// By item: its class.
    pub class_of: Vec<u32>,
}

/// How well a detector tells what is not of a class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnomalyRow {
    /// The class that is normal.
    pub class: String,
    /// The detector.
    pub detector: Detector,
    /// The area under the ROC curve.
    pub roc: f64,
    /// The area under the curve of precision over recall.
    pub precision_recall: f64,
}

/// Windows of a stream against a reference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DriftRow {
    /// The class that is normal.
    pub class: String,
    /// For each window of normal items: the probability of its depths without a change.
    pub same: Vec<f64>,
    /// For each window of odd items: the same.
    pub changed: Vec<f64>,
}

/// How well odd items, and changes of a stream, are told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnomaliesReport {
    /// The set.
    pub name: String,
    /// The encoder.
    pub encoder: String,
    /// Normal items of each reference, at the most.
    pub learnt: usize,
    /// Class by class, all detectors.
    pub rows: Vec<AnomalyRow>,
    /// Class by class, windows of [`DriftRow::same`] and others.
    pub drift: Vec<DriftRow>,
    /// How far cells of the table of detectors by classes are off, filled by the others.
    pub fill: Option<FillErrors>,
}

impl AnomaliesReport {
    /// The report for people.
    pub fn table(&self) -> String {
        let AnomaliesReport { name, encoder, learnt, rows, drift, fill } = self;
        let mut out = format!(
            "{name}: one class is normal, {learnt} items of it known at the most; vectors by encoder {encoder}\n\n"
        );
        let _ = write!(out, "{:24} {:30} {:>7} {:>7}", "normal", "detector", "AUROC", "AUPRC");
        for AnomalyRow { class, detector, roc, precision_recall } in rows {
            let _ = write!(out, "\n{class:24} {:30} {roc:>7.4} {precision_recall:>7.4}", detector.name());
        }
        let _ = write!(out, "\n\n{:24} {:>30} {:>30}", "windows of 100, p < .01", "same class", "other classes");
        for DriftRow { class, same, changed } in drift {
            let told = |all: &[f64]| format!("{} of {}", all.iter().filter(|p| **p < DIFFERENT).count(), all.len());
            let _ = write!(out, "\n{class:24} {:>30} {:>30}", told(same), told(changed));
        }
        if let Some(FillErrors { rank_one, row_mean, column_mean, mean }) = fill {
            let _ = write!(
                out,
                "\n\nA cell of AUROC, filled by the others, is off by: rank one {:.1} %, mean of the detector {:.1} %, \
                 mean of the class {:.1} %, mean {:.1} %",
                100.0 * rank_one,
                100.0 * row_mean,
                100.0 * column_mean,
                100.0 * mean
            );
        }
        out
    }
}

/// Takes each class as normal in turn. Up to 900 of its items, half of few, are tested against up to 900 of other classes; up
/// to 1,000 of the rest of it make the reference; all are drawn by the seed. Nothing is chosen: each detector has its paper's
/// setting. `on_progress` hears how many classes of how many are done.
///
/// # Errors
/// When vectors and classes do not belong together, or a class has too few items.
pub fn eval_anomalies(
    set: &AnomalyItems,
    seed: u64,
    on_progress: &dyn Fn(usize, usize),
) -> Result<AnomaliesReport, Error> {
    let width = set.vectors.width;
    let wrong = |reason: String| Error::Data { name: set.name.clone(), reason };
    if set.class_of.is_empty() || set.vectors.values.len() != set.class_of.len() * width {
        let (items, numbers) = (set.class_of.len(), set.vectors.values.len());
        return Err(wrong(format!("{items} items, {numbers} numbers; each item needs {width}")));
    }
    let (mut rows, mut windows) = (Vec::new(), Vec::new());
    for (place, class) in set.classes.iter().enumerate() {
        let mut draw = draw(seed, "anomalies", place as u64);
        let items = 0..set.class_of.len() as u32;
        let (mut normal, mut odd): (Vec<u32>, Vec<u32>) =
            items.partition(|item| set.class_of[*item as usize] == place as u32);
        draw.shuffle(&mut normal);
        draw.shuffle(&mut odd);
        let tested = normal.split_off((normal.len() / 2).max(normal.len().saturating_sub(TESTED)).min(LEARNT));
        let [tested, odd] = [tested, odd].map(|items| set.some(&items[..items.len().min(TESTED)]));
        let known = TextVectors { width, values: set.some(&normal) };
        let reference =
            Reference::of(&known, &set.encoder, seed).map_err(|error| wrong(format!("class \"{class}\": {error}")))?;
        let detectors = Detectors::of(&reference);
        for detector in Detector::ALL {
            let [tested, odd] = [&tested, &odd].map(|items| detectors.scores(detector, items));
            let (roc, precision_recall) = (area_under_roc(&tested, &odd), area_under_precision(&tested, &odd));
            rows.push(AnomalyRow { class: class.clone(), detector, roc, precision_recall });
        }
        let told = |items: &[f32]| -> Vec<f64> {
            items.chunks_exact(WINDOW * width).map(|window| drift(&reference, window).differs).collect()
        };
        windows.push(DriftRow { class: class.clone(), same: told(&tested), changed: told(&odd) });
        on_progress(place + 1, set.classes.len());
    }
    let of = |detector: Detector| rows.iter().filter(move |row: &&AnomalyRow| row.detector == detector);
    let table: Vec<Vec<Option<f64>>> =
        Detector::ALL.iter().map(|detector| of(*detector).map(|row| Some(row.roc)).collect()).collect();
    let fill = fill_errors(&table);
    let (name, encoder) = (set.name.clone(), set.encoder.clone());
    Ok(AnomaliesReport { name, encoder, learnt: LEARNT, rows, drift: windows, fill })
}

impl AnomalyItems {
    fn some(&self, items: &[u32]) -> Vec<f32> {
        items.iter().flat_map(|item| self.vectors.row(*item)).copied().collect()
    }
}

#[cfg(test)]
#[path = "evaluate_tests.rs"]
mod tests;
