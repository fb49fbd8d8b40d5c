//! A snapshot's nodes with the edges at them, as the stage of the flow has them.
//!
//! In: a snapshot, quantised texts. Out: what is read of a triple that the graph holds or not: the same in both cases.
//! Never: a trace of the triple itself, or a number that depends on the order of edges.

use super::edge_features::{EdgeFeatures, edge_features};
use super::rule_statistics::RuleStatistics;
use super::snapshot::Snapshot;
use kgloom_links::Link;
use kgloom_record::neighbourhood::{self, AggregatedEdge, IncidentEdge, Neighbourhood, Numbers, TEXT};
use kgloom_record::record::{Evidence, Iri};
use rayon::prelude::*;
use std::sync::Arc;

/// A snapshot, seen from each of its nodes.
pub struct LeaveOneOutViews<'a> {
    snapshot: &'a Snapshot,
    relations: Vec<Iri>,
    views: Vec<Neighbourhood>,
}

impl<'a> LeaveOneOutViews<'a> {
    /// Smooths a snapshot; `text` is nodes × [`TEXT`].
    pub fn new(snapshot: &'a Snapshot, text: &[i16]) -> Self {
        let names: Vec<Iri> = snapshot.entities.iter().map(|name| Iri::new(Arc::clone(name))).collect();
        let relations: Vec<Iri> = snapshot.relations.iter().map(|name| Iri::new(Arc::clone(name))).collect();
        let own: Vec<Numbers> =
            names.par_iter().zip(text.par_chunks(TEXT)).map(|(name, text)| neighbourhood::own(name, text)).collect();
        let what: Vec<[Numbers; 2]> = (relations.iter())
            .map(|relation| [true, false].map(|forward| neighbourhood::what(relation, forward)))
            .collect();
        let mut near: Vec<Vec<IncidentEdge>> = vec![Vec::new(); names.len()];
        for &(link, evidence) in &snapshot.edges {
            let key = snapshot.key(link);
            let weight = neighbourhood::weight(evidence.support);
            for (node, other, forward) in [(link.head, link.tail, true), (link.tail, link.head, false)] {
                near[node as usize].push(IncidentEdge {
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
        let once: Vec<Numbers> = near.par_iter().map(|near| neighbourhood::one_hop(near.iter())).collect();
        let place: std::collections::BTreeMap<&Iri, usize> = names.iter().zip(0..).collect();
        let view = |(node, near): (usize, Vec<IncidentEdge>)| {
            let class = snapshot.classes.get(node).cloned().flatten();
            let seen = near.into_iter().map(|near| AggregatedEdge { once: once[place[&near.other]].clone(), near });
            Neighbourhood::new(names[node].clone(), class, own[node].clone(), seen)
        };
        let views = near.into_par_iter().enumerate().map(view).collect();
        LeaveOneOutViews { snapshot, relations, views }
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        self.snapshot
    }

    /// What is read of a triple, as if it were not there.
    pub fn features(&self, link: Link, evidence: &Evidence, rule_statistics: &RuleStatistics) -> EdgeFeatures {
        let keys = [self.snapshot.key(link)];
        let ends = [link.head, link.tail].map(|node| &self.views[node as usize]);
        edge_features(&self.relations[link.relation as usize], evidence, ends, (rule_statistics, &keys))
    }
}
