//! Finding by meaning: a graph's things and documents by what is said around them, and by their words; and what models say of its
//! links. In: a graph that changes, questions. Out: what is found, with why. Never: an index that is not a function of the graph;
//! a model that is loaded before it is asked.

mod anew;
mod asker;
mod catalogue;
mod concepts;
mod linked;
mod models;
mod search;
mod texts;
mod ties;

pub use asker::AskedWith;
pub use concepts::concepts;
pub use search::{By, Found, Search, Target};

use crate::config::Config;
use crate::voice::Voice;
use anyhow::{Context, Result, anyhow};
use asker::Asker;
use catalogue::Catalogue;
use connectors::{Journal, Store};
use kgloom_engine::state::encoder;
use kgloom_numerics::vectors::Encode;
use kgloom_record::record::{DocumentId, Quad};
use kgloom_search::{Concepts, Question};
use linked::Linked;
use ontologies::Ontology;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, Weak};
use texts::Texts;

/// Texts whose directions are remembered.
const QUESTIONS: usize = 256;

/// What is found by meaning in one graph. What it needs is loaded when it is first asked for.
pub struct Meaning {
    store: Weak<Store>,
    config: Config,
    ontology: Arc<Ontology>,
    encoder: OnceLock<Arc<dyn Encode>>,
    asker: OnceLock<Asker>,
    readable: OnceLock<Texts>,
    concepts: OnceLock<Arc<Concepts>>,
    questions: Mutex<BTreeMap<Arc<str>, Question>>,
    catalogue: RwLock<Option<Catalogue>>,
    linked: Mutex<Option<Linked>>,
    /// So that what is slow to load is loaded once.
    loading: Mutex<()>,
    /// The same of what reads questions, which may ask for the graph's own encoder.
    opening: Mutex<()>,
}

impl Meaning {
    /// Lets queries over a graph ask about meaning, and is there to be asked otherwise.
    pub fn over(store: &Arc<Store>, config: &Config, ontology: &Arc<Ontology>) -> Arc<Meaning> {
        let meaning = Arc::new(Meaning {
            store: Arc::downgrade(store),
            config: config.clone(),
            ontology: Arc::clone(ontology),
            encoder: OnceLock::new(),
            asker: OnceLock::new(),
            readable: OnceLock::new(),
            concepts: OnceLock::new(),
            questions: Mutex::default(),
            catalogue: RwLock::new(None),
            linked: Mutex::new(None),
            loading: Mutex::new(()),
            opening: Mutex::new(()),
        });
        store.teach(Arc::clone(&meaning) as Arc<dyn connectors::store::Models>);
        meaning
    }

    /// Says who has the journal open, and who is told how far a reading of its texts is; the first to say so is heard.
    pub fn beside(&self, journal: Option<&Arc<Journal>>, voice: Voice) {
        let _ = self.readable.set(Texts::of(&self.config.state).beside(journal, voice));
    }

    /// Takes in what an epoch did, if anything was asked for yet.
    pub fn follow(&self, quads: &[(Quad, isize)]) {
        let Some(store) = self.store.upgrade() else { return };
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = catalogue.as_mut() {
            // What cannot be followed is made anew when it is asked for again.
            if known.follow(&store, &self.ontology, quads).is_err() {
                *catalogue = None;
            }
        }
        drop(catalogue);
        if let Some(linked) = held(&self.linked).as_mut() {
            linked.follow(quads);
        }
    }

    /// Takes in the texts of documents that changed; `None` for one that went.
    pub fn texts(&self, changed: &[(DocumentId, Option<Arc<str>>)]) {
        if let Some(catalogue) = self.catalogue.write().unwrap_or_else(PoisonError::into_inner).as_mut()
            && catalogue.has_texts
        {
            catalogue.texts(changed);
        }
    }

    /// Lets documents be found by their words too, which `read` gives. It is asked while nothing changes here, so that no epoch
    /// falls between its look and what is told of later ones.
    pub fn learn_texts(&self, read: impl FnOnce() -> Result<Vec<(DocumentId, Option<Arc<str>>)>>) -> Result<()> {
        if self.catalogue()?.as_ref().is_some_and(|catalogue| catalogue.has_texts) {
            return Ok(());
        }
        if let Some(catalogue) = self.catalogue.write().unwrap_or_else(PoisonError::into_inner).as_mut()
            && !catalogue.has_texts
        {
            catalogue.texts(&read()?);
            catalogue.has_texts = true;
        }
        Ok(())
    }

    fn store(&self) -> Result<Arc<Store>> {
        self.store.upgrade().ok_or_else(|| anyhow!("the graph is closed"))
    }

    /// What made the graph's own vectors: the encoder of the model that read the texts.
    pub fn encoder(&self) -> Result<&Arc<dyn Encode>> {
        if self.encoder.get().is_none() {
            let _one = held(&self.loading);
            if self.encoder.get().is_none() {
                // Whoever comes second has the same.
                let _ = self.encoder.set(Arc::from(encoder(&self.config)?));
            }
        }
        self.encoder.get().context("the encoder is loaded")
    }

    /// What reads questions.
    fn asker(&self) -> Result<&Asker> {
        if self.asker.get().is_none() {
            let _one = held(&self.opening);
            if self.asker.get().is_none() {
                let own = || Ok(Arc::clone(self.encoder()?));
                let asker = Asker::open(&self.config.search, (&*self.store()?, self.texts_at_hand()), &own)?;
                let _ = self.asker.set(asker);
            }
        }
        self.asker.get().context("what reads questions is loaded")
    }

    fn texts_at_hand(&self) -> &Texts {
        self.readable.get_or_init(|| Texts::of(&self.config.state))
    }

    /// The direction of a text. A query asks about the same one in each of its rows.
    fn question(&self, text: &str) -> Result<Question> {
        if let Some(known) = held(&self.questions).get(text) {
            return Ok(known.clone());
        }
        let text: Arc<str> = Arc::from(text);
        let question = Question::new(&self.asker()?.encoder.read(&[Some(Arc::clone(&text))], &|_, _| {})?);
        let mut questions = held(&self.questions);
        if questions.len() >= QUESTIONS {
            questions.clear();
        }
        questions.insert(text, question.clone());
        Ok(question)
    }

    /// The classes and relations of the ontology, by which scores are explained.
    fn concepts(&self) -> Result<Arc<Concepts>> {
        if let Some(concepts) = self.concepts.get() {
            return Ok(Arc::clone(concepts));
        }
        let concepts = Arc::new(Concepts::new(concepts(&self.ontology, &[], &*self.asker()?.encoder)?)?);
        Ok(Arc::clone(self.concepts.get_or_init(|| concepts)))
    }

    /// What there is to find.
    fn catalogue(&self) -> Result<RwLockReadGuard<'_, Option<Catalogue>>> {
        let read = || self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let known = read();
        if known.as_ref().is_some_and(|known| !known.is_stale) {
            return Ok(known);
        }
        drop(known);
        let (store, anew) = (self.store()?, self.config.search.makes_anew());
        let contexts = || anew::contexts(&store, self.texts_at_hand(), &*self.asker()?.encoder);
        if anew {
            // Texts are read, and kept, before whoever writes has to wait.
            contexts()?;
        }
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        match catalogue.as_mut() {
            Some(known) if known.is_stale => known.renew(contexts()?.rows(&store)?)?,
            Some(_) => {}
            None if anew => *catalogue = Some(Catalogue::with_rows(&store, contexts()?.rows(&store)?)?),
            None => *catalogue = Some(Catalogue::of(&store)?),
        }
        drop(catalogue);
        Ok(read())
    }

    /// What there is to find, with the words of things.
    fn worded(&self) -> Result<RwLockReadGuard<'_, Option<Catalogue>>> {
        let known = self.catalogue()?;
        if known.as_ref().is_some_and(|catalogue| catalogue.has_words) {
            return Ok(known);
        }
        drop(known);
        let store = self.store()?;
        if let Some(catalogue) = self.catalogue.write().unwrap_or_else(PoisonError::into_inner).as_mut()
            && !catalogue.has_words
        {
            catalogue.learn_words(&store, &self.ontology)?;
        }
        self.catalogue()
    }

    /// The state folder's predictor over the graph.
    fn linked(&self) -> Result<MutexGuard<'_, Option<Linked>>> {
        let mut linked = held(&self.linked);
        if linked.is_none() {
            *linked = Some(Linked::open(&self.config, &self.ontology, &*self.store()?)?);
        }
        Ok(linked)
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
