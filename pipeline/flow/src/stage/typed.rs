//! Classes of one's own: what a typer tells of things and documents, by what the graph knows of them.
//!
//! In: readings, entities, directions, triples. Out: quads: each class with its probability and what speaks for it, and
//! `rdf:type` where that is enough. Never: a class that the thing's own rules out, or two that rule one another out; a thing
//! touched beyond two links of an edit, or by an edit at a hub that it is linked with.
//!
//! ```text
//! triples ─▶ ends ─┬─▶ hubs ─▶ seen ─┬─▶ near ─▶ once ─▶ twice
//! directions ──────┼─────────────────┘     │              │
//! readings ────────┴──────────────────▶ profiles ◀────────┘ ─▶ judged ─▶ quads
//! ```

use crate::definition;
use crate::stage::Rows;
use crate::stage::contexts::Contexts;
use crate::stage::mentions::Read;
use crate::stage::rows::{Entities, LocalId};
use differential_dataflow::operators::{CountTotal, ThresholdTotal};
use kgloom_record::context::direction;
use kgloom_record::neighbourhood::key;
use kgloom_record::port::{ClassJudgement, Typer};
use kgloom_record::profile::{Direction, LINKS, Profile};
use kgloom_record::record::{Datatype, Graph, Iri, Literal, LocalType, Quad, Term, Triple};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::sync::Arc;

/// What a profile is made of, in the order in which it is taken up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Part {
    Is(Iri, Arc<str>),
    Own(Direction),
    Relation(Iri, bool),
    Noun(Arc<str>),
    Read(LocalType),
    Near(u64, Direction),
    Next(u64, Direction),
}

/// One end of a link: the thing, what is at the other end, and the link's key.
type End = (Iri, (u64, Iri));

/// What the typer tells.
pub(crate) fn tell<'s>(
    (reads, entities, contexts, triples): (Rows<'s, Read>, &Entities<'s>, &Contexts<'s>, Rows<'s, Triple>),
    (typer, ontology): (&Arc<dyn Typer>, &Arc<Ontology>),
) -> Rows<'s, Quad> {
    let said = reads.flat_map(|read| said(&read)).arrange_by_key();
    let said = said.join_core(entities.resolved.clone(), |_, part, entity| Some((entity.iri.clone(), part.clone())));
    let named = entities.resolved.clone().flat_map_ref(|_, entity| {
        Some((entity.iri.clone(), Part::Is(entity.class.clone(), Arc::clone(&entity.label))))
    });
    let related = triples.clone().flat_map(|triple| related(&triple));
    // What is not named but told of it, such as an occupation, is a noun as well.
    let common = entities.resolved.clone().flat_map_ref(|_, entity| {
        let is_common = entity.label.starts_with(char::is_lowercase);
        is_common.then(|| (entity.iri.clone(), Arc::clone(&entity.label)))
    });
    let heads = triples.clone().flat_map(|triple| match triple.object {
        Term::Name(object) => Some((object, triple.subject)),
        Term::Literal(_) => None,
    });
    let common = heads.join_map(common.distinct_total(), |_, head, label| (head.clone(), Part::Noun(label.clone())));
    let once_each = named.concatenate([said, related, common]).distinct_total();

    let ends = triples.flat_map(|triple| ends(&triple));
    let degrees = ends.clone().map(|(node, _)| node).count_total();
    let hubs = degrees.filter(|(_, links)| *links > LINKS as isize).map(|(node, _)| node);
    let seen = contexts.entities.clone().antijoin(hubs.clone());
    let at = ends.map(|(node, (key, other))| (other, (node, key)));
    let near = at.clone().join_map(seen, |_, (node, key), own| (node.clone(), (*key, own.clone())));
    let once = near.clone().reduce_named("Once", |_, near: &[(&(u64, Direction), isize)], output| {
        output.extend(mean(near.iter().map(|((_, own), _)| own)).map(|once| (once, 1)));
    });
    let next = at.join_map(once.antijoin(hubs), |_, (node, key), once| (node.clone(), (*key, once.clone())));

    let own = contexts.entities.clone().map(|(node, own)| (node, Part::Own(own)));
    let near = near.map(|(node, (key, own))| (node, Part::Near(key, own)));
    let next = next.map(|(node, (key, once))| (node, Part::Next(key, once)));
    let parts = once_each.concatenate([own, near, next]);
    let (asked, rules) = (Arc::clone(typer), Arc::clone(ontology));
    let judged = parts.reduce_named("Typed", move |name, parts: &[(&Part, isize)], output| {
        let Some(profile) = profile(name, parts.iter().map(|(part, _)| *part)) else { return };
        output.extend(judge(&profile, &*asked, &rules).into_iter().map(|judgement| (judgement, 1)));
    });
    let (asked, rules) = (Arc::clone(typer), Arc::clone(ontology));
    let topics = contexts.documents.clone().flat_map(move |(name, own)| {
        let class = vocabulary::DOCUMENT_CLASS.into();
        let profile = Profile { name: name.as_str().into(), class, own, ..Profile::default() };
        judge(&profile, &*asked, &rules).into_iter().map(move |judgement| (name.clone(), judgement)).collect::<Vec<_>>()
    });
    let (by, ontology) = (typer.id().0.clone(), Arc::clone(ontology));
    judged.concat(topics).flat_map(move |(name, judgement)| quads(&name, judgement, (&by, &ontology)))
}

/// What a document says of its entities: the nouns by which it says what they are, and the classes that the reader tells.
fn said(read: &Read) -> Vec<(LocalId, Part)> {
    let Some(reading) = read.reading() else { return Vec::new() };
    let (id, text) = (&read.document.id, &*read.document.text);
    let is_thing = |entity: u32| reading.entities[entity as usize].literal.is_none();
    let mut said = Vec::new();
    for mention in reading.mentions.iter().filter(|mention| is_thing(mention.entity)) {
        let nouns = definition::nouns(text, mention.span).into_iter();
        said.extend(nouns.map(|noun| ((id.clone(), mention.entity), Part::Noun(noun))));
    }
    for (entity, index) in reading.entities.iter().zip(0u32..).filter(|(entity, _)| entity.literal.is_none()) {
        said.extend(entity.types.iter().map(|told| ((id.clone(), index), Part::Read(told.clone()))));
    }
    said
}

/// The relation at each end.
fn related(triple: &Triple) -> Vec<(Iri, Part)> {
    let mut related = vec![(triple.subject.clone(), Part::Relation(triple.relation.clone(), true))];
    if let Term::Name(object) = &triple.object {
        related.push((object.clone(), Part::Relation(triple.relation.clone(), false)));
    }
    related
}

/// Both ends of a link between things.
fn ends(triple: &Triple) -> Vec<End> {
    let Term::Name(object) = &triple.object else { return Vec::new() };
    let key = key(triple.relation.as_str(), triple.subject.as_str(), object.as_str());
    vec![(triple.subject.clone(), (key, object.clone())), (object.clone(), (key, triple.subject.clone()))]
}

/// The direction of the sum of the first ones; none where that is nothing.
fn mean<'a>(directions: impl Iterator<Item = &'a Direction>) -> Option<Direction> {
    let mut sum = Vec::new();
    for direction in directions.take(LINKS) {
        sum.resize(sum.len().max(direction.len()), 0);
        sum.iter_mut().zip(direction.iter()).for_each(|(sum, x): (&mut i32, _)| *sum += i32::from(*x));
    }
    direction(&sum).map(Direction::from)
}

/// A profile of its parts, sorted; none of what is no thing, such as the other end of an assertion that no text names.
fn profile<'a>(name: &Iri, parts: impl Iterator<Item = &'a Part>) -> Option<Profile> {
    let mut profile = Profile { name: name.as_str().into(), ..Profile::default() };
    let (mut near, mut next) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::Is(class, label) => (profile.class, profile.label) = (class.as_str().into(), Arc::clone(label)),
            Part::Own(own) => profile.own = own.clone(),
            Part::Relation(relation, head) => profile.relations.push((relation.clone(), *head)),
            Part::Noun(noun) => profile.nouns.push(Arc::clone(noun)),
            Part::Read(told) => match profile.read.last_mut().filter(|last| last.class == told.class) {
                Some(last) => last.score = told.score,
                None => profile.read.push(told.clone()),
            },
            Part::Near(_, own) => near.push(own),
            Part::Next(_, once) => next.push(once),
        }
    }
    profile.once = mean(near.into_iter()).unwrap_or_default();
    profile.twice = mean(next.into_iter()).unwrap_or_default();
    (!profile.class.is_empty()).then_some(profile)
}

/// What the typer tells, the most probable first; what the thing's own class or a more probable one rules out is dropped.
fn judge(profile: &Profile, typer: &dyn Typer, ontology: &Ontology) -> Vec<ClassJudgement> {
    let own = Iri::new(Arc::clone(&profile.class));
    let is_document = &*profile.class == vocabulary::DOCUMENT_CLASS;
    let mut judged = typer.tell(profile);
    judged.retain(|ClassJudgement { class, .. }| match ontology.class(class) {
        Some(known) if known.of_documents => is_document,
        Some(_) => !is_document && ontology.may_be(&own, class),
        None => false,
    });
    judged
        .sort_by(|one, other| (Reverse(one.probability), &one.class).cmp(&(Reverse(other.probability), &other.class)));
    let mut kept: Vec<Iri> = Vec::new();
    for judgement in &mut judged {
        judgement.kept &= !kept.iter().any(|rival| ontology.are_disjoint(rival, &judgement.class));
        kept.extend(judgement.kept.then(|| judgement.class.clone()));
    }
    judged
}

/// A judgement as the store holds it: the class, and beside it its probability, its model and what speaks for it; where it is
/// enough the class, and those above it, stand in the default graph.
fn quads(name: &Iri, judgement: ClassJudgement, (by, ontology): (&Arc<str>, &Ontology)) -> Vec<Quad> {
    let typed = |class: &Iri| Triple {
        subject: name.clone(),
        relation: Iri::new(vocabulary::TYPE),
        object: Term::Name(class.clone()),
    };
    let link = typed(&judgement.class);
    let details = vocabulary::prediction_iri(&link);
    let say = |relation: &str, object| {
        let triple = Triple { subject: details.clone(), relation: vocabulary::own(relation), object };
        Quad { graph: Graph::Typed, triple }
    };
    let text = |value: &Arc<str>| Term::Literal(Literal { value: Arc::clone(value), datatype: Datatype::String });
    let mut quads = vec![
        say("head", Term::Name(name.clone())),
        say("tail", Term::Name(judgement.class.clone())),
        say("probability", Term::Literal(judgement.probability.decimal())),
        say("model", text(by)),
    ];
    quads.extend(judgement.evidence.iter().map(|evidence| say("evidence", text(evidence))));
    quads.push(Quad { graph: Graph::Typed, triple: link });
    if judgement.kept {
        let own = |class: &&Iri| ontology.class(class).is_some_and(|class| class.tag.is_none());
        let above = ontology.above(&judgement.class).filter(own);
        quads.extend(above.map(|class| Quad { graph: Graph::Default, triple: typed(class) }));
    }
    quads
}
