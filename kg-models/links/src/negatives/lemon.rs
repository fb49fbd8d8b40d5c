//! Pools of entities that a language model takes for alike (LEMON, Islam et al. 2022, arXiv 2203.04703).
//!
//! In: vectors of the entities' texts. Out: members of the clusters nearest to an anchor. Never: a pool for an entity
//! without a text.

use crate::Error;
use crate::data::set::LinkSet;
use kgloom_numerics::axes::PrincipalAxes;
use kgloom_numerics::clusters::Clusters;
use kgloom_numerics::draw::Draw;
use kgloom_numerics::passes;
use kgloom_numerics::vectors::TextVectors;
use serde::{Deserialize, Serialize};

/// Which end of a link a pool lies around.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The end that stays, as published.
    #[default]
    Kept,
    /// The end that is replaced: its pool holds what is nearest to the right answer.
    Replaced,
}

/// The most rounds of finding the directions in which texts differ.
const ROUNDS: usize = 1_000;

/// How pools are made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lemon {
    /// Principal components that vectors are cut to before they are clustered.
    pub components: usize,
    /// Clusters of k-means.
    pub clusters: usize,
    /// Clusters in a pool: those whose centres are nearest to the anchor.
    pub nearest: usize,
    /// Which end of the link the pool lies around.
    pub anchor: Anchor,
    /// The share of wrong answers that comes from the pool; the others come from all entities.
    pub share: f32,
    /// The cosine with the right answer's text from which a member is not drawn, since it may be right too; 1 draws all.
    pub ceiling: f32,
}

impl Default for Lemon {
    fn default() -> Self {
        Lemon { components: 2, clusters: 15, nearest: 3, anchor: Anchor::Kept, share: 0.5, ceiling: 0.95 }
    }
}

impl Lemon {
    /// What of it cannot be: the key, and the reason.
    pub(crate) fn wrong(&self) -> Option<(&'static str, &'static str)> {
        if self.nearest > self.clusters {
            return Some(("lemon.nearest", "cannot be more than lemon.clusters"));
        }
        if !(self.share > 0.0 && self.share <= 1.0) {
            return Some(("lemon.share", "is a share above 0, and up to 1; without any, negatives = \"uniform\""));
        }
        (!(self.ceiling > 0.0 && self.ceiling <= 1.0)).then_some(("lemon.ceiling", "is a cosine above 0, and up to 1"))
    }
}

/// Clusters of entities by their texts.
pub struct Pools<'a> {
    /// How they were made.
    pub lemon: Lemon,
    vectors: &'a TextVectors,
    /// Members, cluster after cluster.
    members: Vec<u32>,
    /// Where each cluster begins in them, and where the last one ends.
    starts: Vec<usize>,
    /// The clusters of each entity's pool; none without a text.
    near: Vec<Vec<u32>>,
}

impl<'a> Pools<'a> {
    /// Clusters the entities that have a text.
    ///
    /// # Errors
    /// When there are no vectors, or no entity has a text.
    pub fn new(set: &LinkSet, vectors: Option<&'a TextVectors>, lemon: Lemon, seed: u64) -> Result<Self, Error> {
        let Some(vectors) = vectors else {
            return Err(Error::Unsupported {
                name: "link training, negatives".to_owned(),
                reason: "\"lemon\" clusters vectors of the entities' texts; name their encoder".to_owned(),
            });
        };
        let told: Vec<u32> = (0..).zip(&set.texts).filter(|(_, text)| text.is_some()).map(|(id, _)| id).collect();
        if told.is_empty() {
            let reason = "no entity has a text, and negatives = \"lemon\" clusters texts; they lie in entity2text.txt, an \
                          entity's name, a tab and its text on each line";
            return Err(Error::Data { name: set.name.clone(), reason: reason.to_owned() });
        }
        let rows: Vec<f32> = told.iter().flat_map(|&id| row(vectors, id).iter().copied()).collect();
        let points = PrincipalAxes::of(&rows, vectors.width, lemon.components, ROUNDS).along(&rows);
        let width = points.len() / told.len();
        let clusters = Clusters::of(&points, width, lemon.clusters, seed);
        let mut by_cluster: Vec<(u32, u32)> = clusters.of.iter().copied().zip(told.iter().copied()).collect();
        by_cluster.sort_unstable();
        let mut near = vec![Vec::new(); set.entities.len()];
        for (point, &id) in points.chunks_exact(width).zip(&told) {
            near[id as usize] = clusters.nearest(point, lemon.nearest);
        }
        let count = (clusters.centres.len() / width) as u32;
        let starts = (0..=count).map(|id| by_cluster.partition_point(|(cluster, _)| *cluster < id)).collect();
        let members = by_cluster.into_iter().map(|(_, id)| id).collect();
        Ok(Pools { lemon, vectors, members, starts, near })
    }

    /// A member of an anchor's pool, all alike; none for an anchor without a text.
    pub fn draw(&self, anchor: u32, draw: &mut Draw) -> Option<u32> {
        let near = &self.near[anchor as usize];
        let own = |&cluster: &u32| &self.members[self.starts[cluster as usize]..self.starts[cluster as usize + 1]];
        let count: usize = near.iter().map(|cluster| own(cluster).len()).sum();
        let mut place = if count > 0 { draw.below(count) } else { return None };
        for members in near.iter().map(own) {
            match members.get(place) {
                Some(member) => return Some(*member),
                None => place -= members.len(),
            }
        }
        None
    }

    /// Whether two texts are so alike that who is right of one may be right of the other.
    pub fn alike(&self, one: u32, other: u32) -> bool {
        self.lemon.ceiling < 1.0 && passes::dot(row(self.vectors, one), row(self.vectors, other)) >= self.lemon.ceiling
    }
}

fn row(vectors: &TextVectors, entity: u32) -> &[f32] {
    &vectors.values[entity as usize * vectors.width..][..vectors.width]
}
