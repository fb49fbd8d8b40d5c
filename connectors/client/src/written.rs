//! What is written and what came of it. In: JSON of the server. Out: values. Never: a request.

use serde::{Deserialize, Serialize};

/// One line of an upload of documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upload {
    /// A document comes, or takes the place of what it was.
    Put {
        /// What it is called.
        id: String,
        /// Its text.
        text: String,
        /// The file that it came from, so that it goes where that file goes.
        file: Option<String>,
    },
    /// A file held no text: it is a rejection that says why.
    Refuse {
        /// What it is called.
        id: String,
        /// Why.
        reason: String,
        /// Where.
        location: String,
        /// The file.
        file: String,
    },
    /// A document goes.
    Delete {
        /// What it is called.
        id: String,
    },
}

impl Upload {
    /// Bytes that are sent for it.
    pub fn size(&self) -> usize {
        self.line().len()
    }

    /// The line, with its end.
    pub(crate) fn line(&self) -> String {
        let line = match self {
            Upload::Put { id, text, file: None } => serde_json::json!({ "id": id, "text": text }),
            Upload::Put { id, text, file: Some(file) } => serde_json::json!({ "id": id, "text": text, "file": file }),
            Upload::Refuse { id, reason, location, file } => {
                let refused = serde_json::json!({ "reason": reason, "location": location });
                serde_json::json!({ "id": id, "refused": refused, "file": file })
            }
            Upload::Delete { id } => serde_json::json!({ "id": id, "delete": true }),
        };
        format!("{line}\n")
    }
}

/// What a write did to the graph, which holds it by now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Written {
    /// The epoch in which it came into the graph.
    pub epoch: u64,
    /// Documents that came or were replaced.
    pub put: u64,
    /// Documents that went.
    pub deleted: u64,
    /// Documents that were there already, to the letter.
    pub unchanged: u64,
    /// Documents that were refused.
    pub refused: Vec<Refusal>,
    /// Triples that the graph has since, as N-Triples; not all where they are many.
    pub came: Vec<String>,
    /// Triples that it has no more.
    pub went: Vec<String>,
    /// How many came.
    pub came_count: u64,
    /// How many went.
    pub went_count: u64,
    /// Ids that were to go and named no document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What the correction is called, where one was made or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
}

/// A document that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Refusal {
    /// The document.
    pub id: String,
    /// Why.
    pub reason: String,
    /// Where in it.
    pub location: Option<String>,
}
