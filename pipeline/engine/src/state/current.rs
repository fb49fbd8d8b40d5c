//! A state folder brought up to date. In: a configuration. Out: its journal and the graph that follows from it. Never: a
//! graph that is not the one of the journal's documents, unless that is said.

use super::beside::{NOTHING, mark};
use super::folder::{is_of_another, labels, words};
use super::models::ontology;
use super::{Components, Counters, Edited, Folder, Live, must_exist};
use crate::settings::Settings;
use anyhow::Result;
use connectors::Store;
use connectors::journal::{is_held, sealed};
use std::sync::Arc;

impl Folder {
    /// Opens a state folder that is there, and brings its graph up to its journal if a run was cut short. Where the disk takes no
    /// more, it is the graph as it last was, which is said.
    pub fn open_current(config: &Settings) -> Result<Folder> {
        must_exist(config)?;
        let folder = Folder::open(config)?;
        if folder.is_current()? {
            return Ok(folder);
        }
        let components = match Components::for_folder(config, &folder) {
            Ok(components) => components,
            // What only reads can do with the graph as it is.
            Err(error) if folder.store.epoch()?.is_some() => {
                tracing::warn!("{error:#}");
                return Ok(folder);
            }
            Err(error) => return Err(error),
        };
        tracing::info!("the graph is not what its documents and predictor ask for; bringing it up to them");
        let at = folder.store.epoch()?;
        match (Live::start_with(config, folder.clone(), components), at) {
            (Ok(live), _) => Ok(live.folder),
            (Err(error), Some(at)) if cannot_write(&error) => {
                tracing::warn!("{error:#}; this is the graph as it was at epoch {at}, behind its documents");
                Ok(folder)
            }
            (Err(error), _) => Err(error),
        }
    }

    /// The graph of a state folder that is there, to be read: without a lock, beside a process that writes, and on a disk that
    /// cannot be written. It is brought up to its journal first if a run was cut short. Where that cannot be done, since the disk
    /// is full or the journal damaged or lost, it is the graph as it last was, which is said.
    pub fn graph(config: &Settings) -> Result<Arc<Store>> {
        must_exist(config)?;
        let (journal, path) = (config.state.join("journal"), config.state.join("store"));
        // What the ontology says follows the configuration; a store that is only read has it in memory.
        let labelled = |store: Store| {
            let ontology = ontology(config)?;
            store.tell(&words(&ontology))?;
            Ok(Arc::new(store.with_labels(labels(&ontology))))
        };
        let read = Store::read(&path);
        let at = match &read {
            Ok(Some(store)) => store.epoch()?,
            _ => None,
        };
        if let (Ok(Some(store)), Some(at), Some((sealed, content))) = (&read, at, sealed(&journal)?)
            && !(at == sealed && is_of_another(store, sealed, &content)?)
        {
            // The seal may be one epoch behind; a store further ahead has lost its journal.
            let whole = at == sealed || at == sealed + 1;
            let derived = store.meta("predicted")?.unwrap_or_else(|| NOTHING.to_owned());
            let told = whole && mark(&config.state, at).is_ok_and(|mark| mark == derived);
            if told || at <= sealed && is_held(&journal) {
                return labelled(read?.expect("it was read"));
            }
        }
        let error = match Folder::open_current(config) {
            Ok(folder) => return Ok(folder.store),
            Err(error) => error,
        };
        use connectors::Error::{Behind, Damaged, InUse};
        let in_use = |cause: &connectors::Error| matches!(cause, InUse { .. });
        let in_use = error.chain().any(|cause| cause.downcast_ref().is_some_and(in_use));
        // Whoever makes the folder has written something meanwhile, or reads the first documents still.
        let (read, at) = match at {
            Some(at) => (read, Some(at)),
            None => (Store::read(&path), None),
        };
        let at = match (at, &read) {
            (None, Ok(Some(store))) => store.epoch()?,
            (at, _) => at,
        };
        if in_use && at.is_none() && sealed(&journal)?.is_none_or(|(epoch, _)| epoch == 0) {
            tracing::warn!("{error:#}; it reads its first documents, and nothing is in the graph yet");
            return labelled(Store::in_memory()?);
        }
        let is_lost = |cause: &connectors::Error| matches!(cause, Damaged { .. } | Behind { .. } | InUse { .. });
        let is_lost = error.chain().any(|cause| cause.downcast_ref().is_some_and(is_lost));
        let can_read = is_lost || cannot_write(&error);
        let (true, Ok(Some(store))) = (can_read, read) else { return Err(error) };
        let Some(epoch) = at else { return Err(error) };
        tracing::warn!("{error:#}; this is the graph as it was at epoch {epoch}");
        labelled(store)
    }

    /// Brings the graph up to the journal, unless it is there; says how often the model was asked for it. Where all that is
    /// missing is one edit, only its difference is written.
    pub fn follow(
        self,
        config: &Settings,
        (components, edited): (Components, Option<&Edited>),
    ) -> Result<(Folder, Arc<Counters>)> {
        if self.is_current()? {
            return Ok((self, Arc::default()));
        }
        let edited = match (edited, self.journal.epoch().checked_sub(1)) {
            (Some(edited), Some(before)) if self.is_at(before)? && self.has_read(edited, &components)? => Some(edited),
            _ => None,
        };
        let live = Live::start_before(config, self, components, edited)?;
        Ok((live.folder, live.counters))
    }

    /// Whether all texts that an edit replaces were read: one that was not may be one that cannot be.
    fn has_read(&self, edited: &Edited, components: &Components) -> Result<bool> {
        let memory = self.journal.memory(components.reader.id());
        for live in edited.before.values().flatten() {
            if let connectors::Live::Text { content, .. } = live
                && !memory.knows(content)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whether nothing can be written any more where the folder is: what is there can still be read.
fn cannot_write(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref().is_some_and(connectors::Error::is_unwritable))
}
