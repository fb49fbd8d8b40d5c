//! The journal's folder. In: a path. Out: the lock on it, the database in it, and errors that say what is wrong with it.
//! Never: a panic of the library on damaged files that takes the program with it.

use crate::Error;
use fjall::Database;
use std::cell::Cell;
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What is left to do with a damaged journal.
pub const REMEDY: &str = "nothing was changed; restore it from a backup, or `kgloom repair` saves what can be read";
const LOCK: &str = "lock.kgloom";
/// Texts and answers are read once, in no order, when a session begins: what is kept serves single looks.
const CACHE_BYTES: u64 = 8 << 20;
const WRITE_AHEAD_BYTES: u64 = 128 << 20;

thread_local! {
    static OPENING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is opening a journal, where a panic of the library tells of damage and is turned into an error.
pub fn is_opening() -> bool {
    OPENING.get()
}

/// How long it is waited for a process that is about to end.
const PATIENCE: Duration = Duration::from_millis(500);

pub(super) fn lock(path: &Path) -> Result<File, Error> {
    let file = path.join(LOCK);
    let opened = File::options().create(true).truncate(false).write(true).open(&file);
    let opened = opened.map_err(|error| Error::file("open", &file, error))?;
    let start = Instant::now();
    loop {
        match opened.try_lock() {
            Ok(()) => return Ok(opened),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => sleep(Duration::from_millis(10)),
            Err(TryLockError::WouldBlock) => return Err(Error::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => return Err(Error::file("lock", &file, error)),
        }
    }
}

/// Whether a process has the lock.
pub(super) fn is_held(path: &Path) -> bool {
    let opened = File::open(path.join(LOCK));
    opened.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// A process killed while it made the folder leaves a first log without the marker that makes it count.
pub(super) fn clear_unfinished(path: &Path) -> Result<(), Error> {
    let first = path.join("0.jnl");
    if path.join("version").exists() || path.join("keyspaces").join("1").exists() || !first.exists() {
        return Ok(());
    }
    std::fs::remove_file(&first).map_err(|error| Error::file("remove", &first, error))
}

/// Opens the database, and makes it if there is none; a library that stops on damaged files is heard as an error.
pub(super) fn open_database(path: &Path) -> Result<Database, Error> {
    OPENING.set(true);
    let opened = catch_unwind(AssertUnwindSafe(|| open(path)));
    OPENING.set(false);
    opened.unwrap_or_else(|_| Err(damaged(path, "its files contradict each other")))
}

fn open(path: &Path) -> Result<Database, Error> {
    let builder = Database::builder(path).cache_size(CACHE_BYTES).max_journaling_size(WRITE_AHEAD_BYTES);
    builder.worker_threads(1).open().map_err(|error| explain(path, error))
}

/// How the disk failed last, in this process, and of which journal: the library takes nothing in from then on, and does not say why.
static FAILED: Mutex<Option<(PathBuf, ErrorKind, String)>> = Mutex::new(None);

pub(super) fn explain(path: &Path, error: fjall::Error) -> Error {
    match error {
        fjall::Error::Locked => Error::InUse { path: path.to_owned() },
        fjall::Error::Io(source) | fjall::Error::Storage(fjall::LsmError::Io(source)) if is_damage(source.kind()) => {
            damaged(path, &source.to_string())
        }
        fjall::Error::Io(source) | fjall::Error::Storage(fjall::LsmError::Io(source)) => failed(path, Some(source)),
        fjall::Error::Poisoned => failed(path, None),
        fjall::Error::Storage(fjall::LsmError::Unrecoverable) => {
            damaged(path, "a file in \"keyspaces\" is missing or broken")
        }
        fjall::Error::Storage(fjall::LsmError::ChecksumMismatch { .. }) => {
            damaged(path, "a part of it is not as it was written")
        }
        other => damaged(path, &format!("{other:?}")),
    }
}

/// A failure of the disk; where none is told, it is the one that was told before.
fn failed(path: &Path, source: Option<io::Error>) -> Error {
    let mut last = FAILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(source) = &source {
        *last = Some((path.to_owned(), source.kind(), source.to_string()));
    }
    let known = last.as_ref().filter(|(failed, ..)| failed == path);
    // Never the same number: who wants open files would wait for what never comes.
    let known = known.map(|(_, kind, told)| io::Error::new(*kind, told.clone()));
    let source = source.or(known).unwrap_or_else(|| io::Error::other("an earlier write failed"));
    Error::Journal { path: path.to_owned(), source }
}

/// Whether a failure to read speaks of the files and not of the disk.
fn is_damage(kind: ErrorKind) -> bool {
    use ErrorKind::{AlreadyExists, InvalidData, InvalidInput, NotADirectory, NotFound, UnexpectedEof};
    matches!(kind, AlreadyExists | InvalidData | InvalidInput | NotADirectory | NotFound | UnexpectedEof)
}

pub(super) fn damaged(path: &Path, what: &str) -> Error {
    Error::Damaged { path: path.to_owned(), what: what.to_owned(), remedy: REMEDY }
}

/// A file of the journal, named from its folder, is not there.
pub(super) fn gone(path: &Path, file: &Path) -> Error {
    damaged(path, &format!("\"{}\" is missing", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_failed_is_told_in_its_own_words_also_when_the_library_only_says_that_it_stopped() {
        let told = |error: &Error| format!("{error}: {}", std::error::Error::source(error).unwrap());
        let (path, other) = (Path::new("one/journal"), Path::new("other/journal"));
        for (number, kind) in [(28, ErrorKind::StorageFull), (27, ErrorKind::FileTooLarge), (24, ErrorKind::Other)] {
            let error = explain(path, fjall::Error::Io(io::Error::from_raw_os_error(number)));
            let later = explain(path, fjall::Error::Poisoned);
            assert_eq!(told(&error), told(&later));
            assert!(told(&later).contains("could not be") && !told(&later).contains("Fjall"), "{}", told(&later));
            let is_full = kind != ErrorKind::Other;
            assert_eq!((error.is_unwritable(), later.is_unwritable()), (is_full, is_full), "{kind}");
            assert!(!later.wants_files(), "nothing that comes later helps");
            let elsewhere = explain(other, fjall::Error::Poisoned);
            assert!(told(&elsewhere).ends_with("an earlier write failed") && !elsewhere.is_unwritable());
        }
    }
}
