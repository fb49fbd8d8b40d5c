//! Answers of a model, carried from one machine to another. In: answers, as they are given elsewhere. Out: a file of them, and the
//! same in a journal. Never: an answer that was damaged on its way, of another model, or of half a record.
//!
//! A line of JSON says whose answers these are; then each has the hash of its text (32 bytes), its length (4, the least first), four
//! bytes of the BLAKE3 hash of both, as many bytes as the journal would hold, and eight of the hash of all that.

use super::memory::ANSWERS;
use super::packed::{pack, unpack};
use super::{Journal, explain};
use crate::Error;
use kgloom_record::port::{Answer, Broken, Memory, ModelId};
use kgloom_record::record::ContentHash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A record that is longer is damaged.
const LONGEST: usize = 64 << 20;
const HEAD: usize = 36;
const HEAD_CHECK: usize = 4;
const CHECK: usize = 8;

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    kgloom: String,
    model: String,
}

/// A file of answers that is being written, by several threads.
pub struct CarriedAnswers {
    path: PathBuf,
    known: BTreeSet<ContentHash>,
    file: Mutex<File>,
}

impl CarriedAnswers {
    /// Begins a file of a model's answers, or goes on with one that was begun: what was cut off at its end is written again.
    ///
    /// # Errors
    /// Where the file cannot be written, is damaged, or holds answers of another model or layout.
    pub fn open(path: &Path, model: &ModelId) -> Result<CarriedAnswers, Error> {
        let wrong = |error| Error::file("write", path, error);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(wrong)?;
        if file.try_lock().is_err() {
            let problem = "another `kgloom read` writes it; wait until it ends".to_owned();
            return Err(Error::Answers { path: path.to_owned(), problem });
        }
        let mut known = BTreeSet::new();
        let mut end = 0;
        let head = Head { kgloom: ANSWERS.to_owned(), model: model.to_string() };
        let head = serde_json::to_string(&head).expect("two texts are JSON") + "\n";
        // A first line that was cut off is begun again; a file of something else is not.
        let mut begun = Vec::new();
        BufReader::new(&file).take(head.len() as u64).read_until(b'\n', &mut begun).map_err(wrong)?;
        if begun.ends_with(b"\n") || !head.as_bytes().starts_with(&begun) {
            let mut records = Records::open(path, model)?;
            while let Some((content, _)) = records.next()? {
                known.insert(content);
            }
            end = records.whole;
        }
        if end == 0 {
            let begin = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
            begin.and_then(|_| file.write_all(head.as_bytes())).map_err(wrong)?;
        } else {
            file.set_len(end).and_then(|()| file.seek(SeekFrom::Start(end))).map_err(wrong)?;
        }
        Ok(CarriedAnswers { path: path.to_owned(), known, file: Mutex::new(file) })
    }

    /// Whether the file held the answer for a text when it was opened.
    pub fn knows(&self, content: &ContentHash) -> bool {
        self.known.contains(content)
    }

    /// Returns when everything that was written is on disk.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn sync(&self) -> Result<(), Error> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.sync_all().map_err(|error| Error::file("write", &self.path, error))
    }
}

impl Memory for CarriedAnswers {
    fn recall(&self, _content: &ContentHash) -> Result<Option<Answer>, Broken> {
        Ok(None)
    }

    fn remember(&self, content: &ContentHash, answer: &Answer) -> Result<(), Broken> {
        let packed = pack(answer);
        let mut record = content.0.to_vec();
        record.extend((packed.len() as u32).to_le_bytes());
        record.extend(check::<HEAD_CHECK>(&record));
        record.extend(packed);
        record.extend(check::<CHECK>(&record));
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = |error| Error::file("write", &self.path, error);
        let end = file.stream_position().map_err(wrong)?;
        Ok(file.write_all(&record).map_err(|error| {
            // Nothing must come behind half a record; where this fails too, the file ends within one.
            let _ = file.set_len(end).and_then(|()| file.seek(SeekFrom::Start(end)));
            wrong(error)
        })?)
    }
}

impl Journal {
    /// Takes in the answers of a file; says how many are new, and whether the file ends within one, as it does where who wrote it
    /// was stopped. Answers for texts that no document has wait until one has.
    ///
    /// # Errors
    /// Where the file cannot be read, is damaged, or holds answers of another model or layout; what stands before the damage may
    /// have been taken in.
    pub fn take_answers(&self, path: &Path, model: &ModelId) -> Result<(u64, bool), Error> {
        let (memory, mut records, mut new) = (self.memory(model), Records::open(path, model)?, 0);
        while let Some((content, packed)) = records.next()? {
            if !memory.knows(&content)? {
                let key = memory.key(&content);
                memory.readings.insert(key, packed).map_err(|error| explain(&self.path, error))?;
                new += 1;
            }
        }
        self.sync()?;
        let length = std::fs::metadata(path).map_err(|error| Error::file("read", path, error))?.len();
        Ok((new, length > records.whole))
    }
}

/// The whole records of a file.
struct Records {
    path: PathBuf,
    file: BufReader<File>,
    /// Where the last whole record ends.
    whole: u64,
}

impl Records {
    fn open(path: &Path, model: &ModelId) -> Result<Records, Error> {
        let file = File::open(path).map_err(|error| Error::file("read", path, error))?;
        let (mut file, mut line) = (BufReader::new(file), String::new());
        let read = (&mut file).take(1 << 16).read_line(&mut line);
        let whole = read.map_err(|error| Error::file("read", path, error))? as u64;
        let not = |problem: String| Error::Answers { path: path.to_owned(), problem };
        let head: Head =
            serde_json::from_str(&line).map_err(|_| not("it does not begin as `kgloom read` begins one".to_owned()))?;
        if head.kgloom != ANSWERS {
            return Err(not("it is of another version of kgloom; `kgloom read` writes it anew".to_owned()));
        }
        if head.model != model.to_string() {
            return Err(not(format!("its answers are those of {}, and {model} reads here", head.model)));
        }
        Ok(Records { path: path.to_owned(), file, whole })
    }

    /// The next record, if it is all there; a file that was cut off ends before the record that was.
    fn next(&mut self) -> Result<Option<(ContentHash, Vec<u8>)>, Error> {
        let begin = HEAD + HEAD_CHECK;
        let Some(mut record) = self.bytes(begin)? else { return Ok(None) };
        let (path, whole) = (self.path.clone(), self.whole);
        let damaged = || Error::Answers {
            path: path.clone(),
            problem: format!("it is damaged after byte {whole}; `kgloom read` writes it anew"),
        };
        let length = u32::from_le_bytes([record[32], record[33], record[34], record[35]]) as usize;
        if length > LONGEST || record[HEAD..] != check::<HEAD_CHECK>(&record[..HEAD]) {
            return Err(damaged());
        }
        let Some(rest) = self.bytes(length + CHECK)? else { return Ok(None) };
        let content = record[..32].try_into().map(ContentHash).map_err(|_| damaged())?;
        let (packed, checked) = rest.split_at(length);
        record.extend(packed);
        // What cannot be read now could not be read later.
        if checked != check::<CHECK>(&record) || unpack::<Answer>(&self.path, packed).is_err() {
            return Err(damaged());
        }
        self.whole += (begin + rest.len()) as u64;
        Ok(Some((content, packed.to_vec())))
    }

    /// So many bytes, if there are as many.
    fn bytes(&mut self, count: usize) -> Result<Option<Vec<u8>>, Error> {
        let mut bytes = Vec::new();
        let read = (&mut self.file).take(count as u64).read_to_end(&mut bytes);
        let read = read.map_err(|error| Error::file("read", &self.path, error))?;
        Ok((read == count).then_some(bytes))
    }
}

/// The first bytes of a hash.
fn check<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let hash = blake3::hash(bytes);
    std::array::from_fn(|at| hash.as_bytes()[at])
}

#[cfg(test)]
#[path = "carried_tests.rs"]
mod tests;
