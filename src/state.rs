//! The state folder. In: a configuration. Out: the journal and the store that follows it. Never: a graph that is
//! not the one of the journal's documents.

mod counted;
mod live;
mod makers;
mod pins;
mod predicted;
mod replay;
mod root;

pub use counted::Counters;
pub use live::{Live, keep_up};
pub use makers::{Makers, believer};
pub use pins::pinned;
pub use predicted::{Predicted, Predicting, encoder, in_words, predictor};
pub use replay::{quarantined, replay};

use crate::config::{Config, Model};
use crate::exit::Wrong;
use crate::interrupt;
use crate::voice::Voice;
use anyhow::{Context, Result};
use connectors::{Journal, Store};
use kg_models::Extractor;
use kg_models::links::missing::LivingGraph;
use ontologies::Ontology;
use pipeline::port::{ModelId, Reader};
use pipeline::record::{Datatype, Iri, Literal, Term, Triple};
use pipeline::vocabulary;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The journal and the store of one state folder.
pub struct Folder {
    /// Documents and answers: the truth.
    pub journal: Journal,
    /// The graph that follows from it.
    pub store: Arc<Store>,
    path: PathBuf,
}

impl Folder {
    /// Opens the state folder, and makes it if there is none.
    ///
    /// The journal is written first, so a store that is ahead of it means that a part of the journal is lost.
    pub fn open(config: &Config) -> Result<Folder> {
        if config.state.to_str().is_none() {
            let message = format!(
                "the store takes only folders whose names are UTF-8, and \"{}\" is none; --state names another",
                config.state.display()
            );
            return Err(Wrong::usage(message).into());
        }
        let path = config.state.join("journal");
        let ontology = ontology(config)?;
        let store = || anyhow::Ok(Store::open(config.state.join("store"))?.with_labels(labels(&ontology)));
        // Where there is no journal, none must be made beside a graph.
        let beside = if path.is_dir() || !config.state.join("store").is_dir() { None } else { Some(store()?) };
        let check = |store: &Store, epoch: u64| match store.epoch()? {
            Some(ahead) if ahead > epoch => Err(connectors::Error::Behind { path: path.clone(), epoch, store: ahead }),
            _ => Ok(()),
        };
        beside.iter().try_for_each(|store| check(store, 0))?;
        let journal = Journal::open(&path)?;
        let store = beside.map_or_else(store, Ok)?;
        check(&store, journal.epoch())?;
        store.tell(&words(&ontology))?;
        Ok(Folder { journal, store: Arc::new(store), path: config.state.clone() })
    }

    /// Opens a state folder that is there, and brings its graph up to its journal if a run was cut short.
    pub fn open_current(config: &Config, voice: Voice) -> Result<Folder> {
        must_exist(config)?;
        let folder = Folder::open(config)?;
        if folder.is_current()? {
            return Ok(folder);
        }
        let makers = match Makers::for_folder(config, &folder) {
            Ok(makers) => makers,
            // What only reads can do with the graph as it is.
            Err(error) if folder.store.epoch()?.is_some() => {
                voice.warn(&format!("{error:#}"));
                return Ok(folder);
            }
            Err(error) => return Err(error),
        };
        if folder.store.is_durable() {
            voice.note("the graph is not what its documents and predictor ask for; bringing it up to them");
        }
        Ok(Live::start_with(config, folder, voice, makers)?.folder)
    }

    /// The graph of a state folder that is there, also where its journal is damaged or lost: then as it last was, which is
    /// said.
    pub fn graph(config: &Config, voice: Voice) -> Result<Arc<Store>> {
        let error = match Folder::open_current(config, voice) {
            Ok(folder) => return Ok(folder.store),
            Err(error) => error,
        };
        use connectors::Error::{Behind, Damaged};
        let damaged = error.chain().any(|cause| matches!(cause.downcast_ref(), Some(Damaged { .. } | Behind { .. })));
        let path = config.state.join("store");
        if !damaged || !path.is_dir() {
            return Err(error);
        }
        let Ok(store) = Store::open(path) else { return Err(error) };
        let Some(epoch) = store.epoch()? else { return Err(error) };
        voice.warn(&format!("{error:#}; this is the graph as it was at epoch {epoch}"));
        Ok(Arc::new(store.with_labels(labels(&*ontology(config)?))))
    }

    /// Brings the graph up to the journal, unless it is there; says how often the model was asked for it.
    pub fn follow(self, config: &Config, voice: Voice, makers: Makers) -> Result<(Folder, Arc<Counters>)> {
        if self.is_current()? {
            return Ok((self, Arc::default()));
        }
        let live = Live::start_with(config, self, voice, makers)?;
        Ok((live.folder, live.counters))
    }

    /// Whether the store holds the journal's last epoch, and the predictions that go with it.
    pub fn is_current(&self) -> Result<bool> {
        let epoch = self.journal.epoch();
        let predicted = self.store.meta("predicted")?.unwrap_or_else(|| predicted::NOTHING.to_owned());
        Ok(self.store.epoch()?.unwrap_or(0) == epoch && predicted == self.mark()?)
    }

    /// A name for the predictions that go with the journal's last epoch.
    pub fn mark(&self) -> Result<String> {
        Predicting::mark(&self.path, self.journal.epoch())
    }

    /// What all documents together say, and what follows, taken into a graph of links.
    pub fn linked(&self, mut graph: LivingGraph) -> Result<LivingGraph> {
        for triple in self.store.stated() {
            graph.apply(&triple?, true);
        }
        for triple in self.store.entailed() {
            graph.apply_entailed(&triple?, true);
        }
        Ok(graph)
    }

    /// The model that the graph was read with.
    pub fn model(&self) -> Result<Option<ModelId>> {
        Ok(self.store.meta("model")?.map(|id| ModelId(id.into())))
    }
}

/// A state folder that commands only read must be there.
pub fn must_exist(config: &Config) -> Result<()> {
    if ["journal", "store"].iter().any(|part| config.state.join(part).is_dir()) {
        return Ok(());
    }
    let path = config.state.display();
    let message = format!("there is no state in \"{path}\"; `kgloom run` makes it, --state names another");
    Err(Wrong::missing(message).into())
}

/// The bundled ontology with the user's files.
pub fn ontology(config: &Config) -> Result<Arc<Ontology>> {
    let bundled = Ontology::bundled();
    let whole = bundled.with_files(&config.ontology).context("the ontology is wrong")?;
    Ok(Arc::new(whole))
}

/// The reader that the configuration names, of what an ontology declares.
pub fn reader(config: &Config, ontology: &Ontology) -> Result<Arc<dyn Reader>> {
    match config.model {
        Model::Toy => Ok(Arc::new(pipeline::toy::ToyReader::default())),
        _ => Ok(Arc::new(extractor_of(config, ontology)?.until(interrupt::asked))),
    }
}

/// The extractor that the configuration names; the toy is none.
pub fn extractor(config: &Config) -> Result<Extractor> {
    extractor_of(config, ontology(config)?.as_ref())
}

fn extractor_of(config: &Config, ontology: &Ontology) -> Result<Extractor> {
    let extractor = match &config.model {
        Model::Bundled => Extractor::bundled_with(config.precision)?,
        Model::Folder(path) => Extractor::load_with(path, config.precision)?,
        Model::Toy => return Err(Wrong::usage("the toy has rules, and nothing that could be scored").into()),
    };
    Ok(extractor.with_date_order(config.date_order).with_ontology(ontology)?)
}

fn labels(ontology: &Ontology) -> BTreeMap<Iri, Arc<str>> {
    let classes = ontology.classes().map(|class| (class.iri.clone(), class.label.as_str().into()));
    let relations = ontology.relations().map(|relation| (relation.iri.clone(), relation.label.as_str().into()));
    classes.chain(relations).collect()
}

/// What the ontology says of its classes and relations, as triples.
fn words(ontology: &Ontology) -> Vec<Triple> {
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

const OWL_CLASS: &str = "http://www.w3.org/2002/07/owl#Class";
const INVERSE: &str = "http://www.w3.org/2002/07/owl#inverseOf";
const PROPERTY: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property";
const SUBCLASS: &str = "http://www.w3.org/2000/01/rdf-schema#subClassOf";
const DOMAIN_INCLUDES: &str = "https://schema.org/domainIncludes";
const RANGE_INCLUDES: &str = "https://schema.org/rangeIncludes";
