//! The journal as the memory of one model. In: answers as they come. Out: the same, for the same text.
//! Never: an answer of another model.

use super::explain;
use super::packed::{pack, unpack};
use crate::Error;
use crate::patience::patiently;
use fjall::Keyspace;
use kgloom_record::port::{Answer, Broken, Memory, ModelId};
use kgloom_record::record::ContentHash;
use std::path::PathBuf;

/// The journal as the memory of one model: nothing is asked twice.
///
/// An answer that [`Memory::remember`] took has reached the operating system: it survives the end of the process,
/// however it ends, but not a power cut before the next epoch is appended.
#[derive(Clone)]
pub struct JournalMemory {
    pub(super) path: PathBuf,
    pub(super) readings: Keyspace,
    pub(super) meta: Keyspace,
    pub(super) model: ModelId,
}

impl JournalMemory {
    pub(super) fn answer(&self, content: &ContentHash) -> Result<Option<Answer>, Error> {
        let key = self.key(content);
        let value = patiently(|| self.readings.get(&key).map_err(|error| explain(&self.path, error)))?;
        value.map(|value| unpack(&self.path, &value)).transpose()
    }

    /// Whether there is an answer, without reading it.
    pub fn knows(&self, content: &ContentHash) -> Result<bool, Error> {
        let key = self.key(content);
        patiently(|| self.readings.contains_key(&key).map_err(|error| explain(&self.path, error)))
    }

    pub(super) fn key(&self, content: &ContentHash) -> Vec<u8> {
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
pub(super) const ANSWERS: &str = "answers 3";

/// Sixteen bytes that stand for a model, however long its name, and the layout of its answers.
pub(super) fn answer_prefix(model: &ModelId) -> Vec<u8> {
    blake3::hash(format!("{ANSWERS}\n{model}").as_bytes()).as_bytes()[..16].to_vec()
}
