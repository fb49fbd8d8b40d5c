//! What turns documents into a graph, as the configuration names it. In: a configuration. Out: ontology, reader, filter and
//! typer, and a hash of all that they decide. Never: a filter over a reader that it was not made for.

use super::types::typer;
use super::{ontology, reader};
use crate::error::Error;
use crate::settings::{FilterChoice, Settings};
use anyhow::{Context, Result};
use kgloom_filter::{GraphFilter, TripleClassifier};
use kgloom_flow::session;
use kgloom_record::port::{Filter, Memory, ModelId, Reader, Typer};
use kgloom_record::record::ContentHash;
use ontologies::Ontology;
use std::sync::Arc;

/// What a graph holds beside facts; another word makes the graphs of earlier programs anew from their journals.
const GRAPH: &str =
    "with contexts; classes of a name by topic; names that say too little; wives, and towns of one name";

/// Ontology, reader, filter and typer.
#[derive(Clone)]
pub struct Components {
    /// What may be said.
    pub ontology: Arc<Ontology>,
    /// What reads.
    pub reader: Arc<dyn Reader>,
    /// What believes; none where it is turned off, or none is there for this reader.
    pub filter: Option<Arc<dyn Filter>>,
    /// What tells classes of one's own; none before `kgloom train types`.
    pub typer: Option<Arc<dyn Typer>>,
}

impl Components {
    /// What the configuration names.
    pub fn open(config: &Settings) -> Result<Components> {
        Components::of(config, ontology(config)?)
    }

    /// What the configuration names, over another ontology.
    pub fn of(config: &Settings, ontology: Arc<Ontology>) -> Result<Components> {
        let untyped = Components::untyped(config, ontology)?;
        let typer = typer(&config.state, untyped.reader.id())?;
        Ok(Components { typer, ..untyped })
    }

    /// The same without a typer.
    pub fn untyped(config: &Settings, ontology: Arc<Ontology>) -> Result<Components> {
        let reader = reader(config, &ontology)?;
        ontology.warnings().iter().for_each(|warning| tracing::warn!("{warning}"));
        let filter = classifier(config, reader.id())?.map(|classifier| Arc::new(classifier) as Arc<dyn Filter>);
        Ok(Components { ontology, reader, filter, typer: None })
    }

    /// The filter's name.
    pub fn filter_id(&self) -> String {
        self.filter.as_ref().map_or_else(|| "none".to_owned(), |filter| filter.id().to_string())
    }

    /// A hash of all that decides the graph beside the journal: rules, models and the program's version.
    pub fn settings(&self) -> String {
        let (version, model, filter) = (env!("CARGO_PKG_VERSION"), self.reader.id(), self.filter_id());
        let ontology = self.ontology.canonical();
        let types = self.typer.as_ref().map_or_else(String::new, |typer| format!("\ntypes {}", typer.id()));
        let all = format!("kgloom {version} {GRAPH}\nmodel {model}\nfilter {filter}{types}\n{ontology}");
        ContentHash::of(&all).to_string()
    }

    /// A session of these, with a memory of what the reader said.
    pub fn session(self, memory: Arc<dyn Memory>, workers: usize) -> session::Settings {
        let Components { ontology, reader, filter, typer } = self;
        session::Settings { reader, memory, ontology, filter, typer, workers }
    }
}

/// The filter that the configuration names, at the precision that it asks for.
pub fn classifier(config: &Settings, reader: &ModelId) -> Result<Option<TripleClassifier>> {
    let filter = match &config.filter {
        FilterChoice::Off => return Ok(None),
        FilterChoice::Folder(path) => GraphFilter::read(path).context("the graph filter cannot be read")?,
        FilterChoice::Default => GraphFilter::bundled()?,
    };
    let classifier = TripleClassifier::new(filter, config.keep_precision)?;
    // How dates are read, and what an ontology has read besides, says nothing of how well the rest is.
    if reader.0.split(", ").next() == Some(classifier.reader()) {
        return Ok(Some(classifier));
    }
    let made_for = classifier.reader();
    match (&config.filter, config.keep_precision) {
        (FilterChoice::Default, None) => Ok(None),
        (FilterChoice::Default, Some(_)) => {
            let message = format!(
                "--keep-precision asks a graph filter; the bundled one was made for {made_for}, and {reader} reads; \
                 `kgloom train filter --gold` makes one for it"
            );
            Err(Error::settings(message).into())
        }
        _ => {
            let message = format!("the graph filter was made for {made_for}, and {reader} reads");
            Err(Error::settings(message).into())
        }
    }
}
