//! Files that come, change and go while a session is open. In: paths. Out: epochs of what came from them. Never: a document
//! taken away because its file could not be read.

use super::{Intake, Tally};
use crate::settings::Settings;
use crate::state::Live;
use anyhow::Result;
use connectors::source::{Documents, Root};
use connectors::{Incoming, SourceOptions};
use kgloom_record::record::{Change, Document, DocumentId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Which documents came from which files, for a session that follows them.
pub struct Following {
    root: Root,
    options: SourceOptions,
    epoch_documents: usize,
    /// What came from each file, by the file's name.
    known: BTreeMap<Arc<str>, BTreeSet<DocumentId>>,
}

impl Following {
    /// Knows what came from which file so far.
    pub fn new(live: &Live, config: &Settings, root: Root) -> Result<Following> {
        let mut known: BTreeMap<Arc<str>, BTreeSet<DocumentId>> = BTreeMap::new();
        for entry in live.folder.journal.live() {
            let (id, live) = entry?;
            // What came from no file goes with none.
            if super::NO_FILES.contains(&live.container()) {
                continue;
            }
            known.entry(live.container().into()).or_default().insert(id);
        }
        let (options, epoch_documents) = (config.source.clone(), config.epoch_documents);
        Ok(Following { root, options, epoch_documents, known })
    }

    /// Looks at all inputs; what came from files within them that are gone goes.
    pub fn begin(&mut self, live: &mut Live, inputs: &[String]) -> Result<()> {
        let names: Vec<Arc<str>> = inputs.iter().map(|input| self.root.name(Path::new(input))).collect();
        let gone: Vec<Arc<str>> = self.known.keys().filter(|file| is_within(file, &names)).cloned().collect();
        self.take(live, inputs, gone)
    }

    /// Looks at what changed.
    pub fn changed(&mut self, live: &mut Live, paths: &BTreeSet<PathBuf>) -> Result<()> {
        let (there, gone): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| path.exists());
        let names: Vec<Arc<str>> = gone.into_iter().map(|path| self.root.name(path)).collect();
        let gone = self.known.keys().filter(|file| is_within(file, &names)).cloned().collect();
        // A folder that comes brings what is in it; a name that is no UTF-8 is refused where files are found.
        let inputs: Vec<String> = there.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        self.take(live, &inputs, gone)
    }

    /// Takes in what the inputs hold, and withdraws what came from `gone` files unless they were met again.
    fn take(&mut self, live: &mut Live, inputs: &[String], gone: Vec<Arc<str>>) -> Result<()> {
        let started = Instant::now();
        let mut documents =
            Documents::open_within(inputs, &self.options, &self.root).until(crate::interrupt::signalled);
        let mut intake = Intake::new(live, self.epoch_documents)?;
        let mut met: BTreeMap<Arc<str>, BTreeSet<DocumentId>> = BTreeMap::new();
        for incoming in documents.by_ref() {
            if let Change::Put(Document { id, .. }) | Change::Refuse(id, _) = &incoming.change {
                met.entry(Arc::clone(&incoming.container)).or_default().insert(id.clone());
            }
            intake.take(incoming)?;
        }
        let ends = documents.ends();
        let is_whole = |file: &Arc<str>| ends.finished.contains(file) && !ends.unsure.contains(file);
        let mut withdrawn = Vec::new();
        if !crate::interrupt::signalled() {
            for file in gone.iter().filter(|file| !met.contains_key(*file)) {
                withdrawn.extend(self.known.remove(file).into_iter().flatten().map(|id| (Arc::clone(file), id)));
            }
            for (file, ids) in &met {
                let before = self.known.entry(Arc::clone(file)).or_default();
                if is_whole(file) {
                    withdrawn.extend(before.difference(ids).map(|id| (Arc::clone(file), id.clone())));
                    before.clear();
                }
                before.extend(ids.iter().cloned());
            }
        }
        for (container, id) in withdrawn {
            intake.take(Incoming { change: Change::Delete(id), container })?;
        }
        intake.finish()?;
        let Tally { put, refused, deleted, epochs, .. } = intake.tally;
        if epochs > 0 {
            let milliseconds = started.elapsed().as_millis() as u64;
            tracing::info!(
                event = "followed",
                put,
                refused,
                deleted,
                milliseconds,
                "{put} put, {refused} refused, {deleted} withdrawn, in {milliseconds} ms"
            );
        }
        Ok(())
    }
}

/// Whether a file is one of these, or lies in one of these folders.
fn is_within(file: &str, names: &[Arc<str>]) -> bool {
    let lies_in = |name: &Arc<str>| match file.strip_prefix(&**name) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || name.is_empty(),
        None => false,
    };
    names.iter().any(lies_in)
}
