//! The graph on disk and in memory: sorted rows in a file, changes beside them, and images of one epoch for whoever reads.
//!
//! In: rows that come and go, by one writer. Out: images, by any number of readers in any process, beside the writer, also
//! on a disk that cannot be written. Never: a lock that a reader waits for; half of a change.
//!
//! ```text
//! graph.7     rows sorted in several orders, and their terms (base.rs, in checked blocks)
//! changes.7   what came and went since (changes.rs), one record each time; short, or graph.8 is made of both
//! ```
//!
//! A new generation is there when `graph.8` is: it is written under another name, and renamed when it is on disk. Whoever
//! has the old files open goes on with them. The files follow the journal, and can be made again from it.

mod base;
mod blocks;
mod changes;
mod image;
mod merge;
pub(crate) mod term;

pub(crate) use base::{DEFAULT, Row};
pub(crate) use image::{Image, Of, graph_of};

use crate::Error;
use base::Base;
use blocks::damaged;
use changes::{Log, Record};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Changes that are let be when nothing else is to be done: a reader takes them in within milliseconds.
const FEW: usize = 4_096;
/// Changes that are taken in before rows are sorted anew, while more is coming; more where the graph is large.
const MANY: usize = 1 << 17;

/// A graph that one process writes and others read.
pub(crate) struct Graph {
    image: Mutex<Arc<Image>>,
    home: Mutex<Option<Home>>,
}

/// Where a writer keeps a graph.
struct Home {
    folder: PathBuf,
    generation: u64,
    log: Log,
}

impl Graph {
    /// An empty graph in memory.
    pub(crate) fn in_memory() -> Result<Graph, Error> {
        Ok(Graph { image: Mutex::new(Arc::new(Image::new(Arc::new(Base::empty()?)))), home: Mutex::new(None) })
    }

    /// Opens the graph of a folder to write it, and makes it if there is none. Who opens sees to it that nobody else writes.
    pub(crate) fn open(folder: &Path) -> Result<Graph, Error> {
        std::fs::create_dir_all(folder).map_err(|error| Error::file("create", folder, error))?;
        let Some((image, generation, length)) = Graph::load(folder)? else {
            let graph = Graph::in_memory()?;
            let image = graph.image();
            let (image, home) = settle_in(folder, 1, &image)?;
            return Ok(Graph { image: Mutex::new(Arc::new(image)), home: Mutex::new(Some(home)) });
        };
        let log = Log::open(&file(folder, "changes", generation), length)?;
        clear(folder, generation);
        let home = Home { folder: folder.to_owned(), generation, log };
        Ok(Graph { image: Mutex::new(Arc::new(image)), home: Mutex::new(Some(home)) })
    }

    /// The graph of a folder as it was at the last epoch that is whole, to be read only; none where there is no graph.
    pub(crate) fn read(folder: &Path) -> Result<Option<Graph>, Error> {
        let loaded = Graph::load(folder)?;
        Ok(loaded.map(|(image, ..)| Graph { image: Mutex::new(Arc::new(image)), home: Mutex::new(None) }))
    }

    /// The newest generation of a folder, and where its changes end.
    fn load(folder: &Path) -> Result<Option<(Image, u64, u64)>, Error> {
        let mut tried = None;
        loop {
            let Some(generation) = newest(folder)? else { return Ok(None) };
            let (rows, changes) = (file(folder, "graph", generation), file(folder, "changes", generation));
            let loaded = Base::open(&rows).and_then(|base| Ok((base, changes::read(&changes)?)));
            let (base, (records, length)) = match loaded {
                Ok(loaded) => loaded,
                // A writer has made a newer one meanwhile.
                Err(Error::File { source, .. })
                    if source.kind() == ErrorKind::NotFound && tried != Some(generation) =>
                {
                    tried = Some(generation);
                    continue;
                }
                Err(Error::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
                    return Err(damaged(&changes, "it is not there"));
                }
                Err(error) => return Err(error),
            };
            let mut image = Image::new(Arc::new(base));
            for record in records {
                let terms: Vec<Arc<[u8]>> = record.terms.into_iter().map(Arc::from).collect();
                image.apply(&terms, &record.gone, &record.come)?;
            }
            return Ok(Some((image, generation, length)));
        }
    }

    /// The graph as it is now.
    pub(crate) fn image(&self) -> Arc<Image> {
        Arc::clone(&held(&self.image))
    }

    /// The graph as it is now, for as long as it is kept; what changes here does not change there.
    pub(crate) fn frozen(&self) -> Graph {
        Graph { image: Mutex::new(self.image()), home: Mutex::new(None) }
    }

    /// Begins a change; nobody else changes the graph until it is done.
    pub(crate) fn edit(&self) -> Edit<'_> {
        let home = held(&self.home);
        Edit { image: self.image(), graph: self, home, new: HashMap::new(), record: Record::default() }
    }

    /// Returns when all is on disk; sorts rows anew if more than a few changed.
    pub(crate) fn flush(&self) -> Result<(), Error> {
        let mut home = held(&self.home);
        let Some(at) = &mut *home else { return Ok(()) };
        if self.image().changes() > FEW {
            let (image, new) = settle_in(&at.folder, at.generation + 1, &self.image())?;
            *at = new;
            *held(&self.image) = Arc::new(image);
        }
        at.log.sync()
    }
}

/// Writes a generation, and removes the one before.
fn settle_in(folder: &Path, generation: u64, image: &Image) -> Result<(Image, Home), Error> {
    let (rows, part) = (file(folder, "graph", generation), file(folder, "part", generation));
    merge::merge(image, Some(&part))?;
    let log = Log::create(&file(folder, "changes", generation))?;
    std::fs::rename(&part, &rows).map_err(|error| Error::file("rename", &part, error))?;
    let base = Base::open(&rows)?;
    clear(folder, generation);
    Ok((Image::new(Arc::new(base)), Home { folder: folder.to_owned(), generation, log }))
}

/// A change of a graph: first which terms and rows, then all at once.
pub(crate) struct Edit<'a> {
    graph: &'a Graph,
    image: Arc<Image>,
    home: MutexGuard<'a, Option<Home>>,
    new: HashMap<Vec<u8>, u32>,
    record: Record,
}

impl Edit<'_> {
    /// The graph before the change.
    pub(crate) fn image(&self) -> &Arc<Image> {
        &self.image
    }

    /// The number of a term, by its bytes, if the graph has it.
    pub(crate) fn known(&self, bytes: &[u8]) -> Result<Option<u32>, Error> {
        match self.new.get(bytes) {
            Some(number) => Ok(Some(*number)),
            None => self.image.number(bytes),
        }
    }

    /// The number of a term, which is added where it is new.
    pub(crate) fn number(&mut self, bytes: &[u8]) -> Result<u32, Error> {
        if let Some(number) = self.known(bytes)? {
            return Ok(number);
        }
        let number = self.image.term_count() + self.record.terms.len() as u32;
        self.record.terms.push(bytes.to_vec());
        self.new.insert(bytes.to_vec(), number);
        Ok(number)
    }

    /// Lets a row go. What goes goes before anything comes.
    pub(crate) fn remove(&mut self, row: Row) {
        self.record.gone.push(row);
    }

    /// Lets a row come.
    pub(crate) fn insert(&mut self, row: Row) {
        self.record.come.push(row);
    }

    /// Makes the change: on disk, as a whole or not at all, and then in what readers of this process are given.
    pub(crate) fn commit(mut self) -> Result<(), Error> {
        let Record { terms, gone, come } = &self.record;
        if gone.is_empty() && come.is_empty() {
            return Ok(());
        }
        let terms: Vec<Arc<[u8]>> = terms.iter().map(|bytes| Arc::from(bytes.as_slice())).collect();
        let (changed, sorted) = (gone.len() + come.len(), self.image.len() as usize);
        let Some(home) = &mut *self.home else {
            return self.graph.take(self.image, |image| {
                image.apply(&terms, gone, come)?;
                if image.changes() > MANY.max(sorted / 2) {
                    let base = merge::merge(image, None)?;
                    *image = Image::new(Arc::new(base.ok_or_else(|| damaged(Path::new("(memory)"), "it is nowhere"))?));
                }
                Ok(())
            });
        };
        // A change as large as this is sorted at once, in place of being written twice.
        if self.image.changes() + changed > MANY.max(sorted / 2) {
            let mut image = Image::clone(&self.image);
            image.apply(&terms, gone, come)?;
            let (image, new) = settle_in(&home.folder, home.generation + 1, &image)?;
            *home = new;
            *held(&self.graph.image) = Arc::new(image);
            return Ok(());
        }
        home.log.append(&self.record)?;
        self.graph.take(self.image, |image| image.apply(&terms, gone, come))
    }
}

impl Graph {
    /// Changes the image in place, if no reader has it.
    fn take(&self, old: Arc<Image>, change: impl FnOnce(&mut Image) -> Result<(), Error>) -> Result<(), Error> {
        drop(old);
        let mut image = held(&self.image);
        change(Arc::make_mut(&mut image))
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn file(folder: &Path, kind: &str, generation: u64) -> PathBuf {
    folder.join(format!("{kind}.{generation}"))
}

/// The number of the newest generation in a folder.
fn newest(folder: &Path) -> Result<Option<u64>, Error> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        entries => entries.map_err(|error| Error::file("read", folder, error))?,
    };
    let mut newest = None;
    for entry in entries {
        let entry = entry.map_err(|error| Error::file("read", folder, error))?;
        newest = newest.max(generation(&entry.file_name().to_string_lossy(), &["graph"]));
    }
    Ok(newest)
}

fn generation(name: &str, kinds: &[&str]) -> Option<u64> {
    let (kind, number) = name.split_once('.')?;
    kinds.contains(&kind).then(|| number.parse().ok()).flatten()
}

/// Removes what is left of other generations.
fn clear(folder: &Path, kept: u64) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if generation(&name.to_string_lossy(), &["graph", "changes", "part"]).is_some_and(|number| number != kept) {
            // Whoever else removes it, or cannot, does no harm.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests;
