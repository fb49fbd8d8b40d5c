//! The edges of a graph that are to be believed or not, with what each node is about, in whole numbers.
//!
//! In: links, confidences, vectors of texts. Out: a [`Snapshot`]; a key and a fold for each triple. Never: a float beyond
//! this room: what follows is a function of integers, as a stream of edits needs it.

use crate::Error;
use kgloom_links::{Link, LinkSet};
use kgloom_numerics::vectors::TextVectors;
use kgloom_record::neighbourhood;
use kgloom_record::record::{DocumentEvidence, Evidence, Iri, MentionStatistics, Score};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is said once, without doubt.
pub const PLAIN: Evidence = {
    let naming = MentionStatistics { score: Score::ONE, best: Score::ONE, mentions: 1 };
    let best = DocumentEvidence { score: Score::ONE, head: naming, tail: naming, sentences: 0, bytes: 0 };
    Evidence { support: Score::ONE, documents: 1, best }
};

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
    /// The classes of nodes, where they are known; empty where none is.
    pub classes: Vec<Option<Iri>>,
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
        let edges: BTreeSet<(Link, Evidence)> = links.map(|link| (link, PLAIN)).collect();
        Ok(Snapshot {
            entities: set.entities.clone(),
            relations: set.relations.clone(),
            edges: edges.into_iter().collect(),
            width: vectors.width,
            vectors: vectors.values.clone(),
            classes: Vec::new(),
        })
    }

    /// The same nodes with other edges, in any order.
    pub fn with(&self, edges: impl IntoIterator<Item = (Link, Evidence)>) -> Self {
        let edges: BTreeSet<(Link, Evidence)> = edges.into_iter().collect();
        Snapshot { edges: edges.into_iter().collect(), ..self.clone() }
    }

    /// What a triple's names alone determine: [`neighbourhood::key`].
    pub fn key(&self, link: Link) -> u64 {
        let [head, tail] = [link.head, link.tail].map(|node| &*self.entities[node as usize]);
        neighbourhood::key(&self.relations[link.relation as usize], head, tail)
    }
}
