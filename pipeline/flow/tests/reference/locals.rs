//! What each text says of each thing that it names.
//!
//! In: a page. Out: its named things, each with its name in the graph, all its names, and what tells it from others
//! who have that name. Never: a look at another page.

use super::facts::outdone;
use super::pages::{Page, is_person};
use kgloom_flow::gazetteer::Gazetteer;
use kgloom_flow::{definition, distinct, regions};
use kgloom_record::names;
use kgloom_record::record::{Datatype, DocumentId, Factuality, Iri, Literal, Mention, Named, Score};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A date that is read less surely than this, in ten-thousandths, tells nobody apart.
const SURE: u16 = 8_000;
/// More mentions than this in one text say no more of the class of a name.
const MENTIONS: usize = 4;

/// A document, and the place of a thing among those that it names.
pub(super) type LocalId = (DocumentId, u32);

/// A class, and a name of it as names are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub class: Iri,
    pub name: Arc<str>,
}

impl Key {
    /// The key of a name as it is shown.
    pub fn of(class: &Iri, shown: &str) -> Key {
        Key { class: class.clone(), name: names::key_of(shown, is_person(class)) }
    }

    /// The key of a name that a user gave.
    pub fn given(named: &Named) -> Key {
        Key::of(&named.class, &names::display(&named.name))
    }
}

/// What can have one value only, and the value.
pub(super) type Dated = (Iri, Literal);

/// One named thing of one text.
pub(super) struct Local {
    pub id: LocalId,
    pub key: Key,
    /// The name that it is shown by.
    pub shown: Arc<str>,
    /// All names that the text has for it.
    pub names: BTreeSet<Arc<str>>,
    /// How often the text mentions it, as far as that counts.
    pub mentions: usize,
    /// The other classes that the text has this name as.
    pub also: BTreeSet<Iri>,
    /// Whether the text says what it is.
    pub defined: bool,
    /// Whether the ontology knows it by name.
    pub known: bool,
    /// The noun by which the text says what it is.
    pub kind: Option<Arc<str>>,
    /// What is spoken of around it.
    pub context: Arc<[i8]>,
    /// What it has that can have one value only.
    pub dates: Vec<Dated>,
    /// Where the text says that it lies.
    pub place: Option<Arc<str>>,
    /// The country that the text is about, where it does not say that or what the thing is.
    pub land: Option<Arc<str>>,
}

impl Local {
    /// Whether the text says enough to tell it from others.
    pub fn tells(&self) -> bool {
        self.defined || !self.dates.is_empty()
    }

    /// The keys of all its names, under its class.
    pub fn aliases(&self) -> BTreeSet<Key> {
        self.names.iter().map(|name| Key::of(&self.key.class, name)).chain([self.key.clone()]).collect()
    }
}

/// The named things of a page.
pub(super) fn locals(page: &Page, (ontology, gazetteer): (&Ontology, &Gazetteer)) -> Vec<Local> {
    let (mut dates, mut definitions) = (dates(page, ontology), definitions(page, gazetteer));
    let (places, land) = (places(page, gazetteer), land(page, gazetteer));
    let mut locals: Vec<Local> = Vec::new();
    for (entity, names) in page.names() {
        let full = names::most_complete(&names).expect("who is named has a name");
        let (class, shown) = gazetteer.class_and_name((page.text, &page.reading), (entity, full), ontology);
        let read = &page.reading.entities[entity as usize];
        let known = gazetteer.has(&names::key(&shown));
        let (kind, around) = definitions.remove(&entity).unzip();
        let mut dates = dates.remove(&entity).filter(|_| !known).unwrap_or_default();
        dates.extend(around.into_iter().flatten());
        locals.push(Local {
            id: (page.document.clone(), entity),
            key: Key::of(&class, &shown),
            shown,
            mentions: names.len().min(MENTIONS),
            names: names.into_iter().collect(),
            also: BTreeSet::new(),
            defined: kind.is_some() || (read.defined && !known),
            known,
            kind,
            context: Arc::clone(&read.context),
            dates,
            place: places.get(&entity).filter(|_| !known).cloned(),
            land: None,
        });
    }
    for local in &mut locals {
        let lies = local.key.class == vocabulary::own("Location") && !local.known;
        local.land = land.clone().filter(|_| lies && local.place.is_none() && !local.tells());
    }
    let keys: BTreeSet<Key> = locals.iter().map(|local| local.key.clone()).collect();
    for Local { key, also, .. } in &mut locals {
        let others = keys.iter().filter(|other| other.name == key.name && other.class != key.class);
        also.extend(others.map(|other| other.class.clone()));
    }
    locals
}

/// The dates that a text surely gives, the surest for each thing and relation; of equally sure ones the greatest.
fn dates(page: &Page, ontology: &Ontology) -> BTreeMap<u32, Vec<Dated>> {
    let outdone = outdone(page, ontology);
    let mut told: Vec<(u32, &Iri, Score, &Literal)> = Vec::new();
    for (place, fact) in page.reading.relations.iter().enumerate() {
        let functional = ontology.relation(&fact.relation).is_some_and(|relation| relation.functional);
        let heard = fact.factuality == Factuality::Stated && !outdone.contains_key(&place);
        let value = page.reading.entities[fact.tail as usize].literal.as_ref();
        if let Some(value) = value.filter(|value| value.datatype != Datatype::String)
            && functional
            && heard
            && fact.score >= Score::new(SURE)
        {
            told.push((fact.head, &fact.relation, fact.score, value));
        }
    }
    // The last of a head and a relation is the surest.
    told.sort();
    let last: BTreeMap<(u32, &Iri), &Literal> =
        told.into_iter().map(|(head, relation, _, value)| ((head, relation), value)).collect();
    let mut dates: BTreeMap<u32, Vec<Dated>> = BTreeMap::new();
    for ((head, relation), value) in last {
        dates.entry(head).or_default().push((relation.clone(), value.clone()));
    }
    dates
}

/// The country that more than half of the mentions of countries speak of.
fn land(page: &Page, gazetteer: &Gazetteer) -> Option<Arc<str>> {
    let written = |mention: &Mention| names::key(&names::written(page.text, mention.span, false));
    let lands: Vec<Arc<str>> =
        page.reading.mentions.iter().filter_map(|mention| gazetteer.land(&written(mention))).collect();
    let count = |land: &Arc<str>| lands.iter().filter(|other| *other == land).count();
    lands.iter().find(|land| 2 * count(land) > lands.len()).cloned()
}

/// Where things lie: a town where the text says so in saying what it is, any place where a comma and another follow it.
fn places(page: &Page, gazetteer: &Gazetteer) -> BTreeMap<u32, Arc<str>> {
    let mentions = &page.reading.mentions;
    let named = |at: usize| {
        let span = mentions.get(at)?.span;
        gazetteer.place(&names::key(&names::written(page.text, span, false)))
    };
    let words = |from: u32, to: u32| {
        page.text.get(from as usize..to as usize).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let gap = |at: usize| mentions.get(at + 1).map(|next| words(mentions[at].span.end, next.span.start));
    let location =
        |at: usize| mentions.get(at).is_some_and(|mention| *page.class(mention.entity) == vocabulary::own("Location"));
    let behind = |at: usize| {
        let last = if named(at + 1).is_some() { at + 1 } else { at + 2 };
        let place = named(last)?;
        let apposed = (at..last).all(|at| gap(at).as_deref() == Some(",") && location(at + 1));
        let ends = ["&", ",", ", and", ", or", "and", "or"];
        let is_listed = gap(last).is_some_and(|gap| ends.contains(&&*gap));
        let is_list = is_listed && named(last + 1).is_some_and(|next| !regions::lies_in(&place, &next));
        (apposed && !is_list).then_some(place)
    };
    let mut told: Vec<(u32, Arc<str>)> = Vec::new();
    for at in (0..mentions.len()).filter(|at| location(*at) && named(*at).is_none()) {
        told.extend(behind(at).map(|place| (mentions[at].entity, place)));
    }
    for sentence in page.reading.sentences.iter().take(2) {
        let inside = |at: &usize| mentions[*at].span.start >= sentence.start && mentions[*at].span.end <= sentence.end;
        let within: Vec<usize> = (0..mentions.len()).filter(inside).collect();
        let Some((subject, others)) = within.split_first() else { continue };
        let span = mentions[*subject].span;
        if definition::kind(page.text, span).as_deref() != Some("settlement") {
            continue;
        }
        let noun = definition::noun(page.text, span).expect("what is of a kind is called by a noun");
        let around = others.iter().find(|other| {
            let between = page.text.get(span.end as usize..mentions[**other].span.start as usize);
            between.is_some_and(|between| definition::says_where(between, noun))
        });
        let place = around.and_then(|at| named(*at).or_else(|| behind(*at)));
        told.extend(place.map(|place| (mentions[*subject].entity, place)));
    }
    let mut places: BTreeMap<u32, Arc<str>> = BTreeMap::new();
    for (entity, place) in &told {
        let all = || told.iter().filter(|(other, _)| other == entity);
        if all().all(|(_, other)| regions::lies_in(place, other)) {
            places.insert(*entity, Arc::clone(place));
        }
    }
    places
}

/// The noun by which a text says what a thing is, the country that it is or lies in, and the districts around a settlement.
type Definition = (Arc<str>, Vec<Dated>);

/// What the first two sentences say of those whom they open with.
fn definitions(page: &Page, gazetteer: &Gazetteer) -> BTreeMap<u32, Definition> {
    let mut definitions = BTreeMap::new();
    for sentence in page.reading.sentences.iter().take(2) {
        let inside = |mention: &&Mention| mention.span.start >= sentence.start && mention.span.end <= sentence.end;
        let mentions: Vec<&Mention> = page.reading.mentions.iter().filter(inside).collect();
        let Some((subject, others)) = mentions.split_first() else { continue };
        let Some(kind) = definition::kind(page.text, subject.span) else { continue };
        let noun = definition::noun(page.text, subject.span).expect("what is of a kind is called by a noun");
        let country =
            |mention: &Mention| gazetteer.country(&names::key(&names::written(page.text, mention.span, false)));
        let own = country(subject);
        let mut foreign = others.iter().filter(|other| country(other).is_some_and(|name| Some(name) != own)).peekable();
        let lies_in = |other: &Mention| {
            let between = page.text.get(subject.span.end as usize..other.span.start as usize);
            between.is_some_and(|words| definition::says_where(words, noun))
        };
        let is_country = &*kind == "country" && foreign.peek().is_none();
        let around = foreign.find(|other| lies_in(other)).and_then(|other| country(other));
        let country = around.filter(|_| definition::is_division(&kind)).or(own.filter(|_| is_country));
        let value = |name: &Arc<str>| Literal { value: Arc::clone(name), datatype: Datatype::String };
        let mut around: Vec<Dated> = Vec::new();
        around.extend(country.map(|name| (Iri::new(vocabulary::COUNTRY), value(name))));
        for other in others.iter().filter(|_| &*kind == "settlement") {
            let name = names::key(&names::written(page.text, other.span, false));
            if let Some(word) = distinct::division(&name) {
                around.push((vocabulary::own(&format!("within:{word}")), value(&name)));
            }
        }
        definitions.insert(subject.entity, (kind, around));
    }
    definitions
}
