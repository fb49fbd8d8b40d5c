//! What had reached the disk when the last epoch was written. In: the journal's folder. Out: a small file beside it,
//! and whether what it says is still there, asked before anything opens the journal. Never: a refusal of what a kill or
//! a power cut leaves.
//!
//! The file is replaced as a whole after each epoch is on disk, so it may be one epoch behind. It vouches for the front
//! of each log, up to the end of the last whole batch: behind that, answers of models come and go unsynced. A log that is
//! no longer there was moved into tables if a later one is; whether that is so, the count of what the tables hold tells.

use super::batches;
use super::census::Census;
use super::files::{damaged, gone};
use crate::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The seal's name.
pub(super) const FILE: &str = "seal.kgloom";
const PART: &str = "seal.kgloom.part";
/// What was on disk at the end of an epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seal {
    /// What the journal held.
    pub census: Census,
    /// The folders of tables: the library throws away one that has no list of its tables.
    tables: Vec<PathBuf>,
    /// The front of each log, by the log's number.
    logs: BTreeMap<u64, Front>,
}

/// The front of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Front {
    bytes: u64,
    blake3: String,
}

/// How far each log was read, and the hash of that much.
#[derive(Default)]
pub(super) struct Logs(BTreeMap<u64, (u64, blake3::Hasher)>);

impl Seal {
    /// Reads the seal, and holds the files against it; without a seal that can be read there is nothing to hold them to.
    pub fn check(path: &Path) -> Result<(Option<Seal>, Logs), Error> {
        let mut logs = Logs::default();
        let Some(seal) = Seal::read(path)? else { return Ok((None, logs)) };
        let there = |file: &Path| path.join(file).exists().then_some(()).ok_or_else(|| gone(path, file));
        there(Path::new("version"))?;
        seal.tables.iter().try_for_each(|table| there(&table.join("current")))?;
        let present = numbered(path).map_err(|error| Error::file("read", path, error))?;
        for (number, front) in &seal.logs {
            let Some(log) = present.get(number) else {
                match present.range(number..).next() {
                    Some(_) => continue,
                    None => return Err(gone(path, Path::new(&format!("{number}.jnl")))),
                }
            };
            let hasher = hash_front(log, front.bytes).map_err(|error| Error::file("read", log, error))?;
            let what = match hasher {
                None => format!("\"{number}.jnl\" is shorter than the {} bytes that were written", front.bytes),
                Some(hasher) if hasher.finalize().to_hex().as_str() != front.blake3 => {
                    format!("\"{number}.jnl\" is not what was written")
                }
                Some(hasher) => {
                    logs.0.insert(*number, (front.bytes, hasher));
                    continue;
                }
            };
            return Err(damaged(path, &what));
        }
        Ok((Some(seal), logs))
    }

    /// The seal as it stands; none if there is none, or if it is itself damaged.
    pub fn read(path: &Path) -> Result<Option<Seal>, Error> {
        let file = path.join(FILE);
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file("read", &file, error)),
        };
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return Ok(None) };
        let (said, hash) = (&bytes[..end], &bytes[end + 1..]);
        let whole = blake3::hash(said).to_hex().as_bytes() == hash.trim_ascii_end();
        Ok(if whole { serde_json::from_slice(said).ok() } else { None })
    }

    /// How much of a log it vouches for.
    #[cfg(test)]
    pub fn front(&self, log: u64) -> Option<u64> {
        self.logs.get(&log).map(|front| front.bytes)
    }

    /// Seals what is on disk; so must be all that was read of the logs.
    pub fn write(path: &Path, census: Census, logs: &Logs) -> Result<(), Error> {
        let cannot = |error| Error::file("write", &path.join(FILE), error);
        let front = |(bytes, hasher): &(u64, blake3::Hasher)| {
            let blake3 = hasher.finalize().to_hex().to_string();
            Front { bytes: *bytes, blake3 }
        };
        let logs = logs.0.iter().map(|(number, log)| (*number, front(log))).collect();
        let tables = tables(path).map_err(cannot)?;
        let mut said =
            serde_json::to_vec(&Seal { census, tables, logs }).expect("plain data of known shape always encodes");
        let hash = blake3::hash(&said).to_hex();
        said.extend_from_slice(format!("\n{hash}\n").as_bytes());
        replace(path, &said).map_err(cannot)
    }
}

impl Logs {
    /// Reads what was written since.
    pub fn advance(&mut self, path: &Path) -> io::Result<()> {
        let present = numbered(path)?;
        self.0.retain(|number, _| present.contains_key(number));
        let mut batch = Vec::new();
        for (number, log) in present {
            let mut log = match File::open(log) {
                Ok(log) => log,
                // The library has just moved it into tables.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let (bytes, hasher) = self.0.entry(number).or_default();
            log.seek(SeekFrom::Start(*bytes))?;
            let mut log = BufReader::with_capacity(1 << 16, log);
            while batches::next(&mut log, &mut batch)? {
                hasher.update(&batch);
                *bytes += batch.len() as u64;
            }
        }
        Ok(())
    }
}

/// The logs in a folder, by number.
pub(super) fn numbered(path: &Path) -> io::Result<BTreeMap<u64, PathBuf>> {
    let mut logs = BTreeMap::new();
    for entry in std::fs::read_dir(path)? {
        let file = entry?.path();
        let number = file.file_name().and_then(|name| name.to_str()?.strip_suffix(".jnl")?.parse().ok());
        logs.extend(number.map(|number| (number, file)));
    }
    Ok(logs)
}

/// The folders of tables, from the journal's folder on.
fn tables(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut tables = Vec::new();
    for entry in std::fs::read_dir(path.join("keyspaces"))? {
        let entry = entry?;
        if entry.path().join("current").exists() {
            tables.push(Path::new("keyspaces").join(entry.file_name()));
        }
    }
    tables.sort();
    Ok(tables)
}

/// The hash of a file's first bytes, unless it is shorter.
fn hash_front(file: &Path, bytes: u64) -> io::Result<Option<blake3::Hasher>> {
    let mut hasher = blake3::Hasher::new();
    let read = io::copy(&mut File::open(file)?.take(bytes), &mut hasher)?;
    Ok((read == bytes).then_some(hasher))
}

/// Replaces the seal at once, and returns when that is on disk.
fn replace(path: &Path, said: &[u8]) -> io::Result<()> {
    let part = path.join(PART);
    let mut file = File::create(&part)?;
    file.write_all(said)?;
    file.sync_all()?;
    std::fs::rename(&part, path.join(FILE))?;
    File::open(path)?.sync_all()
}
