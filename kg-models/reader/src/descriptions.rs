//! What "the museum" or "this village" refers to within a text: the thing that was called so last.
//!
//! In: mentions, and an entity number for each. Out: the nouns of definite descriptions with the entity that each refers to.
//! Never: a mention, a noun by which nothing before was called, or one by which two things were.

use super::candidates::is_value;
use super::kinds::noun_phrase;
use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::predicate::{self, Sentence};
use super::word_list::WordList;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What begins a description of something that was named before.
pub(super) const DETERMINERS: [&str; 2] = ["the", "this"];
/// What is called by its first word: `Lake Orm`, `Channel 3`.
static NAMED_FIRST: WordList = WordList::new(
    "cafe café camp cape castle channel fort hotel isle lake line loch lough mount operation platform pier port project river
     route school station villa",
);
/// Words that may follow a description, beside verbs in -s and -ed, adverbs and marks.
static FOLLOWING: WordList = WordList::new(
    "about after against along also although among and around as at because became become before began behind being below
     beside between both but by came can cannot contains could did do does during for from gave goes got grew had has have
     held in inside into is itself just kept lay led lies lost made may met might must near never nor not now of off on once only
     onto or over ought outside paid put ran rose said sat saw sells sent shall should since so sold soon still stood taught than
     that then there though through throughout to today took toward towards under underneath until up upon via was went were when
     where which while who whom whose will with within without won would wrote yet",
);
/// Something that was last spoken of more words ago is not referred to.
const REACH: usize = 150;
/// Letters of a noun.
const SHORTEST: usize = 3;

/// The descriptions of a window with the entity that each refers to, in order; `entities` are those of its mentions.
pub(super) fn find(
    (text, tokenized): (&str, &TokenizedText),
    window: Range<usize>,
    (found, entities): (&[MentionSpan], &[u32]),
) -> Vec<(Range<usize>, u32)> {
    let form = |word: usize| if window.contains(&word) { tokenized.form(text, word) } else { "" };
    let called = called((text, tokenized), &window, (found, entities));
    if called.is_empty() {
        return Vec::new();
    }
    let mut last: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut read, mut descriptions) = (0, Vec::new());
    for word in window.clone() {
        while let Some(mention) = found.get(read).filter(|mention| mention.words.end <= word) {
            last.insert(entities[read], mention.words.end - 1);
            read += 1;
        }
        let noun = word + 1;
        let inside = found.get(read).is_some_and(|mention| mention.words.start <= noun);
        if inside || !DETERMINERS.contains(&form(word).to_lowercase().as_str()) || !ends(&form, noun) {
            continue;
        }
        let Some(bearers) = called.get(&form(noun).to_lowercase()) else { continue };
        let part = tokenized.part_of(word);
        let spoken = |bearer: &&(u32, usize)| {
            let last = last.get(&bearer.0).filter(|_| bearer.1 < word)?;
            (word - last <= REACH && part.is_near(tokenized.part_of(*last))).then_some(bearer.0)
        };
        let near: BTreeSet<u32> = bearers.iter().filter_map(|bearer| spoken(&bearer)).collect();
        if let (Some(&entity), 1) = (near.first(), near.len()) {
            last.insert(entity, noun);
            descriptions.push((noun..noun + 1, entity));
        }
    }
    descriptions
}

/// Whether a noun phrase ends with a word: what follows is no further noun, name or `of`.
fn ends<'t>(form: &impl Fn(usize) -> &'t str, noun: usize) -> bool {
    let next = form(noun + 1);
    let is_word = next.chars().all(char::is_alphabetic) && !next.is_empty();
    if !is_word {
        return !matches!(next, "-" | "–" | "&") && !next.starts_with(|first: char| first.is_numeric());
    }
    let verb = next.len() > 3 && (next.ends_with("ed") || next.ends_with('s') && !next.ends_with("ss"));
    next.starts_with(char::is_lowercase) && next != "of" && (FOLLOWING.contains(next) || verb || next.ends_with("ly"))
}

/// By noun in lower case: the entities that are called so, each with the word from which on.
fn called(
    (text, tokenized): (&str, &TokenizedText),
    window: &Range<usize>,
    (found, entities): (&[MentionSpan], &[u32]),
) -> BTreeMap<String, Vec<(u32, usize)>> {
    let mut called: BTreeMap<String, Vec<(u32, usize)>> = BTreeMap::new();
    let mut call = |noun: &str, entity: u32, from: usize| {
        if noun.chars().count() >= SHORTEST && noun.chars().all(char::is_alphabetic) {
            called.entry(noun.to_lowercase()).or_default().push((entity, from));
        }
    };
    let mut at = 0;
    for (_, sentence) in predicate::sentences((text, tokenized), window, found) {
        at += found[at..]
            .iter()
            .take_while(|mention| mention.words.start < sentence.found.first().map_or(0, |first| first.words.start))
            .count();
        for (index, mention) in sentence.found.iter().enumerate().filter(|(_, mention)| !is_value(mention.class)) {
            let entity = entities[at + index];
            if let Some(noun) = own_noun(&sentence, mention).filter(|noun| noun.starts_with(char::is_uppercase)) {
                call(noun, entity, mention.words.end - 1);
            }
            let said = Some(mention.words.end).filter(|_| sentence.is_subject(&mention.words));
            let said = said.and_then(|end| sentence.said_of(end)).and_then(|start| noun_phrase(&sentence, start));
            if let Some(said) = said {
                call(sentence.form(said.end - 1), entity, said.end - 1);
            }
            // "the novel The Ropewalk", "by director Odd Falk"
            let start = mention.words.start;
            let before = start
                .checked_sub(1)
                .filter(|before| window.contains(before))
                .map_or("", |before| sentence.form(before));
            if before.starts_with(char::is_lowercase) && sentence.mention(start - 1).is_none() {
                call(before, entity, start);
            }
        }
        at += sentence.found.len();
    }
    called
}

/// The noun in a name: of `Museum of Greetings` and `Harwick Museum` that is `museum`.
fn own_noun<'a>(sentence: &Sentence<'a>, mention: &MentionSpan) -> Option<&'a str> {
    let words = mention.words.clone();
    if words.len() < 2 || CLASSES[mention.class] == "PER" {
        return None;
    }
    let first = sentence.form(words.start).to_lowercase();
    let start = words.start + usize::from(first == "the");
    let of = (start + 1..words.end).find(|word| matches!(sentence.form(*word), "of" | "for" | "de"));
    if let Some(of) = of {
        return Some(sentence.form(of - 1));
    }
    let opening = sentence.form(start);
    if NAMED_FIRST.contains(&opening.to_lowercase()) {
        return Some(opening);
    }
    (words.end - start > 1).then(|| sentence.form(words.end - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    /// What the descriptions of a text refer to, by the names that are given.
    fn referred(text: &str, names: &[(&str, &str)]) -> Vec<(String, String)> {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mention = |(name, class): &(&str, &str)| {
            let class = CLASSES.iter().position(|known| known == class).unwrap();
            let all = text.match_indices(name).map(|(at, name)| {
                let words = tokenized.words_under(Span { start: at as u32, end: (at + name.len()) as u32 });
                MentionSpan { words, class, score: 1.0 }
            });
            all.collect::<Vec<_>>()
        };
        let mut found: Vec<(MentionSpan, u32)> = names
            .iter()
            .zip(0..)
            .flat_map(|(name, entity)| mention(name).into_iter().map(move |found| (found, entity)))
            .collect();
        found.sort_by_key(|(found, _)| found.words.start);
        let (found, entities): (Vec<MentionSpan>, Vec<u32>) = found.into_iter().unzip();
        let described = find((text, &tokenized), 0..tokenized.words.len(), (&found, &entities));
        let told = described
            .into_iter()
            .map(|(words, entity)| (tokenized.form(text, words.start).to_owned(), names[entity as usize].0.to_owned()));
        told.collect()
    }

    #[test]
    fn a_noun_refers_to_what_was_called_so() {
        let check = |text: &str, names: &[(&str, &str)], expected: &[(&str, &str)]| {
            let expected: Vec<_> =
                expected.iter().map(|(noun, name)| ((*noun).to_owned(), (*name).to_owned())).collect();
            assert_eq!(referred(text, names), expected, "{text}");
        };
        let museum = [("Harwick Museum", "ORG"), ("Odd Falk", "PER")];
        check("Harwick Museum shows maps. Odd Falk runs the museum.", &museum, &[("museum", "Harwick Museum")]);
        let greetings = [("Museum of Greetings", "ORG")];
        check(
            "We saw the Museum of Greetings. This museum opened in May.",
            &greetings,
            &[("museum", "Museum of Greetings")],
        );
        let holm = [("Holm", "LOC"), ("Ada Quill", "PER")];
        check("Holm is a small village. Ada Quill left the village.", &holm, &[("village", "Holm")]);
        let ropewalk = [("The Ropewalk", "MISC")];
        check("She wrote the novel The Ropewalk. The novel sold well.", &ropewalk, &[("novel", "The Ropewalk")]);
        check("They sail on Lake Orm. The lake is deep.", &[("Lake Orm", "LOC")], &[("lake", "Lake Orm")]);
    }

    #[test]
    fn what_may_be_another_refers_to_nothing() {
        for text in [
            "Harwick Museum shows maps. The museum of Vell burned.",
            "Harwick Museum shows maps. The museum shop burned.",
            "Harwick Museum shows maps. A museum burned.",
            "Harwick Museum shows maps. The other museum burned.",
            "The museum burned. Harwick Museum shows maps.",
            "Harwick Museum and Holm Museum show maps. The museum burned.",
        ] {
            let names = [("Harwick Museum", "ORG"), ("Holm Museum", "ORG")];
            assert!(referred(text, &names).is_empty(), "{text}");
        }
    }
}
