//! What a run did not meet again. In: what was live, and what came. Out: what to withdraw at the end.
//! Never: a document withdrawn because its file could not be read.

use connectors::{Incoming, Journal, Live};
use pipeline::record::{Change, DocumentId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What was live when the run began and has not come again.
pub struct Unseen {
    mirror: bool,
    /// Whether any document came.
    came: bool,
    /// Ids, with the files that they came from, and whether they are documents.
    left: BTreeMap<DocumentId, (Arc<str>, bool)>,
    /// Files that something came from in this run.
    met: BTreeSet<Arc<str>>,
}

impl Unseen {
    /// Refusals of the past; with `mirror` also documents.
    pub fn of(journal: &Journal, mirror: bool) -> Result<Unseen, connectors::Error> {
        let mut left = BTreeMap::new();
        for entry in journal.live() {
            let (id, live) = entry?;
            let refused = matches!(live, Live::Refused { .. });
            if mirror || refused {
                left.insert(id, (live.container().into(), !refused));
            }
        }
        Ok(Unseen { mirror, came: false, left, met: BTreeSet::new() })
    }

    /// Something came.
    pub fn see(&mut self, incoming: &Incoming) {
        if let Change::Put(pipeline::record::Document { id, .. }) | Change::Refuse(id, _) = &incoming.change {
            self.left.remove(id);
        }
        self.came |= matches!(incoming.change, Change::Put(_));
        if !self.met.contains(&incoming.container) {
            self.met.insert(Arc::clone(&incoming.container));
        }
    }

    /// Whether nothing came that could be mirrored: a folder that is empty, or not the one that was meant, is no reason to
    /// take all away.
    pub fn would_empty(&self) -> bool {
        self.mirror && !self.came && self.left.values().any(|(_, document)| *document)
    }

    /// What to withdraw, when the files `finished` were read to their ends.
    pub fn withdrawn(self, finished: &BTreeSet<Arc<str>>) -> Vec<Incoming> {
        let broke_off = |file: &Arc<str>| self.met.contains(file) && !finished.contains(file);
        let gone = |file: &Arc<str>| !broke_off(file) && (self.mirror || finished.contains(file));
        let left = self.left.iter().filter(|(_, (file, _))| gone(file));
        left.map(|(id, (file, _))| Incoming { change: Change::Delete(id.clone()), container: Arc::clone(file) })
            .collect()
    }
}
