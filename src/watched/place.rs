//! Where a watched path leads. In: paths. Out: what is there, told from another of the same name; links to folders within a folder.
//! Never: a file opened.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where it is, with links resolved.
    pub real: PathBuf,
    /// Whether it is no folder.
    pub is_file: bool,
    /// Which folder it is, and of a file the one that it lies in: who saves a file often replaces it.
    mark: Mark,
}

/// What tells a folder from another of its name: disk, number and birth, of which a new folder may have one again.
type Mark = (u64, u64, Option<SystemTime>);

impl Seen {
    /// What is at a path now, if anything is.
    pub fn at(path: &Path) -> Option<Seen> {
        let real = fs::canonicalize(path).ok()?;
        let data = fs::metadata(&real).ok()?;
        let is_file = !data.is_dir();
        let folder = if is_file { fs::metadata(real.parent()?).ok()? } else { data };
        Some(Seen { real, is_file, mark: mark(&folder) })
    }

    /// The folder whose files are heard of.
    pub fn folder(&self) -> &Path {
        match self.real.parent() {
            Some(folder) if self.is_file => folder,
            _ => &self.real,
        }
    }
}

#[cfg(unix)]
fn mark(folder: &Metadata) -> Mark {
    use std::os::unix::fs::MetadataExt;
    (folder.dev(), folder.ino(), folder.created().ok())
}

#[cfg(not(unix))]
fn mark(folder: &Metadata) -> Mark {
    (0, 0, folder.created().ok())
}

/// Links within a folder that lead to folders, or nowhere, with where each leads; also in folders that links lead to, each of
/// which is entered once. What is hidden, and what lies in the folders `apart`, is passed over.
pub fn links(folder: &Path, apart: &[PathBuf]) -> BTreeMap<PathBuf, Option<Seen>> {
    let (mut found, mut entered) = (BTreeMap::new(), BTreeSet::from([folder.to_owned()]));
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        // What cannot be listed cannot be read either, and is refused where it is read.
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if is_hidden(&path) || apart.contains(&path) {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => left.push(path),
                Ok(kind) if kind.is_symlink() => match Seen::at(&path) {
                    Some(seen) if seen.is_file => {}
                    seen => {
                        if seen.as_ref().is_some_and(|seen| entered.insert(seen.real.clone())) {
                            left.push(path.clone());
                        }
                        found.insert(path, seen);
                    }
                },
                _ => {}
            }
        }
    }
    found
}

/// Whether a path's last part is hidden.
pub fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}
