//! What training a mention model came to. In: counts. Out: a table for people. Never: a score of training text.

use kgloom_corpora::conll::Oddities;
use kgloom_numerics::scores::Counts;
use serde::Serialize;
use std::collections::BTreeMap;

/// Strict scores: a mention is right when its span and its class are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NerScores {
    /// All classes together.
    pub all: Counts,
    /// By class.
    pub classes: BTreeMap<String, Counts>,
}

/// What training came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NerReport {
    /// Training sentences.
    pub train: usize,
    /// Training and validation sentences left out because they are test sentences.
    pub removed: usize,
    /// Validation sentences.
    pub validation: usize,
    /// What was let pass in the training file.
    pub oddities: Oddities,
    /// The classes.
    pub labels: Vec<String>,
    /// Pieces of the tokenizer.
    pub pieces: usize,
    /// Pieces a word, over the training text.
    pub pieces_per_word: f64,
    /// The best validation F1, in the arithmetic of reading.
    pub validation_f1: f64,
    /// Scores of the test sentences, if there are some.
    pub test: Option<NerScores>,
}

impl NerReport {
    /// The test scores as a table, for people.
    pub fn table(&self) -> String {
        let mut table = format!(
            "{} sentences to train on, {} to choose on, {} left out as test text\n{} pieces, {:.2} a word\nvalidation F1 {:.1}\n",
            self.train,
            self.validation,
            self.removed,
            self.pieces,
            self.pieces_per_word,
            100.0 * self.validation_f1
        );
        let Oddities { untagged, bare } = &self.oddities;
        if *untagged > 0 {
            table.push_str(&format!(
                "{untagged} lines of the training file have a token and no tag: read as unmarked\n"
            ));
        }
        for (tag, count) in bare {
            table.push_str(&format!(
                "{count} tags of the training file are \"{tag}\", without B- or I-: read as a class\n"
            ));
        }
        let Some(test) = &self.test else { return table };
        table.push_str("                               P       R      F1     gold  predicted\n");
        let rows = std::iter::once(("test", &test.all)).chain(test.classes.iter().map(|(name, c)| (name.as_str(), c)));
        for (name, counts) in rows {
            table.push_str(&format!(
                "{name:<26}{:>6.1}{:>8.1}{:>8.1}{:>9}{:>11}\n",
                100.0 * counts.precision(),
                100.0 * counts.recall(),
                100.0 * counts.f1(),
                counts.gold,
                counts.predicted
            ));
        }
        table
    }
}
