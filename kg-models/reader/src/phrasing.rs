//! A sentence as rules over its words see it. In: its words, and which of them are in names. Out: where a pattern stands, where a
//! clause begins, whether a subject follows. Never: what it means.
//!
//! A pattern is words with spaces between them: `a|b` is either, `~` is any word or none.

use super::cues::ARTICLES;

/// What stands for a subject that is named elsewhere.
pub(super) const SUBJECTS: &[&str] = &["i", "you", "he", "she", "it", "we", "they", "there", "this", "these"];
/// These begin what is said beside the clause.
pub(super) const RELATIVES: &[&str] = &["which", "who", "whom", "whose", "where"];
const OWNERS: &[&str] = &["my", "our", "your", "their"];

/// The words of a sentence, as they are and in lower case.
#[derive(Clone, Copy)]
pub(super) struct Phrasing<'a> {
    pub words: &'a [&'a str],
    pub forms: &'a [String],
    pub named: &'a [bool],
}

impl Phrasing<'_> {
    pub(super) fn len(&self) -> usize {
        self.forms.len()
    }

    pub(super) fn form(&self, at: usize) -> &str {
        self.forms.get(at).map_or("", String::as_str)
    }

    pub(super) fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.form(before))
    }

    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.form(at))
    }

    pub(super) fn is_named(&self, at: usize) -> bool {
        self.named.get(at).copied().unwrap_or_default()
    }

    pub(super) fn is_capital(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.starts_with(char::is_uppercase))
    }

    /// Whether a word is one of letters, and no mark.
    pub(super) fn is_word(&self, at: usize) -> bool {
        self.form(at).starts_with(char::is_alphanumeric)
    }

    /// Where a pattern that begins at a word ends; no word of it is in a name, but for those that are any.
    pub(super) fn matches(&self, at: usize, pattern: &str) -> Option<usize> {
        let (first, _) = pattern.split_once(' ').unwrap_or((pattern, ""));
        if !first.split('|').any(|word| word == self.form(at)) {
            return None;
        }
        let parts: Vec<&str> = pattern.split(' ').collect();
        self.stands(at, &parts)
    }

    fn stands(&self, at: usize, parts: &[&str]) -> Option<usize> {
        match parts {
            [] => Some(at),
            ["~", rest @ ..] => self.stands(at, rest).or_else(|| {
                let passable = self.form(at).starts_with(char::is_alphabetic);
                passable.then(|| self.stands(at + 1, rest)).flatten()
            }),
            [words, rest @ ..] => {
                let here = !self.is_named(at) && words.split('|').any(|word| word == self.form(at));
                here.then(|| self.stands(at + 1, rest)).flatten()
            }
        }
    }

    /// Where the first of some patterns ends that stands at a word.
    pub(super) fn said(&self, at: usize, patterns: &[&str]) -> Option<usize> {
        patterns.iter().find_map(|pattern| self.matches(at, pattern))
    }

    /// Whether a sentence, or what a mark sets apart, begins at a word.
    pub(super) fn opens(&self, at: usize) -> bool {
        at == 0 || matches!(self.before(at), ":" | ";" | "," | "—" | "–" | "(" | "\"" | "“" | "\u{201e}" | "?" | ".")
    }

    /// Whether what begins at a word may be the subject of a clause.
    pub(super) fn is_subject(&self, at: usize) -> bool {
        let one = self.is_named(at) || self.is(at, SUBJECTS) || self.is(at, ARTICLES) || self.is(at, OWNERS);
        one || self.is_capital(at) && at > 0
    }

    /// Where the clause begins in which a word stands.
    pub(super) fn clause(&self, at: usize) -> usize {
        let apart = |word: &usize| {
            !self.is_named(*word)
                && (matches!(self.form(*word), "," | ";" | ":" | "(" | ")" | "—" | "but" | "that")
                    || self.is(*word, RELATIVES))
        };
        (0..at).rev().find(apart).map_or(0, |mark| mark + 1)
    }

    /// Where a name ends that stands at a word, or after at most so many words of a description of it: `the painter Odd Falk`.
    pub(super) fn name_after(&self, at: usize, most: usize) -> Option<usize> {
        let plain = |word: &usize| self.is_word(*word) && !self.is_named(*word);
        let start = at + (at..(at + most).min(self.len())).take_while(plain).count();
        self.is_named(start).then(|| self.name_end(start))
    }

    /// Where a name ends.
    pub(super) fn name_end(&self, at: usize) -> usize {
        (at..self.len()).find(|&word| !self.is_named(word)).unwrap_or(self.len())
    }

    /// Some words as a scope.
    pub(super) fn scope(&self, words: std::ops::Range<usize>) -> Vec<bool> {
        (0..self.len()).map(|word| words.contains(&word)).collect()
    }
}
