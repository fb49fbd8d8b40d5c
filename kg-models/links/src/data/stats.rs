//! What a set of links is like, and what its parts give away about each other.
//!
//! In: a set. Out: counts. Never: a score.

use super::set::{Link, LinkSet};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What a set is like.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkStats {
    /// The set.
    pub name: String,
    /// Entities of all parts.
    pub entities: usize,
    /// Relations of all parts.
    pub relations: usize,
    /// Entities with a text.
    pub texts: usize,
    /// Training, validation, test.
    pub parts: [PartStats; 3],
}

/// What a part is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PartStats {
    /// Its links.
    pub links: usize,
    /// Entities in it.
    pub entities: usize,
    /// Links with exactly one end that training never names.
    pub one_end_new: usize,
    /// Links with two such ends.
    pub both_ends_new: usize,
    /// Entities that training never names.
    pub new_entities: usize,
    /// Relations that training never names.
    pub new_relations: usize,
    /// Links that stand in training, or of the test part also in validation: what is asked was given away.
    pub leaked: usize,
    /// Links whose reverse, with the same relation, is in training or in the part itself.
    pub reversed: usize,
    /// Links whose ends are also linked by another triple of training or the part, in either direction.
    pub linked_otherwise: usize,
    /// Links from an entity to itself.
    pub loops: usize,
}

type Column = fn(&PartStats) -> usize;

/// Links of a later part that earlier ones hold, and what of it training never names: entities and relations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Leak {
    /// Links that stand in an earlier part.
    pub leaked: usize,
    /// Entities that training never names.
    pub new_entities: usize,
    /// Relations that training never names.
    pub new_relations: usize,
}

impl Leak {
    /// Counts over some links, by the parts before theirs; the first part is what is trained on.
    pub fn of(set: &LinkSet, links: &[Link], earlier: &[&[Link]]) -> Self {
        let known: BTreeSet<&Link> = earlier.iter().copied().flatten().collect();
        let train = earlier.first().copied().unwrap_or(links);
        let seen = set.seen(&[train]);
        let relations: BTreeSet<u32> = train.iter().map(|link| link.relation).collect();
        let ends: BTreeSet<u32> = links.iter().flat_map(|link| [link.head, link.tail]).collect();
        let asked: BTreeSet<u32> = links.iter().map(|link| link.relation).collect();
        Leak {
            leaked: links.iter().filter(|link| known.contains(link)).count(),
            new_entities: ends.iter().filter(|end| !seen[**end as usize]).count(),
            new_relations: asked.difference(&relations).count(),
        }
    }
}

impl LinkStats {
    /// Counts.
    pub fn of(set: &LinkSet) -> Self {
        let seen = set.seen(&[&set.train]);
        let part = |links: &[Link], earlier: &[&[Link]]| {
            let Leak { leaked, new_entities, new_relations } = Leak::of(set, links, earlier);
            let around: BTreeSet<&Link> = set.train.iter().chain(links).collect();
            let mut pairs: Vec<(u32, u32)> =
                around.iter().map(|link| (link.head.min(link.tail), link.head.max(link.tail))).collect();
            pairs.sort_unstable();
            let between = |link: &Link| {
                let pair = (link.head.min(link.tail), link.head.max(link.tail));
                pairs.partition_point(|other| *other <= pair) - pairs.partition_point(|other| *other < pair)
            };
            let new = |link: &Link| usize::from(!seen[link.head as usize]) + usize::from(!seen[link.tail as usize]);
            let back = |link: &Link| Link { head: link.tail, tail: link.head, ..*link };
            let count = |test: &dyn Fn(&Link) -> bool| links.iter().filter(|link| test(link)).count();
            PartStats {
                links: links.len(),
                entities: set.seen(&[links]).iter().filter(|seen| **seen).count(),
                one_end_new: count(&|link| new(link) == 1),
                both_ends_new: count(&|link| new(link) == 2),
                new_entities,
                new_relations,
                leaked,
                reversed: count(&|link| link.head != link.tail && around.contains(&back(link))),
                linked_otherwise: count(&|link| between(link) > 1),
                loops: count(&|link| link.head == link.tail),
            }
        };
        LinkStats {
            name: set.name.clone(),
            entities: set.entities.len(),
            relations: set.relations.len(),
            texts: set.texts.iter().flatten().count(),
            parts: [
                part(&set.train, &[]),
                part(&set.validation, &[&set.train]),
                part(&set.test, &[&set.train, &set.validation]),
            ],
        }
    }

    /// The counts for people.
    pub fn table(&self) -> String {
        let LinkStats { name, entities, relations, texts, parts } = self;
        let mut out = format!("{name}: {entities} entities ({texts} with a text), {relations} relations\n\n");
        let _ = writeln!(out, "{:38} {:>10} {:>10} {:>10}", "", "training", "validation", "test");
        let rows: [(&str, Column); 10] = [
            ("links", |part| part.links),
            ("entities", |part| part.entities),
            ("in an earlier part: given away", |part| part.leaked),
            ("entities new to training", |part| part.new_entities),
            ("relations new to training", |part| part.new_relations),
            ("one end new to training", |part| part.one_end_new),
            ("both ends new to training", |part| part.both_ends_new),
            ("reverse known, by the same relation", |part| part.reversed),
            ("ends linked by another triple", |part| part.linked_otherwise),
            ("from an entity to itself", |part| part.loops),
        ];
        for (name, value) in rows {
            let [train, validation, test] = parts.each_ref().map(value);
            let _ = writeln!(out, "{name:38} {train:>10} {validation:>10} {test:>10}");
        }
        for (name, part) in ["validation", "test"].iter().zip(&parts[1..]).filter(|(_, part)| part.leaked > 0) {
            let PartStats { leaked, links, .. } = part;
            let _ =
                writeln!(out, "\n{leaked} of the {links} {name} links stand in an earlier part: they measure memory");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parts_give_away_is_counted() {
        let link = |head, relation, tail| Link { head, relation, tail };
        let set = LinkSet {
            entities: ["a", "b", "c", "d"].map(Into::into).to_vec(),
            relations: ["r", "s"].map(Into::into).to_vec(),
            train: vec![link(0, 0, 1), link(1, 1, 1)],
            test: vec![link(1, 0, 0), link(0, 1, 1), link(0, 0, 2), link(2, 0, 3)],
            ..LinkSet::default()
        };
        let [train, _, test] = LinkStats::of(&set).parts;
        assert_eq!((train.links, train.entities, train.loops, train.reversed), (2, 2, 1, 0));
        assert_eq!((test.one_end_new, test.both_ends_new), (1, 1));
        assert_eq!((test.reversed, test.linked_otherwise), (1, 2));
    }

    #[test]
    fn links_that_earlier_parts_hold_are_told() {
        let link = |head, relation, tail| Link { head, relation, tail };
        let set = LinkSet {
            entities: ["a", "b", "c", "d"].map(Into::into).to_vec(),
            relations: ["r", "s"].map(Into::into).to_vec(),
            train: vec![link(0, 0, 1), link(1, 0, 2)],
            validation: vec![link(2, 0, 0)],
            test: vec![link(0, 0, 1), link(2, 0, 0), link(1, 1, 3), link(1, 0, 0)],
            ..LinkSet::default()
        };
        let stats = LinkStats::of(&set);
        let [train, validation, test] = stats.parts;
        assert_eq!((train.leaked, validation.leaked, test.leaked), (0, 0, 2));
        assert_eq!((test.new_entities, test.new_relations, train.new_entities, train.new_relations), (1, 1, 0, 0));
        assert!(stats.table().contains("2 of the 4 test links stand in an earlier part"), "{}", stats.table());
    }
}
