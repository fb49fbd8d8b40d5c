//! Times that a word beside them says to be of no birth and no death. In: the words of a text, and where a time stands among
//! them. Out: whether it is of a reign, an office, an art, a baptism, a burial, a disappearance. Never: a birth or a death.
//!
//! `Ana Sobral (1948–2010)` was born and died then; `Ana Sobral (reigned 1948–2010)` was not. What governs a time stands
//! before it, with nothing between but times, dashes and prepositions.

use super::layout::TokenizedText;
use crate::moment::named_month;
use std::ops::Range;

/// The relations whose times are those of a life.
const OF_LIVES: [&str; 2] = ["http://www.wikidata.org/prop/direct/P569", "http://www.wikidata.org/prop/direct/P570"];

/// Verbs and participles whose time is their own.
const VERBS: &[&str] = &[
    "abdicated",
    "active",
    "appointed",
    "baptised",
    "baptized",
    "buried",
    "christened",
    "crowned",
    "cremated",
    "disappeared",
    "elected",
    "enthroned",
    "flourished",
    "interred",
    "missing",
    "ordained",
    "reigned",
    "reigning",
    "ruled",
    "ruling",
    "served",
    "vanished",
];

/// What a span in a bracket may be of beside.
const IN_BRACKETS: &[&str] = &[
    "bapt",
    "bishop",
    "bur",
    "career",
    "caliph",
    "coach",
    "emperor",
    "empress",
    "fl",
    "floruit",
    "flor",
    "governor",
    "king",
    "manager",
    "mayor",
    "minister",
    "office",
    "played",
    "pope",
    "president",
    "queen",
    "r",
    "regent",
    "reign",
    "ruler",
    "sultan",
    "tenure",
    "term",
    "worked",
    "working",
];

/// Words of a life: what stands before them governs nothing after.
const LIFE: &[&str] =
    &["*", "b", "birth", "born", "d", "dead", "death", "deceased", "died", "dies", "killed", "murdered", "†"];

/// Between a word and the time that it governs.
const BETWEEN: &[&str] = &[
    "-", "–", "—", "‐", "‑", ".", ":", "about", "and", "around", "as", "at", "between", "by", "c", "ca", "circa",
    "from", "in", "of", "on", "since", "sometime", "the", "till", "to", "until", "was", "were", "years",
];

/// So many words before a time are looked at.
const REACH: usize = 14;

/// Whether a time is no birth and no death, though a relation makes it one.
pub(super) fn belies(relation: &str, text: &str, tokenized: &TokenizedText, time: &Range<usize>) -> bool {
    OF_LIVES.contains(&relation) && is_of_something_else(text, tokenized, time.start)
}

/// Whether the nearest word that governs what stands at a word is of no life.
fn is_of_something_else(text: &str, tokenized: &TokenizedText, at: usize) -> bool {
    let sentence = tokenized.words.get(at).map_or(0, |word| word.sentence);
    let form = |index: usize| tokenized.words[index].span.of(text).unwrap_or_default().to_lowercase();
    let inside = (at.saturating_sub(REACH)..at).rev().take_while(|&index| tokenized.words[index].sentence == sentence);
    let bracket = is_in_bracket(text, tokenized, at);
    let number = |form: &str| form.starts_with(|first: char| first.is_ascii_digit());
    for index in inside {
        let form = form(index);
        let before = || index.checked_sub(1).map(form_at(text, tokenized)).unwrap_or_default();
        if LIFE.contains(&form.as_str()) {
            return false;
        }
        if VERBS.contains(&form.as_str()) || bracket && IN_BRACKETS.contains(&form.as_str()) {
            // "born and baptised on", "died and was buried on"
            let joined = (index.saturating_sub(4)..index).rev().map(form_at(text, tokenized));
            let life = joined.take_while(|form| {
                LIFE.contains(&form.as_str()) || ["and", "was", "he", "she"].contains(&form.as_str())
            });
            return !life.into_iter().any(|form| LIFE.contains(&form.as_str()));
        }
        // The comma of "July 21, 1948".
        let date = form == ","
            && tokenized.words.get(index + 1).is_some_and(|next| number(next.span.of(text).unwrap_or_default()))
            && number(&before());
        let passed = BETWEEN.contains(&form.as_str()) || number(&form) || named_month(&form).is_some() || date;
        if !passed {
            return false;
        }
    }
    false
}

fn form_at<'t>(text: &'t str, tokenized: &'t TokenizedText) -> impl Fn(usize) -> String + 't {
    |index| tokenized.words[index].span.of(text).unwrap_or_default().to_lowercase()
}

/// Whether a bracket that was opened before a word is not closed before it.
fn is_in_bracket(text: &str, tokenized: &TokenizedText, at: usize) -> bool {
    let form = |index: usize| tokenized.words[index].span.of(text).unwrap_or_default();
    (at.saturating_sub(REACH)..at)
        .rev()
        .map(form)
        .find(|form| ["(", "[", ")", "]"].contains(form))
        .is_some_and(|form| ["(", "["].contains(&form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    fn check(text: &str, times: &[(&str, bool)]) {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        for (time, expected) in times {
            let at = text.find(time).unwrap();
            let words = tokenized.words_under(Span { start: at as u32, end: (at + time.len()) as u32 });
            for relation in OF_LIVES {
                assert_eq!(belies(relation, text, &tokenized, &words), *expected, "{time} in {text}");
            }
            assert!(!belies("urn:example:crowned", text, &tokenized, &words));
        }
    }

    #[test]
    fn a_span_of_a_reign_an_art_or_an_office_is_no_life() {
        for text in [
            "Ana Sobral (reigned 1948–2010) was a queen.",
            "Ana Sobral (r. 1948–2010) was a queen.",
            "Ana Sobral (active 1948–2010) was a painter.",
            "Ana Sobral (in office 1948–2010) was a mayor.",
            "Ana Sobral (fl. 1948–2010) was a painter.",
            "Ana Sobral (queen from 1948 to 2010) was tall.",
            "Ana Sobral (baptised 21 July 1948 – buried 3 March 2010) was a painter.",
            "Ana Sobral reigned from May 3, 1948 until 2010.",
            "Ana Sobral (b. 1920, reigned 1948 to 2010) was a queen.",
        ] {
            check(text, &[("1948", true), ("2010", true)]);
        }
        check(
            "Ana Sobral (1948 – missing since 3 March 2010) is a painter.",
            &[("1948", false), ("3 March 2010", true)],
        );
        check("She disappeared on 3 March 2010 in Oslo.", &[("3 March 2010", true)]);
        check(
            "Ana Sobral (1920–1990, reigned 1948–2010) was a queen.",
            &[("1920", false), ("1990", false), ("1948", true)],
        );
    }

    #[test]
    fn a_life_stays_one() {
        for text in [
            "Ana Sobral (1948–2010) was a queen who reigned for long.",
            "Ana Sobral (born 1948, died 2010) was a queen.",
            "Ana Sobral (Lisbon, 1948 – Oslo, 2010) was a queen.",
            "Ana Sobral (July 21, 1948 – March 3, 2010) reigned.",
            "Queen Ana Sobral (1948–2010) reigned.",
            "Ana Sobral was born in 1948, reigned for ten years and died in 2010.",
            "Ana Sobral, who was missing, was born in 1948. She died in 2010.",
        ] {
            check(text, &[("1948", false), ("2010", false)]);
        }
        check("He was born and baptised on 3 May 1748 in Oslo.", &[("3 May 1748", false)]);
        check("He died and was buried on 3 May 1810 in Oslo.", &[("3 May 1810", false)]);
    }
}
