//! A graph as a sparse, normalised adjacency matrix (CSR), and its product with numbers of nodes.
//!
//! In: undirected edges with weights. Out: `Â x` for rows of numbers, by blocks of rows on all threads. Never: a sum whose
//! order depends on the order of edges or on the number of threads: rows are sorted, and each is one thread's alone.

use kgloom_numerics::passes::add;
use rayon::prelude::*;

/// Rows that one thread computes together.
const BLOCK: usize = 64;

/// An edge, read in both directions. Its weight is that of its relation times its confidence; parallel edges add up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedEdge {
    /// One end.
    pub one: u32,
    /// The other end; the same for a loop.
    pub other: u32,
    /// Not negative.
    pub weight: f32,
}

/// How the adjacency matrix A is scaled by the degrees D, its row sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalisation {
    /// `D^-½ A D^-½`: symmetric, with eigenvalues between −1 and 1.
    Symmetric,
    /// The same for A + I (Kipf and Welling 2017).
    SelfLoops,
    /// `D^-1 A`: the mean of the neighbours.
    Mean,
}

/// A normalised adjacency matrix Â, n × n.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// Where each row begins in the two other lists; n + 1 numbers.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Graph {
    /// The graph of these edges over `nodes` nodes. A node without edges has an empty row.
    pub fn new(nodes: usize, edges: &[WeightedEdge], normalisation: Normalisation) -> Self {
        let mut cells: Vec<(u32, u32, f32)> = Vec::with_capacity(2 * edges.len() + nodes);
        for &WeightedEdge { one, other, weight } in edges {
            cells.push((one, other, weight));
            if one != other {
                cells.push((other, one, weight));
            }
        }
        if normalisation == Normalisation::SelfLoops {
            cells.extend((0..nodes as u32).map(|node| (node, node, 1.0)));
        }
        // The weight is part of the order, so that parallel edges are summed in one order.
        cells.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let (mut starts, mut columns, mut values) = (vec![0; nodes + 1], Vec::new(), Vec::<f32>::new());
        for same in cells.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            columns.push(same[0].1);
            values.push(same.iter().map(|cell| cell.2).sum());
            starts[same[0].0 as usize + 1] += 1;
        }
        for row in 0..nodes {
            starts[row + 1] += starts[row];
        }
        let mut graph = Graph { starts, columns, values };
        graph.normalise(normalisation);
        graph
    }

    fn normalise(&mut self, normalisation: Normalisation) {
        let degrees: Vec<f32> = self.starts.windows(2).map(|ends| self.values[ends[0]..ends[1]].iter().sum()).collect();
        let inverse = |degree: f32, power: f32| if degree > 0.0 { degree.powf(power) } else { 0.0 };
        for (row, ends) in self.starts.windows(2).enumerate() {
            for place in ends[0]..ends[1] {
                self.values[place] *= match normalisation {
                    Normalisation::Mean => inverse(degrees[row], -1.0),
                    _ => inverse(degrees[row], -0.5) * inverse(degrees[self.columns[place] as usize], -0.5),
                };
            }
        }
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// A node's neighbours with their numbers in Â, sorted.
    pub fn row(&self, node: usize) -> impl ExactSizeIterator<Item = (u32, f32)> + '_ {
        let (start, end) = (self.starts[node], self.starts[node + 1]);
        self.columns[start..end].iter().copied().zip(self.values[start..end].iter().copied())
    }

    /// `Â x`, for nodes × width numbers.
    pub fn propagate(&self, x: &[f32], width: usize) -> Vec<f32> {
        let mut out = vec![0.0; self.nodes() * width];
        out.par_chunks_mut(BLOCK * width).enumerate().for_each(|(block, rows)| {
            for (offset, row) in rows.chunks_exact_mut(width).enumerate() {
                for (column, value) in self.row(block * BLOCK + offset) {
                    add(row, &x[column as usize * width..][..width], value);
                }
            }
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    fn edge(one: u32, other: u32, weight: f32) -> WeightedEdge {
        WeightedEdge { one, other, weight }
    }

    #[test]
    fn neighbours_are_weighed_by_confidence_and_parallel_edges_add_up() {
        let edges = [edge(0, 1, 1.0), edge(0, 2, 1.0), edge(2, 0, 1.0)];
        let mean = Graph::new(4, &edges, Normalisation::Mean).propagate(&[0.0, 3.0, 6.0, 9.0], 1);
        assert_eq!(mean, [5.0, 0.0, 0.0, 0.0]);
        let symmetric = Graph::new(4, &edges, Normalisation::Symmetric);
        let number = symmetric.row(0).find(|(column, _)| *column == 2).unwrap().1;
        assert!((number - 2.0 / 6f32.sqrt()).abs() < 1e-6, "{number}");
    }

    #[test]
    fn the_order_of_edges_and_the_number_of_threads_do_not_matter() {
        let mut random = draw(1, "test", 0);
        let nodes = 500;
        let mut end = || random.below(nodes) as u32;
        let pairs: Vec<(u32, u32)> = (0..3000).map(|_| (end(), end())).collect();
        let mut edges: Vec<WeightedEdge> = pairs.iter().map(|&(a, b)| edge(a, b, 0.1 + (a % 7) as f32)).collect();
        let x = random.normals(nodes * 5, 1.0);
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let four = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        let graph = Graph::new(nodes, &edges, Normalisation::Symmetric);
        let (first, second) = (one.install(|| graph.propagate(&x, 5)), four.install(|| graph.propagate(&x, 5)));
        random.shuffle(&mut edges);
        edges.iter_mut().for_each(|edge| std::mem::swap(&mut edge.one, &mut edge.other));
        assert_eq!(graph, Graph::new(nodes, &edges, Normalisation::Symmetric));
        assert!(first.iter().zip(&second).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}
