//! An engine over a folder: one thread that writes, any number that read. In: settings, then changes and questions. Out: a graph
//! that is there all the time, and word of each epoch. Never: a reader who waits for the writer; an answer to a change before the
//! graph holds it.

use crate::corrections::Said;
use crate::error::{Error, panicked};
use crate::explain::{Why, why};
use crate::interrupt;
use crate::orders::{Deltas, Doing, Listener, Order, Readiness, Reply, Written};
use crate::run::EMBEDDED;
use crate::settings::Settings;
use crate::shared::{Shared, held};
use crate::snapshot::Snapshot;
use crate::state::{Components, Folder, pinned};
use crate::terms::Wanted;
use crate::verify::Verified;
use crate::writer;
use connectors::source::{Root, Sent, sent};
use connectors::{Incoming, MAX_ID_BYTES};
use kgloom_record::port::{ModelId, Reader};
use kgloom_record::record::{Change, Document, DocumentId};
use ontologies::Ontology;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{JoinHandle, sleep};
use std::time::Duration;

/// Facts that are explained at once, where names may mean several.
const EXPLAINED: usize = 5;
/// How long loading is waited for where somebody asked to stop, and how often it is looked whether it has ended.
const PATIENCE: u32 = 50;
const LOOK: Duration = Duration::from_millis(20);

/// A folder that is open, and not loaded yet: what it holds can be asked, as of the last whole epoch.
pub struct Opened {
    settings: Settings,
    folder: Folder,
    root: Root,
    components: Components,
}

impl Opened {
    /// Opens the folder of these settings, and makes it where there is none. What its graph was made with stands over what the
    /// settings do not name.
    ///
    /// # Errors
    /// Where another process has it, it is damaged, or its graph was made otherwise than the settings name.
    pub fn new(settings: Settings) -> Result<Opened, Error> {
        let settings = pinned(settings)?;
        let folder = Folder::open(&settings)?;
        let root = folder.root(&settings)?;
        let components = Components::for_folder(&settings, &folder)?;
        Ok(Opened { settings, folder, root, components })
    }

    /// Reads texts with a reader of one's own. What it says is remembered under its id, and the graph is made anew where another one
    /// read before; the folder does not remember it, so it is brought each time.
    #[must_use]
    pub fn with_reader(mut self, reader: Arc<dyn Reader>) -> Opened {
        self.components.reader = reader;
        self
    }

    /// The journal and the graph.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// What may be said.
    pub fn ontology(&self) -> &Arc<Ontology> {
        &self.components.ontology
    }

    /// The model that reads.
    pub fn model(&self) -> &ModelId {
        self.components.reader.id()
    }

    /// Loads the graph on a thread of its own, then reads `inputs`, files and folders, and is ready for changes. Those that are asked
    /// for before wait.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(self, inputs: &[String], listener: Option<Arc<dyn Listener>>) -> Result<Engine, Error> {
        let Opened { settings, folder, root, components } = self;
        let shared = Arc::new(Shared {
            folder: folder.clone(),
            ontology: Arc::clone(&components.ontology),
            model: components.reader.id().clone(),
            source: settings.source.clone(),
            root: root.folder.clone(),
            listener,
            readiness: Mutex::default(),
            changed: Condvar::new(),
            subscribers: Mutex::default(),
        });
        let (orders, received) = channel();
        let (inputs, with) = (inputs.to_vec(), Arc::clone(&shared));
        let write = move || {
            let work = || writer::write((&settings, &inputs), (folder, root, components), &with, &received);
            let ended = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(&*panic).into()));
            with.ended(&ended);
            ended
        };
        let writer = std::thread::Builder::new().name("writer".to_owned()).spawn(write).map_err(anyhow::Error::new)?;
        Ok(Engine { shared, orders, writer: Mutex::new(Some(writer)) })
    }
}

/// An engine over a folder.
///
/// Changes go through one thread, one after the other: whoever asks for one waits until the graph holds it and the journal has it on
/// disk; changes that wait together become one epoch. Readers wait for nobody. All methods take `&self`, so that threads may share
/// an engine.
///
/// An error of the engine itself (a full disk, a model that fails, a panic) uses it up: from then on every change fails with
/// [`Error::UsedUp`], while what was written can still be read. Nothing is half written, and opening the folder again resumes. A want of open files does not use it up: what needs one is tried again,
/// or fails alone. What is
/// merely wrong with a request (a name that nobody bears, a correction that contradicts another) is an error of that request alone,
/// and a text that cannot be taken is refused: [`Written::refused`].
///
/// It is closed when it is dropped.
pub struct Engine {
    shared: Arc<Shared>,
    orders: Sender<Order>,
    writer: Mutex<Option<JoinHandle<anyhow::Result<()>>>>,
}

impl Engine {
    /// Opens the folder of these settings, makes it where there is none, and returns when its graph is loaded.
    ///
    /// # Errors
    /// As [`Opened::new`], and where the graph cannot be loaded.
    pub fn open(settings: Settings) -> Result<Engine, Error> {
        let engine = Opened::new(settings)?.start(&[], None)?;
        let doing = engine.shared.wait(|doing| *doing == Doing::Ready || doing.is_over());
        if doing.is_over() {
            // The thread's own error says more than its words.
            engine.join()?;
            return Err(engine.shared.reason());
        }
        Ok(engine)
    }

    /// Puts a plain text under an id, in place of the one that was there.
    ///
    /// # Errors
    /// Where an id has no byte or more than 4096, and where the engine is used up.
    pub fn put(&self, id: &str, text: &str) -> Result<Written, Error> {
        let id = DocumentId::new(id);
        let change = sent(id, text.as_bytes().to_vec(), Sent::Text, &self.shared.source);
        self.write(vec![Incoming { change, container: EMBEDDED.into() }])
    }

    /// Takes a document out. Where there is none of this id, [`Written::tally`] counts none.
    ///
    /// # Errors
    /// As [`Engine::put`].
    pub fn delete(&self, id: &str) -> Result<Written, Error> {
        self.write(vec![Incoming { change: Change::Delete(DocumentId::new(id)), container: EMBEDDED.into() }])
    }

    /// Takes in changes of documents, all in one epoch; of several to one id the last counts.
    ///
    /// # Errors
    /// As [`Engine::put`].
    pub fn write(&self, changes: Vec<Incoming>) -> Result<Written, Error> {
        for Incoming { change, .. } in &changes {
            let (Change::Put(Document { id, .. }) | Change::Refuse(id, _) | Change::Delete(id)) = change else {
                return Err(Error::meaningless("corrections are made one by one"));
            };
            if !(1..=MAX_ID_BYTES).contains(&id.as_str().len()) {
                return Err(Error::meaningless(format!("an id has 1 to {MAX_ID_BYTES} bytes")));
            }
        }
        self.ask(|reply| Order::Write(changes, reply))
    }

    /// Takes in what a user says against texts, or beside them.
    ///
    /// # Errors
    /// Where nobody is called so, where the ontology or an earlier correction forbids it, and where the engine is used up.
    pub fn correct(&self, said: Said) -> Result<Written, Error> {
        self.ask(|reply| Order::Correct(said, reply))
    }

    /// Takes a correction back, by its id or the beginning of it.
    ///
    /// # Errors
    /// Where there is none of this id, or several, and where the engine is used up.
    pub fn undo(&self, id: &str) -> Result<Written, Error> {
        self.ask(|reply| Order::Undo(id.to_owned(), reply))
    }

    /// The epoch that the graph is at: the number of changes that it has seen.
    ///
    /// # Errors
    /// Where the store cannot be read, or is not loaded yet.
    pub fn epoch(&self) -> Result<u64, Error> {
        Ok(self.reader()?.epoch())
    }

    /// The graph as it is now, for as long as it is kept. It waits for nobody.
    ///
    /// # Errors
    /// As [`Engine::epoch`].
    pub fn reader(&self) -> Result<Snapshot, Error> {
        Snapshot::of(&self.shared.folder.store)
    }

    /// Each epoch from now on, as soon as the graph holds it.
    pub fn subscribe(&self) -> Deltas {
        self.shared.subscribe()
    }

    /// Why facts are there: the sentences that they were read from, the rules that they follow by, or what speaks for a prediction.
    /// Names are labels, `CLASS:NAME`, IRIs or prefixed names. No model is asked; the journal remembers what was said.
    ///
    /// # Errors
    /// Where a name means nothing, and where the graph does not hold the fact; the sentence says what comes nearest, or why it was
    /// refused.
    pub fn why(&self, subject: &str, relation: &str, object: &str) -> Result<Vec<Why>, Error> {
        let Shared { folder, model, ontology, .. } = &*self.shared;
        let [subject, relation, object] = [subject, relation, object].map(|name| Some(name.to_owned()));
        Ok(why(folder, (model, ontology), &Wanted { subject, relation, object }, EXPLAINED)?)
    }

    /// Builds the graph anew from the journal, and compares it with the one that is kept. Changes wait meanwhile, readers do not.
    ///
    /// # Errors
    /// Where it cannot be built, and where the engine is used up.
    pub fn verify(&self) -> Result<Verified, Error> {
        self.ask(Order::Verify)
    }

    /// Looks at files and folders; what came from files within them that are gone goes, and what came from files in the folders
    /// `left`, which are followed no more, unless it is met within the others. Does not wait.
    pub fn look_at(&self, inputs: &[String], left: &[PathBuf]) {
        self.order(Order::Files(inputs.to_vec(), left.to_vec()));
    }

    /// Looks at files that changed. Does not wait.
    pub fn changed(&self, paths: BTreeSet<PathBuf>) {
        self.order(Order::Changed(paths));
    }

    /// How far it is.
    pub fn readiness(&self) -> Readiness {
        held(&self.shared.readiness).clone()
    }

    /// The journal and the graph as it is now; of a query all is of one epoch, of several each may be of another.
    pub fn folder(&self) -> &Folder {
        &self.shared.folder
    }

    /// Where ids of files begin.
    pub fn root(&self) -> Option<&Path> {
        self.shared.root.as_deref()
    }

    /// Finishes what is under way and brings all to disk; what is asked for later fails. Others may open the folder when the
    /// engine is dropped. Loading and reading are left off only where somebody asked to stop ([`crate::interrupt`]); loading at once
    /// then, so that the folder is held until the process ends.
    ///
    /// # Errors
    /// What ended the engine before, if something did and nobody was told.
    pub fn close(&self) -> Result<(), Error> {
        self.order(Order::Stop);
        if self.is_left_off() {
            return Ok(());
        }
        match self.join() {
            // Who asked it to stop while it loaded knows.
            Err(Error::Interrupted) => Ok(()),
            ended => ended,
        }
    }

    /// Waits for the end of the thread that writes; where somebody asked to stop, and what it does may be left off, not for long.
    fn is_left_off(&self) -> bool {
        let mut looks = 0;
        let is_over = |writer: &Option<JoinHandle<_>>| writer.as_ref().is_none_or(JoinHandle::is_finished);
        while interrupt::signalled() && !is_over(&held(&self.writer)) {
            looks = if interrupt::may_be_left() { looks + 1 } else { 0 };
            if looks > PATIENCE {
                held(&self.writer).take();
                return true;
            }
            sleep(LOOK);
        }
        false
    }

    fn join(&self) -> Result<(), Error> {
        let ended = held(&self.writer).take().map(JoinHandle::join);
        ended.map_or(Ok(()), |ended| Ok(ended.unwrap_or_else(|panic| Err(panicked(&*panic).into()))?))
    }

    fn order(&self, order: Order) {
        // Where the writer is gone, it has said why.
        let _ = self.orders.send(order);
    }

    fn ask<T>(&self, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, Error> {
        let (reply, answer) = sync_channel(1);
        self.order(order(reply));
        answer.recv().unwrap_or_else(|_| Err(self.shared.reason()))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Who wants to know how it ended closes it.
        let _ = self.close();
    }
}
