//! Wrong edges to learn from: any node, a node that stands so in the relation elsewhere, a node of a near cluster of texts.
//!
//! In: a snapshot, quantised texts, a seed. Out: an edge with one end replaced. Never: an edge that the snapshot holds; nor
//! the nearest texts themselves, which are what the filter is tested on.

use super::snapshot::Snapshot;
use kgloom_links::Link;
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::{Epilogue, unit};
use kgloom_record::neighbourhood::TEXT;
use rayon::prelude::*;

/// How an edge is made wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Corruption {
    /// Any node stands in.
    Random,
    /// A node that stands at this end of the relation elsewhere.
    Class,
    /// A node of one of the clusters of texts that are nearest to the end that stays (LEMON, with the retained anchor).
    Cluster,
}

impl Corruption {
    /// All of them.
    pub const ALL: [Corruption; 3] = [Corruption::Random, Corruption::Class, Corruption::Cluster];
}

/// Nodes in a cluster, on average.
const IN_CLUSTER: usize = 20;
/// Clusters that count as near.
const NEAR: usize = 3;
const ROUNDS: usize = 6;
/// Draws after which any node will do.
const TRIES: usize = 20;

/// What wrong edges are drawn from.
pub struct CorruptionSampler<'a> {
    snapshot: &'a Snapshot,
    /// By relation: heads and tails, once for each edge.
    ends: Vec<[Vec<u32>; 2]>,
    /// By cluster: its nodes.
    clusters: Vec<Vec<u32>>,
    /// By node: its nearest clusters.
    near: Vec<[u32; NEAR]>,
}

impl<'a> CorruptionSampler<'a> {
    /// Clusters the texts (k-means on directions), and lists what stands where.
    pub fn new(snapshot: &'a Snapshot, text: &[i16], seed: u64) -> Self {
        let mut ends = vec![[Vec::new(), Vec::new()]; snapshot.relations.len()];
        for (link, _) in &snapshot.edges {
            ends[link.relation as usize][0].push(link.head);
            ends[link.relation as usize][1].push(link.tail);
        }
        let near = clusters(text, seed);
        let count = near.iter().map(|near| near[0] as usize + 1).max().unwrap_or(0);
        let mut clusters = vec![Vec::new(); count];
        (0u32..).zip(&near).for_each(|(node, near)| clusters[near[0] as usize].push(node));
        CorruptionSampler { snapshot, ends, clusters, near }
    }

    /// A wrong edge made of a right one, head or tail replaced; `None` where none is found.
    pub fn corrupt(&self, link: Link, kind: Corruption, random: &mut Draw) -> Option<Link> {
        let tail = random.unit() < 0.5;
        let stays = if tail { link.head } else { link.tail };
        for tried in 0..2 * TRIES {
            let other = match kind {
                Corruption::Class if tried < TRIES => {
                    let ends = &self.ends[link.relation as usize][usize::from(tail)];
                    ends[random.below(ends.len())]
                }
                Corruption::Cluster if tried < TRIES => {
                    let near = self.near[stays as usize][random.below(NEAR)];
                    match self.clusters.get(near as usize).filter(|nodes| !nodes.is_empty()) {
                        Some(nodes) => nodes[random.below(nodes.len())],
                        None => continue,
                    }
                }
                _ => random.below(self.snapshot.entities.len()) as u32,
            };
            let made = if tail { Link { tail: other, ..link } } else { Link { head: other, ..link } };
            if made.head != made.tail && !self.holds(made) {
                return Some(made);
            }
        }
        None
    }

    fn holds(&self, link: Link) -> bool {
        self.snapshot.edges.binary_search_by_key(&link, |(known, _)| *known).is_ok()
    }
}

/// The nearest clusters of each node.
fn clusters(text: &[i16], seed: u64) -> Vec<[u32; NEAR]> {
    let mut rows: Vec<f32> = text.iter().map(|x| f32::from(*x)).collect();
    rows.chunks_exact_mut(TEXT).for_each(unit);
    let nodes = rows.len() / TEXT;
    let count = (nodes / IN_CLUSTER).max(NEAR);
    let mut order: Vec<usize> = (0..nodes).collect();
    draw(seed, "clusters", 0).shuffle(&mut order);
    let mut centres: Vec<f32> =
        order.iter().cycle().take(count).flat_map(|node| rows[node * TEXT..][..TEXT].iter().copied()).collect();
    let mut near = nearest(&rows, &centres);
    for _ in 1..ROUNDS {
        centres.fill(0.0);
        for (row, near) in rows.chunks_exact(TEXT).zip(&near) {
            let centre = &mut centres[near[0] as usize * TEXT..][..TEXT];
            centre.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        centres.chunks_exact_mut(TEXT).for_each(unit);
        near = nearest(&rows, &centres);
    }
    near
}

fn nearest(rows: &[f32], centres: &[f32]) -> Vec<[u32; NEAR]> {
    const TOGETHER: usize = 64;
    let count = centres.len() / TEXT;
    let mut panels = SinglePanels::default();
    panels.pack_columns(centres, TEXT, (TEXT, count));
    let isa = Isa::best();
    let block = |rows: &[f32]| {
        let mut scores = vec![0.0; rows.len() / TEXT * count];
        let rows = Rows { values: rows, stride: TEXT, count: rows.len() / TEXT };
        kernels::single(isa, rows, &panels, Epilogue::Plain, &mut scores);
        scores.chunks_exact(count).map(best).collect::<Vec<_>>()
    };
    rows.par_chunks(TOGETHER * TEXT).flat_map_iter(block).collect()
}

/// The places of the largest scores, the earlier of equal ones first.
fn best(scores: &[f32]) -> [u32; NEAR] {
    let mut best = [(f32::NEG_INFINITY, 0); NEAR];
    for (place, &score) in (0u32..).zip(scores) {
        let rank = best.iter().position(|kept| score > kept.0);
        if let Some(rank) = rank {
            best[rank..].rotate_right(1);
            best[rank] = (score, place);
        }
    }
    best.map(|(_, place)| place)
}
