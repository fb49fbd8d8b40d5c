//! What is predicted beside what is stated. In: the graph as it changes. Out: the graph of predictions that goes with it.
//! Never: a prediction that is not a function of graph, predictor and settings.

use super::derived::Derived;
use super::models::ontology;
use super::wanted;
use crate::error::Error;
use crate::interrupt;
use crate::progress::{Measure, Progress};
use crate::settings::{Model, Settings};
use anyhow::Result;
use connectors::Store;
use connectors::store::shorten;
use kgloom_links::live::{DynamicGraph, Prediction, Predictor, Reason};
use kgloom_numerics::vectors::Encode;
use kgloom_reader::text_encoder::TextEncoder;
use kgloom_record::port::ModelId;
use kgloom_record::record::{Datatype, Graph, Iri, Literal, Quad, Score, Term, Triple};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Entities between looks at Ctrl-C.
const BETWEEN: usize = 2048;

/// What is predicted: a file beside the predictor, which is there while predictions are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predicting {
    /// The least probability of a prediction.
    pub probability: Score,
    /// The most predictions for one head and relation.
    pub most: usize,
    /// Whether the store holds the vectors of entities too.
    #[serde(default)]
    pub vectors: bool,
}

impl Predicting {
    /// Where the state folder keeps its predictor.
    pub fn folder(state: &Path) -> PathBuf {
        state.join("links")
    }

    fn file(state: &Path) -> PathBuf {
        Predicting::folder(state).join("predicting.json")
    }

    /// What is wanted of a state folder's predictor, if anything is.
    pub fn read(state: &Path) -> Result<Option<Predicting>> {
        wanted::read(&Predicting::file(state), "kgloom predict")
    }

    /// Says what is wanted from now on.
    pub fn write(wanted: Option<Predicting>, state: &Path) -> Result<()> {
        wanted::write(wanted.as_ref(), &Predicting::file(state))
    }

    /// A name for the predictions of an epoch, where they are wanted; it changes with all that they depend on.
    pub fn mark(state: &Path, epoch: u64) -> Result<Option<String>> {
        let Some(Predicting { probability, most, vectors }) = Predicting::read(state)? else { return Ok(None) };
        let id = Predictor::id_in(&Predicting::folder(state)).map_err(missing)?;
        let vectors = if vectors { "with" } else { "without" };
        Ok(Some(format!("{id} {probability} {most} {vectors} vectors at {epoch}")))
    }
}

fn missing(error: kgloom_numerics::Error) -> anyhow::Error {
    anyhow::Error::new(error)
        .context("there is no whole predictor; `kgloom train links` makes it, `kgloom predict --off` does without")
}

/// The encoder that names are read with: of the model that reads the texts.
pub fn encoder(config: &Settings) -> Result<Box<dyn Encode>> {
    Ok(Box::new(match &config.model {
        Model::Folder(path) => TextEncoder::open(path)?,
        Model::Bundled | Model::Toy => TextEncoder::bundled()?,
    }))
}

/// The predictor of the state folder.
pub fn predictor(config: &Settings, ontology: Arc<Ontology>) -> Result<Predictor> {
    let folder = Predicting::folder(&config.state);
    if !Predictor::lies_in(&folder) {
        let path = config.state.display();
        return Err(
            Error::missing(format!("there is no predictor in \"{path}\"; `kgloom train links` makes it")).into()
        );
    }
    Ok(Predictor::read(&folder, encoder(config)?, ontology)?)
}

/// What all documents together say, and what follows, taken into a graph of links.
pub fn links_of(store: &Store, mut graph: DynamicGraph) -> Result<DynamicGraph> {
    for triple in store.stated() {
        graph.apply(&triple?, true);
    }
    for triple in store.entailed() {
        graph.apply_entailed(&triple?, true);
    }
    Ok(graph)
}

/// What came and went, taken into a graph of links.
pub fn absorb(graph: &mut DynamicGraph, quads: &[(Quad, isize)]) {
    for (quad, count) in quads {
        match quad.graph {
            Graph::Default => graph.apply(&quad.triple, *count > 0),
            Graph::Entailed => graph.apply_entailed(&quad.triple, *count > 0),
            _ => {}
        }
    }
}

/// Predictions that follow a graph.
pub struct Predicted {
    predictor: Predictor,
    wanted: Predicting,
    graph: DynamicGraph,
    model: ModelId,
}

impl Predicted {
    /// What the state folder wants predicted, if anything, over a graph that is still empty.
    pub fn open(config: &Settings) -> Result<Option<Predicted>> {
        let Some(wanted) = Predicting::read(&config.state)? else { return Ok(None) };
        let predictor = predictor(config, ontology(config)?)?;
        let (graph, model) = (predictor.graph(), predictor.id().clone());
        Ok(Some(Predicted { predictor, wanted, graph, model }))
    }
}

impl Derived for Predicted {
    fn absorb(&mut self, quads: &[(Quad, isize)]) {
        absorb(&mut self.graph, quads);
    }

    fn is_told(&mut self) {
        self.graph.take_dirty();
    }

    fn all(&mut self) -> Result<Vec<Quad>> {
        self.graph.take_dirty();
        let living: Vec<u32> = self.graph.living().collect();
        Ok(self.told(&living)?.into_values().flatten().collect())
    }

    fn change(&mut self, store: &Store) -> Result<Vec<(Quad, isize)>> {
        let (mut stale, turned) = self.graph.take_dirty();
        let name = |graph: &DynamicGraph, node: u32| Iri::new(Arc::clone(graph.name(node)));
        for &node in &turned {
            if !self.graph.lives(node) {
                let heads = store.predicted_heads(&name(&self.graph, node))?;
                stale.extend(heads.iter().filter_map(|head| self.graph.id(head.as_str())));
            }
        }
        // An entity of the training that comes back may be an answer to anyone.
        if turned.iter().any(|&node| self.graph.lives(node) && self.predictor.knows(node)) {
            stale.extend(self.graph.living());
        }
        let living: Vec<u32> = stale.iter().copied().filter(|&node| self.graph.lives(node)).collect();
        let mut told = self.told(&living)?;
        let mut change = Vec::new();
        for node in stale {
            let new: BTreeSet<Quad> = told.remove(&node).unwrap_or_default().into_iter().collect();
            let name = name(&self.graph, node);
            let mut old: BTreeSet<Quad> = store.predicted_of(&name)?.into_iter().collect();
            old.extend(store.vector_of(&name)?);
            change.extend(old.difference(&new).map(|quad| (quad.clone(), -1)));
            change.extend(new.difference(&old).map(|quad| (quad.clone(), 1)));
        }
        Ok(change)
    }
}

impl Predicted {
    /// The predictions of some living heads.
    fn told(&self, heads: &[u32]) -> Result<BTreeMap<u32, Vec<Quad>>> {
        let progress = Progress::start("predicting");
        let Predicting { probability, most, vectors } = self.wanted;
        let mut told = BTreeMap::new();
        for some in heads.chunks(BETWEEN) {
            for (head, predictions) in self.predictor.predict(&self.graph, some, (probability, most))? {
                let lives = |name: &Arc<str>| self.graph.id(name).is_some_and(|node| self.graph.lives(node));
                let alive = predictions.iter().filter(|prediction| lives(&prediction.triple[2]));
                let mut quads: Vec<Quad> = alive.flat_map(|prediction| quads(prediction, &self.model)).collect();
                if vectors {
                    quads.push(self.vector(head)?);
                }
                told.insert(head, quads);
            }
            if interrupt::asked() {
                return Err(Error::Interrupted.into());
            }
            progress.show(&Measure { documents: told.len() as u64, ..Measure::default() });
        }
        progress.finish();
        Ok(told)
    }

    /// The vector of a living entity as the store holds it, to four places.
    fn vector(&self, node: u32) -> Result<Quad> {
        let numbers: Vec<String> =
            self.predictor.vector(&self.graph, node)?.iter().map(|x| format!("{x:.4}")).collect();
        let triple = Triple {
            subject: Iri::new(Arc::clone(self.graph.name(node))),
            relation: Iri::new(vocabulary::VECTOR),
            object: Term::Literal(Literal { value: numbers.join(" ").into(), datatype: Datatype::Vector }),
        };
        Ok(Quad { graph: Graph::Vectors, triple })
    }
}

/// A prediction as the store holds it: the link, and beside it its probability, its model and what speaks for it.
fn quads(prediction: &Prediction, model: &ModelId) -> Vec<Quad> {
    let [head, relation, tail] = prediction.triple.each_ref().map(|name| Iri::new(Arc::clone(name)));
    let link = Triple { subject: head.clone(), relation: relation.clone(), object: Term::Name(tail.clone()) };
    let details = vocabulary::prediction_iri(&link);
    let say = |relation: Iri, object: Term| {
        let triple = Triple { subject: details.clone(), relation, object };
        Quad { graph: Graph::Predicted, triple }
    };
    let text = |value: String, datatype| Term::Literal(Literal { value: value.into(), datatype });
    let mut quads = vec![
        say(vocabulary::own("head"), Term::Name(head)),
        say(vocabulary::own("relation"), Term::Name(relation)),
        say(vocabulary::own("tail"), Term::Name(tail)),
        say(vocabulary::own("probability"), Term::Literal(prediction.probability.decimal())),
        say(Iri::new(vocabulary::PREDICTED_BY), text(model.to_string(), Datatype::String)),
    ];
    let evidence = |reason: &Reason| say(vocabulary::own("evidence"), text(in_words(reason), Datatype::String));
    quads.extend(prediction.reasons.iter().map(evidence));
    quads.push(Quad { graph: Graph::Predicted, triple: link });
    quads
}

/// What speaks for a prediction: triples that the graph states, or one that training had, in short names.
pub fn in_words(reason: &Reason) -> String {
    let triple = |[head, relation, tail]: [&Arc<str>; 3]| [head, relation, tail].map(|name| shorten(name)).join(" ");
    match reason {
        Reason::Rule { links, confidence } => {
            let links: Vec<String> = links.iter().map(|link| triple(link.each_ref())).collect();
            format!("{} (a rule of confidence {confidence})", links.join(" . "))
        }
        Reason::Like { link, cosine } => format!("{} (the nearest text, cosine {cosine})", triple(link.each_ref())),
    }
}

#[cfg(test)]
#[path = "predicted_tests.rs"]
mod tests;
