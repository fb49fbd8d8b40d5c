//! `kgloom export map`. In: a graph. Out: a picture of its things, or documents, by what is said around them. Never: a change
//! of the graph; another picture for the same graph and seed.

use crate::args::ExportMap;
use crate::context::Context;
use crate::exit::CliError;
use crate::scatter::{self, Point};
use anyhow::Result;
use connectors::Store;
use connectors::store::{Described, shorten};
use kgloom_engine::state::{Folder, ontology};
use kgloom_numerics::draw::draw;
use kgloom_numerics::plane::{Tsne, preserved};
use kgloom_record::record::Iri;
use kgloom_record::vocabulary;
use ontologies::Ontology;
use serde_json::json;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Neighbours of which it is told how many stay.
const NEIGHBOURS: usize = 10;

/// A name and its direction.
type Directed = (Iri, Vec<i8>);

/// The picture, as SVG.
pub fn picture(context: &Context, wanted: &ExportMap) -> Result<String> {
    let ontology = ontology(&context.config)?;
    let store = Folder::graph(&context.config)?;
    let described = store.described()?;
    let (chosen, all) = chosen(&store, &described, wanted)?;
    let what = if wanted.documents { "documents" } else { "things" };
    let Some(width) = chosen.first().map(|(_, direction)| direction.len()) else {
        return Err(CliError::nothing(format!("there are no {what} that anything is said around")).into());
    };
    let rows: Vec<f32> = chosen.iter().flat_map(|(_, direction)| direction).map(|x| f32::from(*x)).collect();
    let places = Tsne { seed: wanted.seed, ..Tsne::default() }.places(&rows, width);
    let kept = preserved(&rows, width, &places, NEIGHBOURS);
    let point = |((name, _), at): (&Directed, &[f32; 2])| point(name, *at, described.get(name), &ontology);
    let points: Vec<Point> = chosen.iter().zip(&places).map(point).collect();
    let below = format!(
        "{} of {all} {what}, by what is said around them; of the {NEIGHBOURS} nearest of each, {:.0} % are among its nearest here",
        points.len(),
        100.0 * kept
    );
    context.voice.event("map", &below, json!({ "drawn": points.len(), "all": all, "preserved": kept }));
    Ok(scatter::draw(&points, &format!("Map of {what}"), &below))
}

/// Names with directions: of things the best connected, of documents those that are drawn by lot; and how many there are.
fn chosen(store: &Store, described: &BTreeMap<Iri, Described>, wanted: &ExportMap) -> Result<(Vec<Directed>, usize)> {
    let is_wanted = |name: &Iri| vocabulary::document_id(name.as_str()).is_some() == wanted.documents;
    let told = store.contexts().filter(|told| told.as_ref().map_or(true, |(name, _)| is_wanted(name)));
    let mut chosen: Vec<Directed> = told.collect::<Result<_, _>>()?;
    chosen.sort();
    if wanted.documents {
        draw(wanted.seed, "documents", 0).shuffle(&mut chosen);
    } else {
        chosen.sort_by_key(|(name, _)| Reverse(described.get(name).map_or(0, |thing| thing.facts)));
    }
    let (all, width) = (chosen.len(), chosen.first().map_or(0, |(_, direction)| direction.len()));
    // All directions are of one model, unless the graph is being made anew with another.
    chosen.retain(|(_, direction)| direction.len() == width);
    chosen.truncate(wanted.most as usize);
    Ok((chosen, all))
}

/// A thing as it is drawn: by its first name, and by the narrowest of its classes.
fn point(name: &Iri, at: [f32; 2], thing: Option<&Described>, ontology: &Ontology) -> Point {
    let document = vocabulary::document_id(name.as_str()).map(|id| id.to_string());
    let other = if document.is_some() { "document" } else { "" };
    let classes = thing.map(|thing| thing.classes.as_slice()).unwrap_or_default();
    let is_below = |one: &Iri, other: &Iri| ontology.is_kind_of(one, other) && !ontology.is_kind_of(other, one);
    let is_narrowest = |class: &&Iri| !classes.iter().any(|other| is_below(other, class));
    let label =
        |class: &Iri| ontology.class(class).map_or_else(|| shorten(class.as_str()), |known| known.label.clone());
    let kind = classes.iter().filter(is_narrowest).map(label).min().unwrap_or_else(|| other.to_owned());
    let called = thing.and_then(|thing| thing.labels.iter().min().cloned());
    Point {
        at,
        name: called.or(document).unwrap_or_else(|| shorten(name.as_str())),
        kind,
        weight: thing.map_or(0, |thing| thing.facts),
    }
}
