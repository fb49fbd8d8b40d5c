//! Noun phrases. In: words, the names among them, phrases for relations. Out: what stretches of the words may mean.
//! Never: a meaning that leaves a word out, but for articles and the like.

use crate::broad::SETTLEMENTS;
use crate::dates;
use crate::graph::Graph;
use crate::lexicon::{End, Lexicon};
use crate::names::{FUNCTION, Names};
use crate::reading::{Meaning, Parse};
use crate::text::Word;
use kgloom_record::record::Iri;
use ontologies::Ontology;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Readings of one stretch that are kept.
const KEPT: usize = 12;
/// What stands before a noun and picks nothing out.
const DETERMINERS: [&str; 12] = ["the", "a", "an", "all", "every", "any", "some", "each", "his", "her", "its", "their"];

/// A question that is being read.
pub(crate) struct Grammar<'a> {
    pub graph: &'a dyn Graph,
    pub ontology: &'a Ontology,
    pub lexicon: &'a Lexicon,
    pub words: Vec<Word>,
    pub names: Names,
    memory: RefCell<BTreeMap<(usize, usize, bool), Vec<Parse>>>,
}

impl<'a> Grammar<'a> {
    pub(crate) fn new(
        graph: &'a dyn Graph,
        ontology: &'a Ontology,
        lexicon: &'a Lexicon,
        words: Vec<Word>,
        names: Names,
    ) -> Self {
        Grammar { graph, ontology, lexicon, words, names, memory: RefCell::default() }
    }

    /// Whether the word at a place is one of these.
    pub(crate) fn is(&self, place: usize, words: &[&str]) -> bool {
        self.words.get(place).is_some_and(|word| word.is(words))
    }

    /// The meanings of a noun phrase, cheapest first; `bare` if its last word has lost the ending of a possessive.
    pub(crate) fn noun_phrase(&self, start: usize, end: usize, bare: bool) -> Vec<Parse> {
        if start >= end {
            return Vec::new();
        }
        if let Some(known) = self.memory.borrow().get(&(start, end, bare)) {
            return known.clone();
        }
        let found = kept(self.read_noun_phrase(start, end, bare));
        self.memory.borrow_mut().insert((start, end, bare), found.clone());
        found
    }

    fn read_noun_phrase(&self, start: usize, end: usize, bare: bool) -> Vec<Parse> {
        let mut found: Vec<Parse> = self.names.get(&(start, end, bare)).cloned().into_iter().collect();
        if let Some(date) = dates::date(&self.words[start..end]).filter(|_| !bare) {
            found.push(Parse { cost: 0, meaning: Meaning::Moment(date) });
        }
        if self.is(start, &DETERMINERS) {
            found.extend(self.noun_phrase(start + 1, end, bare));
        }
        if self.is(start, &["name", "names", "title", "titles"]) && self.is(start + 1, &["of"]) {
            found.extend(self.noun_phrase(start + 2, end, bare).into_iter().filter(|parse| !parse.meaning.is_bare()));
        }
        for middle in start + 1..end {
            self.with_possessive(start, middle, end, bare, &mut found);
            self.with_preposition(start, middle, end, bare, &mut found);
            self.beside(start, middle, end, bare, &mut found);
            self.with_clause(start, middle, end, bare, &mut found);
        }
        found
    }

    /// "X's author", and "X author" as people type it.
    fn with_possessive(&self, start: usize, middle: usize, end: usize, bare: bool, found: &mut Vec<Parse>) {
        let hops = self.noun_hops(middle, end, bare);
        if !bare && self.words[middle - 1].possessive {
            found.extend(self.in_office(middle, end, || self.noun_phrase(start, middle, true)));
        }
        if hops.is_empty() {
            return;
        }
        for owner in self.noun_phrase(start, middle, true) {
            let meaning = Meaning::step(hops.clone(), true, owner.meaning);
            found.push(Parse { cost: owner.cost, meaning });
        }
        for owner in self.noun_phrase(start, middle, false).into_iter().filter(|owner| owner.meaning.is_bare()) {
            let meaning = Meaning::step(hops.clone(), true, owner.meaning);
            found.push(Parse { cost: owner.cost + 2, meaning });
        }
    }

    /// "the author of X", "books by X", "the members in X".
    fn with_preposition(&self, start: usize, middle: usize, end: usize, bare: bool, found: &mut Vec<Parse>) {
        if !self.is(middle, &["of", "for", "by", "in", "at", "to", "from", "on"]) {
            return;
        }
        let mut hops = self.noun_hops(start, middle, false);
        if self.is(middle, &["of", "for", "at"]) {
            found.extend(self.in_office(start, middle, || self.noun_phrase(middle + 1, end, bare)));
        }
        // The area of a place is sooner its size.
        let settlement =
            SETTLEMENTS.iter().any(|noun| self.words[middle - 1].of(noun)) && !self.is(middle - 1, &["area"]);
        let cost = match self.words[middle].plain.as_str() {
            "of" if settlement => {
                // The town of Velmora is Velmora.
                found.extend(self.names.get(&(middle + 1, end, bare)).cloned());
                3
            }
            "of" => 0,
            // Works are by those who make them.
            "by" => {
                hops.retain(|hop| hop.asked == End::Head || hop.relation.as_str().ends_with("/P800"));
                0
            }
            "for" | "to" => 1,
            _ => {
                hops.retain(|hop| hop.asked == End::Tail || self.is_member(hop));
                1
            }
        };
        if hops.is_empty() {
            return;
        }
        for of in self.noun_phrase(middle + 1, end, bare) {
            found.push(Parse { cost: of.cost + cost, meaning: Meaning::step(hops.clone(), true, of.meaning) });
        }
    }

    /// Whether the head is in the tail in some way, so that "players at X" are those of X.
    fn is_member(&self, hop: &crate::lexicon::Hop) -> bool {
        let end = hop.relation.as_str().rsplit('/').next().unwrap_or_default();
        ["P108", "P69", "P102", "P463", "P54", "P551", "P1344", "P161", "P175"].contains(&end)
    }

    /// "the novelist X", "X the novelist": a noun that says what X is.
    fn beside(&self, start: usize, middle: usize, end: usize, bare: bool, found: &mut Vec<Parse>) {
        if let Some(named) = self.names.get(&(middle, end, bare))
            && self.is_kind_word(start, middle)
        {
            found.push(self.told_apart(named, start, middle).with(1));
        }
        if let Some(named) = self.names.get(&(start, middle, false)).filter(|_| !bare) {
            let noun = middle + usize::from(self.is(middle, &["the", "a", "an"]));
            if noun < end && self.is_kind_word(noun, end) {
                found.push(self.told_apart(named, noun, end).with(2));
            }
        }
    }

    /// Those bearers of a name that a noun fits, if it fits any.
    fn told_apart(&self, named: &Parse, start: usize, end: usize) -> Parse {
        let Meaning::Things { name, groups } = &named.meaning else { return named.clone() };
        let fits = |thing: &&Iri| self.is_of_kind(thing, start, end);
        let fitting: Vec<Iri> = groups.iter().flatten().filter(fits).cloned().collect();
        let groups = if fitting.is_empty() { groups.clone() } else { vec![fitting] };
        Parse { cost: named.cost, meaning: Meaning::Things { name: name.clone(), groups } }
    }

    /// "universities in X", "people born in X", "the city where X was born", "books that X wrote".
    fn with_clause(&self, start: usize, middle: usize, end: usize, bare: bool, found: &mut Vec<Parse>) {
        // "the height of X": what names no kind, and no relation, says nothing of what is of X.
        if bare || !self.is_kind(start, middle) || self.is(middle, &["of"]) && !self.is_kind_word(start, middle) {
            return;
        }
        let noun: Vec<String> = self.words[start..middle].iter().map(|word| word.plain.clone()).collect();
        let mut of = self.verb_phrase(middle, end, Voice::Reduced);
        if self.is(middle, &["that", "who", "which", "whom"]) {
            of.extend(self.verb_phrase(middle + 1, end, Voice::Full));
            of.extend(self.clause(middle + 1, end, None, None));
        }
        if self.is(middle, &["where", "when"]) {
            of.extend(self.clause(middle + 1, end, None, Some(&self.words[middle].plain)));
        }
        if self.is(middle + 1, &["which", "whom"]) {
            of.extend(self.clause(middle + 2, end, Some(&self.words[middle].plain), None));
        }
        if !self.is(middle, &FUNCTION) {
            of.extend(self.clause(middle, end, None, None).into_iter().map(|parse| parse.with(1)));
        }
        found.extend(
            of.into_iter().map(|parse| Parse { cost: parse.cost, meaning: Meaning::kind(noun.clone(), parse.meaning) }),
        );
    }
}

/// How a verb phrase begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    /// With its own auxiliaries, if any: "was born in X".
    Full,
    /// After a noun: "born in X", "in X".
    Reduced,
    /// After a form of "to be" that stands elsewhere.
    Be,
    /// After a form of "to do" that stands elsewhere.
    Do,
}

/// The cheapest, each once.
pub(crate) fn kept(mut found: Vec<Parse>) -> Vec<Parse> {
    found.sort();
    found.dedup_by(|one, other| one.meaning == other.meaning);
    found.truncate(KEPT);
    found
}
