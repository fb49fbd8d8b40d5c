//! What a journal holds of a document. In: its bytes. Out: a text, or why there is none. Never: the journal.

use kgloom_record::record::{Change, ContentHash, DocumentId, Refusal};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a document id stands for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Live {
    /// A document.
    Text {
        /// The input it came from.
        container: Arc<str>,
        /// The hash of its text.
        content: ContentHash,
        /// Its text.
        text: Arc<str>,
    },
    /// Something that could not be read.
    Refused {
        /// The input it came from.
        container: Arc<str>,
        /// Why it is not a document.
        refusal: Refusal,
    },
}

impl Live {
    /// The input that the id came from.
    pub fn container(&self) -> &str {
        match self {
            Live::Text { container, .. } | Live::Refused { container, .. } => container,
        }
    }

    /// The change that brings an empty journal to this.
    pub fn change(&self, id: DocumentId) -> Change {
        match self {
            Live::Text { text, .. } => Change::Put(kgloom_record::record::Document { id, text: Arc::clone(text) }),
            Live::Refused { refusal, .. } => Change::Refuse(id, refusal.clone()),
        }
    }
}
