//! What is told beside the graph: links that are predicted, what is unusual, what rows of tables mean. In: a state folder. Out:
//! all that it wants told, and a name for it. Never: something that is not a function of the graph.

use super::derived::Derived;
use super::matched::Matched;
use super::matching::Matching;
use super::predicted::{Predicted, Predicting};
use super::watched::{Watched, Watching};
use crate::settings::Settings;
use anyhow::Result;
use kgloom_record::port::ModelId;
use std::path::Path;

/// The mark of a graph beside which nothing is told.
pub const NOTHING: &str = "none";

/// All that a state folder wants told, over a graph that is still empty and that this reader reads.
///
/// # Errors
/// Where an artifact is not whole, or was made over another reader's vectors.
pub fn open(config: &Settings, reader: &ModelId) -> Result<Vec<Box<dyn Derived>>> {
    let predicted = Predicted::open(config)?.map(|predicted| Box::new(predicted) as Box<dyn Derived>);
    let watched = Watched::open(&config.state, reader)?.map(|watched| Box::new(watched) as Box<dyn Derived>);
    let matched = Matched::open(config, reader)?.map(|matched| Box::new(matched) as Box<dyn Derived>);
    Ok(predicted.into_iter().chain(watched).chain(matched).collect())
}

/// A name for what is told beside the graph of an epoch; it changes with all that it depends on.
///
/// # Errors
/// Where an artifact is not whole.
pub fn mark(state: &Path, epoch: u64) -> Result<String> {
    let marks = [Predicting::mark(state, epoch)?, Watching::mark(state, epoch)?, Matching::mark(state, epoch)?];
    let marks: Vec<String> = marks.into_iter().flatten().collect();
    Ok(if marks.is_empty() { NOTHING.to_owned() } else { marks.join("; ") })
}
