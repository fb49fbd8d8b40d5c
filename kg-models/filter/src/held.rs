//! A snapshot's nodes with the edges at them, as the stage of the flow has them.
//!
//! In: a snapshot, quantised texts. Out: what is read of a triple that the graph holds or not: the same in both cases.
//! Never: a trace of the triple itself, or a number that depends on the order of edges.

use super::lore::Lore;
use super::reading::{Reading, read};
use super::snapshot::Snapshot;
use kgloom_links::Link;
use kgloom_record::record::{Evidence, Iri};
use kgloom_record::surroundings::{self, Near, Numbers, Seen, TEXT, View};
use rayon::prelude::*;
use std::sync::Arc;

/// A snapshot, seen from each of its nodes.
pub struct Held<'a> {
    snapshot: &'a Snapshot,
    relations: Vec<Iri>,
    views: Vec<View>,
}

impl<'a> Held<'a> {
    /// Smooths a snapshot; `text` is nodes × [`TEXT`].
    pub fn new(snapshot: &'a Snapshot, text: &[i16]) -> Self {
        let names: Vec<Iri> = snapshot.entities.iter().map(|name| Iri::new(Arc::clone(name))).collect();
        let relations: Vec<Iri> = snapshot.relations.iter().map(|name| Iri::new(Arc::clone(name))).collect();
        let own: Vec<Numbers> =
            names.par_iter().zip(text.par_chunks(TEXT)).map(|(name, text)| surroundings::own(name, text)).collect();
        let what: Vec<[Numbers; 2]> = (relations.iter())
            .map(|relation| [true, false].map(|forward| surroundings::what(relation, forward)))
            .collect();
        let mut near: Vec<Vec<Near>> = vec![Vec::new(); names.len()];
        for &(link, evidence) in &snapshot.edges {
            let key = snapshot.key(link);
            let weight = surroundings::weight(evidence.support);
            for (node, other, forward) in [(link.head, link.tail, true), (link.tail, link.head, false)] {
                near[node as usize].push(Near {
                    key,
                    forward,
                    relation: relations[link.relation as usize].clone(),
                    weight,
                    other: names[other as usize].clone(),
                    what: what[link.relation as usize][usize::from(!forward)].clone(),
                    own: own[other as usize].clone(),
                });
            }
        }
        near.par_iter_mut().for_each(|near| near.sort_unstable());
        let once: Vec<Numbers> = near.par_iter().map(|near| surroundings::once(near.iter())).collect();
        let place: std::collections::BTreeMap<&Iri, usize> = names.iter().zip(0..).collect();
        let view = |(node, near): (usize, Vec<Near>)| {
            let class = snapshot.classes.get(node).cloned().flatten();
            let seen = near.into_iter().map(|near| Seen { once: once[place[&near.other]].clone(), near });
            View::new(names[node].clone(), class, own[node].clone(), seen)
        };
        let views = near.into_par_iter().enumerate().map(view).collect();
        Held { snapshot, relations, views }
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        self.snapshot
    }

    /// What is read of a triple, as if it were not there.
    pub fn read(&self, link: Link, evidence: &Evidence, lore: &Lore) -> Reading {
        let keys = [self.snapshot.key(link)];
        let ends = [link.head, link.tail].map(|node| &self.views[node as usize]);
        read(&self.relations[link.relation as usize], evidence, ends, (lore, &keys))
    }
}
