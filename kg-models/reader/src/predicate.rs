//! What a sentence says of a name by a form of "to be".
//!
//! In: a sentence with its mentions. Out: where what is said begins. Never: a mention.

use super::candidates::is_value;
use super::layout::TokenizedText;
use super::mentions::MentionSpan;
use std::ops::Range;

/// What may stand between somebody's name and the verb, beside names and what is in brackets.
const ASIDE: [&str; 13] =
    ["also", "and", "as", "best", "better", "born", "commonly", "known", "née", "of", "or", "professionally", "the"];
pub(super) const VERBS: [&str; 4] = ["are", "is", "was", "were"];
pub(super) const ARTICLES: [&str; 3] = ["a", "an", "the"];
/// A name after these belongs to another.
const BELONGING: [&str; 19] = [
    "and", "at", "between", "by", "for", "from", "in", "into", "like", "near", "of", "on", "or", "s", "than",
    "through", "to", "under", "with",
];
/// So many words lie between a name and the verb, at the most.
const LONGEST_ASIDE: usize = 60;
/// A sentence with its mentions.
pub(super) struct Sentence<'a> {
    text: &'a str,
    tokenized: &'a TokenizedText,
    /// The word after its last.
    pub end: usize,
    /// Its mentions, in order.
    pub found: &'a [MentionSpan],
}

impl<'a> Sentence<'a> {
    /// A word as it is written; nothing after the sentence's end.
    pub(super) fn form(&self, word: usize) -> &'a str {
        if word >= self.end { "" } else { self.tokenized.words[word].span.of(self.text).unwrap_or_default() }
    }

    /// The mention that a word is of.
    pub(super) fn mention(&self, word: usize) -> Option<&'a MentionSpan> {
        self.found.iter().find(|found| found.words.contains(&word))
    }

    /// The verb of what a name is the subject of.
    fn verb(&self, name: usize) -> Option<usize> {
        let (mut word, mut depth) = (name, 0usize);
        while word < self.end.min(name + LONGEST_ASIDE) {
            let form = self.form(word);
            match form {
                "(" | "[" => depth += 1,
                // The name stands in a bracket: what comes after it is said of another.
                ")" | "]" if depth == 0 => return None,
                ")" | "]" => depth -= 1,
                _ if depth > 0 => {}
                _ if VERBS.contains(&form) => return Some(word),
                _ if form.starts_with(char::is_lowercase) => {
                    let aside = ASIDE.contains(&form) || self.mention(word).is_some();
                    if !aside {
                        return None;
                    }
                }
                _ => {}
            }
            word += 1;
        }
        None
    }

    /// Whether a name may be what its sentence speaks of: it belongs to no name before it, as in "Odd Falk of Bergen is a
    /// painter".
    pub(super) fn is_subject(&self, name: &Range<usize>) -> bool {
        let back = |word: usize, by: usize| word.checked_sub(by).map_or("", |word| self.form(word));
        let start = name.start - usize::from(ARTICLES.contains(&back(name.start, 1).to_lowercase().as_str()));
        let before = back(start, 1).to_lowercase();
        let inserted =
            before == "," && start > 1 && self.mention(start - 2).is_some_and(|other| !is_value(other.class));
        !inserted && !BELONGING.contains(&before.as_str())
    }

    /// The first word after "X is a", or after "X, a".
    pub(super) fn said_of(&self, name: usize) -> Option<usize> {
        match self.form(name) {
            "," if ARTICLES.contains(&self.form(name + 1)) => Some(name + 1),
            _ => self.verb(name).map(|verb| verb + 1),
        }
    }
}

/// The sentences of a window, each with the mentions in it.
pub(super) fn sentences<'a>(
    (text, tokenized): (&'a str, &'a TokenizedText),
    window: &Range<usize>,
    found: &'a [MentionSpan],
) -> Vec<(usize, Sentence<'a>)> {
    let of = |words: Range<usize>| {
        let words = words.start + window.start..words.end + window.start;
        let from = found.partition_point(|found| found.words.start < words.start);
        let until = found.partition_point(|found| found.words.start < words.end);
        (words.start, Sentence { text, tokenized, end: words.end, found: &found[from..until] })
    };
    tokenized.sentences_among(window.clone()).into_iter().map(of).collect()
}

/// Adds what was found beside the mentions, in their order; of two that overlap the first stays.
pub(super) fn insert(mut added: Vec<MentionSpan>, found: &mut Vec<MentionSpan>) {
    added.sort_by_key(|added| added.words.start);
    added.dedup_by(|next, kept| next.words.start < kept.words.end);
    found.extend(added);
    found.sort_by_key(|found| found.words.start);
}
