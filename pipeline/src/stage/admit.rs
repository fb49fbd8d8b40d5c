//! Admitted facts: with enough support, and within the ontology.
//!
//! In: candidate facts. Out: triples with the documents that state them, and rejections. Never: a verdict that
//! outlives its evidence.

use crate::record::{DocumentId, Iri, Refusal, Rejection, Score, Stage, Term, Triple};
use crate::stage::facts::{Fact, Tail};
use crate::stage::{Rows, Verdict};
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a fact must meet.
#[derive(Clone)]
pub(crate) struct Rules {
    /// Classes and relations.
    pub ontology: Arc<Ontology>,
    /// The support a fact needs, by relation.
    pub thresholds: Arc<BTreeMap<Iri, Score>>,
}

/// The support of a relation that the model names no threshold for.
const EVEN: Score = Score::HALF;

/// A triple and one document that states it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stated {
    /// The triple.
    pub triple: Triple,
    /// A document that states it.
    pub document: DocumentId,
}

/// Facts to triples: ontology first, then support over all documents, then one value where there can be one.
pub(crate) fn admit<'s>(facts: Rows<'s, Fact>, rules: &Rules) -> Verdict<'s, Stated> {
    let ontology = Arc::clone(&rules.ontology);
    let checked = facts.map(move |fact| {
        let breach = breach(&fact, &ontology);
        let triple = Triple { subject: fact.head.iri, relation: fact.relation, object: fact.tail.term() };
        (triple, fact.document, fact.score, breach)
    });
    let breaches = checked.clone().flat_map(|(triple, document, _, breach)| Some(rejection(triple, document, breach?)));
    let sound =
        checked.flat_map(|(triple, document, score, breach)| breach.is_none().then_some((triple, (document, score))));

    let (supported, thin) = support(sound, rules);
    let (kept, outdone) = one_value(supported, rules);
    Verdict { kept, rejected: breaches.concatenate([thin, outdone]) }
}

fn breach(fact: &Fact, ontology: &Ontology) -> Option<Arc<str>> {
    if matches!(&fact.tail, Tail::Entity(tail) if tail.iri == fact.head.iri) {
        return Some("head and tail are the same entity".into());
    }
    let verdict = ontology.admits(&fact.head.class, &fact.relation, fact.tail.class());
    verdict.err().map(|violation| violation.to_string().into())
}

/// A supported triple: what all its documents together say, and each of them.
type Supported = (Triple, (Score, DocumentId));

fn support<'s>(
    sound: Rows<'s, (Triple, (DocumentId, Score))>,
    rules: &Rules,
) -> (Rows<'s, Supported>, Rows<'s, Rejection>) {
    let thresholds = Arc::clone(&rules.thresholds);
    let weighed = sound.reduce_named("Support", move |triple, said: &[(&(DocumentId, Score), isize)], output| {
        // Sorted, so that the last score of a document is its best; a document is one witness.
        let best: BTreeMap<&DocumentId, Score> = said.iter().map(|((document, score), _)| (document, *score)).collect();
        let all = best.values().fold(Score::default(), |sum, score| sum.or(*score));
        let needed = thresholds.get(&triple.relation).copied().unwrap_or(EVEN);
        for document in best.into_keys() {
            output.push(((document.clone(), all, all >= needed), 1));
        }
    });
    let thresholds = Arc::clone(&rules.thresholds);
    let thin = weighed.clone().flat_map(move |(triple, (document, all, enough))| {
        let needed = thresholds.get(&triple.relation).copied().unwrap_or(EVEN);
        let reason = || format!("support {all} is below {needed}").into();
        (!enough).then(|| rejection(triple, document, reason()))
    });
    let supported = weighed.flat_map(|(triple, (document, all, enough))| enough.then_some((triple, (all, document))));
    (supported, thin)
}

/// A relation that can have one value has the best supported one; ties go to the lesser value.
fn one_value<'s>(supported: Rows<'s, Supported>, rules: &Rules) -> (Rows<'s, Stated>, Rows<'s, Rejection>) {
    let ontology = Arc::clone(&rules.ontology);
    let single = move |triple: &Triple| ontology.relation(&triple.relation).is_some_and(|relation| relation.functional);
    let also = single.clone();
    let free = supported.clone().filter(move |(triple, _)| !also(triple));
    let free = free.map(|(triple, (_, document))| Stated { triple, document });

    let rivals = supported.filter(move |(triple, _)| single(triple)).map(|(triple, (all, document))| {
        ((triple.subject, triple.relation), (std::cmp::Reverse(all), triple.object, document))
    });
    let judged = rivals.reduce_named("One value", |_, values: &[(&(_, Term, DocumentId), isize)], output| {
        let best = &values[0].0.1;
        for ((_, object, document), _) in values {
            output.push(((object.clone(), document.clone(), (!agree(object, best)).then(|| best.clone())), 1));
        }
    });
    let kept = judged.clone().flat_map(|((subject, relation), (object, document, outdone))| match outdone {
        None => Some(Stated { triple: Triple { subject, relation, object }, document }),
        Some(_) => None,
    });
    let outdone = judged.flat_map(|((subject, relation), (object, document, best))| {
        let reason = format!("another value is better supported: {}", written(&best?)).into();
        Some(rejection(Triple { subject, relation, object }, document, reason))
    });
    (free.concat(kept), outdone)
}

/// A year agrees with a day in it.
fn agree(one: &Term, other: &Term) -> bool {
    match (one, other) {
        (Term::Literal(one), Term::Literal(other)) => one.agrees_with(other),
        _ => one == other,
    }
}

fn rejection(triple: Triple, document: DocumentId, reason: Arc<str>) -> Rejection {
    let record = format!("<{}> <{}> {}", triple.subject, triple.relation, written(&triple.object)).into();
    Rejection { stage: Stage::Admit, document, record, refusal: Refusal { reason, location: "".into() } }
}

fn written(term: &Term) -> String {
    match term {
        Term::Name(iri) => format!("<{iri}>"),
        Term::Literal(literal) => format!("\"{}\"", literal.value),
    }
}
