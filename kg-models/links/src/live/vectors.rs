//! The vectors that a predictor judges by. In: a graph that lives. Out: a row for each entity and relation.
//! Never: a row of what the graph does not name.

use super::super::export::NamedVectors;
use super::graph::DynamicGraph;
use super::predictor::Predictor;
use crate::Error;
use rayon::prelude::*;
use std::sync::Arc;

impl Predictor {
    /// The vectors of the graph's living entities, and of each relation how far its links move from head to tail, on the
    /// mean over training.
    ///
    /// # Errors
    /// When a text does not tokenize.
    pub fn export(&self, graph: &DynamicGraph) -> Result<[NamedVectors; 2], Error> {
        let width = self.base.vectors.width;
        let mut living: Vec<u32> = graph.living().collect();
        living.sort_unstable_by_key(|&node| graph.name(node));
        let rows: Vec<Arc<[f32]>> =
            living.par_iter().map(|&node| self.vector(graph, node)).collect::<Result<_, _>>()?;
        let names = living.iter().map(|&node| Arc::clone(graph.name(node))).collect();
        let values = rows.iter().flat_map(|row| row.iter().copied()).collect();
        let entities = NamedVectors { kind: "entities", names, width, values };
        let (mut moves, mut counts) =
            (vec![0f32; self.card.relations.len() * width], vec![0f32; self.card.relations.len()]);
        for &[head, relation, tail] in &self.card.links {
            let ends = self.base.vectors.row(tail).iter().zip(self.base.vectors.row(head));
            let sums = &mut moves[relation as usize * width..][..width];
            sums.iter_mut().zip(ends).for_each(|(sum, (tail, head))| *sum += tail - head);
            counts[relation as usize] += 1.0;
        }
        for (row, count) in moves.chunks_exact_mut(width).zip(&counts) {
            row.iter_mut().for_each(|x| *x /= count.max(1.0));
        }
        let names = self.card.relations.clone();
        Ok([entities, NamedVectors { kind: "relations", names, width, values: moves }])
    }
}
