//! False edges put into a graph on purpose, to see which the filter finds.
//!
//! In: a graph, a kind, a rate, a seed. Out: edges that the graph does not hold. Never: anything that training uses: the
//! nearest texts are found by whole vectors, and the random numbers have a purpose of their own.

use super::snapshot::Snapshot;
use crate::Error;
use kgloom_links::Link;
use kgloom_numerics::draw::draw;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::Epilogue;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Texts that count as plausible: a node's nearest.
const NEAREST: usize = 20;

/// How a false edge comes about: one end of a true edge is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Noise {
    /// By any node.
    Random,
    /// By a node that stands at this end of the relation elsewhere.
    Class,
    /// By one of the nodes whose texts are nearest to the text of the end that stays.
    Text,
    /// By one of these three ways, drawn for each edge.
    Mixed,
}

impl Noise {
    /// All kinds.
    pub const ALL: [Noise; 4] = [Noise::Random, Noise::Class, Noise::Text, Noise::Mixed];

    fn name(self) -> &'static str {
        match self {
            Noise::Random => "random",
            Noise::Class => "class",
            Noise::Text => "text",
            Noise::Mixed => "mixed",
        }
    }
}

impl fmt::Display for Noise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Noise {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Noise::ALL.into_iter().find(|noise| noise.name() == text);
        found.ok_or_else(|| format!("\"{text}\" is no kind of noise; random, class, text and mixed are"))
    }
}

/// Makes false edges for one graph.
pub struct Injector<'a> {
    snapshot: &'a Snapshot,
    /// Both ends of every edge, the smaller first, sorted: nothing false links them.
    linked: BTreeSet<(u32, u32)>,
    /// By relation: heads and tails, once for each edge.
    ends: Vec<[Vec<u32>; 2]>,
    /// By node: the nodes with the nearest texts.
    nearest: Vec<Vec<u32>>,
}

impl<'a> Injector<'a> {
    /// Looks for the nearest texts where the kinds need them.
    pub fn new(snapshot: &'a Snapshot, kinds: &[Noise]) -> Self {
        let pair = |link: Link| (link.head.min(link.tail), link.head.max(link.tail));
        let linked = snapshot.edges.iter().map(|(link, _)| pair(*link)).collect();
        let mut ends = vec![[Vec::new(), Vec::new()]; snapshot.relations.len()];
        for (link, _) in &snapshot.edges {
            ends[link.relation as usize][0].push(link.head);
            ends[link.relation as usize][1].push(link.tail);
        }
        let nearest = if kinds.iter().any(|kind| matches!(kind, Noise::Text | Noise::Mixed)) {
            nearest(&snapshot.vectors, snapshot.width)
        } else {
            Vec::new()
        };
        Injector { snapshot, linked, ends, nearest }
    }

    /// `rate` false edges for each true one, all different, sorted. No two nodes that the graph links are linked by one.
    ///
    /// # Errors
    /// When the graph has too few nodes for so many.
    pub fn inject(&self, kind: Noise, rate: f64, seed: u64) -> Result<Vec<Link>, Error> {
        let wanted = (rate * self.snapshot.edges.len() as f64).round() as usize;
        let mut random = draw(seed, "injected noise", kind as u64);
        let mut made = BTreeSet::new();
        let mut tries = 0;
        while made.len() < wanted {
            tries += 1;
            if tries > 200 * wanted.max(100) {
                let reason = format!("only {} of {wanted} false edges of kind {kind} are to be found", made.len());
                return Err(Error::Data { name: "noise".to_owned(), reason });
            }
            let (link, _) = self.snapshot.edges[random.below(self.snapshot.edges.len())];
            let tail = random.unit() < 0.5;
            let stays = if tail { link.head } else { link.tail };
            let way = if kind == Noise::Mixed { Noise::ALL[random.below(3)] } else { kind };
            let from: &[u32] = match way {
                Noise::Random | Noise::Mixed => &[],
                Noise::Class => &self.ends[link.relation as usize][usize::from(tail)],
                Noise::Text => &self.nearest[stays as usize],
            };
            let other = match (way, from.len()) {
                (Noise::Random, _) => random.below(self.snapshot.entities.len()) as u32,
                (_, 0) => continue,
                (_, count) => from[random.below(count)],
            };
            let false_one = if tail { Link { tail: other, ..link } } else { Link { head: other, ..link } };
            if stays != other && !self.linked.contains(&(stays.min(other), stays.max(other))) {
                made.insert(false_one);
            }
        }
        Ok(made.into_iter().collect())
    }
}

/// The nodes with the nearest texts; none for a node without a text.
fn nearest(vectors: &[f32], width: usize) -> Vec<Vec<u32>> {
    const TOGETHER: usize = 32;
    let nodes = vectors.len() / width;
    let mut panels = SinglePanels::default();
    panels.pack_columns(vectors, width, (width, nodes));
    let isa = Isa::best();
    let block = |(index, rows): (usize, &[f32])| {
        let mut scores = vec![0.0; rows.len() / width * nodes];
        let rows = Rows { values: rows, stride: width, count: rows.len() / width };
        kernels::single(isa, rows, &panels, Epilogue::Plain, &mut scores);
        let of_row = |(offset, scores): (usize, &[f32])| {
            let own = (index * TOGETHER + offset) as u32;
            let mut order: Vec<(f32, u32)> =
                scores.iter().copied().zip(0u32..).filter(|(score, node)| *node != own && *score > 0.0).collect();
            let closer = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
            if order.len() > NEAREST {
                order.select_nth_unstable_by(NEAREST - 1, closer);
                order.truncate(NEAREST);
            }
            order.sort_unstable_by(closer);
            // Collected anew: what is taken over in place would keep the room of a whole row.
            order.iter().map(|(_, node)| *node).collect::<Vec<u32>>()
        };
        scores.chunks_exact(nodes).enumerate().map(of_row).collect::<Vec<_>>()
    };
    vectors.par_chunks(TOGETHER * width).enumerate().flat_map_iter(block).collect()
}
