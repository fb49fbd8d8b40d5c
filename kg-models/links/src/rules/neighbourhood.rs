//! Answers from texts and from the links that a new entity already has.
//!
//! In: what scores by texts, rules of training, a graph that may be seen. Out: scores. Never: the link that is asked about.

use super::mining::{Hidden, Neighbours, RuleWorkspace, Rules};
use crate::Error;
use crate::data::set::Query;
use crate::rank::filtered::Scorer;
use std::sync::Mutex;

/// Scores by texts, and by rules over a visible graph.
pub struct NeighbourhoodScorer<'a> {
    /// What knows no link of the tested graph.
    pub inner: &'a dyn Scorer,
    /// What was counted on training.
    pub rules: &'a Rules,
    /// What may be seen.
    pub graph: &'a Neighbours,
    /// What of it is hidden while a link is asked about; nothing, where the graph does not hold the links that are asked.
    pub hidden: Hidden,
    /// The weight of rules.
    pub weight: f32,
    /// Memory of threads, to be used again.
    pub workspaces: Mutex<Vec<RuleWorkspace>>,
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
            self.rules.add(*asked, (self.graph, self.hidden), self.weight, (&mut workspace, scores));
        }
        workspaces().push(workspace);
        Ok(())
    }
}
