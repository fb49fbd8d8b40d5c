//! `kgloom backup`. In: a state folder that nothing has open. Out: a copy that was opened and counted.
//! Never: a copy of a damaged journal, or one that is there before it is whole.

use crate::args::Backup;
use crate::config::Settings;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use anyhow::{Context as _, Result};
use kgloom_engine::state::{Folder, must_exist};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// What a state folder is made of; what repairs have moved aside is not.
const PARTS: [&str; 8] = ["journal", "store", "links", "types", "watch", "matching", "ontology", "pinned.json"];

pub fn run(context: Context, backup: &Backup) -> Result<Exit> {
    must_exist(&context.config)?;
    let (state, target) = (&context.config.state, &backup.folder);
    let taken = fs::read_dir(target).map(|mut entries| entries.next().is_some());
    if taken.unwrap_or_else(|error| error.kind() != io::ErrorKind::NotFound) {
        let message = format!("\"{}\" is there already, and not empty; name another folder", target.display());
        return Err(CliError::usage(message).into());
    }
    let mut part = target.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let cannot = || format!("cannot write \"{}\"", part.display());
    {
        let _held = connectors::journal::hold(&state.join("journal"))?;
        if part.exists() {
            fs::remove_dir_all(part).with_context(cannot)?;
        }
        fs::create_dir_all(part).with_context(cannot)?;
        for name in PARTS.iter().filter(|name| state.join(name).exists()) {
            copy(&state.join(name), &part.join(name)).with_context(cannot)?;
        }
    }
    let copied = Folder::open(&Settings { state: part.to_owned(), ..context.config.engine.clone() })?;
    copied.journal.check()?;
    let (counts, epoch) = (copied.journal.counts()?, copied.journal.epoch());
    drop(copied);
    fs::rename(part, target).with_context(cannot)?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}  epoch {epoch}, {} documents, {} refused, {} answers",
        target.display(),
        counts.documents,
        counts.refused,
        counts.answers
    )?;
    Ok(Exit::Done)
}

/// Copies a file, or a folder with all that is in it, onto the disk.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        fs::copy(from, to)?;
        return File::open(to)?.sync_all();
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|name| *name != OsStr::new("lock.kgloom")) {
            copy(&path, &to.join(name))?;
        }
    }
    File::open(to)?.sync_all()
}
