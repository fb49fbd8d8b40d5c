//! One name, perhaps several bearers.
//!
//! In: what each document says of somebody with a certain name. Out: which bearer of the name each means.
//! Never: a float; similarity is compared in whole numbers.
//!
//! Bearers are told apart by documents that define them: two texts that say what "Mercury" is and agree neither
//! in dates nor in topic speak of two. A text that only mentions the name goes with the bearer nearest in topic; where
//! the name is a common noun ("the Committee"), it has a bearer of its own. Places that are said to lie in two countries or
//! states, where one place cannot, are two whatever else is said of them.

use super::rows::{Bearer, Local, Sense, main};
use crate::definition;
use crate::nouns::is_common;
use crate::regions::are_apart;
use crate::stage::arranged::by_key;
use crate::stage::rows::{Key, LocalId};
use crate::stage::sum::{cosine, is_near};
use crate::stage::{By, Rows};
use kgloom_record::record::{DocumentId, Iri, Literal};
use kgloom_record::shared::Shared;
use kgloom_record::vocabulary;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Two definitions agree in topic when the cosine of their contexts is at least so many in a hundred; those that call it
/// by another noun need more, save of people, who are many things at once, and a country and a part of one most.
const AGREES: i128 = 35;
const AGREES_OF_TWO_KINDS: i128 = 60;
const AGREES_OF_WHOLE_AND_PART: i128 = 75;

/// What a document says, and which bearer of the name it means.
type Meant = (Shared<Local>, Sense);

/// Which bearer of its name each document's entity is.
///
/// A name that a thousand texts mention and three define is grouped by the three alone: a mention that comes or goes
/// touches nothing but itself and a count.
pub(crate) fn tell_apart<'s>(
    locals: Rows<'s, (Key, Shared<Local>)>,
    held: By<'s, Key, Shared<Local>>,
) -> Rows<'s, (Key, Meant)> {
    let is_silent = |key: &Key, local: &Local| !local.bearer.tells() && is_common(&key.name, key.class.as_str());
    let common = locals.clone().filter(|(key, _)| is_common(&key.name, key.class.as_str()));
    let bearers = locals.filter(move |(key, local)| !is_silent(key, local));
    let placed = bearers.clone().flat_map(|(key, local)| Some((key, Said::Lies(local.bearer.place.clone()?))));
    let telling = bearers.clone().flat_map(|(key, local)| local.bearer.tells().then_some((key, Said::Tells(local))));
    let several = telling.concat(placed).reduce_named("Senses", |key, said: &[(&Said, isize)], output| {
        let senses = Senses::of(said, key.class.as_str() == vocabulary::PERSON);
        if senses.groups.len() > 1 || !senses.elsewhere.is_empty() {
            output.push((Shared::new(senses), 1));
        }
    });
    let several = by_key(several, "names that several have");
    let meant = held.clone().join_core(several.clone(), move |key, local, senses| {
        if is_silent(key, local) || lies(&senses.elsewhere, local).is_some() {
            return None;
        }
        let groups = &senses.groups;
        let own = groups.iter().find(|group| group.members.contains(&local.bearer.id));
        let group = own.or_else(|| nearest(groups, &local.bearer));
        Some((key.clone(), (local.clone(), group.map(|group| group.members[0].clone()))))
    });
    let elsewhere = held.join_core(several, move |key, local, senses| {
        let sense = lies(&senses.elsewhere, local).filter(|_| !is_silent(key, local))?;
        Some((key.clone(), (local.clone(), Arc::clone(sense))))
    });
    let all = bearers.map(|(key, local)| (key, (local, main())));
    let apart = meant
        .clone()
        .map(|(key, (local, _))| (key, local))
        .concat(elsewhere.clone().map(|(key, (local, _))| (key, local)));
    let one = all.concat(apart.map(|(key, local)| (key, (local, main()))).negate());
    let counted = meant.clone().map(|(key, (_, first))| (key, first));
    // Of equally many the bearer with the first document.
    let most = counted.reduce_named("Main sense", |_, said: &[(&Option<LocalId>, isize)], output| {
        if let Some((first, _)) = said.iter().max_by_key(|(first, count)| (*count, std::cmp::Reverse(*first))) {
            output.push(((*first).clone(), 1));
        }
    });
    let several = by_key(meant, "bearers of names that several have").join_core(
        most.arrange_by_key(),
        |key, (local, first), most| {
            let sense = first.as_ref().filter(|_| first != most).map_or_else(main, mark);
            Some((key.clone(), (local.clone(), sense)))
        },
    );
    one.concatenate([several, elsewhere, of_each_document(common)])
}

/// One bearer a document, of those that say nothing of theirs; that of the first document is the main one, unless some
/// document says what a bearer of the name is.
fn of_each_document(common: Rows<'_, (Key, Shared<Local>)>) -> Rows<'_, (Key, Meant)> {
    let first = common
        .clone()
        .map(|(key, local)| (key, (!local.bearer.tells(), local.bearer.id.0.clone())))
        .reduce_named("First document", |_, said: &[(&(bool, DocumentId), isize)], output| {
            let (silent, document) = said[0].0;
            output.push((silent.then(|| document.clone()), 1));
        });
    let silent = common.filter(|(_, local)| !local.bearer.tells());
    silent.join_map(first, |key, local, first| {
        let document = &local.bearer.id.0;
        let is_main = first.as_ref() == Some(document);
        let sense = if is_main { main() } else { mark(&(document.clone(), 0)) };
        (key.clone(), (local.clone(), sense))
    })
}

/// What tells bearers of a name apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Said {
    /// A text says that one lies there.
    Lies(Arc<str>),
    /// A text defines one, or dates it.
    Tells(Shared<Local>),
}

/// The bearers of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Senses {
    /// Places that lie where those of most texts cannot, with what tells them apart.
    elsewhere: Vec<(Arc<str>, Sense)>,
    /// The others, by what texts say of them.
    groups: Vec<Group>,
}

impl Senses {
    fn of(said: &[(&Said, isize)], person: bool) -> Senses {
        let places = said.iter().filter_map(|(said, count)| match said {
            Said::Lies(place) => Some((place, *count)),
            Said::Tells(_) => None,
        });
        let elsewhere = elsewhere(places.collect());
        let telling = said.iter().filter_map(|(said, _)| match said {
            Said::Tells(local) if lies(&elsewhere, local).is_none() => Some(&local.bearer),
            _ => None,
        });
        let groups = groups(telling, person);
        Senses { elsewhere, groups }
    }
}

/// What tells a place apart that lies elsewhere than others of its name.
fn lies<'a>(elsewhere: &'a [(Arc<str>, Sense)], local: &Local) -> Option<&'a Sense> {
    let place = local.bearer.place.as_ref()?;
    elsewhere.iter().find(|(other, _)| other == place).map(|(_, sense)| sense)
}

/// Of the places in which bearers of a name are said to lie those that are apart from the ones of most texts. The most frequent comes
/// first, and each goes with the first from none of which it is apart: what lies in `Ohio` with what lies in the United States.
fn elsewhere(mut places: Vec<(&Arc<str>, isize)>) -> Vec<(Arc<str>, Sense)> {
    places.sort_by_key(|(place, count)| (std::cmp::Reverse(*count), *place));
    let mut parts: Vec<(Vec<&Arc<str>>, isize)> = Vec::new();
    for (place, count) in places {
        let joins = |(part, _): &&mut (Vec<&Arc<str>>, isize)| !part.iter().any(|other| are_apart(place, other));
        match parts.iter_mut().find(joins) {
            Some((part, all)) => {
                part.push(place);
                *all += count;
            }
            None => parts.push((vec![place], count)),
        }
    }
    let most = parts.iter().map(|(_, count)| *count).max();
    let first = parts.iter().position(|(_, count)| Some(*count) == most);
    let others = parts.into_iter().enumerate().filter(|(at, _)| Some(*at) != first).map(|(_, (part, _))| part);
    let told = others.flat_map(|part| {
        let sense = part.iter().min().map_or_else(main, |least| short(least));
        part.into_iter().map(move |place| (Arc::clone(place), Arc::clone(&sense))).collect::<Vec<_>>()
    });
    let mut told: Vec<(Arc<str>, Sense)> = told.collect();
    told.sort();
    told
}

/// Documents that define a name alike, at least one: the sum of their contexts, their dates, and what they call it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Group {
    sum: Vec<i64>,
    dates: Vec<(Iri, Literal)>,
    kinds: Vec<Arc<str>>,
    members: Vec<LocalId>,
}

fn groups<'a>(telling: impl Iterator<Item = &'a Bearer>, person: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for bearer in telling {
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
    short(&format!("{}#{}", least.0, least.1))
}

fn short(text: &str) -> Sense {
    Arc::from(&blake3::hash(text.as_bytes()).to_hex()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places that are elsewhere, of places with how many texts tell them, and into how many they fall.
    fn check(told: &[(&str, isize)], elsewhere: &[&str], several: usize) {
        let told: Vec<(Arc<str>, isize)> = told.iter().map(|(place, count)| (Arc::from(*place), *count)).collect();
        let found = super::elsewhere(told.iter().map(|(place, count)| (place, *count)).collect());
        assert_eq!(found.iter().map(|(place, _)| &**place).collect::<Vec<_>>(), elsewhere, "{told:?}");
        let marks: std::collections::BTreeSet<&Sense> = found.iter().map(|(_, mark)| mark).collect();
        assert_eq!(marks.len(), several, "{told:?}");
    }

    #[test]
    fn places_of_one_name_that_lie_apart_are_several() {
        check(&[("australia", 2), ("united kingdom/scotland", 1)], &["united kingdom/scotland"], 1);
        check(&[("australia", 1), ("united kingdom", 1), ("united kingdom/scotland", 1)], &["australia"], 1);
        check(&[("sweden", 9), ("united states/nebraska", 9)], &["united states/nebraska"], 1);
        let ohio = [("united states/ohio", 1), ("united states/texas", 2), ("france", 3)];
        check(&ohio, &["united states/ohio", "united states/texas"], 2);
    }

    #[test]
    fn a_place_and_what_it_lies_in_are_one() {
        check(&[("australia", 1), ("australia/western australia", 5)], &[], 0);
        check(&[("poland", 3), ("ukraine", 4)], &[], 0);
        check(&[], &[], 0);
    }
}
