//! A state folder brought up to date. In: a configuration. Out: its journal and the graph that follows from it. Never: a
//! graph that is not the one of the journal's documents, unless that is said.

use super::folder::labels;
use super::models::ontology;
use super::{Counters, Folder, Live, Makers, must_exist};
use crate::config::Config;
use crate::voice::Voice;
use anyhow::Result;
use connectors::Store;
use std::sync::Arc;

impl Folder {
    /// Opens a state folder that is there, and brings its graph up to its journal if a run was cut short.
    pub fn open_current(config: &Config, voice: Voice) -> Result<Folder> {
        must_exist(config)?;
        let folder = Folder::open(config)?;
        if folder.is_current()? {
            return Ok(folder);
        }
        let makers = match Makers::for_folder(config, &folder) {
            Ok(makers) => makers,
            // What only reads can do with the graph as it is.
            Err(error) if folder.store.epoch()?.is_some() => {
                voice.warn(&format!("{error:#}"));
                return Ok(folder);
            }
            Err(error) => return Err(error),
        };
        if folder.store.is_durable() {
            voice.note("the graph is not what its documents and predictor ask for; bringing it up to them");
        }
        Ok(Live::start_with(config, folder, voice, makers)?.folder)
    }

    /// The graph of a state folder that is there, also where its journal is damaged or lost: then as it last was, which is
    /// said.
    pub fn graph(config: &Config, voice: Voice) -> Result<Arc<Store>> {
        let error = match Folder::open_current(config, voice) {
            Ok(folder) => return Ok(folder.store),
            Err(error) => error,
        };
        use connectors::Error::{Behind, Damaged};
        let damaged = error.chain().any(|cause| matches!(cause.downcast_ref(), Some(Damaged { .. } | Behind { .. })));
        let path = config.state.join("store");
        if !damaged || !path.is_dir() {
            return Err(error);
        }
        let Ok(store) = Store::open(path) else { return Err(error) };
        let Some(epoch) = store.epoch()? else { return Err(error) };
        voice.warn(&format!("{error:#}; this is the graph as it was at epoch {epoch}"));
        Ok(Arc::new(store.with_labels(labels(&*ontology(config)?))))
    }

    /// Brings the graph up to the journal, unless it is there; says how often the model was asked for it.
    pub fn follow(self, config: &Config, voice: Voice, makers: Makers) -> Result<(Folder, Arc<Counters>)> {
        if self.is_current()? {
            return Ok((self, Arc::default()));
        }
        let live = Live::start_with(config, self, voice, makers)?;
        Ok((live.folder, live.counters))
    }
}
