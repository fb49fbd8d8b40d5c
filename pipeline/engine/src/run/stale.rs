//! Documents whose last reading failed. In: a refusal where there was a text. Out: the refusal beside the text, which
//! stays. Never: a good text replaced by nothing.

use super::no_files::NO_FILES;
use connectors::source::beside;
use connectors::{Incoming, Journal, Live};
use kgloom_record::record::{Change, Document, DocumentId, Refusal};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The id that a refusal has beside the document that it would have replaced.
pub(super) fn mark(id: &DocumentId) -> DocumentId {
    beside(id, "unread")
}

/// Whether an id is what such a refusal has.
pub(super) fn is_mark(id: &DocumentId) -> bool {
    id.as_str().ends_with(mark(&DocumentId::new("")).as_str())
}

/// The change as it is taken in: a refusal never replaces a text, which stays with the refusal beside it; and with a new
/// text, or its end, a refusal that stands beside it goes, under the id that it has.
pub(super) fn settled(
    journal: &Journal,
    incoming: Incoming,
) -> Result<(Incoming, Option<(DocumentId, Incoming)>), connectors::Error> {
    let container = &incoming.container;
    match &incoming.change {
        Change::Put(Document { id, .. }) | Change::Delete(id) => {
            let mark = mark(id);
            let stale = matches!(journal.lookup(&mark)?, Some(Live::Refused { .. }));
            let change = Change::Delete(mark.clone());
            let gone = stale.then(|| (mark, Incoming { change, container: Arc::clone(container) }));
            Ok((incoming, gone))
        }
        Change::Refuse(id, refusal) => Ok(match journal.lookup(id)? {
            Some(Live::Text { .. }) => (kept(id, refusal, container), None),
            _ => (incoming, None),
        }),
        Change::Corrections(_) => Ok((incoming, None)),
    }
}

/// The refusal beside the document.
fn kept(id: &DocumentId, refusal: &Refusal, container: &Arc<str>) -> Incoming {
    let reason = format!("{}; the last good text stays", refusal.reason).into();
    let refusal = Refusal { reason, location: Arc::clone(&refusal.location) };
    Incoming { change: Change::Refuse(mark(id), refusal), container: Arc::clone(container) }
}

/// The documents that may be older than what their files hold. Goes through all of the journal.
pub fn documents(journal: &Journal) -> Result<Vec<DocumentId>, connectors::Error> {
    let (mut texts, mut refused) = (Vec::new(), BTreeSet::new());
    for entry in journal.live() {
        match entry? {
            (id, Live::Text { container, .. }) => texts.push((id, container)),
            (id, Live::Refused { .. }) => drop(refused.insert(id)),
        }
    }
    texts.retain(|(id, file)| reasons(id, file).any(|reason| refused.contains(&reason)));
    Ok(texts.into_iter().map(|(id, _)| id).collect())
}

/// Whether a document may be older than what its file holds.
pub fn is_stale(journal: &Journal, id: &DocumentId, file: &str) -> Result<bool, connectors::Error> {
    for reason in reasons(id, file) {
        if matches!(journal.lookup(&reason)?, Some(Live::Refused { .. })) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where a refusal stands that makes a document stale: its own, and that of the file of several documents that it came from, when
/// that was refused as a whole, held nothing, or broke off.
fn reasons(id: &DocumentId, file: &str) -> impl Iterator<Item = DocumentId> {
    let of_file = (!NO_FILES.contains(&file)).then(|| DocumentId::new(file));
    let marks = [Some(mark(id)), of_file.as_ref().map(mark)];
    marks.into_iter().chain([of_file]).flatten()
}
