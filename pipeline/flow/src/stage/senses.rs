//! One name, perhaps several bearers.
//!
//! In: what each document says of somebody with a certain name. Out: which bearer of the name each means.
//! Never: a float; similarity is compared in whole numbers.
//!
//! Bearers are told apart by documents that define them: two texts that say what "Mercury" is and agree neither
//! in dates nor in topic speak of two. A text that only mentions the name goes with the bearer nearest in topic; where
//! the name is a common noun ("the Committee"), it has a bearer of its own.

use super::rows::{Sense, main};
use crate::definition;
use crate::nouns::is_common;
use crate::stage::Rows;
use crate::stage::rows::{Key, LocalId};
use crate::stage::sum::{cosine, is_near};
use kgloom_record::record::{DocumentId, Iri, Literal};
use kgloom_record::shared::Shared;
use kgloom_record::vocabulary;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a document says that helps to tell bearers apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bearer {
    /// Which entity of which document it is.
    pub(crate) id: LocalId,
    /// How the document calls it.
    pub(crate) shown: Arc<str>,
    pub(crate) defined: bool,
    /// Whether the ontology knows it by name: then only what it is said to be, or to have, can tell it from another.
    pub(crate) known: bool,
    /// What the text says that it is, in a word.
    pub(crate) kind: Option<Arc<str>>,
    pub(crate) context: Arc<[i8]>,
    pub(crate) dates: Vec<(Iri, Literal)>,
}

/// An entity of a document, and how the document calls it.
pub(crate) type Shown = (LocalId, Arc<str>);

impl Bearer {
    fn shown(&self) -> Shown {
        (self.id.clone(), Arc::clone(&self.shown))
    }

    /// Whether a document says enough to found a bearer of its own.
    fn tells(&self) -> bool {
        self.defined || !self.dates.is_empty()
    }
}

/// Two definitions agree in topic when the cosine of their contexts is at least so many in a hundred; those that call it
/// by another noun need more, save of people, who are many things at once, and a country and a part of one most.
const AGREES: i128 = 35;
const AGREES_OF_TWO_KINDS: i128 = 60;
const AGREES_OF_WHOLE_AND_PART: i128 = 75;

/// Which bearer of its name each document's entity is.
///
/// A name that a thousand texts mention and three define is grouped by the three alone: a mention that comes or goes
/// touches nothing but itself and a count.
pub(crate) fn tell_apart(bearers: Rows<'_, (Key, Shared<Bearer>)>) -> Rows<'_, (Key, (Shown, Sense))> {
    let common = bearers.clone().filter(|(key, _)| is_common(&key.name, key.class.as_str()));
    let bearers = bearers.filter(|(key, bearer)| bearer.tells() || !is_common(&key.name, key.class.as_str()));
    let telling = bearers.clone().filter(|(_, bearer)| bearer.tells());
    let several = telling.reduce_named("Senses", |key, said: &[(&Shared<Bearer>, isize)], output| {
        let groups = groups(said, key.class.as_str() == vocabulary::PERSON);
        if groups.len() > 1 {
            output.push((Shared::new(groups), 1));
        }
    });
    let meant = bearers.clone().arrange_by_key().join_core(several.arrange_by_key(), |key, bearer, groups| {
        let own = groups.iter().find(|group| group.members.contains(&bearer.id));
        let group = own.or_else(|| nearest(groups, bearer));
        Some((key.clone(), (bearer.shown(), group.map(|group| group.members[0].clone()))))
    });
    let all = bearers.map(|(key, bearer)| (key, (bearer.shown(), main())));
    let one = all.concat(meant.clone().map(|(key, (shown, _))| (key, (shown, main()))).negate());
    let counted = meant.clone().map(|(key, (_, first))| (key, first));
    // Of equally many the bearer with the first document.
    let most = counted.reduce_named("Main sense", |_, said: &[(&Option<LocalId>, isize)], output| {
        if let Some((first, _)) = said.iter().max_by_key(|(first, count)| (*count, std::cmp::Reverse(*first))) {
            output.push(((*first).clone(), 1));
        }
    });
    let several = meant.join_map(most, |key, (shown, first), most| {
        let sense = first.as_ref().filter(|_| first != most).map_or_else(main, mark);
        (key.clone(), (shown.clone(), sense))
    });
    one.concat(several).concat(of_each_document(common))
}

/// One bearer a document, of those that say nothing of theirs; that of the first document is the main one, unless some
/// document says what a bearer of the name is.
fn of_each_document(common: Rows<'_, (Key, Shared<Bearer>)>) -> Rows<'_, (Key, (Shown, Sense))> {
    let first = common.clone().map(|(key, bearer)| (key, (!bearer.tells(), bearer.id.0.clone()))).reduce_named(
        "First document",
        |_, said: &[(&(bool, DocumentId), isize)], output| {
            let (silent, document) = said[0].0;
            output.push((silent.then(|| document.clone()), 1));
        },
    );
    let silent = common.filter(|(_, bearer)| !bearer.tells()).map(|(key, bearer)| (key, bearer.shown()));
    silent.join_map(first, |key, shown, first| {
        let document = &shown.0.0;
        let is_main = first.as_ref() == Some(document);
        let sense = if is_main { main() } else { mark(&(document.clone(), 0)) };
        (key.clone(), (shown.clone(), sense))
    })
}

/// Documents that define a name alike, at least one: the sum of their contexts, their dates, and what they call it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Group {
    sum: Vec<i64>,
    dates: Vec<(Iri, Literal)>,
    kinds: Vec<Arc<str>>,
    members: Vec<LocalId>,
}

fn groups(said: &[(&Shared<Bearer>, isize)], person: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (bearer, _) in said {
        let near = groups.iter().position(|group| !contradicts(group, bearer) && agrees(group, bearer, person));
        let group = near.unwrap_or_else(|| {
            let sum = vec![0; bearer.context.len()];
            groups.push(Group { sum, dates: Vec::new(), kinds: Vec::new(), members: Vec::new() });
            groups.len() - 1
        });
        let group = &mut groups[group];
        group.members.push(bearer.id.clone());
        group.dates.extend(bearer.dates.iter().cloned());
        group.kinds.extend(bearer.kind.clone());
        for (sum, value) in group.sum.iter_mut().zip(bearer.context.iter()) {
            *sum += i64::from(*value);
        }
    }
    groups
}

/// Whether a document gives another value for what can have one value only.
fn contradicts(group: &Group, bearer: &Bearer) -> bool {
    bearer.dates.iter().any(|(relation, value)| {
        let known = || group.dates.iter().filter(|(other, _)| other == relation);
        known().next().is_some() && !known().any(|(_, other)| value.agrees_with(other))
    })
}

/// Shared dates agree whatever the topic; without contexts only what it is called can disagree.
fn agrees(group: &Group, bearer: &Bearer, person: bool) -> bool {
    let shared =
        |fact: &(Iri, Literal)| group.dates.iter().any(|other| other.0 == fact.0 && fact.1.agrees_with(&other.1));
    if bearer.dates.iter().any(shared) {
        return true;
    }
    let needed = match &bearer.kind {
        Some(kind) if !person && !group.kinds.is_empty() && !group.kinds.contains(kind) => {
            let apart = group.kinds.iter().any(|other| definition::encloses(kind, other));
            if apart { AGREES_OF_WHOLE_AND_PART } else { AGREES_OF_TWO_KINDS }
        }
        _ if bearer.known => return true,
        _ => AGREES,
    };
    if bearer.context.is_empty() || group.sum.iter().all(|value| *value == 0) {
        return needed < AGREES_OF_TWO_KINDS;
    }
    is_near(cosine(&group.sum, &bearer.context), needed)
}

/// The group nearest in topic; the first of equals.
fn nearest<'a>(groups: &'a [Group], bearer: &Bearer) -> Option<&'a Group> {
    let mut best: Option<(&Group, (i128, i128))> = None;
    for group in groups {
        let (dot, lengths) = cosine(&group.sum, &bearer.context);
        let near = (dot.signum() * dot * dot, lengths.max(1));
        if best.is_none_or(|(_, (dot, lengths))| near.0 * lengths > dot * near.1) {
            best = Some((group, near));
        }
    }
    best.map(|(group, _)| group)
}

/// A short hash of the first that defines a bearer.
fn mark(least: &LocalId) -> Sense {
    let text = format!("{}#{}", least.0, least.1);
    Arc::from(&blake3::hash(text.as_bytes()).to_hex()[..8])
}
