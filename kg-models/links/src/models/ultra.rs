//! ULTRA as a model of links: what of a set it may walk, by protocol.
//!
//! In: weights, what they were trained on. Out: a scorer of any graph. Never: a graph that holds what is ranked, unless the
//! protocol says so and the link that is asked about is hidden.

use super::model::{Model, Protocols, View};
use crate::Error;
use crate::data::protocol::Protocol;
use crate::rank::filtered::Scorer;
use crate::rules::mining::Hidden;
use crate::ultra::{TrainingProvenance, Ultra, UltraGraph, UltraScorer, UltraWeights};
use std::sync::Arc;

/// Weights that walk any graph.
#[derive(Clone, Debug, PartialEq)]
pub struct UltraModel {
    /// The weights.
    pub weights: UltraWeights,
    /// What they were trained on.
    pub taught: TrainingProvenance,
}

impl Model for UltraModel {
    fn protocols(&self) -> Protocols {
        Protocols {
            usual: Protocol::Transductive,
            alone: |protocol| protocol != Protocol::TextOnly,
            beside: |_| true,
            nature: "walks links, and reads no texts",
        }
    }

    fn visible(&self, view: &View<'_>) -> Result<String, Error> {
        self.taught.visible(view.set, view.protocol)
    }

    fn scorer<'a>(&'a self, view: &View<'a>) -> Result<Box<dyn Scorer + 'a>, Error> {
        let View { set, protocol, .. } = *view;
        let (shown, _) = view.shown_and_ranked()?;
        let (links, hidden) = match protocol {
            Protocol::Transductive | Protocol::Disjoint | Protocol::TextOnly => (vec![set.train.as_slice()], None),
            Protocol::Shots(_) => ([view.earlier()?, vec![&shown]].concat(), None),
            Protocol::LeaveOneOut => (view.part.of(set)?.1, Some(Hidden::Link)),
            Protocol::LeaveOneOutApart => (view.part.of(set)?.1, Some(Hidden::Pair)),
        };
        let graph = UltraGraph::new(&links, set.entities.len(), set.relations.len());
        Ok(Box::new(UltraScorer::new(Arc::new(Ultra::new(&self.weights)), Arc::new(graph), hidden)))
    }
}
