//! Running it.
//!
//! In: changes, epoch by epoch. Out: what they change in the graph, sorted. Never: a worker, probe or frontier
//! that shows above this file.
//!
//! ```text
//! step(changes) ─▶ rows ─▶ worker 0 ─┐  exchange   ┌─▶ quads ─┐
//!                  (go) ─▶ worker n ─┴─────────────┴─▶ quads ─┴─▶ consolidate ─▶ Delta
//! ```

use crate::alarm::Alarm;
use crate::flow::{FlowConfig, Inputs, flow};
use crate::held::{Holding, Ledger};
use crate::infer::{ErrorSlot, InferenceContext};
use differential_dataflow::consolidation::consolidate;
use differential_dataflow::input::InputSession;
use kgloom_record::correction::{Given, given};
use kgloom_record::port::{Broken, Filter, Memory, Reader, Typer};
use kgloom_record::record::{Change, Document, DocumentId, Quad, Refusal};
use ontologies::Ontology;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use timely::communication::WorkerGuards;
use timely::dataflow::ProbeHandle;

/// What a session is a function of, beside the documents.
#[derive(Clone)]
pub struct Settings {
    /// Reads texts.
    pub reader: Arc<dyn Reader>,
    /// Remembers what the reader said.
    pub memory: Arc<dyn Memory>,
    /// What may be said.
    pub ontology: Arc<Ontology>,
    /// What is believed of what may be said; without it the reader's thresholds decide.
    pub filter: Option<Arc<dyn Filter>>,
    /// What tells classes of one's own; without it the reader's thresholds decide.
    pub typer: Option<Arc<dyn Typer>>,
    /// How many threads work; the graph does not depend on it.
    pub workers: usize,
}

/// What an epoch changed: each quad with +1 or -1, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The epoch's number, counted from 1 in this session.
    pub epoch: u64,
    /// Quads that came (+1) and went (-1).
    pub quads: Vec<(Quad, isize)>,
}

/// Why an epoch did not finish. Nothing of it was kept; it has used the session up, whose workers are gone.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// A model or memory failed for a reason that is not in the input.
    #[error("a model or its memory failed")]
    Broken(#[source] Broken),
    /// A worker panicked: a model, or a bug.
    #[error("a worker panicked: {0}")]
    Panicked(String),
    /// An earlier epoch did not finish.
    #[error("an earlier error has used the session up; a new one begins from the documents")]
    UsedUp,
}

/// A live id: a document, or the reason that it is not one.
type Live = Result<Document, Refusal>;

/// One row of input.
enum Row {
    Document(Document),
    Refusal(DocumentId, Refusal),
    Correction(Given),
}

/// An epoch's input for one worker, and whether what it changes in the graph is wanted.
struct Work {
    rows: Vec<(Row, isize)>,
    tell: bool,
}

/// An epoch's output of one worker.
type Rows = Vec<(Quad, isize)>;

/// Documents in, graph out, kept exact under change.
pub struct Session {
    error_slot: Arc<ErrorSlot>,
    live: BTreeMap<DocumentId, Live>,
    corrections: BTreeSet<Given>,
    epoch: u64,
    /// What the workers hold, where somebody asks for it.
    ledger: Option<Arc<Ledger>>,
    /// None once an epoch did not finish.
    workers: Option<Workers>,
}

/// The threads that work.
struct Workers {
    alarm: Arc<Alarm>,
    work: Vec<Sender<Work>>,
    done: Vec<Receiver<Rows>>,
    // Dropped last: it joins the threads, which end when `work` is gone.
    _threads: WorkerGuards<()>,
}

impl Session {
    /// Starts the workers on an empty graph.
    pub fn start(settings: Settings) -> Session {
        Session::begin(settings, None)
    }

    /// The same, of workers that count what they hold, for [`Session::holdings`]; that takes them some time.
    pub fn start_counted(settings: Settings) -> Session {
        Session::begin(settings, Some(Arc::default()))
    }

    /// What the workers hold after the last step, in the order of the flow; nothing where it was not to be counted.
    pub fn holdings(&self) -> Vec<Holding> {
        self.ledger.as_ref().map_or_else(Vec::new, |ledger| ledger.holdings())
    }

    fn begin(settings: Settings, ledger: Option<Arc<Ledger>>) -> Session {
        let error_slot = Arc::new(ErrorSlot::default());
        let inference = InferenceContext::new(settings.reader, settings.memory, Arc::clone(&error_slot));
        let (mut work, mut done, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..settings.workers.max(1) {
            let (send_work, take_work) = channel::<Work>();
            let (send_rows, take_rows) = channel::<Rows>();
            work.push(send_work);
            done.push(take_rows);
            ends.push(Mutex::new(Some((take_work, send_rows))));
        }
        let flow_config = FlowConfig { ontology: settings.ontology, filter: settings.filter, typer: settings.typer };
        let config = timely::Config::process(work.len());
        let alarm = Arc::new(Alarm::default());
        let (rung, counts) = (Arc::clone(&alarm), ledger.clone());
        let threads = timely::execute(config, move |worker| {
            let taken = ends[worker.index()].lock().ok().and_then(|mut end| end.take());
            let (take_work, send_rows) = taken.expect("timely starts each worker once");
            rung.hear();
            let config = (inference.clone(), &flow_config, counts.as_ref());
            rung.guard(|| run_worker(worker, config, (take_work, send_rows), &rung));
            // Nobody waits for what is still under way; and what a panic left half done never ends.
            for dataflow in worker.installed_dataflows() {
                rung.guard(|| worker.drop_dataflow(dataflow));
            }
        });
        let threads = threads.expect("threads of one process need no connection that could fail");
        let workers = Some(Workers { alarm, work, done, _threads: threads });
        Session { error_slot, live: BTreeMap::new(), corrections: BTreeSet::new(), epoch: 0, ledger, workers }
    }

    /// Feeds one epoch and returns when all its consequences are known. Of several changes to one id the last
    /// counts.
    ///
    /// # Errors
    /// Where a model or its memory fails, or a worker panics. That uses the session up: from then on every call fails.
    pub fn step(&mut self, changes: Vec<Change>) -> Result<Delta, Stopped> {
        self.take(changes, true)
    }

    /// Feeds one epoch of which the graph is known already, so that nothing is said of it. It takes less time and memory than
    /// [`Session::step`].
    ///
    /// # Errors
    /// As [`Session::step`].
    pub fn load(&mut self, changes: Vec<Change>) -> Result<(), Stopped> {
        self.take(changes, false).map(drop)
    }

    fn take(&mut self, changes: Vec<Change>, tell: bool) -> Result<Delta, Stopped> {
        // They come back where the epoch finishes.
        let workers = self.workers.take().ok_or(Stopped::UsedUp)?;
        self.epoch += 1;
        let rows = self.rows(changes);
        let mut quads = workers.run(rows, tell)?;
        if let Some(broken) = self.error_slot.take() {
            return Err(Stopped::Broken(broken));
        }
        consolidate(&mut quads);
        self.workers = Some(workers);
        Ok(Delta { epoch: self.epoch, quads })
    }

    /// The rows that turn what was live into what is.
    fn rows(&mut self, changes: Vec<Change>) -> Vec<(Row, isize)> {
        let mut last: BTreeMap<DocumentId, Option<Live>> = BTreeMap::new();
        let mut rows = Vec::new();
        for change in changes {
            match change {
                Change::Put(document) => drop(last.insert(document.id.clone(), Some(Ok(document)))),
                Change::Refuse(id, refusal) => drop(last.insert(id, Some(Err(refusal)))),
                Change::Delete(id) => drop(last.insert(id, None)),
                Change::Corrections(corrections) => {
                    let new = given(&corrections.into_iter().collect());
                    rows.extend(self.corrections.difference(&new).map(|gone| (Row::Correction(gone.clone()), -1)));
                    rows.extend(new.difference(&self.corrections).map(|come| (Row::Correction(come.clone()), 1)));
                    self.corrections = new;
                }
            }
        }
        for (id, new) in last {
            if self.live.get(&id) == new.as_ref() {
                continue;
            }
            if let Some(old) = self.live.remove(&id) {
                rows.push((row(&id, old), -1));
            }
            if let Some(new) = new {
                rows.push((row(&id, new.clone()), 1));
                self.live.insert(id, new);
            }
        }
        rows
    }
}

fn row(id: &DocumentId, live: Live) -> Row {
    match live {
        Ok(document) => Row::Document(document),
        Err(refusal) => Row::Refusal(id.clone(), refusal),
    }
}

impl Workers {
    /// Has an epoch worked on, and waits for all of them.
    fn run(&self, mut rows: Vec<(Row, isize)>, tell: bool) -> Result<Rows, Stopped> {
        // Whoever is gone has said why, or heard why another is.
        let gone = || Stopped::Panicked(self.alarm.reason().unwrap_or_else(|| "it says no more".to_owned()));
        for worker in &self.work {
            worker.send(Work { rows: std::mem::take(&mut rows), tell }).map_err(|_| gone())?;
        }
        let mut quads = Vec::new();
        for worker in &self.done {
            quads.extend(worker.recv().map_err(|_| gone())?);
        }
        Ok(quads)
    }
}

/// One worker: builds the dataflow, then runs an epoch for each message until there are no more, or a worker panics.
fn run_worker(
    worker: &mut timely::worker::Worker,
    (inference, flow_config, ledger): (InferenceContext, &FlowConfig, Option<&Arc<Ledger>>),
    (take_work, send_rows): (Receiver<Work>, Sender<Rows>),
    alarm: &Alarm,
) {
    let mut documents = InputSession::<u64, Document, isize>::new();
    let mut refusals = InputSession::<u64, (DocumentId, Refusal), isize>::new();
    let mut corrections = InputSession::<u64, Given, isize>::new();
    let output = Rc::new(RefCell::new(Rows::new()));
    let tell = Rc::new(Cell::new(true));
    ledger.iter().for_each(|ledger| ledger.listen(worker));
    let probe = worker.dataflow(|scope| {
        let inputs = Inputs {
            documents: documents.to_collection(scope),
            refusals: refusals.to_collection(scope),
            corrections: corrections.to_collection(scope),
        };
        let probe = ProbeHandle::new();
        let (sink, tell) = (Rc::clone(&output), Rc::clone(&tell));
        let begin = |stage| ledger.iter().for_each(|ledger| ledger.begin(scope.worker().peek_identifier(), stage));
        flow(inputs, inference, flow_config, &begin)
            .inspect(move |(quad, _, count)| {
                if tell.get() {
                    sink.borrow_mut().push((quad.clone(), *count));
                }
            })
            .probe_with(&probe);
        probe
    });
    for (epoch, work) in (1..).zip(take_work) {
        tell.set(work.tell);
        for (row, count) in work.rows {
            match row {
                Row::Document(document) => documents.update(document, count),
                Row::Refusal(id, refusal) => refusals.update((id, refusal), count),
                Row::Correction(given) => corrections.update(given, count),
            }
        }
        documents.advance_to(epoch);
        refusals.advance_to(epoch);
        corrections.advance_to(epoch);
        documents.flush();
        refusals.flush();
        corrections.flush();
        while probe.less_than(&epoch) {
            // Here models are asked. What another worker does not finish, this one would wait for in vain.
            if alarm.is_rung() || alarm.guard(|| worker.step_or_park(None)).is_none() {
                return;
            }
        }
        if send_rows.send(output.take()).is_err() {
            return;
        }
    }
}
