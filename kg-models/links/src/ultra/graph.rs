//! The two graphs that ULTRA walks: entities by links, and relations by how they meet at entities (Galkin et al. 2023).
//!
//! In: visible links. Out: edges of both, and what of both goes when links are hidden. Never: a name.

use super::weights::MEETINGS;
use crate::data::set::{Link, Query, Side};
use crate::rules::mining::Hidden;
use kgloom_numerics::message_passing::{Edge, Edges};
use std::collections::BTreeMap;

/// A relation walked from its links' heads, or, counted on after all of those, from their tails.
type Step = u32;

/// What of both graphs is hidden, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HiddenEdges {
    /// Edges between entities.
    pub entities: Vec<Edge>,
    /// Edges between relations.
    pub relations: Vec<Edge>,
}

/// Both graphs of some visible links.
#[derive(Clone, Debug)]
pub struct UltraGraph {
    /// Entities; the kinds are steps.
    pub entities: Edges,
    /// Steps; the kinds are meetings.
    pub relations: Edges,
    /// By step: the steps that begin at a common entity, and at how many.
    together: Vec<Vec<(Step, u32)>>,
    count: u32,
}

impl UltraGraph {
    /// The graphs of these links between so many entities, by so many relations.
    pub fn new(parts: &[&[Link]], entities: usize, relations: usize) -> Self {
        let entities = edges(parts.iter().copied().flatten(), entities, relations);
        let (count, steps) = (relations as u32, 2 * relations);
        let begun: Vec<Vec<Step>> = (0..entities.nodes()).map(|entity| begins(&entities, entity, &[])).collect();
        let mut at: Vec<Vec<u32>> = vec![Vec::new(); steps];
        for (entity, begun) in (0u32..).zip(&begun) {
            begun.iter().for_each(|step| at[*step as usize].push(entity));
        }
        let mut counts = vec![0; steps];
        let together: Vec<Vec<(Step, u32)>> = at
            .iter()
            .map(|at| {
                counts.fill(0);
                at.iter().flat_map(|entity| &begun[*entity as usize]).for_each(|step| counts[*step as usize] += 1);
                (0..).zip(&counts).filter(|(_, count)| **count > 0).map(|(step, count)| (step, *count)).collect()
            })
            .collect();
        let pairs =
            (0u32..).zip(&together).flat_map(|(one, others)| others.iter().map(move |(other, _)| (one, *other)));
        let met = pairs.flat_map(|pair| meetings(pair, count)).collect();
        // Seen from the other relation, head and tail is tail and head.
        let relations = Edges::new(met, steps, vec![0, 1, 3, 2]);
        debug_assert_eq!(relations.inverse_kinds.len(), MEETINGS);
        UltraGraph { entities, relations, together, count }
    }

    /// The entities' edges without some links.
    pub fn without(&self, links: &[Link], gone: &[Link]) -> Edges {
        // Both are sorted.
        let left = links.iter().filter(|link| gone.binary_search(link).is_err());
        edges(left, self.entities.nodes(), self.count as usize)
    }

    /// What must go so that both graphs are those of all links but the one asked about, or but all between its ends.
    pub fn hide(&self, (question, answer): (Query, u32), hidden: Hidden) -> HiddenEdges {
        let known = question.anchor;
        let asked = if question.side == Side::Tail { question.relation } else { question.relation + self.count };
        let mut gone: Vec<Edge> = Vec::new();
        for &(other, step) in self.entities.of(known as usize).iter().filter(|(other, _)| *other == answer) {
            if hidden == Hidden::Pair || step == asked || known == answer && step == self.twin(asked) {
                gone.extend([(known, other, step), (other, known, self.twin(step))]);
            }
        }
        gone.sort_unstable();
        gone.dedup();
        let mut fewer: BTreeMap<(Step, Step), u32> = BTreeMap::new();
        let mut ends = vec![known, answer];
        ends.dedup();
        for end in ends {
            let (before, after) =
                (begins(&self.entities, end as usize, &[]), begins(&self.entities, end as usize, &gone));
            let lost: Vec<Step> = before.iter().copied().filter(|step| after.binary_search(step).is_err()).collect();
            for &one in &lost {
                for &other in &before {
                    *fewer.entry((one, other)).or_default() += 1;
                    if lost.binary_search(&other).is_err() {
                        *fewer.entry((other, one)).or_default() += 1;
                    }
                }
            }
        }
        let apart = fewer.into_iter().filter(|((one, other), fewer)| self.begun_together(*one, *other) == *fewer);
        let mut relations: Vec<Edge> = apart.flat_map(|(pair, _)| meetings(pair, self.count)).collect();
        relations.sort_unstable();
        HiddenEdges { entities: gone, relations }
    }

    /// At how many entities both steps begin.
    fn begun_together(&self, one: Step, other: Step) -> u32 {
        let others = &self.together[one as usize];
        others.binary_search_by_key(&other, |(step, _)| *step).map_or(0, |place| others[place].1)
    }

    fn twin(&self, step: Step) -> Step {
        turned(step, self.count)
    }
}

/// The same relation walked the other way.
fn turned(step: Step, relations: u32) -> Step {
    if step < relations { step + relations } else { step - relations }
}

/// Edges of links: the head hears the tail by the relation, the tail the head by the relation turned.
fn edges<'a>(links: impl Iterator<Item = &'a Link>, entities: usize, relations: usize) -> Edges {
    let count = relations as u32;
    let both = |link: &Link| [(link.head, link.tail, link.relation), (link.tail, link.head, link.relation + count)];
    Edges::new(links.flat_map(both).collect(), entities, (0..2 * count).map(|step| turned(step, count)).collect())
}

/// The steps that begin at an entity, sorted, without hidden edges (sorted).
fn begins(edges: &Edges, entity: usize, hidden: &[Edge]) -> Vec<Step> {
    let seen = edges.of(entity).iter().filter(|(to, step)| hidden.binary_search(&(entity as u32, *to, *step)).is_err());
    let mut steps: Vec<Step> = seen.map(|(_, step)| *step).collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// How the relations of two steps that begin at one entity meet there, whichever way each is walked: a step that begins
/// there is one whose head it is, turned it is one whose tail it is.
fn meetings((one, other): (Step, Step), relations: u32) -> [Edge; MEETINGS] {
    let (one_turned, other_turned) = (turned(one, relations), turned(other, relations));
    [(one, other, 0), (one_turned, other_turned, 1), (one, other_turned, 2), (one_turned, other, 3)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn link(head: u32, relation: u32, tail: u32) -> Link {
        Link { head, relation, tail }
    }

    #[test]
    fn relations_meet_at_heads_and_tails() {
        // 0 -r-> 1 -q-> 2: r's tail is q's head.
        let graph = UltraGraph::new(&[&[link(0, 1, 1), link(1, 0, 2)]], 3, 2);
        let (q, r, q_back, r_back) = (0, 1, 2, 3);
        assert_eq!(graph.entities.of(1), [(0, r_back), (2, q)]);
        // r: itself at heads and at tails; r turned at its head is r's tail; and q at r's tail.
        assert_eq!(
            graph.relations.of(r),
            [(q, 3), (r as u32, 0), (r as u32, 1), (q_back, 1), (r_back, 2), (r_back, 3)]
        );
        assert_eq!(graph.relations.of(q as usize), [(0, 0), (0, 1), (1, 2), (2, 2), (2, 3), (3, 0)]);
    }

    proptest! {
        /// Hiding leaves exactly the graphs of the links that are left.
        #[test]
        fn what_is_hidden_is_as_if_it_had_never_been_there(
            links in prop::collection::btree_set((0u32..6, 0u32..3, 0u32..6), 1..25),
            asked in 0usize..25,
            head in any::<bool>(),
            pair in any::<bool>(),
        ) {
            let links: Vec<Link> = links.into_iter().map(|(head, relation, tail)| link(head, relation, tail)).collect();
            let asked = links[asked % links.len()];
            let hidden = if pair { Hidden::Pair } else { Hidden::Link };
            let graph = UltraGraph::new(&[&links], 6, 3);
            let hidden_edges = graph.hide(asked.query(if head { Side::Head } else { Side::Tail }), hidden);
            let between = |link: &Link| {
                let ends = [(asked.head, asked.tail), (asked.tail, asked.head)];
                if pair { ends.contains(&(link.head, link.tail)) } else { *link == asked }
            };
            let left: Vec<Link> = links.iter().filter(|link| !between(link)).copied().collect();
            let fresh = UltraGraph::new(&[&left], 6, 3);
            for (whole, hidden, fresh) in [
                (&graph.entities, &hidden_edges.entities, &fresh.entities),
                (&graph.relations, &hidden_edges.relations, &fresh.relations),
            ] {
                for node in 0..whole.nodes() {
                    let seen: Vec<(u32, u32)> = whole.of(node).iter().copied()
                        .filter(|(to, kind)| hidden.binary_search(&(node as u32, *to, *kind)).is_err())
                        .collect();
                    prop_assert_eq!(seen.as_slice(), fresh.of(node));
                }
            }
            let gone: Vec<Link> = links.iter().filter(|link| between(link)).copied().collect();
            prop_assert_eq!(graph.without(&links, &gone), fresh.entities);
        }
    }
}
