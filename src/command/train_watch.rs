//! `kgloom train watch`. In: the graph of the state folder. Out: a reference of what is usual in it, and the graph with how
//! unusual each document and each fact is. Never: a reference that changes with what comes later.

use crate::args::{ReportFormat, TrainWatch};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::interrupt;
use anyhow::Result;
use kgloom_engine::state::{Folder, LEAST_FACTS, Live, Typing, Usual, WatchedGraph, Watching, must_exist};
use kgloom_watch::Trim;
use serde_json::json;
use std::time::Instant;

/// The least share of documents that must be left.
const HALF: f64 = 0.5;

pub fn run(context: &Context, wanted: &TrainWatch) -> Result<Exit> {
    let config = &context.config.clone().pinned()?;
    must_exist(config)?;
    if wanted.off {
        Watching::remove(&config.state)?;
        let folder = Live::start(config, Folder::open(config)?)?.folder;
        folder.store.flush()?;
        println!("nothing is watched");
        return Ok(Exit::Done);
    }
    if !(0.0..=HALF).contains(&wanted.leave_out) {
        return Err(CliError::usage(format!("--leave-out is a share from 0 to {HALF}")).into());
    }
    let start = Instant::now();
    let folder = Folder::open_current(config)?;
    let graph = WatchedGraph::of(&folder.store)?;
    let reader = folder.model()?.map(|model| Typing::space(&model)).unwrap_or_default();
    let trim = Trim { share: wanted.leave_out, most: wanted.most as usize, seed: wanted.seed };
    let usual = Usual::of(&graph, &reader, trim)?;
    let documents = graph.documents().filter_map(|name| Some(Watching::seen(name, graph.direction(name)?)));
    let watching = Watching { epoch: folder.journal.epoch(), documents: documents.collect() };
    if interrupt::asked() {
        return Err(CliError::interrupted().into());
    }
    Watching::remove(&config.state)?;
    usual.write(&config.state)?;
    watching.write(&config.state)?;
    let seconds = start.elapsed().as_secs_f64();
    let folder = Live::start(config, folder)?.folder;
    folder.store.flush()?;
    let (card, facts) = (&usual.documents.card, usual.facts.as_ref().map(|facts| &facts.card));
    let learnt: usize = facts.map_or(0, |card| card.relations.values().sum());
    match wanted.format {
        ReportFormat::Json => println!(
            "{}",
            json!({ "documents": card.items, "left_out": card.left_out, "kept": card.kept, "facts": learnt,
                "relations": facts.map_or(0, |card| card.relations.len()), "hubs": facts.map_or(0, |card| card.hubs.len()),
                "model": usual.documents.id()?, "seconds": seconds })
        ),
        ReportFormat::Table => {
            let [items, left_out, kept] = [card.items, card.left_out, card.kept];
            println!(
                "{items} documents are usual, {kept} of them are kept; {left_out} that lie farthest out were left out"
            );
            match facts {
                Some(card) => println!(
                    "{learnt} facts of {} relations are usual; {} things have so many links that what is said around them is \
                     pinned",
                    card.relations.len(),
                    card.hubs.len()
                ),
                None => println!("fewer than {LEAST_FACTS} facts between things: none will surprise"),
            }
            println!(
                "pinned as {} after {seconds:.0} s; `kgloom unusual` lists what does not belong",
                usual.documents.id()?
            );
        }
    }
    Ok(Exit::Done)
}
