//! `kgloom verify`. In: the journal. Out: whether the store holds exactly the graph that follows from it.
//! Never: a repair; `kgloom run` does that.

use crate::args::Verify;
use crate::context::Context;
use crate::exit::Exit;
use anyhow::Result;
use kgloom_engine::state::{Components, Folder};
use kgloom_engine::verify::{Difference, Verified, ask_again, verify};
use std::io::Write;
use std::sync::Arc;

/// Differences that are shown.
const SHOWN: usize = 20;

pub fn run(context: Context, wanted: &Verify) -> Result<Exit> {
    let folder = Folder::open_current(&context.config)?;
    let components = Components::for_folder(&context.config, &folder)?;
    let reader = Arc::clone(&components.reader);
    let verified = verify(&context.config, &folder, components)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "journal  epoch {}", verified.epoch)?;
    if verified.quarantined > 0 {
        writeln!(out, "         {} documents in quarantine, which are not read", verified.quarantined)?;
    }
    let Verified { rebuilt, stored, .. } = &verified;
    writeln!(out, "rebuilt  {}  {} quads", rebuilt.hash, rebuilt.lines.len())?;
    writeln!(out, "store    {}  {} quads", stored.hash, stored.lines.len())?;
    let mut exit = Exit::Done;
    let differences = verified.differences();
    if !differences.is_empty() {
        exit = Exit::Different;
        show(&mut out, &differences)?;
    }
    if wanted.infer {
        let changed = ask_again(&folder.journal, &reader, context.config.workers)?;
        writeln!(out, "answers  {} texts asked again, {} answers differ", changed.asked, changed.documents.len())?;
        for document in changed.documents.iter().take(SHOWN) {
            writeln!(out, "  the model now reads \"{document}\" otherwise")?;
            exit = Exit::Different;
        }
    }
    writeln!(out, "{}", if exit == Exit::Done { "equal" } else { "different" })?;
    Ok(exit)
}

fn show(out: &mut impl Write, differences: &[Difference]) -> std::io::Result<()> {
    writeln!(out, "{} lines differ (+ missing from the store, - should not be there):", differences.len())?;
    for difference in differences.iter().take(SHOWN) {
        writeln!(out, "  {difference}")?;
    }
    Ok(())
}
