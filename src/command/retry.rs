//! `kgloom retry`. In: ids of documents in quarantine. Out: a graph with what they say, if they can be read now.
//! Never: a text read that was not set aside.

use crate::args::Retry;
use crate::context::Context;
use crate::exit::Exit;
use crate::summary::Summary;
use anyhow::Result;
use kgloom_engine::run::Tally;
use kgloom_engine::state::{Components, Folder, must_exist, quarantined};
use std::collections::BTreeSet;
use std::time::Instant;

pub fn run(context: Context, retry: &Retry) -> Result<Exit> {
    let start = Instant::now();
    must_exist(&context.config)?;
    let folder = Folder::open(&context.config)?;
    let (mut quarantine, set_aside) = (folder.journal.quarantine()?, quarantined(&folder.journal)?);
    let wanted: BTreeSet<&str> = retry.ids.iter().map(String::as_str).collect();
    let chosen = |id: &str| wanted.is_empty() || wanted.contains(id);
    let lifted: Vec<_> = set_aside.iter().filter(|(id, _)| chosen(id.as_str())).collect();
    for id in wanted.iter().filter(|id| !lifted.iter().any(|(lifted, _)| lifted.as_str() == **id)) {
        context.voice.note(&format!("\"{id}\" is not in quarantine"));
    }
    if lifted.is_empty() {
        println!("nothing is read again");
        return Ok(if wanted.is_empty() { Exit::Done } else { Exit::Different });
    }
    let components = Components::for_folder(&context.config, &folder)?;
    for (_, content) in &lifted {
        quarantine.remove(content);
        folder.journal.forget_unended(content)?;
    }
    folder.journal.set_quarantine(&quarantine)?;
    let all = wanted.is_empty() || lifted.len() >= wanted.len();
    let (folder, counters) = folder.follow(&context.config, (components, None))?;
    let tally = Tally { epochs: 1, ..Tally::default() };
    Summary::of(&folder.store, &counters, tally, start.elapsed())?.say(context.voice)?;
    Ok(if all { Exit::Done } else { Exit::Different })
}
