//! `kgloom put`. In: single files, or standard input under an id. Out: a graph that holds what they say.
//! Never: more than one document where an id was given.

use crate::args::Put;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::served;
use crate::summary::Summary;
use anyhow::Result;
use connectors::Incoming;
use connectors::source::{Documents, StandardInput};
use kgloom_engine::run::edit;
use kgloom_engine::state::{Components, Folder};
use kgloom_record::record::{Change, Document, DocumentId};
use std::time::Instant;

pub fn run(context: Context, put: &Put) -> Result<Exit> {
    let start = Instant::now();
    let mut config = context.config.with_input(&put.input)?;
    if put.id.as_deref() == Some("") {
        return Err(CliError::usage("an id has at least one byte").into());
    }
    if put.id.is_some() {
        config.source.standard_input = StandardInput::Text;
    }
    let served = served::client(&config)?;
    let (folder, root) = match &served {
        Some(_) => (None, served::root(&config)?),
        None => {
            let folder = Folder::open(&config)?;
            let root = folder.root(&config)?;
            (Some(folder), root)
        }
    };
    let mut incoming: Vec<Incoming> = Documents::open_within(&put.files, &config.source, &root).collect();
    if let Some(id) = &put.id {
        incoming = vec![under_id(incoming, DocumentId::new(id.as_str()))?];
    } else if put.files.iter().any(|file| file == "-") {
        return Err(CliError::usage("standard input needs --id").into());
    }
    for change in &incoming {
        if let Change::Refuse(id, refusal) = &change.change {
            context.voice.note(&format!("\"{id}\" is refused: {} ({})", refusal.reason, refusal.location));
        }
    }
    if let Some(client) = served {
        let written = served::send(&client, &served::uploads(incoming))?;
        served::say(&client, &written, context.voice, start.elapsed())?;
        return Ok(if written.refused.is_empty() { Exit::Done } else { Exit::Data });
    }
    let Some(folder) = folder else { unreachable!("it is open where nobody serves it") };
    let components = Components::for_folder(&config, &folder)?;
    let (tally, edited) = edit(&folder.journal, incoming)?;
    let (folder, counters) = folder.follow(&config, (components, Some(&edited)))?;
    Summary::of(&folder.store, &counters, tally, start.elapsed())?.say(context.voice)?;
    Ok(if tally.refused > 0 { Exit::Data } else { Exit::Done })
}

fn under_id(incoming: Vec<Incoming>, id: DocumentId) -> Result<Incoming, CliError> {
    let count = incoming.len();
    let Ok([Incoming { change, container }]) = <[Incoming; 1]>::try_from(incoming) else {
        return Err(CliError::usage(format!("--id names one document, and these are {count}")));
    };
    let change = match change {
        Change::Put(document) => Change::Put(Document { id, text: document.text }),
        Change::Refuse(_, refusal) => Change::Refuse(id, refusal),
        other => other,
    };
    Ok(Incoming { change, container })
}
