//! `infer` with a reader that is not a function of its input.
//!
//! In: histories. Out: what was said is retracted as it was said, and nothing live is asked twice.

use kgloom_flow::session::{Session, Settings, Stopped};
use kgloom_flow::toy::{Forgetful, ToyReader};
use kgloom_record::port::{Answer, Broken, Failure, Memory, ModelId, Reader};
use kgloom_record::record::{Change, ContentHash, Document, DocumentId, Iri, Reading, Score};
use ontologies::Ontology;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Reads as the toy does, with a score that falls at every question.
struct FlakyReader {
    toy: ToyReader,
    asked: AtomicUsize,
    breaks_at: usize,
}

impl FlakyReader {
    fn new(breaks_at: usize) -> Arc<FlakyReader> {
        Arc::new(FlakyReader { toy: ToyReader::default(), asked: AtomicUsize::new(0), breaks_at })
    }
}

impl Reader for FlakyReader {
    fn id(&self) -> &ModelId {
        self.toy.id()
    }

    fn read(&self, text: &str) -> Result<Reading, Failure> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        if asked == self.breaks_at {
            return Err(Failure::Broken("out of memory".into()));
        }
        let mut reading = self.toy.read(text)?;
        for relation in &mut reading.relations {
            relation.score = Score::new(6_000 - asked as u16 * 100);
        }
        Ok(reading)
    }

    fn thresholds(&self) -> &BTreeMap<Iri, Score> {
        self.toy.thresholds()
    }
}

#[derive(Default)]
struct Remembering(Mutex<BTreeMap<ContentHash, Answer>>);

impl Memory for Remembering {
    fn recall(&self, content: &ContentHash) -> Result<Option<Answer>, Broken> {
        Ok(self.0.lock().unwrap().get(content).cloned())
    }

    fn remember(&self, content: &ContentHash, answer: &Answer) -> Result<(), Broken> {
        self.0.lock().unwrap().insert(*content, answer.clone());
        Ok(())
    }
}

fn session(reader: Arc<FlakyReader>, memory: Arc<dyn Memory>, workers: usize) -> Session {
    Session::start(Settings {
        reader,
        memory,
        ontology: Arc::new(Ontology::bundled()),
        filter: None,
        typer: None,
        workers,
    })
}

fn put(id: &str, text: &str) -> Change {
    Change::Put(Document { id: DocumentId::new(id), text: text.into() })
}

const TEXT: &str = "Ada Lovelace married Tom Stone.";

#[test]
fn what_was_said_is_retracted_as_it_was_said() {
    for workers in [1, 3] {
        let reader = FlakyReader::new(usize::MAX);
        let mut session = session(Arc::clone(&reader), Arc::new(Forgetful), workers);
        let came = session.step(vec![put("a", TEXT)]).unwrap();
        let also = session.step(vec![put("b", TEXT)]).unwrap();
        let gone =
            session.step(vec![Change::Delete(DocumentId::new("a")), Change::Delete(DocumentId::new("b"))]).unwrap();
        assert_eq!(reader.asked.load(Ordering::SeqCst), 1, "one text is asked once while it is live");
        let mut sum = [came.quads, also.quads, gone.quads].concat();
        differential_dataflow::consolidation::consolidate(&mut sum);
        assert_eq!(sum, vec![], "something is left over");
        session.step(vec![put("a", TEXT)]).unwrap();
        assert_eq!(reader.asked.load(Ordering::SeqCst), 2, "an answer nobody rests on is forgotten");
    }
}

#[test]
fn what_is_remembered_is_not_asked() {
    let memory: Arc<Remembering> = Arc::default();
    let reader = FlakyReader::new(usize::MAX);
    let memory_again = Arc::clone(&memory);
    let first = session(Arc::clone(&reader), memory, 2).step(vec![put("a", TEXT)]).unwrap();
    let again = session(Arc::clone(&reader), memory_again, 2).step(vec![put("a", TEXT)]).unwrap();
    assert_eq!(first, again);
    assert_eq!(reader.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn a_broken_model_stops_the_epoch_and_no_worker_hangs() {
    for workers in [1, 3] {
        let mut session = session(FlakyReader::new(1), Arc::new(Forgetful), workers);
        session.step(vec![put("a", TEXT)]).unwrap();
        let stopped = session.step(vec![put("b", "Eve Stone married Tom Stone."), put("c", "Eve lies in Rome.")]);
        let Err(Stopped::Broken(reason)) = stopped else { panic!("{stopped:?}") };
        assert_eq!(reason.to_string(), "out of memory");
    }
}

/// A reader that panics at a word.
struct PanickingReader(ToyReader);

impl Reader for PanickingReader {
    fn id(&self) -> &ModelId {
        self.0.id()
    }

    fn read(&self, text: &str) -> Result<Reading, Failure> {
        assert!(!text.contains("thirteen"), "thirteen is not read");
        self.0.read(text)
    }

    fn thresholds(&self) -> &BTreeMap<Iri, Score> {
        self.0.thresholds()
    }
}

#[test]
fn a_panic_of_a_worker_is_an_error_and_uses_the_session_up() {
    for workers in [1, 2, 5] {
        let mut session = Session::start(Settings {
            reader: Arc::new(PanickingReader(ToyReader::default())),
            memory: Arc::new(Forgetful),
            ontology: Arc::new(Ontology::bundled()),
            filter: None,
            typer: None,
            workers,
        });
        session.step(vec![put("a", TEXT)]).unwrap();
        let others = (0..9).map(|n| put(&n.to_string(), &format!("Eve{n} Stone married Tom Stone.")));
        let stopped = session.step(others.chain([put("b", "Ada owes thirteen.")]).collect());
        let Err(Stopped::Panicked(reason)) = stopped else { panic!("{stopped:?}") };
        assert_eq!(reason, "thirteen is not read");
        let again = session.step(vec![Change::Delete(DocumentId::new("b"))]);
        assert!(matches!(again, Err(Stopped::UsedUp)), "{again:?}");
    }
}
