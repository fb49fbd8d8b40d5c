//! `kgloom eval encoder`. In: encoders' folders, data sets. Out: encoders beside each other by a suite of tasks. Never: an
//! encoder that is chosen.

use crate::args::EvalEncoder;
use crate::context::Context;
use crate::encoders::any;
use crate::exit::Exit;
use crate::report::write;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::Result;
use kgloom_encoders::texts;
use kgloom_numerics::vectors::Encode;
use kgloom_reader::text_encoder::{Cut, TextEncoder};
use kgloom_suite::{Grid, Suite};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What the encoder inside the program is called.
const BUNDLED: &str = "bundled";

pub fn eval(context: &Context, wanted: &EvalEncoder) -> Result<Exit> {
    let suite = Suite::open(&wanted.data, wanted.suite.into(), wanted.seed)?;
    let (printer, start) = (Mutex::new(ProgressPrinter::new(context.voice)), Instant::now());
    let tell = |step: usize, steps: usize| {
        printer.lock().unwrap_or_else(PoisonError::into_inner).show(&progress("texts", step, steps, start));
    };
    let folders: Vec<Option<&Path>> = match wanted.encoders.as_slice() {
        [] => vec![None],
        folders => folders.iter().map(|folder| Some(folder.as_path())).collect(),
    };
    let mut scored = Vec::new();
    for folder in folders {
        let name = folder.map_or_else(|| BUNDLED.to_owned(), |folder| folder.display().to_string());
        let mut score = |of: &str, encoder: &dyn Encode| -> Result<()> {
            let name = if of.is_empty() { name.clone() } else { format!("{name}, {of}") };
            scored.push(suite.score(&name, encoder, &tell)?);
            Ok(())
        };
        if wanted.grid {
            let teacher = folder.map_or_else(TextEncoder::bundled, TextEncoder::open)?;
            let texts = texts::read(&wanted.texts)?;
            let grid = Grid::fit(teacher, &texts, (&wanted.numbers, wanted.seed), &tell)?;
            grid.cells().try_for_each(|(name, cell)| score(&name, &cell))?;
        } else if wanted.layer.is_empty() {
            score("", &*any(folder, Cut::NONE)?)?;
        } else {
            wanted
                .layer
                .iter()
                .try_for_each(|&layer| score(&format!("layer {layer}"), &*any(folder, Cut::layer(Some(layer)))?))?;
        }
    }
    printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    let report = suite.report(scored);
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}
