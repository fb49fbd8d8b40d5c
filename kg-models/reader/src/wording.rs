//! Where a text has the words that a relation is called by: what a label says in one vector of its whole text is told better
//! where the sentence has its words.
//!
//! In: names of relations, the words of a sentence. Out: the relations that it has the words of. Never: a claim that it states
//! them.

use super::labels::words;
use super::phrases::says_something;
use kgloom_english::stems;
use std::collections::{BTreeMap, BTreeSet};

/// A relation with the other words of one of its names, each with what it may be an inflection of.
type Name = (usize, Vec<Vec<String>>);

/// The names of relations, found by what their words may be inflections of.
#[derive(Clone, Debug, Default)]
pub(super) struct Wording {
    /// By the stems of a name's first word.
    names: BTreeMap<String, Vec<Name>>,
}

impl Wording {
    /// Takes in a relation, by its index, with its names; those of which no word says anything are left out.
    pub(super) fn add<'a>(&mut self, relation: usize, names: impl Iterator<Item = &'a str>) {
        for name in names {
            let telling = words(name).to_lowercase();
            let mut telling =
                telling.split(|letter: char| !letter.is_alphanumeric()).filter(|word| says_something(word));
            let Some(first) = telling.next() else { continue };
            let others: Vec<Vec<String>> = telling.map(stems).collect();
            for stem in stems(first) {
                self.names.entry(stem).or_default().push((relation, others.clone()));
            }
        }
    }

    /// The relations of which a sentence has all telling words of a name.
    pub(super) fn heard<'a>(&self, sentence: impl Iterator<Item = &'a str>) -> BTreeSet<usize> {
        let here: BTreeSet<String> = sentence.flat_map(|word| stems(&word.to_lowercase())).collect();
        let told = here.iter().filter_map(|stem| self.names.get(stem)).flatten();
        let whole = |others: &[Vec<String>]| others.iter().all(|word| word.iter().any(|stem| here.contains(stem)));
        told.filter(|(_, others)| whole(others)).map(|(relation, _)| *relation).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_is_heard_where_a_sentence_has_its_words_in_any_form() {
        let mut wording = Wording::default();
        wording.add(4, ["exhibitedAt", "on show in"].into_iter());
        wording.add(7, ["principal investigator"].into_iter());
        wording.add(9, ["of", "is in"].into_iter());
        let heard = |text: &str| wording.heard(text.split(' ')).into_iter().collect::<Vec<usize>>();
        assert_eq!(heard("They exhibit it in Oslo"), [4]);
        assert!(heard("The painting hung there").is_empty());
        assert_eq!(heard("The investigators met the principal"), [7]);
        assert!(heard("The investigator is in Oslo").is_empty());
    }
}
