//! What a graph says around each node when the triples of one fold are left out, in whole numbers.
//!
//! In: a snapshot, quantised texts. Out: what the scorer reads of a triple: both ends, smoothed over one and two steps,
//! and counts. Never: a trace of the triple itself or of its fold, or a number that depends on the order of edges: sums
//! are of integers, and a hub is seen through the edges with the smallest keys.

use super::snapshot::{Agreement, Evidence, ONE, Snapshot, signs};
use crate::links::Link;
use rayon::prelude::*;

/// Numbers of a node's text.
pub const TEXT: usize = 96;
/// Numbers that tell which relations touch a node.
pub const WHAT: usize = 32;
/// Numbers that tell which nodes are near: random signs of their names, so that products count shared neighbours.
const WHO: usize = 64;
/// Numbers of a node's state after each step.
const STATE: usize = TEXT + WHAT + WHO;
/// What of a state the scorer reads as it is.
const SEEN: usize = TEXT + WHAT;
/// What the scorer reads of an end: its text, then what is seen after one step and after two.
pub const END: usize = TEXT + 2 * SEEN;
/// Buckets of a count: 0, 1, 2-3, 4-7, 8-15, more.
const BUCKETS: usize = 6;
const COUNTS: usize = 7;
const COSINES: usize = 22;
/// What the scorer reads of both ends together: cosines, buckets of counts, confidence, buckets of support, agreement of
/// classes, and a constant.
pub const FACTS: usize = COSINES + COUNTS * BUCKETS + 1 + BUCKETS + 2 + 1;

/// How edges are held out and hubs are capped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Holding {
    /// F: a triple is in the fold `key mod F`.
    pub folds: u64,
    /// Of a node's edges outside the fold, those with the smallest keys count, this many.
    pub most: usize,
}

impl Default for Holding {
    fn default() -> Self {
        Holding { folds: 8, most: 64 }
    }
}

/// An edge, seen from one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Incident {
    node: u32,
    key: u64,
    other: u32,
    /// Twice the relation, and one more at the tail.
    slot: u32,
    weight: u16,
}

/// A snapshot by folds.
pub struct Held<'a> {
    snapshot: &'a Snapshot,
    holding: Holding,
    /// Nodes × TEXT.
    text: Vec<i16>,
    /// Nodes × WHO.
    who: Vec<i16>,
    starts: Vec<usize>,
    incident: Vec<Incident>,
    /// (node, slot, fold) of every edge from both ends, sorted.
    slots: Vec<(u32, u32, u8)>,
    /// (smaller end, larger end, fold) of every edge, sorted.
    pairs: Vec<(u32, u32, u8)>,
    /// By fold: nodes × STATE after one step, and after two.
    steps: Vec<[Vec<i16>; 2]>,
}

/// What the scorer reads of a triple.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The relation.
    pub relation: u32,
    /// `END` numbers of the head.
    pub head: Vec<i16>,
    /// `END` numbers of the tail.
    pub tail: Vec<i16>,
    /// `FACTS` numbers of both.
    pub facts: Vec<i16>,
}

impl<'a> Held<'a> {
    /// Smooths a snapshot once for each fold.
    pub fn new(snapshot: &'a Snapshot, text: Vec<i16>, holding: Holding) -> Self {
        let nodes = snapshot.entities.len();
        let mut incident = Vec::with_capacity(2 * snapshot.edges.len());
        let (mut slots, mut pairs) = (Vec::new(), Vec::new());
        for &(link, evidence) in &snapshot.edges {
            let key = snapshot.key(link);
            let fold = (key % holding.folds) as u8;
            let weight = evidence.confidence.max(1);
            for (node, other, slot) in
                [(link.head, link.tail, 2 * link.relation), (link.tail, link.head, 2 * link.relation + 1)]
            {
                incident.push(Incident { node, key, other, slot, weight });
                slots.push((node, slot, fold));
            }
            pairs.push((link.head.min(link.tail), link.head.max(link.tail), fold));
        }
        incident.sort_unstable();
        slots.sort_unstable();
        pairs.sort_unstable();
        let mut starts = vec![0; nodes + 1];
        incident.iter().for_each(|edge| starts[edge.node as usize + 1] += 1);
        (0..nodes).for_each(|node| starts[node + 1] += starts[node]);
        let who = snapshot.entities.iter().flat_map(|name| signs("who", name, WHO)).collect();
        let mut held = Held { snapshot, holding, text, who, starts, incident, slots, pairs, steps: Vec::new() };
        let what: Vec<i16> = (snapshot.relations.iter())
            .flat_map(|name| [signs("from", name, WHAT), signs("to", name, WHAT)].concat())
            .collect();
        held.steps = (0..holding.folds)
            .map(|fold| {
                let first = held.step(fold, |edge, sum| {
                    add(&mut sum[..TEXT], row(&held.text, edge.other as usize, TEXT), edge.weight);
                    add(&mut sum[TEXT..SEEN], row(&what, edge.slot as usize, WHAT), edge.weight);
                    add(&mut sum[SEEN..], row(&held.who, edge.other as usize, WHO), edge.weight);
                });
                let second =
                    held.step(fold, |edge, sum| add(sum, row(&first, edge.other as usize, STATE), edge.weight));
                [first, second]
            })
            .collect();
        held
    }

    /// The edges that a node is seen through when a fold is left out.
    fn seen(&self, node: usize, fold: u64) -> impl Iterator<Item = &Incident> {
        let edges = &self.incident[self.starts[node]..self.starts[node + 1]];
        edges.iter().filter(move |edge| edge.key % self.holding.folds != fold).take(self.holding.most)
    }

    /// The mean over each node's edges of what `tell` adds for one, by weight; zeros where there is none.
    fn step(&self, fold: u64, tell: impl Fn(&Incident, &mut [i64]) + Sync) -> Vec<i16> {
        const TOGETHER: usize = 64;
        let mut out = vec![0; self.snapshot.entities.len() * STATE];
        out.par_chunks_mut(TOGETHER * STATE).enumerate().for_each(|(block, rows)| {
            for (offset, row) in rows.chunks_exact_mut(STATE).enumerate() {
                let mut sum = [0i64; STATE];
                let mut whole = 0;
                for edge in self.seen(block * TOGETHER + offset, fold) {
                    tell(edge, &mut sum);
                    whole += i64::from(edge.weight);
                }
                if whole > 0 {
                    row.iter_mut().zip(sum).for_each(|(x, sum)| *x = rounded(sum, whole) as i16);
                }
            }
        });
        out
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        self.snapshot
    }

    /// The fold that a triple is in, whether or not the graph holds it.
    pub fn fold(&self, link: Link) -> u64 {
        self.snapshot.key(link) % self.holding.folds
    }

    /// What is read of a triple, which may be in the graph or not: the same in both cases.
    pub fn read(&self, link: Link, evidence: Evidence) -> Reading {
        let fold = self.fold(link);
        let [first, second] = &self.steps[fold as usize];
        let states = |node: u32| {
            let node = node as usize;
            [row(&self.text, node, TEXT), row(first, node, STATE), row(second, node, STATE)]
        };
        let (heads, tails) = (states(link.head), states(link.tail));
        let end = |states: [&[i16]; 3]| [states[0], &states[1][..SEEN], &states[2][..SEEN]].concat();
        let mut facts = Vec::with_capacity(FACTS);
        let part = |from: usize, to: usize, a: &[i16], b: &[i16]| cosine(&a[from..to], &b[from..to]);
        for head in heads {
            facts.extend(tails.map(|tail| part(0, TEXT, head, tail)));
        }
        // Before the first step a node is known by its own signs.
        let who = |node: u32, states: [&[i16]; 3]| -> [Vec<i16>; 3] {
            [row(&self.who, node as usize, WHO), &states[1][SEEN..], &states[2][SEEN..]].map(<[i16]>::to_vec)
        };
        let others = who(link.tail, tails);
        for head in who(link.head, heads) {
            facts.extend(others.each_ref().map(|tail| cosine(&head, tail)));
        }
        for head in &heads[1..] {
            facts.extend([tails[1], tails[2]].map(|tail| part(TEXT, SEEN, head, tail)));
        }
        let fold = fold as u8;
        let (out, back) = (2 * link.relation, 2 * link.relation + 1);
        let counts = [
            self.degree(link.head, fold),
            self.degree(link.tail, fold),
            self.touching(link.head, out, fold),
            self.touching(link.tail, back, fold),
            self.touching(link.head, back, fold),
            self.touching(link.tail, out, fold),
            within(&self.pairs, (link.head.min(link.tail), link.head.max(link.tail)), fold),
        ];
        counts.into_iter().for_each(|count| facts.extend(bucket(count)));
        facts.push(evidence.confidence as i16);
        facts.extend(bucket(evidence.support as usize));
        let agreement = self.snapshot.agreement(link);
        facts.extend([Agreement::Suits, Agreement::Differs].map(|one| i16::from(agreement == one) * ONE as i16));
        facts.push(ONE as i16);
        Reading { relation: link.relation, head: end(heads), tail: end(tails), facts }
    }

    fn degree(&self, node: u32, fold: u8) -> usize {
        let edges = &self.incident[self.starts[node as usize]..self.starts[node as usize + 1]];
        // Beyond the last bucket nobody counts on.
        edges.iter().filter(|edge| edge.key % self.holding.folds != u64::from(fold)).take(1 << BUCKETS).count()
    }

    fn touching(&self, node: u32, slot: u32, fold: u8) -> usize {
        within(&self.slots, (node, slot), fold)
    }
}

/// How many entries begin like this and are not of the fold.
fn within(sorted: &[(u32, u32, u8)], (one, other): (u32, u32), fold: u8) -> usize {
    let below = |entry: (u32, u32, u16)| sorted.partition_point(|&(a, b, f)| (a, b, u16::from(f)) < entry);
    let all = below((one, other, u16::MAX)) - below((one, other, 0));
    let fold = u16::from(fold);
    all - (below((one, other, fold + 1)) - below((one, other, fold)))
}

fn row(values: &[i16], index: usize, width: usize) -> &[i16] {
    &values[index * width..][..width]
}

fn add(sum: &mut [i64], row: &[i16], weight: u16) {
    sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += i64::from(weight) * i64::from(*x));
}

/// A quotient to the nearest whole number, halves away from zero.
fn rounded(sum: i64, whole: i64) -> i64 {
    (sum.abs() + whole / 2) / whole * sum.signum()
}

/// The cosine of two rows, times [`ONE`]; 0 where one is empty.
fn cosine(one: &[i16], other: &[i16]) -> i16 {
    let dot =
        |a: &[i16], b: &[i16]| a.iter().zip(b).map(|(x, y)| i64::from(i32::from(*x) * i32::from(*y))).sum::<i64>();
    let lengths = (dot(one, one) as u64 * dot(other, other) as u64).isqrt() as i64;
    if lengths == 0 { 0 } else { rounded(dot(one, other) * i64::from(ONE), lengths) as i16 }
}

/// A count as the number of binary digits it has, one place of several.
fn bucket(count: usize) -> [i16; BUCKETS] {
    let mut places = [0; BUCKETS];
    places[((usize::BITS - count.leading_zeros()) as usize).min(BUCKETS - 1)] = ONE as i16;
    places
}
