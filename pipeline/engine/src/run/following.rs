//! Files that come, change and go while a session is open. In: paths. Out: epochs of what came from them. Never: a document
//! taken away because its file could not be read.

use super::no_files::NO_FILES;
use super::{Intake, Tally, stale};
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
            if NO_FILES.contains(&live.container()) {
                continue;
            }
            known.entry(live.container().into()).or_default().insert(id);
        }
        let (options, epoch_documents) = (config.source.clone(), config.epoch_documents);
        Ok(Following { root, options, epoch_documents, known })
    }

    /// Looks at all inputs; what came from files within them that are gone goes, and what came from files in the folders `left`,
    /// which are followed no more, unless it is met within the others.
    pub fn begin(&mut self, live: &mut Live, inputs: &[String], left: &[PathBuf]) -> Result<()> {
        let inputs_and_left = inputs.iter().map(Path::new).chain(left.iter().map(PathBuf::as_path));
        let gone = self.within(inputs_and_left);
        self.take(live, inputs, gone)
    }

    /// Looks at what changed.
    pub fn changed(&mut self, live: &mut Live, paths: &BTreeSet<PathBuf>) -> Result<()> {
        let (there, gone): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| path.exists());
        // A folder may be another one under the name of one that was there.
        let folders = there.iter().copied().filter(|path| path.is_dir());
        let gone = self.within(gone.into_iter().chain(folders).map(PathBuf::as_path));
        // A folder that comes brings what is in it; a name that is no UTF-8 is refused where files are found.
        let inputs: Vec<String> = there.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        self.take(live, &inputs, gone)
    }

    /// The files at and in these places that something came from.
    fn within<'a>(&self, places: impl Iterator<Item = &'a Path>) -> Vec<Arc<str>> {
        let names: Vec<Arc<str>> = places.map(|place| self.root.name(place)).collect();
        self.known.keys().filter(|file| is_within(file, &names)).cloned().collect()
    }

    /// Takes in what the inputs hold, and withdraws what came from `gone` files unless they were met again, or lie where nobody
    /// could look.
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
            // Where a text stands, this is what the refusal is written under.
            if let Change::Refuse(id, _) = &incoming.change {
                met.entry(Arc::clone(&incoming.container)).or_default().insert(stale::mark(id));
            }
            intake.take(incoming)?;
        }
        let ends = documents.ends();
        let says_all = |file: &Arc<str>| !ends.unsure.contains(file) && !ends.barren.contains(file);
        let mut withdrawn = Vec::new();
        if !crate::interrupt::signalled() {
            let unseen: Vec<Arc<str>> = ends.lost.iter().cloned().collect();
            for file in gone.iter().filter(|file| !met.contains_key(*file) && !is_within(file, &unseen)) {
                withdrawn.extend(self.known.remove(file).into_iter().flatten().map(|id| (Arc::clone(file), id)));
            }
            for (file, ids) in &met {
                let before = self.known.entry(Arc::clone(file)).or_default();
                if ends.finished.contains(file) {
                    let documents_go = says_all(file);
                    let mut kept = BTreeSet::new();
                    for id in before.difference(ids) {
                        match documents_go || intake.is_refused(id)? {
                            true => withdrawn.push((Arc::clone(file), id.clone())),
                            false => drop(kept.insert(id.clone())),
                        }
                    }
                    *before = kept;
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

/// Whether a file is one of these, or lies in one of these folders. Names lead from the root of all, also up.
fn is_within(file: &str, names: &[Arc<str>]) -> bool {
    let ups = |name: &str| name.split('/').take_while(|part| *part == "..").count();
    let lies_in = |name: &Arc<str>| match name.split('/').all(|part| part.is_empty() || part == "..") {
        // The root, or a folder above it.
        true => ups(file) <= ups(name),
        false => file.strip_prefix(&**name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
    };
    names.iter().any(lies_in)
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn what_lies_in_a_folder_is_told_from_what_lies_beside_and_above() {
        for (file, folder, lies_in) in [
            ("texts/a.txt", "texts", true),
            ("texts/sub/a.txt", "texts", true),
            ("texts.txt", "texts", false),
            ("texts2/a.txt", "texts", false),
            ("texts", "texts", true),
            ("a.txt", "", true),
            ("../other/a.txt", "", false),
            ("../other/a.txt", "../other", true),
            ("../other/a.txt", "..", true),
            ("a.txt", "..", true),
            ("../../far/a.txt", "..", false),
            ("../../far/a.txt", "../..", true),
            ("..a/b.txt", "", true),
            ("/abs/a.txt", "/abs", true),
        ] {
            assert_eq!(is_within(file, &["nowhere".into(), folder.into()]), lies_in, "{file} in {folder:?}");
        }
    }
}
