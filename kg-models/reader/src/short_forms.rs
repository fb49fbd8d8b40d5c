//! Short forms that a text defines in a bracket: `World Health Organization (WHO)`, after Schwartz and Hearst (2003).
//!
//! In: the words of a window, mentions. Out: the same mentions, and the short form wherever it stands alone. Never: a
//! short form whose letters are not the initials of the name before it.

use super::layout::TokenizedText;
use super::mentions::MentionSpan;
use super::relations::is_value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Letters of a short form.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=8;

/// Adds the short forms that the mentions of a window are given, wherever they stand in it: a tagger takes `WHO` for a
/// pronoun as readily as for a name.
pub(super) fn add(text: &str, tokenized: &TokenizedText, window: Range<usize>, found: &mut Vec<MentionSpan>) {
    let form = |index: usize| tokenized.words.get(index).map_or("", |word| word.span.of(text).unwrap_or_default());
    let defined: BTreeMap<&str, usize> = definitions(text, tokenized, window.end, found)
        .into_iter()
        .map(|(short, name)| (form(short), found[name].class))
        .collect();
    if defined.is_empty() {
        return;
    }
    let mut added = Vec::new();
    for word in window {
        let Some(&class) = defined.get(form(word)) else { continue };
        let at = found.partition_point(|found| found.words.end <= word);
        if found.get(at).is_none_or(|next| next.words.start > word) {
            added.push(MentionSpan { words: word..word + 1, class, score: 1.0 });
        }
    }
    found.extend(added);
    found.sort_by_key(|found| found.words.start);
}

/// The short forms that a text defines for two names that differ, in lower case: which is meant, nothing tells.
pub(super) fn contested(text: &str, tokenized: &TokenizedText, found: &[MentionSpan]) -> BTreeSet<String> {
    let form = |index: usize| tokenized.words[index].span.of(text).unwrap_or_default().to_lowercase();
    let mut defined: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
    for (short, name) in definitions(text, tokenized, tokenized.words.len(), found) {
        let article = |word: &usize| *word == found[name].words.start && form(*word) == "the";
        let words = found[name].words.clone().filter(|word| !article(word)).map(form);
        defined.entry(form(short)).or_default().insert(words.collect());
    }
    defined.into_iter().filter(|(_, names)| names.len() > 1).map(|(short, _)| short).collect()
}

/// Short forms by their words, each with the mention that it is defined for; `end` is that of the window.
fn definitions(text: &str, tokenized: &TokenizedText, end: usize, found: &[MentionSpan]) -> Vec<(usize, usize)> {
    let form = |index: usize| tokenized.words.get(index).map_or("", |word| word.span.of(text).unwrap_or_default());
    let names = found.iter().enumerate().filter(|(_, name)| !is_value(name.class));
    let defined = names.filter_map(|(index, name)| {
        let (open, short, close) = (name.words.end, name.words.end + 1, name.words.end + 2);
        let bracketed = close < end && form(open) == "(" && form(close) == ")" && is_short(form(short));
        let initials = || name.words.clone().filter_map(|word| initial(form(word))).collect::<String>();
        (bracketed && is_within(form(short), &initials())).then_some((short, index))
    });
    defined.collect()
}

/// Whether a word is of capitals, digits aside.
fn is_short(word: &str) -> bool {
    LETTERS.contains(&word.chars().count())
        && word.chars().all(|c| c.is_uppercase() || c.is_numeric())
        && word.chars().filter(|c| c.is_uppercase()).count() > 1
}

fn initial(word: &str) -> Option<char> {
    word.chars().next().filter(|first| first.is_alphabetic()).and_then(|first| first.to_uppercase().next())
}

/// Whether the letters stand among the initials in this order, beginning with the first.
fn is_within(short: &str, initials: &str) -> bool {
    let mut rest = initials.chars();
    short.chars().next() == initials.chars().next()
        && short.chars().filter(|c| c.is_alphabetic()).all(|letter| rest.any(|initial| initial == letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use crate::mentions::CLASSES;
    use kgloom_record::record::Span;

    fn check(text: &str, name: &str, expected: &[&str]) {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let at = text.find(name).unwrap();
        let words = tokenized.words_under(Span { start: at as u32, end: (at + name.len()) as u32 });
        let class = CLASSES.iter().position(|class| *class == "ORG").unwrap();
        let mut found = vec![MentionSpan { words, class, score: 1.0 }];
        add(text, &tokenized, 0..tokenized.words.len(), &mut found);
        let surface = |found: &MentionSpan| {
            let [first, last] = [found.words.start, found.words.end - 1].map(|word| tokenized.words[word].span);
            text[first.start as usize..last.end as usize].to_owned()
        };
        assert_eq!(found.iter().map(surface).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_short_form_in_a_bracket_is_a_name_wherever_it_stands() {
        let text = "The World Health Organization (WHO) met. WHO paid those who came.";
        check(text, "World Health Organization", &["World Health Organization", "WHO", "WHO"]);
        let text = "The Bank of Orrin Bay (BOOB, or BOB) lent. BOB grew.";
        check(text, "Bank of Orrin Bay", &["Bank of Orrin Bay"]);
        check("Tessel Marine Board (TMB).", "Tessel Marine Board", &["Tessel Marine Board", "TMB"]);
    }

    #[test]
    fn what_does_not_abbreviate_the_name_is_none() {
        for text in ["Tessel Marine (USA) sails. USA.", "Tessel Marine (A) sails.", "Tessel Marine (TM sails."] {
            check(text, "Tessel Marine", &["Tessel Marine"]);
        }
    }
}
