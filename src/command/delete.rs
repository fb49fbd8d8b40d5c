//! `kgloom delete`. In: ids. Out: a graph without those documents. Never: a guess at what an id may mean.

use crate::args::Delete;
use crate::context::Context;
use crate::exit::Exit;
use crate::served;
use crate::summary::Summary;
use anyhow::Result;
use connectors::{Incoming, Live as Known, MAX_ID_BYTES};
use kgloom_client::{Client, Upload};
use kgloom_engine::run::{Tally, edit};
use kgloom_engine::state::{Components, Folder, must_exist};
use kgloom_record::record::{Change, DocumentId};
use std::sync::Arc;
use std::time::Instant;

pub fn run(context: Context, delete: &Delete) -> Result<Exit> {
    let start = Instant::now();
    must_exist(&context.config)?;
    if let Some(client) = served::client(&context.config)? {
        return through(&client, &context, delete, start);
    }
    let folder = Folder::open(&context.config)?;
    let mut known = Vec::new();
    for id in delete.ids.iter().map(|id| DocumentId::new(id.as_str())) {
        match folder.journal.lookup(&id)? {
            Some(live) => known.push((id, live)),
            None => context.voice.note(&format!("there is no document \"{id}\"")),
        }
    }
    let all_known = known.len() == delete.ids.len();
    let gone = |(id, live): (_, Known)| Incoming { change: Change::Delete(id), container: live.container().into() };
    let known: Vec<Incoming> = known.into_iter().map(gone).collect();
    let (store, counters, tally) = if known.is_empty() {
        (folder.store, Arc::default(), Tally::default())
    } else {
        let components = Components::for_folder(&context.config, &folder)?;
        let (tally, edited) = edit(&folder.journal, known)?;
        let (folder, counters) = folder.follow(&context.config, (components, Some(&edited)))?;
        (folder.store, counters, tally)
    };
    Summary::of(&store, &counters, tally, start.elapsed())?.say(context.voice)?;
    Ok(if all_known { Exit::Done } else { Exit::Different })
}

/// The same by the server that has the state folder.
fn through(client: &Client, context: &Context, delete: &Delete, start: Instant) -> Result<Exit> {
    let can_be = |id: &str| (1..=MAX_ID_BYTES).contains(&id.len());
    let gone: Vec<Upload> =
        delete.ids.iter().filter(|id| can_be(id)).map(|id| Upload::Delete { id: id.clone() }).collect();
    let written = served::send(client, &gone)?;
    let mut all_known = true;
    for id in delete.ids.iter().filter(|id| !can_be(id) || written.missing.contains(id)) {
        context.voice.note(&format!("there is no document \"{id}\""));
        all_known = false;
    }
    served::say(client, &written, context.voice, start.elapsed())?;
    Ok(if all_known { Exit::Done } else { Exit::Different })
}
