//! One name, read as of several classes.
//!
//! In: how often each class is read for a name, in which texts several are, and what is said around it as each. Out: the class
//! that a name counts as, where it is not the one that was read. Never: a choice that hangs on the order of arrival.
//!
//! A reader wavers: the same ship is an organization here and a thing there, even within one text. One text that reads a
//! name both ways, many more that read it one way, or texts that are of one topic say that it is one thing. A person is held
//! apart longest: where more texts read only a surname than the surname and the place, these are two.

use crate::stage::arranged::{by_key, reduced};
use crate::stage::rows::Key;
use crate::stage::sum::{Sum, cosine, is_near};
use crate::stage::{By, Rows};
use differential_dataflow::ExchangeData;
use differential_dataflow::operators::CountTotal;
use kgloom_record::record::Iri;
use kgloom_record::vocabulary;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Two classes of a name are one thing where the cosine of what is said around it is at least so many in a hundred. On abstracts and
/// on articles of an encyclopedia hardly a pair that is nearer is two things; below, half of them are.
const AGREES: i128 = 35;
/// The same where one is a body and the other neither a person nor a place: a site and who runs it, a paper and who prints it. Of the
/// pairs of two thousand articles between this and the limit above 11 of 12 are one thing, of those below it four of eleven.
const AGREES_OF_A_BODY: i128 = 18;
/// The same where one of them is a person, and where texts say of both what they are.
const AGREES_OF_A_PERSON: i128 = 60;
const AGREES_OF_TWO_DEFINED: i128 = 60;
const AGREES_OF_A_PERSON_DEFINED: i128 = 75;
/// The same where the name has several words and is no saint's, and not both are defined: of 46 such pairs of four thousand articles
/// 40 are one thing.
const AGREES_OF_A_FULL_NAME: i128 = 15;

/// So many times as many readings of a name outweigh those of another class.
const OUTWEIGHS: isize = 3;

/// What a text says of the class of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Vote {
    /// It is of this class; and whether the text says what it is.
    Read(Iri, bool),
    /// The text has it as both, the lesser class first.
    Both(Iri, Iri),
}

/// What is said of a name that is read as of several classes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Said {
    /// All votes.
    Votes(Vec<(Vote, isize)>),
    /// What is said around it as of a class.
    Around(Iri, Sum),
}

impl Said {
    /// The classes that it is read as, each once.
    fn classes(&self) -> BTreeSet<Iri> {
        let Said::Votes(votes) = self else { return BTreeSet::new() };
        let class =
            |(vote, _): &(Vote, isize)| if let Vote::Read(class, _) = vote { Some(class.clone()) } else { None };
        votes.iter().filter_map(class).collect()
    }
}

/// The class that a key counts as, for each key whose own it is not; `around` tells what is said around what each text calls so.
pub(crate) fn decide<'s, D: ExchangeData>(
    votes: Rows<'s, (Arc<str>, Vote)>,
    (said, around): (By<'s, Key, D>, impl Fn(&D) -> Arc<[i8]> + 'static),
) -> Rows<'s, (Key, Iri)> {
    let votes = by_key(votes, "classes of names");
    let wavers = reduced(votes, "names of several classes", |_, votes: &[(&Vote, isize)], output| {
        let mut classes =
            votes.iter().filter_map(|(vote, _)| if let Vote::Read(class, _) = vote { Some(class) } else { None });
        let first = classes.next();
        if classes.any(|class| Some(class) != first) {
            let votes = votes.iter().map(|(vote, count)| ((*vote).clone(), *count)).collect();
            output.push((Said::Votes(votes), 1));
        }
    });
    let wavers = wavers.as_collection(|name, said| (Arc::clone(name), said.clone()));
    // What is said around names of one class need not be added up.
    let keys = wavers.clone().flat_map(|(name, said)| {
        let key = |class| (Key { class, name: Arc::clone(&name) }, ());
        said.classes().into_iter().map(key).collect::<Vec<_>>()
    });
    let around = said.join_core(keys.arrange_by_key(), move |key, said, ()| Some((key.clone(), around(said))));
    let sums = around.explode(|(key, context)| Some((key, Sum::of(&context)))).count_total();
    let around = sums.map(|(Key { class, name }, sum)| (name, Said::Around(class, sum)));
    let decided = wavers.concat(around).reduce_named("Counts as", |name, said: &[(&Said, isize)], output| {
        let around = said.iter().filter_map(|(said, _)| match said {
            Said::Around(class, sum) => Some((class, sum.values())),
            Said::Votes(_) => None,
        });
        let around: BTreeMap<&Iri, Vec<i32>> = around.collect();
        let votes = said.iter().find_map(|(said, _)| if let Said::Votes(votes) = said { Some(votes) } else { None });
        output.extend(decisions(name, votes.map_or(&[], Vec::as_slice), &around).into_iter().map(|pair| (pair, 1)));
    });
    decided.map(|(name, (class, counts_as))| (Key { class, name }, counts_as))
}

/// Classes that count as another, with that one.
fn decisions(name: &str, votes: &[(Vote, isize)], around: &BTreeMap<&Iri, Vec<i32>>) -> Vec<(Iri, Iri)> {
    let mut counts: BTreeMap<&Iri, isize> = BTreeMap::new();
    let mut defined: BTreeMap<&Iri, isize> = BTreeMap::new();
    let mut both: BTreeMap<[&Iri; 2], isize> = BTreeMap::new();
    for (vote, count) in votes {
        match vote {
            Vote::Read(class, defines) => {
                *counts.entry(class).or_default() += count;
                *defined.entry(class).or_default() += if *defines { *count } else { 0 };
            }
            Vote::Both(one, other) => *both.entry([one, other]).or_default() += count,
        }
    }
    let mut order: Vec<&Iri> = counts.keys().copied().collect();
    order.sort_by_key(|class| (std::cmp::Reverse(counts[class]), *class));
    let mut groups: Vec<Vec<&Iri>> = Vec::new();
    for class in order {
        let joins = |member: &&Iri| {
            let texts = both.get(&[*member, class]).or_else(|| both.get(&[class, *member])).copied();
            let linked = texts.is_some();
            // Most of those who read it as the rarer class read it as the other too.
            let mostly = texts.is_some_and(|texts| 2 * texts >= counts[class]);
            let outweighed = counts[*member] >= OUTWEIGHS * counts[class];
            let person = [class.as_str(), member.as_str()].contains(&vocabulary::PERSON);
            let place = [class, *member].contains(&&vocabulary::own("Location"));
            let needed = match (person, defined[class] > 0 && defined[*member] > 0) {
                (_, false) if is_full(name) => AGREES_OF_A_FULL_NAME,
                (false, false) if place => AGREES,
                (false, false) => AGREES_OF_A_BODY,
                (true, false) => AGREES_OF_A_PERSON,
                (false, true) => AGREES_OF_TWO_DEFINED,
                (true, true) => AGREES_OF_A_PERSON_DEFINED,
            };
            let of_one_topic = || match (around.get(class), around.get(*member)) {
                (Some(one), Some(other)) => is_near(cosine(one, other), needed),
                _ => false,
            };
            let said = match (linked, person) {
                (true, false) => true,
                (true, true) => name.contains(' ') || outweighed || mostly,
                (false, false) => outweighed && defined[class] == 0,
                (false, true) => outweighed && defined[class] == 0 && name.contains(' '),
            };
            said || of_one_topic()
        };
        match groups.iter_mut().find(|group| group.iter().any(joins)) {
            Some(group) => group.push(class),
            None => groups.push(vec![class]),
        }
    }
    let counting = |group: Vec<&Iri>| {
        let to = group[0].clone();
        group.into_iter().skip(1).map(move |from| (from.clone(), to.clone())).collect::<Vec<_>>()
    };
    groups.into_iter().flat_map(counting).collect()
}

/// Whether a name has several words, and is not one that churches, places and people have alike.
fn is_full(name: &str) -> bool {
    name.contains(' ') && !["st ", "saint "].iter().any(|saint| name.starts_with(saint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, votes: &[(&str, bool, isize)], both: &[(&str, &str)], expected: &[(&str, &str)]) {
        let read = votes.iter().map(|(class, defines, n)| (Vote::Read(vocabulary::own(class), *defines), *n));
        // One text, of which both readings say so.
        let links = both.iter().map(|(a, b)| (Vote::Both(vocabulary::own(a), vocabulary::own(b)), 2));
        let all: Vec<(Vote, isize)> = read.chain(links).collect();
        let expected: Vec<(Iri, Iri)> =
            expected.iter().map(|(a, b)| (vocabulary::own(a), vocabulary::own(b))).collect();
        assert_eq!(decisions(name, &all, &BTreeMap::new()), expected, "{name}");
    }

    #[test]
    fn evidence_joins_classes_and_want_of_it_does_not() {
        let (org, loc, misc, per) = ("Organization", "Location", "Miscellaneous", "Person");
        check("uss vell", &[(org, false, 4), (misc, false, 1)], &[(misc, org)], &[(misc, org)]);
        check("uss vell", &[(org, false, 1), (misc, false, 3)], &[], &[(org, misc)]);
        check("vell", &[(org, false, 2), (loc, false, 1)], &[], &[]);
        check("vell", &[(org, false, 6), (loc, true, 2)], &[], &[]);
        check("vell", &[(per, false, 9), (loc, false, 1)], &[], &[]);
        check("vell", &[(per, false, 2), (loc, false, 2)], &[(loc, per)], &[(per, loc)]);
        check("vell", &[(per, false, 9), (loc, false, 9)], &[(loc, per)], &[]);
        check("ada vell", &[(per, false, 9), (loc, false, 1)], &[], &[(loc, per)]);
        check(
            "vell",
            &[(org, false, 5), (loc, false, 1), (misc, false, 1)],
            &[(loc, misc)],
            &[(loc, org), (misc, org)],
        );
        check("vell", &[(org, false, 5)], &[], &[]);
    }

    #[test]
    fn a_name_of_several_words_is_mostly_of_one() {
        let [location, person] = ["Location", "Person"].map(vocabulary::own);
        let decided = |name: &str, defined: bool, other: Vec<i32>| {
            let votes = [&location, &person].map(|class| (Vote::Read(class.clone(), defined), 1));
            let around = [(&location, vec![100, 0, 0]), (&person, other)].into_iter().collect();
            !decisions(name, &votes, &around).is_empty()
        };
        // Cosines of .2 and .1.
        let (fifth, tenth) = (vec![20, 98, 0], vec![10, 99, 0]);
        assert!(decided("fort vell", false, fifth.clone()) && !decided("fort vell", false, tenth));
        assert!(!decided("vell", false, fifth.clone()) && !decided("st vell", false, fifth.clone()));
        assert!(!decided("fort vell", true, fifth));
    }

    #[test]
    fn texts_of_one_topic_mean_one_thing() {
        let [location, person, organization] = ["Location", "Person", "Organization"].map(vocabulary::own);
        let (near, far) = (vec![90, 10, 20], vec![-20, 90, 5]);
        let decided = |one: &Iri, other: &Iri, defined: bool, around: [&Vec<i32>; 2]| {
            let votes = [one, other].map(|class| (Vote::Read(class.clone(), defined), 1));
            !decisions("vell", &votes, &[one, other].into_iter().zip(around.map(Vec::clone)).collect()).is_empty()
        };
        assert!(decided(&location, &organization, false, [&near, &near]));
        // A cosine of .25: enough for a body and what is no place.
        let (along, quarter) = (vec![100, 0, 0], vec![25, 97, 0]);
        let other = vocabulary::own("Miscellaneous");
        assert!(decided(&other, &organization, false, [&quarter, &along]));
        assert!(!decided(&location, &organization, false, [&quarter, &along]));
        assert!(!decided(&other, &organization, true, [&quarter, &along]));
        assert!(!decided(&location, &organization, false, [&near, &far]));
        // A cosine of .5: enough but for a person, or for what texts define.
        let half = vec![100, 173, 0];
        let along = vec![100, 0, 0];
        assert!(decided(&location, &organization, false, [&half, &along]));
        assert!(!decided(&location, &organization, true, [&half, &along]));
        assert!(!decided(&location, &person, false, [&half, &along]));
        assert!(decided(&location, &person, true, [&near, &near]));
    }
}
