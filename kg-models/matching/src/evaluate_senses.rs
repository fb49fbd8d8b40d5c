//! How well senses are told. In: contexts of two words that were made one (pseudo-words), with the word of each. Out: how well
//! they are told apart again. Never: a number of senses that the mixture is given, but where it says so.

use crate::grouping::Grouping;
use crate::senses::Senses;
use kgloom_numerics::clusters::Clusters;
use kgloom_numerics::scores::share;
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;
use serde::Serialize;
use std::fmt::Write;

/// Contexts of several words under one name (Gale, Church and Yarowsky 1992).
#[derive(Clone, Debug, Default)]
pub struct PseudoWord {
    /// A vector for each context.
    pub contexts: TextVectors,
    /// The word of each context.
    pub right: Vec<u32>,
}

/// One way to tell senses, and how well it does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SensesRow {
    /// The way.
    pub way: &'static str,
    /// The mean over pseudo-words.
    #[serde(flatten)]
    pub grouping: Grouping,
}

/// How well senses are told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SensesReport {
    /// Pseudo-words.
    pub words: usize,
    /// The share of them of which the mixture finds the right number of senses.
    pub number: f64,
    /// By way.
    pub rows: Vec<SensesRow>,
}

/// The ways, in the order of a word's scores.
const WAYS: [&str; 4] = ["one sense", "k-means, number given", "mixture, number given", "mixture"];

/// Tells the words of pseudo-words apart: as one sense, by k-means and by a mixture that are given their number, and by a
/// mixture that finds it, up to `most`.
pub fn eval_senses(words: &[PseudoWord], most: usize, seed: u64) -> SensesReport {
    let score = |word: &PseudoWord| {
        let PseudoWord { contexts, right } = word;
        let count = right.iter().max().map_or(1, |most| *most as usize + 1);
        let found = Senses::of(contexts, most, seed);
        let ways = [
            vec![0; right.len()],
            Clusters::of(&contexts.values, contexts.width, count, seed).of,
            Senses::of_count(contexts, count, seed).of,
            found.of.clone(),
        ];
        (found.count() == count, ways.map(|told| Grouping::of(&told, right)))
    };
    let scores: Vec<(bool, [Grouping; 4])> = words.par_iter().map(score).collect();
    let row = |(place, way): (usize, &'static str)| {
        let own: Vec<Grouping> = scores.iter().map(|(_, ways)| ways[place]).collect();
        SensesRow { way, grouping: Grouping::mean(&own) }
    };
    let number = share(scores.iter().filter(|(right, _)| *right).count(), words.len());
    SensesReport { words: words.len(), number, rows: WAYS.into_iter().enumerate().map(row).collect() }
}

impl SensesReport {
    /// The report for people.
    pub fn table(&self) -> String {
        let SensesReport { words, number, rows } = self;
        let mut out = format!("{words} pseudo-words, number of senses right for {number:.3} of them\n\n");
        let _ = write!(out, "{:24} {:>8} {:>8}", "", "paired F", "B-cubed");
        for SensesRow { way, grouping } in rows {
            let _ = write!(out, "\n{way:24} {:>8.3} {:>8.3}", grouping.paired, grouping.b_cubed);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    #[test]
    fn two_words_made_one_are_told_apart_again() {
        let word = |place: u64| {
            let right: Vec<u32> = (0..60).map(|context| u32::from(context % 3 == 0)).collect();
            let row = |(context, word): (usize, &u32)| {
                let mut row = draw(place, "word", context as u64).normals(16, 0.15);
                row[*word as usize] += 1.0;
                row
            };
            let values = right.iter().enumerate().flat_map(row).collect();
            PseudoWord { contexts: TextVectors { width: 16, values }, right }
        };
        let report = eval_senses(&[word(1), word(2), word(3)], 4, 1);
        assert_eq!((report.words, report.number), (3, 1.0));
        let paired = |place: usize| report.rows[place].grouping.paired;
        assert!(paired(0) < 0.8 && paired(3) > 0.98, "{}", report.table());
    }
}
