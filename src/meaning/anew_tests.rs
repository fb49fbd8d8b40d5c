//! Vectors of things by an encoder of one's own. In: a journal, a graph, an encoder that counts letters. Out: whether rows are what
//! is said around things, and texts are read once. Never: a model.

use super::*;
use connectors::Incoming;
use kgloom_record::port::Memory as _;
use kgloom_record::record::{
    Change, ContentHash, Document, Graph, LocalEntity, Mention, Quad, Score, Span, Term, Triple,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

const MODEL: &str = "reader@1";

/// Says how many of three letters a text has, and remembers how many texts it read.
#[derive(Default)]
struct Letters(AtomicUsize);

impl Encode for Letters {
    fn id(&self) -> String {
        "letters".to_owned()
    }

    fn width(&self) -> usize {
        3
    }

    fn read(&self, texts: &[Option<Arc<str>>], _: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<f32>, Error> {
        self.0.fetch_add(texts.len(), Ordering::SeqCst);
        let row = |text: &Option<Arc<str>>| {
            let mut row =
                ['a', 'b', 'c'].map(|letter| text.iter().flat_map(|text| text.matches(letter)).count() as f32);
            unit(&mut row);
            row
        };
        Ok(texts.iter().flat_map(row).collect())
    }
}

struct Scene {
    state: TempDir,
    journal: Arc<Journal>,
    store: Store,
    encoder: Letters,
}

fn entity() -> LocalEntity {
    LocalEntity {
        class: vocabulary::own("Person"),
        literal: None,
        defined: false,
        types: Vec::new(),
        context: Arc::from([]),
    }
}

/// Sentences end in a full stop; a capital letter mentions the thing of that letter.
fn reading(text: &str) -> (Reading, Vec<char>) {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices('.') {
        sentences.push(Span { start, end: at as u32 + 1 });
        start = at as u32 + 1;
    }
    let mut names: Vec<char> = text.chars().filter(char::is_ascii_uppercase).collect();
    names.sort_unstable();
    names.dedup();
    let mention = |(at, letter): (usize, char)| {
        let entity = names.binary_search(&letter).ok()? as u32;
        Some(Mention { span: Span { start: at as u32, end: at as u32 + 1 }, score: Score::ONE, entity })
    };
    let mentions = text.char_indices().filter_map(mention).collect();
    let entities = names.iter().map(|_| entity()).collect();
    (Reading { sentences, mentions, entities, relations: Vec::new() }, names)
}

fn thing(letter: char) -> Iri {
    Iri::new(format!("urn:kgloom:person:{letter}"))
}

impl Scene {
    fn new() -> Scene {
        let state = tempfile::tempdir().unwrap();
        let journal = Arc::new(Journal::open(state.path().join("journal")).unwrap());
        Scene { journal, state, store: Store::in_memory().unwrap(), encoder: Letters::default() }
    }

    /// Texts of one epoch, by id.
    fn put(&self, epoch: u64, texts: &[(&str, &str)]) {
        let (mut changes, mut quads) = (Vec::new(), Vec::new());
        for (id, text) in texts {
            let (id, (reading, names)) = (DocumentId::new(*id), reading(text));
            for (entity, letter) in (0..).zip(names) {
                let triple = Triple {
                    subject: Iri::new(vocabulary::local_iri(&id, entity)),
                    relation: Iri::new(vocabulary::RESOLVED_TO),
                    object: Term::Name(thing(letter)),
                };
                quads.push((Quad { graph: Graph::Resolution, triple }, 1));
            }
            let memory = self.journal.memory(&ModelId(MODEL.into()));
            memory.remember(&ContentHash::of(text), &Ok(reading)).unwrap();
            let change = Change::Put(Document { id, text: Arc::from(*text) });
            changes.push(Incoming { change, container: "test".into() });
        }
        self.journal.append(epoch, &changes).unwrap();
        self.store.apply(epoch, &quads, &[("model", MODEL)]).unwrap();
    }

    fn texts(&self) -> Texts {
        let voice = crate::voice::Voice::new(true, 0);
        Texts::of(self.state.path()).beside(Some(&self.journal), voice)
    }

    fn rows(&self) -> BTreeMap<Iri, Vec<i8>> {
        contexts(&self.store, &self.texts(), &self.encoder).unwrap().rows(&self.store).unwrap()
    }

    fn read(&self) -> usize {
        self.encoder.0.swap(0, Ordering::SeqCst)
    }
}

fn document(id: &str) -> Iri {
    Iri::new(vocabulary::document_iri(&DocumentId::new(id)))
}

#[test]
fn a_thing_lies_where_the_sentences_that_mention_it_do() {
    let scene = Scene::new();
    scene.put(1, &[("one", "X aa. X bb. Y cc. aaa."), ("two", "X cc.")]);
    let rows = scene.rows();
    // Of the first text the mean of a and b at length 127, of the second c.
    assert_eq!(rows[&thing('X')], [90, 90, 127]);
    assert_eq!(rows[&thing('Y')], [0, 0, 127]);
    assert_eq!(rows[&document("one")], [90, 90, 127]);
    assert_eq!(rows[&document("two")], [0, 0, 127]);
    assert_eq!(scene.read(), 4, "a sentence that mentions nothing is not read");
}

#[test]
fn a_text_is_read_once_and_what_is_gone_counts_no_more() {
    let scene = Scene::new();
    scene.put(1, &[("one", "X aa."), ("two", "X bb.")]);
    assert_eq!((scene.rows()[&thing('X')].clone(), scene.read()), (vec![127, 127, 0], 2));
    // At the same epoch neither the encoder nor the journal is asked.
    let alone = Texts::of(scene.state.path());
    let again = contexts(&scene.store, &alone, &scene.encoder).unwrap().rows(&scene.store).unwrap();
    assert_eq!((again, scene.read()), (scene.rows(), 0));
    scene.put(2, &[("three", "Z cc.")]);
    assert_eq!((scene.rows()[&thing('Z')].clone(), scene.read()), (vec![0, 0, 127], 1));
    let gone = Incoming { change: Change::Delete(DocumentId::new("two")), container: "test".into() };
    scene.journal.append(3, &[gone]).unwrap();
    scene.store.apply(3, &[], &[]).unwrap();
    let left = scene.rows();
    assert_eq!((left[&thing('X')].clone(), scene.read()), (vec![127, 0, 0], 0));
    assert!(!left.contains_key(&document("two")));
}

#[test]
fn what_another_encoder_made_or_what_is_damaged_is_made_anew() {
    let scene = Scene::new();
    scene.put(1, &[("one", "X aa."), ("two", "X bb.")]);
    let made = scene.rows();
    assert_eq!(scene.read(), 2);
    let file = scene.texts().file("contexts.bin");
    let bytes = std::fs::read(&file).unwrap();
    let other = String::from_utf8_lossy(&bytes).replacen("letters", "another", 1).into_bytes();
    for wrong in [&bytes[..bytes.len() - 1], b"nothing", &other[..]] {
        std::fs::write(&file, wrong).unwrap();
        assert_eq!((scene.rows(), scene.read()), (made.clone(), 2));
    }
}
