//! What follows from what is stated.
//!
//! In: stated triples, those that the user denies, the ontology. Out: the triples that its rules lead to. Never: a
//! triple that is stated or denied.

use super::forms;
use kgloom_record::record::{Iri, Term, Triple};
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};

/// The triples that follow.
pub(super) fn entailed(stated: BTreeSet<Triple>, denied: &BTreeSet<Triple>, ontology: &Ontology) -> BTreeSet<Triple> {
    let mut whole = stated.clone();
    whole.extend(stated.iter().flat_map(|triple| follow(triple, ontology)));
    let mut entailed = whole.clone();
    for relation in ontology.relations() {
        for triple in relation.along.iter().flat_map(|along| inherit(&whole, &relation.iri, along)) {
            entailed.extend(follow(&triple, ontology));
            entailed.insert(triple);
        }
    }
    entailed.retain(|triple| !stated.contains(triple) && !denied.contains(triple));
    entailed
}

/// What follows from one triple.
fn follow(triple: &Triple, ontology: &Ontology) -> Vec<Triple> {
    let follows = ontology.consequences(&triple.relation).iter();
    follows.filter_map(|follows| forms::in_form(triple, &follows.form)).collect()
}

/// From each name to those that a relation leads to.
fn links<'a>(triples: &'a BTreeSet<Triple>, relation: &Iri) -> BTreeMap<&'a Iri, BTreeSet<&'a Iri>> {
    let mut links: BTreeMap<&Iri, BTreeSet<&Iri>> = BTreeMap::new();
    for triple in triples.iter().filter(|triple| triple.relation == *relation) {
        if let Term::Name(object) = &triple.object {
            links.entry(&triple.subject).or_default().insert(object);
        }
    }
    links
}

/// What heads inherit: each walks outwards along the way and gathers what is had there. Who is had by others and has
/// nothing, such as a country, is had by itself and walks no further. A head that gathers one thing alone, and not
/// itself, has it.
fn inherit(triples: &BTreeSet<Triple>, relation: &Iri, along: &Iri) -> Vec<Triple> {
    let (own, ways) = (links(triples, relation), links(triples, along));
    let had: BTreeSet<&Iri> = own.values().flatten().copied().collect();
    let is_end = |node: &Iri| had.contains(node) && !own.contains_key(node);
    let mut inherited = Vec::new();
    for head in ways.keys() {
        let (mut gathered, mut visited, mut next) = (BTreeSet::new(), BTreeSet::new(), vec![*head]);
        while let Some(node) = next.pop() {
            if !visited.insert(node) {
                continue;
            }
            gathered.extend(own.get(node).into_iter().flatten().copied());
            if is_end(node) {
                gathered.insert(node);
            } else {
                next.extend(ways.get(node).into_iter().flatten());
            }
        }
        if let (1, Some(sole)) = (gathered.len(), gathered.first())
            && sole != head
        {
            inherited.push(Triple {
                subject: Iri::clone(head),
                relation: relation.clone(),
                object: Term::Name(Iri::clone(sole)),
            });
        }
    }
    inherited
}
