//! `kgloom run`. In: files, folders, standard input. Out: a graph of what they say now.
//! Never: a stop because of what stands in a file.

use crate::args::Run;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::interrupt;
use crate::summary::Summary;
use crate::voice::Voice;
use anyhow::Result;
use connectors::source::Documents;
use kgloom_engine::corrections::with_file;
use kgloom_engine::run::{Intake, Unseen};
use kgloom_engine::state::{Components, Folder, Live, ontology};
use kgloom_record::port::ModelId;
use std::path::Path;
use std::time::Instant;

pub fn run(context: Context, run: &Run) -> Result<Exit> {
    let start = Instant::now();
    interrupt::install();
    let missing = run.inputs.iter().find(|input| *input != "-" && !Path::new(input).exists());
    if let Some(input) = missing.filter(|_| run.mirror) {
        // A name that was mistyped would take all documents away.
        let message = format!("\"{input}\" is not there, and --mirror deletes what is missing; nothing was done");
        return Err(CliError::missing(message).into());
    }
    let mut config = context.config.with_input(&run.input)?;
    if let Some(id) = &run.id {
        config.source.standard_input_id = named_pipe(id, &run.inputs)?;
    }
    let ontology = ontology(&config)?;
    let file = config.read_overrides(&ontology)?;
    let folder = Folder::open(&config)?;
    let root = folder.root(&config)?;
    let corrections = match &file {
        Some(file) => with_file(&folder.journal, file, &ontology)?.map(|all| (all, file.content)),
        None => None,
    };
    let components = if run.rebuild { Components::anew(&config)? } else { Components::for_folder(&config, &folder)? };
    for file in &run.answers {
        take_answers((&folder, components.reader.id()), file, context.voice)?;
    }
    let mut live = Live::start_with(&config, folder, components)?;
    let mut unseen = Unseen::of(&live.folder.journal, run.mirror)?;
    let mut documents = Documents::open_within(&run.inputs, &config.source, &root).until(interrupt::asked);
    let mut intake = Intake::new(&mut live, config.epoch_documents)?;
    intake.pipe_is_named = run.id.is_some();
    if let Some((corrections, content)) = corrections {
        intake.take_file(corrections, content)?;
    }
    let ended = intake.take_all(&mut documents, &mut unseen)?;
    let nothing_came = ended && unseen.would_empty();
    if ended && !nothing_came {
        let (gone, stay) = unseen.withdrawn(documents.ends());
        for gone in gone {
            intake.take(gone)?;
        }
        intake.finish()?;
        if stay > 0 {
            context.voice.note(&format!(
                "{stay} documents that were not met stay: their files gave nothing, or they may be in what could not be read"
            ));
        }
    }
    let tally = intake.tally;
    live.folder.store.flush()?;
    Summary::of(&live.folder.store, &live.counters, tally, start.elapsed())?.say(context.voice)?;
    if !ended {
        context.voice.note("interrupted; running the same again resumes");
        return Ok(Exit::Interrupted);
    }
    if nothing_came {
        let message = "no document was found, so nothing was deleted; `kgloom delete` takes documents out";
        return Err(CliError::missing(message).into());
    }
    if let Some(input) = missing {
        return Err(CliError::missing(format!("\"{input}\" is not there; what else was named was read")).into());
    }
    Ok(if run.strict && tally.refused > 0 { Exit::Data } else { Exit::Done })
}

/// Takes in what was read elsewhere.
fn take_answers((folder, model): (&Folder, &ModelId), file: &Path, voice: Voice) -> Result<()> {
    let (new, is_cut) = folder.journal.take_answers(file, model)?;
    let cut = if is_cut { "; it ends within one, and `kgloom read` goes on with it" } else { "" };
    voice.note(&format!("{new} new answers of \"{}\"{cut}", file.display()));
    Ok(())
}

fn named_pipe(id: &str, inputs: &[String]) -> Result<String, CliError> {
    match id {
        "" => Err(CliError::usage("an id has at least one byte")),
        _ if !inputs.iter().any(|input| input == "-") => Err(CliError::usage("--id names standard input, `-`, alone")),
        id => Ok(id.to_owned()),
    }
}
