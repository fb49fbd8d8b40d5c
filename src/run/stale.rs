//! Documents whose last reading failed. In: a refusal where there was a text. Out: the refusal beside the text, which
//! stays. Never: a good text replaced by nothing.

use connectors::source::beside;
use connectors::{Incoming, Journal, Live};
use pipeline::record::{Change, DocumentId, Refusal};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The id that a refusal has beside the document that it would have replaced.
pub fn mark(id: &DocumentId) -> DocumentId {
    beside(id, "unread")
}

/// The refusal beside the document.
pub fn kept(id: &DocumentId, refusal: &Refusal, container: &Arc<str>) -> Incoming {
    let reason = format!("{}; the last good text stays", refusal.reason).into();
    let refusal = Refusal { reason, location: Arc::clone(&refusal.location) };
    Incoming { change: Change::Refuse(mark(id), refusal), container: Arc::clone(container) }
}

/// The documents that are older than what their files hold. Goes through all of the journal.
pub fn documents(journal: &Journal) -> Result<Vec<DocumentId>, connectors::Error> {
    let (mut texts, mut refused) = (Vec::new(), BTreeSet::new());
    for entry in journal.live() {
        match entry? {
            (id, Live::Text { .. }) => texts.push(id),
            (id, Live::Refused { .. }) => drop(refused.insert(id)),
        }
    }
    texts.retain(|id| refused.contains(&mark(id)));
    Ok(texts)
}
