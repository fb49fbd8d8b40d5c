//! An engine that stays: one thread that writes, any number that read. In: a configuration, then changes and questions. Out: a
//! graph that is there all the time, and word of each epoch. Never: a reader who waits for the writer; an answer to a change
//! before the graph holds it.

mod address;
mod asked;
mod entity;
mod found;
mod index;
mod reading;
mod schema;
mod shared;
mod view;
mod words;
mod writer;

pub use address::{Address, FILE as ADDRESS_FILE, token};
pub use asked::ask;
pub use found::search;
pub use index::Index;

use crate::config::Config;
use crate::corrections::Said;
use crate::exit::{self, Exit};
use crate::meaning::Meaning;
use crate::run::SENT;
use crate::state::{Components, Folder};
use crate::voice::Voice;
use anyhow::Result;
use connectors::source::{Sent, sent};
use connectors::{Incoming, Store};
use kgloom_record::record::DocumentId;
use kgloom_server::engine::{Engine as Port, Epoch, Failure, Readiness, View, Written};
use serde_json::Value;
use shared::{Order, Reply, Shared, held};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;

/// An engine over a state folder.
pub struct Engine {
    shared: Arc<Shared>,
    orders: Sender<Order>,
    writer: Mutex<Option<JoinHandle<Result<()>>>>,
}

impl Engine {
    /// Opens the state folder, and loads it on a thread of its own; then looks at `inputs`, as a run does, and is ready.
    pub fn start(config: &Config, inputs: &[String], voice: Voice) -> Result<Engine> {
        let folder = Folder::open(config)?;
        let root = folder.root(config)?;
        let components = Components::for_folder(config, &folder)?;
        let shared = Arc::new(Shared {
            folder: folder.clone(),
            ontology: Arc::clone(&components.ontology),
            model: components.reader.id().clone(),
            source: config.source.clone(),
            state: config.state.clone(),
            root: root.folder.clone(),
            meaning: Meaning::over(&folder.store, config, &components.ontology),
            index: RwLock::new(None),
            readiness: Mutex::new(Readiness { state: "loading".to_owned(), ..Readiness::default() }),
            listener: Mutex::new(None),
        });
        shared.meaning.beside(Some(&folder.journal), voice);
        // What was whole when the last process ended can be asked at once.
        if folder.is_current()? && folder.journal.epoch() > 0 {
            shared.know()?;
        }
        let (orders, received) = channel();
        let (config, inputs, with) = (config.clone(), inputs.to_vec(), Arc::clone(&shared));
        let writer = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || writer::write((&config, &inputs), (folder, root, components), voice, &with, &received))?;
        Ok(Engine { shared, orders, writer: Mutex::new(Some(writer)) })
    }

    /// Looks at files and folders, as a run does.
    pub fn look_at(&self, inputs: &[String]) {
        self.order(Order::Files(inputs.to_vec()));
    }

    /// Looks at files that changed.
    pub fn changed(&self, paths: BTreeSet<PathBuf>) {
        self.order(Order::Changed(paths));
    }

    /// Where ids of files begin.
    pub fn root(&self) -> Option<&Path> {
        self.shared.root.as_deref()
    }

    /// Finishes the epoch at hand and lets the folder go.
    pub fn stop(&self) -> Result<()> {
        self.order(Order::Stop);
        match held(&self.writer).take().map(JoinHandle::join) {
            None => Ok(()),
            // Who asked it to stop while it loaded knows.
            Some(Ok(Err(error))) if exit::of(&error) == Exit::Interrupted => Ok(()),
            Some(Ok(ended)) => ended,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
    }

    fn order(&self, order: Order) {
        // Where the writer is gone, its readiness says why.
        let _ = self.orders.send(order);
    }

    fn ask(&self, order: impl FnOnce(Reply) -> Order) -> Result<Written, Failure> {
        let (reply, answer) = sync_channel(1);
        self.order(order(reply));
        let gone = |_| Failure::Unavailable(held(&self.shared.readiness).state.clone());
        answer.recv().map_err(gone)?
    }
}

impl Port for Engine {
    fn store(&self) -> Option<Arc<Store>> {
        self.shared.is_known().then(|| Arc::clone(&self.shared.folder.store))
    }

    fn readiness(&self) -> Readiness {
        held(&self.shared.readiness).clone()
    }

    fn receive(&self, id: DocumentId, bytes: Vec<u8>, of: Sent) -> Incoming {
        Incoming { change: sent(id, bytes, of, &self.shared.source), container: SENT.into() }
    }

    fn write(&self, changes: Vec<Incoming>) -> Result<Written, Failure> {
        self.ask(|reply| Order::Write(changes, reply))
    }

    fn correct(&self, correction: &Value) -> Result<Written, Failure> {
        let said: Said = serde_json::from_value(correction.clone())
            .map_err(|error| Failure::Meaningless(format!("this is no correction: {error}")))?;
        self.ask(|reply| Order::Correct(said, reply))
    }

    fn undo(&self, id: &str) -> Result<Written, Failure> {
        self.ask(|reply| Order::Undo(id.to_owned(), reply))
    }

    fn view(&self, view: &View) -> Result<Value, Failure> {
        self.shared.view(view)
    }

    fn listen(&self, listener: Box<dyn Fn(Epoch) + Send + Sync>) {
        *held(&self.shared.listener) = Some(listener);
    }
}
