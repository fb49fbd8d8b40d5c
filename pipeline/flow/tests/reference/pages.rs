//! Texts as their names and corrections have them read.
//!
//! In: a reading, and corrections. Out: the reading with classes changed and entities split, and by which
//! corrections; whether an entity is the one that a correction's name means. Never: a mention moved, added or
//! dropped.

use super::locals::Key;
use kgloom_flow::distinct::{are_two, is_edition};
use kgloom_record::correction::Given;
use kgloom_record::names;
use kgloom_record::record::{Correction, CorrectionId, DocumentId, Iri, Mention, Named, Reading, Span};
use kgloom_record::vocabulary;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A document, and how it is read.
pub(super) struct Page<'a> {
    /// Its id.
    pub document: &'a DocumentId,
    /// Its text.
    pub text: &'a str,
    /// What the reader said of it, and what corrections made of that.
    pub reading: Reading,
}

/// Whether a class is that of people.
pub(super) fn is_person(class: &Iri) -> bool {
    class.as_str() == vocabulary::PERSON
}

impl Page<'_> {
    /// The class of an entity.
    pub fn class(&self, entity: u32) -> &Iri {
        &self.reading.entities[entity as usize].class
    }

    /// Whether an entity is a value, such as a year.
    pub fn is_value(&self, entity: u32) -> bool {
        self.reading.entities[entity as usize].literal.is_some()
    }

    /// Where a mention stands.
    pub fn span(&self, mention: u32) -> Span {
        self.reading.mentions[mention as usize].span
    }

    fn written(&self, mention: &Mention) -> Arc<str> {
        names::written(self.text, mention.span, is_person(self.class(mention.entity)))
    }

    /// The names that the text has for each of its named things, in the order of its mentions.
    pub fn names(&self) -> BTreeMap<u32, Vec<Arc<str>>> {
        let mut names: BTreeMap<u32, Vec<Arc<str>>> = BTreeMap::new();
        for mention in self.reading.mentions.iter().filter(|mention| !self.is_value(mention.entity)) {
            names.entry(mention.entity).or_default().push(self.written(mention));
        }
        names
    }

    /// The most complete name of each named thing, with the class that it is read as.
    fn full_names(&self) -> BTreeMap<u32, Key> {
        let full = |(entity, names): (u32, Vec<Arc<str>>)| {
            Some((entity, Key::of(self.class(entity), &names::most_complete(&names)?)))
        };
        self.names().into_iter().filter_map(full).collect()
    }

    /// Whether an entity, who bears the name, is one of those that are meant. A span means whom it touches; where it
    /// touches nobody of this name, the text has changed, and all who bear it here are meant.
    pub fn is_meant(&self, named: &Named, entity: u32) -> bool {
        let mut here = named.places.iter().filter(|place| place.document == *self.document).peekable();
        if here.peek().is_none() {
            return named.places.is_empty();
        }
        let wanted = Key::given(named).name;
        let full_names = self.full_names();
        let bears = |entity: u32| full_names.get(&entity).is_some_and(|key| key.name == wanted);
        here.any(|place| {
            let touches = |span: Span| span.start < place.span.end && place.span.start < span.end;
            let touched = self.reading.mentions.iter().filter(|mention| touches(mention.span));
            let touched: BTreeSet<u32> = touched.map(|mention| mention.entity).collect();
            touched.contains(&entity) || !touched.iter().any(|other| bears(*other))
        })
    }

    /// Reads each name that names something else than the most complete one of its entity as an entity of its own; these
    /// come last, in the order of the entities that they leave, and of their first mentions.
    pub fn part(&mut self) {
        let mut leaving: Vec<(u32, Arc<str>, Vec<usize>)> = Vec::new();
        for (entity, names) in self.names() {
            let full = names::most_complete(&names).expect("who is named has a name");
            for (at, mention) in self.reading.mentions.iter().enumerate().filter(|(_, other)| other.entity == entity) {
                let name = self.written(mention);
                let class = self.class(entity).as_str();
                let about = self.reading.entities[entity as usize].defined;
                if !are_two(&name, &full, class) && (about || !is_edition(&name, &full, class)) {
                    continue;
                }
                let key = names::key(&name);
                match leaving.iter_mut().find(|(of, other, _)| *of == entity && *other == key) {
                    Some((.., mentions)) => mentions.push(at),
                    None => leaving.push((entity, key, vec![at])),
                }
            }
        }
        for (entity, _, mentions) in leaving {
            let first = self.reading.mentions.iter().position(|mention| mention.entity == entity);
            let new = self.reading.entities.len() as u32;
            let mut parted = self.reading.entities[entity as usize].clone();
            let old = &mut self.reading.entities[entity as usize];
            let later = if first == Some(mentions[0]) { old } else { &mut parted };
            later.defined = false;
            later.types.clear();
            self.reading.entities.push(parted);
            mentions.into_iter().for_each(|at| self.reading.mentions[at].entity = new);
        }
        self.relate_anew();
    }

    /// Gives relations the entities of their mentions.
    fn relate_anew(&mut self) {
        for relation in &mut self.reading.relations {
            relation.head = self.reading.mentions[relation.head_mention as usize].entity;
            relation.tail = self.reading.mentions[relation.tail_mention as usize].entity;
        }
        self.reading.relations.sort();
    }

    /// Reads the text as corrections have it; by which of them it is read otherwise.
    pub fn amend(&mut self, given: &BTreeSet<Given>) -> BTreeSet<CorrectionId> {
        let mut by = self.retype(given);
        let mut entity = 0;
        while (entity as usize) < self.reading.entities.len() {
            let parting: Vec<&Given> = given.iter().filter(|given| self.parts(given, entity)).collect();
            for given in parting {
                if self.split(entity, &given.correction) {
                    by.insert(given.id.clone());
                }
            }
            entity += 1;
        }
        by
    }

    /// Gives entities the classes that the user says; of several who speak of one the correction with the least id.
    fn retype(&mut self, given: &BTreeSet<Given>) -> BTreeSet<CorrectionId> {
        let mut told: BTreeMap<u32, (&CorrectionId, &Iri)> = BTreeMap::new();
        for (entity, full) in self.full_names() {
            for Given { id, correction, .. } in given {
                if let Correction::Retype { name, class } = correction
                    && Key::given(name) == full
                    && self.is_meant(name, entity)
                {
                    let least = told.entry(entity).or_insert((id, class));
                    *least = (*least).min((id, class));
                }
            }
        }
        for (entity, (_, class)) in &told {
            self.reading.entities[*entity as usize].class = Iri::clone(class);
        }
        told.into_values().map(|(id, _)| id.clone()).collect()
    }

    /// What an entity is called, mention by mention: where the mention is, and its name as it is compared.
    fn called(&self, entity: u32) -> Vec<(usize, Arc<str>)> {
        let mentions = self.reading.mentions.iter().enumerate().filter(|(_, mention)| mention.entity == entity);
        let person = is_person(self.class(entity));
        mentions.map(|(at, mention)| (at, names::key_of(&self.written(mention), person))).collect()
    }

    /// Whether a correction parts two names that an entity has at once.
    fn parts(&self, given: &Given, entity: u32) -> bool {
        let Correction::Different { one, other, document } = &given.correction else { return false };
        let called = self.called(entity);
        let has = |named| called.iter().any(|(_, name)| *name == Key::given(named).name);
        document.as_ref().is_none_or(|only| only == self.document)
            && [&one.class, &other.class].contains(&self.class(entity))
            && !self.is_value(entity)
            && has(one)
            && has(other)
    }

    /// The second name, shorter forms of it, and pronouns after it become an entity of their own; whether both sides
    /// were there.
    fn split(&mut self, entity: u32, different: &Correction) -> bool {
        let Correction::Different { one, other, .. } = different else { return false };
        let [stay, leave] = [one, other].map(|named| Key::given(named).name);
        let leaves = |name: &Arc<str>| {
            let is = [*name == stay, *name == leave];
            let shortens = [&stay, &leave].map(|full| names::shortens(name, full));
            let tells = if is == [false, false] { shortens } else { is };
            (tells[0] != tells[1]).then_some(tells[1])
        };
        let sides: Vec<(usize, Option<bool>)> =
            self.called(entity).iter().map(|(at, name)| (*at, leaves(name))).collect();
        let told = |side: bool| sides.iter().any(|(_, told)| *told == Some(side));
        if !told(true) || !told(false) {
            return false;
        }
        let first = sides.iter().find_map(|(_, side)| *side).expect("both sides are there");
        let new = self.reading.entities.len() as u32;
        let mut side = first;
        for (at, told) in sides {
            side = told.unwrap_or(side);
            if side {
                self.reading.mentions[at].entity = new;
            }
        }
        let old = &mut self.reading.entities[entity as usize];
        let mut parted = old.clone();
        old.class = one.class.clone();
        parted.class = other.class.clone();
        // Whom the text opens with is whom it defines, and of whom it tells the narrower classes.
        let later = if first { old } else { &mut parted };
        later.defined = false;
        later.types.clear();
        self.reading.entities.push(parted);
        self.relate_anew();
        true
    }
}
