//! What came and went since a graph's rows were sorted, epoch after epoch, in a file.
//!
//! In: records. Out: the same, up to the last that is whole. Never: half of a record; a record that has another checksum
//! than when it was written.
//!
//! ```text
//! length (4 bytes) │ checksum, xxh3 (8) │ record │ length │ …
//! ```

use super::base::Row;
use super::blocks::damaged;
use crate::Error;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

const HEAD: usize = 12;

/// One change of a graph. Terms are those that are new, and their numbers follow the last.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) terms: Vec<Vec<u8>>,
    pub(super) gone: Vec<Row>,
    pub(super) come: Vec<Row>,
}

/// The records of a file, and where the last whole one ends. What a writer did not finish is left out.
pub(super) fn read(path: &Path) -> Result<(Vec<Record>, u64), Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::file("read", path, error))?;
    let (mut records, mut at) = (Vec::new(), 0);
    while let Some(head) = bytes.get(at..at + HEAD) {
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let sum = u64::from_le_bytes(head[4..].try_into().unwrap_or_default());
        let Some(record) = bytes.get(at + HEAD..at + HEAD + length) else { break };
        // A file that grew before its bytes were written ends in zeros.
        if length == 0 && bytes[at..].iter().all(|byte| *byte == 0) {
            break;
        }
        if xxh3_64(record) != sum {
            return Err(damaged(path, &format!("the change at byte {at} has another checksum")));
        }
        records.push(postcard::from_bytes(record).map_err(|error| damaged(path, &error.to_string()))?);
        at += HEAD + length;
    }
    Ok((records, at as u64))
}

/// A file of changes, open for more.
pub(super) struct Log {
    file: File,
    path: PathBuf,
    length: u64,
}

impl Log {
    /// Begins an empty file.
    pub(super) fn create(path: &Path) -> Result<Log, Error> {
        let file = File::create(path).map_err(|error| Error::file("create", path, error))?;
        Ok(Log { file, path: path.to_owned(), length: 0 })
    }

    /// Goes on after the last whole record.
    pub(super) fn open(path: &Path, length: u64) -> Result<Log, Error> {
        let failed = |error| Error::file("open", path, error);
        let file = File::options().write(true).open(path).map_err(failed)?;
        file.set_len(length).map_err(failed)?;
        Ok(Log { file, path: path.to_owned(), length })
    }

    /// Adds a record; it is there as a whole or not at all.
    pub(super) fn append(&mut self, record: &Record) -> Result<(), Error> {
        let body = postcard::to_stdvec(record).map_err(|error| damaged(&self.path, &error.to_string()))?;
        let length = u32::try_from(body.len()).map_err(|_| damaged(&self.path, "a change is too long"))?;
        let mut bytes = Vec::with_capacity(HEAD + body.len());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&xxh3_64(&body).to_le_bytes());
        bytes.extend_from_slice(&body);
        let written = self.file.seek(SeekFrom::Start(self.length)).and_then(|_| self.file.write_all(&bytes));
        if let Err(error) = written {
            // What was written of it goes again; a reader leaves it out in any case.
            let _ = self.file.set_len(self.length);
            return Err(Error::file("write", &self.path, error));
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Returns when all records are on disk.
    pub(super) fn sync(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(|error| Error::file("write", &self.path, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_up_to_the_last_whole_one_and_damage_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("changes");
        let record =
            |word: &str| Record { terms: vec![word.into()], gone: vec![[1, 2, 3, 4]], come: vec![[5, 6, 7, u32::MAX]] };
        let mut log = Log::create(&path).unwrap();
        log.append(&record("one")).unwrap();
        log.append(&record("two")).unwrap();
        let whole = std::fs::read(&path).unwrap();
        assert_eq!(read(&path).unwrap(), (vec![record("one"), record("two")], whole.len() as u64));
        let one = whole.len() / 2;
        for cut in one..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert_eq!(read(&path).unwrap(), (vec![record("one")], one as u64), "cut after {cut} bytes");
        }
        let mut longer = whole.clone();
        longer.extend([0; 40]);
        std::fs::write(&path, &longer).unwrap();
        assert_eq!(read(&path).unwrap().1, whole.len() as u64);
        Log::open(&path, whole.len() as u64).unwrap().append(&record("three")).unwrap();
        assert_eq!(read(&path).unwrap().0.len(), 3);
        for byte in [HEAD, one / 2, one - 1] {
            let mut wrong = whole.clone();
            wrong[byte] ^= 1;
            std::fs::write(&path, &wrong).unwrap();
            assert!(matches!(read(&path), Err(Error::Damaged { .. })), "byte {byte}");
        }
    }
}
