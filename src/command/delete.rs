//! `kgloom delete`. In: ids. Out: a graph without those documents. Never: a guess at what an id may mean.

use super::Context;
use crate::args::Delete;
use crate::exit::Exit;
use crate::run::{Intake, Summary};
use crate::state::{Folder, Live, must_exist};
use anyhow::Result;
use connectors::Incoming;
use pipeline::record::{Change, DocumentId};
use std::time::Instant;

pub fn run(context: Context, delete: &Delete) -> Result<Exit> {
    let start = Instant::now();
    must_exist(&context.config)?;
    let folder = Folder::open(&context.config)?;
    let mut known = Vec::new();
    for id in delete.ids.iter().map(|id| DocumentId::new(id.as_str())) {
        match folder.journal.lookup(&id)? {
            Some(live) => known.push((id, live)),
            None => context.voice.note(&format!("there is no document \"{id}\"")),
        }
    }
    let mut session = Live::start(&context.config, folder, context.voice)?;
    let mut intake = Intake::new(&mut session, context.config.epoch_documents, context.voice)?;
    let all_known = known.len() == delete.ids.len();
    for (id, live) in known {
        intake.take(Incoming { change: Change::Delete(id), container: live.container().into() })?;
    }
    intake.finish()?;
    let tally = intake.tally;
    Summary::of(&session, tally, start.elapsed())?.say(context.voice)?;
    Ok(if all_known { Exit::Done } else { Exit::Different })
}
