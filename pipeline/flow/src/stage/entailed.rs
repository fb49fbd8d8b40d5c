//! Entailed triples: what follows from what is stated, and is not stated itself.
//!
//! In: triples that are stated, those that the user denies, the ontology. Out: the triples that its rules lead to. Never: a
//! triple that is stated or denied, or that follows from none that is stated.
//!
//! Most rules make a triple of a triple: inverse, symmetric, broader. By `T kgloom:along L` a head inherits: where L leads
//! from x to y, x has by T what y has; and where L leads to what others have by T and what has nothing by T itself (of
//! countries: a country), x has that. Who is had by others so inherits nothing, and nobody inherits who would have several
//! values then: one of the ways must be wrong.

use crate::stage::Rows;
use crate::stage::arranged::{by_key, reduced};
use crate::stage::once::turned;
use differential_dataflow::operators::ThresholdTotal;
use differential_dataflow::operators::iterate::Iterate;
use kgloom_record::record::{Iri, Term, Triple};
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What follows.
pub(crate) fn entail<'s>(
    stated: Rows<'s, Triple>,
    denied: Rows<'s, Triple>,
    ontology: &Arc<Ontology>,
) -> Rows<'s, Triple> {
    let whole = follow(stated.clone(), ontology);
    let inherited = follow(inherit(whole.clone(), ontology), ontology);
    let follows = whole.concat(inherited).map(|triple| (triple, Why::Follows));
    let all =
        follows.concatenate([stated.map(|triple| (triple, Why::Stated)), denied.map(|triple| (triple, Why::Denied))]);
    // One look at each triple tells whether it only follows.
    let entailed = reduced(by_key(all, "what follows"), "entailed", |_, why: &[(&Why, isize)], output| {
        if why.iter().all(|(why, _)| **why == Why::Follows) {
            output.push(((), 1));
        }
    });
    entailed.as_collection(|triple, ()| triple.clone())
}

/// Why a triple is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Why {
    Follows,
    Stated,
    Denied,
}

/// Triples, and all that each of them leads to, as often as they do.
fn follow<'s>(triples: Rows<'s, Triple>, ontology: &Arc<Ontology>) -> Rows<'s, Triple> {
    let ontology = Arc::clone(ontology);
    let follow = move |triple: Triple| {
        let follows = ontology.consequences(&triple.relation).iter();
        let mut all: Vec<Triple> = follows.filter_map(|follows| turned(&triple, &follows.form)).collect();
        all.push(triple);
        all
    };
    triples.flat_map(follow)
}

/// A relation that is inherited, and a node.
type At = (Iri, Iri);

/// What is inherited from what surrounds a head.
fn inherit<'s>(triples: Rows<'s, Triple>, ontology: &Arc<Ontology>) -> Rows<'s, Triple> {
    let mut along: BTreeMap<Iri, Vec<Iri>> = BTreeMap::new();
    for relation in ontology.relations() {
        if let Some(way) = &relation.along {
            along.entry(way.clone()).or_default().push(relation.iri.clone());
        }
    }
    let inherited: Vec<Iri> = along.values().flatten().cloned().collect();
    let own = triples.clone().flat_map(move |triple| match triple.object {
        Term::Name(value) if inherited.contains(&triple.relation) => Some(((triple.relation, triple.subject), value)),
        _ => None,
    });
    let has = own.clone().map(|(at, _)| at).distinct_total();
    let had = own.clone().map(|((relation, _), value)| (relation, value)).distinct_total();
    let ends = had.map(|at| (at, ())).antijoin(has).map(|(at, ())| at);

    let ways = triples.flat_map(move |triple| {
        let relations = along.get(&triple.relation).cloned().unwrap_or_default();
        let Term::Name(around) = triple.object else { return Vec::new() };
        let way = |relation: Iri| ((relation, triple.subject.clone()), around.clone());
        relations.into_iter().map(way).collect::<Vec<(At, Iri)>>()
    });
    let ways = ways.antijoin(ends.clone()).map(|((relation, inside), around)| ((relation, around), inside));
    let seeds = own.concat(ends.map(|(relation, end)| ((relation, end.clone()), end))).distinct_total();
    let reached = seeds.clone().iterate(|scope, reached| {
        let (ways, seeds) = (ways.enter(scope), seeds.enter(scope));
        let inside =
            reached.join_map(ways, |(relation, _), value, inside| ((relation.clone(), inside.clone()), value.clone()));
        inside.concat(seeds).distinct()
    });
    let sole = reached.reduce_named("Sole", |_, values: &[(&Iri, isize)], output| {
        if let [(value, _)] = values {
            output.push(((*value).clone(), 1));
        }
    });
    let sole = sole.filter(|((_, head), value)| head != value);
    sole.map(|((relation, head), value)| Triple { subject: head, relation, object: Term::Name(value) })
}
