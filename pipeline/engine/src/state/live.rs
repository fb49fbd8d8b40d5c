//! A session over a state folder. In: changes. Out: a journal, then a graph, that hold them.
//! Never: a graph ahead of its journal, or a text read twice.

use super::beside;
use super::counted::{CountedMemory, CountedReader};
use super::derived::Derived;
use super::folder::{MADE_OF, words};
use super::replay::{Edited, find_deadly, replay, set_aside};
use super::{Components, Counters, Folder};
use crate::error::{Error, panicked};
use crate::interrupt;
use crate::patience::until_done;
use crate::settings::Settings;
use anyhow::Result;
use connectors::{Incoming, Journal};
use kgloom_flow::session::{Delta, Session};
use kgloom_record::port::ModelId;
use kgloom_record::record::{Change, DocumentId, Quad};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What came of an epoch, told as soon as the store holds it.
pub struct Told<'a> {
    /// Its number.
    pub epoch: u64,
    /// What came and went.
    pub quads: &'a [(Quad, isize)],
    /// Documents that were put, deleted and refused with it; none where what is derived followed.
    pub documents: [u64; 3],
    /// The texts of documents that changed; none of those that went.
    pub texts: &'a [(DocumentId, Option<Arc<str>>)],
    /// Since the epoch began.
    pub took: Duration,
}

/// Who is told.
pub type Listener = Box<dyn FnMut(&Told<'_>) + Send>;

/// An epoch on its way into the store.
struct Writing {
    thread: JoinHandle<Result<(), connectors::Error>>,
    epoch: u64,
    delta: Arc<Delta>,
    documents: [u64; 3],
    texts: Vec<(DocumentId, Option<Arc<str>>)>,
    began: Instant,
}

/// A session over a state folder.
pub struct Live {
    /// The journal and the store.
    pub folder: Folder,
    /// How often the model was asked.
    pub counters: Arc<Counters>,
    session: Session,
    model: ModelId,
    settings: String,
    filter: String,
    derived: Vec<Box<dyn Derived>>,
    /// Why no epoch is taken in any more.
    used_up: Option<String>,
    /// The epoch that is on its way into the store, while the next one is read.
    writing: Option<Writing>,
    listener: Option<Listener>,
}

impl Live {
    /// Starts a session, feeds it all that the journal holds, and repairs the store where it is not the same.
    pub fn start(config: &Settings, folder: Folder) -> Result<Live> {
        let components = Components::for_folder(config, &folder)?;
        Live::start_with(config, folder, components)
    }

    /// The same, with what turns documents into a graph.
    pub fn start_with(config: &Settings, folder: Folder, components: Components) -> Result<Live> {
        Live::start_before(config, folder, components, None)
    }

    /// The same; where the store is what it should be before an edit that the journal holds already, the session is fed what
    /// was before, and then the edit, so that the store need not be compared with all that it holds.
    pub fn start_before(
        config: &Settings,
        folder: Folder,
        components: Components,
        edited: Option<&Edited>,
    ) -> Result<Live> {
        let leavable = interrupt::leavable();
        // Not before the graph is known to be made with this ontology.
        folder.store.tell(&words(&components.ontology))?;
        let counters = Arc::<Counters>::default();
        let model = components.reader.id().clone();
        let (settings, filter) = (components.settings(), components.filter_id());
        let memory = folder.journal.memory(&model);
        let marks = memory.clone();
        let memory = Arc::new(CountedMemory { memory, counters: Arc::clone(&counters) });
        let reader = Arc::new(CountedReader { reader: components.reader, marks, counters: Arc::clone(&counters) });
        let session = Session::start(Components { reader, ..components }.session(memory, config.workers));
        let derived = beside::open(config, &model)?;
        let mut live = Live {
            folder,
            counters,
            session,
            model,
            settings,
            filter,
            derived,
            used_up: None,
            writing: None,
            listener: None,
        };
        drop(leavable);
        live.load(config, edited)?;
        Ok(live)
    }

    /// Takes in one epoch: first the journal, on disk; then the session; then the store, in one transaction, which may
    /// still be under way when this returns: [`Live::flush`] waits for it. What is derived follows when it is called.
    ///
    /// # Errors
    /// An error, here or where an epoch is waited for, uses the session up: no later epoch is taken in, since the store would lack
    /// the one before. The journal has what it has; a new session begins from there. Only where the journal wants open files, and
    /// nothing was written, the session goes on.
    pub fn step(&mut self, changes: Vec<Incoming>) -> Result<Arc<Delta>> {
        if let Some(reason) = &self.used_up {
            return Err(Error::UsedUp(reason.clone()).into());
        }
        let epoch = self.folder.journal.epoch() + 1;
        let gone = going(&self.folder.journal, &changes)?;
        let appended = self.folder.journal.append(epoch, &changes);
        if let Err(error) = &appended
            && error.wants_files()
            && self.folder.journal.epoch() < epoch
        {
            // Nothing of it was written, and the next one may be.
            return Err(appended.map_or_else(Into::into, |()| Error::Closed.into()));
        }
        self.or_used_up(|live| {
            appended?;
            live.follow(epoch, (changes.into_iter().map(|incoming| incoming.change).collect(), gone))
        })
    }

    /// Whether no epoch is taken in any more.
    pub fn is_used_up(&self) -> bool {
        self.used_up.is_some()
    }

    fn or_used_up<T>(&mut self, work: impl FnOnce(&mut Live) -> Result<T>) -> Result<T> {
        let done = work(self);
        if let Err(error) = &done {
            self.used_up = Some(format!("{error:#}"));
        }
        done
    }

    /// Takes an epoch that the journal holds into the session and the store.
    fn follow(&mut self, epoch: u64, (changes, gone): (Vec<Change>, u64)) -> Result<Arc<Delta>> {
        let began = Instant::now();
        let count = |of: fn(&Change) -> bool| changes.iter().filter(|change| of(change)).count() as u64;
        let documents = [
            count(|change| matches!(change, Change::Put(_))),
            gone,
            count(|change| matches!(change, Change::Refuse(..))),
        ];
        // Nobody else listens to what documents say.
        let heard = self.listener.as_ref().map_or(&[][..], |_| &changes);
        let texts = heard.iter().filter_map(text).collect();
        let changed: Vec<(DocumentId, bool)> = changes.iter().filter_map(document).collect();
        let quarantine = self.folder.journal.quarantine()?;
        let changes = changes.into_iter().map(|change| set_aside(&quarantine, change)).collect();
        let delta = Arc::new(self.session.step(changes)?);
        self.written()?;
        self.derived.iter_mut().for_each(|derived| derived.absorb(&delta.quads));
        let (store, written, meta) = (Arc::clone(&self.folder.store), Arc::clone(&delta), self.meta());
        let write = move || {
            let meta = meta.each_ref().map(|(key, value)| (*key, value.as_str()));
            until_done(|| store.apply_documents((epoch, &changed), &written.quads, &meta))
        };
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(write)?;
        self.writing = Some(Writing { thread, epoch, delta: Arc::clone(&delta), documents, texts, began });
        Ok(delta)
    }

    /// Waits until the store holds every epoch, and what is derived from the last.
    pub fn flush(&mut self) -> Result<()> {
        self.settle()?;
        Ok(until_done(|| self.folder.store.flush())?)
    }

    /// The same, but for what is not on disk yet of the store: the journal is, and the store follows from it.
    pub fn settle(&mut self) -> Result<()> {
        if self.used_up.is_some() {
            // What is derived may have been told by half: whoever opens the folder next sees that it is behind.
            return self.written();
        }
        self.or_used_up(Live::tell_derived)
    }

    fn tell_derived(&mut self) -> Result<()> {
        self.written()?;
        if !self.derived.is_empty() {
            let mut change = Vec::new();
            for derived in &mut self.derived {
                change.extend(derived.change(&self.folder.store)?);
            }
            let epoch = self.folder.journal.epoch();
            let mark = until_done(|| self.folder.mark())?;
            let come = change.iter().filter(|(_, count)| *count > 0).count();
            tracing::debug!("beside the graph: {come} quads came, {} went", change.len() - come);
            let began = Instant::now();
            until_done(|| self.folder.store.apply(epoch, &change, &[("predicted", &mark)]))?;
            if let Some(listener) = self.listener.as_mut().filter(|_| !change.is_empty()) {
                listener(&Told { epoch, quads: &change, documents: [0; 3], texts: &[], took: began.elapsed() });
            }
        }
        Ok(())
    }

    /// From now on tells of each epoch, as soon as the store holds it.
    pub fn listen(&mut self, listener: Listener) {
        self.listener = Some(listener);
    }

    fn written(&mut self) -> Result<()> {
        let Some(Writing { thread, epoch, delta, documents, texts, began }) = self.writing.take() else {
            return Ok(());
        };
        match thread.join() {
            Ok(written) => written?,
            Err(panic) => return Err(panicked(&*panic).into()),
        }
        if let Some(listener) = &mut self.listener {
            listener(&Told { epoch, quads: &delta.quads, documents, texts: &texts, took: began.elapsed() });
        }
        Ok(())
    }

    /// What a change would do to the graph; it is not written, and the session is used up.
    pub fn step_without_writing(mut self, change: Change) -> Result<Delta> {
        Ok(self.session.step(vec![change])?)
    }

    /// The model that reads.
    pub fn model(&self) -> &ModelId {
        &self.model
    }

    /// What a store says of itself when it is brought to the journal's epoch.
    fn meta(&self) -> [(&'static str, String); 4] {
        let (settings, model, filter) = (self.settings.clone(), self.model.to_string(), self.filter.clone());
        let made_of = self.folder.journal.content();
        [("settings", settings), ("model", model), ("filter", filter), (MADE_OF, made_of)]
    }

    fn load(&mut self, config: &Settings, edited: Option<&Edited>) -> Result<()> {
        {
            let _leavable = interrupt::leavable();
            self.folder.journal.check()?;
            find_deadly(&self.folder, &self.model)?;
        }
        let settings = self.folder.store.meta("settings")?;
        let same_settings = settings.as_deref() == Some(&self.settings);
        let edited = edited.filter(|_| same_settings);
        let right = same_settings && (edited.is_some() || self.folder.is_current()?);
        let epoch = self.folder.journal.epoch();
        // A store that is new says nothing of what it was made with.
        if !same_settings && settings.is_some() && epoch > 0 {
            tracing::info!("ontology, model, filter or version are new; building the graph again from the journal");
        }
        let mut wanted = BTreeSet::new();
        let off = self.derived.is_empty();
        let derived = &mut self.derived;
        let mut keep = |delta: Delta| {
            derived.iter_mut().for_each(|derived| derived.absorb(&delta.quads));
            if !right {
                keep_up(&mut wanted, delta);
            }
        };
        let keep: Option<&mut dyn FnMut(Delta)> = if right && off { None } else { Some(&mut keep) };
        replay(&self.folder, (&mut self.session, &self.model), config.epoch_documents, (keep, edited))?;
        if right {
            self.derived.iter_mut().for_each(|derived| derived.is_told());
            if edited.is_none() && epoch > 0 && self.folder.store.meta(MADE_OF)?.is_none() {
                // A store of an earlier version.
                self.folder.store.apply(epoch, &[], &[(MADE_OF, &self.folder.journal.content())])?;
            }
            if let Some(edited) = edited {
                self.follow(epoch, (edited.changes.clone(), edited.gone()))?;
                self.flush()?;
            }
            return Ok(());
        }
        let _leavable = interrupt::leavable();
        for derived in &mut self.derived {
            wanted.extend(derived.all()?);
        }
        let wanted: Vec<Quad> = wanted.into_iter().collect();
        let ([settings, model, filter, made_of], mark) = (self.meta(), self.folder.mark()?);
        let meta = [settings, model, filter, made_of, ("predicted", mark)];
        let meta = meta.each_ref().map(|(key, value)| (*key, value.as_str()));
        let live = self.folder.journal.live().map(|entry| entry.map(|(id, _)| id));
        self.folder.store.date(epoch, &live.collect::<Result<_, _>>()?)?;
        let repair = self.folder.store.repair(epoch, &wanted, &meta)?;
        if epoch > 0 {
            tracing::debug!("the store was repaired: {} quads added, {} removed", repair.added, repair.removed);
        }
        Ok(())
    }
}

/// The document that a change is about, and whether it is a text afterwards.
fn document(change: &Change) -> Option<(DocumentId, bool)> {
    match change {
        Change::Put(document) => Some((document.id.clone(), true)),
        Change::Refuse(id, _) | Change::Delete(id) => Some((id.clone(), false)),
        Change::Corrections(_) => None,
    }
}

/// The text that a document has now, or that it has none.
fn text(change: &Change) -> Option<(DocumentId, Option<Arc<str>>)> {
    match change {
        Change::Put(document) => Some((document.id.clone(), Some(Arc::clone(&document.text)))),
        Change::Refuse(id, _) | Change::Delete(id) => Some((id.clone(), None)),
        Change::Corrections(_) => None,
    }
}

/// Applies a change of the graph to the graph.
pub fn keep_up(graph: &mut BTreeSet<Quad>, delta: Delta) {
    for (quad, count) in delta.quads {
        if count > 0 {
            graph.insert(quad);
        } else {
            graph.remove(&quad);
        }
    }
}

/// How many documents go with changes that a journal has not taken yet; a refusal that goes is no document.
///
/// # Errors
/// Where the journal cannot be read.
pub fn going(journal: &Journal, changes: &[Incoming]) -> Result<u64, connectors::Error> {
    let mut documents = 0;
    for incoming in changes {
        if let Change::Delete(id) = &incoming.change {
            documents += u64::from(matches!(journal.lookup(id)?, Some(connectors::Live::Text { .. })));
        }
    }
    Ok(documents)
}
