//! The one way a model runs inside the dataflow.
//!
//! In: documents. Out: what the reader said of each. Never: a second question about a text whose answer is
//! held or remembered; never an answer retracted that was not given.
//!
//! Differential dataflow turns a deletion into a second run of a closure with a minus sign, and trusts that it
//! says the same. So the answer is held by the text's hash for as long as a document has that text, and is
//! retracted as it was said. `tests/infer.rs` holds it to that with a reader that says something else each time.

use crate::stage::Rows;
use differential_dataflow::AsCollection;
use kgloom_record::port::{Answer, Broken, Failure, Memory, Reader};
use kgloom_record::record::{ContentHash, Document, Iri, Reading, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::generic::operator::Operator;

/// The first thing that broke in a session, shared by its workers. No operator panics on purpose: the others
/// would wait for ever.
#[derive(Default)]
pub struct ErrorSlot(Mutex<Option<Broken>>);

impl ErrorSlot {
    /// Keeps the first reason.
    pub fn set(&self, reason: Broken) {
        let mut slot = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        slot.get_or_insert(reason);
    }

    /// Whether something broke.
    pub fn is_set(&self) -> bool {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).is_some()
    }

    /// Takes the reason out.
    pub fn take(&self) -> Option<Broken> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }
}

/// Who is asked, who remembers, and where it is said that something broke.
#[derive(Clone)]
pub struct InferenceContext {
    /// The reader.
    pub reader: Arc<dyn Reader>,
    /// What it said before.
    pub memory: Arc<dyn Memory>,
    /// Set by what is not a function of the input.
    pub error_slot: Arc<ErrorSlot>,
    names: Arc<Names>,
}

/// Classes and relations of all readings, each once in memory: they are few, and are compared all the time, sooner where both
/// lie in one place.
#[derive(Default)]
struct Names(Mutex<BTreeSet<Iri>>);

impl Names {
    /// Lets equal names be one, and lists take no more than they hold.
    fn share(&self, reading: &mut Reading) {
        reading.sentences.shrink_to_fit();
        reading.mentions.shrink_to_fit();
        reading.entities.shrink_to_fit();
        reading.relations.shrink_to_fit();
        let mut names = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let classes = reading.entities.iter_mut().flat_map(|entity| {
            let narrower = entity.types.iter_mut().map(|narrower| &mut narrower.class);
            std::iter::once(&mut entity.class).chain(narrower)
        });
        for name in classes.chain(reading.relations.iter_mut().map(|relation| &mut relation.relation)) {
            match names.get(name) {
                Some(known) => *name = known.clone(),
                None => drop(names.insert(name.clone())),
            }
        }
    }
}

impl InferenceContext {
    /// A reader with its memory, and where it is said that something broke.
    pub fn new(reader: Arc<dyn Reader>, memory: Arc<dyn Memory>, error_slot: Arc<ErrorSlot>) -> Self {
        InferenceContext { reader, memory, error_slot, names: Arc::default() }
    }

    /// The remembered answer, or a new one that is remembered; `None` when something broke.
    pub fn answer(&self, content: &ContentHash, text: &str) -> Option<Answer> {
        if self.error_slot.is_set() {
            return None;
        }
        match self.recall_or_read(content, text) {
            Ok(answer) => Some(answer),
            Err(broken) => {
                self.error_slot.set(broken);
                None
            }
        }
    }

    fn recall_or_read(&self, content: &ContentHash, text: &str) -> Result<Answer, Broken> {
        if let Some(answer) = self.memory.recall(content)? {
            return Ok(answer);
        }
        let answer = match self.reader.read(text) {
            Ok(reading) => checked(reading, text),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(Failure::Broken(broken)) => return Err(broken),
        };
        self.memory.remember(content, &answer)?;
        Ok(answer)
    }
}

/// A reading whose spans and indices do not fit its text is refused, so that no stage has to check again.
fn checked(reading: Reading, text: &str) -> Answer {
    let entities = reading.entities.len();
    let mentions = reading.mentions.len();
    let entity = |index: u32| (index as usize) < entities;
    let mention = |index: u32, of: u32| (index as usize) < mentions && reading.mentions[index as usize].entity == of;
    let fits = reading.mentions.iter().all(|m| m.span.of(text).is_some_and(|s| !s.is_empty()) && entity(m.entity))
        && reading.sentences.iter().all(|span| span.of(text).is_some())
        && reading.relations.iter().all(|r| {
            entity(r.head) && entity(r.tail) && mention(r.head_mention, r.head) && mention(r.tail_mention, r.tail)
        });
    if fits {
        Ok(reading)
    } else {
        Err(Refusal { reason: "the model's answer does not fit the text".into(), location: "".into() })
    }
}

/// Each document with what the reader said of its text.
pub fn infer(documents: Rows<'_, Document>, inference: InferenceContext) -> Rows<'_, (Document, Arc<Answer>)> {
    let by_content = Exchange::new(|row: &(Document, u64, isize)| shard(&row.0));
    documents
        .inner
        .unary_frontier(by_content, "Infer", move |_capability, _info| {
            let mut held = HeldAnswers { inference, answers: BTreeMap::new(), touched: Vec::new() };
            move |(input, frontier), output| {
                input.for_each(|time, rows| {
                    let mut session = output.session(&time);
                    for (document, at, count) in rows.drain(..) {
                        if let Some(answer) = held.answer(&document, at, count) {
                            session.give(((document, answer), at, count));
                        }
                    }
                });
                held.forget(|time| !frontier.less_equal(time));
            }
        })
        .as_collection()
}

fn shard(document: &Document) -> u64 {
    let hash = ContentHash::of(&document.text).0;
    u64::from_le_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]])
}

/// The answers that live documents of this worker rest on.
struct HeldAnswers {
    inference: InferenceContext,
    answers: BTreeMap<ContentHash, (isize, Arc<Answer>)>,
    touched: Vec<(u64, ContentHash)>,
}

impl HeldAnswers {
    fn answer(&mut self, document: &Document, time: u64, count: isize) -> Option<Arc<Answer>> {
        let content = ContentHash::of(&document.text);
        self.touched.push((time, content));
        if let Some((live, answer)) = self.answers.get_mut(&content) {
            *live += count;
            return Some(Arc::clone(answer));
        }
        let mut answer = self.inference.answer(&content, &document.text)?;
        if let Ok(reading) = &mut answer {
            self.inference.names.share(reading);
        }
        let answer = Arc::new(answer);
        self.answers.insert(content, (count, Arc::clone(&answer)));
        Some(answer)
    }

    /// Drops what no live document rests on, once its epoch is over.
    fn forget(&mut self, over: impl Fn(&u64) -> bool) {
        let answers = &mut self.answers;
        self.touched.retain(|(time, content)| {
            if !over(time) {
                return true;
            }
            if let Some((live, _)) = answers.get(content) {
                assert!(*live >= 0, "a text was withdrawn more often than it was put");
                if *live == 0 {
                    answers.remove(content);
                }
            }
            false
        });
    }
}
