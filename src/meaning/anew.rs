//! Vectors of things and documents by an encoder of the user's own, made as the reader makes its own: from the sentences that
//! mention a thing. In: texts, what the reader found in them, who is who. Out: rows by name; what was read, in a file. Never: a
//! text that is read twice by one encoder.

use super::texts::Texts;
use anyhow::{Context, Result};
use connectors::{Journal, Live, Store};
use kgloom_numerics::Error;
use kgloom_numerics::artifact;
use kgloom_numerics::passes::unit;
use kgloom_numerics::vectors::Encode;
use kgloom_record::context::direction;
use kgloom_record::port::ModelId;
use kgloom_record::record::{DocumentId, Iri, Reading};
use kgloom_record::vocabulary;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Documents whose sentences are read together.
const TOGETHER: usize = 512;
/// The length of a context.
const LENGTH: f32 = 127.0;

/// What is said around each entity of each text, by one encoder.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Contexts {
    head: Head,
    /// Of each document in turn, of each of its entities: a row.
    rows: Vec<i8>,
}

/// What the rows are.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Head {
    encoder: String,
    reader: String,
    width: usize,
    /// The epoch whose documents these are.
    epoch: u64,
    documents: Vec<Known>,
}

/// A document of which rows are known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    id: DocumentId,
    /// The hash of its text.
    content: String,
    entities: u32,
}

/// A document that the encoder has yet to read.
struct Unread {
    id: DocumentId,
    content: String,
    text: Arc<str>,
    reading: Reading,
}

/// What is said around each entity of a graph's texts, all by one encoder. Texts that it never read are read.
pub(super) fn contexts(store: &Store, texts: &Texts, encoder: &dyn Encode) -> Result<Contexts> {
    let file = texts.file("contexts.bin");
    let (reader, epoch) = (store.meta("model")?.unwrap_or_default(), store.epoch()?.unwrap_or_default());
    // What is damaged is as good as lost.
    let kept = Contexts::read(&file).ok().filter(|kept| {
        let Head { encoder: by, reader: of, width, .. } = &kept.head;
        *by == encoder.id() && *of == reader && *width == encoder.width()
    });
    let known = match kept {
        Some(kept) if kept.head.epoch == epoch => return Ok(kept),
        kept => kept.unwrap_or_default(),
    };
    let head = Head { encoder: encoder.id(), reader, width: encoder.width(), epoch, documents: Vec::new() };
    let journal = texts.journal("for vectors by an encoder of one's own")?;
    let contexts = texts.shown("documents", |tell| Contexts::follow(&known, head, (&journal, encoder), tell))?;
    texts.keep(&file, contexts.write(&file));
    Ok(contexts)
}

impl Contexts {
    /// Rows of the documents that live now; those that are known are taken over.
    fn follow(
        known: &Contexts,
        head: Head,
        (journal, encoder): (&Journal, &dyn Encode),
        tell: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Contexts> {
        let (places, reader) = (known.places(), ModelId(head.reader.as_str().into()));
        let (mut contexts, mut unread) = (Contexts { head, rows: Vec::new() }, Vec::new());
        let (all, mut done) = (journal.size().0 as usize, 0);
        for entry in journal.live() {
            let (id, Live::Text { content: hash, text, .. }) = entry? else { continue };
            let content = hash.to_string();
            if let Some(place) = places.get(content.as_str()) {
                contexts.put((id, content), &known.rows[place.clone()]);
            } else if let Some(Ok(reading)) = journal.reading(&reader, &hash)? {
                unread.push(Unread { id, content, text, reading });
            }
            done += 1;
            if unread.len() == TOGETHER {
                contexts.learn(std::mem::take(&mut unread), encoder)?;
                tell(done, all);
            }
        }
        contexts.learn(unread, encoder)?;
        Ok(contexts)
    }

    /// Where the rows of each text are.
    fn places(&self) -> BTreeMap<&str, Range<usize>> {
        let mut from = 0;
        let mut places = BTreeMap::new();
        for Known { content, entities, .. } in &self.head.documents {
            let to = from + *entities as usize * self.head.width;
            places.insert(content.as_str(), from..to);
            from = to;
        }
        places
    }

    fn put(&mut self, (id, content): (DocumentId, String), rows: &[i8]) {
        let entities = (rows.len() / self.head.width) as u32;
        self.head.documents.push(Known { id, content, entities });
        self.rows.extend_from_slice(rows);
    }

    /// Has the encoder read the sentences that mention something: a context is the mean of those of an entity.
    fn learn(&mut self, unread: Vec<Unread>, encoder: &dyn Encode) -> Result<()> {
        let (mut sentences, mut places) = (Vec::new(), Vec::new());
        for Unread { text, reading, .. } in &unread {
            let mentioned = mentioned(reading);
            let all: BTreeSet<usize> = mentioned.iter().flatten().copied().collect();
            let numbers: BTreeMap<usize, usize> = all.iter().copied().zip(sentences.len()..).collect();
            sentences.extend(all.iter().map(|place| reading.sentences[*place].of(text).map(Arc::from)));
            places.push((mentioned, numbers));
        }
        let width = encoder.width();
        let vectors = encoder.read(&sentences, &|_, _| {})?;
        for (Unread { id, content, .. }, (mentioned, numbers)) in unread.into_iter().zip(places) {
            let context = |sentences: &BTreeSet<usize>| {
                let mut sum = vec![0f32; width];
                for number in sentences.iter().filter_map(|place| numbers.get(place)) {
                    let vector = &vectors[number * width..][..width];
                    sum.iter_mut().zip(vector).for_each(|(sum, x)| *sum += x);
                }
                unit(&mut sum);
                sum.into_iter().map(|x| (x * LENGTH).round() as i8).collect::<Vec<i8>>()
            };
            let rows: Vec<i8> = mentioned.iter().flat_map(context).collect();
            self.put((id, content), &rows);
        }
        Ok(())
    }

    /// The direction of each thing and document: of the sum of what is said around it in all of them.
    pub fn rows(&self, store: &Store) -> Result<BTreeMap<Iri, Vec<i8>>> {
        let (width, mut sums) = (self.head.width, BTreeMap::<Iri, Vec<i32>>::new());
        let mut add = |name: Iri, row: &[i8]| {
            let sum = sums.entry(name).or_insert_with(|| vec![0; width]);
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += i32::from(*x));
        };
        let mut rows = self.rows.chunks_exact(width.max(1));
        for Known { id, entities, .. } in &self.head.documents {
            let whole = Iri::new(vocabulary::document_iri(id));
            let things = store.resolution(id, *entities)?;
            for (entity, row) in (0..*entities).zip(&mut rows) {
                add(whole.clone(), row);
                if let Some(thing) = things.get(&entity) {
                    add(thing.clone(), row);
                }
            }
        }
        Ok(sums.into_iter().filter_map(|(name, sum)| Some((name, direction(&sum)?))).collect())
    }

    /// Writes the head as a line of JSON, and then the rows.
    fn write(&self, file: &Path) -> Result<(), Error> {
        let json = |source| Error::Json { name: file.display().to_string(), source };
        let mut bytes = serde_json::to_vec(&self.head).map_err(json)?;
        bytes.push(b'\n');
        bytes.extend(self.rows.iter().map(|x| *x as u8));
        artifact::write(file, &bytes)
    }

    fn read(file: &Path) -> Result<Contexts> {
        let bytes = artifact::read(file)?;
        let end = bytes.iter().position(|byte| *byte == b'\n').context("there is no head")?;
        let head: Head = serde_json::from_slice(&bytes[..end])?;
        let rows: Vec<i8> = bytes[end + 1..].iter().map(|byte| *byte as i8).collect();
        let entities: usize = head.documents.iter().map(|known| known.entities as usize).sum();
        anyhow::ensure!(rows.len() == entities * head.width, "rows are missing");
        Ok(Contexts { head, rows })
    }
}

/// The sentences that mention each entity of a reading.
fn mentioned(reading: &Reading) -> Vec<BTreeSet<usize>> {
    let mut mentioned = vec![BTreeSet::new(); reading.entities.len()];
    for mention in &reading.mentions {
        let after = reading.sentences.partition_point(|sentence| sentence.start <= mention.span.start);
        if let (Some(sentence), Some(own)) = (after.checked_sub(1), mentioned.get_mut(mention.entity as usize)) {
            own.insert(sentence);
        }
    }
    mentioned
}

#[cfg(test)]
#[path = "anew_tests.rs"]
mod tests;
