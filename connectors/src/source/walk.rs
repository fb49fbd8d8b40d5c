//! From what the user named to files. In: paths and `-`. Out: containers in a fixed order, each once.
//! Never: hidden files of a folder, anything read, or anything that is no file opened.

use super::container::Container;
use super::names::{Names, Root};
use crate::source::broken;
use kgloom_record::record::Refusal;
use std::collections::{BTreeSet, VecDeque};
use std::fs::FileType;
use std::path::Path;
use std::sync::Arc;
use walkdir::{DirEntry, WalkDir};

/// What a walk comes upon.
pub(super) enum Input {
    Found(Container),
    Refused {
        container: Container,
        refusal: Refusal,
        /// Whether documents may be in it that could not be seen.
        lost: bool,
    },
}

/// The files of all inputs, and their bytes together where that can be known.
pub(super) fn find(inputs: &[String], root: &Root, standard_input: &str) -> (VecDeque<Input>, Option<u64>) {
    let names = Names::new(root);
    let mut walk = Walk { root, names, found: VecDeque::new(), known: BTreeSet::new(), total: Some(0) };
    for input in inputs {
        match input.as_str() {
            "-" => walk.add(Container::standard_input(standard_input), None),
            path => walk.input(Path::new(path)),
        }
    }
    (walk.found, walk.total)
}

struct Walk<'a> {
    root: &'a Root,
    names: Names,
    found: VecDeque<Input>,
    known: BTreeSet<Arc<str>>,
    total: Option<u64>,
}

impl Walk<'_> {
    fn add(&mut self, container: Container, bytes: Option<u64>) {
        if self.known.insert(Arc::clone(&container.name)) {
            self.total = self.total.zip(bytes).map(|(total, bytes)| total + bytes);
            self.found.push_back(Input::Found(container));
        }
    }

    fn input(&mut self, path: &Path) {
        match std::fs::metadata(path) {
            Ok(data) if data.is_dir() => self.folder(path),
            Ok(data) => self.file(path, data.file_type(), Some(data.len()), true),
            Err(error) => self.broken(path, &error),
        }
    }

    fn folder(&mut self, path: &Path) {
        let walk = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
        let root = self.root;
        let is_input = |entry: &DirEntry| {
            let apart = entry.file_type().is_dir() && root.is_apart(entry.path());
            entry.depth() == 0 || !is_hidden(entry) && !apart
        };
        for entry in walk.filter_entry(is_input) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    let bytes = entry.metadata().ok().map(|data| data.len());
                    self.file(entry.path(), entry.file_type(), bytes, false);
                }
                Err(error) => {
                    let path = error.path().unwrap_or(path).to_owned();
                    match error.into_io_error() {
                        Some(error) => self.broken(&path, &error),
                        // All that is in the folder is read without it.
                        None => self.refuse(&path, "a link leads back to its own folder", false),
                    }
                }
            }
        }
    }

    fn file(&mut self, path: &Path, kind: FileType, bytes: Option<u64>, named: bool) {
        if let Some(reason) = no_file(kind) {
            return self.refuse(path, reason, false);
        }
        let name = self.names.of(path);
        if !name.is_utf8 {
            return self.refuse(path, "the name is not UTF-8; give the file another", false);
        }
        self.add(Container::file(name.name, path.to_owned(), named), bytes);
    }

    fn broken(&mut self, path: &Path, error: &std::io::Error) {
        let reason = broken::refusal(error, "").reason;
        self.refuse(path, &reason, true);
    }

    fn refuse(&mut self, path: &Path, reason: &str, lost: bool) {
        let name = self.names.of(path).name;
        if self.known.insert(Arc::clone(&name)) {
            let refusal = Refusal { reason: reason.into(), location: Arc::clone(&name) };
            let container = Container::file(name, path.to_owned(), false);
            self.found.push_back(Input::Refused { container, refusal, lost });
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Why something that has a name is no file. To open it could take for ever.
fn no_file(kind: FileType) -> Option<&'static str> {
    if kind.is_file() {
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a pipe, not a file; `kgloom run --id ID - < PIPE` reads it");
        }
        if kind.is_socket() {
            return Some("a socket, not a file");
        }
        if kind.is_block_device() || kind.is_char_device() {
            return Some("a device, not a file");
        }
    }
    Some("not a file")
}
