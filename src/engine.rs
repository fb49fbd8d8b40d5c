//! The engine as the server asks it. In: a configuration, then changes and views. Out: what came of them, as the server tells it. Never:
//! HTTP; a change that the engine does not make.

mod address;
mod asked;
mod entity;
mod found;
mod index;
mod reading;
mod schema;
mod shared;
mod view;
mod words;

pub use address::{Address, FILE as ADDRESS_FILE, token};
pub use asked::ask;
pub use found::search;
pub use index::Index;

use crate::config::Config;
use crate::meaning::Meaning;
use crate::voice::Voice;
use anyhow::Result;
use connectors::source::{Sent, sent};
use connectors::store::line;
use connectors::{Incoming, Store};
use kgloom_engine::corrections::Said;
use kgloom_engine::interrupt;
use kgloom_engine::run::SENT;
use kgloom_engine::{Doing, Error, Listener, Opened};
use kgloom_record::record::{DocumentId, Quad};
use kgloom_server::engine::{Engine as Port, Epoch, Failure, Readiness, Refused, View, Written};
use serde_json::Value;
use shared::{Shared, failure, held};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};

/// Triples that are told of an epoch.
const TOLD: usize = 1_000;

/// An engine over a state folder, as it is served.
pub struct Engine {
    shared: Arc<Shared>,
    engine: kgloom_engine::Engine,
}

impl Engine {
    /// Opens the state folder, and loads it on a thread of its own; then looks at `inputs`, as a run does, and is ready.
    pub fn start(config: &Config, inputs: &[String], voice: Voice) -> Result<Engine> {
        let opened = Opened::new(config.engine.clone())?;
        let folder = opened.folder().clone();
        let shared = Arc::new(Shared {
            ontology: Arc::clone(opened.ontology()),
            model: opened.model().clone(),
            source: config.source.clone(),
            state: config.state.clone(),
            meaning: Meaning::over(&folder.store, config, opened.ontology()),
            index: RwLock::new(None),
            changes: AtomicU64::new(0),
            first_look: Mutex::new(None),
            told_to: Mutex::new(None),
            folder,
        });
        let folder = &shared.folder;
        shared.meaning.beside(Some(&folder.journal), voice);
        // What was whole when the last process ended can be asked at once.
        let leavable = interrupt::leavable();
        if folder.is_current()? && folder.journal.epoch() > 0 {
            shared.know()?;
        }
        drop(leavable);
        let engine = opened.start(inputs, Some(Arc::clone(&shared) as Arc<dyn Listener>))?;
        Ok(Engine { shared, engine })
    }

    /// Looks at files and folders, as a run does; what came from where they were before, and is not met, goes.
    pub fn look_at(&self, inputs: &[String], left: &[PathBuf]) {
        self.engine.look_at(inputs, left);
    }

    /// Looks at files that changed.
    pub fn changed(&self, paths: BTreeSet<PathBuf>) {
        self.engine.changed(paths);
    }

    /// Where ids of files begin.
    pub fn root(&self) -> Option<&Path> {
        self.engine.root()
    }

    /// Finishes the epoch at hand and lets the folder go.
    pub fn stop(&self) -> Result<()> {
        Ok(self.engine.close()?)
    }
}

/// How far an engine is, in words.
fn told(readiness: kgloom_engine::Readiness) -> Readiness {
    let kgloom_engine::Readiness { doing, documents } = readiness;
    let state = match &doing {
        Doing::Loading => "loading".to_owned(),
        Doing::Reading => "reading".to_owned(),
        Doing::Ready => "ready".to_owned(),
        Doing::Closed => "the server stops".to_owned(),
        Doing::UsedUp(reason) => Error::UsedUp(reason.clone()).to_string(),
    };
    Readiness { ready: doing == Doing::Ready, state, documents }
}

/// What came of a change, as it is told; or why nothing came of it.
fn written(written: Result<kgloom_engine::Written, Error>) -> Result<Written, Failure> {
    let written = written.map_err(|error| failure(&error.into()))?;
    let (came, went) = written.difference();
    let lines = |quads: &[&Quad]| quads.iter().take(TOLD).filter_map(|quad| line(&quad.triple)).collect();
    let refused = written.refused.iter().map(|(id, refusal)| Refused {
        id: id.to_string(),
        reason: refusal.reason.to_string(),
        location: refusal.location.to_string(),
    });
    Ok(Written {
        epoch: written.epoch,
        put: written.tally.put,
        deleted: written.tally.deleted,
        unchanged: written.tally.unchanged,
        refused: refused.collect(),
        came: lines(&came),
        went: lines(&went),
        came_count: came.len(),
        went_count: went.len(),
        missing: written.missing.clone(),
        correction: written.correction.as_ref().map(ToString::to_string),
    })
}

impl Port for Engine {
    fn store(&self) -> Option<Arc<Store>> {
        self.shared.is_known().then(|| Arc::clone(&self.shared.folder.store))
    }

    fn readiness(&self) -> Readiness {
        told(self.engine.readiness())
    }

    fn receive(&self, id: DocumentId, bytes: Vec<u8>, of: Sent) -> Incoming {
        Incoming { change: sent(id, bytes, of, &self.shared.source), container: SENT.into() }
    }

    fn write(&self, changes: Vec<Incoming>) -> Result<Written, Failure> {
        written(self.engine.write(changes))
    }

    fn correct(&self, correction: &Value) -> Result<Written, Failure> {
        let said: Said = serde_json::from_value(correction.clone())
            .map_err(|error| Failure::Meaningless(format!("this is no correction: {error}")))?;
        written(self.engine.correct(said))
    }

    fn undo(&self, id: &str) -> Result<Written, Failure> {
        written(self.engine.undo(id))
    }

    fn view(&self, view: &View) -> Result<Value, Failure> {
        self.shared.view(view, &self.readiness())
    }

    fn listen(&self, listener: Box<dyn Fn(Epoch) + Send + Sync>) {
        *held(&self.shared.told_to) = Some(listener);
    }
}
