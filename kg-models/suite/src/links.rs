//! Links of a graph told from texts of its entities, in closed form. In: a part of a graph with texts. Out: the mean reciprocal
//! rank on entities that were never seen. Never: a gradient, or a weight that is chosen.

use crate::task::Task;
use kgloom_links::data::benchmark;
use kgloom_links::{Blend, HeldOut, Link, LinkSet, Part, Protocol, TextBase, eval_links, split};
use kgloom_numerics::Error;
use kgloom_numerics::draw::draw;
use kgloom_numerics::vectors::{Encode, TextVectors};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

/// Entities of the graph that a part grows from.
const SEEDS: usize = 20;
/// The share of the entities that is held out for the test, and again for validation, which nothing is chosen on.
const HELD: f64 = 0.1;

/// Missing links of a graph, of entities that are held out with all their links (Daza et al. 2021).
#[derive(Clone, Debug)]
pub struct Links {
    name: String,
    set: LinkSet,
}

impl Links {
    /// A part of so many entities of WordNet (WN18RR), with the words and glosses of its synsets.
    ///
    /// # Errors
    /// When a file is missing or malformed.
    pub fn wordnet(root: &Path, most: usize, seed: u64) -> Result<Links, Error> {
        Links::of("links-wordnet", &benchmark::load(&root.join("linkpred/WN18RR-ind"))?, most, seed)
    }

    /// A part of so many entities of a graph: what lies around some that are drawn by a seed, with the links within.
    ///
    /// # Errors
    /// When the part is too small to hold entities out.
    pub fn of(name: &str, whole: &LinkSet, most: usize, seed: u64) -> Result<Links, Error> {
        Ok(Links { name: name.to_owned(), set: split(&around(whole, most, seed), HeldOut::Entities, HELD, seed)? })
    }
}

/// What lies around entities that are drawn: so many entities, the nearest first, and all links between them.
fn around(whole: &LinkSet, most: usize, seed: u64) -> LinkSet {
    let all = || [&whole.train, &whole.validation, &whole.test].into_iter().flatten();
    let mut beside: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); whole.entities.len()];
    for link in all() {
        beside[link.head as usize].insert(link.tail);
        beside[link.tail as usize].insert(link.head);
    }
    let told = |entity: &u32| whole.texts.get(*entity as usize).is_some_and(Option::is_some);
    let mut order: Vec<u32> = (0..whole.entities.len() as u32).filter(told).collect();
    draw(seed, "around", 0).shuffle(&mut order);
    let mut order = order.into_iter();
    let mut next: VecDeque<u32> = order.by_ref().take(SEEDS).collect();
    let mut kept = BTreeSet::new();
    while kept.len() < most {
        // Where all that can be reached is in, another one is drawn.
        let Some(entity) = next.pop_front().or_else(|| order.next()) else { break };
        if kept.insert(entity) {
            next.extend(beside[entity as usize].iter().copied().filter(told));
        }
    }
    let ids: BTreeMap<u32, u32> = kept.iter().copied().zip(0..).collect();
    let within = |link: &Link| {
        let (head, tail) = (*ids.get(&link.head)?, *ids.get(&link.tail)?);
        Some(Link { head, relation: link.relation, tail })
    };
    LinkSet {
        name: whole.name.clone(),
        entities: kept.iter().map(|entity| whole.entities[*entity as usize].clone()).collect(),
        relations: whole.relations.clone(),
        train: all().filter_map(within).collect(),
        validation: Vec::new(),
        test: Vec::new(),
        texts: kept.iter().map(|entity| whole.texts[*entity as usize].clone()).collect(),
    }
}

impl Task for Links {
    fn name(&self) -> &str {
        &self.name
    }

    fn measure(&self) -> &'static str {
        "mean reciprocal rank of links of new entities"
    }

    fn texts(&self) -> usize {
        self.set.texts.iter().flatten().count()
    }

    fn score(&self, encoder: &dyn Encode, on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<f64, Error> {
        let values = encoder.read(&self.set.texts, on_progress)?;
        let vectors = TextVectors { width: encoder.width(), values };
        let blend = Blend::default();
        let base = TextBase::new(&self.set, &self.set.train, &vectors, (blend, None))?;
        let report = eval_links(&base.scorer(blend, true), &self.set, (Protocol::TextOnly, Part::Test), None)?;
        Ok(report.ranking.both.realistic.mrr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::letters::Letters;
    use std::sync::Arc;

    /// A ring of entities, every other one with a text.
    fn ring(count: u32) -> LinkSet {
        let text = |entity: u32| entity.is_multiple_of(2).then(|| Arc::from(format!("text {entity}")));
        LinkSet {
            name: "ring".to_owned(),
            entities: (0..count).map(|entity| format!("e{entity:04}").into()).collect(),
            relations: vec!["beside".into()],
            train: (0..count).map(|head| Link { head, relation: 0, tail: (head + 2) % count }).collect(),
            texts: (0..count).map(text).collect(),
            ..LinkSet::default()
        }
    }

    #[test]
    fn a_part_has_texts_and_the_links_within() {
        let part = around(&ring(1_000), 200, 1);
        assert_eq!((part.entities.len(), part.texts.iter().flatten().count()), (200, 200));
        // Twenty stretches of the ring: each has a link less than entities.
        assert!((180..200).contains(&part.train.len()), "{}", part.train.len());
        let name = |entity: u32| part.entities[entity as usize].trim_start_matches('e').parse::<u32>().unwrap();
        assert!(part.train.iter().all(|link| (name(link.head) + 2) % 1_000 == name(link.tail)));
        assert_eq!(around(&ring(1_000), 200, 1).entities, part.entities);
        assert_eq!(around(&ring(100), 200, 1).entities.len(), 50);
    }

    /// Things link to what begins with their letter.
    #[test]
    fn links_of_new_entities_are_told_where_vectors_know_the_letters() {
        let (letters, all) = ("abcdefgh", 320);
        let text = |entity: usize| -> Arc<str> {
            let own = &letters[entity % 8..][..1];
            format!("{}{}", own.repeat(6), &letters[entity / 8 % 8..][..1]).into()
        };
        let graph = LinkSet {
            name: "letters".to_owned(),
            entities: (0..all).map(|entity| format!("e{entity:04}").into()).collect(),
            relations: vec!["of".into()],
            train: (8..all as u32).map(|head| Link { head, relation: 0, tail: head % 8 }).collect(),
            texts: (0..all).map(|entity| Some(text(entity))).collect(),
            ..LinkSet::default()
        };
        let links = Links::of("links-test", &graph, all, 1).unwrap();
        let score = |letters| links.score(&Letters::new(letters), &|_, _| {}).unwrap();
        assert!(score(8) > 0.9 && score(2) < 0.5, "{} {}", score(8), score(2));
        assert_eq!(links.texts(), all);
    }
}
