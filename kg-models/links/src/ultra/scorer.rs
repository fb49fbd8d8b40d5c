//! ULTRA as a scorer of links.
//!
//! In: a model, a visible graph. Out: scores. Never: the link that is asked about, where the graph holds it.

use super::graph::{Hiding, UltraGraph};
use super::net::{Reading, Room, Ultra, step};
use crate::Error;
use crate::data::set::Question;
use crate::rank::filtered::Scorer;
use crate::rules::mining::Hidden;
use rayon::prelude::*;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Scores by a graph that is walked for each question. What it needs beyond the model and the graph is, for each thread,
/// some 200 numbers an entity and 1,000 a relation.
pub struct UltraScorer<'a> {
    ultra: &'a Ultra,
    graph: &'a UltraGraph,
    hidden: Option<Hidden>,
    /// Memory of threads, to be used again.
    rooms: Mutex<Vec<Room>>,
}

impl<'a> UltraScorer<'a> {
    /// What scores over a graph; `hidden` says what of it goes while a link is asked about, where it holds such links.
    pub fn new(ultra: &'a Ultra, graph: &'a UltraGraph, hidden: Option<Hidden>) -> Self {
        UltraScorer { ultra, graph, hidden, rooms: Mutex::default() }
    }

    fn with_room<T>(&self, work: impl FnOnce(&mut Room) -> T) -> T {
        let rooms = || self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let mut room = rooms().pop().unwrap_or_default();
        let done = work(&mut room);
        rooms().push(room);
        done
    }

    /// Questions about one relation, asked on one side: what relations mean is read once, unless hiding changes it.
    fn score_alike(&self, asked: &[(Question, u32)], scores: &mut [f32]) {
        let read = |question: Question, hiding: &Hiding| {
            self.with_room(|room| self.ultra.read(self.graph, question.relation, hiding, room))
        };
        let common: OnceLock<Reading> = OnceLock::new();
        let one = |((question, answer), scores): (&(Question, u32), &mut [f32])| {
            let hide = |hidden| self.graph.hide((*question, *answer), hidden);
            let hiding = self.hidden.map(hide).unwrap_or_default();
            let own;
            let reading = if hiding.relations.is_empty() {
                common.get_or_init(|| read(*question, &hiding))
            } else {
                own = read(*question, &hiding);
                &own
            };
            let step = step(*question, self.graph.relations.nodes() / 2);
            self.with_room(|room| {
                let edges = (&self.graph.entities, hiding.entities.as_slice());
                self.ultra.spread(edges, reading, (question.known, step), room, None);
                self.ultra.judge(&reading.rows[step], room, scores);
            });
        };
        asked.par_iter().zip(scores.par_chunks_exact_mut(self.entities())).for_each(one);
    }
}

impl Scorer for UltraScorer<'_> {
    fn entities(&self) -> usize {
        self.graph.entities.nodes()
    }

    fn looks_around(&self) -> bool {
        self.hidden.is_some()
    }

    fn score(&self, asked: &[(Question, u32)], scores: &mut [f32]) -> Result<(), Error> {
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
