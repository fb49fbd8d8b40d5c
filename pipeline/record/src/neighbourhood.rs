//! What a graph says around a node, in whole numbers: that from which an edge is believed or not.
//!
//! In: a node's own numbers, the edges at it. Out: its [`Neighbourhood`], smoothed over one step and over two. Never: a
//! float, a number that depends on the order of edges, or the trace of an edge in what is read of it.
//!
//! One step is the mean over a node's edges, weighed by confidence, of (text of the other end; signs of relation and
//! direction; signs of the other end's name); the second step is the mean of the first. So K is 2, and the polynomial
//! is `x, Âx, Â²x` with `Â = D⁻¹A`. A view holds its edges one by one, so an edge is held out of both ends' smoothing
//! exactly: from the first step it is left out, and the second goes around the node at its other end.
//!
//! Of a node's edges those with the smallest keys count, [`DEGREE_CAP`] of them. A node that has more is a hub: the
//! first step ends at it, for itself and for those around it. Else an edit near a country would be felt by all that
//! touch it.

use crate::shared::Shared;
use crate::value::Score;
use ontologies::Iri;
use serde::{Deserialize, Serialize};

/// What stands for 1: vectors have about this length, and weights are at most this.
pub const ONE: i32 = 1024;
/// Numbers of a node's text.
pub const TEXT: usize = 96;
/// Numbers that tell which relations touch a node.
pub const RELATION_SIGNATURE: usize = 32;
/// Numbers that tell which nodes are near: signs of their names, so that products count shared neighbours.
pub const NAME_SIGNATURE: usize = 64;
/// A node's own numbers: its text, then the signs of its name.
pub const SELF_FEATURES: usize = TEXT + NAME_SIGNATURE;
/// Numbers after a step: text, relations, names.
pub const STATE: usize = TEXT + RELATION_SIGNATURE + NAME_SIGNATURE;
/// Of a node's edges those with the smallest keys count, this many; with more it is a hub.
pub const DEGREE_CAP: usize = 32;
/// Edges that may be held out at once.
const HELD_OUT_SPARE: usize = 8;
/// The largest number of a text: so large that sums of a view fit into 32 bits.
pub const LARGEST: i16 = 8191;

/// A list of numbers, cheap to clone; an empty one stands for zeros.
pub type Numbers = Shared<[i16]>;

/// An edge, seen from one end. The key comes first, so that sorted edges are in the order in which they count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IncidentEdge {
    /// The triple's [`key`].
    pub key: u64,
    /// Whether it is seen from its head.
    pub forward: bool,
    /// Its relation.
    pub relation: Iri,
    /// Its confidence, 1 to [`ONE`].
    pub weight: u16,
    /// The node at its other end.
    pub other: Iri,
    /// [`RELATION_SIGNATURE`] signs of relation and direction: [`what`].
    pub what: Numbers,
    /// [`SELF_FEATURES`] numbers of the other end.
    pub own: Numbers,
}

/// An edge seen from one end, and what is seen from the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AggregatedEdge {
    /// The edge.
    pub near: IncidentEdge,
    /// [`STATE`] numbers of the other end after one step.
    pub once: Numbers,
}

/// A node with the edges at it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Neighbourhood {
    /// The node.
    pub name: Iri,
    /// Its class, where it is known.
    pub class: Option<Iri>,
    /// [`SELF_FEATURES`] numbers.
    pub own: Numbers,
    /// The edges with the smallest keys, sorted.
    pub seen: Vec<AggregatedEdge>,
    /// Of the edges that count when none is held out: what one step sums up, and what two do.
    sums: [Sum; 2],
}

/// What is left out when an edge is read.
#[derive(Clone, Copy, Debug)]
pub struct HeldOutEdges<'a> {
    /// Keys of edges that do not count; at most four, each of an edge and perhaps its mirror image.
    pub keys: &'a [u64],
    /// The node at the edge's other end.
    pub other: &'a Iri,
}

impl Neighbourhood {
    /// A node with its edges, sorted; all beyond those that count are left out, and of a hub what is seen beyond them.
    pub fn new(name: Iri, class: Option<Iri>, own: Numbers, seen: impl IntoIterator<Item = AggregatedEdge>) -> Self {
        let mut seen: Vec<AggregatedEdge> = seen.into_iter().take(DEGREE_CAP + HELD_OUT_SPARE + 1).collect();
        if seen.len() > DEGREE_CAP + HELD_OUT_SPARE {
            seen.truncate(DEGREE_CAP + HELD_OUT_SPARE);
            seen.iter_mut().for_each(|seen| seen.once = Vec::new().into());
        }
        let mut sums = [Sum::default(), Sum::default()];
        for seen in seen.iter().take(DEGREE_CAP) {
            sums[0].add_near(&seen.near, 1);
            sums[1].add(0, &seen.once, &seen.near, 1);
            sums[1].whole += i32::from(seen.near.weight);
        }
        Neighbourhood { name, class, own, seen, sums }
    }

    /// A value: nothing is near it, and its class is that of its kind.
    pub fn value(name: Iri, class: Iri) -> Self {
        Neighbourhood::new(name, Some(class), Vec::new().into(), [])
    }

    /// The edges that count when some are held out.
    pub fn without<'a>(&'a self, held: HeldOutEdges<'a>) -> impl Iterator<Item = &'a AggregatedEdge> + Clone {
        self.seen.iter().filter(move |seen| !held.keys.contains(&seen.near.key)).take(DEGREE_CAP)
    }

    /// [`STATE`] numbers after one step, and after two; after two none of a hub. What is seen from the edge's other end
    /// would hold the edge: the second step goes around it.
    pub fn smoothed(&self, held: HeldOutEdges<'_>) -> [Numbers; 2] {
        let [mut once, mut twice] = self.sums.clone();
        let mut change = |seen: &AggregatedEdge, sign: i32, around: bool| {
            if !around {
                once.add_near(&seen.near, sign);
            }
            if around || sign < 0 || seen.near.other != *held.other {
                twice.add(0, &seen.once, &seen.near, sign);
                twice.whole += sign * i32::from(seen.near.weight);
            }
        };
        let mut gone = 0;
        for seen in self.seen.iter().take(DEGREE_CAP) {
            if held.keys.contains(&seen.near.key) {
                change(seen, -1, false);
                gone += 1;
            } else if seen.near.other == *held.other {
                change(seen, -1, true);
            }
        }
        let next = self.seen.iter().skip(DEGREE_CAP).filter(|seen| !held.keys.contains(&seen.near.key));
        next.clone().take(gone).for_each(|seen| change(seen, 1, false));
        let hub = next.count() > gone;
        [once.mean(), if hub { Vec::new().into() } else { twice.mean() }]
    }
}

/// [`STATE`] numbers of a node after one step over its edges, sorted, as those around it see them; none of a hub.
pub fn one_hop<'a>(nears: impl Iterator<Item = &'a IncidentEdge>) -> Numbers {
    let mut sum = Sum::default();
    for (count, near) in nears.enumerate() {
        if count == DEGREE_CAP {
            return Vec::new().into();
        }
        sum.add_near(near, 1);
    }
    sum.mean()
}

/// Numbers by weight, and the weight of all together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Sum {
    numbers: Vec<i32>,
    whole: i32,
}

impl Default for Sum {
    fn default() -> Self {
        Sum { numbers: vec![0; STATE], whole: 0 }
    }
}

impl Sum {
    fn add(&mut self, from: usize, numbers: &[i16], near: &IncidentEdge, sign: i32) {
        let weight = sign * i32::from(near.weight);
        self.numbers[from..].iter_mut().zip(numbers).for_each(|(sum, x)| *sum += weight * i32::from(*x));
    }

    fn add_near(&mut self, near: &IncidentEdge, sign: i32) {
        self.add(0, near.own.get(..TEXT).unwrap_or_default(), near, sign);
        self.add(TEXT, &near.what, near, sign);
        self.add(TEXT + RELATION_SIGNATURE, near.own.get(TEXT..).unwrap_or_default(), near, sign);
        self.whole += sign * i32::from(near.weight);
    }

    /// The mean; zeros where nothing was added.
    fn mean(&self) -> Numbers {
        let whole = self.whole;
        match whole {
            0 => Vec::new().into(),
            // As `rounded`; the largest text in the most edges fits.
            _ => self.numbers.iter().map(|sum| ((sum.abs() + whole / 2) / whole * sum.signum()) as i16).collect(),
        }
    }
}

/// A quotient to the nearest whole number, halves away from zero.
pub fn rounded(sum: i64, whole: i64) -> i64 {
    (sum.abs() + whole / 2) / whole * sum.signum()
}

/// How much an edge of this support counts in a mean: 1 to [`ONE`].
pub fn weight(support: Score) -> u16 {
    let weight = u32::from(support.ten_thousandths()) * ONE as u32 / 10_000;
    weight.max(1) as u16
}

/// A number that a triple's names alone determine. A triple read backwards has the same: the two say one thing, and
/// neither may vouch for the other.
pub fn key(relation: &str, head: &str, tail: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in [relation, head.min(tail), head.max(tail)] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    first_word(&hasher.finalize())
}

/// A number that a name alone determines.
pub fn hash(name: &str) -> u64 {
    first_word(&blake3::hash(name.as_bytes()))
}

fn first_word(hash: &blake3::Hash) -> u64 {
    hash.as_bytes().iter().take(8).rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// A node's own numbers, of its name and its [`TEXT`] numbers.
pub fn own(name: &Iri, text: &[i16]) -> Numbers {
    let text = text.iter().copied().chain(std::iter::repeat(0)).take(TEXT);
    text.chain(signs("who", name.as_str(), NAME_SIGNATURE)).collect()
}

/// What tells that an edge of a relation is near, and in which direction.
pub fn what(relation: &Iri, forward: bool) -> Numbers {
    signs(if forward { "from" } else { "to" }, relation.as_str(), RELATION_SIGNATURE).into()
}

/// Signs that a name alone determines, as numbers whose vector is about [`ONE`] long.
fn signs(purpose: &str, name: &str, count: usize) -> Vec<i16> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(purpose.as_bytes());
    hasher.update(name.as_bytes());
    let mut bytes = vec![0; count.div_ceil(8)];
    hasher.finalize_xof().fill(&mut bytes);
    let size = (count as u64 * ONE as u64 * ONE as u64).isqrt() / count as u64;
    let size = size as i16;
    (0..count).map(|place| if bytes[place / 8] >> (place % 8) & 1 == 1 { size } else { -size }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(key: u64, other: &str, weight: u16) -> IncidentEdge {
        let other = Iri::new(other);
        let text: Vec<i16> = (0..TEXT).map(|place| (key as i16 * 31 + place as i16 * 7) % 900).collect();
        let relation = Iri::new("r");
        IncidentEdge {
            key,
            forward: true,
            what: what(&relation, true),
            relation,
            weight,
            own: own(&other, &text),
            other,
        }
    }

    fn view(keys: impl Iterator<Item = u64>) -> Neighbourhood {
        let seen = keys.map(|key| {
            let near = near(key, &format!("n{key}"), 1024);
            AggregatedEdge { once: own(&near.other, &[key as i16; TEXT]), near }
        });
        Neighbourhood::new(Iri::new("me"), None, own(&Iri::new("me"), &[]), seen)
    }

    #[test]
    fn what_is_held_out_leaves_no_trace_however_many_edges_there_are() {
        let nobody = Iri::new("nobody");
        for count in [1, 5, 32, 33, 34, 40, 41, 42, 300] {
            for gone in [0, 3, 31, 36] {
                let (whole, less) = (view(0..count), view((0..count).filter(|key| *key != gone)));
                let (held, nothing) =
                    (HeldOutEdges { keys: &[gone], other: &nobody }, HeldOutEdges { keys: &[], other: &nobody });
                assert_eq!(whole.smoothed(held), less.smoothed(nothing), "{count} {gone}");
            }
        }
        let around = HeldOutEdges { keys: &[], other: &Iri::new("n3") };
        assert_eq!(view(0..9).smoothed(around)[1], view((0..9).filter(|key| *key != 3)).smoothed(around)[1]);
        // Held out and around at once, with one more edge between both in what comes after.
        let both = HeldOutEdges { keys: &[2], other: &Iri::new("n32") };
        let left = (0..33).filter(|key| *key != 2);
        let nothing = HeldOutEdges { keys: &[], other: &nobody };
        assert_eq!(view(0..33).smoothed(both)[0], view(left.clone()).smoothed(nothing)[0]);
        assert_eq!(view(0..33).smoothed(both)[1], view(left.filter(|key| *key != 32)).smoothed(nothing)[1]);
        assert!(view(0..33).smoothed(nothing)[1].is_empty() && !view(0..32).smoothed(nothing)[1].is_empty(), "a hub");
    }

    #[test]
    fn means_are_by_weight_and_of_nothing_they_are_zeros() {
        let (one, other) = (near(1, "a", 1024), near(2, "b", 512));
        let mean = one_hop([&one, &other].into_iter());
        let expected = rounded(1024 * i64::from(one.own[0]) + 512 * i64::from(other.own[0]), 1536);
        assert_eq!(i64::from(mean[0]), expected);
        assert_eq!(mean.len(), STATE);
        assert!(one_hop([].into_iter()).is_empty());
        assert_eq!((rounded(-3, 2), rounded(3, 2), rounded(1, 3)), (-2, 2, 0));
    }

    #[test]
    fn a_triple_read_backwards_has_the_same_key_and_names_have_lasting_signs() {
        assert_eq!(key("r", "a", "b"), key("r", "b", "a"));
        assert_ne!(key("r", "a", "b"), key("s", "a", "b"));
        assert_ne!(key("r", "ab", "c"), key("r", "a", "bc"));
        let signs = what(&Iri::new("r"), true);
        assert_eq!(signs, what(&Iri::new("r"), true));
        assert_ne!(signs, what(&Iri::new("r"), false));
        let length: i64 = signs.iter().map(|x| i64::from(*x) * i64::from(*x)).sum();
        assert!((length.isqrt() - i64::from(ONE)).abs() < 10);
    }
}
