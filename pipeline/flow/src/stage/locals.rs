//! What each document says of those whom it names, before anybody is taken for another's.
//!
//! In: readings. Out: each named entity under its key, with what tells it from others of its name, and what the text has to say of the
//! class of the name. Never: what another document says.

use super::rows::{Bearer, Key, Local, displays};
use crate::gazetteer::Gazetteer;
use crate::stage::classes::Vote;
use crate::stage::mentions::Read;
use crate::stage::voices;
use crate::{definition, distinct, regions};
use kgloom_record::record::{Datatype, Factuality, Iri, Literal, Mention, Reading, Score};
use kgloom_record::shared::Shared;
use kgloom_record::{names, vocabulary};
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A date tells bearers of a name apart from this score on: a wrong one would split what is one.
const SURE: u16 = 8_000;

/// More mentions than this in one text say no more.
const MENTIONS: usize = 4;

/// What a text says of the class of a name.
pub(crate) fn votes(local: &Local, Key { class, name }: Key) -> Vec<(Arc<str>, Vote)> {
    let both =
        local.also.iter().cloned().map(|other| {
            if other < class { Vote::Both(other, class.clone()) } else { Vote::Both(class.clone(), other) }
        });
    let read =
        std::iter::repeat_n(Vote::Read(class.clone(), local.bearer.defined), (local.mentions as usize).min(MENTIONS));
    read.chain(both).map(|vote| (Arc::clone(&name), vote)).collect()
}

/// A document's named entities; times and quantities are values, not entities.
pub(crate) fn locals(read: &Read, ontology: &Ontology, gazetteer: &Gazetteer) -> Vec<(Key, Shared<Local>)> {
    let Some(reading) = read.reading() else { return Vec::new() };
    let text = &read.document.text;
    let dates = dates(text, reading, ontology);
    let displays = displays(text, reading);
    let (capitals, definitions) = (capitals(reading, &displays), definitions(text, reading, gazetteer));
    let (mut places, land) = (places(text, reading, gazetteer), land(text, reading, gazetteer));
    let mut locals = Vec::new();
    for (index, displays) in displays {
        let entity = &reading.entities[index as usize];
        let (None, Some(full)) = (&entity.literal, names::most_complete(&displays)) else { continue };
        let (class, shown) = gazetteer.class_and_name((text, reading), (index, full), ontology);
        let mentions = displays.len() as u32;
        let mut names = displays;
        names.sort();
        names.dedup();
        let definition = definitions.get(&index).cloned();
        let (kind, around) = definition.map(|definition| (definition.kind, definition.around)).unzip();
        let known = gazetteer.has(&names::key(&shown));
        let defined = kind.is_some() || (entity.defined && !known);
        // Of a country texts tell many beginnings and many seats; only another place around it makes it another.
        let mut told = dates.get(&index).filter(|_| !known).cloned().unwrap_or_default();
        told.extend(capitals.get(&index).filter(|_| defined && !known).cloned());
        told.extend(around.into_iter().flatten());
        let (id, key) = ((read.document.id.clone(), index), Key::of(&class, &shown));
        let context = Arc::clone(&entity.context);
        let place = places.remove(&index).filter(|_| !known);
        let silent = !defined && told.is_empty() && place.is_none() && !known;
        let land = land.clone().filter(|_| silent && key.class == vocabulary::own("Location"));
        let bearer = Bearer { id, shown, defined, known, kind, context, place, land, dates: told.into() };
        locals.push((key, Local { bearer, names: names.into(), mentions, also: Box::default() }));
    }
    let mut read_as: BTreeMap<Arc<str>, BTreeSet<Iri>> = BTreeMap::new();
    for (key, _) in &locals {
        read_as.entry(Arc::clone(&key.name)).or_default().insert(key.class.clone());
    }
    for (key, local) in &mut locals {
        local.also = read_as[&key.name].iter().filter(|class| **class != key.class).cloned().collect();
    }
    locals.into_iter().map(|(key, local)| (key, Shared::new(local))).collect()
}

/// What a text says that those are whom it opens with, and in which country and districts: in its first sentence, or in the
/// second after a title.
fn definitions(text: &str, reading: &Reading, gazetteer: &Gazetteer) -> BTreeMap<u32, Definition> {
    let mut definitions = BTreeMap::new();
    for sentence in reading.sentences.iter().take(2) {
        let first = reading.mentions.partition_point(|mention| mention.span.start < sentence.start);
        let last = reading.mentions.partition_point(|mention| mention.span.end <= sentence.end);
        let Some((subject, others)) = reading.mentions[first..last.max(first)].split_first() else { continue };
        let Some((kind, noun)) = definition::kind(text, subject.span).zip(definition::noun(text, subject.span)) else {
            continue;
        };
        let country = |mention: &Mention| gazetteer.country(&names::key(&names::written(text, mention.span, false)));
        let own = country(subject);
        let named = |other| country(other).filter(|name| Some(*name) != own).map(|name| (other, name));
        let named: Vec<(&Mention, &Arc<str>)> = others.iter().filter_map(named).collect();
        let between = |other: &Mention| text.get(subject.span.end as usize..other.span.start as usize);
        let lies_in = |other: &Mention| between(other).is_some_and(|words| definition::says_where(words, noun));
        let country = match named.iter().find(|(other, _)| lies_in(other)) {
            Some((_, name)) if definition::is_division(&kind) => Some(*name),
            None if &*kind == "country" && named.is_empty() => own,
            _ => None,
        };
        let value = |name: &Arc<str>| Literal { value: Arc::clone(name), datatype: Datatype::String };
        let country = country.map(|name| (Iri::new(vocabulary::COUNTRY), value(name)));
        let districts = others.iter().filter(|_| &*kind == "settlement").filter_map(|other| {
            let name = names::key(&names::written(text, other.span, false));
            Some((vocabulary::own(&format!("within:{}", distinct::division(&name)?)), value(&name)))
        });
        let around = country.into_iter().chain(districts).collect();
        definitions.insert(subject.entity, Definition { kind, around });
    }
    definitions
}

/// Where a text says that its places lie: behind a comma, `Vellham, Ohio`, or where it says what they are, `Vellham is a town in
/// Ohio`. Nothing of what it says to lie in two places.
fn places(text: &str, reading: &Reading, gazetteer: &Gazetteer) -> BTreeMap<u32, Arc<str>> {
    let around = Around { text, reading, gazetteer };
    let mut told: BTreeMap<u32, Vec<Arc<str>>> = BTreeMap::new();
    for (at, mention) in reading.mentions.iter().enumerate() {
        if around.is_place(at) && around.own(at).is_none() {
            told.entry(mention.entity).or_default().extend(around.behind(at));
        }
    }
    for sentence in reading.sentences.iter().take(2) {
        let first = reading.mentions.partition_point(|mention| mention.span.start < sentence.start);
        let last = reading.mentions.partition_point(|mention| mention.span.end <= sentence.end);
        let Some(subject) = reading.mentions[first..last.max(first)].first() else { continue };
        let is_town = definition::kind(text, subject.span).is_some_and(|kind| &*kind == "settlement");
        let Some(noun) = definition::noun(text, subject.span).filter(|_| is_town) else { continue };
        let between = |at: usize| text.get(subject.span.end as usize..reading.mentions[at].span.start as usize);
        let lies_in = |at: &usize| between(*at).is_some_and(|words| definition::says_where(words, noun));
        let place = (first + 1..last).find(lies_in).and_then(|at| around.own(at).or_else(|| around.behind(at)));
        told.entry(subject.entity).or_default().extend(place);
    }
    told.into_iter().filter_map(|(entity, places)| Some((entity, innermost(&places)?))).collect()
}

/// The country of which a text speaks more often than of all others together.
fn land(text: &str, reading: &Reading, gazetteer: &Gazetteer) -> Option<Arc<str>> {
    let mut spoken: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for mention in &reading.mentions {
        if let Some(land) = gazetteer.land(&names::key(&names::written(text, mention.span, false))) {
            *spoken.entry(land).or_default() += 1;
        }
    }
    let all: usize = spoken.values().sum();
    spoken.into_iter().find(|(_, times)| 2 * times > all).map(|(land, _)| land)
}

/// Of places that lie in one another the innermost.
fn innermost(places: &[Arc<str>]) -> Option<Arc<str>> {
    let inner = places.iter().max_by_key(|place| place.len())?;
    places.iter().all(|place| regions::lies_in(inner, place)).then(|| Arc::clone(inner))
}

/// What stands around mentions of a text.
struct Around<'a> {
    text: &'a str,
    reading: &'a Reading,
    gazetteer: &'a Gazetteer,
}

impl Around<'_> {
    /// The place that a mention names and that others lie in.
    fn own(&self, at: usize) -> Option<Arc<str>> {
        let span = self.reading.mentions.get(at)?.span;
        self.gazetteer.place(&names::key(&names::written(self.text, span, false)))
    }

    /// Whether a mention is read as one of a place.
    fn is_place(&self, at: usize) -> bool {
        let entity = |mention: &Mention| &self.reading.entities[mention.entity as usize];
        let class = self.reading.mentions.get(at).map(|mention| entity(mention).class.as_str());
        class.and_then(|class| class.strip_prefix(vocabulary::NAMESPACE)) == Some("Location")
    }

    /// The words from a mention to the next one.
    fn gap(&self, at: usize) -> String {
        let spans = self.reading.mentions.get(at..at + 2).unwrap_or_default();
        let [one, next] = spans else { return String::new() };
        let gap = self.text.get(one.span.end as usize..next.span.start as usize).unwrap_or_default();
        gap.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The place behind the comma after a mention, or behind what stands there: `Vellham, Tessel County, Ohio`. Of a list of places
    /// (`Vellham, Norway and Spain`) none.
    fn behind(&self, at: usize) -> Option<Arc<str>> {
        let found = (at + 1..at + 3).find_map(|next| Some((next, self.own(next)?)));
        let (last, place) =
            found.filter(|(last, _)| (at..*last).all(|at| self.gap(at) == "," && self.is_place(at + 1)))?;
        let listed = ["&", ",", ", and", ", or", "and", "or"].contains(&&*self.gap(last));
        let next = self.own(last + 1).filter(|_| listed);
        next.is_none_or(|next| regions::lies_in(&place, &next)).then_some(place)
    }
}

/// What a text says that a thing is.
#[derive(Clone)]
struct Definition {
    kind: Arc<str>,
    /// The country that it is or lies in, and the districts around a settlement, by their kinds: two places of one name that differ
    /// there are two.
    around: Vec<(Iri, Literal)>,
}

/// The dates that a text gives for what can have one value only: two bearers of a name that differ there are two. Only
/// sure readings count, the surest for each relation; and a time that is known only as written ("Monday") says
/// nothing.
fn dates(text: &str, reading: &Reading, ontology: &Ontology) -> BTreeMap<u32, Vec<(Iri, Literal)>> {
    let mut best: BTreeMap<(u32, &Iri), (Score, &Literal)> = BTreeMap::new();
    let outdone = voices::outdone(text, reading, ontology);
    let heard = reading.relations.iter().enumerate().filter(|(place, _)| !outdone.contains_key(place));
    for (_, fact) in heard.filter(|(_, fact)| fact.factuality == Factuality::Stated) {
        let functional = ontology.relation(&fact.relation).is_some_and(|relation| relation.functional);
        let value = reading.entities[fact.tail as usize].literal.as_ref();
        let Some(value) = value.filter(|value| value.datatype != Datatype::String) else { continue };
        if functional && fact.score.ten_thousandths() >= SURE {
            let told = best.entry((fact.head, &fact.relation)).or_insert((fact.score, value));
            *told = (*told).max((fact.score, value));
        }
    }
    let mut dates: BTreeMap<u32, Vec<(Iri, Literal)>> = BTreeMap::new();
    for ((head, relation), (_, value)) in best {
        dates.entry(head).or_default().push((relation.clone(), value.clone()));
    }
    dates
}

/// The surest capital that a text gives for each of its places: two places of one name have two.
fn capitals(reading: &Reading, displays: &BTreeMap<u32, Vec<Arc<str>>>) -> BTreeMap<u32, (Iri, Literal)> {
    let mut best: BTreeMap<u32, (Score, Literal)> = BTreeMap::new();
    for fact in reading.relations.iter().filter(|fact| fact.score.ten_thousandths() >= SURE) {
        let (place, seat) = match fact.relation.as_str() {
            vocabulary::CAPITAL => (fact.head, fact.tail),
            vocabulary::CAPITAL_OF => (fact.tail, fact.head),
            _ => continue,
        };
        let Some(name) = displays.get(&seat).and_then(|names| names::most_complete(names)) else { continue };
        let named = (fact.score, Literal { value: names::key(&name), datatype: Datatype::String });
        let told = best.entry(place).or_insert_with(|| named.clone());
        *told = std::mem::replace(told, named.clone()).max(named);
    }
    best.into_iter().map(|(place, (_, seat))| (place, (Iri::new(vocabulary::CAPITAL), seat))).collect()
}

#[cfg(test)]
#[path = "locals_tests.rs"]
mod tests;
