//! A surname after a form of address is the person whom the text calls by that surname in full: `Ms Mwangi` is
//! `Faith Mwangi`.
//!
//! In: mentions, and an entity number for each. Out: entity numbers, with such joins. Never: a join where two people bear the
//! surname, or where the form of address and the pronouns of the text disagree; a wife called by her husband's name is
//! another.

use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::plausible::numbered_anew;
use super::suffixes::is_generation;
use std::collections::BTreeMap;
use std::ops::Range;

/// Forms of address by what they tell: of a man, of a woman, of a woman whose surname may be her husband's, of anybody.
const OF_MEN: [&str; 8] = ["herr", "lord", "messrs", "mister", "monsieur", "mr", "señor", "sir"];
const OF_WOMEN: [&str; 2] = ["mademoiselle", "ms"];
const OF_WIVES: [&str; 10] = ["dame", "frau", "lady", "madam", "madame", "miss", "mlle", "mme", "mrs", "señora"];
const OF_ANYBODY: [&str; 4] = ["doctor", "dr", "prof", "professor"];
const PRONOUNS: [(&str, Sex); 8] = [
    ("he", Sex::Male),
    ("him", Sex::Male),
    ("himself", Sex::Male),
    ("his", Sex::Male),
    ("her", Sex::Female),
    ("hers", Sex::Female),
    ("herself", Sex::Female),
    ("she", Sex::Female),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sex {
    Female,
    Male,
}

/// What a form of address tells of its bearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    sex: Option<Sex>,
    /// Whether the surname may be another's.
    married: bool,
}

/// How a mention names a person.
pub(super) struct Name {
    pub(super) address: Option<Address>,
    /// In lower case, without forms of address and a possessive.
    pub(super) words: Vec<String>,
}

/// What is known of an entity.
#[derive(Default)]
struct Person {
    address: Option<Address>,
    /// Its surname, where it is never called by more than that.
    surname: Option<String>,
    /// The last words of its full names.
    full: Vec<String>,
    /// Pronouns that follow it: hers, his.
    pronouns: [usize; 2],
    mentions: Vec<usize>,
}

/// Entity numbers, by first mention, with surnames after a form of address joined to the full name that they are of; `words` are
/// those of the window.
pub(super) fn join(
    text: &str,
    tokenized: &TokenizedText,
    words: Range<usize>,
    (found, entities): (&[MentionSpan], &[u32]),
) -> Vec<u32> {
    let form = |word: usize| tokenized.words[word].span.of(text).unwrap_or_default().to_lowercase();
    let is_person = |found: &MentionSpan| CLASSES[found.class] == "PER";
    let mut people: BTreeMap<u32, Person> = BTreeMap::new();
    for (index, (mention, &entity)) in found.iter().zip(entities).enumerate() {
        if !is_person(mention) {
            continue;
        }
        let person = people.entry(entity).or_default();
        let name = Name::new(text, tokenized, words.start, mention);
        person.mentions.push(index);
        person.address = person.address.or(name.address);
        match name.words.as_slice() {
            [] => {}
            [surname] => drop(person.surname.get_or_insert_with(|| surname.clone())),
            [.., last] => person.full.push(last.clone()),
        }
    }
    if !people.values().any(Person::is_addressed) {
        return entities.to_vec();
    }
    for word in words {
        let Some((_, sex)) = PRONOUNS.iter().find(|(pronoun, _)| *pronoun == form(word)) else { continue };
        let before = found.partition_point(|found| found.words.end <= word);
        let Some(nearest) = (0..before).rev().find(|&index| is_person(&found[index])) else { continue };
        let sentence = |word: usize| tokenized.words[word].sentence;
        if sentence(word) <= sentence(found[nearest].words.start) + 1
            && let Some(person) = people.get_mut(&entities[nearest])
        {
            person.pronouns[*sex as usize] += 1;
        }
    }
    let is_near = |one: &Person, other: &Person| {
        let part = |index: &usize| tokenized.part_of(found[*index].words.start);
        one.mentions.iter().any(|a| other.mentions.iter().any(|b| part(a).is_near(part(b))))
    };
    let mut entities = entities.to_vec();
    for person in people.values().filter(|person| person.is_addressed()) {
        let bears = |other: &Person| other.full.iter().any(|last| Some(last) == person.surname.as_ref());
        let bearers: Vec<(u32, &Person)> =
            people.iter().filter(|(_, other)| bears(other) && is_near(person, other)).map(|(&e, p)| (e, p)).collect();
        let fitting: Vec<u32> =
            bearers.iter().filter(|(_, bearer)| person.fits(bearer, bearers.len() == 1)).map(|(e, _)| *e).collect();
        if let [bearer] = fitting[..] {
            person.mentions.iter().for_each(|&mention| entities[mention] = bearer);
        }
    }
    numbered_anew(&entities)
}

impl Name {
    /// The form of address may stand in the mention or before it, in the window that begins with the word `first`.
    pub(super) fn new(text: &str, tokenized: &TokenizedText, first: usize, mention: &MentionSpan) -> Name {
        let start = tokenized.words[mention.words.start].span.start as usize;
        let end = tokenized.words[mention.words.end - 1].span.end as usize;
        let surface = text.get(start..end).unwrap_or_default().to_lowercase();
        let surface = surface.strip_suffix("'s").or(surface.strip_suffix("’s")).unwrap_or(&surface);
        // A name with a hyphen is one word.
        let is_apart = |c: char| c.is_whitespace() || c == '.' || c == ',';
        let mut words: Vec<String> =
            surface.split(is_apart).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let mut told = None;
        while words.len() > 1
            && let Some(address) = address(&words[0])
        {
            told = told.or(Some(address));
            words.remove(0);
        }
        while words.len() > 1 && words.last().is_some_and(|last| is_generation(last)) {
            words.pop();
        }
        let window = tokenized.words.get(first).map_or(0, |word| word.span.start as usize);
        let lead = text.get(window..start).unwrap_or_default();
        let said = lead.trim_end_matches(is_apart);
        // Nothing but the full stop of an abbreviation and a space stands between.
        let word = said.rsplit(|c: char| !c.is_alphabetic()).next().filter(|_| lead.len() - said.len() <= 2);
        let before = word.and_then(|word| address(&word.to_lowercase()));
        Name { address: told.or(before), words }
    }
}

impl Person {
    /// Whether it is only ever called by a surname, and once at least with a form of address.
    fn is_addressed(&self) -> bool {
        self.address.is_some() && self.surname.is_some() && self.full.is_empty()
    }

    fn sex(&self) -> Option<Sex> {
        let [hers, his] = self.pronouns;
        self.address.and_then(|address| address.sex).or(match hers.cmp(&his) {
            std::cmp::Ordering::Greater => Some(Sex::Female),
            std::cmp::Ordering::Less => Some(Sex::Male),
            std::cmp::Ordering::Equal => None,
        })
    }

    /// Whether somebody who is called in full may be meant; if nobody else is, that nothing speaks against it is enough for
    /// those who bear a surname of their own.
    fn fits(&self, bearer: &Person, alone: bool) -> bool {
        let Some(address) = self.address else { return false };
        match (address.sex, bearer.sex()) {
            (Some(one), Some(other)) => one == other,
            (None, _) => alone,
            (Some(_), None) => alone && !address.married,
        }
    }
}

fn address(word: &str) -> Option<Address> {
    let told = |sex, married| Some(Address { sex, married });
    match word {
        _ if OF_MEN.contains(&word) => told(Some(Sex::Male), false),
        _ if OF_WOMEN.contains(&word) => told(Some(Sex::Female), false),
        _ if OF_WIVES.contains(&word) => told(Some(Sex::Female), true),
        _ if OF_ANYBODY.contains(&word) => told(None, false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use crate::layout::Chunker;
    use kgloom_record::record::Span;

    /// Who is who among the people of a text, each of whom the scorer took for another.
    fn check(text: &str, names: &[&str], expected: &[u32]) {
        let tokenized = Chunker::new("tokenizer.json", &bundled::files().tokenizer).unwrap().tokenize(text).unwrap();
        let mut from = 0;
        let person = CLASSES.iter().position(|class| *class == "PER").unwrap();
        let found: Vec<MentionSpan> = names
            .iter()
            .map(|name| {
                let at = from + text[from..].find(name).expect("the text says it");
                from = at + name.len();
                let words = tokenized.words_under(Span { start: at as u32, end: from as u32 });
                MentionSpan { words, class: person, score: 1.0 }
            })
            .collect();
        let apart: Vec<u32> = (0..names.len() as u32).collect();
        assert_eq!(join(text, &tokenized, 0..tokenized.words.len(), (&found, &apart)), expected, "{text}");
    }

    #[test]
    fn a_surname_after_a_form_of_address_is_the_full_name_of_the_text() {
        check("Faith Mwangi spoke first. Ms Mwangi left early.", &["Faith Mwangi", "Ms Mwangi"], &[0, 0]);
        check("Faith Mwangi spoke first. Ms. Mwangi's car left.", &["Faith Mwangi", "Mwangi's"], &[0, 0]);
        check("Mr Kopp rang. Dr Emil Kopp is a vet.", &["Mr Kopp", "Emil Kopp"], &[0, 0]);
        check("Prof. Stein rang. Ada Stein is a vet.", &["Stein", "Ada Stein"], &[0, 0]);
        check("Eva Moss-Lind spoke. Ms Moss-Lind left.", &["Eva Moss-Lind", "Ms Moss-Lind"], &[0, 0]);
    }

    #[test]
    fn a_wife_is_not_her_husband() {
        let clement = ["Clement Oduya", "Mrs Oduya"];
        check("Clement Oduya won; he was glad. Mrs Oduya cheered.", &clement, &[0, 1]);
        check("Clement Oduya won. Mrs Oduya cheered.", &clement, &[0, 1]);
        check("Josephine Garrow ran her mill. Mrs Garrow died.", &["Josephine Garrow", "Mrs Garrow"], &[0, 0]);
        check("Ivy Brine won; she was glad. Mr Brine cheered.", &["Ivy Brine", "Mr Brine"], &[0, 1]);
    }

    #[test]
    fn of_two_who_bear_the_surname_it_is_the_one_that_fits() {
        let names = ["Ada Stein", "Emil Stein", "Mr Stein"];
        check("Ada Stein lost her purse. Emil Stein found it; he ran. Mr Stein smiled.", &names, &[0, 1, 1]);
        check("Ada Stein came. Emil Stein came. Mr Stein smiled.", &names, &[0, 1, 2]);
        check("Ada Stein came. Emil Stein came. Dr Stein smiled.", &["Ada Stein", "Emil Stein", "Stein"], &[0, 1, 2]);
    }

    #[test]
    fn a_surname_alone_and_other_surnames_are_left_to_the_scorer() {
        check("Faith Mwangi spoke. Mwangi left.", &["Faith Mwangi", "Mwangi"], &[0, 1]);
        check("Faith Mwangi spoke. Ms Kopp left.", &["Faith Mwangi", "Ms Kopp"], &[0, 1]);
    }
}
