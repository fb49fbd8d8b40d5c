//! One name, perhaps several bearers.
//!
//! In: what each document says of somebody with a certain name. Out: which bearer of the name each means.
//! Never: a float; similarity is compared in whole numbers.
//!
//! Bearers are told apart by documents that define them: two texts that say what "Mercury" is and agree neither
//! in dates nor in topic speak of two. A text that only mentions the name goes with the bearer nearest in topic.

use crate::record::{Iri, Literal};
use crate::stage::Rows;
use crate::stage::entities::{Key, LocalId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What tells one bearer of a name from another; empty for the best supported one.
pub(crate) type Sense = Arc<str>;

/// What a document says that helps to tell bearers apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bearer {
    pub(crate) defined: bool,
    pub(crate) context: Arc<[i8]>,
    pub(crate) dates: Vec<(Iri, Literal)>,
}

/// Two definitions agree in topic when the cosine of their contexts is at least 35 in a hundred.
const AGREES: i128 = 35;

/// The sense of a name that most documents mean.
pub(crate) fn main() -> Sense {
    Arc::from("")
}

/// Which bearer of its name each document's entity is.
pub(crate) fn tell_apart(bearers: Rows<'_, (Key, (LocalId, Bearer))>) -> Rows<'_, (Key, (LocalId, Sense))> {
    bearers.reduce_named("Senses", |_, said: &[(&(LocalId, Bearer), isize)], output| {
        let groups = groups(said);
        for (index, ((id, _), count)) in said.iter().enumerate() {
            output.push(((id.clone(), groups[index].clone()), *count));
        }
    })
}

/// Bearers that are taken for one: the sum of their contexts, and their dates.
struct Group<'a> {
    sum: Vec<i64>,
    dates: Vec<&'a (Iri, Literal)>,
    members: Vec<usize>,
}

fn groups(said: &[(&(LocalId, Bearer), isize)]) -> Vec<Sense> {
    let mut groups: Vec<Group> = Vec::new();
    let defining = (0..said.len()).filter(|index| tells(&said[*index].0.1));
    for index in defining {
        let bearer = &said[index].0.1;
        let near = groups.iter().position(|group| !contradicts(group, bearer) && agrees(group, bearer));
        join(&mut groups, near, index, bearer);
    }
    for index in (0..said.len()).filter(|index| !tells(&said[*index].0.1)) {
        let bearer = &said[index].0.1;
        let near = nearest(&groups, bearer);
        join(&mut groups, near, index, bearer);
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|group| (std::cmp::Reverse(groups[*group].members.len()), groups[*group].members.iter().min()));
    let mut senses = vec![main(); said.len()];
    for group in order.into_iter().skip(1) {
        let least = groups[group].members.iter().min().expect("a group is made with a member");
        let mark = mark(&said[*least].0.0);
        for member in &groups[group].members {
            senses[*member] = Arc::clone(&mark);
        }
    }
    senses
}

/// Whether a document says enough to found a bearer of its own.
fn tells(bearer: &Bearer) -> bool {
    bearer.defined || !bearer.dates.is_empty()
}

fn join<'a>(groups: &mut Vec<Group<'a>>, near: Option<usize>, index: usize, bearer: &'a Bearer) {
    let group = near.unwrap_or_else(|| {
        groups.push(Group { sum: vec![0; bearer.context.len()], dates: Vec::new(), members: Vec::new() });
        groups.len() - 1
    });
    let group = &mut groups[group];
    group.members.push(index);
    group.dates.extend(&bearer.dates);
    // Only definitions shape the topic; the many that merely mention the name would blur it.
    if tells(bearer) {
        for (sum, value) in group.sum.iter_mut().zip(bearer.context.iter()) {
            *sum += i64::from(*value);
        }
    }
}

/// Whether a document gives another value for what can have one value only.
fn contradicts(group: &Group, bearer: &Bearer) -> bool {
    bearer.dates.iter().any(|(relation, value)| {
        let known = || group.dates.iter().filter(|(other, _)| other == relation);
        known().next().is_some() && !known().any(|(_, other)| value.agrees_with(other))
    })
}

/// Without contexts there is nothing to disagree about; shared dates agree whatever the topic.
fn agrees(group: &Group, bearer: &Bearer) -> bool {
    let shared =
        |fact: &(Iri, Literal)| group.dates.iter().any(|other| other.0 == fact.0 && fact.1.agrees_with(&other.1));
    if bearer.context.is_empty() || group.sum.iter().all(|value| *value == 0) || bearer.dates.iter().any(shared) {
        return true;
    }
    let (dot, lengths) = cosine(group, bearer);
    // dot / √lengths ≥ AGREES / 100, without the root.
    dot > 0 && dot * dot * 10_000 >= AGREES * AGREES * lengths
}

/// The group nearest in topic; the first of equals. None where there is no group.
fn nearest(groups: &[Group], bearer: &Bearer) -> Option<usize> {
    // Nearly every name has one bearer, and the commonest are named by very many documents.
    if groups.len() <= 1 {
        return (!groups.is_empty()).then_some(0);
    }
    let mut best: Option<(usize, (i128, i128))> = None;
    for (index, group) in groups.iter().enumerate() {
        let (dot, lengths) = cosine(group, bearer);
        let near = (dot.signum() * dot * dot, lengths.max(1));
        if best.is_none_or(|(_, (dot, lengths))| near.0 * lengths > dot * near.1) {
            best = Some((index, near));
        }
    }
    best.map(|(index, _)| index)
}

/// The product of two contexts, and the product of their squared lengths.
fn cosine(group: &Group, bearer: &Bearer) -> (i128, i128) {
    let (mut dot, mut short) = (0i64, 0i64);
    for (sum, value) in group.sum.iter().zip(bearer.context.iter()) {
        let value = i64::from(*value);
        dot += sum * value;
        short += value * value;
    }
    let long = group.sum.iter().map(|sum| i128::from(*sum) * i128::from(*sum)).sum::<i128>();
    (i128::from(dot), long * i128::from(short))
}

/// A short hash of a group's least evidence.
fn mark(least: &LocalId) -> Sense {
    let text = format!("{}#{}", least.0, least.1);
    Arc::from(&blake3::hash(text.as_bytes()).to_hex()[..8])
}
