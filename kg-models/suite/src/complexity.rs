//! How hard texts are, by four measures. In: a text, the words of reference texts. Out: readability, entropy, variety, the
//! share of words unknown. Never: an encoder.

use kgloom_reader::sentence::sentences;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Words of a text that entropy and variety are measured on: both grow with the length.
const FIRST: usize = 100;
/// Syllables that make a word a hard one (Gunning 1952).
const SYLLABLES: usize = 3;

/// How hard a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Complexity {
    /// Gunning's fog index, about the years of schooling that a reader needs: .4 · (words a sentence + percentage of words of
    /// three syllables or more); none where the text has no mark that ends a sentence.
    pub fog: Option<f64>,
    /// The entropy of the first hundred words, in bits.
    pub entropy: f64,
    /// Different words among the first hundred, as a share (type-token ratio).
    pub variety: f64,
    /// The share of words that the reference texts never use.
    pub unknown: f64,
}

/// The words that reference texts use.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary(BTreeSet<String>);

/// The words of a text, in lower case: runs of letters.
fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Syllables of an English word, by its groups of vowels: an `e` at the end is silent but for `le`, and the endings `es`,
/// `ed` and `ing` count for none.
fn syllables(word: &str) -> usize {
    let stem = ["es", "ed", "ing"].into_iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    let stem = if stem.ends_with("le") { stem } else { stem.strip_suffix('e').unwrap_or(stem) };
    let vowel = |letter: char| "aeiouy".contains(letter);
    let (mut groups, mut inside) = (0, false);
    for letter in stem.chars() {
        groups += usize::from(vowel(letter) && !inside);
        inside = vowel(letter);
    }
    groups.max(1)
}

/// Gunning's fog index.
fn fog(text: &str, words: &[String]) -> Option<f64> {
    if words.is_empty() || !text.contains(['.', '!', '?']) {
        return None;
    }
    let hard = words.iter().filter(|word| syllables(word) >= SYLLABLES).count();
    let (words, sentences) = (words.len() as f64, sentences(text).len().max(1) as f64);
    Some(0.4 * (words / sentences + 100.0 * hard as f64 / words))
}

impl Vocabulary {
    /// The words of these texts.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vocabulary {
        Vocabulary(texts.into_iter().flat_map(words).collect())
    }

    /// How hard a text is.
    pub fn complexity(&self, text: &str) -> Complexity {
        let words = words(text);
        let unknown = words.iter().filter(|word| !self.0.contains(*word)).count() as f64;
        let first = &words[..words.len().min(FIRST)];
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        first.iter().for_each(|word| *counts.entry(word).or_default() += 1);
        let whole = first.len().max(1) as f64;
        let bits = |count: &usize| {
            let share = *count as f64 / whole;
            -share * share.log2()
        };
        Complexity {
            fog: fog(text, &words),
            entropy: counts.values().map(bits).sum(),
            variety: counts.len() as f64 / whole,
            unknown: unknown / words.len().max(1) as f64,
        }
    }
}

impl Complexity {
    /// The measures by name.
    pub const MEASURES: [&'static str; 4] = ["fog index", "word entropy", "type-token ratio", "unknown words"];

    /// The measures in the order of [`Complexity::MEASURES`].
    pub fn values(&self) -> [Option<f64>; 4] {
        [self.fog, Some(self.entropy), Some(self.variety), Some(self.unknown)]
    }

    /// The means of several; of the fog index over those that have one.
    pub fn mean(several: &[Complexity]) -> Complexity {
        let mean = |of: &mut dyn Iterator<Item = f64>| {
            let (sum, count) = of.fold((0.0, 0usize), |(sum, count), x| (sum + x, count + 1));
            (count > 0).then(|| sum / count as f64)
        };
        Complexity {
            fog: mean(&mut several.iter().filter_map(|one| one.fog)),
            entropy: mean(&mut several.iter().map(|one| one.entropy)).unwrap_or_default(),
            variety: mean(&mut several.iter().map(|one| one.variety)).unwrap_or_default(),
            unknown: mean(&mut several.iter().map(|one| one.unknown)).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_groups_of_vowels_without_silent_ends() {
        let wanted =
            [("time", 1), ("table", 2), ("walked", 1), ("regurgitation", 5), ("patients", 2), ("hm", 1), ("valves", 1)];
        for (word, count) in wanted {
            assert_eq!(syllables(word), count, "{word}");
        }
    }

    #[test]
    fn measures_are_those_of_their_definitions() {
        let known = Vocabulary::of(["The dog saw a dog."]);
        let found = known.complexity("A dog saw a dog. A banana!");
        // Seven words in two sentences, of which one is hard; three a, two dog, one saw, one banana.
        assert!((found.fog.unwrap() - 0.4 * (3.5 + 100.0 / 7.0)).abs() < 1e-9, "{found:?}");
        let bits = |count: f64| -count / 7.0 * (count / 7.0).log2();
        assert!((found.entropy - bits(3.0) - bits(2.0) - 2.0 * bits(1.0)).abs() < 1e-9);
        assert!((found.variety - 4.0 / 7.0).abs() < 1e-9 && (found.unknown - 1.0 / 7.0).abs() < 1e-9);
        assert_eq!(known.complexity("no marks at all").fog, None);
        assert_eq!(known.complexity(""), Complexity::default());
    }

    #[test]
    fn longer_texts_are_no_more_various() {
        let known = Vocabulary::default();
        let words: Vec<String> = (0..100).map(|word| "ab".repeat(word + 1)).collect();
        let (once, twice) = (words.join(" "), [words.join(" "), words.join(" ")].join(" "));
        assert_eq!(known.complexity(&once).variety, known.complexity(&twice).variety);
        assert_eq!(known.complexity(&once).entropy, known.complexity(&twice).entropy);
    }
}
