//! What a run did not meet again. In: what was live, and what came. Out: what to withdraw at the end.
//! Never: a document withdrawn because its file could not be read, or gave nothing.

use super::no_files::NO_FILES;
use super::stale;
use connectors::source::Ends;
use connectors::{Incoming, Journal, Live};
use kgloom_record::record::{Change, DocumentId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was live when the run began and has not come again.
pub struct Unseen {
    mirror: bool,
    /// Whether any document came.
    came: bool,
    /// Ids, with the files that they came from, and whether they are documents.
    left: BTreeMap<DocumentId, (Arc<str>, bool)>,
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
        Ok(Unseen { mirror, came: false, left })
    }

    /// Something came.
    pub fn see(&mut self, incoming: &Incoming) {
        if let Change::Put(kgloom_record::record::Document { id, .. }) | Change::Refuse(id, _) = &incoming.change {
            self.left.remove(id);
        }
        // Where a text stands, this is what the refusal is written under.
        if let Change::Refuse(id, _) = &incoming.change {
            self.left.remove(&stale::mark(id));
        }
        self.came |= matches!(incoming.change, Change::Put(_));
    }

    /// Whether nothing came that could be mirrored: a folder that is empty, or not the one that was meant, is no reason to
    /// take all away.
    pub fn would_empty(&self) -> bool {
        self.mirror && !self.came && self.left.values().any(|(_, document)| *document)
    }

    /// What to withdraw when files were read so far, and how many documents stay although nobody saw them: what was in a
    /// file may be in one that broke off, what came from a file may be what has no id there that can be read, and a file that
    /// gave no document at all says nothing of those that it gave before.
    pub fn withdrawn(self, ends: &Ends) -> (Vec<Incoming>, usize) {
        let mut stay = 0;
        let mut gone = Vec::new();
        for (id, (file, document)) in self.left {
            let goes = if ends.lost.contains(&file) {
                false
            } else if !document {
                // What comes through a pipe has the id that it is given: another text says nothing of it.
                let of_another = NO_FILES.contains(&&*file) && stale::is_mark(&id);
                self.mirror || ends.finished.contains(&file) && !of_another
            } else if ends.barren.contains(&file) {
                false
            } else {
                let is_file = id.as_str() == &*file;
                is_file || ends.lost.is_empty() && !ends.unsure.contains(&file)
            };
            stay += usize::from(document && !goes);
            gone.extend(goes.then_some(Incoming { change: Change::Delete(id), container: file }));
        }
        (gone, stay)
    }
}
