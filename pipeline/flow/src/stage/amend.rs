//! A reading as corrections have it: retyped, and split where two were taken for one; and who of it is meant by a
//! correction. In: a reading, and the corrections that speak of its names. Out: the reading that later stages see.
//! Never: a mention moved, added or dropped. What is split off comes last, so that all others keep their places.

use crate::gazetteer::Gazetteer;
use crate::stage::part::parted;
use crate::stage::rows::{Key, displays};
use kgloom_record::correction::Given;
use kgloom_record::names;
use kgloom_record::record::{Correction, CorrectionId, DocumentId, Iri, Mention, Named, Reading};
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rules by the name that they speak of.
pub(crate) type Book<R> = BTreeMap<Key, Vec<R>>;

/// The key of a name that a user gave.
pub(crate) fn key(named: &Named) -> Key {
    Key { class: named.class.clone(), name: named.compared() }
}

/// The names under which a correction of readings is to be found; none for one that speaks of what comes later.
pub(crate) fn filed(given: &Given) -> BTreeSet<Key> {
    match &given.correction {
        Correction::Retype { name, .. } => BTreeSet::from([key(name)]),
        Correction::Different { one, other, .. } => {
            [&one.class, &other.class].map(|class| Key { class: class.clone(), name: other.compared() }).into()
        }
        _ => BTreeSet::new(),
    }
}

/// The reading with what is parted in it, as all corrections have it; for who shows a text as the graph understands it.
pub fn amend(given: &BTreeSet<Given>, (document, text): (&DocumentId, &str), reading: Reading) -> Reading {
    let reading = parted(text, &reading).unwrap_or(reading);
    let mut book: Book<Given> = BTreeMap::new();
    for correction in given {
        filed(correction).into_iter().for_each(|key| book.entry(key).or_default().push(correction.clone()));
    }
    amended((document, text), &reading, &book).map_or(reading, |(reading, _)| reading)
}

/// The reading as corrections have it, and which of them have changed it; none where none does.
pub(crate) fn amended(
    (document, text): (&DocumentId, &str),
    reading: &Reading,
    book: &Book<Given>,
) -> Option<(Reading, BTreeSet<CorrectionId>)> {
    let mut by = BTreeSet::new();
    let mut amended = reading.clone();
    for (index, name) in full_names(text, reading) {
        let found = book.get(&name).into_iter().flatten();
        let class = found.filter_map(|given| match &given.correction {
            Correction::Retype { name, class } if is_meant(name, document, reading, (text, index)) => {
                Some((&given.id, class))
            }
            _ => None,
        });
        if let Some((id, class)) = class.min() {
            amended.entities[index as usize].class = class.clone();
            by.insert(id.clone());
        }
    }
    let mut index = 0;
    while index < amended.entities.len() {
        for given in differences(document, text, &amended, (index as u32, book)) {
            if split(text, &mut amended, index as u32, &given.correction) {
                by.insert(given.id);
            }
        }
        index += 1;
    }
    (!by.is_empty()).then_some((amended, by))
}

/// The most complete name of each named entity.
fn full_names(text: &str, reading: &Reading) -> Vec<(u32, Key)> {
    let named = displays(text, reading).into_iter().filter_map(|(index, displays)| {
        let entity = &reading.entities[index as usize];
        let (None, Some(full)) = (&entity.literal, names::most_complete(&displays)) else { return None };
        Some((index, Key::of(&entity.class, &full)))
    });
    named.collect()
}

/// Whether one entity of a document is the bearer of its name that is meant.
fn is_meant(named: &Named, document: &DocumentId, reading: &Reading, (text, index): (&str, u32)) -> bool {
    let stands = |span: kgloom_record::record::Span, wanted: &dyn Fn(u32) -> bool| {
        let touched =
            |mention: &&kgloom_record::record::Mention| mention.span.start < span.end && span.start < mention.span.end;
        reading.mentions.iter().filter(touched).any(|mention| wanted(mention.entity))
    };
    let mut here = named.places.iter().filter(|place| place.document == *document).map(|place| place.span).peekable();
    if here.peek().is_none() {
        return named.places.is_empty();
    }
    let wanted = named.compared();
    let bearers: BTreeSet<u32> =
        full_names(text, reading).into_iter().filter(|(_, key)| key.name == wanted).map(|(bearer, _)| bearer).collect();
    // Where the text has changed under the span, whoever bears the name in this document is meant.
    here.any(|span| stands(span, &|entity| entity == index) || !stands(span, &|entity| bearers.contains(&entity)))
}

/// A mention's name as it is compared.
fn called(text: &str, mention: &Mention, class: &Iri) -> Arc<str> {
    let person = class.as_str() == kgloom_record::vocabulary::PERSON;
    names::key_of(&names::written(text, mention.span, person), person)
}

/// The corrections that part two names which an entity of the text has at once.
fn differences(
    document: &DocumentId,
    text: &str,
    reading: &Reading,
    (index, book): (u32, &Book<Given>),
) -> BTreeSet<Given> {
    let entity = &reading.entities[index as usize];
    let mut found = BTreeSet::new();
    if book.is_empty() || entity.literal.is_some() {
        return found;
    }
    let mentions = reading.mentions.iter().filter(|mention| mention.entity == index);
    let called: BTreeSet<Arc<str>> = mentions.map(|mention| called(text, mention, &entity.class)).collect();
    for name in &called {
        let key = Key { class: entity.class.clone(), name: Arc::clone(name) };
        for given in book.get(&key).into_iter().flatten() {
            let Correction::Different { one, other, document: only } = &given.correction else { continue };
            let here = only.as_ref().is_none_or(|only| only == document);
            if here && other.compared() == *name && called.contains(&one.compared()) {
                found.insert(given.clone());
            }
        }
    }
    found
}

/// Gives the second name, and what goes with it, to an entity of its own; says whether there was anything to part.
fn split(text: &str, reading: &mut Reading, index: u32, different: &Correction) -> bool {
    let Correction::Different { one, other, .. } = different else { return false };
    let names = [one.compared(), other.compared()];
    let plain = names.each_ref().map(|name| name.replace(',', ""));
    let side = |called: &str| {
        let equal = names.each_ref().map(|name| **name == *called);
        let shorter = plain.each_ref().map(|name| names::shortens(&called.replace(',', ""), name));
        match (equal, shorter) {
            ([true, false], _) | ([false, false], [true, false]) => Some(false),
            ([false, true], _) | ([false, false], [false, true]) => Some(true),
            _ => None,
        }
    };
    let of = |at: &usize| reading.mentions[*at].entity == index;
    let mentions: Vec<usize> = (0..reading.mentions.len()).filter(of).collect();
    let told: Vec<Option<bool>> = mentions
        .iter()
        .map(|at| side(&called(text, &reading.mentions[*at], &reading.entities[index as usize].class)))
        .collect();
    if !told.contains(&Some(false)) || !told.contains(&Some(true)) {
        return false;
    }
    // A pronoun goes with the name before it.
    let mut last = told.iter().flatten().next().copied().unwrap_or_default();
    let opens_with_other = last;
    let come = reading.entities.len() as u32;
    for (at, side) in mentions.into_iter().zip(told) {
        last = side.unwrap_or(last);
        if last {
            reading.mentions[at].entity = come;
        }
    }
    let mut parted = reading.entities[index as usize].clone();
    let stays = &mut reading.entities[index as usize];
    let defined = stays.defined;
    (stays.class, stays.defined) = (one.class.clone(), defined && !opens_with_other);
    (parted.class, parted.defined) = (other.class.clone(), defined && opens_with_other);
    // What somebody is below the six classes is told of whom the text speaks of first.
    (if opens_with_other { &mut stays.types } else { &mut parted.types }).clear();
    reading.entities.push(parted);
    for relation in &mut reading.relations {
        relation.head = reading.mentions[relation.head_mention as usize].entity;
        relation.tail = reading.mentions[relation.tail_mention as usize].entity;
    }
    reading.relations.sort();
    true
}

/// The entities of a reading that corrections are about; whether by a name that is not their full one.
pub(crate) fn meant(
    (document, text): (&DocumentId, &str),
    reading: &Reading,
    (book, ontology, gazetteer): (&Book<Named>, &Ontology, &Gazetteer),
) -> Vec<(u32, (bool, Named))> {
    let mut meant = BTreeSet::new();
    if book.is_empty() {
        return Vec::new();
    }
    for (index, displays) in displays(text, reading) {
        let entity = &reading.entities[index as usize];
        let (None, Some(full)) = (&entity.literal, names::most_complete(&displays)) else { continue };
        let (class, full) = gazetteer.class_and_name((text, reading), (index, full), ontology);
        let person = class.as_str() == kgloom_record::vocabulary::PERSON;
        let full = Key::of(&class, &full);
        let aliases = displays.iter().map(|name| Key::of(&class, name)).chain([full.clone()]);
        for alias in aliases.collect::<BTreeSet<_>>() {
            let short = alias != full;
            if short && !names::travels(&alias.name, &full.name, person) {
                continue;
            }
            for named in book.get(&alias).into_iter().flatten() {
                if is_meant(named, document, reading, (text, index)) {
                    meant.insert((index, (short, named.clone())));
                }
            }
        }
    }
    meant.into_iter().collect()
}

#[cfg(test)]
#[path = "amend_tests.rs"]
mod tests;
