//! What the configuration names: the ontology, the reader. In: a configuration. Out: both. Never: the state folder.

use crate::config::{Config, Model};
use crate::exit::CliError;
use crate::interrupt;
use anyhow::{Context as _, Result};
use kgloom_reader::Extractor;
use kgloom_record::port::Reader;
use ontologies::Ontology;
use std::sync::Arc;

/// The bundled ontology with the user's files.
pub fn ontology(config: &Config) -> Result<Arc<Ontology>> {
    let bundled = Ontology::bundled();
    let whole = bundled.with_files(&config.ontology).context("the ontology is wrong")?;
    Ok(Arc::new(whole))
}

/// The reader that the configuration names, of what an ontology declares.
pub fn reader(config: &Config, ontology: &Ontology) -> Result<Arc<dyn Reader>> {
    match config.model {
        Model::Toy => Ok(Arc::new(kgloom_flow::toy::ToyReader::default())),
        _ => Ok(Arc::new(extractor_of(config, ontology)?.until(interrupt::asked))),
    }
}

/// The extractor that the configuration names; the toy is none.
pub fn extractor(config: &Config) -> Result<Extractor> {
    extractor_of(config, ontology(config)?.as_ref())
}

pub(crate) fn extractor_of(config: &Config, ontology: &Ontology) -> Result<Extractor> {
    let extractor = untaught(config)?.with_date_order(config.date_order);
    let extractor = match &config.relations {
        Some(folder) => extractor.with_taught(folder, ontology)?,
        None => extractor,
    };
    Ok(extractor.with_ontology(ontology)?)
}

/// The extractor that the configuration names, as it was trained.
pub fn untaught(config: &Config) -> Result<Extractor> {
    Ok(match &config.model {
        Model::Bundled => Extractor::bundled_with(config.precision)?,
        Model::Folder(path) => Extractor::load_with(path, config.precision)?,
        Model::Toy => return Err(CliError::usage("the toy has rules, and nothing that could be scored").into()),
    })
}
