//! Answers from texts and from the links that a new entity already has.
//!
//! In: what scores by texts, rules of training, a graph that may be seen. Out: scores. Never: the link that is asked about.

use super::mining::{Hidden, Neighbours, RuleWorkspace, Rules};
use crate::Error;
use crate::data::set::Query;
use crate::rank::filtered::Scorer;
use std::sync::{Arc, Mutex};

/// Scores by texts, and by rules over a visible graph.
pub struct NeighbourhoodScorer<'a> {
    inner: Box<dyn Scorer + 'a>,
    rules: Arc<Rules>,
    weight: f32,
    graph: Arc<Neighbours>,
    hidden: Hidden,
    /// Memory of threads, to be used again.
    workspaces: Mutex<Vec<RuleWorkspace>>,
}

impl<'a> NeighbourhoodScorer<'a> {
    /// What adds rules that were counted on training, by a weight, to the scores of what knows no link of the tested graph.
    /// The graph is what may be seen; `hidden` says what of it is hidden while a link is asked about, where it holds such
    /// links.
    pub fn new(
        inner: Box<dyn Scorer + 'a>,
        (rules, weight): (Arc<Rules>, f32),
        (graph, hidden): (Arc<Neighbours>, Hidden),
    ) -> Self {
        NeighbourhoodScorer { inner, rules, weight, graph, hidden, workspaces: Mutex::default() }
    }
}

impl Scorer for NeighbourhoodScorer<'_> {
    fn entities(&self) -> usize {
        self.inner.entities()
    }

    fn depends_on_graph(&self) -> bool {
        true
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        self.inner.score(asked, scores)?;
        let workspaces = || self.workspaces.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut workspace = workspaces().pop().unwrap_or_default();
        for (asked, scores) in asked.iter().zip(scores.chunks_exact_mut(self.entities())) {
            self.rules.add(*asked, (&self.graph, self.hidden), self.weight, (&mut workspace, scores));
        }
        workspaces().push(workspace);
        Ok(())
    }
}
