//! Graphs by name. In: a folder or file of links, an RDF file, `state:` and a state folder. Out: a set of links, with texts.
//! Never: a model, or a change of what is read.

use crate::config::{Config, Settings};
use anyhow::Result;
use kgloom_engine::state::{Folder, pinned};
use kgloom_links::LinkSet;
use kgloom_links::data::benchmark;
use kgloom_links::live::DynamicGraph;
use std::path::{Path, PathBuf};

/// What stands before a state folder that is meant as a set of links.
const STATE: &str = "state:";

/// A set of links, with the texts of a file of its own where one is named.
pub fn load(config: &Config, data: &Path, texts: Option<&Path>) -> Result<LinkSet> {
    let mut set = if let Some(state) = data.to_str().and_then(|data| data.strip_prefix(STATE)) {
        of_state(config, Some(state.into()))?
    } else if connectors::rdf::is_rdf(data) {
        let mut graph = DynamicGraph::default();
        connectors::rdf::load(data)?.iter().for_each(|triple| graph.apply(triple, true));
        graph.link_set(&data.display().to_string()).0
    } else {
        benchmark::load(data)?
    };
    if let Some(texts) = texts {
        set.texts = benchmark::texts(texts, &set)?;
    }
    Ok(set)
}

/// The links between entities that a state folder's graph states; that of the configuration, unless another is named.
pub fn of_state(config: &Config, state: Option<PathBuf>) -> Result<LinkSet> {
    let state = state.unwrap_or_else(|| config.state.clone());
    let settings = pinned(Settings { state, ..config.engine.clone() })?;
    let folder = Folder::open_current(&settings)?;
    Ok(folder.linked(DynamicGraph::default())?.link_set(&settings.state.display().to_string()).0)
}
