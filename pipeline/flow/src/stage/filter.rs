//! Believed facts: those that the graph around them bears out.
//!
//! In: admitted facts with what speaks for them, readings, entities. Out: facts that are kept, and those that are cut as
//! rejections with their probability. Never: an edge judged by what it has itself told its ends, a float, or a node
//! touched beyond two hops of an edit, save those at hubs where the cap lets another edge in.
//!
//! ```text
//! readings ─▶ nodes (text, name) ─┬─▶ near ─▶ once ─┐
//! facts ─▶ edges ─────────────────┴───────▶ seen ◀──┘
//!            └─▶ judged ◀── views (a node with its edges)
//! ```

use crate::rejection::{Rejection, Stage};
use crate::stage::mentions::Read;
use crate::stage::rows::{Entities, LocalId, Stated};
use crate::stage::{Rows, Verdict, once};
use kgloom_record::neighbourhood::{
    AggregatedEdge, IncidentEdge, LARGEST, Neighbourhood, Numbers, TEXT, hash, key, one_hop, own, rounded, weight, what,
};
use kgloom_record::port::{Filter, Judgement};
use kgloom_record::record::{Datatype, Evidence, Iri, Literal, Refusal, Term, Triple};
use kgloom_record::shared::Shared;
use kgloom_record::vocabulary;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Of the documents that name an entity so many tell what it is like, those whose ids have the smallest hashes: the
/// thousandth mention of a country should not touch all that is near it.
const TELLING: usize = 16;
/// Documents that name an entity are looked through in so many parts, so that one of very many costs little.
const PARTS: u64 = 32;

/// Keeps the facts that the filter believes. A fact that is said in two forms, such as by a relation and its inverse, is
/// believed where one of them is.
pub(crate) fn classify<'s>(
    admitted: Rows<'s, (Stated, Evidence)>,
    (reads, entities): (Rows<'s, Read>, &Entities<'s>),
    (filter, ontology): (&Arc<dyn Filter>, &Arc<Ontology>),
) -> Verdict<'s, (Stated, Evidence)> {
    let edges = admitted.clone().map(|(stated, evidence)| (stated.triple, evidence)).distinct();
    let views = views(edges.clone(), nodes(reads, entities, filter));
    let judged = judge(edges, views, filter);

    let stated = admitted.map(|(stated, evidence)| (stated.triple, (stated.document, evidence)));
    let ontology = Arc::clone(ontology);
    let told = stated.join_map(judged, move |triple, (document, evidence), judgement| {
        let told = (Stated { triple: triple.clone(), document: document.clone() }, *evidence);
        (once::stated(triple, &ontology), (told, *judgement))
    });
    let believed = told.clone().filter(|(_, (_, judgement))| judgement.kept).map(|(form, _)| form).distinct();
    let kept = told.clone().semijoin(believed.clone()).map(|(_, (told, _))| told);
    let rejected = told.antijoin(believed).map(|(_, ((stated, _), judgement))| cut(stated, judgement));
    Verdict { kept, rejected }
}

fn cut(stated: Stated, Judgement { probability, .. }: Judgement) -> Rejection {
    let reason = "the graph filter holds it to be too improbable".into();
    Rejection {
        stage: Stage::Filter,
        document: stated.document,
        record: stated.triple.to_string().into(),
        refusal: Refusal { reason, location: "".into() },
        probability: Some(probability),
    }
}

/// A node's class, and its own numbers.
type Node = (Iri, Numbers);

/// What documents say around each entity: the mean of what some of them say.
fn nodes<'s>(reads: Rows<'s, Read>, entities: &Entities<'s>, filter: &Arc<dyn Filter>) -> Rows<'s, (Iri, Node)> {
    let filter = Arc::clone(filter);
    let texts = reads.flat_map(move |read| texts(&read, &*filter));
    let said = texts.arrange_by_key().join_core(entities.resolved.clone(), |(document, _), text, entity| {
        let hash = hash(document.as_str());
        Some(((entity.iri.clone(), entity.class.clone(), hash % PARTS), (hash, text.clone())))
    });
    let parts = said.reduce_named("Texts in parts", |_, told: &[(&(u64, Numbers), isize)], output| {
        output.extend(told.iter().take(TELLING).map(|(text, count)| ((*text).clone(), *count)));
    });
    let whole = parts.map(|((iri, class, _), text)| ((iri, class), text));
    let whole = whole.reduce_named("Texts", |(iri, _), told: &[(&(u64, Numbers), isize)], output| {
        output.push((own(iri, &mean(told)), 1));
    });
    whole.map(|((iri, class), own)| (iri, (class, own)))
}

/// The mean of the first texts.
fn mean(told: &[(&(u64, Numbers), isize)]) -> Vec<i16> {
    let (mut sums, mut whole) = ([0i64; TEXT], 0);
    for ((_, text), count) in told.iter().take(TELLING) {
        sums.iter_mut().zip(text.iter()).for_each(|(sum, x)| *sum += *count as i64 * i64::from(*x));
        whole += *count as i64;
    }
    let largest = i64::from(LARGEST);
    sums.iter().map(|sum| rounded(*sum, whole.max(1)).clamp(-largest, largest) as i16).collect()
}

/// What a document says around each of its entities.
fn texts(read: &Read, filter: &dyn Filter) -> Vec<(LocalId, Numbers)> {
    let Some(reading) = read.reading() else { return Vec::new() };
    let named = (0u32..).zip(&reading.entities).filter(|(_, entity)| entity.literal.is_none());
    named.map(|(index, entity)| ((read.document.id.clone(), index), filter.text(&entity.context))).collect()
}

/// Each node with the edges that it is seen through.
fn views<'s>(
    edges: Rows<'s, (Triple, Evidence)>,
    nodes: Rows<'s, (Iri, Node)>,
) -> Rows<'s, (Iri, Shared<Neighbourhood>)> {
    // Signs of relations, which are few; a memory of a pure function.
    let mut signs: BTreeMap<(Iri, bool), Numbers> = BTreeMap::new();
    let ends = edges.flat_map(move |(triple, evidence)| {
        ends(&triple, &evidence, &mut |relation, forward| {
            signs.entry((relation.clone(), forward)).or_insert_with(|| what(relation, forward)).clone()
        })
    });
    let values = ends.clone().filter(|end| end.value).map(|end| (end.node, end.near));
    let between = ends.filter(|end| !end.value).map(|end| (end.near.other.clone(), (end.node, end.near)));

    let owned = nodes.clone().map(|(iri, (_, own))| (iri, own));
    let near = between
        .join_map(owned, |_, (node, near), own| (node.clone(), IncidentEdge { own: own.clone(), ..near.clone() }));
    let once =
        near.clone().concat(values.clone()).reduce_named("Once", |_, nears: &[(&IncidentEdge, isize)], output| {
            output.push((one_hop(nears.iter().map(|(near, _)| *near)), 1));
        });
    let seen = near.map(|(node, near)| (near.other.clone(), (node, near))).join_map(once, |_, (node, near), once| {
        (node.clone(), Part::Seen(AggregatedEdge { near: near.clone(), once: once.clone() }))
    });
    let values = values.map(|(node, near)| (node, Part::Seen(AggregatedEdge { near, once: Vec::new().into() })));
    let owned = nodes.map(|(iri, (class, own))| (iri, Part::Own(class, own)));
    owned.concatenate([seen, values]).reduce_named("Views", |name, parts: &[(&Part, isize)], output| {
        let Some((Part::Own(class, own), _)) = parts.first() else { return };
        let seen = parts.iter().filter_map(|(part, _)| match part {
            Part::Seen(seen) => Some(seen.clone()),
            Part::Own(..) => None,
        });
        output.push((Shared::new(Neighbourhood::new(name.clone(), Some(class.clone()), own.clone(), seen)), 1));
    })
}

/// What a view is made of; its own numbers come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Part {
    Own(Iri, Numbers),
    Seen(AggregatedEdge),
}

/// One end of an edge; what the other end is like is not known yet, and never is of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct End {
    node: Iri,
    near: IncidentEdge,
    value: bool,
}

fn ends(triple: &Triple, evidence: &Evidence, what: &mut impl FnMut(&Iri, bool) -> Numbers) -> Vec<End> {
    let (tail, value) = object(&triple.object);
    let key = key(triple.relation.as_str(), triple.subject.as_str(), tail.as_str());
    let mut end = |node: &Iri, other: &Iri, forward: bool| End {
        node: node.clone(),
        near: IncidentEdge {
            key,
            forward,
            relation: triple.relation.clone(),
            weight: weight(evidence.support),
            other: other.clone(),
            what: what(&triple.relation, forward),
            own: Vec::new().into(),
        },
        value: value.is_some(),
    };
    let mut ends = vec![end(&triple.subject, &tail, true)];
    if value.is_none() {
        ends.push(end(&tail, &triple.subject, false));
    }
    ends
}

/// The name of an object as a node; a value has a name too, and its kind for a class.
fn object(object: &Term) -> (Iri, Option<Iri>) {
    match object {
        Term::Name(iri) => (iri.clone(), None),
        Term::Literal(Literal { value, datatype }) => {
            (Iri::new(format!("\"{value}\"^^{}", datatype.iri())), Some(vocabulary::own(kind(*datatype))))
        }
    }
}

/// The class of a value; what is only known as written is mostly a time.
fn kind(datatype: Datatype) -> &'static str {
    match datatype {
        Datatype::Integer | Datatype::Decimal => "Quantity",
        _ => "Time",
    }
}

/// Each edge with what the filter says of it.
fn judge<'s>(
    edges: Rows<'s, (Triple, Evidence)>,
    views: Rows<'s, (Iri, Shared<Neighbourhood>)>,
    filter: &Arc<dyn Filter>,
) -> Rows<'s, (Triple, Judgement)> {
    let views = views.arrange_by_key();
    let keyed = edges.map(|(triple, evidence)| (triple.subject.clone(), (triple, evidence)));
    let headed = keyed
        .arrange_by_key()
        .join_core(views.clone(), |_, (triple, evidence), head| Some((triple.clone(), *evidence, head.clone())));
    let values = headed.clone().flat_map(|(triple, evidence, head)| {
        let (name, class) = object(&triple.object);
        Some((triple, (evidence, head, Shared::new(Neighbourhood::value(name, class?)))))
    });
    let open = headed.flat_map(|(triple, evidence, head)| match &triple.object {
        Term::Name(tail) => Some((tail.clone(), (triple, evidence, head))),
        Term::Literal(_) => None,
    });
    let between = open.arrange_by_key().join_core(views, |_, (triple, evidence, head), tail| {
        Some((triple.clone(), (*evidence, head.clone(), tail.clone())))
    });
    // A reduction remembers what was judged, so that to take it back nothing is judged again.
    let filter = Arc::clone(filter);
    values.concat(between).reduce_named("Judged", move |triple, told: &[(&Told, isize)], output| {
        let (evidence, head, tail) = told[0].0;
        output.push((filter.judge(triple, evidence, [head, tail]), 1));
    })
}

/// What a filter is told of an edge: what speaks for it, and the views of its head and its tail.
type Told = (Evidence, Shared<Neighbourhood>, Shared<Neighbourhood>);
