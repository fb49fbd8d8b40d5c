//! What the one that writes and those that ask share. In: an opened folder. Out: the folder, the words, how far it is, who is told.
//! Never: a lock that is held while work is done.

use crate::error::Error;
use crate::orders::{Deltas, Doing, EpochDelta, Listener, Readiness};
use crate::state::{Folder, Told};
use connectors::source::SourceOptions;
use kgloom_record::port::ModelId;
use ontologies::Ontology;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What the one that writes and those that ask share.
pub(crate) struct Shared {
    pub folder: Folder,
    pub ontology: Arc<Ontology>,
    pub model: ModelId,
    pub source: SourceOptions,
    /// Where ids of files begin.
    pub root: Option<PathBuf>,
    pub listener: Option<Arc<dyn Listener>>,
    pub readiness: Mutex<Readiness>,
    /// Whenever what is done changes.
    pub changed: Condvar,
    pub subscribers: Mutex<Vec<Sender<Arc<EpochDelta>>>>,
}

impl Shared {
    /// Says what is done from now on, and how many documents the graph has, where that is known.
    pub(crate) fn does(&self, doing: Doing, documents: Option<u64>) {
        *held(&self.readiness) = Readiness { doing, documents };
        self.changed.notify_all();
    }

    /// Waits until what is done is what somebody waits for.
    pub(crate) fn wait(&self, until: impl Fn(&Doing) -> bool) -> Doing {
        let mut readiness = held(&self.readiness);
        while !until(&readiness.doing) {
            readiness = self.changed.wait(readiness).unwrap_or_else(PoisonError::into_inner);
        }
        readiness.doing.clone()
    }

    /// Nothing is done any more: those that wait are told why, and those that listen that nothing comes.
    pub(crate) fn ended(&self, ended: &anyhow::Result<()>) {
        let doing = match ended {
            Ok(()) => Doing::Closed,
            Err(error) => Doing::UsedUp(format!("{error:#}")),
        };
        self.does(doing, None);
        held(&self.subscribers).clear();
    }

    /// Why an order was not answered: whoever drops one ends.
    pub(crate) fn reason(&self) -> Error {
        match self.wait(Doing::is_over) {
            Doing::UsedUp(reason) => Error::UsedUp(reason),
            _ => Error::Closed,
        }
    }

    /// Tells of an epoch that the store holds.
    pub(crate) fn told(&self, told: &Told<'_>) {
        held(&self.readiness).documents = Some(self.folder.journal.size().0);
        if let Some(listener) = &self.listener {
            listener.told(told);
        }
        let mut subscribers = held(&self.subscribers);
        if !subscribers.is_empty() {
            let delta = Arc::new(EpochDelta::of(told));
            // Who listens no more is forgotten.
            subscribers.retain(|subscriber| subscriber.send(Arc::clone(&delta)).is_ok());
        }
    }

    /// Epochs from now on.
    pub(crate) fn subscribe(&self) -> Deltas {
        let (send, deltas) = channel();
        let readiness = held(&self.readiness);
        if !readiness.doing.is_over() {
            held(&self.subscribers).push(send);
        }
        Deltas(deltas)
    }
}

pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
