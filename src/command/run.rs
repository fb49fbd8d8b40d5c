//! `kgloom run`. In: files, folders, standard input. Out: a graph of what they say now.
//! Never: a stop because of what stands in a file.

use super::Context;
use crate::args::Run;
use crate::corrections::with_file;
use crate::exit::{Exit, Wrong};
use crate::interrupt;
use crate::run::{Intake, Summary, Unseen};
use crate::state::{Folder, Live, ontology};
use anyhow::Result;
use connectors::source::Documents;
use std::path::Path;
use std::time::Instant;

pub fn run(context: Context, run: &Run) -> Result<Exit> {
    let start = Instant::now();
    interrupt::install();
    match run.inputs.iter().find(|input| *input != "-" && !Path::new(input).exists()) {
        // A name that was mistyped would take all documents away.
        Some(input) if run.mirror => {
            let message = format!("\"{input}\" is not there, and --mirror deletes what is missing; nothing was done");
            return Err(Wrong::missing(message).into());
        }
        Some(input) => context.voice.note(&format!("\"{input}\" is not there")),
        None => {}
    }
    let config = context.config.with_input(&run.input)?;
    let ontology = ontology(&config)?;
    let file = config.read_overrides(&ontology)?;
    let folder = Folder::open(&config)?;
    let corrections = match &file {
        Some(file) => with_file(&folder.journal, file, &ontology)?.map(|all| (all, file.content)),
        None => None,
    };
    let mut live = Live::start(&config, folder, context.voice)?;
    let mut unseen = Unseen::of(&live.folder.journal, run.mirror)?;
    let mut documents = Documents::open(&run.inputs, &config.source);
    let mut intake = Intake::new(&mut live, config.epoch_documents, context.voice)?;
    if let Some((corrections, content)) = corrections {
        intake.take_file(corrections, content)?;
    }
    let ended = intake.take_all(&mut documents, &mut unseen)?;
    let nothing_came = ended && unseen.would_empty();
    if ended && !nothing_came {
        for gone in unseen.withdrawn(documents.finished()) {
            intake.take(gone)?;
        }
        intake.finish()?;
    }
    let tally = intake.tally;
    live.folder.store.flush()?;
    Summary::of(&live, tally, start.elapsed())?.say(context.voice)?;
    if documents.skipped() > 0 {
        context.voice.note(&format!("{} files of unknown type were passed over", documents.skipped()));
    }
    if !ended {
        context.voice.note("interrupted; running the same again resumes");
        return Ok(Exit::Interrupted);
    }
    if nothing_came {
        let message = "no document was found, so nothing was deleted; `kgloom delete` takes documents out";
        return Err(Wrong::missing(message).into());
    }
    Ok(if run.strict && tally.refused > 0 { Exit::Data } else { Exit::Done })
}
