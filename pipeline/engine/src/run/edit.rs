//! Single changes. In: a few changes, and a journal. Out: one epoch of the journal. Never: a text read or a graph loaded
//! first, so that what cannot be read any more can still be taken away.

use super::stale;
use super::tally::Tally;
use crate::state::Edited;
use anyhow::Result;
use connectors::{Incoming, Journal, Live};
use kgloom_record::record::{Change, ContentHash, Document, DocumentId};
use std::collections::BTreeMap;

/// Writes what changes something into a journal, all in one epoch; of several changes to one id the last counts. The graph
/// is to follow: [`crate::state::Folder::follow`].
pub fn edit(journal: &Journal, incoming: Vec<Incoming>) -> Result<(Tally, Edited)> {
    let Edit { mut tally, changes, before } = Edit::of(journal, incoming)?;
    if !changes.is_empty() {
        journal.append(journal.epoch() + 1, &changes)?;
        tally.epochs = 1;
    }
    let changes = changes.into_iter().map(|incoming| incoming.change).collect();
    Ok((tally, Edited { changes, before }))
}

/// What a few changes come to.
pub struct Edit {
    /// How many of what.
    pub tally: Tally,
    /// What changes something.
    pub changes: Vec<Incoming>,
    /// What stood under the changed ids before.
    pub before: BTreeMap<DocumentId, Option<Live>>,
}

impl Edit {
    /// Of several changes to one id the last counts; what is so already is left out.
    pub fn of(journal: &Journal, incoming: Vec<Incoming>) -> Result<Edit> {
        let mut tally = Tally::default();
        let mut last = BTreeMap::new();
        for incoming in incoming {
            tally.refused += u64::from(matches!(incoming.change, Change::Refuse(..)));
            let (incoming, taken_back) = stale::settled(journal, incoming)?;
            last.extend(taken_back);
            if let Change::Put(Document { id, .. }) | Change::Refuse(id, _) | Change::Delete(id) = &incoming.change {
                last.insert(id.clone(), incoming);
            }
        }
        let (mut changes, mut before) = (Vec::new(), BTreeMap::new());
        for (id, incoming) in last {
            let put = u64::from(matches!(incoming.change, Change::Put(_)));
            if is_so(journal, &id, &incoming.change)? {
                tally.unchanged += put;
                continue;
            }
            tally.put += put;
            let stood = journal.lookup(&id)?;
            let goes = matches!((&incoming.change, &stood), (Change::Delete(_), Some(Live::Text { .. })));
            tally.deleted += u64::from(goes);
            before.insert(id.clone(), stood);
            changes.push(incoming);
        }
        Ok(Edit { tally, changes, before })
    }
}

/// Whether the change changes nothing.
pub(super) fn is_so(journal: &Journal, id: &DocumentId, change: &Change) -> Result<bool> {
    let live = journal.lookup(id)?;
    Ok(match (change, &live) {
        (Change::Put(document), Some(Live::Text { content, .. })) => ContentHash::of(&document.text) == *content,
        (Change::Refuse(_, new), Some(Live::Refused { refusal, .. })) => new == refusal,
        (Change::Delete(_), None) => true,
        _ => false,
    })
}
