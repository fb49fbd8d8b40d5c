//! What can still be read of a damaged journal. In: its folder. Out: a new journal that holds it, the damaged one moved
//! aside, and what should have been there. Never: a damaged file changed or deleted; all reading is done on a copy.

use super::census::Census;
use super::files::lock;
use super::packed::unpack;
use super::quarantine::MARK;
use super::seal::{Seal, numbered};
use super::{Journal, Live, batches};
use crate::Error;
use crate::incoming::Incoming;
use fjall::Keyspace;
use kgloom_record::port::Answer;
use kgloom_record::record::{ContentHash, DocumentId};
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
    whole: bool,
}

impl Salvage {
    /// Reads what can be read, of tables and logs, and of the logs alone, which hold what a lost table held last.
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
        if !path.is_dir() {
            return Ok(salvage);
        }
        salvage._lock = Some(lock(path)?);
        let sealed = Seal::read(path)?.map(|seal| seal.census);
        let copy = beside(path, "repairing", 0);
        let cannot = |error| Error::file("copy the journal to", &copy, error);
        let read = |prepare: fn(&Path, &Path) -> Result<(), Error>| {
            clear(&copy).map_err(cannot)?;
            let read = prepare(path, &copy).and_then(|()| stored(&copy)).unwrap_or_default();
            clear(&copy).map_err(cannot)?;
            Ok::<Stored, Error>(read)
        };
        let mut all = read(tables_and_logs)?;
        if !all.whole {
            let logs = read(logs_alone)?;
            let add = |to: &mut Pairs, from: Pairs| {
                for (key, value) in from {
                    to.entry(key).or_insert(value);
                }
            };
            add(&mut all.documents, logs.documents);
            add(&mut all.answers, logs.answers);
            add(&mut all.meta, logs.meta);
        }
        let said = |name: &str| all.meta.get(name.as_bytes());
        let counted: Option<Census> = said("census").and_then(|value| unpack(path, value).ok());
        let wanted = [sealed, counted].into_iter().flatten().max_by_key(|census| census.epoch);
        salvage.epoch = said("epoch").and_then(|value| unpack(path, value).ok()).unwrap_or(0);
        salvage.epoch = salvage.epoch.max(wanted.map_or(0, |census| census.epoch));
        salvage.expected = wanted.map(|census| (census.documents, census.refused));
        salvage.wanted = wanted;
        for (key, value) in &all.documents {
            let Ok(live) = unpack::<Live>(path, value) else { continue };
            let sound = match &live {
                Live::Text { content, text, .. } => ContentHash::of(text) == *content,
                Live::Refused { .. } => true,
            };
            if let (true, Ok(id)) = (sound, std::str::from_utf8(key)) {
                salvage.live.insert(DocumentId::new(id), live);
            }
        }
        all.answers.retain(|_, value| unpack::<Answer>(path, value).is_ok());
        all.meta.retain(|name, _| !(OWN.iter().any(|own| own.as_bytes() == name) || name.starts_with(MARK)));
        (salvage.answers, salvage.words) = (all.answers, all.meta);
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

/// A copy of the whole folder, its logs without what is damaged in them.
fn tables_and_logs(path: &Path, copy: &Path) -> Result<(), Error> {
    copy_folder(path, copy).map_err(|error| Error::file("copy", path, error))?;
    clean_logs(path, copy)
}

/// A new journal, whose tables are empty, with the logs of the damaged one.
fn logs_alone(path: &Path, copy: &Path) -> Result<(), Error> {
    drop(Journal::open(copy)?);
    for log in numbered(copy).map_err(|error| Error::file("read", copy, error))?.values() {
        std::fs::remove_file(log).map_err(|error| Error::file("remove", log, error))?;
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
    let mut found = Stored { whole: journal.check().is_ok(), ..Stored::default() };
    found.whole &= take(&journal.documents, &mut found.documents);
    found.whole &= take(&journal.readings, &mut found.answers);
    found.whole &= take(&journal.meta, &mut found.meta);
    Ok(found)
}

/// Takes what can be read of a space, from the front and then from the back; says whether that was all.
fn take(space: &Keyspace, into: &mut Pairs) -> bool {
    let mut pair = |entry: fjall::Guard| {
        entry.into_inner().is_ok_and(|(key, value)| {
            into.insert(key.to_vec(), value.to_vec());
            true
        })
    };
    space.iter().all(&mut pair) || {
        let _ = space.iter().rev().all(&mut pair);
        false
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
