//! From what the user named to files. In: paths and `-`. Out: containers in a fixed order, each once.
//! Never: hidden files of a folder, anything read.

use super::Kind;
use pipeline::record::{DocumentId, Refusal};
use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::{DirEntry, WalkDir};

/// A file, or standard input.
#[derive(Clone, Debug)]
pub(super) struct Container {
    /// As the user named it, joined with forward slashes; `-` for standard input.
    pub name: Arc<str>,
    /// Where it is; `None` for standard input.
    pub path: Option<PathBuf>,
    /// Whether the user named it, and not only a folder around it.
    pub named: bool,
}

impl Container {
    pub fn is_standard_input(&self) -> bool {
        self.path.is_none()
    }

    /// The id of the container's only document, and the first part of the ids of documents without one.
    pub fn id(&self) -> DocumentId {
        if self.is_standard_input() { DocumentId::new("stdin") } else { DocumentId::new(Arc::clone(&self.name)) }
    }
}

/// What a walk comes upon.
pub(super) enum Input {
    Found(Container),
    Refused(Arc<str>, Refusal),
}

/// The files of all inputs, and their bytes together where that can be known.
pub(super) fn find(inputs: &[String]) -> (VecDeque<Input>, Option<u64>) {
    let mut walk = Walk { found: VecDeque::new(), known: BTreeSet::new(), total: Some(0) };
    for input in inputs {
        match input.as_str() {
            "-" => walk.add(Container { name: "-".into(), path: None, named: true }, None),
            path if Path::new(path).is_dir() => walk.folder(path),
            path => walk.file(path),
        }
    }
    (walk.found, walk.total)
}

struct Walk {
    found: VecDeque<Input>,
    known: BTreeSet<Arc<str>>,
    total: Option<u64>,
}

impl Walk {
    fn add(&mut self, container: Container, bytes: Option<u64>) {
        if self.known.insert(Arc::clone(&container.name)) {
            self.total = self.total.zip(bytes).map(|(total, bytes)| total + bytes);
            self.found.push_back(Input::Found(container));
        }
    }

    fn file(&mut self, path: &str) {
        let name = name(Path::new(path));
        match std::fs::metadata(path) {
            Ok(data) => {
                let bytes = data.is_file().then_some(data.len());
                self.add(Container { name, path: Some(path.into()), named: true }, bytes);
            }
            Err(error) => self.refuse(name, &error),
        }
    }

    fn folder(&mut self, path: &str) {
        let walk = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    let bytes = entry.metadata().ok().map(|data| data.len());
                    self.add(
                        Container { name: name(entry.path()), path: Some(entry.into_path()), named: false },
                        bytes,
                    );
                }
                Ok(_) => {}
                Err(error) => {
                    let name = name(error.path().unwrap_or(Path::new(path)));
                    match error.io_error() {
                        Some(error) => self.refuse(name, error),
                        None => self.refuse(name, &std::io::Error::other("a link leads back to its own folder")),
                    }
                }
            }
        }
    }

    fn refuse(&mut self, name: Arc<str>, error: &std::io::Error) {
        if self.known.insert(Arc::clone(&name)) {
            let refusal = super::stream::refusal(error, &name);
            self.found.push_back(Input::Refused(name, refusal));
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// The path with forward slashes and without a leading `./`, so that one file has one name.
fn name(path: &Path) -> Arc<str> {
    let name = path.to_string_lossy();
    let name = if std::path::MAIN_SEPARATOR == '\\' { name.replace('\\', "/") } else { name.into_owned() };
    let mut name = name.as_str();
    while let Some(rest) =
        name.strip_prefix("./").map(|rest| rest.trim_start_matches('/')).filter(|rest| !rest.is_empty())
    {
        name = rest;
    }
    name.into()
}

/// How a file is compressed, by the end of its name, and its name without that end.
pub(super) fn compression_by_name(name: &str) -> (Option<super::stream::Compression>, &str) {
    use super::stream::Compression::{Bzip2, Gzip, Zstd};
    for (ending, compression) in [(".gz", Gzip), (".zst", Zstd), (".bz2", Bzip2)] {
        if let Some(rest) = name.strip_suffix(ending) {
            return (Some(compression), rest);
        }
    }
    (None, name)
}

/// What a file holds, by the end of its name under the compression.
pub(super) fn kind_by_name(name: &str) -> Option<Kind> {
    let (_, name) = compression_by_name(name);
    let file = name.rsplit('/').next().unwrap_or(name);
    match file.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "txt" | "text" => Some(Kind::Text),
        "md" | "markdown" => Some(Kind::Markdown),
        "html" | "htm" => Some(Kind::Html),
        "jsonl" | "ndjson" => Some(Kind::JsonLines),
        _ => None,
    }
}
