//! What can go wrong with the world. In: failures of disk, network and queries. Out: one enum that says where
//! and what to do. Never: bad input, which is data (`Refusal`).

use std::io;
use std::path::{Path, PathBuf};

/// A failure of the world that is not a function of the input: the epoch stops, and nothing of it is half-written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another process has the state folder open.
    #[error("state folder \"{}\" is in use by another kgloom process; wait until it ends, or give another folder with --state", .path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The state was written by a newer version.
    #[error("state folder \"{}\" has format {found}, and this version knows formats up to {known}; use the newer kgloom, or another folder with --state", .path.display())]
    NewerFormat {
        /// The folder.
        path: PathBuf,
        /// The format it has.
        found: u32,
        /// The newest format this version knows.
        known: u32,
    },
    /// What is on disk does not make sense.
    #[error("\"{}\" is damaged: {what}; {remedy}", .path.display())]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What was found.
        what: String,
        /// What to do about it.
        remedy: &'static str,
    },
    /// The store holds more than the journal, which is always written first.
    #[error("a part of the journal \"{}\" is lost: it ends at epoch {epoch}, and the store beside it holds epoch {store}; nothing was changed; restore it from a backup, or `kgloom repair` saves what can be read", .path.display())]
    Behind {
        /// The journal's folder.
        path: PathBuf,
        /// The journal's epoch.
        epoch: u64,
        /// The store's.
        store: u64,
    },
    /// The store was made from another journal than the one that lies beside it.
    #[error("the graph in \"{}\" is not that of the journal beside it: both end at epoch {epoch}, and of other documents; one of them was copied here from elsewhere, and nothing was changed; if the journal is yours, move \"{}\" away and the graph is made of it again; if the graph is, put the journal back that lay beside it", .store.display(), .store.display())]
    Foreign {
        /// The store's folder.
        store: PathBuf,
        /// The epoch of both.
        epoch: u64,
    },
    /// An epoch older than what the journal holds.
    #[error("epoch {epoch} is older than epoch {last} in the journal \"{}\"; open the state folder again", .path.display())]
    OldEpoch {
        /// The folder.
        path: PathBuf,
        /// The epoch that was to be appended.
        epoch: u64,
        /// The journal's epoch.
        last: u64,
    },
    /// A file of answers that are not taken in.
    #[error("the answers in \"{}\" are not taken in: {problem}", .path.display())]
    Answers {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// A document id that no journal can hold.
    #[error("document id of {length} bytes: an id has 1 to {most} bytes")]
    IdLength {
        /// Its length in bytes.
        length: usize,
        /// The longest that is allowed.
        most: usize,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} \"{}\"", .path.display())]
    File {
        /// What was tried: `open`, `read`, `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The journal could not be read or written.
    #[error("the journal in \"{}\" could not be read or written; see that its disk has space and is well, then run again", .path.display())]
    Journal {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A name that is no IRI: it would make every export unreadable.
    #[error("\"{iri}\" is not an IRI: {reason}")]
    NotAnIri {
        /// The name.
        iri: String,
        /// Why.
        reason: String,
    },
    /// A file that should be RDF, and is not.
    #[error("\"{}\" cannot be read as RDF: {what}", .path.display())]
    NotRdf {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
    /// A file that should be a table, and is not.
    #[error("\"{}\" cannot be read as a table: {what}", .path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
    /// What was to be written could not be.
    #[error("cannot write the output")]
    Output(#[source] io::Error),
    /// A model folder or the hub refused.
    #[error(transparent)]
    Hub(#[from] crate::hub::HubError),
}

impl Error {
    /// Whether trying again later, with nothing else changed, may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::InUse { .. } => true,
            Error::File { source, .. } | Error::Journal { source, .. } | Error::Output(source) => passes(source),
            Error::Hub(error) => error.is_transient(),
            _ => false,
        }
    }

    /// Whether it failed for want of open files, of which the process has all that it may: nothing is wrong with what was to be
    /// opened, and it can be once another is closed.
    pub fn wants_files(&self) -> bool {
        match self {
            Error::File { source, .. } | Error::Journal { source, .. } => wants_files(source),
            _ => false,
        }
    }

    /// Whether what failed was to write: there is no space, or writing is not allowed. What is there may still be read.
    pub fn is_unwritable(&self) -> bool {
        use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let no_write = |error: &io::Error| {
            matches!(error.kind(), StorageFull | FileTooLarge | QuotaExceeded | ReadOnlyFilesystem | PermissionDenied)
        };
        match self {
            Error::File { source, .. } | Error::Journal { source, .. } => no_write(source),
            _ => false,
        }
    }

    pub(crate) fn file(action: &'static str, path: &Path, source: io::Error) -> Error {
        Error::File { action, path: path.to_owned(), source }
    }
}

/// Whether too many files are open, in this process or in all: nothing is wrong with the file that was to be opened.
pub fn wants_files(error: &io::Error) -> bool {
    // ENFILE and EMFILE, which have no kind of their own.
    cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24))
}

fn passes(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, ResourceBusy, StorageFull, TimedOut, WouldBlock};
    wants_files(error) || matches!(error.kind(), Interrupted | ResourceBusy | StorageFull | TimedOut | WouldBlock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_may_pass_and_a_damaged_state_does_not() {
        let full = Error::Output(io::Error::from(io::ErrorKind::StorageFull));
        let damaged = Error::Damaged { path: "state".into(), what: "no sense".into(), remedy: "delete it" };
        assert!(full.is_transient());
        assert!(!damaged.is_transient() && !damaged.wants_files() && !full.wants_files());
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::PermissionDenied] {
            assert!(Error::file("write", Path::new("store"), io::Error::from(kind)).is_unwritable(), "{kind}");
        }
        let gone = io::Error::from(io::ErrorKind::NotFound);
        assert!(!Error::file("write", Path::new("store"), gone).is_unwritable() && !damaged.is_unwritable());
        assert_eq!(damaged.to_string(), "\"state\" is damaged: no sense; delete it");
    }
}
