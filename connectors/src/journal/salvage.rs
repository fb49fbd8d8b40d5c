//! What can still be read of a damaged journal. In: its folder. Out: a new journal that holds it, the damaged one moved
//! aside, and what should have been there. Never: a damaged file changed or deleted; all reading is done on a copy.

use super::census::{Census, hash_words};
use super::files::lock;
use super::packed::unpack;
use super::present::is_there;
use super::quarantine::MARK;
use super::seal::{Seal, numbered};
use super::{Journal, Live, WORDS, batches};
use crate::Error;
use crate::incoming::Incoming;
use fjall::Keyspace;
use kgloom_record::port::Answer;
use kgloom_record::record::{ContentHash, DocumentId};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// What only this version's own writing may say.
const OWN: [&str; 3] = ["format", "census", "epoch"];

/// What was read of a damaged journal.
pub struct Salvage {
    /// The epoch that it had reached, as far as anything says so.
    pub epoch: u64,
    /// What there was at that epoch: documents and refusals; nothing, where nothing tells.
    pub expected: Option<(u64, u64)>,
    /// What was saved.
    pub live: BTreeMap<DocumentId, Live>,
    /// Answers of models, as they were stored.
    answers: Pairs,
    /// What the user said beside documents, as it was stored.
    words: Pairs,
    wanted: Option<Census>,
    /// Held until the new journal is in place.
    _lock: Option<File>,
}

type Pairs = BTreeMap<Vec<u8>, Vec<u8>>;

/// All that a journal holds, as stored.
#[derive(Default)]
struct Stored {
    documents: Pairs,
    answers: Pairs,
    meta: Pairs,
}

impl Salvage {
    /// Reads what can be read: of tables and logs, of each space's tables beside new ones, since one space that is lost may take the
    /// others with it, and of the logs alone, which hold what a lost table held last. What is as it was counted last is taken, and
    /// where nothing is, all of it.
    pub fn read(path: &Path) -> Result<Salvage, Error> {
        let mut salvage = Salvage {
            epoch: 0,
            expected: None,
            live: BTreeMap::new(),
            answers: Pairs::new(),
            words: Pairs::new(),
            wanted: None,
            _lock: None,
        };
        if !is_there(path) {
            return Ok(salvage);
        }
        salvage._lock = Some(lock(path)?);
        let sealed = Seal::read(path)?.map(|seal| seal.census);
        let mut readings = readings(path)?;
        let counted = readings.iter().filter_map(|read| read.said::<Census>(path, "census"));
        let wanted = sealed.into_iter().chain(counted).max_by_key(|census| census.epoch);
        let epochs = readings.iter().filter_map(|read| read.said(path, "epoch"));
        salvage.epoch = epochs.chain(wanted.map(|census| census.epoch)).max().unwrap_or(0);
        salvage.expected = wanted.map(|census| (census.documents, census.refused));
        salvage.wanted = wanted;
        let wanted = wanted.as_ref();
        let documents = readings.iter_mut().map(|read| std::mem::take(&mut read.documents));
        let documents = best(documents.collect(), |documents| entries(path, documents).has_entries_of(wanted));
        for (key, live) in sound(path, &documents) {
            if let Ok(id) = std::str::from_utf8(key) {
                salvage.live.insert(DocumentId::new(id), live);
            }
        }
        let words = readings.iter_mut().map(|read| std::mem::take(&mut read.meta));
        salvage.words = best(words.collect(), |words| wanted.is_some_and(|census| census.word == hash_of(words)));
        salvage.words.retain(|name, _| !(OWN.iter().any(|own| own.as_bytes() == name) || name.starts_with(MARK)));
        // Of answers there is no count; one that is there is right.
        salvage.answers = best(readings.into_iter().map(|read| read.answers).collect(), |_| false);
        salvage.answers.retain(|_, value| unpack::<Answer>(path, value).is_ok());
        Ok(salvage)
    }

    /// Documents, and ids that stand for something that could not be read.
    pub fn counts(&self) -> (u64, u64) {
        let texts = self.live.values().filter(|live| matches!(live, Live::Text { .. })).count();
        (texts as u64, (self.live.len() - texts) as u64)
    }

    /// How many answers of models were saved.
    pub fn answers(&self) -> usize {
        self.answers.len()
    }

    /// Writes it as a new journal of that epoch in the place of the damaged one, and says where that is now, and whether
    /// each document is as it last was.
    pub fn write(self, path: &Path, epoch: u64) -> Result<(Option<PathBuf>, bool), Error> {
        let fresh = beside(path, "repaired", 0);
        let cannot = |error| Error::file("write", &fresh, error);
        clear(&fresh).map_err(cannot)?;
        let journal = Journal::open(&fresh)?;
        for (key, value) in &self.answers {
            journal.readings.insert(key.clone(), value.clone()).map_err(|error| super::explain(&fresh, error))?;
        }
        let incoming = |(id, live): (&DocumentId, &Live)| Incoming {
            change: live.change(id.clone()),
            container: live.container().into(),
        };
        let changes: Vec<Incoming> = self.live.iter().map(incoming).collect();
        let names: Vec<(String, &Vec<u8>)> =
            self.words.iter().filter_map(|(name, word)| Some((String::from_utf8(name.clone()).ok()?, word))).collect();
        journal.write(epoch, &changes, names.iter().map(|(name, word)| (name.as_str(), (*word).clone())).collect())?;
        let last = journal.written().census.holds_as(self.wanted.as_ref());
        drop(journal);
        let aside = path.is_dir().then(|| (0..).map(|n| beside(path, "damaged", n)).find(|aside| !aside.exists()));
        let aside = aside.flatten();
        if let Some(aside) = &aside {
            std::fs::rename(path, aside).map_err(|error| Error::file("move", path, error))?;
        }
        std::fs::rename(&fresh, path).map_err(|error| Error::file("move", &fresh, error))?;
        Ok((aside, last))
    }
}

impl Stored {
    /// What is said of the journal itself under a name.
    fn said<T: DeserializeOwned>(&self, path: &Path, name: &str) -> Option<T> {
        self.meta.get(name.as_bytes()).and_then(|value| unpack(path, value).ok())
    }
}

/// All that each way of reading finds.
fn readings(path: &Path) -> Result<Vec<Stored>, Error> {
    let copy = beside(path, "repairing", 0);
    let cannot = |error| Error::file("copy the journal to", &copy, error);
    let ways = [Tables::All].into_iter().chain(SPACES.map(Tables::Of)).chain([Tables::None]);
    let mut readings = Vec::new();
    for tables in ways {
        clear(&copy).map_err(cannot)?;
        readings.push(prepare((path, &copy), &tables).and_then(|()| stored(&copy)).unwrap_or_default());
        clear(&copy).map_err(cannot)?;
    }
    Ok(readings)
}

/// What is as it was wanted; without that, what any of them holds, the first before the others.
fn best(mut found: Vec<Pairs>, is_wanted: impl Fn(&Pairs) -> bool) -> Pairs {
    if let Some(at) = found.iter().position(is_wanted) {
        return found.swap_remove(at);
    }
    let mut all = Pairs::new();
    for (key, value) in found.into_iter().flatten() {
        all.entry(key).or_insert(value);
    }
    all
}

/// The documents that are as they were written.
fn sound<'a>(path: &'a Path, documents: &'a Pairs) -> impl Iterator<Item = (&'a Vec<u8>, Live)> + 'a {
    documents.iter().filter_map(|(key, value)| {
        let live = unpack::<Live>(path, value).ok()?;
        let sound = match &live {
            Live::Text { content, text, .. } => ContentHash::of(text) == *content,
            Live::Refused { .. } => true,
        };
        sound.then_some((key, live))
    })
}

/// The count of documents.
fn entries(path: &Path, documents: &Pairs) -> Census {
    let mut census = Census::default();
    for (key, live) in sound(path, documents) {
        census.come(key, &live, &documents[key]);
    }
    census
}

/// The hash of what the user said beside documents.
fn hash_of(words: &Pairs) -> [u8; 32] {
    hash_words(WORDS.into_iter().filter_map(|name| Some((name, words.get(name.as_bytes())?.as_slice()))))
}

/// Which tables are read beside the logs.
enum Tables {
    /// All, under the names that stand there.
    All,
    /// Those of one space, under a new name.
    Of(&'static str),
    /// None.
    None,
}

/// The folders of the tables of documents, answers and the rest, as they are numbered in every journal.
const SPACES: [&str; 3] = ["1", "2", "3"];

/// A copy of the journal with such tables, its logs without what is damaged in them.
fn prepare((path, copy): (&Path, &Path), tables: &Tables) -> Result<(), Error> {
    if let Tables::All = tables {
        copy_folder(path, copy).map_err(|error| Error::file("copy", path, error))?;
        return clean_logs(path, copy);
    }
    drop(Journal::open(copy)?);
    for log in numbered(copy).map_err(|error| Error::file("read", copy, error))?.values() {
        std::fs::remove_file(log).map_err(|error| Error::file("remove", log, error))?;
    }
    if let Tables::Of(space) = tables {
        let [from, to] = [path, copy].map(|folder| folder.join("keyspaces").join(space));
        clear(&to).and_then(|()| copy_folder(&from, &to)).map_err(|error| Error::file("copy", &from, error))?;
    }
    clean_logs(path, copy)
}

/// Writes the whole batches of each log, and leaves out what is between them.
fn clean_logs(path: &Path, copy: &Path) -> Result<(), Error> {
    for (number, log) in numbered(path).map_err(|error| Error::file("read", path, error))? {
        let bytes = std::fs::read(&log).map_err(|error| Error::file("read", &log, error))?;
        let (mut clean, mut batch, mut at) = (Vec::new(), Vec::new(), 0);
        while at < bytes.len() {
            match batches::next(&mut &bytes[at..], &mut batch) {
                Ok(true) => {
                    clean.extend_from_slice(&batch);
                    at += batch.len();
                }
                _ => at += 1,
            }
        }
        let target = copy.join(format!("{number}.jnl"));
        std::fs::write(&target, clean).map_err(|error| Error::file("write", &target, error))?;
    }
    Ok(())
}

fn stored(copy: &Path) -> Result<Stored, Error> {
    let journal = Journal::open(copy)?;
    let mut found = Stored::default();
    take(&journal.documents, &mut found.documents);
    take(&journal.readings, &mut found.answers);
    take(&journal.meta, &mut found.meta);
    Ok(found)
}

/// Takes what can be read of a space, from the front and, where something cannot be, from the back.
fn take(space: &Keyspace, into: &mut Pairs) {
    let mut pair = |entry: fjall::Guard| {
        entry.into_inner().is_ok_and(|(key, value)| {
            into.insert(key.to_vec(), value.to_vec());
            true
        })
    };
    if !space.iter().all(&mut pair) {
        let _ = space.iter().rev().all(&mut pair);
    }
}

/// The folder beside the journal with that ending, numbered from the second on.
fn beside(path: &Path, ending: &str, number: u32) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(match number {
        0 => format!("{name}.{ending}"),
        number => format!("{name}.{ending}-{}", number + 1),
    })
}

fn clear(folder: &Path) -> io::Result<()> {
    if folder.exists() { std::fs::remove_dir_all(folder) } else { Ok(()) }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let log_or_ours = Path::new(&name).extension().is_some_and(|ending| ending == "jnl" || ending == "kgloom");
        match entry.path() {
            folder if folder.is_dir() => copy_folder(&folder, &to.join(name))?,
            _ if log_or_ours => {}
            file => drop(std::fs::copy(file, to.join(name))?),
        }
    }
    Ok(())
}
