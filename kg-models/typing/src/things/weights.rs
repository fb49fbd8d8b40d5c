//! How much each signal counts, and from which probability on a precision holds: learnt once, on texts whose things have known
//! classes, for classes that any ontology may name.
//!
//! In: signals of things with what is right. Out: weights, thresholds. Never: a weight learnt from a class of the user's.

use super::signals::{SIGNALS, Signals};
use crate::Error;
use crate::calibrate::threshold;
use kgloom_numerics::logistic::{Logistic, Rows};
use kgloom_numerics::passes::sigmoid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is at the ends of relations: by relation, what heads are called and what tails are called, each with its share.
pub type Kinds = BTreeMap<String, [BTreeMap<String, f32>; 2]>;

/// What was learnt on texts whose things have known classes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learnt {
    /// What signals mean.
    pub weights: SignalWeights,
    /// What is at the ends of relations.
    pub kinds: Kinds,
}

/// What was learnt on the written corpus by `kgloom train types --corpus`.
const WRITTEN: &str = include_str!("written_weights.json");
/// The places of the signals that a graph teaches: regression, likeness of what is said, relations.
const OWN: [usize; 4] = [8, 9, 10, 12];
/// The precisions, in hundredths, that thresholds are looked for.
const PRECISIONS: [u8; 10] = [50, 55, 60, 65, 70, 75, 80, 85, 90, 95];
/// Of classes that count as wrong, the part that is right: by reading 310 that were told on two thousand articles of an
/// encyclopedia, of which no figure is given.
const RIGHT_ANYWAY: f64 = 1.0 / 3.0;
/// What observations weigh against the penalty.
const WEIGHT: f64 = 1.0;

/// What signals mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalWeights {
    /// Of each signal, in the order of [`Signals::row`].
    pub signals: Vec<f32>,
    /// Log odds of a class of which nothing speaks.
    pub bias: f32,
    /// By precision in hundredths: the probability from which on a judgement holds it.
    pub thresholds: BTreeMap<u8, f32>,
    /// How many judgements this rests on.
    pub judged: usize,
}

impl Learnt {
    /// What was learnt on the written corpus.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn written() -> Result<Self, Error> {
        serde_json::from_str(WRITTEN).map_err(|source| Error::Json { name: "written_weights.json".into(), source })
    }
}

impl SignalWeights {
    /// These, with how much they count together, and what the graph's own signs add, learnt from things of one graph: few numbers,
    /// so that a graph need not teach anew what a name or the reader is worth.
    pub fn adapted(&self, judged: &[(Signals, bool)]) -> Self {
        let values: Vec<f32> = judged
            .iter()
            .flat_map(|(signals, _)| {
                let row = signals.row();
                std::iter::once(self.log_odds(&row)).chain(OWN.map(|place| row[place])).collect::<Vec<f32>>()
            })
            .collect();
        let classes: Vec<u32> = judged.iter().map(|(_, right)| u32::from(*right)).collect();
        let rows = Rows { width: OWN.len() + 1, values: &values, classes: &classes, count: 2 };
        let (odds, bias) = Logistic::fit(rows, WEIGHT).odds();
        let mut signals: Vec<f32> = self.signals.iter().map(|weight| odds[0] as f32 * weight).collect();
        OWN.iter().zip(&odds[1..]).for_each(|(place, more)| signals[*place] += *more as f32);
        let bias = odds[0] as f32 * self.bias + bias as f32;
        let mut adapted = SignalWeights { signals, bias, thresholds: BTreeMap::new(), judged: judged.len() };
        adapted.set_thresholds(judged);
        adapted
    }

    fn log_odds(&self, row: &[f32; SIGNALS]) -> f32 {
        row.iter().zip(&self.signals).fold(self.bias, |sum, (signal, weight)| sum + signal * weight)
    }

    /// Learns them by logistic regression: of each thing the signals of its candidates, and which of them are right.
    pub fn fit(judged: &[(Signals, bool)]) -> Self {
        let values: Vec<f32> = judged.iter().flat_map(|(signals, _)| signals.row()).collect();
        let classes: Vec<u32> = judged.iter().map(|(_, right)| u32::from(*right)).collect();
        let fitted = Logistic::fit(Rows { width: SIGNALS, values: &values, classes: &classes, count: 2 }, WEIGHT);
        let (signals, bias) = fitted.odds();
        let mut weights = SignalWeights {
            signals: signals.into_iter().map(|weight| weight as f32).collect(),
            bias: bias as f32,
            thresholds: BTreeMap::new(),
            judged: judged.len(),
        };
        weights.set_thresholds(judged);
        weights
    }

    /// Looks for the thresholds on other judgements than the weights were learnt from. A thing has more right classes than the one
    /// word that somebody wrote or a text says: of those that count as wrong here a reader finds a part right.
    pub fn set_thresholds(&mut self, judged: &[(Signals, bool)]) {
        let told: Vec<(f32, bool)> =
            judged.iter().map(|(signals, right)| (self.probability(signals), *right)).collect();
        let counted = |precision: u8| 1.0 - (1.0 - f64::from(precision) / 100.0) / (1.0 - RIGHT_ANYWAY);
        let found = |precision: u8| Some((precision, threshold(&told, counted(precision))?));
        self.thresholds = PRECISIONS.into_iter().filter_map(found).collect();
    }

    /// How probable a class is.
    pub fn probability(&self, signals: &Signals) -> f32 {
        sigmoid(self.log_odds(&signals.row()))
    }

    /// The probability from which on a precision in hundredths holds.
    ///
    /// # Errors
    /// When no judgement says so.
    pub fn threshold(&self, precision: u8) -> Result<f32, Error> {
        self.thresholds.get(&precision).copied().ok_or_else(|| {
            let known: Vec<String> = self.thresholds.keys().map(|known| format!("0.{known}")).collect();
            let reason = format!("no threshold is known for precision 0.{precision:02}; known: {}", known.join(", "));
            Error::Unsupported { name: "precision of classes".to_owned(), reason }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_tells_is_believed_and_one_that_does_not_is_not() {
        let judged: Vec<(Signals, bool)> = (0..200)
            .map(|place| {
                let right = place % 4 == 0;
                let noun = if right != (place % 40 == 0) { 1.0 } else { 0.0 };
                (Signals { noun, own: (place % 7) as f32 / 7.0, ..Signals::default() }, right)
            })
            .collect();
        let weights = SignalWeights::fit(&judged);
        assert!(weights.signals[2] > 3.0 && weights.signals[9].abs() < 1.0, "{weights:?}");
        let said = Signals { noun: 1.0, ..Signals::default() };
        assert!(weights.probability(&said) > weights.threshold(80).unwrap());
        assert!(weights.probability(&Signals::default()) < 0.2);
        assert!(Learnt::written().unwrap().weights.threshold(80).is_ok());
    }
}
