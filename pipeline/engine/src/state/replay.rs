//! A journal, fed to a session. In: live documents and answers. Out: the graph that follows. Never: a text read beside
//! another that may have ended the process.

use super::Folder;
use crate::error::Error;
use crate::interrupt;
use crate::progress::{Measure, Progress};
use anyhow::Result;
use connectors::{Journal, Live};
use kgloom_flow::session::{Delta, Session};
use kgloom_record::port::ModelId;
use kgloom_record::record::{Change, ContentHash, Document, DocumentId, Refusal};
use std::collections::{BTreeMap, BTreeSet};

/// A text is set aside when so many readings of it have ended the process. A long one is set aside early, since it takes
/// memory and time, and each try takes them again; of a short one it is more likely that somebody killed the process.
fn deaths_of(text: &str) -> u8 {
    if text.len() > 16 << 10 { 2 } else { 4 }
}

/// Why a text that is set aside is not read.
pub const ENDED: &str = "reading it ended the process";

/// An edit that a journal holds already, and a graph does not yet.
#[derive(Default)]
pub struct Edited {
    /// The changes.
    pub changes: Vec<Change>,
    /// What stood under the changed ids before.
    pub before: BTreeMap<DocumentId, Option<Live>>,
}

impl Edited {
    /// How many documents go with it.
    pub(super) fn gone(&self) -> u64 {
        let goes = |change: &&Change| match change {
            Change::Delete(id) => matches!(self.before.get(id), Some(Some(Live::Text { .. }))),
            _ => false,
        };
        self.changes.iter().filter(goes).count() as u64
    }
}

/// Feeds a session all that a journal holds: what the model need not read in one step, since each step costs what the
/// names cost that are in many documents; then the rest some documents at a time, so that Ctrl-C need not wait; and last,
/// one by one, the texts of which a reading did not end, so that it is known which of them ends the process. What is said of
/// the graph goes to `keep`, if somebody wants it. Where an edit is named, it is left out: what stood before it is fed.
pub fn replay(
    folder: &Folder,
    (session, model): (&mut Session, &ModelId),
    together: usize,
    (mut keep, edited): (Option<&mut dyn FnMut(Delta)>, Option<&Edited>),
) -> Result<()> {
    // Up to the end of the first step, of which the model reads nothing.
    let mut leavable = Some(interrupt::leavable());
    let progress = Progress::start("loading");
    let mut measure = Measure::default();
    let (memory, quarantine) = (folder.journal.memory(model), folder.journal.quarantine()?);
    let unended = folder.journal.unended()?;
    let (mut unread, mut alone) = (Vec::new(), Vec::new());
    let mut step = vec![Change::Corrections(folder.journal.corrections()?.into_iter().collect())];
    let before = edited.map(|edited| &edited.before);
    let now = folder.journal.live().filter(|entry| match (before, entry) {
        (Some(before), Ok((id, _))) => !before.contains_key(id),
        _ => true,
    });
    let then = before.into_iter().flatten();
    let then = then.filter_map(|(id, live)| Some(Ok((id.clone(), live.clone()?))));
    for entry in now.chain(then) {
        let (id, live) = entry?;
        let change = set_aside(&quarantine, live.change(id));
        match (&change, &live) {
            (Change::Put(_), Live::Text { content, .. }) if !memory.knows(content)? => {
                if unended.contains_key(content) { &mut alone } else { &mut unread }.push(change);
            }
            _ => step.push(change),
        }
    }
    let (mut unread, mut alone) = (unread.into_iter().peekable(), alone.into_iter());
    loop {
        measure.documents += step.len() as u64;
        match &mut keep {
            Some(keep) => keep(session.step(step)?),
            None => session.load(step)?,
        }
        leavable.take();
        progress.show(&measure);
        step = match unread.peek() {
            Some(_) => unread.by_ref().take(together).collect(),
            None => alone.by_ref().take(1).collect(),
        };
        if step.is_empty() {
            break;
        }
        if interrupt::asked() {
            return Err(Error::Interrupted.into());
        }
    }
    progress.finish();
    Ok(())
}

/// A change as the session sees it: a text in quarantine is refused.
pub(super) fn set_aside(quarantine: &BTreeSet<ContentHash>, change: Change) -> Change {
    match change {
        Change::Put(Document { id, text })
            if !quarantine.is_empty() && quarantine.contains(&ContentHash::of(&text)) =>
        {
            Change::Refuse(id, Refusal { reason: ENDED.into(), location: "".into() })
        }
        change => change,
    }
}

/// The documents in quarantine, with the hashes of their texts.
pub fn quarantined(journal: &Journal) -> Result<Vec<(DocumentId, ContentHash)>> {
    let quarantine = journal.quarantine()?;
    let mut found = Vec::new();
    if quarantine.is_empty() {
        return Ok(found);
    }
    for entry in journal.live() {
        if let (id, Live::Text { content, .. }) = entry?
            && quarantine.contains(&content)
        {
            found.push((id, content));
        }
    }
    Ok(found)
}

/// Puts into quarantine what has ended the process again and again, read alone after the first time, and says so; marks of
/// texts that are no longer there, or were read since, go.
pub(super) fn find_deadly(folder: &Folder, model: &ModelId) -> Result<()> {
    let journal = &folder.journal;
    let mut unended = journal.unended()?;
    if unended.is_empty() {
        return Ok(());
    }
    let (memory, mut quarantine, mut found) = (journal.memory(model), journal.quarantine()?, false);
    for entry in journal.live() {
        if let (id, Live::Text { content, text, .. }) = entry?
            && !memory.knows(&content)?
            && let Some(deaths) = unended.remove(&content)
            && deaths >= deaths_of(&text)
        {
            tracing::warn!(
                "{ENDED} {deaths} times: \"{id}\" is in quarantine, and not read; `kgloom retry \"{id}\"` reads it again"
            );
            found = true;
            quarantine.insert(content);
            journal.forget_unended(&content)?;
        }
    }
    for content in unended.keys() {
        journal.forget_unended(content)?;
    }
    if found {
        journal.set_quarantine(&quarantine)?;
    }
    Ok(())
}
