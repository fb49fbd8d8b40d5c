//! The state folder's predictor over a graph that changes. In: questions about links. Out: answers with their probability.
//! Never: a link between things that the predictor does not know how to read.

use crate::config::Config;
use anyhow::Result;
use connectors::Store;
use kgloom_engine::state::{absorb, in_words, links_of, predictor};
use kgloom_links::live::{DynamicGraph, Predictor, QueryAnswer};
use kgloom_links::{Query, Side};
use kgloom_record::record::{Iri, Quad, Score};
use ontologies::Ontology;
use std::sync::Arc;

/// Answers among which a link is looked for.
const LOOKED_THROUGH: usize = 1_000;

/// A predictor, and the graph that it is asked about.
pub(super) struct Linked {
    predictor: Predictor,
    graph: DynamicGraph,
    ontology: Arc<Ontology>,
}

impl Linked {
    pub fn open(config: &Config, ontology: &Arc<Ontology>, store: &Store) -> Result<Linked> {
        let predictor = predictor(config, Arc::clone(ontology))?;
        let graph = links_of(store, predictor.graph())?;
        Ok(Linked { predictor, graph, ontology: Arc::clone(ontology) })
    }

    /// Takes in what came and went.
    pub fn follow(&mut self, quads: &[(Quad, isize)]) {
        absorb(&mut self.graph, quads);
    }

    /// What one end and a relation probably lead to and is not known already, the most probable first.
    pub fn likely(&self, (known, side): (&Iri, Side), relation: &Iri, most: usize) -> Result<Vec<(Iri, f64)>> {
        let answers = self.answers((known, side), relation, LOOKED_THROUGH)?.into_iter();
        let new = answers.filter(|answer| !answer.stated && !answer.entailed);
        let told = new.map(|answer| {
            let [head, _, tail] = &answer.prediction.triple;
            // The question may have been asked by the inverse.
            let other = if **head == *known.as_str() { tail } else { head };
            (Iri::new(Arc::clone(other)), share(answer.prediction.probability))
        });
        Ok(told.filter(|(_, probability)| *probability > 0.0).take(most).collect())
    }

    /// The probability of a link, and what speaks for it.
    pub fn link(&self, head: &Iri, relation: &Iri, tail: &Iri) -> Result<Option<(f64, String)>> {
        let answers = self.answers((head, Side::Tail), relation, LOOKED_THROUGH)?;
        let found = answers.into_iter().find(|answer| {
            let [one, _, other] = &answer.prediction.triple;
            [one, other].iter().any(|end| ***end == *tail.as_str())
        });
        Ok(found.map(|answer| {
            let reasons: Vec<String> = answer.prediction.reasons.iter().map(in_words).collect();
            (share(answer.prediction.probability), reasons.join("; "))
        }))
    }

    fn answers(&self, (known, side): (&Iri, Side), relation: &Iri, most: usize) -> Result<Vec<QueryAnswer>> {
        let stated = self.ontology.stated_form(relation);
        let Some(relation) = self.predictor.relation(stated.relation.as_str()) else { return Ok(Vec::new()) };
        let node = self.graph.id(known.as_str()).filter(|node| self.graph.lives(*node));
        let Some(anchor) = node else { return Ok(Vec::new()) };
        let side = match (side, stated.turned) {
            (Side::Tail, false) | (Side::Head, true) => Side::Tail,
            (Side::Head, false) | (Side::Tail, true) => Side::Head,
        };
        Ok(self.predictor.answers(&self.graph, Query { side, relation, anchor }, most)?)
    }
}

fn share(probability: Score) -> f64 {
    f64::from(probability.ten_thousandths()) / 10_000.0
}
