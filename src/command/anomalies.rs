//! `kgloom eval anomalies`. In: items with classes, an encoder. Out: how well what is not of a class is told, and a stream
//! that has changed. Never: a choice made on what is tested.

use crate::args::EvalAnomalies;
use crate::context::Context;
use crate::encoders::any;
use crate::exit::Exit;
use crate::report::write;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::Result;
use kgloom_corpora::typing::{self, TypedSet};
use kgloom_numerics::vectors::TextVectors;
use kgloom_watch::{AnomalyItems, eval_anomalies};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The set: news of four kinds, one class each.
const SET: &str = "agnews";

pub fn eval(context: &Context, wanted: &EvalAnomalies) -> Result<Exit> {
    let set = typing::load(&wanted.data, SET)?;
    let encoder = any(wanted.encoder.as_deref(), wanted.part.cut())?;
    let (printer, start) = (Mutex::new(ProgressPrinter::new(context.voice)), Instant::now());
    let tell = |what: &'static str, step: usize, steps: usize| {
        printer.lock().unwrap_or_else(PoisonError::into_inner).show(&progress(what, step, steps, start));
    };
    let texts: Vec<Option<Arc<str>>> = set.texts.iter().cloned().map(Some).collect();
    let values = encoder.read(&texts, &|step, steps| tell("texts", step, steps))?;
    let items = in_numbers(set, encoder.id(), TextVectors { width: encoder.width(), values });
    let report = eval_anomalies(&items, wanted.seed, &|step, steps| tell("classes", step, steps))?;
    printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}

/// The set with vectors for texts; each item has one class.
fn in_numbers(set: TypedSet, encoder: String, vectors: TextVectors) -> AnomalyItems {
    AnomalyItems {
        name: set.name,
        encoder,
        classes: set.classes.into_iter().map(|class| class.name).collect(),
        vectors,
        class_of: set.gold.iter().filter_map(|classes| classes.first().copied()).collect(),
    }
}
