//! The truth on disk: live documents, the user's corrections, and every answer of every model.
//!
//! In: changes by epoch, answers as they come. Out: the same, after any restart. Never: a fact that could be computed.

mod earlier;

use crate::Error;
use crate::source::Incoming;
use earlier::Override;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode, Readable};
use pipeline::port::{Answer, Broken, Memory, ModelId};
use pipeline::record::{Change, ContentHash, Correction, DocumentId, Refusal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The newest layout of the journal that this version reads and writes.
pub const FORMAT: u32 = 2;
/// The longest document id, in bytes.
pub const MAX_ID_BYTES: usize = 4096;

const REMEDY: &str = "restore it from a copy, or delete the state folder and run again over the inputs";
const CACHE_BYTES: u64 = 32 << 20;
const MEMTABLE_BYTES: u64 = 16 << 20;
const WRITE_AHEAD_BYTES: u64 = 128 << 20;

/// What a document id stands for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Live {
    /// A document.
    Text {
        /// The input it came from.
        container: Arc<str>,
        /// The hash of its text.
        content: ContentHash,
        /// Its text.
        text: Arc<str>,
    },
    /// Something that could not be read.
    Refused {
        /// The input it came from.
        container: Arc<str>,
        /// Why it is not a document.
        refusal: Refusal,
    },
}

impl Live {
    /// The input that the id came from.
    pub fn container(&self) -> &str {
        match self {
            Live::Text { container, .. } | Live::Refused { container, .. } => container,
        }
    }

    /// The change that brings an empty journal to this.
    pub fn change(&self, id: DocumentId) -> Change {
        match self {
            Live::Text { text, .. } => Change::Put(pipeline::record::Document { id, text: Arc::clone(text) }),
            Live::Refused { refusal, .. } => Change::Refuse(id, refusal.clone()),
        }
    }
}

/// How much a journal holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JournalCounts {
    /// Live documents.
    pub documents: u64,
    /// Ids that stand for something that could not be read.
    pub refused: u64,
    /// Answers of models, of all models.
    pub answers: u64,
}

/// The journal of one state folder, open in one process at a time.
pub struct Journal {
    path: PathBuf,
    database: Database,
    documents: Keyspace,
    readings: Keyspace,
    meta: Keyspace,
    epoch: AtomicU64,
    appending: Mutex<()>,
    /// Held until the journal is dropped; declared last, so that the database is closed first.
    _lock: File,
}

impl Journal {
    /// Opens the journal in a folder, and makes it if there is none.
    ///
    /// Fails if another process has it open, if a newer version wrote it, or if it is damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Journal, Error> {
        let path = path.as_ref().to_owned();
        std::fs::create_dir_all(&path).map_err(|error| Error::file("create", &path, error))?;
        let lock = lock(&path)?;
        clear_unfinished(&path)?;
        // A library that stops on damaged files must not take the program with it.
        let opened = catch_unwind(AssertUnwindSafe(|| open_database(&path)));
        let database = opened.unwrap_or_else(|_| Err(damaged(&path, "its files contradict each other")))?;
        let space = |name: &str| {
            let options = || KeyspaceCreateOptions::default().max_memtable_size(MEMTABLE_BYTES);
            database.keyspace(name, options).map_err(|error| explain(&path, error))
        };
        let (documents, readings, meta) = (space("documents")?, space("readings")?, space("meta")?);
        let journal = Journal {
            epoch: AtomicU64::new(0),
            appending: Mutex::new(()),
            path,
            database,
            documents,
            readings,
            meta,
            _lock: lock,
        };
        journal.check_format()?;
        journal.epoch.store(journal.stored("epoch")?.unwrap_or(0), Ordering::SeqCst);
        Ok(journal)
    }

    /// The last epoch that was appended; 0 before the first.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// Appends one epoch, all or nothing, and returns when it is on disk.
    ///
    /// Where an id comes more than once, its last change counts.
    pub fn append(&self, epoch: u64, changes: &[Incoming]) -> Result<(), Error> {
        let _one_at_a_time = self.appending.lock().unwrap_or_else(PoisonError::into_inner);
        if epoch < self.epoch() {
            return Err(Error::OldEpoch { path: self.path.clone(), epoch, last: self.epoch() });
        }
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncAll));
        let (documents, corrections) = settle(changes)?;
        for (id, live) in documents {
            match live {
                Some(live) => batch.insert(&self.documents, id.as_str(), pack(&live)),
                None => batch.remove(&self.documents, id.as_str()),
            }
        }
        if let Some(corrections) = corrections {
            // A version that knows nothing of them would build another graph: it must not open this.
            batch.insert(&self.meta, "format", pack(&FORMAT));
            batch.insert(&self.meta, "corrections", pack(&corrections));
        }
        batch.insert(&self.meta, "epoch", pack(&epoch));
        batch.commit().map_err(|error| explain(&self.path, error))?;
        self.epoch.store(epoch, Ordering::SeqCst);
        Ok(())
    }

    /// Everything that is live, by id, as it is at this moment.
    pub fn live(&self) -> impl Iterator<Item = Result<(DocumentId, Live), Error>> + use<> {
        let path = self.path.clone();
        self.database.snapshot().iter(&self.documents).map(move |entry| {
            let (key, value) = entry.into_inner().map_err(|error| explain(&path, error))?;
            let id = std::str::from_utf8(&key).map_err(|_| damaged(&path, "a document id is not UTF-8"))?;
            Ok((DocumentId::new(id), unpack(&path, &value)?))
        })
    }

    /// What an id stands for, if anything.
    pub fn lookup(&self, id: &DocumentId) -> Result<Option<Live>, Error> {
        if check_id(id).is_err() {
            return Ok(None);
        }
        self.read(&self.documents, id.as_str().as_bytes())
    }

    /// What the user says against texts, or beside them.
    pub fn corrections(&self) -> Result<BTreeSet<Correction>, Error> {
        match self.stored("corrections")? {
            Some(corrections) => Ok(corrections),
            None => {
                Ok(self.stored::<Vec<Override>>("overrides")?.into_iter().flatten().map(Correction::from).collect())
            }
        }
    }

    /// The content of files whose corrections were taken in, each of them once.
    pub fn imported(&self) -> Result<BTreeSet<ContentHash>, Error> {
        Ok(self.stored("imported")?.unwrap_or_default())
    }

    /// Remembers that the corrections of a file were taken in.
    pub fn remember_import(&self, content: ContentHash) -> Result<(), Error> {
        let mut imported = self.imported()?;
        imported.insert(content);
        self.meta.insert("imported", pack(&imported)).map_err(|error| explain(&self.path, error))
    }

    /// What was pinned under a name, if anything was.
    pub fn pinned(&self, name: &str) -> Result<Option<String>, Error> {
        self.stored(&format!("pinned {name}"))
    }

    /// Pins a word under a name, on disk when this returns.
    pub fn pin(&self, name: &str, word: &str) -> Result<(), Error> {
        self.meta.insert(format!("pinned {name}"), pack(word)).map_err(|error| explain(&self.path, error))?;
        self.sync()
    }

    /// How much there is. Goes through all of it.
    pub fn counts(&self) -> Result<JournalCounts, Error> {
        let mut counts = JournalCounts::default();
        for entry in self.live() {
            match entry?.1 {
                Live::Text { .. } => counts.documents += 1,
                Live::Refused { .. } => counts.refused += 1,
            }
        }
        counts.answers = self.readings.len().map_err(|error| explain(&self.path, error))? as u64;
        Ok(counts)
    }

    /// The memory of one model, for several threads at once.
    pub fn memory(&self, model: &ModelId) -> JournalMemory {
        JournalMemory { path: self.path.clone(), readings: self.readings.clone(), model: model.clone() }
    }

    /// What a model answered for a text, if it was ever asked.
    pub fn reading(&self, model: &ModelId, content: &ContentHash) -> Result<Option<Answer>, Error> {
        self.memory(model).answer(content)
    }

    /// How many answers of one model there are. Goes through all of them.
    pub fn answers(&self, model: &ModelId) -> Result<u64, Error> {
        let entries = self.readings.prefix(answer_prefix(model));
        entries
            .map(|entry| entry.key().map_err(|error| explain(&self.path, error)))
            .try_fold(0, |n, key| key.map(|_| n + 1))
    }

    /// Returns when everything that was ever written is on disk.
    pub fn sync(&self) -> Result<(), Error> {
        self.database.persist(PersistMode::SyncAll).map_err(|error| explain(&self.path, error))
    }

    fn check_format(&self) -> Result<(), Error> {
        match self.stored::<u32>("format")? {
            Some(found) if found > FORMAT => Err(Error::NewerFormat { path: self.path.clone(), found, known: FORMAT }),
            Some(_) => Ok(()),
            None => self.meta.insert("format", pack(&FORMAT)).map_err(|error| explain(&self.path, error)),
        }
    }

    fn stored<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        self.read(&self.meta, key.as_bytes())
    }

    fn read<T: DeserializeOwned>(&self, space: &Keyspace, key: &[u8]) -> Result<Option<T>, Error> {
        let value = space.get(key).map_err(|error| explain(&self.path, error))?;
        value.map(|value| unpack(&self.path, &value)).transpose()
    }
}

/// The journal as the memory of one model: nothing is asked twice.
///
/// An answer that [`Memory::remember`] took has reached the operating system: it survives the end of the process,
/// however it ends, but not a power cut before the next epoch is appended.
#[derive(Clone)]
pub struct JournalMemory {
    path: PathBuf,
    readings: Keyspace,
    model: ModelId,
}

impl JournalMemory {
    fn answer(&self, content: &ContentHash) -> Result<Option<Answer>, Error> {
        let value = self.readings.get(self.key(content)).map_err(|error| explain(&self.path, error))?;
        value.map(|value| unpack(&self.path, &value)).transpose()
    }

    fn key(&self, content: &ContentHash) -> Vec<u8> {
        let mut key = answer_prefix(&self.model);
        key.extend_from_slice(&content.0);
        key
    }
}

impl Memory for JournalMemory {
    fn recall(&self, content: &ContentHash) -> Result<Option<Answer>, Broken> {
        Ok(self.answer(content)?)
    }

    fn remember(&self, content: &ContentHash, answer: &Answer) -> Result<(), Broken> {
        let kept = self.readings.insert(self.key(content), pack(answer));
        Ok(kept.map_err(|error| explain(&self.path, error))?)
    }
}

/// The layout of an answer. Answers of another one are not found, so that texts are read again.
const ANSWERS: &str = "answers 2";

/// Sixteen bytes that stand for a model, however long its name, and the layout of its answers.
fn answer_prefix(model: &ModelId) -> Vec<u8> {
    blake3::hash(format!("{ANSWERS}\n{model}").as_bytes()).as_bytes()[..16].to_vec()
}

type Settled<'a> = (BTreeMap<&'a DocumentId, Option<Live>>, Option<BTreeSet<&'a Correction>>);

/// One batch may name each key once: the last change of an id counts.
fn settle(changes: &[Incoming]) -> Result<Settled<'_>, Error> {
    let mut documents = BTreeMap::new();
    let mut corrections = None;
    for Incoming { change, container } in changes {
        let container = Arc::clone(container);
        let (id, live) = match change {
            Change::Put(document) => {
                let (content, text) = (ContentHash::of(&document.text), Arc::clone(&document.text));
                (&document.id, Some(Live::Text { container, content, text }))
            }
            Change::Refuse(id, refusal) => (id, Some(Live::Refused { container, refusal: refusal.clone() })),
            Change::Delete(id) => (id, None),
            Change::Corrections(all) => {
                corrections = Some(all.iter().collect());
                continue;
            }
        };
        check_id(id)?;
        documents.insert(id, live);
    }
    Ok((documents, corrections))
}

fn check_id(id: &DocumentId) -> Result<(), Error> {
    match id.as_str().len() {
        1..=MAX_ID_BYTES => Ok(()),
        length => Err(Error::IdLength { length, most: MAX_ID_BYTES }),
    }
}

fn lock(path: &Path) -> Result<File, Error> {
    let file = path.join("lock.kgloom");
    let opened = File::options().create(true).truncate(false).write(true).open(&file);
    let opened = opened.map_err(|error| Error::file("open", &file, error))?;
    match opened.try_lock() {
        Ok(()) => Ok(opened),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(Error::file("lock", &file, error)),
    }
}

/// A process killed while it made the folder leaves a first log without the marker that makes it count.
fn clear_unfinished(path: &Path) -> Result<(), Error> {
    let first = path.join("0.jnl");
    if path.join("version").exists() || path.join("keyspaces").join("1").exists() || !first.exists() {
        return Ok(());
    }
    std::fs::remove_file(&first).map_err(|error| Error::file("remove", &first, error))
}

fn open_database(path: &Path) -> Result<Database, Error> {
    let builder = Database::builder(path).cache_size(CACHE_BYTES).max_journaling_size(WRITE_AHEAD_BYTES);
    builder.worker_threads(1).open().map_err(|error| explain(path, error))
}

fn explain(path: &Path, error: fjall::Error) -> Error {
    match error {
        fjall::Error::Locked => Error::InUse { path: path.to_owned() },
        fjall::Error::Storage(fjall::LsmError::Io(source)) => {
            Error::Journal { path: path.to_owned(), source: Box::new(fjall::Error::Io(source)) }
        }
        fjall::Error::Io(_) | fjall::Error::Poisoned => {
            Error::Journal { path: path.to_owned(), source: Box::new(error) }
        }
        other => damaged(path, &format!("{other:?}")),
    }
}

fn damaged(path: &Path, what: &str) -> Error {
    Error::Damaged { path: path.to_owned(), what: what.to_owned(), remedy: REMEDY }
}

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
/// Shorter values gain too little to be worth the work.
const WORTH_COMPRESSING: usize = 400;

fn pack<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let plain = postcard::to_stdvec(value).expect("plain data of known shape always encodes");
    if plain.len() >= WORTH_COMPRESSING {
        let packed = zstd::bulk::compress(&plain, 1);
        if let Some(packed) = packed.ok().filter(|packed| packed.len() < plain.len() / 8 * 7) {
            return [&[ZSTD], packed.as_slice()].concat();
        }
    }
    [&[PLAIN], plain.as_slice()].concat()
}

fn unpack<T: DeserializeOwned>(path: &Path, value: &[u8]) -> Result<T, Error> {
    let broken = || damaged(path, "a value cannot be decoded");
    let decoded = match value.split_first() {
        Some((&PLAIN, plain)) => postcard::from_bytes(plain),
        Some((&ZSTD, packed)) => postcard::from_bytes(&zstd::decode_all(packed).map_err(|_| broken())?),
        _ => return Err(broken()),
    };
    decoded.map_err(|_| broken())
}

#[cfg(test)]
mod tests;
