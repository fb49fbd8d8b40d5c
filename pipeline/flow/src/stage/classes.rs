//! One name, read as of several classes.
//!
//! In: how often each class is read for a name, and in which texts several are. Out: the class that a name counts as,
//! where it is not the one that was read. Never: a choice that hangs on the order of arrival.
//!
//! A reader wavers: the same ship is an organization here and a thing there, even within one text. One text that reads a
//! name both ways, or many more that read it one way, say that it is one thing; a person is held apart longest.

use crate::stage::Rows;
use crate::stage::rows::Key;
use kgloom_record::record::Iri;
use kgloom_record::vocabulary;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

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

/// The class that a key counts as, for each key whose own it is not.
pub(crate) fn decide(votes: Rows<'_, (Arc<str>, Vote)>) -> Rows<'_, (Key, Iri)> {
    let decided = votes.reduce_named("Classes", |name, votes: &[(&Vote, isize)], output| {
        for (from, to) in decisions(name, votes) {
            output.push(((from, to), 1));
        }
    });
    decided.map(|(name, (class, counts_as))| (Key { class, name }, counts_as))
}

/// Classes that count as another, with that one.
fn decisions(name: &str, votes: &[(&Vote, isize)]) -> Vec<(Iri, Iri)> {
    let mut counts: BTreeMap<&Iri, isize> = BTreeMap::new();
    let mut defined: BTreeMap<&Iri, isize> = BTreeMap::new();
    let mut both: Vec<(&Iri, &Iri)> = Vec::new();
    for (vote, count) in votes {
        match vote {
            Vote::Read(class, defines) => {
                *counts.entry(class).or_default() += count;
                *defined.entry(class).or_default() += if *defines { *count } else { 0 };
            }
            Vote::Both(one, other) => both.push((one, other)),
        }
    }
    if counts.len() < 2 {
        return Vec::new();
    }
    let mut order: Vec<&Iri> = counts.keys().copied().collect();
    order.sort_by_key(|class| (std::cmp::Reverse(counts[class]), *class));
    let mut groups: Vec<Vec<&Iri>> = Vec::new();
    for class in order {
        let joins = |member: &&Iri| {
            let linked = both.contains(&(*member, class)) || both.contains(&(class, *member));
            let outweighed = counts[*member] >= OUTWEIGHS * counts[class];
            let person = [class.as_str(), member.as_str()].contains(&vocabulary::PERSON);
            match (linked, person) {
                (true, false) => true,
                (true, true) => name.contains(' ') || outweighed,
                (false, false) => outweighed && defined[class] == 0,
                (false, true) => outweighed && defined[class] == 0 && name.contains(' '),
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, votes: &[(&str, bool, isize)], both: &[(&str, &str)], expected: &[(&str, &str)]) {
        let read = votes.iter().map(|(class, defines, n)| (Vote::Read(vocabulary::own(class), *defines), *n));
        let links = both.iter().map(|(a, b)| (Vote::Both(vocabulary::own(a), vocabulary::own(b)), 1));
        let all: Vec<(Vote, isize)> = read.chain(links).collect();
        let all: Vec<(&Vote, isize)> = all.iter().map(|(vote, count)| (vote, *count)).collect();
        let expected: Vec<(Iri, Iri)> =
            expected.iter().map(|(a, b)| (vocabulary::own(a), vocabulary::own(b))).collect();
        assert_eq!(decisions(name, &all), expected, "{name}");
    }

    #[test]
    fn evidence_joins_classes_and_want_of_it_does_not() {
        let (org, loc, misc, per) = ("Organization", "Location", "Miscellaneous", "Person");
        check("uss vell", &[(org, false, 4), (misc, false, 1)], &[(misc, org)], &[(misc, org)]);
        check("uss vell", &[(org, false, 1), (misc, false, 3)], &[], &[(org, misc)]);
        check("vell", &[(org, false, 2), (loc, false, 1)], &[], &[]);
        check("vell", &[(org, false, 6), (loc, true, 2)], &[], &[]);
        check("vell", &[(per, false, 9), (loc, false, 1)], &[], &[]);
        check("vell", &[(per, false, 2), (loc, false, 2)], &[(loc, per)], &[]);
        check("ada vell", &[(per, false, 9), (loc, false, 1)], &[], &[(loc, per)]);
        check(
            "vell",
            &[(org, false, 5), (loc, false, 1), (misc, false, 1)],
            &[(loc, misc)],
            &[(loc, org), (misc, org)],
        );
        check("vell", &[(org, false, 5)], &[], &[]);
    }
}
