//! Classes of one's own, by what is known of each thing.
//!
//! In: pages, who is who, the triples that are stated or asserted, a typer. Out: what it tells of things and texts. Never: a
//! profile that is kept from one look to the next.

use super::pages::Page;
use super::who::Who;
use super::{Quads, text};
use kgloom_flow::definition::nouns;
use kgloom_record::context::direction;
use kgloom_record::neighbourhood::key;
use kgloom_record::port::{ClassJudgement, Typer};
use kgloom_record::profile::{Direction, LINKS, Profile};
use kgloom_record::record::{Graph, Iri, LocalType, Term, Triple};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Directions by name.
type Directions<'a> = BTreeMap<&'a Iri, Direction>;

/// Writes what a typer tells.
pub(super) fn tell<'a>(
    (pages, who, triples): (&'a [Page], &'a Who, impl Iterator<Item = &'a Triple>),
    (typer, ontology): (&dyn Typer, &Ontology),
    quads: &mut Quads,
) {
    let mut profiles: BTreeMap<&Iri, Profile> = BTreeMap::new();
    let mut sums: BTreeMap<&Iri, Vec<&[i8]>> = BTreeMap::new();
    for page in pages {
        let mut whole: Vec<&[i8]> = Vec::new();
        for (place, local) in (0u32..).zip(&page.reading.entities) {
            whole.push(&local.context);
            if local.literal.is_some() {
                continue;
            }
            let entity = who.of(&(page.document.clone(), place));
            sums.entry(&entity.iri).or_default().push(&local.context);
            let profile = profiles.entry(&entity.iri).or_default();
            (profile.name, profile.class) = (entity.iri.as_str().into(), entity.class.as_str().into());
            profile.label = entity.label.clone();
            profile.read.extend(local.types.iter().cloned());
            let own = page.reading.mentions.iter().filter(|mention| mention.entity == place);
            profile.nouns.extend(own.flat_map(|mention| nouns(page.text, mention.span)));
        }
        if let Some(own) = sum(whole.into_iter()) {
            let name = Iri::new(vocabulary::document_iri(page.document));
            let class = vocabulary::DOCUMENT_CLASS.into();
            let profile = Profile { name: name.as_str().into(), class, own, ..Profile::default() };
            judge(&name, &profile, (typer, ontology), quads);
        }
    }
    let own: Directions = sums.into_iter().filter_map(|(name, all)| Some((name, sum(all.into_iter())?))).collect();
    let mut links: BTreeMap<&Iri, Vec<(u64, &Iri)>> = BTreeMap::new();
    let labels: BTreeMap<&Iri, Arc<str>> =
        profiles.iter().map(|(name, profile)| (*name, profile.label.clone())).collect();
    for triple in triples {
        if let Some(profile) = profiles.get_mut(&triple.subject) {
            profile.relations.push((triple.relation.clone(), true));
        }
        let Term::Name(object) = &triple.object else { continue };
        if let Some(profile) = profiles.get_mut(object) {
            profile.relations.push((triple.relation.clone(), false));
        }
        let common = labels.get(object).filter(|label| label.starts_with(char::is_lowercase));
        if let (Some(profile), Some(label)) = (profiles.get_mut(&triple.subject), common) {
            profile.nouns.push(label.clone());
        }
        let key = key(triple.relation.as_str(), triple.subject.as_str(), object.as_str());
        links.entry(&triple.subject).or_default().push((key, object));
        links.entry(object).or_default().push((key, &triple.subject));
    }
    let is_hub = |node: &Iri| links.get(node).is_some_and(|links| links.len() > LINKS);
    // One step: what those who are linked, and are no hubs, are like.
    let step = |from: &Directions<'a>| -> BTreeMap<Iri, Direction> {
        let around = |(node, links): (&&Iri, &Vec<(u64, &Iri)>)| {
            let seen = links.iter().filter(|(_, other)| !is_hub(other));
            let seen: BTreeSet<(u64, &Direction)> =
                seen.filter_map(|(key, other)| Some((*key, from.get(*other)?))).collect();
            Some(((*node).clone(), sum(seen.into_iter().take(LINKS).map(|(_, direction)| &**direction))?))
        };
        links.iter().filter_map(around).collect()
    };
    let once = step(&own);
    let kept: BTreeMap<&Iri, Direction> =
        links.keys().filter_map(|node| Some((*node, once.get(*node)?.clone()))).collect();
    let twice = step(&kept);
    for (name, mut profile) in profiles {
        profile.own = own.get(name).cloned().unwrap_or_default();
        profile.once = once.get(name).cloned().unwrap_or_default();
        profile.twice = twice.get(name).cloned().unwrap_or_default();
        profile.relations = profile.relations.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        profile.nouns = profile.nouns.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut best: BTreeMap<Iri, LocalType> = BTreeMap::new();
        for told in std::mem::take(&mut profile.read) {
            let known = best.entry(told.class.clone()).or_insert_with(|| told.clone());
            known.score = known.score.max(told.score);
        }
        profile.read = best.into_values().collect();
        judge(name, &profile, (typer, ontology), quads);
    }
}

fn sum<'a>(all: impl Iterator<Item = &'a [i8]>) -> Option<Direction> {
    let mut sum: Vec<i32> = Vec::new();
    for one in all {
        sum.resize(one.len().max(sum.len()), 0);
        sum.iter_mut().zip(one).for_each(|(sum, x)| *sum += i32::from(*x));
    }
    direction(&sum).map(Direction::from)
}

fn judge(name: &Iri, profile: &Profile, (typer, ontology): (&dyn Typer, &Ontology), quads: &mut Quads) {
    let own = Iri::new(&*profile.class);
    let is_document = &*profile.class == vocabulary::DOCUMENT_CLASS;
    let mut judged = typer.tell(profile);
    judged.sort_by_key(|judged| (Reverse(judged.probability), judged.class.clone()));
    let mut heard: Vec<Iri> = Vec::new();
    for ClassJudgement { class, probability, kept, evidence } in judged {
        let Some(known) = ontology.class(&class) else { continue };
        if known.of_documents != is_document || (!is_document && !ontology.may_be(&own, &class)) {
            continue;
        }
        let link = |class: &Iri| Triple {
            subject: name.clone(),
            relation: Iri::new(vocabulary::TYPE),
            object: Term::Name(class.clone()),
        };
        let details = vocabulary::prediction_iri(&link(&class));
        let mut say = |relation: &str, object: Term| {
            quads.say(Graph::Typed, &details, vocabulary::own(relation).as_str(), object);
        };
        say("head", Term::Name(name.clone()));
        say("tail", Term::Name(class.clone()));
        say("probability", Term::Literal(probability.decimal()));
        say("model", text(&typer.id().0));
        evidence.iter().for_each(|evidence| say("evidence", text(evidence)));
        quads.insert(Graph::Typed, link(&class));
        if kept && !heard.iter().any(|rival| ontology.are_disjoint(rival, &class)) {
            let kinds = ontology.classes().filter(|above| ontology.is_kind_of(&class, &above.iri));
            for above in kinds.filter(|above| above.tag.is_none()) {
                quads.insert(Graph::Default, link(&above.iri));
            }
            heard.push(class);
        }
    }
}
