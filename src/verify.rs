//! Whether two things that should be equal are. In: lines, or a journal and a reader. Out: where they differ.

use crate::voice::{Measure, Progress, Voice};
use anyhow::{Result, anyhow};
use connectors::{Journal, Live};
use kgloom_flow::infer::{ErrorSlot, InferenceContext};
use kgloom_flow::toy::Forgetful;
use kgloom_record::port::{Answer, Reader};
use kgloom_record::record::{ContentHash, DocumentId};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A line that is in one of two lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference<'a> {
    /// It should be there.
    Missing(&'a str),
    /// It should not.
    Surplus(&'a str),
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Missing(line) => write!(f, "+ {line}"),
            Difference::Surplus(line) => write!(f, "- {line}"),
        }
    }
}

/// Where two sorted lists differ, in order.
pub fn difference<'a>(wanted: &'a [String], stored: &'a [String]) -> Vec<Difference<'a>> {
    let (mut wanted, mut stored) = (wanted.iter().peekable(), stored.iter().peekable());
    let mut differences = Vec::new();
    loop {
        match (wanted.peek(), stored.peek()) {
            (Some(one), Some(other)) if one == other => {
                wanted.next();
                stored.next();
            }
            (Some(one), other) if other.is_none_or(|other| one < other) => {
                differences.push(Difference::Missing(one));
                wanted.next();
            }
            (_, Some(other)) => {
                differences.push(Difference::Surplus(other));
                stored.next();
            }
            (_, None) => return differences,
        }
    }
}

/// What came of asking a model again.
#[derive(Debug, Default)]
pub struct AskedAgain {
    /// Texts that were asked again.
    pub asked: usize,
    /// The documents that it now reads otherwise, sorted.
    pub documents: Vec<DocumentId>,
}

/// Asks the model again for every live text that it answered before.
pub fn ask_again(journal: &Journal, reader: &Arc<dyn Reader>, (workers, voice): (usize, Voice)) -> Result<AskedAgain> {
    let texts = remembered(journal, reader)?;
    let error_slot = Arc::new(ErrorSlot::default());
    let asked = InferenceContext::new(Arc::clone(reader), Arc::new(Forgetful), Arc::clone(&error_slot));
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let changed = Mutex::new(Vec::new());
    let work = || {
        while let Some((id, text, answer)) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let now = asked.answer(&ContentHash::of(text), text);
            if now.is_some_and(|now| now != *answer) {
                changed.lock().unwrap_or_else(PoisonError::into_inner).push(id.clone());
            }
            done.fetch_add(1, Ordering::Relaxed);
        }
    };
    let mut progress = Progress::start(voice, "asking again");
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            let documents = done.load(Ordering::Relaxed) as u64;
            progress.show(&Measure { documents, ..Measure::default() });
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    });
    progress.finish();
    if let Some(broken) = error_slot.take() {
        return Err(anyhow!(broken).context("the model failed"));
    }
    let mut documents = changed.into_inner().unwrap_or_else(PoisonError::into_inner);
    documents.sort();
    Ok(AskedAgain { asked: texts.len(), documents })
}

type Remembered = (DocumentId, Arc<str>, Answer);

fn remembered(journal: &Journal, reader: &Arc<dyn Reader>) -> Result<Vec<Remembered>> {
    let mut texts = Vec::new();
    for entry in journal.live() {
        if let (id, Live::Text { content, text, .. }) = entry?
            && let Some(answer) = journal.reading(reader.id(), &content)?
        {
            texts.push((id, text, answer));
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_found_at_both_ends_and_between() {
        let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (wanted, stored) = (lines("a c d f"), lines("b c e f g"));
        let shown: Vec<String> = difference(&wanted, &stored).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["+ a", "- b", "+ d", "- e", "- g"]);
        assert_eq!(difference(&wanted, &wanted), []);
    }
}
