//! Documents become readings. In: documents. Out: each text with its mentions, and what they tell apart by their names parted; or a
//! rejection. Never: a model called other than through `infer`.

use crate::infer::{InferenceContext, infer};
use crate::rejection::{Rejection, Stage};
use crate::stage::part::parted;
use crate::stage::{Rows, Verdict};
use kgloom_record::port::Answer;
use kgloom_record::record::{Document, DocumentId, Reading, Refusal};
use std::sync::Arc;

/// A document and what the reader said of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Read {
    /// The document.
    pub document: Document,
    answer: Arc<Answer>,
}

impl Read {
    /// What the reader said. A refused text says nothing.
    pub fn reading(&self) -> Option<&Reading> {
        self.answer.as_ref().as_ref().ok()
    }

    /// The same document, read otherwise.
    pub(crate) fn with(&self, reading: Reading) -> Read {
        Read { document: self.document.clone(), answer: Arc::new(Ok(reading)) }
    }
}

/// Reads every document.
pub fn find(documents: Rows<'_, Document>, inference: InferenceContext) -> Verdict<'_, Read> {
    let answered = infer(documents, inference).map(|(document, answer)| Read { document, answer });
    let rejected = answered.clone().flat_map(|read| {
        let refusal = read.answer.as_ref().as_ref().err()?.clone();
        let document = read.document.id;
        Some(Rejection { stage: Stage::Mentions, document, record: "".into(), refusal, probability: None })
    });
    let kept = answered.flat_map(|read| {
        let parted = parted(&read.document.text, read.reading()?);
        Some(parted.map_or_else(|| read.clone(), |reading| read.with(reading)))
    });
    Verdict { kept, rejected }
}

/// An id that stands for something unreadable is a rejection.
pub(crate) fn refused((document, refusal): (DocumentId, Refusal)) -> Rejection {
    Rejection { stage: Stage::Documents, document, record: "".into(), refusal, probability: None }
}
