//! One document of a container, or why there is none. In: a place. Out: a record. Never: how it was found.

use kgloom_record::record::{DocumentId, Refusal};

/// What can be said of the documents of a file after it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All of it.
    Whole,
    /// Some of it has no id that could be read.
    Unknown,
    /// The file ended within it, and what followed is not known.
    Cut,
}

/// One document of a container, or why there is none.
pub(crate) struct Record {
    pub(crate) id: DocumentId,
    /// The line it begins at, from 1; 0 where the container is one document.
    pub(crate) line: u64,
    pub(crate) outcome: Result<String, Refusal>,
    pub(crate) end: End,
}

/// `FILE` or `FILE, line N`.
pub(crate) fn place(container: &str, line: u64) -> String {
    match line {
        0 => container.to_owned(),
        line => format!("{container}, line {line}"),
    }
}
