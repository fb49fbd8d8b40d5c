//! What the one that writes and those that read share. In: nothing. Out: the folder, the words, how far it is, and orders. Never: a
//! lock that is held while work is done.

use super::index::Index;
use crate::corrections::Said;
use crate::exit::{self, Exit};
use crate::meaning::Meaning;
use crate::state::Folder;
use anyhow::Result;
use connectors::Incoming;
use connectors::source::SourceOptions;
use kgloom_record::port::ModelId;
use kgloom_server::engine::{Epoch, Failure, Readiness, Written};
use ontologies::Ontology;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// Who is told of epochs.
pub(super) type Listener = Box<dyn Fn(Epoch) + Send + Sync>;

/// What those that read share with the one that writes.
pub(super) struct Shared {
    pub folder: Folder,
    pub ontology: Arc<Ontology>,
    pub model: ModelId,
    pub source: SourceOptions,
    pub state: PathBuf,
    /// Where ids of files begin.
    pub root: Option<PathBuf>,
    /// What is found by meaning.
    pub meaning: Arc<Meaning>,
    /// What is called how, once the graph is loaded.
    pub index: RwLock<Option<Arc<Index>>>,
    /// How far it is.
    pub readiness: Mutex<Readiness>,
    /// Who is told of each epoch.
    pub listener: Mutex<Option<Listener>>,
}

/// Where an answer is waited for.
pub(super) type Reply = SyncSender<Result<Written, Failure>>;

/// What the writer is asked for.
pub(super) enum Order {
    /// Changes of documents, all in one epoch.
    Write(Vec<Incoming>, Reply),
    /// A correction more.
    Correct(Said, Reply),
    /// A correction less, by its id or the beginning of it.
    Undo(String, Reply),
    /// Files and folders that are to be looked at whole.
    Files(Vec<String>),
    /// Files that changed.
    Changed(BTreeSet<PathBuf>),
    /// The end.
    Stop,
}

impl Shared {
    /// Whether it can be asked.
    pub fn is_known(&self) -> bool {
        self.index.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Learns what is called how.
    pub fn know(&self) -> Result<()> {
        let index = Index::of(&self.folder.store)?;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(index));
        Ok(())
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
