//! Where places lie, by what else a text says of it: a country that only a later sentence names is not that of every place in the
//! text; "Radlett, Hertfordshire" does not lie in the London of another sentence; "a Hungarian manager of Barcelona" does not put
//! Barcelona into Hungary.
//!
//! In: a relation that puts something into a place, the mentions of a window. Out: whether the place is of something else.
//! Never: a place for something that has none.

use super::candidates::EntityCandidate;
use super::judged::Judged;
use super::layout::TokenizedText;
use super::mentions::CLASSES;
use super::occupations;
use ontologies::{Ontology, divisions};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

/// Relations with a country or another place around the head.
const AROUND: [&str; 6] = ["P1532", "P17", "P27", LIES_IN, "P140", "P495"];
const LIES_IN: &str = "P131";
const CONTAINS: &str = "P150";
/// The text's opening: its title and what is said first.
const OPENING: usize = 4;
/// A country has at most so many words.
const LONGEST_NAME: usize = 4;
/// Somebody is named at most so many words after the adjective that tells where he is from: "a Hungarian former football manager".
const LONGEST_TITLE: usize = 4;

/// Countries, and divisions of some, by each of their names in lower case: the country's label.
static COUNTRIES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let ontology = Ontology::bundled();
    let countries = ontology.individuals().flat_map(|known| {
        let names = known.alternatives.iter().chain(&known.demonyms).chain([&known.label]);
        names.map(|name| (name.to_lowercase(), known.label.to_lowercase())).collect::<Vec<_>>()
    });
    let divisions = divisions::all().map(|(division, country)| (division.to_owned(), country.to_owned()));
    divisions.chain(countries).collect()
});

/// The places of a window.
pub(super) struct Places<'a> {
    text: &'a str,
    tokenized: &'a TokenizedText,
    members: &'a [EntityCandidate],
    /// The place that a mention of one begins with a word, and where it ends.
    named: BTreeMap<usize, (usize, usize)>,
    /// The countries that the text's opening names, itself or by a division; those that the window names.
    opening: BTreeSet<&'static str>,
    all: BTreeSet<&'static str>,
    /// The words of the opening, in lower case.
    first_words: String,
}

impl<'a> Places<'a> {
    /// The places among entities with these mentions.
    pub(super) fn new((text, tokenized): (&'a str, &'a TokenizedText), members: &'a [EntityCandidate]) -> Places<'a> {
        let places = members.iter().enumerate().filter(|(_, member)| CLASSES[member.class] == "LOC");
        let mentions = places.flat_map(|(entity, member)| member.mentions.iter().map(move |words| (entity, words)));
        let named = mentions.map(|(entity, words)| (words.start, (entity, words.end))).collect();
        let end = tokenized.words.partition_point(|word| word.sentence < OPENING);
        let forms: Vec<String> =
            tokenized.words[..end].iter().map(|word| word.span.of(text).unwrap_or_default().to_lowercase()).collect();
        let runs =
            (0..forms.len()).flat_map(|at| (at + 1..=(at + LONGEST_NAME).min(forms.len())).map(move |to| at..to));
        let opening = runs.filter_map(|run| COUNTRIES.get(&forms[run].join(" ")).map(String::as_str)).collect();
        let first_words = format!(" {} ", forms.join(" "));
        let mut places = Places { text, tokenized, members, named, opening, all: BTreeSet::new(), first_words };
        places.all = (0..members.len()).filter_map(|entity| places.country(entity)).collect();
        places
    }

    /// Whether a relation's place is one that the text tells of something else.
    pub(super) fn is_of_another(&self, property: &str, judged: &Judged) -> bool {
        if property == CONTAINS {
            let mut turned = judged.clone();
            turned.turn();
            return self.is_of_another(LIES_IN, &turned);
        }
        AROUND.contains(&property)
            && (self.is_far(judged)
                || self.has_its_own(property, judged)
                || self.is_of_a_person(property, judged)
                || property == "P17" && self.is_a_kind(judged.ends[0]))
    }

    fn form(&self, word: usize) -> &'a str {
        self.tokenized.form(self.text, word)
    }

    fn name(&self, words: &Range<usize>) -> String {
        words.clone().map(|word| self.form(word).to_lowercase()).collect::<Vec<_>>().join(" ")
    }

    fn country(&self, entity: usize) -> Option<&'static str> {
        let names = self.members[entity].mentions.iter().map(|words| self.name(words));
        names.filter_map(|name| COUNTRIES.get(&name).map(String::as_str)).next()
    }

    /// Whether no sentence names both, and the text neither opened with the place nor is about one country alone: then it may be
    /// anybody's.
    fn is_far(&self, judged: &Judged) -> bool {
        let [head, tail] = judged.words.each_ref().map(|words| self.tokenized.words[words.start].sentence);
        let opens = || match self.country(judged.ends[1]) {
            Some(country) => self.opening.contains(country) || self.all.len() == 1,
            None => {
                let mut names = self.members[judged.ends[1]].mentions.iter().map(|words| self.name(words));
                names.any(|name| self.first_words.contains(&format!(" {name} ")))
            }
        };
        let person = CLASSES[self.members[judged.ends[0]].class] == "PER";
        head != tail && (person && head.abs_diff(tail) > 1 || !opens())
    }

    /// The places that are named right behind a name, each around the one before: "Radlett, Hertfordshire, England", "Graz in Austria".
    fn chain(&self, words: &Range<usize>) -> Vec<usize> {
        let (mut chain, mut end) = (Vec::new(), words.end);
        while [",", "in", "("].contains(&self.form(end)) {
            let start = end + 1 + usize::from(self.form(end + 1) == "the");
            let Some(&(entity, next)) = self.named.get(&start) else { break };
            chain.push(entity);
            end = next;
        }
        chain
    }

    /// Those that put the head into what another's place lies in, as its name says right there: of "Portland, Oregon" the head is
    /// in Portland.
    pub(super) fn around_others(&self, all: &[&Judged], property: &dyn Fn(usize) -> bool) -> BTreeSet<usize> {
        let own: Vec<usize> = (0..all.len()).filter(|place| property(all[*place].relation)).collect();
        let inner = |outer: &usize| {
            let outer = all[*outer];
            own.iter().map(|place| all[*place]).any(|inner| {
                let same = inner.relation == outer.relation
                    && inner.ends[0] == outer.ends[0]
                    && inner.ends[1] != outer.ends[1];
                same && self.first_behind(&inner.words[1]) == Some(outer.words[1].start)
            })
        };
        own.iter().copied().filter(inner).collect()
    }

    /// Where the place begins that is named right behind a comma.
    fn first_behind(&self, words: &Range<usize>) -> Option<usize> {
        let start = words.end + 1;
        (self.form(words.end) == "," && self.named.contains_key(&start)).then_some(start)
    }

    /// Whether the head, a place, is named with places of its own, of which this is none.
    fn has_its_own(&self, property: &str, judged: &Judged) -> bool {
        let [head, tail] = judged.ends;
        if CLASSES[self.members[head].class] != "LOC" || property == "P27" || self.country(head).is_some() {
            return false;
        }
        let own: Vec<usize> = self.members[head].mentions.iter().flat_map(|words| self.chain(words)).collect();
        let countries: Vec<&str> = own.iter().filter_map(|&place| self.country(place)).collect();
        match self.country(tail) {
            _ if own.contains(&tail) => false,
            Some(country) => !countries.is_empty() && !countries.contains(&country),
            None => own.iter().any(|&place| self.country(place).is_none()),
        }
    }

    /// Whether the place tells where somebody is from who is named behind it.
    fn is_of_a_person(&self, property: &str, judged: &Judged) -> bool {
        let [head, tail] = judged.ends;
        let person = CLASSES[self.members[head].class] == "PER";
        let follows = judged.words[1].end..judged.words[1].end + LONGEST_TITLE;
        let title = follows.take_while(|&word| self.form(word).starts_with(char::is_lowercase));
        property != "P27"
            && property != "P1532"
            && !person
            && self.country(tail).is_some_and(|country| !self.is_called_after(head, country))
            && title.into_iter().any(|word| occupations::is_one(self.form(word)))
    }

    /// Whether a name has a country within it: "German Football Association".
    fn is_called_after(&self, entity: usize, country: &str) -> bool {
        let parts = self.members[entity].mentions.iter().flat_map(|words| {
            let ends = move |at: usize| (at + 1..=(at + LONGEST_NAME).min(words.end)).map(move |to| at..to);
            words.clone().flat_map(ends)
        });
        parts.into_iter().any(|part| COUNTRIES.get(&self.name(&part)).is_some_and(|named| named == country))
    }

    /// Whether an entity is a kind of thing, which no country has: all its names are written small.
    fn is_a_kind(&self, entity: usize) -> bool {
        let small = |words: &Range<usize>| words.clone().all(|word| !self.form(word).contains(char::is_uppercase));
        self.members[entity].mentions.iter().all(small)
    }
}
