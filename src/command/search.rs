//! `kgloom eval search`. In: documents, queries, judgements, an encoder. Out: how well words and vectors find what is
//! relevant. Never: a weight chosen on what is scored.

use crate::args::EvalSearch;
use crate::context::Context;
use crate::exit::Exit;
use crate::report::write;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::Result;
use kgloom_corpora::search::{self, Named};
use kgloom_reader::text_encoder::TextEncoder;
use kgloom_training::evaluate::retrieval::eval_search;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub fn eval(context: &Context, wanted: &EvalSearch) -> Result<Exit> {
    let (set, unknown) = search::load(&wanted.documents, &wanted.queries, &wanted.judgements)?;
    if unknown > 0 {
        context.voice.note(&format!("{unknown} judgements are of queries or documents that are not there"));
    }
    let encoder = wanted.encoder.as_deref().map_or_else(TextEncoder::bundled, TextEncoder::open)?;
    let (printer, start) = (Mutex::new(ProgressPrinter::new(context.voice)), Instant::now());
    let tell = |step: usize, steps: usize| {
        printer.lock().unwrap_or_else(PoisonError::into_inner).show(&progress("texts", step, steps, start));
    };
    let vectors = |named: &[Named]| {
        let texts: Vec<Option<Arc<str>>> = named.iter().map(|(_, text)| Some(Arc::clone(text))).collect();
        encoder.read(&texts, &tell)
    };
    let (documents, queries) = (vectors(&set.documents)?, vectors(&set.queries)?);
    printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    let report = eval_search(&set, (encoder.width(), &documents, &queries), wanted.seed);
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}
