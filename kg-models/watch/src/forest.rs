//! How soon random cuts set an item apart: the isolation forest (Liu, Ting and Zhou 2008). In: rows, a seed. Out: 0 to 1, more
//! for what is set apart sooner. Never: a cut that the draw did not make.

use kgloom_numerics::draw::{Draw, draw};
use rayon::prelude::*;

/// Trees (the paper's).
const TREES: u64 = 100;
/// Rows that a tree is grown on (the paper's).
const SAMPLE: usize = 256;
/// Columns that are tried for a cut before a node is left whole.
const TRIES: usize = 64;

#[derive(Clone, Debug, PartialEq)]
enum Node {
    /// How many cuts would be needed, by what is known.
    Leaf(f64),
    Cut {
        column: usize,
        at: f32,
        /// The place of the node for what is at least `at`; the other one follows this node.
        above: usize,
    },
}

/// Trees of random cuts.
#[derive(Clone, Debug, PartialEq)]
pub struct Forest {
    trees: Vec<Vec<Node>>,
    /// The mean number of cuts in a tree that is not limited.
    usual: f64,
}

impl Forest {
    /// A forest on rows of the given width, drawn by a seed.
    pub fn of(rows: &[f32], width: usize, seed: u64) -> Forest {
        let count = rows.len() / width.max(1);
        let sample = count.min(SAMPLE);
        let deepest = sample.max(2).ilog2() + u32::from(!sample.max(2).is_power_of_two());
        let grow = |tree: u64| {
            let mut draw = draw(seed, "isolation forest", tree);
            let mut places: Vec<usize> = (0..count).collect();
            draw.shuffle(&mut places);
            places.truncate(sample);
            let mut grown = Growth { rows, width, draw, nodes: Vec::new() };
            grown.grow(&mut places, deepest, 0.0);
            grown.nodes
        };
        Forest { trees: (0..TREES).into_par_iter().map(grow).collect(), usual: usual_cuts(sample) }
    }

    /// How soon an item is set apart: ½ for the usual, near 1 at once (the paper's score).
    pub fn score(&self, item: &[f32]) -> f32 {
        let cuts: f64 = self.trees.iter().map(|tree| cuts(tree, item)).sum();
        let mean = cuts / self.trees.len().max(1) as f64;
        (-mean / self.usual.max(1.0)).exp2() as f32
    }
}

fn cuts(tree: &[Node], item: &[f32]) -> f64 {
    let mut place = 0;
    loop {
        match tree[place] {
            Node::Leaf(cuts) => return cuts,
            Node::Cut { column, at, above } => place = if item[column] < at { place + 1 } else { above },
        }
    }
}

/// The mean number of cuts that set one of so many rows apart: that of an unsuccessful search in a binary tree.
fn usual_cuts(rows: usize) -> f64 {
    let harmonic = |count: usize| (1..=count).map(|x| 1.0 / x as f64).sum::<f64>();
    if rows < 2 { 0.0 } else { 2.0 * harmonic(rows - 1) - 2.0 * (rows - 1) as f64 / rows as f64 }
}

/// A tree that grows.
struct Growth<'a> {
    rows: &'a [f32],
    width: usize,
    draw: Draw,
    nodes: Vec<Node>,
}

impl Growth<'_> {
    fn grow(&mut self, places: &mut [usize], deepest: u32, cuts: f64) {
        let cut = if deepest > 0 && places.len() > 1 { self.cut(places) } else { None };
        let Some((column, at)) = cut else {
            self.nodes.push(Node::Leaf(cuts + usual_cuts(places.len())));
            return;
        };
        let own = self.nodes.len();
        self.nodes.push(Node::Cut { column, at, above: 0 });
        places.sort_by_key(|place| self.rows[place * self.width + column] >= at);
        let split = places.partition_point(|place| self.rows[place * self.width + column] < at);
        let (below, above) = places.split_at_mut(split);
        self.grow(below, deepest - 1, cuts + 1.0);
        let next = self.nodes.len();
        self.nodes[own] = Node::Cut { column, at, above: next };
        self.grow(above, deepest - 1, cuts + 1.0);
    }

    /// A random column in which the rows differ, and a random number between the least and the greatest.
    fn cut(&mut self, places: &[usize]) -> Option<(usize, f32)> {
        for _ in 0..TRIES {
            let column = self.draw.below(self.width);
            let values = places.iter().map(|place| self.rows[place * self.width + column]);
            let (least, most) = values.fold((f32::MAX, f32::MIN), |(least, most), x| (least.min(x), most.max(x)));
            let at = least + (most - least) * self.draw.unit();
            if at > least {
                return Some((column, at));
            }
        }
        None
    }
}
