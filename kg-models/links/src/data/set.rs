//! A graph as numbers: entities and relations in the order of their names, links in parts.
//!
//! In: names. Out: dense ids that do not depend on the order of lines. Never: a score.

use crate::Error;
use std::sync::Arc;

/// A triple of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// An entity.
    pub head: u32,
    /// A relation.
    pub relation: u32,
    /// An entity.
    pub tail: u32,
}

/// Which end of a link is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// (?, relation, anchor).
    Head,
    /// (anchor, relation, ?).
    Tail,
}

impl Side {
    /// The other one.
    pub fn other(self) -> Side {
        if self == Side::Head { Side::Tail } else { Side::Head }
    }
}

/// A link with one end open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Query {
    /// The end that is asked for.
    pub side: Side,
    /// The relation.
    pub relation: u32,
    /// The other end.
    pub anchor: u32,
}

impl Link {
    /// The query that the link answers on a side, and its answer.
    pub fn query(self, side: Side) -> (Query, u32) {
        let (known, answer) = match side {
            Side::Tail => (self.head, self.tail),
            Side::Head => (self.tail, self.head),
        };
        (Query { side, relation: self.relation, anchor: known }, answer)
    }
}

/// Links in parts, with the names and texts of what they link.
#[derive(Clone, Debug, Default)]
pub struct LinkSet {
    /// What reports call it.
    pub name: String,
    /// Sorted; an entity's id is its place.
    pub entities: Vec<Arc<str>>,
    /// Sorted; a relation's id is its place.
    pub relations: Vec<Arc<str>>,
    /// What models learn from.
    pub train: Vec<Link>,
    /// What choices are made on.
    pub validation: Vec<Link>,
    /// What is reported.
    pub test: Vec<Link>,
    /// A text of each entity, where there is one.
    pub texts: Vec<Option<Arc<str>>>,
}

impl LinkSet {
    /// The id of an entity by name.
    pub fn entity(&self, name: &str) -> Option<u32> {
        self.entities.binary_search_by(|known| (**known).cmp(name)).ok().map(|place| place as u32)
    }

    /// The id of a relation by name.
    pub fn relation(&self, name: &str) -> Option<u32> {
        self.relations.binary_search_by(|known| (**known).cmp(name)).ok().map(|place| place as u32)
    }

    /// A name for what is learnt from and chosen on: equal for equal links between equally named entities.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for name in self.entities.iter().chain(&self.relations) {
            hasher.update(blake3::hash(name.as_bytes()).as_bytes());
        }
        for part in [&self.train, &self.validation] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            for link in part {
                [link.head, link.relation, link.tail].iter().for_each(|id| {
                    hasher.update(&id.to_le_bytes());
                });
            }
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// Says what lacks for a model to learn from the set and be chosen on it.
    ///
    /// # Errors
    /// When its training or validation part is empty.
    pub fn check_trainable(&self) -> Result<(), Error> {
        for (part, links) in [("training", &self.train), ("validation", &self.validation)] {
            if links.is_empty() {
                let reason = format!("its {part} part is empty; `kgloom data split` makes parts");
                return Err(Error::Data { name: self.name.clone(), reason });
            }
        }
        Ok(())
    }

    /// Whether each entity occurs in one of these parts.
    pub fn seen(&self, parts: &[&[Link]]) -> Vec<bool> {
        let mut seen = vec![false; self.entities.len()];
        for link in parts.iter().copied().flatten() {
            seen[link.head as usize] = true;
            seen[link.tail as usize] = true;
        }
        seen
    }
}

/// The answers to every question that some links answer.
#[derive(Clone, Debug, Default)]
pub struct KnownTriples {
    /// Sorted by question, then answer.
    pairs: Vec<(Query, u32)>,
}

impl KnownTriples {
    /// The answers that these parts give.
    pub fn new(parts: &[&[Link]]) -> Self {
        let links = parts.iter().copied().flatten();
        let mut pairs: Vec<_> = links.flat_map(|link| [link.query(Side::Head), link.query(Side::Tail)]).collect();
        pairs.sort_unstable();
        pairs.dedup();
        KnownTriples { pairs }
    }

    /// The answers to a question, sorted.
    pub fn to(&self, question: Query) -> impl ExactSizeIterator<Item = u32> + Clone + '_ {
        let start = self.pairs.partition_point(|(other, _)| *other < question);
        let count = self.pairs[start..].partition_point(|(other, _)| *other == question);
        self.pairs[start..start + count].iter().map(|(_, answer)| *answer)
    }

    /// Whether this is an answer to the question.
    pub fn holds(&self, question: Query, answer: u32) -> bool {
        self.pairs.binary_search(&(question, answer)).is_ok()
    }

    /// Every question once, with how many answers it has, in order.
    pub fn counts(&self) -> impl Iterator<Item = (Query, usize)> + '_ {
        self.pairs.chunk_by(|(one, _), (other, _)| one == other).map(|chunk| (chunk[0].0, chunk.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_every_link_are_answers() {
        let link = |head, relation, tail| Link { head, relation, tail };
        let (train, test) = ([link(0, 0, 1), link(0, 0, 2), link(3, 1, 0)], [link(0, 0, 2), link(2, 0, 1)]);
        let answers = KnownTriples::new(&[&train, &test]);
        let tails = |known, relation| Query { side: Side::Tail, relation, anchor: known };
        assert_eq!(answers.to(tails(0, 0)).collect::<Vec<_>>(), [1, 2]);
        let heads = Query { side: Side::Head, relation: 0, anchor: 1 };
        assert_eq!(answers.to(heads).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(answers.to(tails(1, 1)).len(), 0);
        assert!(answers.holds(tails(3, 1), 0) && !answers.holds(tails(3, 1), 1));
        assert_eq!(answers.counts().map(|(_, count)| count).sum::<usize>(), 8);
    }
}
