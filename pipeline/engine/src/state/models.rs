//! What the configuration names: the ontology, the reader. In: a configuration. Out: both. Never: the state folder.

use crate::error::Error;
use crate::interrupt;
use crate::settings::{Model, Settings};
use anyhow::{Context as _, Result};
use kgloom_reader::Extractor;
use kgloom_record::port::Reader;
use ontologies::Ontology;
use std::sync::Arc;

/// The bundled ontology with the user's files.
pub fn ontology(config: &Settings) -> Result<Arc<Ontology>> {
    let bundled = Ontology::bundled();
    let gone = config.ontology.iter().any(|path| matches!(path.try_exists(), Ok(false)));
    let what = if gone { "a file of the ontology is not there" } else { "the ontology is wrong" };
    let whole = bundled.with_files(&config.ontology).context(what)?;
    Ok(Arc::new(whole))
}

/// The reader that the configuration names, of what an ontology declares.
pub fn reader(config: &Settings, ontology: &Ontology) -> Result<Arc<dyn Reader>> {
    match config.model {
        Model::Toy => Ok(Arc::new(kgloom_flow::toy::ToyReader::default())),
        _ => Ok(Arc::new(extractor_of(config, ontology)?.until(interrupt::asked))),
    }
}

/// The extractor that the configuration names; the toy is none.
pub fn extractor(config: &Settings) -> Result<Extractor> {
    extractor_of(config, ontology(config)?.as_ref())
}

pub(crate) fn extractor_of(config: &Settings, ontology: &Ontology) -> Result<Extractor> {
    let extractor = untaught(config)?.with_date_order(config.date_order);
    let extractor = match &config.relations {
        Some(folder) => extractor.with_taught(folder, ontology)?,
        None => extractor,
    };
    Ok(extractor.with_ontology(ontology)?)
}

/// The extractor that the configuration names, as it was trained.
pub fn untaught(config: &Settings) -> Result<Extractor> {
    Ok(match &config.model {
        Model::Bundled => Extractor::bundled_with(config.precision)?,
        Model::Folder(path) => Extractor::load_with(path, config.precision)?,
        Model::Toy => return Err(Error::meaningless("the toy has rules, and nothing that could be scored").into()),
    })
}
