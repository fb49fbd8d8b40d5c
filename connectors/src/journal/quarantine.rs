//! Texts whose reading ended the process. In: a mark before each reading, taken away after it. Out: which readings never
//! came to an end, and which texts are therefore not read again. Never: a text that is set aside for one death: whoever
//! kills the process, or cuts the power, has done nothing wrong.
//!
//! Marks are written like answers: they survive the process. What is set aside is written with an epoch, and counted.

use super::memory::JournalMemory;
use super::packed::pack;
use super::{Journal, WORD, explain};
use crate::Error;
use crate::patience::patiently;
use kgloom_record::record::ContentHash;
use std::collections::{BTreeMap, BTreeSet};

/// What stands before the hash of a text whose reading began.
pub(super) const MARK: &[u8] = b"reading ";

impl Journal {
    /// The texts that are not read, since reading them ended the process.
    pub fn quarantine(&self) -> Result<BTreeSet<ContentHash>, Error> {
        Ok(self.stored(WORD)?.unwrap_or_default())
    }

    /// From now on exactly these are not read; an epoch of its own.
    pub fn set_quarantine(&self, texts: &BTreeSet<ContentHash>) -> Result<(), Error> {
        self.write(self.epoch() + 1, &[], BTreeMap::from([(WORD, pack(texts))]))
    }

    /// How many readings of each text began and never ended.
    pub fn unended(&self) -> Result<BTreeMap<ContentHash, u8>, Error> {
        let mut marks = BTreeMap::new();
        for entry in self.meta.prefix(MARK) {
            let (key, value) = entry.into_inner().map_err(|error| explain(&self.path, error))?;
            if let (Ok(content), [count]) = (key[MARK.len()..].try_into(), &*value) {
                marks.insert(ContentHash(content), *count);
            }
        }
        Ok(marks)
    }

    /// Forgets how often the reading of a text did not end.
    pub fn forget_unended(&self, content: &ContentHash) -> Result<(), Error> {
        self.meta.remove(mark(content)).map_err(|error| explain(&self.path, error))
    }
}

impl JournalMemory {
    /// A reading begins: if it ends the process, the mark stays.
    pub fn begins(&self, content: &ContentHash) -> Result<(), Error> {
        let key = mark(content);
        let before = patiently(|| self.meta.get(&key).map_err(|error| explain(&self.path, error)))?;
        let count = before.and_then(|value| value.first().copied()).unwrap_or(0);
        self.meta.insert(key, [count.saturating_add(1)]).map_err(|error| explain(&self.path, error))
    }

    /// The reading has ended, well or not, and the process lives.
    pub fn ended(&self, content: &ContentHash) -> Result<(), Error> {
        self.meta.remove(mark(content)).map_err(|error| explain(&self.path, error))
    }
}

fn mark(content: &ContentHash) -> Vec<u8> {
    [MARK, &content.0].concat()
}
