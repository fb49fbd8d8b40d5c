//! ULTRA as a scorer of links.
//!
//! In: a model, a visible graph. Out: scores. Never: the link that is asked about, where the graph holds it.

use super::graph::{HiddenEdges, UltraGraph};
use super::net::{RelationStates, Ultra, Workspace, step};
use crate::Error;
use crate::data::set::Query;
use crate::rank::filtered::Scorer;
use crate::rules::mining::Hidden;
use rayon::prelude::*;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Scores by a graph that is walked for each question. What it needs beyond the model and the graph is, for each thread,
/// some 200 numbers an entity and 1,000 a relation.
pub struct UltraScorer {
    ultra: Arc<Ultra>,
    graph: Arc<UltraGraph>,
    hidden: Option<Hidden>,
    /// Memory of threads, to be used again.
    workspaces: Mutex<Vec<Workspace>>,
}

impl UltraScorer {
    /// What scores over a graph; `hidden` says what of it goes while a link is asked about, where it holds such links.
    pub fn new(ultra: Arc<Ultra>, graph: Arc<UltraGraph>, hidden: Option<Hidden>) -> Self {
        UltraScorer { ultra, graph, hidden, workspaces: Mutex::default() }
    }

    fn with_workspace<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let workspaces = || self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workspace = workspaces().pop().unwrap_or_default();
        let done = work(&mut workspace);
        workspaces().push(workspace);
        done
    }

    /// Questions about one relation, asked on one side: what relations mean is read once, unless hiding changes it.
    fn score_alike(&self, asked: &[(Query, u32)], scores: &mut [f32]) {
        let read = |question: Query, hidden_edges: &HiddenEdges| {
            self.with_workspace(|workspace| self.ultra.read(&self.graph, question.relation, hidden_edges, workspace))
        };
        let common: OnceLock<RelationStates> = OnceLock::new();
        let one = |((question, answer), scores): (&(Query, u32), &mut [f32])| {
            let hide = |hidden| self.graph.hide((*question, *answer), hidden);
            let hidden_edges = self.hidden.map(hide).unwrap_or_default();
            let own;
            let relation_states = if hidden_edges.relations.is_empty() {
                common.get_or_init(|| read(*question, &hidden_edges))
            } else {
                own = read(*question, &hidden_edges);
                &own
            };
            let step = step(*question, self.graph.relations.nodes() / 2);
            self.with_workspace(|workspace| {
                let edges = (&self.graph.entities, hidden_edges.entities.as_slice());
                self.ultra.spread(edges, relation_states, (question.anchor, step), workspace, None);
                self.ultra.score(&relation_states.rows[step], workspace, scores);
            });
        };
        asked.par_iter().zip(scores.par_chunks_exact_mut(self.entities())).for_each(one);
    }
}

impl Scorer for UltraScorer {
    fn entities(&self) -> usize {
        self.graph.entities.nodes()
    }

    fn depends_on_graph(&self) -> bool {
        self.hidden.is_some()
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        let mut rest = scores;
        let mut work = Vec::new();
        for alike in asked.chunk_by(|(one, _), (other, _)| (one.side, one.relation) == (other.side, other.relation)) {
            let (own, others) = rest.split_at_mut(alike.len() * self.entities());
            work.push((alike, own));
            rest = others;
        }
        work.into_par_iter().for_each(|(alike, scores)| self.score_alike(alike, scores));
        Ok(())
    }
}
