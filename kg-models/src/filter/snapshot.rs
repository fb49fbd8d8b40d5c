//! The edges of a graph that are to be believed or not, with what each node is about, in whole numbers.
//!
//! In: links, confidences, vectors of texts. Out: a [`Snapshot`]; a key and a fold for each triple. Never: a float beyond
//! this room: what follows is a function of integers, as a stream of edits needs it.

use crate::Error;
use crate::links::{Link, LinkSet, TextVectors};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What stands for 1: vectors have about this length, confidences and cosines are at most this.
pub const ONE: i32 = 1024;

/// What is known of a triple beside its ends and its relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The reader's confidence, 0 to `ONE`.
    pub confidence: u16,
    /// How many documents say it.
    pub support: u32,
}

impl Evidence {
    /// What is said once, without doubt.
    pub const PLAIN: Evidence = Evidence { confidence: ONE as u16, support: 1 };
}

/// Whether the classes of both ends suit the relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// A class is not known, or nothing is said of the relation.
    Unknown,
    /// They do.
    Suits,
    /// They do not.
    Differs,
}

/// The classes of nodes, and which of them a relation may link.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    /// By node.
    pub of: Vec<Option<u32>>,
    /// Class of the head, relation, class of the tail.
    pub allowed: BTreeSet<(u32, u32, u32)>,
}

/// A graph at one time.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Names of nodes; a node's id is its place.
    pub entities: Vec<Arc<str>>,
    /// Names of relations.
    pub relations: Vec<Arc<str>>,
    /// Triples, sorted, each once.
    pub edges: Vec<(Link, Evidence)>,
    /// Numbers in a node's vector.
    pub width: usize,
    /// Nodes × width; zeros where a node has no text.
    pub vectors: Vec<f32>,
    /// Classes, where they are known.
    pub classes: Classes,
}

impl Snapshot {
    /// The links of all parts of a set, said once each without doubt.
    ///
    /// # Errors
    /// When the vectors are not those of the set's entities, or no entity has a text.
    pub fn of_links(set: &LinkSet, vectors: &TextVectors) -> Result<Self, Error> {
        let wrong = |reason: &str| Error::Data { name: set.name.clone(), reason: reason.to_owned() };
        if vectors.values.len() != set.entities.len() * vectors.width {
            return Err(wrong("there is not one vector for each entity"));
        }
        if vectors.values.iter().all(|x| *x == 0.0) {
            return Err(wrong("no entity has a text; put them into entity2text.txt: a name, a tab, a text"));
        }
        let links = [&set.train, &set.validation, &set.test].into_iter().flatten().copied();
        let edges: BTreeSet<(Link, Evidence)> = links.map(|link| (link, Evidence::PLAIN)).collect();
        Ok(Snapshot {
            entities: set.entities.clone(),
            relations: set.relations.clone(),
            edges: edges.into_iter().collect(),
            width: vectors.width,
            vectors: vectors.values.clone(),
            classes: Classes::default(),
        })
    }

    /// The same nodes with other edges, in any order.
    pub fn with(&self, edges: impl IntoIterator<Item = (Link, Evidence)>) -> Self {
        let edges: BTreeSet<(Link, Evidence)> = edges.into_iter().collect();
        Snapshot { edges: edges.into_iter().collect(), ..self.clone() }
    }

    /// Whether an edge's classes suit its relation.
    pub fn agreement(&self, link: Link) -> Agreement {
        let class = |node: u32| self.classes.of.get(node as usize).copied().flatten();
        match (class(link.head), class(link.tail)) {
            (Some(head), Some(tail)) if self.classes.allowed.contains(&(head, link.relation, tail)) => Agreement::Suits,
            (Some(_), Some(_)) => Agreement::Differs,
            _ => Agreement::Unknown,
        }
    }

    /// A number that the triple's names alone determine. A triple read backwards has the same: the two say one thing, and
    /// neither may vouch for the other.
    pub fn key(&self, link: Link) -> u64 {
        let [head, tail] = [link.head, link.tail].map(|node| self.entities[node as usize].as_bytes());
        let relation = self.relations[link.relation as usize].as_bytes();
        let mut hasher = blake3::Hasher::new();
        for part in [relation, head.min(tail), head.max(tail)] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        first_word(hasher.finalize().as_bytes())
    }
}

/// The first eight bytes of a hash.
fn first_word(bytes: &[u8; 32]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Signs that a name alone determines, as numbers whose vector is about [`ONE`] long.
pub fn signs(purpose: &str, name: &str, count: usize) -> Vec<i16> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(purpose.as_bytes());
    hasher.update(name.as_bytes());
    let mut bytes = vec![0; count.div_ceil(8)];
    hasher.finalize_xof().fill(&mut bytes);
    let size = (f64::from(ONE) / (count as f64).sqrt()).round() as i16;
    (0..count).map(|place| if bytes[place / 8] >> (place % 8) & 1 == 1 { size } else { -size }).collect()
}
