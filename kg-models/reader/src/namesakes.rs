//! Full names of one text that are of two people. In: the words of a text's names, and what the text says beside them. Out:
//! whether two spellings are two people's. Never: a join; names that nothing tells apart are left to others.
//!
//! `Michael J. Fox` and `Michael A. Fox` are two, and so are `Marta Ekdal, Jr.` and `Marta Ekdal, Sr.`; `Michael Fox` is then
//! nobody known. `George Bush` and `George W. Bush` are two where one is the other's kin, or both have a birth of their own.

use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::suffixes::is_generation;
use std::collections::{BTreeMap, BTreeSet};

const KIN: [&str; 21] = [
    "aunt",
    "brother",
    "cousin",
    "daughter",
    "father",
    "granddaughter",
    "grandfather",
    "grandmother",
    "grandson",
    "husband",
    "mother",
    "namesake",
    "nephew",
    "niece",
    "sister",
    "son",
    "stepson",
    "twin",
    "uncle",
    "widow",
    "wife",
];

/// Whether a word in lower case is one of kin.
pub(super) fn is_kin(word: &str) -> bool {
    KIN.contains(&word)
}

const POSSESSIVES: [&str; 4] = ["her", "his", "s", "their"];

/// Between a name and a word of kin stand at most so many words: `his second eldest son`.
const KIN_REACH: usize = 4;

/// What a text says of the births of a name's bearer.
#[derive(Clone, Debug, Default)]
struct Births {
    places: BTreeSet<String>,
    years: BTreeSet<String>,
}

/// What a text tells of the people of one name.
#[derive(Clone, Debug, Default)]
pub(super) struct Namesakes {
    births: BTreeMap<Vec<String>, Births>,
    kin: BTreeSet<(Vec<String>, Vec<String>)>,
    /// First and last words of names that several people bear.
    shared: BTreeSet<(String, String)>,
}

impl Namesakes {
    /// What a text tells; `names` are the words of its mentions in lower case, without marks.
    pub(super) fn new(text: &str, tokenized: &TokenizedText, found: &[MentionSpan], names: &[&[String]]) -> Namesakes {
        let mut told = Namesakes::default();
        let mut variants: BTreeMap<(String, String), [BTreeSet<&str>; 2]> = BTreeMap::new();
        let people: Vec<usize> =
            (0..found.len()).filter(|&index| CLASSES[found[index].class] == "PER" && names[index].len() > 1).collect();
        let beside = Beside { text, tokenized, found };
        for (place, &index) in people.iter().enumerate() {
            let Some(name) = Name::of(names[index]) else { continue };
            let [initials, generations] = variants.entry(name.ends()).or_default();
            initials.extend(name.initial());
            generations.extend(name.generation);
            if let Some(births) = beside.births(index) {
                let known = told.births.entry(names[index].to_vec()).or_default();
                known.places.extend(births.places);
                known.years.extend(births.years);
            }
            let other = match beside.kin(index) {
                Some(Kin::OfTheOneBefore) => place.checked_sub(1).map(|before| people[before]),
                Some(Kin::OfTheOneAfter) => people.get(place + 1).copied(),
                None => None,
            };
            if let Some(other) = other {
                let [one, other] = [names[index].to_vec(), names[other].to_vec()];
                told.kin.insert((one.clone(), other.clone()));
                told.kin.insert((other, one));
            }
        }
        let several = |[initials, generations]: &[BTreeSet<&str>; 2]| initials.len() > 1 || generations.len() > 1;
        told.shared = variants.into_iter().filter(|(_, told)| several(told)).map(|(ends, _)| ends).collect();
        told
    }

    /// Whether two people's names are of two people.
    pub(super) fn are_two(&self, one: &[String], other: &[String]) -> bool {
        let (Some(first), Some(second)) = (Name::of(one), Name::of(other)) else { return false };
        if one == other {
            return false;
        }
        if first.ends() == second.ends() {
            let differ = |one: Option<&str>, other: Option<&str>| one.is_some() && other.is_some() && one != other;
            let bare = first.is_bare() != second.is_bare();
            if differ(first.initial(), second.initial())
                || differ(first.generation, second.generation)
                || bare && self.shared.contains(&first.ends())
            {
                return true;
            }
        }
        let within = |short: &[String], long: &[String]| short.iter().all(|word| long.contains(word));
        let shortened = within(one, other) || within(other, one);
        shortened && (self.kin.contains(&(one.to_vec(), other.to_vec())) || self.are_born_twice(one, other))
    }

    fn are_born_twice(&self, one: &[String], other: &[String]) -> bool {
        let (Some(one), Some(other)) = (self.births.get(one), self.births.get(other)) else { return false };
        let apart = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            !one.is_empty() && !other.is_empty() && one.is_disjoint(other)
        };
        // One that agrees in the year or the place is the same.
        let same = |one: &BTreeSet<String>, other: &BTreeSet<String>| !one.is_disjoint(other);
        let differ = apart(&one.places, &other.places) || apart(&one.years, &other.years);
        differ && !same(&one.places, &other.places) && !same(&one.years, &other.years)
    }
}

/// A full name by its parts.
struct Name<'n> {
    first: &'n str,
    middle: &'n [String],
    last: &'n str,
    generation: Option<&'n str>,
}

impl<'n> Name<'n> {
    fn of(words: &'n [String]) -> Option<Name<'n>> {
        let generation = words.last().filter(|last| is_generation(last)).map(String::as_str);
        match &words[..words.len() - usize::from(generation.is_some())] {
            [first, middle @ .., last] => Some(Name { first, middle, last, generation }),
            _ => None,
        }
    }

    fn ends(&self) -> (String, String) {
        (self.first.to_owned(), self.last.to_owned())
    }

    /// Its first middle name, where that is one letter.
    fn initial(&self) -> Option<&'n str> {
        self.middle.first().map(String::as_str).filter(|middle| middle.chars().count() == 1)
    }

    /// Whether nothing in it tells of whom of several it is.
    fn is_bare(&self) -> bool {
        self.middle.is_empty() && self.generation.is_none()
    }
}

enum Kin {
    /// `George W. Bush, his son`, `his father, John Hale Sr.`
    OfTheOneBefore,
    /// `George W. Bush, son of George Bush`
    OfTheOneAfter,
}

/// The words beside the mentions of a text.
struct Beside<'a> {
    text: &'a str,
    tokenized: &'a TokenizedText,
    found: &'a [MentionSpan],
}

impl Beside<'_> {
    fn form(&self, word: usize) -> String {
        let word = self.tokenized.words.get(word);
        word.and_then(|word| word.span.of(self.text)).unwrap_or_default().to_lowercase()
    }

    fn surface(&self, mention: &MentionSpan) -> String {
        mention.words.clone().map(|word| self.form(word)).collect::<Vec<_>>().join(" ")
    }

    /// Where and when a mention says that somebody was born.
    fn births(&self, index: usize) -> Option<Births> {
        let words = &self.found[index].words;
        let sentence = self.tokenized.words[words.start].sentence;
        let passed = |word: &usize| ["was", "is", "(", ",", "who"].contains(&self.form(*word).as_str());
        let verb = words.end + (words.end..words.end + 3).take_while(passed).count();
        let said = ["born", "b", "*"].contains(&self.form(verb).as_str());
        let here = |found: &&MentionSpan| self.tokenized.words[found.words.start].sentence == sentence;
        let after =
            || self.found[index + 1..].iter().take_while(here).take_while(|found| CLASSES[found.class] != "PER");
        let of = |class: &'static str| after().filter(move |found| CLASSES[found.class] == class);
        let lifespan =
            self.form(words.end) == "(" && of("TIME").next().is_some_and(|time| time.words.start == words.end + 1);
        if !said && !lifespan {
            return None;
        }
        let year = |time: &MentionSpan| {
            let digits = |form: &String| form.len() == 4 && form.bytes().all(|byte| byte.is_ascii_digit());
            time.words.clone().map(|word| self.form(word)).find(digits)
        };
        let places = if said { of("LOC").map(|place| self.surface(place)).collect() } else { BTreeSet::new() };
        Some(Births { places, years: of("TIME").take(1).filter_map(year).collect() })
    }

    /// Whose kin a mention is said to be.
    fn kin(&self, index: usize) -> Option<Kin> {
        let words = &self.found[index].words;
        let is_kin = |word: &usize| is_kin(&self.form(*word));
        if self.form(words.end) == "," {
            let start = words.end + 1;
            let led =
                POSSESSIVES.contains(&self.form(start).as_str()) || ["the", "a"].contains(&self.form(start).as_str());
            let kin = (start..start + KIN_REACH).find(is_kin).filter(|&kin| led || kin == start);
            if let Some(kin) = kin {
                let of = self.form(kin + 1) == "of" && !POSSESSIVES.contains(&self.form(kin + 2).as_str());
                let own = POSSESSIVES.contains(&self.form(start).as_str());
                return if of { Some(Kin::OfTheOneAfter) } else { own.then_some(Kin::OfTheOneBefore) };
            }
        }
        let comma = usize::from(words.start > 0 && self.form(words.start - 1) == ",");
        let kin = words.start.checked_sub(1 + comma).filter(is_kin)?;
        let led = (kin.saturating_sub(KIN_REACH - 1)..kin).any(|word| POSSESSIVES.contains(&self.form(word).as_str()));
        led.then_some(Kin::OfTheOneBefore)
    }
}
