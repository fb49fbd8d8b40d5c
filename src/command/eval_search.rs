//! `kgloom eval search`. In: documents, queries, judgements, an encoder. Out: how well words and vectors find what is
//! relevant. Never: a weight chosen on what is scored.

use crate::args::EvalSearch;
use crate::context::Context;
use crate::encoders::any;
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::Result;
use kgloom_corpora::search::{self, Named};
use kgloom_encoders::{Bridged, answers};
use kgloom_numerics::vectors::Encode;
use kgloom_training::evaluate::retrieval::eval_search;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub fn eval(context: &Context, wanted: &EvalSearch) -> Result<Exit> {
    let (set, unknown) = search::load(&wanted.documents, &wanted.queries, &wanted.judgements)?;
    if unknown > 0 {
        context.voice.note(&format!("{unknown} judgements are of queries or documents that are not there"));
    }
    let mut encoder = any(wanted.encoder.as_deref(), wanted.layer)?;
    if let Some(file) = &wanted.bridge {
        encoder = Box::new(Bridged::open(encoder, file)?);
    }
    let others = wanted.documents_by.as_deref().map(|folder| any(Some(folder), None)).transpose()?;
    // Of fewer numbers than the teacher's, a student's folder says how the teacher's vectors answer it.
    let turned = match (&others, &wanted.encoder) {
        (Some(_), Some(folder)) => answers(folder)?,
        _ => None,
    };
    let (printer, start) = (Mutex::new(ProgressPrinter::new(context.voice)), Instant::now());
    let tell = |step: usize, steps: usize| {
        printer.lock().unwrap_or_else(PoisonError::into_inner).show(&progress("texts", step, steps, start));
    };
    let vectors = |encoder: &dyn Encode, named: &[Named]| {
        let texts: Vec<Option<Arc<str>>> = named.iter().map(|(_, text)| Some(Arc::clone(text))).collect();
        encoder.read(&texts, &tell)
    };
    let queries = vectors(&*encoder, &set.queries)?;
    let mut documents = vectors(others.as_deref().unwrap_or(&*encoder), &set.documents)?;
    let mut width = others.as_ref().map_or(encoder.width(), |others| others.width());
    if let Some(turn) = turned.filter(|turn| turn.inputs == width) {
        (documents, width) = (turn.apply_units(&documents), turn.outputs());
    }
    if width != encoder.width() {
        let reason = format!("queries have vectors of {} numbers, documents of {width}", encoder.width());
        return Err(CliError::usage(format!("{reason}: --documents-by is the teacher of --encoder")).into());
    }
    printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    let report = eval_search(&set, (encoder.width(), &documents, &queries), wanted.seed);
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}
