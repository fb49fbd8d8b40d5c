//! `kgloom corrections`. In: a state folder. Out: what was corrected, as a list or a file; or a graph with more or
//! fewer corrections. Never: a correction lost without being told.

use crate::args::{Corrections, ReportFormat, Undo};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::served;
use crate::summary::Summary;
use anyhow::Result;
use kgloom_client::Client;
use kgloom_engine::corrections::{Listed, Shown, listed, read, undone, with_all, write};
use kgloom_engine::run::Intake;
use kgloom_engine::state::{Folder, Live, must_exist, ontology};
use kgloom_record::record::{ContentHash, Correction};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

pub fn run(context: Context, wanted: &Corrections) -> Result<Exit> {
    match wanted {
        Corrections::List(wanted) => list(&context, wanted.format),
        Corrections::Undo(wanted) => undo(context, wanted),
        Corrections::Export(wanted) => export(&context, wanted.output.as_deref()),
        Corrections::Import(wanted) => import(context, &wanted.file),
    }
}

fn list(context: &Context, format: ReportFormat) -> Result<Exit> {
    let rows = match served::client(&context.config)? {
        Some(client) => serde_json::from_value(client.view("/corrections", &[])?["corrections"].take())?,
        None => listed(&Folder::open_current(&context.config)?)?,
    };
    let mut out = io::stdout().lock();
    if format == ReportFormat::Json {
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        return Ok(Exit::Done);
    }
    for Listed { shown: Shown { id, says, source }, effect, applies, kind } in &rows {
        let source = source.as_ref().map_or_else(String::new, |source| format!(", on the word of \"{source}\""));
        let now = match (applies, effect.documents.len()) {
            (false, _) if kind == "reject" => "no document says it now".to_owned(),
            (false, _) if kind == "assert" => "the ontology does not admit it now".to_owned(),
            (false, _) => "the graph has no such name now".to_owned(),
            (true, 0) => "holds".to_owned(),
            (true, 1) => "holds in 1 document".to_owned(),
            (true, documents) => format!("holds in {documents} documents"),
        };
        writeln!(out, "{id}  {says}{source}  [{now}]")?;
    }
    if rows.is_empty() {
        writeln!(out, "there are no corrections")?;
    }
    Ok(Exit::Done)
}

fn undo(context: Context, wanted: &Undo) -> Result<Exit> {
    if wanted.ids.is_empty() && !wanted.all {
        let message = "name the ids of corrections, as `kgloom corrections list` shows them, or --all";
        return Err(CliError::usage(message).into());
    }
    must_exist(&context.config)?;
    if let Some(client) = served::client(&context.config)? {
        return through(&client, &context, wanted);
    }
    let folder = Folder::open(&context.config)?;
    let mut left = folder.journal.corrections()?;
    let mut gone = Vec::new();
    let wanted = if wanted.all { left.clone() } else { undone(&left, &wanted.ids)? };
    for correction in wanted {
        left.remove(&correction);
        gone.push(correction);
    }
    change(context, folder, left, None)?;
    let mut out = io::stdout().lock();
    gone.iter().try_for_each(|correction| writeln!(out, "undone  {}  {correction}", correction.id()))?;
    Ok(Exit::Done)
}

/// The same by the server that has the state folder.
fn through(client: &Client, context: &Context, wanted: &Undo) -> Result<Exit> {
    let start = Instant::now();
    let known: Vec<Listed> = serde_json::from_value(client.view("/corrections", &[])?["corrections"].take())?;
    let ids = if wanted.all { known.iter().map(|known| known.shown.id.clone()).collect() } else { wanted.ids.clone() };
    let mut out = io::stdout().lock();
    for id in &ids {
        let written = client.undo(id)?;
        served::say(client, &written, context.voice, start.elapsed())?;
        let gone = written.correction.unwrap_or_default();
        let says = known.iter().find(|known| known.shown.id == gone).map_or("", |known| known.shown.says.as_str());
        writeln!(out, "undone  {gone}  {says}")?;
    }
    Ok(Exit::Done)
}

fn export(context: &Context, output: Option<&Path>) -> Result<Exit> {
    must_exist(&context.config)?;
    let text = write(&Folder::open(&context.config)?.journal.corrections()?)?;
    match output {
        Some(path) => std::fs::write(path, text)?,
        None => io::stdout().lock().write_all(text.as_bytes())?,
    }
    Ok(Exit::Done)
}

fn import(context: Context, path: &Path) -> Result<Exit> {
    let ontology = ontology(&context.config)?;
    let file = read(path, &ontology)?;
    let folder = Folder::open(&context.config)?;
    let known = folder.journal.corrections()?;
    let corrections = with_all(known.clone(), &file, &ontology)
        .map_err(|wrong| CliError::refused(format!("\"{}\", {wrong}; nothing was taken in", path.display())))?;
    let new = corrections.difference(&known).count();
    change(context, folder, corrections, Some(file.content))?;
    let all = file.corrections.len();
    writeln!(io::stdout().lock(), "{new} corrections taken in, {} were there already", all - new)?;
    Ok(Exit::Done)
}

/// Makes the corrections of a state folder exactly these.
fn change(
    context: Context,
    folder: Folder,
    corrections: BTreeSet<Correction>,
    content: Option<ContentHash>,
) -> Result<()> {
    let start = Instant::now();
    let mut live = Live::start(&context.config, folder)?;
    let mut intake = Intake::new(&mut live, context.config.epoch_documents)?;
    match content {
        Some(content) => intake.take_file(corrections, content)?,
        None => intake.take_corrections(corrections)?,
    }
    intake.finish()?;
    let tally = intake.tally;
    Summary::of(&live.folder.store, &live.counters, tally, start.elapsed())?.say(context.voice)
}
