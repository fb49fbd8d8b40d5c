//! What a state folder is asked for beside its graph: a small file, which is there while it is wanted. In: a path. Out: what it
//! says. Never: half a file.

use anyhow::{Context, Result};
use kgloom_numerics::artifact;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::ErrorKind;
use std::path::Path;

/// What a file says; none where there is none. `remedy` is the command that writes it anew.
///
/// # Errors
/// Where it cannot be read, or is damaged.
pub(super) fn read<T: DeserializeOwned>(path: &Path, remedy: &str) -> Result<Option<T>> {
    let bytes = match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        bytes => bytes.with_context(|| format!("cannot read \"{}\"", path.display()))?,
    };
    let read = serde_json::from_slice(&bytes);
    Ok(Some(read.with_context(|| format!("\"{}\" is damaged; `{remedy}` writes it anew", path.display()))?))
}

/// Writes what is wanted from now on, or takes the file away.
///
/// # Errors
/// Where the disk does not let it.
pub(super) fn write<T: Serialize>(wanted: Option<&T>, path: &Path) -> Result<()> {
    match wanted {
        Some(wanted) => Ok(artifact::write(path, &serde_json::to_vec(wanted)?)?),
        None => gone(std::fs::remove_file(path), path),
    }
}

/// Takes a folder away with all that is in it, if it is there.
///
/// # Errors
/// Where the disk does not let it.
pub(super) fn remove_folder(folder: &Path) -> Result<()> {
    gone(std::fs::remove_dir_all(folder), folder)
}

fn gone(done: std::io::Result<()>, path: &Path) -> Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done.with_context(|| format!("cannot remove \"{}\"", path.display())),
    }
}
