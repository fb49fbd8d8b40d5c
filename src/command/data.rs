//! `kgloom data`. In: links, in files or in a state folder. Out: counts, or parts. Never: a model.

use crate::args::{Data, Split};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::sets;
use anyhow::Result;
use kgloom_corpora::written;
use kgloom_engine::state::ontology;
use kgloom_links::data::benchmark;
use kgloom_links::{HeldOut, LinkSet, LinkStats, split};
use std::path::Path;

pub fn run(context: Context, wanted: &Data) -> Result<Exit> {
    match wanted {
        Data::Stats { data, format } => {
            let set = open(&context, data.as_deref())?;
            if set.train.is_empty() {
                context.voice.note("there are no links between things in it; values and classes are none");
            }
            let stats = LinkStats::of(&set);
            write(*format, &stats, &stats.table())?;
            // A folder of two graphs: the second one is tested.
            let tested = data.as_deref().and_then(benchmark::disjoint).filter(|graph| graph.is_file());
            if let Some(graph) = tested.filter(|graph| Some(graph.as_path()) != data.as_deref()) {
                let stats = LinkStats::of(&open(&context, Some(&graph))?);
                write(*format, &stats, &stats.table())?;
            }
        }
        Data::Corpus { path, beside, format } => {
            let ontology = ontology(&context.config)?;
            let documents = written::load(path, &ontology)?;
            match beside {
                Some(beside) => {
                    let agreement = written::agreement(&documents, &written::load(beside, &ontology)?);
                    write(*format, &agreement, &agreement.table())?;
                }
                None => {
                    let statistics = written::statistics(&documents);
                    write(*format, &statistics, &statistics.table())?;
                }
            }
        }
        Data::Split(wanted) => cut(&context, wanted)?,
    }
    Ok(Exit::Done)
}

/// A named set of links, or the graph in the state folder.
fn open(context: &Context, path: Option<&Path>) -> Result<LinkSet> {
    path.map_or_else(|| sets::of_state(&context.config, None), |path| sets::load(&context.config, path, None))
}

fn cut(context: &Context, wanted: &Split) -> Result<()> {
    if let Some(taken) = benchmark::part_in(&wanted.out) {
        let message = format!("\"{}\" is there already; name another folder by --out", taken.display());
        return Err(CliError::usage(message).into());
    }
    let held = if wanted.inductive { HeldOut::Entities } else { HeldOut::Links };
    let set = split(&open(context, wanted.data.as_deref())?, held, wanted.share, wanted.seed)?;
    benchmark::write(&set, &wanted.out)?;
    let [train, validation, test] = [&set.train, &set.validation, &set.test].map(Vec::len);
    let out = wanted.out.display();
    context.voice.note(&format!("wrote \"{out}\": {train} links to train, {validation} to validate, {test} to test"));
    Ok(())
}
