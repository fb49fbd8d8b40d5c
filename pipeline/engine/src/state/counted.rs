//! How often a model was asked. In: a reader and a memory. Out: the same, numbers, and a word on each text and on those that take long.
//! Never: another answer.

use crate::patience::until_done;
use connectors::JournalMemory;
use kgloom_record::port::{Answer, Broken, Failure, Memory, ModelId, Reader};
use kgloom_record::record::{ContentHash, Iri, Reading, Score};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// A reading that takes longer is told of.
const LONG: Duration = Duration::from_secs(10);
/// It is named by so many of its first words,
const FIRST_WORDS: usize = 10;
/// and so many letters.
const FIRST_LETTERS: usize = 80;
/// Texts of fewer bytes never take that long.
const NEVER_LONG: usize = 1 << 13;

/// How often a model was asked, and how often the answer was there.
#[derive(Debug, Default)]
pub struct Counters {
    asked: AtomicU64,
    recalled: AtomicU64,
}

impl Counters {
    /// Texts that the model read.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// Texts whose answer was remembered.
    pub fn recalled(&self) -> u64 {
        self.recalled.load(Ordering::Relaxed)
    }
}

/// A reader that counts, and marks the text at hand in the journal: a mark that stays tells that reading ended the process.
pub(super) struct CountedReader {
    pub reader: Arc<dyn Reader>,
    pub marks: JournalMemory,
    pub counters: Arc<Counters>,
}

impl Reader for CountedReader {
    fn id(&self) -> &ModelId {
        self.reader.id()
    }

    fn read(&self, text: &str) -> Result<Reading, Failure> {
        self.counters.asked.fetch_add(1, Ordering::Relaxed);
        let content = ContentHash::of(text);
        tracing::trace!(event = "asked", %content, "the model reads {content}");
        let broken = |error| Failure::Broken(Box::new(error));
        until_done(|| self.marks.begins(&content)).map_err(broken)?;
        let answer = self.told(text, || self.reader.read(text));
        until_done(|| self.marks.ended(&content)).map_err(broken)?;
        answer
    }

    fn thresholds(&self) -> &BTreeMap<Iri, Score> {
        self.reader.thresholds()
    }
}

impl CountedReader {
    /// Names a text whose reading takes long, while it is read.
    fn told<T>(&self, text: &str, read: impl FnOnce() -> T) -> T {
        if text.len() < NEVER_LONG {
            return read();
        }
        std::thread::scope(|scope| {
            let (done, waits) = mpsc::channel::<()>();
            scope.spawn(move || {
                if waits.recv_timeout(LONG) == Err(RecvTimeoutError::Timeout) {
                    tell_of(text);
                }
            });
            let answer = read();
            drop(done);
            answer
        })
    }
}

/// Names a text, by its first words, whose reading takes long.
fn tell_of(text: &str) {
    let opening: String = text.split_whitespace().take(FIRST_WORDS).collect::<Vec<_>>().join(" ");
    let opening: String = opening.chars().take(FIRST_LETTERS).collect();
    let (content, bytes) = (ContentHash::of(text), text.len() as u64);
    tracing::info!(
        event = "still_reading",
        opening,
        bytes,
        %content,
        "still reading a text of {bytes} bytes that begins \"{opening}\""
    );
}

/// A memory that counts.
pub(super) struct CountedMemory<M> {
    pub memory: M,
    pub counters: Arc<Counters>,
}

impl<M: Memory> Memory for CountedMemory<M> {
    fn recall(&self, content: &ContentHash) -> Result<Option<Answer>, Broken> {
        // An error here would use the whole session up.
        let answer = until_done(|| self.memory.recall(content))?;
        self.counters.recalled.fetch_add(u64::from(answer.is_some()), Ordering::Relaxed);
        Ok(answer)
    }

    fn remember(&self, content: &ContentHash, answer: &Answer) -> Result<(), Broken> {
        self.memory.remember(content, answer)
    }
}
