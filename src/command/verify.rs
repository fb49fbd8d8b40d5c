//! `kgloom verify`. In: the journal. Out: whether the store holds exactly the graph that follows from it.
//! Never: a repair; `kgloom run` does that.

use crate::args::Verify;
use crate::context::Context;
use crate::exit::Exit;
use crate::state::{Components, Folder, beside, keep_up, quarantined, replay};
use crate::verify::{Difference, ask_again, difference};
use anyhow::Result;
use connectors::Store;
use kgloom_flow::session::{Delta, Session};
use kgloom_record::record::Quad;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

/// Differences that are shown.
const SHOWN: usize = 20;

pub fn run(context: Context, verify: &Verify) -> Result<Exit> {
    let folder = Folder::open_current(&context.config, context.voice)?;
    let components = Components::for_folder(&context.config, &folder)?;
    let reader = Arc::clone(&components.reader);
    let rebuilt = rebuild(&context, &folder, components)?;
    let (wanted, stored) = (rebuilt.lines()?, folder.store.lines()?);
    let mut out = std::io::stdout().lock();
    writeln!(out, "journal  epoch {}", folder.journal.epoch())?;
    let set_aside = quarantined(&folder.journal)?.len();
    if set_aside > 0 {
        writeln!(out, "         {set_aside} documents in quarantine, which are not read")?;
    }
    writeln!(out, "rebuilt  {}  {} quads", rebuilt.hash()?, wanted.len())?;
    writeln!(out, "store    {}  {} quads", folder.store.hash()?, stored.len())?;
    let mut exit = Exit::Done;
    let differences = difference(&wanted, &stored);
    if !differences.is_empty() {
        exit = Exit::Different;
        show(&mut out, &differences)?;
    }
    if verify.infer {
        let changed = ask_again(&folder.journal, &reader, (context.config.workers, context.voice))?;
        writeln!(out, "answers  {} texts asked again, {} answers differ", changed.asked, changed.documents.len())?;
        for document in changed.documents.iter().take(SHOWN) {
            writeln!(out, "  the model now reads \"{document}\" otherwise")?;
            exit = Exit::Different;
        }
    }
    writeln!(out, "{}", if exit == Exit::Done { "equal" } else { "different" })?;
    Ok(exit)
}

/// The graph of a fresh session over the journal's documents, in a store of its own.
fn rebuild(context: &Context, folder: &Folder, components: Components) -> Result<Store> {
    folder.journal.check()?;
    let model = components.reader.id().clone();
    let memory = Arc::new(folder.journal.memory(&model));
    let mut session = Session::start(components.session(memory, context.config.workers));
    let mut graph = BTreeSet::new();
    let mut derived = beside::open(&context.config, &model)?;
    let mut keep = |delta: Delta| {
        derived.iter_mut().for_each(|derived| derived.absorb(&delta.quads));
        keep_up(&mut graph, delta);
    };
    let how = (context.config.epoch_documents, context.voice);
    replay(folder, (&mut session, &model), how, (Some(&mut keep), None))?;
    for follower in &mut derived {
        graph.extend(follower.all(context.voice)?);
    }
    let store = Store::in_memory()?;
    store.repair(folder.journal.epoch(), &graph.into_iter().collect::<Vec<Quad>>(), &[])?;
    Ok(store)
}

fn show(out: &mut impl Write, differences: &[Difference]) -> std::io::Result<()> {
    writeln!(out, "{} lines differ (+ missing from the store, - should not be there):", differences.len())?;
    for difference in differences.iter().take(SHOWN) {
        writeln!(out, "  {difference}")?;
    }
    Ok(())
}
