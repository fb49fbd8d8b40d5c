//! The changes of an epoch as they are written. In: changes. Out: each id once. Never: an id that no journal can hold.

use super::live::Live;
use crate::Error;
use crate::incoming::{Incoming, MAX_ID_BYTES};
use kgloom_record::record::{Change, ContentHash, Correction, DocumentId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What becomes of each id, none where it goes; and the user's corrections, where they are others now.
type Once<'a> = (BTreeMap<&'a DocumentId, Option<Live>>, Option<BTreeSet<&'a Correction>>);

/// One batch may name each key once: the last change of an id counts.
pub(super) fn once(changes: &[Incoming]) -> Result<Once<'_>, Error> {
    let mut documents = BTreeMap::new();
    let mut corrections = None;
    for Incoming { change, container } in changes {
        let container = Arc::clone(container);
        let (id, live) = match change {
            Change::Put(document) => {
                let (content, text) = (ContentHash::of(&document.text), Arc::clone(&document.text));
                (&document.id, Some(Live::Text { container, content, text }))
            }
            Change::Refuse(id, refusal) => (id, Some(Live::Refused { container, refusal: refusal.clone() })),
            Change::Delete(id) => (id, None),
            Change::Corrections(all) => {
                corrections = Some(all.iter().collect());
                continue;
            }
        };
        check_id(id)?;
        documents.insert(id, live);
    }
    Ok((documents, corrections))
}

/// Whether an id is one that a journal can hold.
pub(super) fn check_id(id: &DocumentId) -> Result<(), Error> {
    match id.as_str().len() {
        1..=MAX_ID_BYTES => Ok(()),
        length => Err(Error::IdLength { length, most: MAX_ID_BYTES }),
    }
}
