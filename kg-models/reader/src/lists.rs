//! What belongs together in an enumeration: in "Alvin Yeung of the Civic Party and Raymond Chan of People Power" nothing joins
//! Yeung to People Power.
//!
//! In: the mentions of a window, a relation of two. Out: whether each of both is bound to another. Never: a binding by a comma.

use super::candidates::EntityCandidate;
use super::judged::Judged;
use super::layout::TokenizedText;
use super::mentions::CLASSES;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What binds a name to the one before it, if nothing else lies between but an article.
const BINDS: [&str; 9] = ["of", "from", "at", "in", "for", "with", "(", "s", "by"];

/// What somebody is said to be by a noun beside the name: occupation, position held.
const IN_APPOSITION: [&str; 2] = ["P106", "P39"];
/// What is told of one person.
const OF_ONE_PERSON: [&str; 4] = ["P19", "P20", "P569", "P570"];
/// What joins the items of an enumeration, and how many words lie between two of them at the most.
const JOINS: [&str; 7] = [",", "and", "&", "the", "secondly", "then", "later"];
const LONGEST_ENUMERATION: usize = 24;

/// The mentions of a window in their order.
pub(super) struct Lists<'a> {
    text: &'a str,
    tokenized: &'a TokenizedText,
    members: &'a [EntityCandidate],
    /// The entity and the end of each mention, by its first word.
    mentions: BTreeMap<usize, (usize, usize)>,
}

impl<'a> Lists<'a> {
    /// The mentions of these entities.
    pub(super) fn new((text, tokenized): (&'a str, &'a TokenizedText), members: &'a [EntityCandidate]) -> Lists<'a> {
        let all = members
            .iter()
            .enumerate()
            .flat_map(|(entity, member)| member.mentions.iter().map(move |words| (entity, words)));
        let mentions = all.map(|(entity, words)| (words.start, (entity, words.end))).collect();
        Lists { text, tokenized, members, mentions }
    }

    /// Whether the head is bound to another of the tail's class and the tail to another of the head's, in one sentence.
    pub(super) fn are_apart(&self, judged: &Judged) -> bool {
        let [head, tail] = &judged.words;
        let sentence = |words: &Range<usize>| self.tokenized.words[words.start].sentence;
        if sentence(head) != sentence(tail) {
            return false;
        }
        let class = |entity: usize| self.members[entity].class;
        let [head_class, tail_class] = judged.ends.map(class);
        let other = |bound: Option<usize>, than: usize, of: usize| {
            bound.is_some_and(|bound| bound != than && class(bound) == of)
        };
        let [one, two] = judged.ends;
        other(self.bound_after(head), two, tail_class) && other(self.bound_before(tail), one, head_class)
            || other(self.bound_before(head), two, tail_class) && other(self.bound_after(tail), one, head_class)
    }

    /// Whether what somebody is said to be stands right before another's name, or in brackets right behind it: "the author Ida
    /// Holm, the painter Knut Berg", "Ruth Halden, Samuel Ortiz (CFO)". Of several it stands in the plural.
    pub(super) fn is_of_a_neighbour(&self, property: &str, judged: &Judged) -> bool {
        let [head, tail] = &judged.words;
        let person = |bound: Option<(usize, usize)>| {
            bound.is_some_and(|(entity, _)| entity != judged.ends[0] && CLASSES[self.members[entity].class] == "PER")
        };
        let sentence = |words: &Range<usize>| self.tokenized.words[words.start].sentence;
        if !IN_APPOSITION.contains(&property) || sentence(head) != sentence(tail) {
            return false;
        }
        let noun = self.form(tail.end - 1);
        let article = tail.start > 0 && ["the", "a", "an", ",", "and"].contains(&self.form(tail.start - 1).as_str());
        let before = article && !noun.ends_with('s') && person(self.mentions.get(&tail.end).copied());
        let bracket = tail.start > 0 && self.form(tail.start - 1) == "(" && self.form(tail.end) == ")";
        let last = self.mentions.range(..tail.start).next_back().map(|(_, bound)| *bound);
        before || bracket && person(last.filter(|(_, end)| end + 1 == tail.start))
    }

    /// Whether a life's place or day stands on another line than whose it would be, in a sentence that names somebody else: a row of a
    /// table below its caption, the next paragraph.
    pub(super) fn is_on_anothers_line(&self, property: &str, judged: &Judged) -> bool {
        let [head, tail] = &judged.words;
        let sentence = |words: &Range<usize>| self.tokenized.words[words.start].sentence;
        if !OF_ONE_PERSON.contains(&property) || sentence(head) == sentence(tail) {
            return false;
        }
        let [left, right] = judged.in_order();
        let [end, start] = [left.end - 1, right.start].map(|word| self.tokenized.words[word].span);
        let breaks = self.text.get(end.end as usize..start.start as usize).is_some_and(|gap| gap.contains('\n'));
        let here = self.tokenized.words_in(sentence(tail));
        let mut named = self.mentions.range(here).map(|(_, (entity, _))| *entity);
        let is_person = |entity: usize| CLASSES[self.members[entity].class] == "PER";
        breaks && named.clone().all(|entity| entity != judged.ends[0]) && named.any(is_person)
    }

    /// Of the relations that hold both ways, those between two whom an enumeration joins and a third has both: "He was married to
    /// Helga Brun and Jane Cole" marries neither to the other.
    pub(super) fn shared(&self, all: &[&Judged], property: &dyn Fn(usize) -> bool) -> BTreeSet<usize> {
        let mut of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let married = (0..all.len()).filter(|place| property(all[*place].relation));
        for [one, other] in married.clone().map(|place| all[place].ends) {
            of.entry(one).or_default().insert(other);
            of.entry(other).or_default().insert(one);
        }
        let joined = |place: &usize| {
            let [left, right] = all[*place].in_order();
            let mut between = left.end..right.start;
            let gap = left.end < right.start && between.len() <= LONGEST_ENUMERATION;
            gap && between.all(|word| JOINS.contains(&self.form(word).as_str()) || self.is_named(word))
        };
        let third = |place: &usize| {
            let [one, other] = all[*place].ends;
            of.get(&one).zip(of.get(&other)).is_some_and(|(one, other)| one.intersection(other).next().is_some())
        };
        married.filter(|place| joined(place) && third(place)).collect()
    }

    fn is_named(&self, word: usize) -> bool {
        self.mentions.range(..=word).next_back().is_some_and(|(_, (_, end))| word < *end)
    }

    fn form(&self, word: usize) -> String {
        self.tokenized.form(self.text, word).to_lowercase()
    }

    fn binds(&self, words: Range<usize>) -> bool {
        let forms: Vec<String> = words.map(|word| self.form(word)).collect();
        let plain: Vec<&str> =
            forms.iter().map(String::as_str).filter(|form| !["the", "'", "’"].contains(form)).collect();
        matches!(plain[..], [one] if BINDS.contains(&one))
    }

    /// What is bound to a name, right behind it.
    fn bound_after(&self, words: &Range<usize>) -> Option<usize> {
        let (&start, &(entity, _)) = self.mentions.range(words.end..).next()?;
        (start - words.end <= 3 && self.binds(words.end..start)).then_some(entity)
    }

    /// What a name is bound to, right before it.
    fn bound_before(&self, words: &Range<usize>) -> Option<usize> {
        let (_, &(entity, end)) = self.mentions.range(..words.start).next_back()?;
        (end <= words.start && words.start - end <= 3 && self.binds(end..words.start)).then_some(entity)
    }
}
