//! A state folder brought up to date. In: a configuration. Out: its journal and the graph that follows from it. Never: a
//! graph that is not the one of the journal's documents, unless that is said.

use super::beside::{NOTHING, mark};
use super::folder::{labels, words};
use super::models::ontology;
use super::{Components, Counters, Edited, Folder, Live, must_exist};
use crate::settings::Settings;
use anyhow::Result;
use connectors::Store;
use connectors::journal::{is_held, sealed_epoch};
use std::io::ErrorKind;
use std::sync::Arc;

impl Folder {
    /// Opens a state folder that is there, and brings its graph up to its journal if a run was cut short.
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
        Ok(Live::start_with(config, folder, components)?.folder)
    }

    /// The graph of a state folder that is there, to be read: without a lock, beside a process that writes, and on a disk that
    /// cannot be written. It is brought up to its journal first if a run was cut short. Where the journal is damaged or lost it
    /// is the graph as it last was, which is said.
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
        if let (Ok(Some(store)), Some(at), Some(sealed)) = (&read, at, sealed_epoch(&journal)?) {
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
        use connectors::Error::{Behind, Damaged, File, InUse};
        let can_read = |cause: &connectors::Error| match cause {
            Damaged { .. } | Behind { .. } | InUse { .. } => true,
            File { source, .. } => {
                matches!(source.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied)
            }
            _ => false,
        };
        let can_read = error.chain().any(|cause| cause.downcast_ref().is_some_and(can_read));
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
