//! The world's documents as changes, one at a time.
//!
//! In: files, folders and standard input, compressed or not. Out: documents, and reasons where there is none.
//! Never: a failure (bad input is data), more than one document in memory, a change of a document's text beyond marks of
//! notes, words that a line's end cuts, and line ends.

mod article;
mod blocks;
mod broken;
mod charset;
mod container;
mod elements;
mod escapes;
mod front_matter;
mod html;
mod hyphens;
mod json;
mod kind;
mod lines;
mod markdown;
mod names;
mod notes;
mod office;
mod options;
mod pipe;
mod powers;
mod quotes;
mod record;
mod stream;
mod table;
mod text;
mod values;
mod walk;
mod wiki;
mod wrong;

use crate::incoming::Incoming;
pub use names::Root;
pub use office::{Extracted, Format, LeftOut, OfficeLimits, extract};
pub use options::{SourceOptions, StandardInput, Stop};
use record::{End, Record, place};

use crate::incoming::MAX_ID_BYTES;
use crate::source::container::Container;
use json::JsonDocuments;
use kgloom_record::record::{Change, Document, DocumentId, Refusal};
use kind::Kind;
pub(crate) use quotes::{Form, fault, first_line};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use stream::{Meter, Opened};
use table::TableDocuments;
pub(crate) use table::{bare, delimiter};
pub use text::{Sent, sent};
use walk::Input;
use wiki::WikiDocuments;
use wrong::Wrong;

/// The bytes of a file, expanded where its name says that it is compressed.
pub(crate) fn expanded(path: &Path, options: &SourceOptions) -> io::Result<impl BufRead + use<>> {
    let container = Container::file(path.to_string_lossy().into(), path.to_owned(), true);
    let meter = Meter { read: Arc::default(), stop: || false };
    Ok(stream::open(&container, options, meter)?.stream)
}

/// A file's name without what says that it is compressed.
pub(crate) fn bare_name(name: &str) -> &str {
    stream::compression_by_name(name).1
}

/// How far the reading has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read from files, before any expansion.
    pub read: u64,
    /// Bytes of all files; `None` where it cannot be known, as for standard input.
    pub total: Option<u64>,
}

/// A container that is open.
enum Open {
    Whole(Opened, Kind),
    Many(Box<dyn Iterator<Item = io::Result<Record>> + Send>),
}

/// A container that is being read.
struct Current {
    container: Container,
    open: Open,
    /// Whether anything was in it so far, and whether a document was.
    told: bool,
    gave: bool,
}

/// How far each file was read.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// Files that were read to their ends. What an earlier run knew of such a file and this one did not name is not in
    /// it any more.
    pub finished: BTreeSet<Arc<str>>,
    /// Files that could not be opened or broke off: nobody knows what else is in them.
    pub lost: BTreeSet<Arc<str>>,
    /// Files in which something has no id that could be read.
    pub unsure: BTreeSet<Arc<str>>,
    /// Files that were met and gave no document: refused as a whole, empty, or with nothing in them that could be read.
    /// Whoever wrote them may have failed, so they say nothing of what was in them before.
    pub barren: BTreeSet<Arc<str>>,
}

/// All documents of the inputs, in the order of the inputs and, within a folder, of names.
///
/// Two documents with one id: the first counts, and the later is refused under an id of its place.
pub struct Documents {
    options: SourceOptions,
    inputs: VecDeque<Input>,
    current: Option<Current>,
    seen: HashMap<[u8; 16], (Arc<str>, u64)>,
    ends: Ends,
    meter: Meter,
    total: Option<u64>,
}

impl Documents {
    /// Finds the files of all inputs, named as they were written; nothing is read before the first document is asked for.
    pub fn open(inputs: &[String], options: &SourceOptions) -> Documents {
        Documents::open_within(inputs, options, &Root::default())
    }

    /// The same, with files named from a root.
    pub fn open_within(inputs: &[String], options: &SourceOptions, root: &Root) -> Documents {
        let (inputs, total) = walk::find(inputs, root, &options.standard_input_id);
        Documents {
            options: options.clone(),
            inputs,
            current: None,
            seen: HashMap::new(),
            ends: Ends::default(),
            meter: Meter { read: Arc::default(), stop: || false },
            total,
        }
    }

    /// Ends the documents early, also within one, when somebody asks to.
    pub fn until(mut self, stop: Stop) -> Documents {
        self.meter.stop = stop;
        self
    }

    /// How far the reading has come.
    pub fn progress(&self) -> Progress {
        Progress { read: self.meter.read.load(Ordering::Relaxed), total: self.total }
    }

    /// How far each file was read.
    pub fn ends(&self) -> &Ends {
        &self.ends
    }

    /// Opens the next container that is to be read, or says why it cannot be.
    fn advance(&mut self) -> Option<Incoming> {
        let (container, refusal) = match self.inputs.pop_front()? {
            Input::Refused { container, refusal, lost } => {
                self.ends.lost.extend(lost.then(|| Arc::clone(&container.name)));
                (container, refusal)
            }
            Input::Found(container) => match self.enter(&container) {
                Ok(Ok(open)) => {
                    self.current = Some(Current { container, open, told: false, gave: false });
                    return None;
                }
                Ok(Err(wrong)) => {
                    let refusal = wrong.at(&container.name);
                    (container, refusal)
                }
                Err(error) => {
                    self.ends.lost.insert(Arc::clone(&container.name));
                    let refusal = broken::refusal(&error, &container.name);
                    (container, refusal)
                }
            },
        };
        self.ends.barren.insert(Arc::clone(&container.name));
        Some(Incoming { change: Change::Refuse(container.id(), refusal), container: container.name })
    }

    fn enter(&self, container: &Container) -> io::Result<Result<Open, Wrong>> {
        let mut opened = stream::open(container, &self.options, self.meter.clone())?;
        let kind = match kind::of(container, opened.stream.fill_buf()?, self.options.standard_input) {
            Ok(kind) => kind,
            Err(remedy) => return Ok(Err(Wrong::new(remedy))),
        };
        Ok(Ok(match kind {
            Kind::Json => Open::Many(Box::new(JsonDocuments::new(opened.stream, container, &self.options))),
            Kind::Wiki => Open::Many(Box::new(WikiDocuments::new(opened.stream, container, &self.options))),
            Kind::Table { tabs } => match TableDocuments::new(opened.stream, tabs, container, &self.options)? {
                Ok(rows) => Open::Many(Box::new(rows)),
                Err(wrong) => return Ok(Err(wrong)),
            },
            whole => Open::Whole(opened, whole),
        }))
    }

    /// The next record of the current container; `None` at its end, which is noted.
    fn read_on(&mut self) -> Option<(Container, Record)> {
        let Current { container, open, told, gave } = self.current.take()?;
        let name = Arc::clone(&container.name);
        let (record, open) = match open {
            Open::Whole(opened, kind) => self.read_whole(opened, kind, &container),
            Open::Many(mut records) => match records.next() {
                Some(Ok(record)) => (record, Some(Open::Many(records))),
                Some(Err(error)) => (whole(&container, Err(broken::refusal(&error, &name)), End::Cut), None),
                None => {
                    if !self.ends.lost.contains(&name) {
                        self.ends.finished.insert(Arc::clone(&name));
                    }
                    if gave {
                        return None;
                    }
                    let wrong = if told { Wrong::new("no document in it could be read") } else { Wrong::nothing() };
                    self.ends.barren.insert(Arc::clone(&name));
                    return Some((container.clone(), whole(&container, Err(wrong.at(&name)), End::Whole)));
                }
            },
        };
        match record.end {
            End::Whole => {}
            End::Unknown => drop(self.ends.unsure.insert(Arc::clone(&name))),
            End::Cut => drop(self.ends.lost.insert(Arc::clone(&name))),
        }
        let gave = gave || record.outcome.is_ok();
        if let Some(open) = open {
            self.current = Some(Current { container: container.clone(), open, told: true, gave });
        } else if !gave {
            self.ends.barren.insert(name);
        }
        Some((container, record))
    }

    /// The document that a container is, and what is to be read of it behind that.
    fn read_whole(&mut self, opened: Opened, kind: Kind, container: &Container) -> (Record, Option<Open>) {
        let outcome = text::read(opened, kind, container, &self.options, self.meter.stop);
        let end = if outcome.is_ok() { End::Whole } else { End::Cut };
        if end == End::Whole {
            self.ends.finished.insert(Arc::clone(&container.name));
        }
        match outcome.unwrap_or_else(|error| Err(broken::refusal(&error, &container.name))) {
            Ok(Extracted { text, left_out }) => {
                let refused = refused_parts(left_out, container);
                let open = (!refused.is_empty()).then(|| Open::Many(Box::new(refused.into_iter().map(Ok)) as Box<_>));
                (whole(container, Ok(text), end), open)
            }
            Err(refusal) => (whole(container, Err(refusal), end), None),
        }
    }

    /// Keeps the first document of an id and refuses later ones, and those whose id is too long.
    fn admit(&mut self, container: Container, record: Record) -> Incoming {
        let Record { id, line, outcome, .. } = record;
        let here = place(&container.name, line);
        let change = match self.known(&id, &container, line) {
            Err(reason) => {
                let refusal = Refusal { reason: reason.into(), location: here.into() };
                Change::Refuse(container.id_at(line.max(1), 1), refusal)
            }
            Ok(()) => match outcome {
                Ok(text) => Change::Put(Document { id, text: text::finished(text).into() }),
                Err(refusal) => Change::Refuse(id, refusal),
            },
        };
        Incoming { change, container: container.name }
    }

    /// Notes an id, unless it cannot be one or stands for a document already.
    fn known(&mut self, id: &DocumentId, container: &Container, line: u64) -> Result<(), String> {
        let length = id.as_str().len();
        if length > MAX_ID_BYTES {
            return Err(format!("its id has {length} bytes, and an id has at most {MAX_ID_BYTES}"));
        }
        let hash = blake3::hash(id.as_str().as_bytes());
        let key: [u8; 16] = hash.as_bytes()[..16].try_into().expect("a BLAKE3 hash has 32 bytes");
        if let Some((first, first_line)) = self.seen.get(&key) {
            return Err(format!("the id {id:?} is already that of the document at {}", place(first, *first_line)));
        }
        self.seen.insert(key, (Arc::clone(&container.name), line));
        Ok(())
    }
}

impl Iterator for Documents {
    type Item = Incoming;

    fn next(&mut self) -> Option<Incoming> {
        loop {
            let read = self.read_on();
            if (self.meter.stop)() {
                return None;
            }
            if let Some((container, record)) = read {
                return Some(self.admit(container, record));
            }
            if let Some(refused) = self.advance() {
                return Some(refused).filter(|_| !(self.meter.stop)());
            }
            self.current.as_ref()?;
        }
    }
}

/// What a container comes to as a whole.
fn whole(container: &Container, outcome: Result<String, Refusal>, end: End) -> Record {
    Record { id: container.id(), line: 0, outcome, end }
}

/// A refusal for each part of a document that could not be read.
fn refused_parts(parts: Vec<LeftOut>, container: &Container) -> Vec<Record> {
    let refused = parts.into_iter().map(|LeftOut { part, reason }| {
        let reason = format!("{reason}; the rest of it is read");
        let refusal = Refusal { reason: reason.into(), location: format!("{}, part {part:?}", container.name).into() };
        Record { id: beside(&container.id(), &part), line: 0, outcome: Err(refusal), end: End::Whole }
    });
    refused.collect()
}

/// The id of something beside a document, told by a word.
pub fn beside(id: &DocumentId, word: &str) -> DocumentId {
    container::fitting(format!("{id}#{word}").into())
}

#[cfg(test)]
mod layout_tests;
#[cfg(test)]
mod tests;
