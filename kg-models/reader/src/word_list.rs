//! Words that a rule knows, as they are written in its file: with spaces between them.
//!
//! In: a list. Out: whether a word is of it. Never: a form that is not written there.

use std::collections::BTreeSet;
use std::sync::OnceLock;

/// A list of words, put in order when it is first asked.
pub(super) struct WordList {
    written: &'static str,
    words: OnceLock<BTreeSet<&'static str>>,
}

impl WordList {
    pub(super) const fn new(written: &'static str) -> WordList {
        WordList { written, words: OnceLock::new() }
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        self.words.get_or_init(|| self.written.split_whitespace().collect()).contains(word)
    }
}
