//! Whether two things that should be equal are. In: a state folder, or a journal and a reader. Out: where they differ. Never: a
//! repair.

use crate::error::Error;
use crate::progress::{Measure, Progress};
use crate::settings::Settings;
use crate::state::{Components, Folder, beside, keep_up, quarantined, replay};
use anyhow::{Result, anyhow};
use connectors::{Journal, Live, Store};
use kgloom_flow::infer::{ErrorSlot, InferenceContext};
use kgloom_flow::session::{Delta, Session};
use kgloom_flow::toy::Forgetful;
use kgloom_record::port::{Answer, Reader};
use kgloom_record::record::{ContentHash, DocumentId, Quad};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What a graph comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// A hash of all of it.
    pub hash: String,
    /// Its quads, sorted.
    pub lines: Vec<String>,
}

/// A graph beside the one that follows from its journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The journal's epoch.
    pub epoch: u64,
    /// Documents in quarantine, which are not read.
    pub quarantined: usize,
    /// What follows from the journal.
    pub rebuilt: Graph,
    /// What the store holds.
    pub stored: Graph,
}

impl Verified {
    /// Whether the store holds exactly what follows.
    pub fn is_equal(&self) -> bool {
        self.rebuilt == self.stored
    }

    /// Where they differ, in order.
    pub fn differences(&self) -> Vec<Difference<'_>> {
        difference(&self.rebuilt.lines, &self.stored.lines)
    }
}

/// Compares the graph of a folder that is current, and that nobody writes meanwhile, with that of a fresh session over its
/// documents.
///
/// # Errors
/// Where the graph cannot be built, the store cannot be read, or the folder is not current: nothing is wrong with a graph that could
/// not be brought up to its documents.
pub fn verify(settings: &Settings, folder: &Folder, components: Components) -> Result<Verified> {
    if !folder.is_current()? {
        let message = "the graph could not be brought up to its documents, so it is not compared with them";
        return Err(Error::missing(message).into());
    }
    let graph = |store: &Store| anyhow::Ok(Graph { hash: store.hash()?, lines: store.lines()? });
    let rebuilt = graph(&rebuild(settings, folder, components)?)?;
    let (epoch, quarantined) = (folder.journal.epoch(), quarantined(&folder.journal)?.len());
    Ok(Verified { epoch, quarantined, rebuilt, stored: graph(&folder.store)? })
}

/// The graph of a fresh session over the journal's documents, in a store of its own.
fn rebuild(settings: &Settings, folder: &Folder, components: Components) -> Result<Store> {
    folder.journal.check()?;
    let model = components.reader.id().clone();
    let memory = Arc::new(folder.journal.memory(&model));
    let mut session = Session::start(components.session(memory, settings.workers));
    let mut graph = BTreeSet::new();
    let mut derived = beside::open(settings, &model)?;
    let mut keep = |delta: Delta| {
        derived.iter_mut().for_each(|derived| derived.absorb(&delta.quads));
        keep_up(&mut graph, delta);
    };
    replay(folder, (&mut session, &model), settings.epoch_documents, (Some(&mut keep), None))?;
    for follower in &mut derived {
        graph.extend(follower.all()?);
    }
    let store = Store::in_memory()?;
    store.repair(folder.journal.epoch(), &graph.into_iter().collect::<Vec<Quad>>(), &[])?;
    Ok(store)
}

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
pub fn ask_again(journal: &Journal, reader: &Arc<dyn Reader>, workers: usize) -> Result<AskedAgain> {
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
    let progress = Progress::start("asking again");
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
