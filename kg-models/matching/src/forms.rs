//! Names as they are compared. In: names as they are written. Out: normalised forms, and how alike two of them are. Never: a
//! rule of one language.

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A name in lower case, of its letters, digits and spaces alone: what WikiKGE-10 compares (Conia et al. 2023). Marks that
/// are characters of their own are no letters.
pub fn letters(name: &str) -> String {
    let kept = |letter: &char| *letter == ' ' || (letter.is_alphanumeric() && !is_combining_mark(*letter));
    name.to_lowercase().chars().filter(kept).collect()
}

/// A name without case, accents, punctuation and doubled spaces, by NFKD: two names with this form in common are equal.
/// Marks of scripts that write vowels or voices by them stay.
pub fn plain(name: &str) -> String {
    let accent = |letter: &char| ('\u{300}'..='\u{36f}').contains(letter);
    let folded = name.nfkd().filter(|letter| !accent(letter)).flat_map(char::to_lowercase);
    let kept = |letter: char| if letter.is_alphanumeric() || is_combining_mark(letter) { letter } else { ' ' };
    let spaced: String = folded.map(kept).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text as [`plain`] writes them, each once: what is searched for. A text that repeats a word does not want it
/// more (chosen on TDmatch's Politifact, where the right fact stands a little higher so).
pub(crate) fn asked(text: &str) -> String {
    let plain = plain(text);
    let words: BTreeSet<&str> = plain.split(' ').collect();
    words.into_iter().collect::<Vec<_>>().join(" ")
}

/// A name, ready to be compared with many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    plain: String,
    /// Three letters in a row of each word, which begins with two spaces and ends with one.
    grams: BTreeSet<[char; 3]>,
}

impl Form {
    /// The form of a name.
    pub fn new(name: &str) -> Self {
        let plain = plain(name);
        let mut grams = BTreeSet::new();
        for word in plain.split(' ').filter(|word| !word.is_empty()) {
            let letters: Vec<char> = [' ', ' '].into_iter().chain(word.chars()).chain([' ']).collect();
            grams.extend(letters.windows(3).map(|three| [three[0], three[1], three[2]]));
        }
        Form { plain, grams }
    }

    /// The name as [`plain`] writes it.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// How alike two names are, from 0 to 1: Dice's coefficient of threes of letters, whatever the order of words; 1 where
    /// the same words are there. A name without letters is like none.
    pub fn likeness(&self, other: &Form) -> f64 {
        let all = self.grams.len() + other.grams.len();
        let common = self.grams.intersection(&other.grams).count();
        if all == 0 { 0.0 } else { 2.0 * common as f64 / all as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compared_has_no_case_and_no_punctuation() {
        assert_eq!(letters("Ab-C, d!  1"), "abc d  1");
        assert_eq!(letters("e\u{301}t"), "et");
        assert_eq!(plain("  Édvard  GRIEG! "), "edvard grieg");
        assert_eq!(plain("ﬁn"), "fin");
        assert_eq!(asked("to be, or not TO BE"), "be not or to");
        assert_ne!(plain("かき"), plain("がき"));
        assert_ne!(plain("कि"), plain("का"));
    }

    #[test]
    fn likeness_knows_no_order_of_words() {
        let like = |one: &str, other: &str| Form::new(one).likeness(&Form::new(other));
        assert!((like("Grieg, Edvard", "edvard grieg") - 1.0).abs() < 1e-12);
        assert!(like("Edward Grieg", "Edvard Grieg") > 0.7);
        assert!(like("Oslo", "Bergen") == 0.0 && like("", "") == 0.0);
    }
}
