//! One name, perhaps several bearers.
//!
//! In: what each document says of somebody with a certain name. Out: which bearer of the name each means.
//! Never: a float; similarity is compared in whole numbers.
//!
//! Bearers are told apart by documents that define them: two texts that say what "Mercury" is and agree neither
//! in dates nor in topic speak of two. A text that only mentions the name goes with the bearer nearest in topic; where
//! the name is a common noun ("the Committee"), it has a bearer of its own. Places that are said to lie in two countries or
//! states, where one place cannot, are two whatever else is said of them; a text that does not say where the place lies means
//! that of the country that it is about, unless another is named far more often.

use super::rows::{Bearer, Local, Sense, main};
use crate::definition;
use crate::nouns::{is_adjective, is_common};
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

/// Texts that write a common noun large mean one thing by it when the cosine of their contexts is at least so many in a hundred: the
/// Parliament of two constituencies of one country. Of regiments, streets and places in the charts hardly two are nearer.
const AGREES_OF_A_COMMON_NOUN: i128 = 70;
/// The same of adjectives by which texts call bodies: the Republican party of one country and of another.
const AGREES_OF_AN_ADJECTIVE: i128 = 20;
/// A document is compared with so many that others may go with, so that the time is linear.
const FOUNDERS: usize = 64;
/// A place that so many times as many texts mean is meant by texts about the country of another of its name too: London by those about
/// Canada.
const OUTNUMBERS: isize = 3;

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
    let is_silent = |key: &Key, local: &Local| !local.bearer.tells() && needed(key).is_some();
    let common = locals.clone().filter(|(key, _)| needed(key).is_some());
    let bearers = locals.filter(move |(key, local)| !is_silent(key, local));
    let placed = bearers.clone().flat_map(|(key, local)| Some((key, Said::Lies(local.bearer.place.clone()?))));
    let telling = bearers.clone().flat_map(|(key, local)| local.bearer.tells().then_some((key, Said::Tells(local))));
    // What texts are about matters only to names of which some text says where they lie.
    let keys = placed.clone().map(|(key, _)| (key, ())).distinct();
    let about = held.clone().join_core(keys.arrange_by_key(), move |key, local, ()| {
        let land = local.bearer.land.clone().filter(|_| !is_silent(key, local))?;
        Some((key.clone(), Said::Speaks(land)))
    });
    let several =
        telling.concatenate([placed, about]).reduce_named("Senses", |key, said: &[(&Said, isize)], output| {
            let senses = Senses::of(said, key.class.as_str() == vocabulary::PERSON);
            if senses.groups.len() > 1 || !senses.elsewhere.places.is_empty() {
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

/// One bearer a document, of those that say nothing of theirs, or of several that are of one topic; that of the first document is the
/// main one, unless some document says what a bearer of the name is.
fn of_each_document(common: Rows<'_, (Key, Shared<Local>)>) -> Rows<'_, (Key, Meant)> {
    common.reduce_named("Bearers of common nouns", |key, said: &[(&Shared<Local>, isize)], output| {
        let told = said.iter().any(|(local, _)| local.bearer.tells());
        let silent = said.iter().map(|(local, _)| *local).filter(|local| !local.bearer.tells());
        for (local, founder, first) in
            founders(silent, needed(key).filter(|_| key.class.as_str() != vocabulary::PERSON))
        {
            let sense = if first && !told { main() } else { mark(&(founder.clone(), 0)) };
            output.push(((local.clone(), sense), 1));
        }
    })
}

/// How near in topic texts must be that mean one by a name which says too little; none of a name that says enough.
fn needed(key: &Key) -> Option<i128> {
    let class = key.class.as_str();
    let adjective = || is_adjective(&key.name, class).then_some(AGREES_OF_AN_ADJECTIVE);
    is_common(&key.name, class).then_some(AGREES_OF_A_COMMON_NOUN).or_else(adjective)
}

/// Whose bearer of a common noun each means, and whether it is that of the first document. A document goes with the first that is so near
/// to it in topic, among so many; of a first name, which no topic tells, each has its own.
fn founders<'a>(
    silent: impl Iterator<Item = &'a Shared<Local>>,
    needed: Option<i128>,
) -> Vec<(&'a Shared<Local>, &'a DocumentId, bool)> {
    let mut founders: Vec<(&DocumentId, Vec<i64>)> = Vec::new();
    let mut last: Option<(&DocumentId, usize)> = None;
    let mut meant = Vec::new();
    for local in silent {
        let (document, context) = (&local.bearer.id.0, &local.bearer.context);
        let values = || context.iter().map(|value| i64::from(*value));
        // Those of one document follow one another.
        let same = last.filter(|(before, _)| *before == document).map(|(_, founder)| founder);
        let founder = same.unwrap_or_else(|| {
            let is_one = |(_, sum): &(&DocumentId, Vec<i64>), needed| is_near(cosine(sum, context), needed);
            let near = needed.and_then(|needed| founders.iter().take(FOUNDERS).position(|one| is_one(one, needed)));
            match near {
                Some(near) => founders[near].1.iter_mut().zip(values()).for_each(|(sum, value)| *sum += value),
                None => founders.push((document, values().collect())),
            }
            near.unwrap_or(founders.len() - 1)
        });
        last = Some((document, founder));
        meant.push((local, founder));
    }
    meant.into_iter().map(|(local, founder)| (local, founders[founder].0, founder == 0)).collect()
}

/// What tells bearers of a name apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Said {
    /// A text says that one lies there.
    Lies(Arc<str>),
    /// A text that does not say where one lies is about that country.
    Speaks(Arc<str>),
    /// A text defines one, or dates it.
    Tells(Shared<Local>),
}

/// The bearers of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Senses {
    /// Those that lie where those of most texts cannot.
    elsewhere: Elsewhere,
    /// The others, by what texts say of them.
    groups: Vec<Group>,
}

impl Senses {
    fn of(said: &[(&Said, isize)], person: bool) -> Senses {
        let places = said.iter().filter_map(|(said, count)| match said {
            Said::Lies(place) => Some((place, *count)),
            _ => None,
        });
        let lands = said.iter().filter_map(|(said, count)| match said {
            Said::Speaks(land) => Some((land, *count)),
            _ => None,
        });
        let elsewhere = Elsewhere::of(places.collect(), lands.collect());
        let telling = said.iter().filter_map(|(said, _)| match said {
            Said::Tells(local) if lies(&elsewhere, local).is_none() => Some(&local.bearer),
            _ => None,
        });
        let groups = groups(telling, person);
        Senses { elsewhere, groups }
    }
}

/// What tells a place apart that lies elsewhere than others of its name.
fn lies<'a>(elsewhere: &'a Elsewhere, local: &Local) -> Option<&'a Sense> {
    let (told, of) = match &local.bearer.place {
        Some(place) => (&elsewhere.places, place),
        None => (&elsewhere.lands, local.bearer.land.as_ref()?),
    };
    told.iter().find(|(other, _)| other == of).map(|(_, sense)| sense)
}

/// Places that lie apart from the ones of most texts, each with what tells it apart; and the countries of texts that mean one of these
/// without saying where it lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Elsewhere {
    places: Vec<(Arc<str>, Sense)>,
    lands: Vec<(Arc<str>, Sense)>,
}

/// Places of which none is apart from another, and how many texts mean them.
struct Part<'a> {
    places: Vec<&'a Arc<str>>,
    lands: Vec<&'a Arc<str>>,
    texts: isize,
}

impl Elsewhere {
    /// Of places, with how many texts say that a bearer lies there, and countries, with how many texts about them do not say where.
    /// The most frequent comes first, and each goes with the first from none of which it is apart: what lies in `Ohio` with what lies
    /// in the United States.
    fn of(mut places: Vec<(&Arc<str>, isize)>, mut lands: Vec<(&Arc<str>, isize)>) -> Elsewhere {
        places.sort_by_key(|(place, count)| (std::cmp::Reverse(*count), *place));
        lands.sort_by_key(|(land, count)| (std::cmp::Reverse(*count), *land));
        let mut parts: Vec<Part> = Vec::new();
        let joins = |region: &str, part: &Part| !part.places.iter().any(|other| are_apart(region, other));
        for (place, count) in places {
            match parts.iter_mut().find(|part| joins(place, part)) {
                Some(part) => {
                    part.places.push(place);
                    part.texts += count;
                }
                None => parts.push(Part { places: vec![place], lands: Vec::new(), texts: count }),
            }
        }
        for (land, count) in lands {
            if let Some(part) = parts.iter_mut().find(|part| joins(land, part)) {
                part.lands.push(land);
                part.texts += count;
            }
        }
        let most = parts.iter().map(|part| part.texts).max().unwrap_or_default();
        let first = parts.iter().position(|part| part.texts == most);
        let mut elsewhere = Elsewhere::default();
        for (_, part) in parts.iter().enumerate().filter(|(at, _)| Some(*at) != first) {
            let sense = part.places.iter().min().map_or_else(main, |least| short(least));
            let told = |region: &&Arc<str>| (Arc::clone(*region), Arc::clone(&sense));
            elsewhere.places.extend(part.places.iter().map(told));
            if most < OUTNUMBERS * part.texts {
                elsewhere.lands.extend(part.lands.iter().map(told));
            }
        }
        elsewhere.places.sort();
        elsewhere.lands.sort();
        elsewhere
    }
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
            match group.kinds.iter().any(|other| definition::encloses(kind, other)) {
                true => AGREES_OF_WHOLE_AND_PART,
                false if bearer.known => return true,
                false => AGREES_OF_TWO_KINDS,
            }
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

    /// What is elsewhere, of regions with how many texts tell them.
    fn of(places: &[(&str, isize)], lands: &[(&str, isize)]) -> Elsewhere {
        let owned = |told: &[(&str, isize)]| -> Vec<(Arc<str>, isize)> {
            told.iter().map(|(region, count)| (Arc::from(*region), *count)).collect()
        };
        let (places, lands) = (owned(places), owned(lands));
        let [places, lands] = [&places, &lands].map(|told| told.iter().map(|(region, n)| (region, *n)).collect());
        Elsewhere::of(places, lands)
    }

    /// The places that are elsewhere, of places with how many texts tell them, and into how many they fall.
    fn check(told: &[(&str, isize)], elsewhere: &[&str], several: usize) {
        let found = of(told, &[]).places;
        assert_eq!(found.iter().map(|(place, _)| &**place).collect::<Vec<_>>(), elsewhere, "{told:?}");
        let marks: std::collections::BTreeSet<&Sense> = found.iter().map(|(_, mark)| mark).collect();
        assert_eq!(marks.len(), several, "{told:?}");
    }

    #[test]
    fn a_text_that_does_not_say_where_means_the_place_of_its_country() {
        let london = [("canada/ontario", 1), ("united kingdom/england", 1)];
        let found = of(&london, &[("united kingdom", 5), ("canada", 1), ("france", 2)]);
        assert_eq!(found.places, [("canada/ontario".into(), short("canada/ontario"))]);
        assert_eq!(found.lands, []);
        let victoria = [("australia", 1), ("canada/british columbia", 3)];
        let found = of(&victoria, &[("australia", 4), ("canada", 1), ("france", 2)]);
        let mark = short("canada/british columbia");
        assert_eq!(found.places, [("canada/british columbia".into(), Arc::clone(&mark))]);
        assert_eq!(found.lands, [("canada".into(), mark)]);
    }

    #[test]
    fn texts_of_one_topic_mean_one_by_a_common_noun() {
        let silent = |document: &str, context: [i8; 2]| {
            let bearer = Bearer {
                id: (DocumentId::new(document), 0),
                shown: "Parliament".into(),
                defined: false,
                known: false,
                kind: None,
                context: context.into(),
                place: None,
                land: None,
                dates: Box::default(),
            };
            Shared::new(Local { bearer, names: Box::default(), mentions: 1, also: Box::default() })
        };
        let locals = [silent("a", [9, 1]), silent("b", [1, 9]), silent("c", [9, 2]), silent("d", [5, 9])];
        let of = |needed| -> Vec<String> {
            founders(locals.iter(), needed).into_iter().map(|(_, founder, _)| founder.to_string()).collect()
        };
        assert_eq!(of(Some(70)), ["a", "b", "a", "b"]);
        assert_eq!(of(Some(99)), ["a", "b", "a", "d"]);
        assert_eq!(of(None), ["a", "b", "c", "d"]);
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
