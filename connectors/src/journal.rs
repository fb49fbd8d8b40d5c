//! The truth on disk: live documents, the user's corrections, and every answer of every model.
//!
//! In: changes by epoch, answers as they come. Out: the same, after any restart. Never: a fact that could be computed.

mod batches;
mod carried;
mod census;
mod earlier;
mod files;
mod live;
mod memory;
mod once;
mod packed;
mod present;
mod quarantine;
mod salvage;
mod seal;
mod unchecked;

use crate::Error;
use crate::incoming::Incoming;
use crate::patience::patiently;
pub use carried::CarriedAnswers;
use census::Census;
use earlier::Override;
pub use files::{REMEDY, is_opening};
use files::{clear_unfinished, damaged, explain, lock, open_database};
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode, Readable, UserValue};
use kgloom_record::port::{Answer, ModelId};
use kgloom_record::record::{ContentHash, Correction, DocumentId};
pub use live::Live;
pub use memory::JournalMemory;
use memory::answer_prefix;
use once::{check_id, once};
use packed::{pack, unpack};
pub use present::is_there;
pub use salvage::Salvage;
use seal::{Logs, Seal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The newest layout of the journal that this version reads and writes.
pub const FORMAT: u32 = 2;

/// Where the user's own words stand; they are written in epochs alone, and counted with them.
const WORDS: [&str; 3] = ["overrides", "corrections", WORD];
const MEMTABLE_BYTES: u64 = 16 << 20;

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
    written: Mutex<Written>,
    /// Held until the journal is dropped; declared last, so that the database is closed first.
    _lock: File,
}

/// Holds a journal that is not open, so that nobody else opens it, once its files are found to be what they were.
pub fn hold(path: &Path) -> Result<File, Error> {
    let lock = lock(path)?;
    Seal::check(path)?;
    Ok(lock)
}

/// The last epoch that a journal sealed, and the name of what it held then ([`Journal::content`]), told without opening it: also
/// beside a process that writes, and then perhaps one epoch behind. None where there is no journal, or no seal that can be read.
pub fn sealed(path: &Path) -> Result<Option<(u64, String)>, Error> {
    Ok(Seal::read(path)?.map(|seal| (seal.census.epoch, seal.census.name())))
}

/// Whether a process has a journal open.
pub fn is_held(path: &Path) -> bool {
    files::is_held(path)
}

/// What is on disk.
struct Written {
    census: Census,
    logs: Logs,
}

impl Journal {
    /// Opens the journal in a folder, and makes it if there is none.
    ///
    /// Fails if another process has it open, if a newer version wrote it, or if it is damaged or a part of it is lost;
    /// then it is left as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Journal, Error> {
        let path = path.as_ref().to_owned();
        std::fs::create_dir_all(&path).map_err(|error| Error::file("create", &path, error))?;
        let lock = lock(&path)?;
        let (seal, logs) = Seal::check(&path)?;
        clear_unfinished(&path)?;
        present::check(&path)?;
        unchecked::check(&path)?;
        let database = open_database(&path)?;
        let space = |name: &str| {
            let options = || KeyspaceCreateOptions::default().max_memtable_size(MEMTABLE_BYTES);
            database.keyspace(name, options).map_err(|error| explain(&path, error))
        };
        let (documents, readings, meta) = (space("documents")?, space("readings")?, space("meta")?);
        let journal = Journal {
            epoch: AtomicU64::new(0),
            written: Mutex::new(Written { census: Census::default(), logs }),
            path,
            database,
            documents,
            readings,
            meta,
            _lock: lock,
        };
        journal.check_format()?;
        journal.epoch.store(journal.stored("epoch")?.unwrap_or(0), Ordering::SeqCst);
        let census = journal.written_census()?;
        if let Some(Seal { census: sealed, .. }) = seal
            && (census.epoch < sealed.epoch || census.epoch == sealed.epoch && census != sealed)
        {
            let what = format!("it ends at epoch {}, and epoch {} was written", census.epoch, sealed.epoch);
            return Err(damaged(&journal.path, &what));
        }
        journal.written().census = census;
        Ok(journal)
    }

    /// The last epoch that was appended; 0 before the first.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// A name for what it holds at its last epoch, documents and the user's words: another journal, or this one at another epoch,
    /// has another.
    pub fn content(&self) -> String {
        self.written().census.name()
    }

    /// Appends one epoch, all or nothing, and returns when it is on disk.
    ///
    /// Where an id comes more than once, its last change counts.
    pub fn append(&self, epoch: u64, changes: &[Incoming]) -> Result<(), Error> {
        self.write(epoch, changes, BTreeMap::new())
    }

    fn write(&self, epoch: u64, changes: &[Incoming], mut words: BTreeMap<&str, Vec<u8>>) -> Result<(), Error> {
        let mut written = self.written();
        if epoch < self.epoch() {
            return Err(Error::OldEpoch { path: self.path.clone(), epoch, last: self.epoch() });
        }
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncAll));
        let (documents, corrections) = once(changes)?;
        let mut census = written.census;
        for (id, live) in documents {
            let key = id.as_str();
            if let Some(stored) = self.get(&self.documents, key.as_bytes())? {
                census.go(key.as_bytes(), &unpack(&self.path, &stored)?, &stored);
            }
            match live {
                Some(live) => {
                    let stored = pack(&live);
                    census.come(key.as_bytes(), &live, &stored);
                    batch.insert(&self.documents, key, stored);
                }
                None => batch.remove(&self.documents, key),
            }
        }
        words.extend(corrections.map(|all| ("corrections", pack(&all))));
        (census.epoch, census.word) = (epoch, self.hash_words(&words)?);
        for (name, word) in words {
            batch.insert(&self.meta, name, word);
        }
        batch.insert(&self.meta, "format", pack(&FORMAT));
        batch.insert(&self.meta, "census", pack(&census));
        batch.insert(&self.meta, "epoch", pack(&epoch));
        batch.commit().map_err(|error| explain(&self.path, error))?;
        self.epoch.store(epoch, Ordering::SeqCst);
        written.census = census;
        match patiently(|| self.seal(&mut written)) {
            // The epoch is on disk as a whole, and the next one is sealed with it.
            Err(error) if error.wants_files() => Ok(()),
            sealed => sealed,
        }
    }

    /// Seals what is on disk.
    fn seal(&self, written: &mut Written) -> Result<(), Error> {
        written.logs.advance(&self.path).map_err(|error| Error::file("read", &self.path, error))?;
        // Answers that came meanwhile are sealed too, and must be on disk first.
        self.sync()?;
        Seal::write(&self.path, written.census, &written.logs)
    }

    /// Counts what is there, and says whether it is all that was written.
    pub fn check(&self) -> Result<(), Error> {
        let (wanted, found) = (self.written().census, self.count_again()?);
        if wanted == found {
            return Ok(());
        }
        let what = format!(
            "it holds {} documents and {} refusals, and at epoch {} there were {} and {}",
            found.documents, found.refused, wanted.epoch, wanted.documents, wanted.refused
        );
        let same = (found.documents, found.refused) == (wanted.documents, wanted.refused);
        Err(damaged(&self.path, if same { "what it holds is not what was written" } else { &what }))
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was counted when the last epoch was written; journals of format 1 are counted now.
    fn written_census(&self) -> Result<Census, Error> {
        self.stored("census")?.map_or_else(|| self.count_again(), Ok)
    }

    fn count_again(&self) -> Result<Census, Error> {
        let mut census = Census::default();
        (census.epoch, census.word) = (self.epoch(), self.hash_words(&BTreeMap::new())?);
        for entry in self.database.snapshot().iter(&self.documents) {
            let (key, value) = entry.into_inner().map_err(|error| explain(&self.path, error))?;
            census.come(&key, &unpack(&self.path, &value)?, &value);
        }
        Ok(census)
    }

    /// The hash of what the user said beside documents: what is new, and what stands.
    fn hash_words(&self, new: &BTreeMap<&str, Vec<u8>>) -> Result<[u8; 32], Error> {
        let mut words = Vec::new();
        for name in WORDS {
            let stored = self.get(&self.meta, name.as_bytes())?;
            words.extend(new.get(name).cloned().or(stored.map(|word| word.to_vec())).map(|word| (name, word)));
        }
        Ok(census::hash_words(words.iter().map(|(name, word)| (*name, word.as_slice()))))
    }

    /// Everything that is live, by id, as it is at this moment.
    pub fn live(&self) -> impl Iterator<Item = Result<(DocumentId, Live), Error>> + use<> {
        self.live_from(Bound::Unbounded)
    }

    /// The same from an id on.
    pub fn live_from(
        &self,
        from: Bound<DocumentId>,
    ) -> impl Iterator<Item = Result<(DocumentId, Live), Error>> + use<> {
        let path = self.path.clone();
        let range = (from.map(|id| id.as_str().as_bytes().to_vec()), Bound::Unbounded);
        self.database.snapshot().range(&self.documents, range).map(move |entry| {
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

    /// How many documents are live, and how many ids stand for something that could not be read; as they were counted when
    /// the last epoch was written.
    pub fn size(&self) -> (u64, u64) {
        let census = self.written().census;
        (census.documents, census.refused)
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
        let (path, readings, meta) = (self.path.clone(), self.readings.clone(), self.meta.clone());
        JournalMemory { path, readings, meta, model: model.clone() }
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
        let value = self.get(space, key)?;
        value.map(|value| unpack(&self.path, &value)).transpose()
    }

    fn get(&self, space: &Keyspace, key: &[u8]) -> Result<Option<UserValue>, Error> {
        patiently(|| space.get(key).map_err(|error| explain(&self.path, error)))
    }
}

/// Where the texts stand that are set aside.
pub(super) const WORD: &str = "quarantine";

#[cfg(test)]
mod tests;
