//! The epoch loop. In: changes from outside, one by one. Out: epochs in journal and graph, and how many of what.
//! Never: an epoch for what is already so.

mod edit;
mod following;
mod no_files;
pub mod stale;
mod tally;
mod unseen;

pub use edit::{Edit, edit};
pub use following::Following;
pub use no_files::{EMBEDDED, SENT};
pub use tally::Tally;
pub use unseen::Unseen;

use crate::error::Error;
use crate::interrupt;
use crate::progress::{Measure, Progress};
use crate::state::{Live as Session, going};
use anyhow::Result;
use connectors::source::Documents;
use connectors::{Incoming, Live};
use kgloom_flow::session::Delta;
use kgloom_record::record::{Change, ContentHash, Correction, Document, DocumentId, Graph, Quad};
use kgloom_record::vocabulary;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An epoch ends with this much text, however few its documents are: nobody should wait long after Ctrl-C.
const EPOCH_BYTES: usize = 1 << 20;

/// Takes in changes, epoch by epoch.
pub struct Intake<'a> {
    /// How many of what so far.
    pub tally: Tally,
    session: &'a mut Session,
    pending: BTreeMap<DocumentId, Incoming>,
    pending_bytes: usize,
    epoch_documents: usize,
    measure: Measure,
    /// Whether standard input has a name of its own, and may replace what came under it before.
    pub pipe_is_named: bool,
}

impl<'a> Intake<'a> {
    /// Takes changes into `session`, so many documents an epoch.
    pub fn new(session: &'a mut Session, epoch_documents: usize) -> Result<Intake<'a>> {
        let counts = session.folder.store.counts()?;
        let measure = Measure {
            facts: counts.facts as i64,
            rejections: counts.rejections.values().sum::<u64>() as i64,
            ..Measure::default()
        };
        let (tally, pending) = (Tally::default(), BTreeMap::new());
        Ok(Intake { tally, session, pending, pending_bytes: 0, epoch_documents, measure, pipe_is_named: true })
    }

    /// Takes in all documents until they end or somebody asks to stop; says whether they ended.
    pub fn take_all(&mut self, documents: &mut Documents, unseen: &mut Unseen) -> Result<bool> {
        let progress = Progress::start("reading");
        while let Some(incoming) = documents.next() {
            if interrupt::asked() {
                self.session.flush()?;
                return Ok(false);
            }
            unseen.see(&incoming);
            self.take(incoming)?;
            let position = documents.progress();
            (self.measure.bytes, self.measure.total_bytes) = (position.read, position.total.unwrap_or(0));
            progress.show(&self.measure);
        }
        if interrupt::asked() {
            self.session.flush()?;
            return Ok(false);
        }
        self.finish()?;
        progress.finish();
        Ok(!interrupt::asked())
    }

    /// Takes in one change; an epoch is written when enough have come together.
    ///
    /// A refusal never replaces a text: the last good one stays, with the refusal beside it.
    pub fn take(&mut self, incoming: Incoming) -> Result<()> {
        self.measure.documents += 1;
        if let Change::Put(document) = &incoming.change {
            self.check_pipe(document, &incoming.container)?;
        }
        let (incoming, taken_back) = stale::settled(&self.session.folder.journal, incoming)?;
        if let Some((mark, gone)) = taken_back {
            self.pending.insert(mark, gone);
        }
        let id = match &incoming.change {
            Change::Put(document) => document.id.clone(),
            Change::Refuse(id, _) | Change::Delete(id) => id.clone(),
            Change::Corrections(_) => return self.write(vec![incoming]),
        };
        self.tally.refused += u64::from(matches!(incoming.change, Change::Refuse(..)));
        if edit::is_so(&self.session.folder.journal, &id, &incoming.change)? {
            self.tally.unchanged += u64::from(matches!(incoming.change, Change::Put(_)));
            self.pending.remove(&id);
            return Ok(());
        }
        if let Change::Put(document) = &incoming.change {
            self.pending_bytes += document.text.len();
        }
        self.pending.insert(id, incoming);
        match self.pending.len() < self.epoch_documents && self.pending_bytes < EPOCH_BYTES {
            true => Ok(()),
            false => self.write_pending(),
        }
    }

    /// Whether an id stands for something that could not be read.
    fn is_refused(&self, id: &DocumentId) -> Result<bool> {
        Ok(matches!(self.session.folder.journal.lookup(id)?, Some(Live::Refused { .. })))
    }

    /// A second pipe without a name is not the first one's next state.
    fn check_pipe(&self, document: &Document, container: &str) -> Result<()> {
        let id = document.id.as_str();
        if self.pipe_is_named || container != "-" || !(id == "stdin" || id.starts_with("stdin#")) {
            return Ok(());
        }
        match self.session.folder.journal.lookup(&document.id)? {
            Some(Live::Text { content, .. }) if content != ContentHash::of(&document.text) => {
                let message = format!("\"{id}\" stands for another text already; --id names what standard input holds");
                Err(Error::meaningless(message).into())
            }
            _ => Ok(()),
        }
    }

    /// Makes the user's corrections exactly these.
    pub fn take_corrections(&mut self, corrections: BTreeSet<Correction>) -> Result<()> {
        if self.session.folder.journal.corrections()? == corrections {
            return Ok(());
        }
        let change = Change::Corrections(corrections.into_iter().collect());
        self.write(vec![Incoming { change, container: Arc::from("corrections") }])
    }

    /// The same, with what a file says among them, which is remembered so that it is taken in once.
    pub fn take_file(&mut self, corrections: BTreeSet<Correction>, content: ContentHash) -> Result<()> {
        self.take_corrections(corrections)?;
        Ok(self.session.folder.journal.remember_import(content)?)
    }

    /// Writes what has come together, and waits until the graph holds it.
    pub fn finish(&mut self) -> Result<()> {
        self.write_pending()?;
        self.session.flush()
    }

    fn write_pending(&mut self) -> Result<()> {
        self.pending_bytes = 0;
        match std::mem::take(&mut self.pending) {
            pending if pending.is_empty() => Ok(()),
            pending => self.write(pending.into_values().collect()),
        }
    }

    fn write(&mut self, changes: Vec<Incoming>) -> Result<()> {
        for incoming in &changes {
            self.tally.put += u64::from(matches!(incoming.change, Change::Put(_)));
        }
        self.tally.deleted += going(&self.session.folder.journal, &changes)?;
        let started = std::time::Instant::now();
        let (number, documents) = (self.session.folder.journal.epoch() + 1, changes.len());
        let delta = self.session.step(changes)?;
        self.tally.epochs += 1;
        let come = delta.quads.iter().filter(|(_, count)| *count > 0).count();
        self.measure_change(&delta);
        tracing::debug!(
            "epoch {number}: {documents} changes, {come} quads came, {} went, {} ms",
            delta.quads.len() - come,
            started.elapsed().as_millis()
        );
        Ok(())
    }

    fn measure_change(&mut self, delta: &Delta) {
        for (quad, count) in &delta.quads {
            self.measure.facts += if is_fact(quad) { *count as i64 } else { 0 };
            self.measure.rejections += if is_rejection(quad) { *count as i64 } else { 0 };
        }
    }
}

/// Whether the quad is a fact of the whole graph, and not a class or a name.
pub fn is_fact(quad: &Quad) -> bool {
    let said_of_all = [vocabulary::TYPE, vocabulary::LABEL, vocabulary::ALTERNATIVE_LABEL];
    quad.graph == Graph::Default && !said_of_all.contains(&quad.triple.relation.as_str())
}

/// Each rejection has one reason.
fn is_rejection(quad: &Quad) -> bool {
    let relation = quad.triple.relation.as_str();
    quad.graph == Graph::Rejected && relation.strip_prefix(vocabulary::NAMESPACE) == Some("reason")
}
