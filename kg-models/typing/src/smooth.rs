//! Vectors of a graph's nodes, smoothed by those around them: what is near tells what a node is.
//!
//! In: vectors, edges. Out: vectors of length 1. Never: a number that hangs on nodes farther away than the steps.

use kgloom_numerics::passes::{add, unit};
use kgloom_numerics::vectors::TextVectors;
use kgloom_polynomials::{Basis, Graph, Normalisation, Polynomial, WeightedEdge};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Personalised PageRank of a few steps over `Â = D^-½ (A + I) D^-½` (APPNP, Klicpera et al. 2019).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Smoothing {
    /// The share of walks that jump home at each step.
    pub alpha: f64,
    /// Steps.
    pub steps: usize,
}

impl Smoothing {
    /// The usual setting for graphs of citations.
    pub const FAR: Smoothing = Smoothing { alpha: 0.1, steps: 10 };
    /// For a graph that lives: an edit changes what is within two steps of it, and nothing else.
    pub const TWO_HOPS: Smoothing = Smoothing { alpha: 0.1, steps: 2 };

    /// A graph of undirected edges, scaled as smoothing needs it.
    pub fn graph(nodes: usize, edges: &[(u32, u32)]) -> Graph {
        let edges: Vec<WeightedEdge> =
            edges.iter().map(|&(one, other)| WeightedEdge { one, other, weight: 1.0 }).collect();
        Graph::new(nodes, &edges, Normalisation::SelfLoops)
    }

    fn polynomial(self) -> Polynomial {
        Polynomial::with_alpha(Basis::Appnp, self.steps, self.alpha)
    }

    /// The vectors of all nodes, nodes × width. A node without edges keeps the direction that it has.
    pub fn all(self, graph: &Graph, vectors: &TextVectors) -> TextVectors {
        let width = vectors.width;
        let mut values = self.polynomial().apply(graph, &vectors.values, width);
        values.chunks_exact_mut(width.max(1)).for_each(unit);
        TextVectors { width, values }
    }

    /// The same numbers, bit for bit, for one node; only what is within the steps of it is read.
    pub fn one(self, graph: &Graph, vectors: &TextVectors, node: u32) -> Vec<f32> {
        let polynomial = self.polynomial();
        // Whose numbers a step needs, the last step first: loops are in the graph, so a node needs its own too.
        let mut needed = vec![BTreeSet::from([node])];
        for step in 0..self.steps {
            let around = needed[step].iter().flat_map(|node| graph.row(*node as usize)).map(|(other, _)| other);
            needed.push(around.collect());
        }
        let last = needed.pop().unwrap_or_default();
        let mut rows: BTreeMap<u32, Vec<f32>> =
            last.into_iter().map(|node| (node, vectors.row(node).to_vec())).collect();
        let mut out = vec![0f32; vectors.width];
        for (step, coefficient) in polynomial.coefficients.iter().enumerate() {
            if step > 0 {
                let next = |node: u32| {
                    let mut sum = vec![0f32; vectors.width];
                    for (other, value) in graph.row(node as usize) {
                        add(&mut sum, &rows[&other], value);
                    }
                    (node, sum)
                };
                rows = needed.pop().unwrap_or_default().into_iter().map(next).collect();
            }
            add(&mut out, &rows[&node], *coefficient);
        }
        unit(&mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    fn sample() -> (Vec<(u32, u32)>, TextVectors) {
        let mut draw = draw(3, "smooth", 0);
        let edges = (0..60).map(|_| (draw.below(30) as u32, draw.below(30) as u32)).filter(|(a, b)| a != b).collect();
        (edges, TextVectors { width: 5, values: draw.normals(31 * 5, 1.0) })
    }

    #[test]
    fn one_node_has_the_bits_that_it_has_among_all() {
        let (edges, vectors) = sample();
        let graph = Smoothing::graph(31, &edges);
        for smoothing in [Smoothing::TWO_HOPS, Smoothing::FAR, Smoothing { alpha: 0.3, steps: 0 }] {
            let all = smoothing.all(&graph, &vectors);
            for node in 0..31 {
                let one = smoothing.one(&graph, &vectors, node);
                assert!(one.iter().zip(all.row(node)).all(|(x, y)| x.to_bits() == y.to_bits()), "{node}");
            }
        }
    }

    #[test]
    fn neighbours_grow_alike_and_a_node_alone_stays_as_it_is() {
        let vectors = TextVectors { width: 2, values: vec![1.0, 0.0, 0.0, 1.0, 0.6, 0.8] };
        let found = Smoothing::FAR.all(&Smoothing::graph(3, &[(0, 1)]), &vectors);
        let product = found.row(0)[0] * found.row(1)[0] + found.row(0)[1] * found.row(1)[1];
        assert!(product > 0.9, "{product}");
        assert!((found.row(2)[0] - 0.6).abs() < 1e-6);
    }

    #[test]
    fn an_edit_three_steps_away_changes_nothing_within_two_hops() {
        let line = |last: u32| Smoothing::graph(6, &[(0, 1), (1, 2), (2, 3), (3, last)]);
        let vectors = TextVectors { width: 1, values: vec![1.0, -2.0, 3.0, -4.0, 5.0, -6.0] };
        let sums = |last: u32| Smoothing::TWO_HOPS.polynomial().apply(&line(last), &vectors.values, 1)[0];
        assert_eq!(sums(4), sums(5));
    }
}
