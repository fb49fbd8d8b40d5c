//! What is pinned when a table is matched: its rows, and what words of names said of a graph then. In: names, columns, classes of
//! things. Out: the same, to be kept. Never: a count that changes later.

use crate::title::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names that a word stands in, below which it is counted as rare.
const RARE: u32 = 3;
/// Names that a word stands in, above which nothing is looked for by it alone.
const COMMON: u32 = 40;
/// How much the words of a class's own label and comment count.
const DECLARED: u32 = 8;
/// What a class has before anything is counted.
const BEFORE: f64 = 1.0;

/// A row of a table, or a term of a vocabulary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRow {
    /// Its IRI.
    pub iri: Arc<str>,
    /// The table or vocabulary that it stands in.
    #[serde(default)]
    pub table: Arc<str>,
    /// Its names, the preferred one first.
    pub names: Vec<Arc<str>>,
    /// What kind of thing it says it is; empty where it does not.
    #[serde(default)]
    pub kind: Arc<str>,
    /// Other columns: their names and texts.
    #[serde(default)]
    pub columns: Vec<(Arc<str>, Arc<str>)>,
    /// The direction of [`TableRow::text`], in whole numbers; empty where it was not read.
    #[serde(default)]
    pub direction: Vec<i8>,
}

impl TableRow {
    /// What an encoder reads of it: first name, kind and other columns.
    pub fn text(&self) -> String {
        let texts = self.names.iter().take(1).chain([&self.kind]).chain(self.columns.iter().map(|(_, text)| text));
        let texts: Vec<&str> = texts.map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        texts.join(", ")
    }
}

/// How often words stand in names, by class, when a table is pinned: what is common says little, and `River` is a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordCounts {
    /// Things that were counted.
    things: u32,
    /// By word, by class; words of few names are left out.
    words: BTreeMap<String, BTreeMap<Arc<str>, u32>>,
    /// All classes.
    classes: Vec<Arc<str>>,
}

impl WordCounts {
    /// Counts the words of things' names, each once a thing, and of what classes say of themselves (label and comment).
    pub fn of<'a>(
        things: impl Iterator<Item = (&'a [Arc<str>], &'a [Arc<str>])>,
        declared: &[(Arc<str>, Arc<str>)],
    ) -> Self {
        let mut counts = WordCounts::default();
        for (names, classes) in things {
            counts.things += 1;
            let all: std::collections::BTreeSet<String> =
                names.iter().flat_map(|name| words(name)).map(|word| word.letters).collect();
            for word in all {
                let counted = counts.words.entry(word).or_default();
                for class in classes {
                    *counted.entry(Arc::clone(class)).or_default() += 1;
                }
            }
        }
        counts.words.retain(|_, classes| classes.values().sum::<u32>() >= RARE);
        for (class, text) in declared {
            for word in words(text).into_iter().filter(|word| word.letters.chars().count() > 3) {
                *counts.words.entry(word.letters).or_default().entry(Arc::clone(class)).or_default() += DECLARED;
            }
        }
        let classes: std::collections::BTreeSet<Arc<str>> =
            counts.words.values().flat_map(|classes| classes.keys().cloned()).collect();
        counts.classes = classes.into_iter().collect();
        counts
    }

    fn count(&self, word: &str) -> u32 {
        self.words.get(word).map_or(0, |classes| classes.values().sum())
    }

    /// How much a word says, from nearly 0 to 1: the square of its share of the most that one word can tell, in logarithms.
    pub fn weight(&self, word: &str) -> f64 {
        let all = f64::from(self.things.max(100));
        let told = 1.0 - f64::from(1 + self.count(word)).ln() / (1.0 + all).ln();
        told.max(0.1).powi(2)
    }

    /// Whether so many things have a word in their names that nothing is looked for by it alone.
    pub fn is_common(&self, word: &str) -> bool {
        self.count(word) > COMMON
    }

    /// How much likelier a class is by the words of a kind than any class, from -1 to 1: (p - u) / (p + u), u one by the number
    /// of classes; `None` where no word is known.
    pub fn lean(&self, kind: &str, class: &str) -> Option<f64> {
        if self.classes.len() < 2 {
            return None;
        }
        let each = 1.0 / self.classes.len() as f64;
        let shares: Vec<f64> = words(kind)
            .iter()
            .filter(|word| word.letters.chars().count() > 2)
            .filter_map(|word| {
                let stem = word.letters.strip_suffix('s').unwrap_or(&word.letters);
                self.words.get(&word.letters).or_else(|| self.words.get(stem))
            })
            .map(|classes| {
                let all: u32 = classes.values().sum();
                let own = classes.get(class).copied().unwrap_or_default();
                (f64::from(own) + BEFORE * each) / (f64::from(all) + BEFORE)
            })
            .collect();
        let share = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
        (!shares.is_empty()).then(|| (share - each) / (share + each))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_classes_and_common_ones_say_little() {
        let things: Vec<[Vec<Arc<str>>; 2]> = (0..50)
            .map(|place| {
                let (name, class) = if place % 2 == 0 { ("River", "Place") } else { ("Bank of", "Body") };
                [vec![format!("{name} No{place}").into()], vec![class.into()]]
            })
            .collect();
        let declared = [("Place".into(), "Place: a country or town".into())];
        let counts = WordCounts::of(things.iter().map(|[names, classes]| (&names[..], &classes[..])), &declared);
        assert!(counts.weight("river") < 0.2 && counts.weight("no7") == 1.0);
        assert!(counts.lean("river", "Place") > Some(0.3) && counts.lean("big bank", "Place") < Some(-0.5));
        assert!(counts.lean("country", "Place") > Some(0.3) && counts.lean("thing", "Place").is_none());
        let json = serde_json::to_string(&counts).unwrap();
        assert_eq!(serde_json::from_str::<WordCounts>(&json).unwrap(), counts);
    }

    #[test]
    fn what_is_read_of_a_row_has_no_gaps() {
        let row = TableRow {
            names: vec!["Bonn".into(), "Bonna".into()],
            columns: vec![("country".into(), "".into()), ("note".into(), " on the Rhine ".into())],
            ..TableRow::default()
        };
        assert_eq!(row.text(), "Bonn, on the Rhine");
    }
}
