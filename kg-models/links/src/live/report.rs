//! How good a predictor is, for people and for programs. In: figures. Out: a table. Never: a figure without what it is of.

use super::evidence::{FEATURE_NAMES, Features};
use crate::rank::metrics::Metrics;
use kgloom_record::record::Score;
use serde::Serialize;
use std::fmt::Write;

/// How far probabilities are from how often they come true.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Calibration {
    /// Predictions that were judged: the best answer to each question, where its probability is at least a tenth. Most
    /// questions have no answer, and saying so would hide everything else.
    pub count: usize,
    /// The expected calibration error (Guo et al. 2017), over ten bins of equal width.
    pub error: f64,
    /// Of each bin with anything in it: how many, their mean probability, the share that is right.
    pub bins: Vec<(usize, f64, f64)>,
}

impl Calibration {
    /// Judges probabilities by what was right.
    pub fn of(judged: &[(Score, bool)]) -> Self {
        let mut bins = [(0usize, 0f64, 0f64); 10];
        let sure: Vec<_> = judged.iter().filter(|(probability, _)| probability.ten_thousandths() >= 1_000).collect();
        for (probability, right) in &sure {
            let bin = &mut bins[usize::from(probability.ten_thousandths() / 1_000).min(9)];
            bin.0 += 1;
            bin.1 += f64::from(probability.ten_thousandths()) / 10_000.0;
            bin.2 += f64::from(u8::from(*right));
        }
        let gaps: f64 = bins.iter().map(|(_, sum, right)| (sum - right).abs()).sum();
        let mean = |(count, sum, right): (usize, f64, f64)| (count, sum / count as f64, right / count as f64);
        let bins = bins.into_iter().filter(|(count, ..)| *count > 0).map(mean).collect();
        Calibration { count: sure.len(), error: gaps / sure.len().max(1) as f64, bins }
    }
}

/// How good a predictor is on links that were hidden from it, filtered, among all entities, both ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FitReport {
    /// Links of the graph.
    pub links: usize,
    /// Its entities.
    pub entities: usize,
    /// Its relations.
    pub relations: usize,
    /// Links that were hidden.
    pub hidden: usize,
    /// The predictor made from the others.
    pub predictor: Metrics,
    /// The same where no other link between the two ends is seen.
    pub apart: Metrics,
    /// The commonest answers of each relation.
    pub frequency: Metrics,
    /// Ridge maps between texts alone.
    pub ridge: Metrics,
    /// Of its probabilities, for tails.
    pub calibration: Calibration,
    /// Weights of what speaks for an answer, for heads and for tails.
    pub weights: [Features; 2],
}

impl FitReport {
    /// The report as text.
    pub fn table(&self) -> String {
        let FitReport { links, entities, relations, hidden, calibration, .. } = self;
        let mut out = format!(
            "{links} links of {relations} relations between {entities} entities; {hidden} hidden, ranked among all, \
             filtered, both ends\n\n{:44} {:>6} {:>6} {:>6} {:>6}\n",
            "", "MRR", "H@1", "H@3", "H@10"
        );
        let rows = [
            ("predictor", &self.predictor),
            ("  no other link between the ends seen", &self.apart),
            ("texts alone, ridge maps", &self.ridge),
            ("commonest answers of the relation", &self.frequency),
        ];
        for (name, metrics) in rows {
            let Metrics { mrr, hits_at_1, hits_at_3, hits_at_10, .. } = metrics;
            let _ = writeln!(out, "{name:44} {mrr:6.3} {hits_at_1:6.3} {hits_at_3:6.3} {hits_at_10:6.3}");
        }
        let _ = writeln!(
            out,
            "\n{} best answers of probability .1 or more, hidden links being right: expected calibration error {:.3}",
            calibration.count, calibration.error
        );
        for (count, mean, right) in &calibration.bins {
            let _ = writeln!(out, "  {count:>7} of mean probability {mean:.3}: {right:.3} right");
        }
        let _ = writeln!(out, "\nweights for tails:");
        for (name, weight) in FEATURE_NAMES.iter().zip(&self.weights[1]) {
            let _ = write!(out, " {name} {weight:.2}");
        }
        out.push('\n');
        out
    }
}
