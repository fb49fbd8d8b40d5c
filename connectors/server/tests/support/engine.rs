//! An engine that keeps a store and nothing else. In: stores, changes of them. Out: what a server asks. Never: a reader, a model,
//! a file.

use connectors::source::Sent;
use connectors::store::Rdf;
use connectors::{Incoming, Store};
use kgloom_record::record::{Change, Document, DocumentId, Graph, Iri, Quad, Term, Triple};
use kgloom_server::engine::{Engine, Epoch, Failure, Readiness, View, Written};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

type Listener = Box<dyn Fn(Epoch) + Send + Sync>;

/// The engine.
#[derive(Default)]
pub struct Bare {
    store: Mutex<Option<Arc<Store>>>,
    listeners: Mutex<Vec<Listener>>,
    /// What was sent to be written.
    pub written: Mutex<Vec<Incoming>>,
    /// What was asked to be seen.
    pub seen: Mutex<Vec<View>>,
}

impl Bare {
    /// One that is not loaded.
    pub fn empty() -> Arc<Bare> {
        Arc::new(Bare::default())
    }

    /// One of a store.
    pub fn of(store: Store) -> Arc<Bare> {
        let bare = Bare::empty();
        bare.keep(store);
        bare
    }

    /// One of a text in Turtle.
    pub fn turtle(text: &str) -> Arc<Bare> {
        let store = Store::in_memory().expect("memory");
        store.load(Rdf { bytes: text.as_bytes(), ending: "ttl", base: None }, None).expect("Turtle");
        Bare::of(store)
    }

    /// Keeps another store from now on.
    pub fn keep(&self, store: Store) {
        *self.store.lock().expect("no panic") = Some(Arc::new(store));
    }

    /// Takes in an epoch and tells of it.
    pub fn epoch(&self, epoch: u64, came: &[(&str, &str, &str)], went: &[(&str, &str, &str)]) {
        self.change(epoch, came, went);
        self.tell(epoch, came, went);
    }

    /// Takes in an epoch, and says nothing.
    pub fn change(&self, epoch: u64, came: &[(&str, &str, &str)], went: &[(&str, &str, &str)]) {
        let signed = came.iter().map(|triple| (quad(triple), 1)).chain(went.iter().map(|triple| (quad(triple), -1)));
        let quads: Vec<_> = signed.collect();
        self.store().expect("it is loaded").apply(epoch, &quads, &[]).expect("an epoch");
    }

    /// Tells of an epoch.
    pub fn tell(&self, epoch: u64, came: &[(&str, &str, &str)], went: &[(&str, &str, &str)]) {
        let relations: BTreeSet<String> =
            came.iter().chain(went).map(|(_, relation, _)| (*relation).to_owned()).collect();
        for listener in &*self.listeners.lock().expect("no panic") {
            let epoch =
                Epoch { epoch, came: came.len(), went: went.len(), relations: relations.clone(), ..Epoch::default() };
            listener(epoch);
        }
    }
}

fn quad((subject, relation, object): &(&str, &str, &str)) -> Quad {
    let triple =
        Triple { subject: Iri::new(*subject), relation: Iri::new(*relation), object: Term::Name(Iri::new(*object)) };
    Quad { graph: Graph::Default, triple }
}

impl Engine for Bare {
    fn store(&self) -> Option<Arc<Store>> {
        self.store.lock().expect("no panic").clone()
    }

    fn readiness(&self) -> Readiness {
        Readiness { ready: self.store().is_some(), ..Readiness::default() }
    }

    fn receive(&self, id: DocumentId, bytes: Vec<u8>, _: Sent) -> Incoming {
        let text = String::from_utf8_lossy(&bytes).into();
        Incoming { change: Change::Put(Document { id, text }), container: "test".into() }
    }

    fn write(&self, changes: Vec<Incoming>) -> Result<Written, Failure> {
        let (mut put, mut deleted) = (0, 0);
        for incoming in &changes {
            match incoming.change {
                Change::Delete(_) => deleted += 1,
                _ => put += 1,
            }
        }
        self.written.lock().expect("no panic").extend(changes);
        Ok(Written { epoch: 1, put, deleted, ..Written::default() })
    }

    fn correct(&self, _: &Value) -> Result<Written, Failure> {
        Err(Failure::Refused("nothing is corrected here".to_owned()))
    }

    fn undo(&self, id: &str) -> Result<Written, Failure> {
        Err(Failure::Missing(format!("there is no correction \"{id}\"")))
    }

    fn view(&self, view: &View) -> Result<Value, Failure> {
        self.seen.lock().expect("no panic").push(view.clone());
        match view {
            View::Text(id) | View::Reading(id) => Err(Failure::Missing(format!("there is no document \"{id}\""))),
            _ => Ok(json!({})),
        }
    }

    fn listen(&self, listener: Listener) {
        self.listeners.lock().expect("no panic").push(listener);
    }
}
