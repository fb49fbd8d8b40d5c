//! What those that ask a served graph share. In: a folder. Out: its words, and what is found by meaning, kept up with the graph. Never:
//! a lock that is held while work is done.

use super::index::Index;
use crate::exit::{self, CliError, Exit};
use crate::meaning::Meaning;
use anyhow::Result;
use connectors::source::SourceOptions;
use kgloom_engine::state::{Folder, Told};
use kgloom_engine::{Listener, difference};
use kgloom_record::port::ModelId;
use kgloom_server::engine::{Epoch, Failure};
use ontologies::Ontology;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// Who is told of an epoch.
type TellEpoch = Box<dyn Fn(Epoch) + Send + Sync>;

/// What those that ask share.
pub(super) struct Shared {
    pub folder: Folder,
    pub ontology: Arc<Ontology>,
    pub model: ModelId,
    pub source: SourceOptions,
    pub state: PathBuf,
    /// What is found by meaning.
    pub meaning: Arc<Meaning>,
    /// What is called how, once the graph is loaded.
    pub index: RwLock<Option<Arc<Index>>>,
    /// How often that has changed; counted while it is held.
    pub changes: AtomicU64,
    /// What was told for a first look, and after how many changes.
    pub first_look: Mutex<Option<(u64, Value)>>,
    /// Who is told of each epoch.
    pub told_to: Mutex<Option<TellEpoch>>,
}

impl Shared {
    /// Whether it can be asked.
    pub fn is_known(&self) -> bool {
        self.index.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Learns what is called how.
    pub fn know(&self) -> Result<()> {
        let index = Index::of(&self.folder.store)?;
        let mut known = self.index.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some(Arc::new(index));
        self.changes.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// What is called how as it is now, and after how many changes.
    pub fn known(&self) -> Option<(Arc<Index>, u64)> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        index.as_ref().map(|index| (Arc::clone(index), self.changes.load(Ordering::SeqCst)))
    }
}

impl Listener for Shared {
    fn loaded(&self) -> Result<()> {
        self.know()
    }

    /// Takes an epoch in, and tells of it.
    fn told(&self, told: &Told<'_>) {
        let facts = {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            let Some(index) = index.as_mut() else { return };
            // A view that is under way keeps what it has.
            let index = Arc::make_mut(index);
            index.apply(told.quads);
            self.changes.fetch_add(1, Ordering::SeqCst);
            index.facts()
        };
        self.meaning.follow(told.quads);
        self.meaning.texts(told.texts);
        let [put, deleted, refused] = told.documents;
        let (came, went) = difference(told.quads);
        let (documents, _) = self.folder.journal.size();
        let relations = told.quads.iter().map(|(quad, _)| quad.triple.relation.to_string()).collect();
        let epoch = Epoch {
            epoch: told.epoch,
            put,
            deleted,
            refused,
            came: came.len(),
            went: went.len(),
            documents,
            facts,
            milliseconds: told.took.as_millis() as u64,
            relations,
        };
        if let Some(told_to) = &*held(&self.told_to) {
            told_to(epoch);
        }
    }
}

/// An error as whoever asked is told it.
pub(super) fn failure(error: &anyhow::Error) -> Failure {
    let told = format!("{error:#}");
    match exit::of(error) {
        Exit::Usage | Exit::Configuration => Failure::Meaningless(told),
        Exit::Different => Failure::Missing(told),
        Exit::Data => Failure::Refused(told),
        Exit::InputOutput | Exit::Interrupted => Failure::Unavailable(told),
        Exit::Done | Exit::Bug => Failure::Broken(told),
    }
}

pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<&Failure> for CliError {
    fn from(failure: &Failure) -> CliError {
        match failure {
            Failure::Meaningless(told) => CliError::usage(told),
            Failure::Missing(told) => CliError::nothing(told),
            Failure::Refused(told) => CliError::refused(told),
            Failure::Unavailable(told) | Failure::Broken(told) => CliError::missing(told),
        }
    }
}
