//! Of what class a name is, and how many bear it.
//!
//! In: the named things of all texts. Out: the classes that names count as; which bearer of its name each thing is.
//! Never: two names in one question.

use super::locals::{Dated, Key, Local, LocalId};
use super::pages::is_person;
use kgloom_flow::nouns::{is_adjective, is_common};
use kgloom_flow::{definition, regions};
use kgloom_record::record::{DocumentId, Iri};
use kgloom_record::vocabulary;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many times as many readings of a name outweigh those of another class.
const OUTWEIGHS: usize = 3;

/// One bearer of a name: the key, and a mark that is empty for the main one.
pub(super) type Node = (Key, Arc<str>);

/// The main bearer of a name.
pub(super) fn main(key: Key) -> Node {
    (key, "".into())
}

/// How one class is read for a name: how often, and whether by a text that says what it is.
#[derive(Default)]
struct Readings {
    count: usize,
    defined: bool,
    /// The sum of what is said around it.
    around: Vec<i128>,
}

impl Readings {
    /// Whether what is said around both is alike, by the cosine in hundredths.
    fn is_near(&self, other: &Readings, needed: i128) -> bool {
        let product = |one: &[i128], other: &[i128]| one.iter().zip(other).map(|(a, b)| a * b).sum::<i128>();
        let dot = product(&self.around, &other.around);
        let lengths = product(&self.around, &self.around) * product(&other.around, &other.around);
        dot > 0 && (100 * dot).pow(2) >= needed.pow(2) * lengths
    }
}

/// Keys that count as of another class, with that class: where one text reads the name both ways, where most readings by
/// far are of the other and no text says otherwise, or where texts are of one topic; a person is held apart longest.
pub(super) fn counts_as(locals: &[Local]) -> BTreeMap<Key, Iri> {
    let mut names: BTreeMap<&str, BTreeMap<&Iri, Readings>> = BTreeMap::new();
    // How often a text says that it has a name as both: once for each of its things that has the name.
    let mut both: BTreeMap<(&str, &Iri, &Iri), usize> = BTreeMap::new();
    for Local { key: Key { class, name }, also, mentions, defined, context, .. } in locals {
        let readings = names.entry(name).or_default().entry(class).or_default();
        readings.count += mentions;
        readings.defined |= defined;
        readings.around.resize(context.len().max(readings.around.len()), 0);
        readings.around.iter_mut().zip(context.iter()).for_each(|(sum, x)| *sum += i128::from(*x));
        for (one, another) in also.iter().flat_map(|other| [(class, other), (other, class)]) {
            *both.entry((&**name, one, another)).or_default() += 1;
        }
    }
    let mut counts_as = BTreeMap::new();
    for (name, classes) in names {
        let mut classes: Vec<(&Iri, Readings)> = classes.into_iter().collect();
        classes.sort_by_key(|(class, readings)| (Reverse(readings.count), *class));
        // The place of the class that each one counts as; who has most of all comes first.
        let mut heads: Vec<usize> = Vec::new();
        for (place, (class, readings)) in classes.iter().enumerate() {
            let joins = |(other, theirs): &(&Iri, Readings)| {
                let outweighed = theirs.count >= OUTWEIGHS * readings.count;
                let someone = is_person(class) || is_person(other);
                let full_name = name.contains(' ');
                let saint = name.starts_with("st ") || name.starts_with("saint ");
                let location = vocabulary::own("Location");
                let somewhere = **class == location || **other == location;
                let needed = match (readings.defined && theirs.defined, someone) {
                    (false, _) if full_name && !saint => 15,
                    (true, true) => 75,
                    (true, false) | (false, true) => 60,
                    (false, false) if somewhere => 35,
                    (false, false) => 18,
                };
                let of_one_topic = readings.is_near(theirs, needed);
                if let Some(texts) = both.get(&(name, class, other)) {
                    !someone || full_name || outweighed || 2 * texts >= readings.count || of_one_topic
                } else {
                    outweighed && !readings.defined && (!someone || full_name) || of_one_topic
                }
            };
            let joined = (0..place).filter(|earlier| joins(&classes[*earlier])).map(|earlier| heads[earlier]);
            let head = joined.min().unwrap_or(place);
            heads.push(head);
            if head != place {
                let key = Key { class: Iri::clone(class), name: name.into() };
                counts_as.insert(key, classes[head].0.clone());
            }
        }
    }
    counts_as
}

/// The bearer that each named thing is: one for all, unless texts that say what the name is disagree.
pub(super) fn bearers(locals: &[Local]) -> BTreeMap<LocalId, Node> {
    let mut alike: BTreeMap<&Key, BTreeMap<&LocalId, &Local>> = BTreeMap::new();
    for local in locals {
        alike.entry(&local.key).or_default().insert(&local.id, local);
    }
    let mut bearers = BTreeMap::new();
    for (key, locals) in alike {
        let noun = is_common(&key.name, key.class.as_str());
        let common = noun || is_adjective(&key.name, key.class.as_str());
        let (silent, others): (Vec<&Local>, Vec<&Local>) =
            locals.into_values().partition(|local| common && !local.tells());
        let told = others.iter().any(|local| local.tells());
        let elsewhere = elsewhere(&others);
        let lies = |local: &Local| elsewhere.of(local);
        let mut marks: Vec<(&Local, Arc<str>)> =
            others.iter().filter_map(|local| Some((*local, Arc::clone(lies(local)?)))).collect();
        let others: Vec<&Local> = others.into_iter().filter(|local| lies(local).is_none()).collect();
        let groups = groups(others.iter().copied().filter(|local| local.tells()), is_person(&key.class));
        // A common noun is of each text's own, and of those that speak of the same; the first text's is the main one, where no text
        // says what it is.
        let founders = founders(&silent, if noun { 70 } else { 20 }, is_person(&key.class));
        for (local, founder) in silent.iter().zip(&founders) {
            let main = !told && *founder == founders[0];
            marks.push((local, if main { "".into() } else { mark(founder, 0) }));
        }
        let meant: Vec<(&Local, usize)> = others.into_iter().map(|local| (local, meant(&groups, local))).collect();
        let count = |group: usize| meant.iter().filter(|(_, of)| *of == group).count();
        let most = (0..groups.len()).max_by_key(|group| (count(*group), Reverse(*group))).unwrap_or_default();
        for (local, group) in meant {
            let (document, entity) = groups.get(group).map_or(&local.id, |group| group.first);
            marks.push((local, if group == most { "".into() } else { mark(document, *entity) }));
        }
        bearers.extend(marks.into_iter().map(|(local, mark)| (local.id.clone(), (key.clone(), mark))));
    }
    bearers
}

/// Whose bearer of a common noun each means: that of the first text which speaks of what it speaks of, among the first so many of those
/// that others do not go with. Of a first name each text has its own.
fn founders<'a>(silent: &[&'a Local], needed: i128, person: bool) -> Vec<&'a DocumentId> {
    let mut groups: Vec<Group> = Vec::new();
    let mut of: BTreeMap<&DocumentId, &DocumentId> = BTreeMap::new();
    for &local in silent {
        let document = &local.id.0;
        if of.contains_key(document) {
            continue;
        }
        let takes = |group: &&mut Group| {
            let (dot, length) = group.cosine(local);
            !person && dot > 0 && (100 * dot).pow(2) >= needed.pow(2) * length
        };
        match groups.iter_mut().take(64).find(takes) {
            Some(group) => {
                of.insert(document, &group.first.0);
                group.add(local);
            }
            None => {
                of.insert(document, document);
                groups.push(Group::new(local));
            }
        }
    }
    silent.iter().map(|local| of[&local.id.0]).collect()
}

/// What tells places of one name apart: the marks of the regions in which texts say that they lie, and of the countries that texts
/// are about which do not say it.
#[derive(Default)]
struct Elsewhere {
    places: BTreeMap<Arc<str>, Arc<str>>,
    lands: BTreeMap<Arc<str>, Arc<str>>,
}

impl Elsewhere {
    fn of(&self, local: &Local) -> Option<&Arc<str>> {
        match &local.place {
            Some(place) => self.places.get(place),
            None => self.lands.get(local.land.as_ref()?),
        }
    }
}

/// Regions in order, those of more texts first, and how many texts each has.
fn most_first<'a>(told: impl Iterator<Item = &'a Arc<str>>) -> Vec<(&'a Arc<str>, usize)> {
    let mut counts: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    told.for_each(|region| *counts.entry(region).or_default() += 1);
    let mut order: Vec<(&Arc<str>, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(_, count)| Reverse(*count));
    order
}

/// Who goes where, of the places of one name. Regions of which none is apart from another are one part, those of more texts choosing
/// first. Texts that do not say where speak for the first part that is not apart from the country that they are about, and mean it
/// unless the main part, which is that of most texts, has three times as many; all others mean the main part.
fn elsewhere(locals: &[&Local]) -> Elsewhere {
    let mut parts: Vec<(Vec<&Arc<str>>, usize)> = Vec::new();
    let part = |parts: &[(Vec<&Arc<str>>, usize)], region: &str| {
        parts.iter().position(|(part, _)| part.iter().all(|other| !regions::are_apart(region, other)))
    };
    for (place, texts) in most_first(locals.iter().filter_map(|local| local.place.as_ref())) {
        let at = part(&parts, place).unwrap_or(parts.len());
        if at == parts.len() {
            parts.push((Vec::new(), 0));
        }
        parts[at].0.push(place);
        parts[at].1 += texts;
    }
    let mut spoken: Vec<(&Arc<str>, usize)> = Vec::new();
    for (land, texts) in most_first(locals.iter().filter_map(|local| local.land.as_ref())) {
        if let Some(at) = part(&parts, land) {
            parts[at].1 += texts;
            spoken.push((land, at));
        }
    }
    let most = parts.iter().map(|(_, texts)| *texts).max().unwrap_or_default();
    let main = parts.iter().position(|(_, texts)| *texts == most);
    let mut elsewhere = Elsewhere::default();
    for (at, (places, texts)) in parts.iter().enumerate().filter(|(at, _)| Some(*at) != main) {
        let least = places.iter().min().expect("a part has a place");
        let mark: Arc<str> = blake3::hash(least.as_bytes()).to_hex()[..8].into();
        elsewhere.places.extend(places.iter().map(|place| (Arc::clone(place), Arc::clone(&mark))));
        let here = spoken.iter().filter(|(_, of)| *of == at && most < 3 * texts);
        elsewhere.lands.extend(here.map(|(land, _)| (Arc::clone(land), Arc::clone(&mark))));
    }
    elsewhere
}

/// What tells a bearer from others: a short hash of the first that speaks of it.
fn mark(document: &DocumentId, entity: u32) -> Arc<str> {
    blake3::hash(format!("{document}#{entity}").as_bytes()).to_hex()[..8].into()
}

/// Those who say the same of a name.
struct Group<'a> {
    first: &'a LocalId,
    members: Vec<&'a Local>,
    /// The sum of their contexts.
    sum: Vec<i128>,
}

/// Each joins the first group that it agrees with, in the order of their ids.
fn groups<'a>(telling: impl Iterator<Item = &'a Local>, person: bool) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for local in telling {
        match groups.iter_mut().find(|group| group.takes(local, person)) {
            Some(group) => group.add(local),
            None => groups.push(Group::new(local)),
        }
    }
    groups
}

/// The place of the group that somebody is of: its own, else the nearest in topic, of equals the first.
fn meant(groups: &[Group], local: &Local) -> usize {
    let own = |group: &Group| group.members.iter().any(|member| member.id == local.id);
    if let Some(own) = groups.iter().position(own) {
        return own;
    }
    let mut best = 0;
    for (place, group) in groups.iter().enumerate() {
        let ((dot, length), (best_dot, best_length)) = (group.cosine(local), groups[best].cosine(local));
        if dot * dot.abs() * best_length.max(1) > best_dot * best_dot.abs() * length.max(1) {
            best = place;
        }
    }
    best
}

impl<'a> Group<'a> {
    fn new(local: &'a Local) -> Group<'a> {
        let sum = local.context.iter().map(|value| i128::from(*value)).collect();
        Group { first: &local.id, members: vec![local], sum }
    }

    fn add(&mut self, local: &'a Local) {
        self.members.push(local);
        self.sum.iter_mut().zip(local.context.iter()).for_each(|(sum, value)| *sum += i128::from(*value));
    }

    fn dates(&self, relation: &Iri) -> impl Iterator<Item = &Dated> {
        self.members.iter().flat_map(|member| &member.dates).filter(move |(other, _)| other == relation)
    }

    /// Whether somebody says the same as the members: no other date, and a date of theirs or their topic.
    fn takes(&self, local: &Local, person: bool) -> bool {
        let agrees = |(relation, value): &Dated| self.dates(relation).any(|(_, other)| other.agrees_with(value));
        let asked = |(relation, _): &Dated| self.dates(relation).next().is_some();
        let shared: Vec<bool> = local.dates.iter().filter(|date| asked(date)).map(agrees).collect();
        if !shared.is_empty() {
            return !shared.contains(&false);
        }
        let mut kinds = self.members.iter().filter_map(|member| member.kind.as_deref()).peekable();
        let other_kind = !person && kinds.peek().is_some();
        let other_kind = local.kind.as_deref().filter(|kind| other_kind && !kinds.clone().any(|other| other == *kind));
        let needed = match other_kind {
            Some(kind) if kinds.any(|other| definition::encloses(kind, other)) => 75,
            Some(_) if local.known => return true,
            Some(_) => 60,
            None if local.known => return true,
            None => 35,
        };
        if local.context.is_empty() || self.sum.iter().all(|value| *value == 0) {
            return other_kind.is_none();
        }
        let (dot, length) = self.cosine(local);
        dot > 0 && (100 * dot).pow(2) >= needed * needed * length
    }

    /// The product of both contexts, and the product of their squared lengths.
    fn cosine(&self, local: &Local) -> (i128, i128) {
        let theirs: Vec<i128> = local.context.iter().map(|value| i128::from(*value)).collect();
        let product =
            |one: &[i128], other: &[i128]| one.iter().zip(other).map(|(one, other)| one * other).sum::<i128>();
        (product(&self.sum, &theirs), product(&self.sum, &self.sum) * product(&theirs, &theirs))
    }
}
