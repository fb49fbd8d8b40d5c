//! A state folder: its journal and the store that follows it. In: a configuration. Out: both, opened. Never: a store ahead
//! of its journal, or of another one.

use super::beside;
use super::models::ontology;
use crate::error::Error;
use crate::interrupt;
use crate::settings::Settings;
use crate::state::predicted::links_of;
use anyhow::Result;
use connectors::journal::is_there;
use connectors::{Journal, Store};
use kgloom_links::live::DynamicGraph;
use kgloom_record::port::ModelId;
use kgloom_record::record::{Datatype, Iri, Literal, Term, Triple};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The journal and the store of one state folder. Clones are the same folder.
#[derive(Clone)]
pub struct Folder {
    /// Documents and answers: the truth.
    pub journal: Arc<Journal>,
    /// The graph that follows from it.
    pub store: Arc<Store>,
    pub(crate) path: PathBuf,
    /// Whether the store is to be compared with what it should be, whatever it says of itself.
    is_doubted: bool,
}

impl Folder {
    /// Opens the state folder, and makes it if there is none.
    ///
    /// The journal is written first, so a store that is ahead of it means that a part of the journal is lost.
    pub fn open(config: &Settings) -> Result<Folder> {
        let _leavable = interrupt::leavable();
        let path = config.state.join("journal");
        let ontology = ontology(config)?;
        let store = || anyhow::Ok(Store::open(config.state.join("store"))?.with_labels(labels(&ontology)));
        // Where there is no journal, or an empty folder in its place, none must be made beside a graph.
        let beside = if is_there(&path) || !config.state.join("store").is_dir() { None } else { Some(store()?) };
        let check = |store: &Store, epoch: u64| match store.epoch()? {
            Some(ahead) if ahead > epoch => Err(connectors::Error::Behind { path: path.clone(), epoch, store: ahead }),
            _ => Ok(()),
        };
        beside.iter().try_for_each(|store| check(store, 0))?;
        let journal = Journal::open(&path)?;
        let store = beside.map_or_else(store, Ok)?;
        check(&store, journal.epoch())?;
        if is_of_another(&store, journal.epoch(), &journal.content())? {
            let (store, epoch) = (config.state.join("store"), journal.epoch());
            return Err(connectors::Error::Foreign { store, epoch }.into());
        }
        Ok(Folder { journal: Arc::new(journal), store: Arc::new(store), path: config.state.clone(), is_doubted: false })
    }

    /// The same folder, whose store a session compares with what it should be. Nothing is written of the doubt: where the session
    /// does not come that far, the graph stays as it is.
    #[must_use]
    pub fn doubted(self) -> Folder {
        Folder { is_doubted: true, ..self }
    }

    /// Whether the store holds the journal's last epoch, and what is derived from it.
    pub fn is_current(&self) -> Result<bool> {
        self.is_at(self.journal.epoch())
    }

    /// Whether the store holds this epoch, and what is derived from it.
    pub fn is_at(&self, epoch: u64) -> Result<bool> {
        if self.is_doubted {
            return Ok(false);
        }
        let told = self.store.meta("predicted")?.unwrap_or_else(|| beside::NOTHING.to_owned());
        Ok(self.store.epoch()?.unwrap_or(0) == epoch && told == beside::mark(&self.path, epoch)?)
    }

    /// A name for what is derived from the journal's last epoch.
    pub fn mark(&self) -> Result<String> {
        beside::mark(&self.path, self.journal.epoch())
    }

    /// What all documents together say, and what follows, taken into a graph of links.
    pub fn linked(&self, graph: DynamicGraph) -> Result<DynamicGraph> {
        links_of(&self.store, graph)
    }

    /// The model that the graph was read with.
    pub fn model(&self) -> Result<Option<ModelId>> {
        Ok(self.store.meta("model")?.map(|id| ModelId(id.into())))
    }
}

/// Whether a store that is at a journal's epoch was made from another journal, by the name of what this one holds then. Stores
/// of earlier versions do not say what they were made from.
pub(super) fn is_of_another(store: &Store, epoch: u64, content: &str) -> Result<bool> {
    if epoch == 0 || store.epoch()? != Some(epoch) {
        return Ok(false);
    }
    Ok(store.meta(MADE_OF)?.is_some_and(|made_of| made_of != content))
}

/// Where a store says what its journal held at its epoch.
pub(super) const MADE_OF: &str = "journal";

/// A state folder that commands only read must be there.
pub fn must_exist(config: &Settings) -> Result<()> {
    if ["journal", "store"].iter().any(|part| config.state.join(part).is_dir()) {
        return Ok(());
    }
    let path = config.state.display();
    let message = format!("there is no state in \"{path}\"; `kgloom run` makes it, --state names another");
    Err(Error::missing(message).into())
}

pub(crate) fn labels(ontology: &Ontology) -> BTreeMap<Iri, Arc<str>> {
    let classes = ontology.classes().map(|class| (class.iri.clone(), class.label.as_str().into()));
    let relations = ontology.relations().map(|relation| (relation.iri.clone(), relation.label.as_str().into()));
    classes.chain(relations).collect()
}

/// What the ontology says of its classes and relations, as triples.
pub(crate) fn words(ontology: &Ontology) -> Vec<Triple> {
    let mut triples = Vec::new();
    let mut say = |subject: &Iri, relation: &str, object: Term| {
        triples.push(Triple { subject: subject.clone(), relation: Iri::new(relation), object });
    };
    let text = |value: &str| Term::Literal(Literal { value: value.into(), datatype: Datatype::String });
    let name = |iri: &str| Term::Name(Iri::new(iri));
    for class in ontology.classes() {
        say(&class.iri, vocabulary::TYPE, name(OWL_CLASS));
        say(&class.iri, vocabulary::LABEL, text(&class.label));
        if !class.comment.is_empty() {
            say(&class.iri, vocabulary::COMMENT, text(&class.comment));
        }
        class.parents.iter().for_each(|parent| say(&class.iri, SUBCLASS, Term::Name(parent.clone())));
    }
    for relation in ontology.relations() {
        say(&relation.iri, vocabulary::TYPE, name(PROPERTY));
        say(&relation.iri, vocabulary::LABEL, text(&relation.label));
        if !relation.comment.is_empty() {
            say(&relation.iri, vocabulary::COMMENT, text(&relation.comment));
        }
        relation.domain.iter().for_each(|class| say(&relation.iri, DOMAIN_INCLUDES, Term::Name(class.clone())));
        relation.range.iter().for_each(|class| say(&relation.iri, RANGE_INCLUDES, Term::Name(class.clone())));
        relation.inverse.iter().for_each(|inverse| say(&relation.iri, INVERSE, Term::Name(inverse.clone())));
    }
    triples
}

pub(crate) const OWL_CLASS: &str = "http://www.w3.org/2002/07/owl#Class";

pub(crate) const INVERSE: &str = "http://www.w3.org/2002/07/owl#inverseOf";

pub(crate) const PROPERTY: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property";

pub(crate) const SUBCLASS: &str = "http://www.w3.org/2000/01/rdf-schema#subClassOf";

pub(crate) const DOMAIN_INCLUDES: &str = "https://schema.org/domainIncludes";

pub(crate) const RANGE_INCLUDES: &str = "https://schema.org/rangeIncludes";
