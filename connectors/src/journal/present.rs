//! Files of a journal that are missing, and files that are none of it. In: the journal's folder. Out: the first of them by
//! name, before the library stops at it without one. Never: a change of a file that holds something.

use super::files::{damaged, gone};
use super::seal::{FILE as SEAL, numbered};
use crate::Error;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;

/// Where the library locks the folder; it is empty.
const LOCK: &str = "lock";
const TABLES: &str = "keyspaces";

/// Whether a folder holds a journal, or a part of one; what a process leaves that was killed while it made one is none, and neither
/// is a folder that was emptied.
pub fn is_there(path: &Path) -> bool {
    let marks = [Path::new("version"), Path::new(SEAL), &Path::new("keyspaces").join("1")];
    let is_later = |(number, _)| number > 0;
    marks.iter().any(|mark| path.join(mark).exists()) || numbered(path).is_ok_and(|logs| logs.into_iter().any(is_later))
}

/// Makes sure that each file is there that must be, and none that cannot be.
pub(super) fn check(path: &Path) -> Result<(), Error> {
    for name in names(path, Path::new(""))? {
        let is_log = Path::new(&name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jnl"));
        let stem = name.to_str().map(|name| name.strip_suffix(".jnl").unwrap_or(name));
        if stem.is_none() || is_log && !stem.is_some_and(is_number) {
            return Err(stranger(path, Path::new(&name)));
        }
    }
    if !path.join("version").exists() {
        return Ok(());
    }
    // What carries folders from one machine to another may leave out files that are empty.
    let lock = path.join(LOCK);
    if !lock.exists() {
        File::create(&lock).map_err(|error| Error::file("create", &lock, error))?;
    }
    let tables = Path::new(TABLES);
    if !path.join(tables).exists() {
        return Err(gone(path, tables));
    }
    for name in names(path, tables)? {
        let folder = tables.join(&name);
        if path.join(&folder).is_dir() {
            if !name.to_str().is_some_and(is_number) {
                return Err(stranger(path, &folder));
            }
            check_tables(path, &folder)?;
        }
    }
    Ok(())
}

/// The folder of one space: which version of its list of tables is the newest, that list, and the tables.
fn check_tables(path: &Path, folder: &Path) -> Result<(), Error> {
    let newest = folder.join("current");
    // A process killed while it made the folder leaves none; what was sealed tells where there was one.
    let Ok(bytes) = fs::read(path.join(&newest)) else { return Ok(()) };
    let Some(version) = bytes.first_chunk().map(|version| u64::from_le_bytes(*version)) else {
        return Err(damaged(path, &format!("\"{}\" is cut short", newest.display())));
    };
    let list = folder.join(format!("v{version}"));
    if !path.join(&list).exists() {
        return Err(gone(path, &list));
    }
    let tables = folder.join("tables");
    if path.join(&tables).exists() {
        for name in names(path, &tables)? {
            let is_hidden = name.to_str().is_some_and(|name| name == ".DS_Store" || name.starts_with("._"));
            if !is_hidden && !name.to_str().is_some_and(is_number) {
                return Err(stranger(path, &tables.join(&name)));
            }
        }
    }
    Ok(())
}

/// What is in a folder of the journal, in order.
fn names(path: &Path, folder: &Path) -> Result<Vec<OsString>, Error> {
    let folder = path.join(folder);
    let cannot = |error| Error::file("read", &folder, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(cannot)? {
        names.push(entry.map_err(cannot)?.file_name());
    }
    names.sort();
    Ok(names)
}

fn is_number(name: &str) -> bool {
    name.parse::<u64>().is_ok()
}

fn stranger(path: &Path, file: &Path) -> Error {
    Error::Damaged {
        path: path.to_owned(),
        what: format!("\"{}\" is no file of a journal, but perhaps a copy that another program made", file.display()),
        remedy: "nothing was changed; move it to another place, then run again",
    }
}
