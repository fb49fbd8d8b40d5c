//! Offices: the chief executive of a body, its treasurer, whoever runs it. In: a noun or a verb, what stands after it. Out: those
//! who hold an office of that name and work for the body, or are a member of it. Never: an office that nobody in the graph holds.

use crate::lexicon::End;
use crate::names;
use crate::parse::Grammar;
use crate::reading::{Meaning, Parse, hop};
use kgloom_record::record::Iri;
use std::collections::BTreeSet;

/// Names of one office.
const SAME: [&[&str]; 8] = [
    &["chief executive officer", "chief executive", "ceo", "boss"],
    &["chairperson", "chairman", "chairwoman", "chair", "chairman of the board", "chair of the board"],
    &["chief financial officer", "cfo"],
    &["chief technology officer", "cto"],
    &["chief operating officer", "coo"],
    &["managing director", "md"],
    &["secretary general", "general secretary"],
    &["vice president", "vp"],
];
/// Offices of those who run a body.
const RUNNING: [&str; 8] = [
    "chief executive officer",
    "chief executive",
    "ceo",
    "managing director",
    "executive director",
    "director general",
    "general manager",
    "president",
];
/// What those do.
const RUN: [&str; 4] = ["run", "lead", "head", "manage"];

impl Grammar<'_> {
    /// Those who hold the office that these words name, in a body of those named.
    pub(crate) fn in_office(&self, start: usize, end: usize, bodies: impl FnOnce() -> Vec<Parse>) -> Vec<Parse> {
        let Some(words) = self.words.get(start..end).filter(|words| !words.is_empty()) else { return Vec::new() };
        let mut things: Vec<Iri> = match names::of_noun(self.graph, words) {
            Some(Meaning::Things { groups, .. }) => groups.concat(),
            _ => Vec::new(),
        };
        let spoken = words.iter().map(|word| word.plain.as_str()).collect::<Vec<_>>().join(" ");
        let same = SAME.iter().filter(|names| names.contains(&spoken.as_str())).copied().flatten();
        things.extend(same.flat_map(|name| self.graph.named(name)));
        self.holding(things, bodies)
    }

    /// Those who run a body, where the word here is a verb for that.
    pub(crate) fn running(&self, place: usize, bodies: impl FnOnce() -> Vec<Parse>) -> Vec<Parse> {
        if !self.words.get(place).is_some_and(|word| RUN.iter().any(|verb| word.of(verb))) {
            return Vec::new();
        }
        self.holding(RUNNING.iter().flat_map(|name| self.graph.named(name)).collect(), bodies)
    }

    fn holding(&self, offices: Vec<Iri>, bodies: impl FnOnce() -> Vec<Parse>) -> Vec<Parse> {
        let held = hop("P39", End::Head);
        let is_held = |office: &Iri| !self.graph.of_object(office, Some(&held.relation)).is_empty();
        let offices: BTreeSet<Iri> = offices.into_iter().filter(is_held).collect();
        let Some(first) = offices.first() else { return Vec::new() };
        let name = self.graph.label(first);
        let office = Meaning::Things { name, groups: vec![offices.into_iter().collect()] };
        let holders = Meaning::step(vec![held], true, office);
        let belonging = ["P108", "P463"].map(|end| hop(end, End::Head)).to_vec();
        // A relation of its own for the office is sooner meant.
        let bodies = bodies().into_iter().filter(|body| !matches!(body.meaning, Meaning::Moment(_)));
        let both = |body: Parse| {
            let members = Meaning::step(belonging.clone(), true, body.meaning);
            Parse { cost: body.cost + 1, meaning: Meaning::Both(Box::new(holders.clone()), Box::new(members)) }
        };
        bodies.map(both).collect()
    }

    /// A noun that would name a relation of what is named beside it, "the height of X", "X's height", and names none.
    pub(crate) fn unknown_noun(&self) -> Option<String> {
        let edge = |place: usize| self.words.get(place).is_none_or(names::is_function);
        let told = |start: usize, end: usize| {
            let words: Vec<&str> = self.words[start..end].iter().map(|word| word.plain.as_str()).collect();
            (start < end && self.noun_hops(start, end, false).is_empty()).then(|| words.join(" "))
        };
        let mut all: Vec<&(usize, usize, bool)> = self.names.keys().collect();
        all.sort_by_key(|(start, end, bare)| (std::cmp::Reverse(end - start), *bare, *start));
        all.into_iter().find_map(|(start, end, bare)| {
            let mut before = *start;
            while before > 0 && self.is(before - 1, &["the", "a", "an"]) {
                before -= 1;
            }
            let last = before.checked_sub(1).filter(|place| self.is(*place, &["of", "for"]));
            if let Some(last) = last {
                let first = (0..last).rev().find(|place| edge(*place)).map_or(0, |place| place + 1);
                return told(first, last);
            }
            let owner = *bare && self.words[end - 1].possessive;
            let until = (*end..self.words.len()).find(|place| edge(*place)).unwrap_or(self.words.len());
            owner.then(|| told(*end, until)).flatten()
        })
    }
}
