//! The journal's folder. In: a path. Out: the lock on it, the database in it, and errors that say what is wrong with it.
//! Never: a panic of the library on damaged files that takes the program with it.

use crate::Error;
use fjall::Database;
use std::cell::Cell;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
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

pub(super) fn explain(path: &Path, error: fjall::Error) -> Error {
    let error = match error {
        fjall::Error::Storage(fjall::LsmError::Io(source)) => fjall::Error::Io(source),
        error => error,
    };
    match error {
        fjall::Error::Locked => Error::InUse { path: path.to_owned() },
        fjall::Error::Io(source) if is_damage(source.kind()) => damaged(path, &source.to_string()),
        fjall::Error::Io(_) | fjall::Error::Poisoned => {
            Error::Journal { path: path.to_owned(), source: Box::new(error) }
        }
        fjall::Error::Storage(fjall::LsmError::Unrecoverable) => {
            damaged(path, "a file in \"keyspaces\" is missing or broken")
        }
        other => damaged(path, &format!("{other:?}")),
    }
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
