//! The world's documents as changes, one at a time.
//!
//! In: files, folders and standard input, compressed or not. Out: documents, and reasons where there is none.
//! Never: a failure (bad input is data), more than one document in memory, a change of a document's bytes of text.

mod json;
mod lines;
mod markup;
mod stream;
mod text;
mod walk;
mod wiki;

use json::JsonLines;
use pipeline::record::{Change, Document, DocumentId, Refusal};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use stream::Stream;
use walk::{Container, Input};
use wiki::WikiDocuments;

/// A change, and the input it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// What happened.
    pub change: Change,
    /// The file as the user named it, `-` for standard input; for other changes whatever their maker says.
    pub container: Arc<str>,
}

/// How inputs are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOptions {
    /// The field of a JSON line that holds a document's id.
    pub id_field: String,
    /// The field of a JSON line that holds a document's text.
    pub text_field: String,
    /// The longest document, in bytes of its file or field.
    pub max_document_bytes: u64,
    /// The most bytes that one compressed file may expand to.
    pub max_expanded_bytes: u64,
    /// How many times its size a compressed file may expand to, after the first MiB.
    pub max_expansion: u64,
    /// What standard input holds.
    pub standard_input: StandardInput,
}

impl Default for SourceOptions {
    fn default() -> Self {
        SourceOptions {
            id_field: "id".to_owned(),
            text_field: "text".to_owned(),
            max_document_bytes: 1 << 20,
            max_expanded_bytes: 4 << 30,
            max_expansion: 100,
            standard_input: StandardInput::Sniff,
        }
    }
}

/// What standard input holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StandardInput {
    /// Whatever its first bytes look like.
    #[default]
    Sniff,
    /// One document of plain text, with the id `stdin`.
    Text,
    /// JSON lines.
    JsonLines,
}

/// The bytes of a file, expanded where its name says that it is compressed.
pub(crate) fn expanded(path: &Path, options: &SourceOptions) -> io::Result<impl BufRead + use<>> {
    let name = path.to_string_lossy().as_ref().into();
    stream::open(&Container { name, path: Some(path.to_owned()), named: true }, options, Arc::default())
}

/// A file's name without what says that it is compressed.
pub(crate) fn bare_name(name: &str) -> &str {
    walk::compression_by_name(name).1
}

/// How far the reading has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read from files, before any expansion.
    pub read: u64,
    /// Bytes of all files; `None` where it cannot be known, as for standard input.
    pub total: Option<u64>,
}

/// What is read from a file, as told by its name and its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Markdown,
    Html,
    JsonLines,
    Wiki,
}

/// One document of a container, or why there is none.
struct Record {
    id: DocumentId,
    /// The line it begins at, from 1; 0 where the container is one document.
    line: u64,
    outcome: Result<String, Refusal>,
}

/// A container that is being read.
enum Open {
    Whole(Stream, Kind),
    JsonLines(JsonLines),
    Wiki(WikiDocuments),
}

/// All documents of the inputs, in the order of the inputs and, within a folder, of names.
///
/// Two documents with one id: the first counts, and the later is refused under an id of its place.
pub struct Documents {
    options: SourceOptions,
    inputs: VecDeque<Input>,
    current: Option<(Container, Open)>,
    seen: HashMap<[u8; 16], (Arc<str>, u64)>,
    finished: BTreeSet<Arc<str>>,
    skipped: u64,
    read: Arc<AtomicU64>,
    total: Option<u64>,
}

impl Documents {
    /// Finds the files of all inputs; nothing is read before the first document is asked for.
    pub fn open(inputs: &[String], options: &SourceOptions) -> Documents {
        let (inputs, total) = walk::find(inputs);
        Documents {
            options: options.clone(),
            inputs,
            current: None,
            seen: HashMap::new(),
            finished: BTreeSet::new(),
            skipped: 0,
            read: Arc::default(),
            total,
        }
    }

    /// How far the reading has come.
    pub fn progress(&self) -> Progress {
        Progress { read: self.read.load(Ordering::Relaxed), total: self.total }
    }

    /// The containers that were read to their end. What an earlier run knew of such a container and this one did not
    /// name is not in it any more; of a container that could not be opened or broke off, nothing can be said.
    pub fn finished(&self) -> &BTreeSet<Arc<str>> {
        &self.finished
    }

    /// Files of folders that were passed over because nothing is known of their type.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Opens the next container that is to be read, or says why it cannot be.
    fn advance(&mut self) -> Option<Incoming> {
        while let Some(input) = self.inputs.pop_front() {
            let container = match input {
                Input::Found(container) => container,
                Input::Refused(name, refusal) => {
                    let id = DocumentId::new(Arc::clone(&name));
                    return Some(Incoming { change: Change::Refuse(id, refusal), container: name });
                }
            };
            match self.enter(&container) {
                Ok(Some(open)) => {
                    self.current = Some((container, open));
                    return None;
                }
                Ok(None) => self.skipped += 1,
                Err(error) => {
                    let change = Change::Refuse(container.id(), stream::refusal(&error, &container.name));
                    return Some(Incoming { change, container: container.name });
                }
            }
        }
        None
    }

    /// `None` where the file is of no known type and the user did not name it.
    fn enter(&self, container: &Container) -> io::Result<Option<Open>> {
        let mut stream = stream::open(container, &self.options, Arc::clone(&self.read))?;
        let Some(kind) = sniff(container, stream.fill_buf()?, self.options.standard_input) else {
            return Ok(None);
        };
        Ok(Some(match kind {
            Kind::JsonLines => Open::JsonLines(JsonLines::new(stream, container, &self.options)),
            Kind::Wiki => Open::Wiki(WikiDocuments::new(stream, container, &self.options)),
            whole => Open::Whole(stream, whole),
        }))
    }

    /// The next record of the current container; `None` at its end, which is noted.
    fn read_on(&mut self) -> Option<(Arc<str>, Record)> {
        let (container, open) = self.current.take()?;
        let next = match open {
            Open::Whole(stream, kind) => {
                let outcome = text::read(stream, kind, &container, &self.options);
                self.finished.extend(outcome.is_ok().then(|| Arc::clone(&container.name)));
                let outcome = outcome.unwrap_or_else(|error| Err(stream::refusal(&error, &container.name)));
                return Some((container.name.clone(), Record { id: container.id(), line: 0, outcome }));
            }
            Open::JsonLines(mut lines) => lines.next().map(|next| next.map(|record| (record, Open::JsonLines(lines)))),
            Open::Wiki(mut documents) => {
                documents.next().map(|next| next.map(|record| (record, Open::Wiki(documents))))
            }
        };
        let name = Arc::clone(&container.name);
        match next {
            Some(Ok((record, open))) => {
                self.current = Some((container, open));
                Some((name, record))
            }
            Some(Err(error)) => {
                let outcome = Err(stream::refusal(&error, &name));
                Some((name, Record { id: container.id(), line: 0, outcome }))
            }
            None => {
                self.finished.insert(name);
                None
            }
        }
    }

    /// Keeps the first document of an id and refuses later ones.
    fn admit(&mut self, container: Arc<str>, record: Record) -> Incoming {
        let Record { id, line, outcome } = record;
        let hash = blake3::hash(id.as_str().as_bytes());
        let key: [u8; 16] = hash.as_bytes()[..16].try_into().expect("a BLAKE3 hash has 32 bytes");
        let change = match self.seen.get(&key) {
            Some((first, first_line)) => {
                let reason =
                    format!("the id {:?} is already that of the document at {}", id, place(first, *first_line));
                let own = DocumentId::new(format!("{container}#line-{}", line.max(1)));
                Change::Refuse(own, Refusal { reason: reason.into(), location: place(&container, line).into() })
            }
            None => {
                self.seen.insert(key, (Arc::clone(&container), line));
                match outcome {
                    Ok(text) => Change::Put(Document { id, text: text.into() }),
                    Err(refusal) => Change::Refuse(id, refusal),
                }
            }
        };
        Incoming { change, container }
    }
}

impl Iterator for Documents {
    type Item = Incoming;

    fn next(&mut self) -> Option<Incoming> {
        loop {
            if let Some((container, record)) = self.read_on() {
                return Some(self.admit(container, record));
            }
            if let Some(refused) = self.advance() {
                return Some(refused);
            }
            self.current.as_ref()?;
        }
    }
}

/// `FILE` or `FILE, line N`.
fn place(container: &str, line: u64) -> String {
    match line {
        0 => container.to_owned(),
        line => format!("{container}, line {line}"),
    }
}

/// The kind of a container by its name and first bytes; `None` to pass over it.
fn sniff(container: &Container, start: &[u8], standard_input: StandardInput) -> Option<Kind> {
    if container.is_standard_input() && standard_input == StandardInput::Text {
        return Some(Kind::Text);
    }
    if container.is_standard_input() && standard_input == StandardInput::JsonLines {
        return Some(Kind::JsonLines);
    }
    let visible = start.trim_ascii_start();
    match walk::kind_by_name(&container.name) {
        Some(kind) if kind != Kind::Text => Some(kind),
        _ if visible.starts_with(b"<doc id=") || visible.starts_with(b"<doc url=") => Some(Kind::Wiki),
        Some(kind) => Some(kind),
        None if !container.named => None,
        None if visible.starts_with(b"{") && first_line_is_json(visible) => Some(Kind::JsonLines),
        None => Some(Kind::Text),
    }
}

/// Whether the first line is a JSON object, as far as the bytes at hand reach.
fn first_line_is_json(start: &[u8]) -> bool {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(line) {
        Ok(_) => true,
        Err(error) => error.is_eof() && line.len() == start.len(),
    }
}

#[cfg(test)]
mod tests;
