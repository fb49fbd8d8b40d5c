//! The class of a name that a sentence tells in so many words: "Winter Quay is a painting", "Holm, a village in Norway".
//!
//! In: the words of a window, mentions. Out: the same mentions, some of another class. Never: a class by a noun that things of
//! several classes are called by, such as `club`, `museum` or `studio`.

use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::predicate::{self, ARTICLES, Sentence};
use super::word_list::WordList;
use crate::candidates::is_value;
use std::ops::Range;

/// Nouns by which works, products, languages, events and kinds are called.
static OTHER_THINGS: WordList = WordList::new(
    "album anime ballad biplane book comedy concerto documentary drama ep essay festival film fresco game language manga memoir
     miniseries monoplane movie mural musical novel novella opera oratorio painting play poem portrait sculpture sequel sitcom sonata
     song soundtrack symphony thriller tournament treaty videogame watercolour",
);
static PLACES: WordList = WordList::new(
    "bay borough city commune county desert glacier hamlet hill island lake mountain municipality peninsula province reef river
     stream street suburb summit town valley village volcano",
);
static ORGANISATIONS: WordList = WordList::new(
    "airline airlines association bank brewery charity company corporation firm foundation ministry newspaper non-profit nonprofit
     organisation organization retailer startup subsidiary union university",
);
static PEOPLE: WordList = WordList::new(
    "actor actress botanist businessman businesswoman chemist composer cyclist economist engineer footballer geologist historian
     journalist lawyer mathematician novelist physicist playwright poet politician rapper singer songwriter surgeon swimmer writer
     zoologist",
);
/// What ends the noun phrase that says what a name is.
static ENDS: WordList = WordList::new(
    "about and around as at based based between born built by consisting created designed developed directed for formed founded from
     in into known made near of on or owned published released set situated starring than that to under where which who whose with
     written",
);
/// So many words lie between the article and the end of what is said.
const LONGEST: usize = 12;

/// Gives names the class of what sentences of a window say that they are; a name keeps it wherever it stands.
pub(super) fn settle(text: &str, tokenized: &TokenizedText, window: Range<usize>, found: &mut [MentionSpan]) {
    let mut told: Vec<(Vec<&str>, usize)> = Vec::new();
    let name = |found: &MentionSpan| -> Vec<&str> {
        tokenized.words[found.words.clone()].iter().filter_map(|word| word.span.of(text)).collect()
    };
    for (_, sentence) in predicate::sentences((text, tokenized), &window, found) {
        for mention in sentence.found.iter().filter(|found| !is_value(found.class) && sentence.is_subject(&found.words))
        {
            let class = sentence.said_of(mention.words.end).and_then(|start| class(&sentence, start));
            if let Some(class) = class.filter(|class| *class != mention.class) {
                told.push((name(mention), class));
            }
        }
    }
    for mention in found.iter_mut().filter(|found| !is_value(found.class)) {
        let name = name(mention);
        if let Some((_, class)) = told.iter().find(|(told, _)| *told == name) {
            mention.class = *class;
        }
    }
}

/// The words of a phrase behind its indefinite article, up to what says more of its noun.
pub(super) fn noun_phrase(sentence: &Sentence<'_>, start: usize) -> Option<Range<usize>> {
    if !ARTICLES.contains(&sentence.form(start)) || sentence.form(start) == "the" {
        return None;
    }
    let ends = |word: &usize| {
        let form = sentence.form(*word);
        ENDS.contains(form) || !form.chars().any(char::is_alphanumeric)
    };
    let end = (start + 1..start + 1 + LONGEST).find(ends)?;
    (end > start + 1).then_some(start + 1..end)
}

/// The class of what such a phrase calls something, by its last noun.
fn class(sentence: &Sentence<'_>, start: usize) -> Option<usize> {
    let noun = sentence.form(noun_phrase(sentence, start)?.end - 1).to_lowercase();
    let lists = [(&OTHER_THINGS, "MISC"), (&PLACES, "LOC"), (&ORGANISATIONS, "ORG"), (&PEOPLE, "PER")];
    let (_, class) = lists.into_iter().find(|(list, _)| list.contains(&noun))?;
    CLASSES.iter().position(|known| *known == class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    /// The class of the first mention after the sentences of a text were heard.
    fn settled(text: &str, mentions: &[(&str, &str)]) -> Vec<&'static str> {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mention = |(name, class): &(&str, &str)| {
            text.match_indices(name)
                .map(|(at, _)| MentionSpan {
                    words: tokenized.words_under(Span { start: at as u32, end: (at + name.len()) as u32 }),
                    class: CLASSES.iter().position(|known| known == class).unwrap(),
                    score: 1.0,
                })
                .collect::<Vec<_>>()
        };
        let mut found: Vec<MentionSpan> = mentions.iter().flat_map(mention).collect();
        found.sort_by_key(|found| found.words.start);
        settle(text, &tokenized, 0..tokenized.words.len(), &mut found);
        found.iter().map(|found| CLASSES[found.class]).collect()
    }

    #[test]
    fn what_a_sentence_says_that_a_name_is_gives_its_class_everywhere() {
        let quay = [("Winter Quay", "LOC"), ("Edda Vell", "PER")];
        assert_eq!(
            settled("Winter Quay is a painting by Edda Vell. She sold Winter Quay.", &quay),
            ["MISC", "PER", "MISC"]
        );
        assert_eq!(
            settled("Holm, a small village in Norway, burned.", &[("Holm", "PER"), ("Norway", "LOC")]),
            ["LOC", "LOC"]
        );
        assert_eq!(settled("Red Gate was a 1962 British crime film.", &[("Red Gate", "ORG")]), ["MISC"]);
        assert_eq!(settled("Brandt is an airline.", &[("Brandt", "PER")]), ["ORG"]);
        assert_eq!(settled("Paris Holt is an American singer and dancer.", &[("Paris Holt", "LOC")]), ["PER"]);
    }

    #[test]
    fn what_does_not_say_it_changes_nothing() {
        for text in [
            "Holm is a village doctor.",
            "Holm is the city of his dreams.",
            "Holm was a film director.",
            "Holm has a painting.",
            "Holm is a fan of the film.",
            "Holm is a club in town.",
            "Holm read a novel.",
            "Ada Quill (born in Holm) is a city.",
            "Ada Quill of Holm is a city.",
            "The mother of Holm is a city.",
            "Ada Quill, Holm, is a city.",
        ] {
            let mentions = [("Ada Quill", "LOC"), ("Holm", "PER")];
            let here: Vec<_> = mentions.into_iter().filter(|(name, _)| text.contains(name)).collect();
            assert_eq!(settled(text, &here).last(), Some(&"PER"), "{text}");
        }
    }
}
