//! `kgloom export`. In: a format. Out: the graph, the same bytes for the same graph. Never: a file half-written.

use super::Context;
use crate::args::Export;
use crate::exit::Exit;
use crate::state::Folder;
use anyhow::{Context as _, Result};
use connectors::store::{Exported, GraphChoice};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

pub fn run(context: Context, export: &Export) -> Result<Exit> {
    let folder = Folder::open_current(&context.config, context.voice)?;
    let exported = match &export.output {
        Some(path) => to_file(&folder, export, path)?,
        None => to(&folder, export, std::io::stdout().lock())?,
    };
    if exported.left_out {
        context.voice.note("this format holds the default graph only; nq, trig, jsonld and csv hold all");
    }
    context.voice.detail(&format!("{} quads written", exported.quads));
    Ok(Exit::Done)
}

fn to(folder: &Folder, export: &Export, out: impl Write) -> Result<Exported> {
    let graphs = if export.all_graphs { GraphChoice::All } else { GraphChoice::Default };
    let mut out = BufWriter::new(out);
    let exported = folder.store.export(export.format, graphs, &mut out)?;
    out.flush()?;
    Ok(exported)
}

/// Writes beside the file first, so that what was there stays until all is written;
/// but a device or a pipe is written to as it is.
fn to_file(folder: &Folder, export: &Export, path: &Path) -> Result<Exported> {
    let cannot = || format!("cannot write \"{}\"", path.display());
    if path.exists() && !path.is_file() {
        return to(folder, export, File::options().write(true).open(path).with_context(cannot)?);
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let file = File::create(&beside).with_context(cannot)?;
    let exported = to(folder, export, &file)?;
    file.sync_all().with_context(cannot)?;
    std::fs::rename(&beside, path).with_context(cannot)?;
    Ok(exported)
}
