//! What the one thread that writes is asked for, and what it tells. In: nothing. Out: orders, what came of each, word of epochs.
//! Never: work.

use crate::corrections::Said;
use crate::error::Error;
use crate::run::Tally;
use crate::state::Told;
use crate::verify::Verified;
use connectors::Incoming;
use kgloom_flow::session::Delta;
use kgloom_record::record::{CorrectionId, DocumentId, Graph, Quad, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Duration;

/// Where an answer is waited for.
pub(crate) type Reply<T> = SyncSender<Result<T, Error>>;

/// What the writer is asked for.
pub(crate) enum Order {
    /// Changes of documents, all in one epoch.
    Write(Vec<Incoming>, Reply<Written>),
    /// A correction more.
    Correct(Said, Reply<Written>),
    /// A correction less, by its id or the beginning of it.
    Undo(String, Reply<Written>),
    /// Files and folders that are to be looked at whole, and folders that are followed no more.
    Files(Vec<String>, Vec<PathBuf>),
    /// Files that changed.
    Changed(BTreeSet<PathBuf>),
    /// Whether the graph is what it should be.
    Verify(Reply<Verified>),
    /// The end.
    Stop,
}

/// What a write did. When it is there, the graph holds it and the journal has it on disk.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The graph's epoch.
    pub epoch: u64,
    /// How many of what.
    pub tally: Tally,
    /// Documents that were refused, and why.
    pub refused: Vec<(DocumentId, Refusal)>,
    /// Ids that were to go and that nothing stood under, each as often as it was named.
    pub missing: Vec<String>,
    /// The correction that was made or taken back.
    pub correction: Option<CorrectionId>,
    pub(crate) delta: Option<Arc<Delta>>,
}

impl Written {
    /// All quads that came (+1) and went (-1) with the epoch, in all graphs; none where nothing changed. Writes that came
    /// together are one epoch, and see each other's.
    pub fn quads(&self) -> &[(Quad, isize)] {
        self.delta.as_ref().map_or(&[], |delta| &delta.quads)
    }

    /// Those of the default graph that came, and those that went.
    pub fn difference(&self) -> (Vec<&Quad>, Vec<&Quad>) {
        difference(self.quads())
    }
}

/// The quads of the default graph that came, and those that went.
pub fn difference(quads: &[(Quad, isize)]) -> (Vec<&Quad>, Vec<&Quad>) {
    let mut sums: BTreeMap<&Quad, isize> = BTreeMap::new();
    for (quad, count) in quads.iter().filter(|(quad, _)| quad.graph == Graph::Default) {
        *sums.entry(quad).or_default() += count;
    }
    let of = |wanted: fn(isize) -> bool| sums.iter().filter(|(_, sum)| wanted(**sum)).map(|(quad, _)| *quad).collect();
    (of(|sum| sum > 0), of(|sum| sum < 0))
}

/// What an engine does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Doing {
    /// It builds the graph from the journal.
    #[default]
    Loading,
    /// It reads the files that it was started with.
    Reading,
    /// It waits for changes, or takes them in.
    Ready,
    /// Nothing any more: it was closed.
    Closed,
    /// Nothing any more, for this reason.
    UsedUp(String),
}

impl Doing {
    /// Whether it will do nothing any more.
    pub fn is_over(&self) -> bool {
        matches!(self, Doing::Closed | Doing::UsedUp(_))
    }
}

/// How far an engine is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// What it does.
    pub doing: Doing,
    /// Documents in the graph so far; none while the graph is loaded, which is done with all of them at once.
    pub documents: Option<u64>,
}

/// Hears of epochs on the thread that writes, before whoever asked for a change is answered: what it does is waited for.
pub trait Listener: Send + Sync + 'static {
    /// The graph is loaded, and nothing was told yet.
    ///
    /// # Errors
    /// What fails here ends the engine.
    fn loaded(&self) -> anyhow::Result<()>;

    /// The store holds an epoch.
    fn told(&self, told: &Told<'_>);
}

/// What an epoch did to the graph.
#[derive(Clone, Debug)]
pub struct EpochDelta {
    /// Its number. What is told beside the graph (predictions, what is unusual) follows under the same number.
    pub epoch: u64,
    /// Documents that were put with it.
    pub put: u64,
    /// Documents that went with it.
    pub deleted: u64,
    /// Documents that were refused.
    pub refused: u64,
    /// Quads that came (+1) and went (-1), in all graphs.
    pub quads: Vec<(Quad, isize)>,
    /// From the first change of the epoch to the graph that holds it.
    pub took: Duration,
}

impl EpochDelta {
    pub(crate) fn of(told: &Told<'_>) -> EpochDelta {
        let [put, deleted, refused] = told.documents;
        EpochDelta { epoch: told.epoch, put, deleted, refused, quads: told.quads.to_vec(), took: told.took }
    }
}

/// Epochs as they come, from when it was asked for until the engine ends. What is not taken waits, in memory.
pub struct Deltas(pub(crate) Receiver<Arc<EpochDelta>>);

impl Deltas {
    /// The next epoch, if it is there by then.
    pub fn within(&self, time: Duration) -> Option<Arc<EpochDelta>> {
        self.0.recv_timeout(time).ok()
    }
}

impl Iterator for Deltas {
    type Item = Arc<EpochDelta>;

    /// Waits for the next epoch; none when the engine has ended.
    fn next(&mut self) -> Option<Arc<EpochDelta>> {
        self.0.recv().ok()
    }
}
