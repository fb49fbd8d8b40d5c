//! How rows of numbers spread over the edges of a graph, and the slopes of that.
//!
//! In: edges, a row for each node and each kind of edge. Out: what each node hears, normalised. Never: a fused
//! multiply-add, or a sum whose order depends on anything but the edges' own.

use super::passes::{Pass, fold_pairs, sum};

/// Numbers in a row.
pub const WIDTH: usize = 64;

/// The row of a node or of a kind of edge; a fixed length, so that its loops vectorise.
pub type Row = [f32; WIDTH];

/// A node's state and what it hears of its neighbours, side by side.
pub type Node = [Row; 2];

/// Keeps the root of a normalisation away from zero.
const EPSILON: f32 = 1e-5;

/// Which nodes each node hears, by which kind of edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    starts: Vec<u32>,
    /// By node: (the node that is heard, the kind), sorted.
    incoming: Vec<(u32, u32)>,
    /// By kind: the kind by which the other end hears the same edge. Every edge is heard at both ends.
    pub inverse_kinds: Vec<u32>,
}

/// An edge as one of its ends hears it: that end, the node that is heard, the kind.
pub type Edge = (u32, u32, u32);

impl Edges {
    /// Edges between so many nodes; repeated ones count once.
    pub fn new(mut edges: Vec<Edge>, nodes: usize, inverse_kinds: Vec<u32>) -> Self {
        edges.sort_unstable();
        edges.dedup();
        let starts = (0..=nodes as u32).map(|node| edges.partition_point(|edge| edge.0 < node) as u32).collect();
        Edges { starts, incoming: edges.into_iter().map(|(_, from, kind)| (from, kind)).collect(), inverse_kinds }
    }

    /// How many nodes there are.
    #[inline]
    pub fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// What a node hears: nodes and kinds, sorted.
    #[inline(always)]
    pub fn of(&self, node: usize) -> &[(u32, u32)] {
        &self.incoming[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

/// Every node hears its neighbours: `Σ state · kind` over its edges, and at the source what it began with
/// (the message of DistMult, Yang et al. 2015; the boundary of NBFNet, Zhu et al. 2021).
#[derive(Debug)]
pub struct Aggregate<'a> {
    /// Who hears whom.
    pub edges: &'a Edges,
    /// Edges that are not there, sorted.
    pub hidden: &'a [Edge],
    /// A row for each kind.
    pub kinds: &'a [Row],
    /// Where all began, and with what.
    pub source: (u32, &'a Row),
    /// The nodes.
    pub nodes: &'a mut [Node],
}

impl Aggregate<'_> {
    #[inline(always)]
    fn one(&self, node: usize, hides: impl Fn(u32, u32) -> bool) -> Row {
        let mut sum = if node == self.source.0 as usize { *self.source.1 } else { [0.0; WIDTH] };
        for &(from, kind) in self.edges.of(node) {
            if hides(from, kind) {
                continue;
            }
            let (state, factor) = (&self.nodes[from as usize][0], &self.kinds[kind as usize]);
            for i in 0..WIDTH {
                sum[i] += state[i] * factor[i];
            }
        }
        sum
    }
}

impl Pass for Aggregate<'_> {
    #[inline(always)]
    fn run(self) {
        for node in 0..self.nodes.len() {
            self.nodes[node][1] = self.one(node, |_, _| false);
        }
        for hidden in self.hidden.chunk_by(|one, other| one.0 == other.0) {
            let node = hidden[0].0;
            let hides = |from, kind| hidden.binary_search(&(node, from, kind)).is_ok();
            self.nodes[node as usize][1] = self.one(node as usize, hides);
        }
    }
}

/// The slopes of [`Aggregate`], without anything hidden.
#[derive(Debug)]
pub struct AggregateBackward<'a> {
    /// Who hears whom.
    pub edges: &'a Edges,
    /// A row for each kind.
    pub kinds: &'a [Row],
    /// The nodes as they were.
    pub nodes: &'a [Node],
    /// The slopes of a layer's input: of states by its product, and of what was heard.
    pub slopes: &'a [Node],
    /// To which the slopes of states are added.
    pub to_states: &'a mut [Row],
    /// To which the slopes of kinds are added.
    pub to_kinds: &'a mut [Row],
}

impl Pass for AggregateBackward<'_> {
    #[inline(always)]
    fn run(self) {
        for (node, to_state) in self.to_states.iter_mut().enumerate() {
            let state = &self.nodes[node][0];
            let mut sum = *to_state;
            sum.iter_mut().zip(&self.slopes[node][0]).for_each(|(to, slope)| *to += slope);
            // Whom a node hears, that one hears it, by the inverse of the kind.
            for &(other, kind) in self.edges.of(node) {
                let kind = self.edges.inverse_kinds[kind as usize] as usize;
                let (slope, factor) = (&self.slopes[other as usize][1], &self.kinds[kind]);
                let to_kind = &mut self.to_kinds[kind];
                for i in 0..WIDTH {
                    sum[i] += slope[i] * factor[i];
                    to_kind[i] += slope[i] * state[i];
                }
            }
            *to_state = sum;
        }
    }
}

/// A layer's end: its product is normalised (Ba et al. 2016), rectified, and added to the state.
#[derive(Debug)]
pub struct Update<'a> {
    /// Multiplies each column.
    pub gain: &'a Row,
    /// Is added to each column.
    pub shift: &'a Row,
    /// The product; then what it was normalised to, before gain and shift.
    pub product: &'a mut [Row],
    /// By node: by what it was multiplied.
    pub inverses: &'a mut [f32],
    /// The nodes.
    pub nodes: &'a mut [Node],
}

impl Pass for Update<'_> {
    #[inline(always)]
    fn run(self) {
        const SHARE: f32 = 1.0 / WIDTH as f32;
        for ((row, inverse), node) in self.product.iter_mut().zip(self.inverses).zip(self.nodes) {
            let mean = sum(row) * SHARE;
            for x in row.iter_mut() {
                *x -= mean;
            }
            *inverse = 1.0 / (fold_pairs(row, row, |x, y| x * y) * SHARE + EPSILON).sqrt();
            for i in 0..WIDTH {
                row[i] *= *inverse;
                let x = row[i] * self.gain[i] + self.shift[i];
                node[0][i] += if x > 0.0 { x } else { 0.0 };
            }
        }
    }
}

/// The slopes of [`Update`].
#[derive(Debug)]
pub struct UpdateBackward<'a> {
    /// See [`Update`].
    pub gain: &'a Row,
    /// See [`Update`].
    pub shift: &'a Row,
    /// What [`Update`] left there.
    pub normal: &'a [Row],
    /// What [`Update`] left there.
    pub inverses: &'a [f32],
    /// The slopes of the states that came out.
    pub slopes: &'a [Row],
    /// The slopes of the product.
    pub to_product: &'a mut [Row],
    /// To which the slopes of gain are added.
    pub to_gain: &'a mut Row,
    /// To which the slopes of shift are added.
    pub to_shift: &'a mut Row,
}

impl Pass for UpdateBackward<'_> {
    #[inline(always)]
    fn run(self) {
        const SHARE: f32 = 1.0 / WIDTH as f32;
        let rows = self.normal.iter().zip(self.inverses).zip(self.slopes);
        for (((normal, inverse), slope), to) in rows.zip(self.to_product) {
            for i in 0..WIDTH {
                let open = normal[i] * self.gain[i] + self.shift[i] > 0.0;
                let slope = if open { slope[i] } else { 0.0 };
                self.to_gain[i] += slope * normal[i];
                self.to_shift[i] += slope;
                to[i] = slope * self.gain[i];
            }
            let (mean, along) = (sum(to) * SHARE, fold_pairs(to, normal, |x, y| x * y) * SHARE);
            for i in 0..WIDTH {
                to[i] = inverse * (to[i] - mean - normal[i] * along);
            }
        }
    }
}

/// `Σ max(0, x) · weight` of each row of twice the width.
#[derive(Debug)]
pub struct Readout<'a> {
    /// Rows.
    pub rows: &'a [Node],
    /// The weights.
    pub weights: &'a Node,
    /// Is added.
    pub bias: f32,
    /// One number for each row.
    pub out: &'a mut [f32],
}

impl Pass for Readout<'_> {
    #[inline(always)]
    fn run(self) {
        let weights = self.weights.as_flattened();
        for (row, out) in self.rows.iter().zip(self.out) {
            *out = self.bias + fold_pairs(row.as_flattened(), weights, |x, w| if x > 0.0 { x * w } else { 0.0 });
        }
    }
}
