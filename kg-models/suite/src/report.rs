//! What a suite says of encoders, for people and for programs. In: scores. Out: a table, how the tasks agree. Never: a mean of
//! scores of unlike measures without the ranks beside it.

use crate::choose::{agreement, choose, standing, with_others};
use crate::complexity::Complexity;
use crate::gap::{CorpusComplexity, Gap};
use serde::Serialize;
use std::fmt::Write;

/// Encoders from which on it is told how tasks agree.
const ENOUGH: usize = 5;
/// The rank correlation with the whole that is asked of few tasks.
const LEAST: f64 = 0.9;

/// A task of a suite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskSummary {
    /// Its name.
    pub name: String,
    /// What its score is.
    pub measure: &'static str,
    /// Texts that an encoder reads for it.
    pub texts: usize,
}

/// What an encoder got in a task.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TaskScore {
    /// From 0 to 1.
    pub score: f64,
    /// The time that it took, without texts that an earlier task had read.
    pub seconds: f64,
}

/// An encoder, scored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EncoderScores {
    /// What it is called here: a folder, a layer.
    pub name: String,
    /// Its id.
    pub encoder: String,
    /// By task.
    pub scores: Vec<TaskScore>,
    /// How much better it is at general texts than at a domain's, where that was measured.
    pub gap: Option<Gap>,
}

impl EncoderScores {
    /// The mean of its scores.
    pub fn mean(&self) -> f64 {
        self.scores.iter().map(|one| one.score).sum::<f64>() / self.scores.len().max(1) as f64
    }

    /// The time of all tasks.
    pub fn seconds(&self) -> f64 {
        self.scores.iter().map(|one| one.seconds).sum()
    }
}

/// How tasks agree on which encoders are better: rank correlations (Spearman's ρ) over five encoders or more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// By task: with the mean rank of the other tasks.
    pub with_others: Vec<f64>,
    /// Of the small suite with the whole, where the whole was scored.
    pub small: Option<f64>,
    /// The share of the time that the small suite takes.
    pub small_time: Option<f64>,
    /// The fewest tasks that would do for these encoders, as they were taken.
    pub fewest: Vec<String>,
    /// Their correlation with the whole.
    pub of_fewest: f64,
}

/// A suite's report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuiteReport {
    /// The seed of every draw.
    pub seed: u64,
    /// The tasks.
    pub tasks: Vec<TaskSummary>,
    /// The encoders.
    pub encoders: Vec<EncoderScores>,
    /// By encoder: the mean of its ranks over tasks, 1 for the worst.
    pub standing: Vec<f64>,
    /// How tasks agree, where there are encoders enough.
    pub agreement: Option<Agreement>,
    /// How complex the texts of the domain gap are.
    pub corpora: Vec<CorpusComplexity>,
}

impl SuiteReport {
    /// Puts scores together; `small` names the tasks of the small suite, where others were scored too.
    pub(crate) fn new(
        seed: u64,
        tasks: Vec<TaskSummary>,
        encoders: Vec<EncoderScores>,
        (corpora, small): (Vec<CorpusComplexity>, &[&str]),
    ) -> SuiteReport {
        let scores: Vec<Vec<f64>> =
            encoders.iter().map(|encoder| encoder.scores.iter().map(|one| one.score).collect()).collect();
        let all: Vec<usize> = (0..tasks.len()).collect();
        let small: Vec<usize> =
            all.iter().copied().filter(|task| small.contains(&tasks[*task].name.as_str())).collect();
        let seconds = |some: &[usize]| -> f64 {
            encoders.iter().map(|encoder| some.iter().map(|task| encoder.scores[*task].seconds).sum::<f64>()).sum()
        };
        let agreement = (encoders.len() >= ENOUGH).then(|| {
            let fewest = choose(&scores, &all, LEAST);
            Agreement {
                with_others: all.iter().map(|task| with_others(&scores, *task)).collect(),
                small: (!small.is_empty()).then(|| agreement(&scores, &small)),
                small_time: (!small.is_empty()).then(|| seconds(&small) / seconds(&all).max(f64::MIN_POSITIVE)),
                of_fewest: agreement(&scores, &fewest),
                fewest: fewest.into_iter().map(|task| tasks[task].name.clone()).collect(),
            }
        });
        let standing = standing(&scores, &all);
        SuiteReport { seed, tasks, encoders, standing, agreement, corpora }
    }

    /// The report for people.
    pub fn table(&self) -> String {
        let SuiteReport { seed, tasks, encoders, standing, agreement, corpora } = self;
        let mut out = format!("{} tasks, seed {seed}; scores from 0 to 1\n\n", tasks.len());
        for (place, TaskSummary { name, measure, texts }) in tasks.iter().enumerate() {
            let seconds: f64 = encoders.iter().map(|encoder| encoder.scores[place].seconds).sum();
            let seconds = seconds / encoders.len().max(1) as f64;
            let others = agreement.as_ref().map(|found| format!("   ρ {:>6.3}", found.with_others[place]));
            let others = others.unwrap_or_default();
            let _ = writeln!(out, "{:>3}  {name:18} {measure:52} {texts:>6} texts {seconds:>7.1} s{others}", place + 1);
        }
        if agreement.is_some() {
            out.push_str("\nρ: rank correlation over these encoders with the mean rank of the other tasks\n");
        }
        let width = encoders.iter().map(|encoder| encoder.name.chars().count()).max().unwrap_or(0).max(8);
        let _ = write!(out, "\n{:width$}", "");
        (1..=tasks.len()).for_each(|place| out.push_str(&format!(" {place:>5}")));
        let _ = writeln!(out, " {:>6} {:>6} {:>8}", "mean", "rank", "seconds");
        for (encoder, standing) in encoders.iter().zip(standing) {
            let _ = write!(out, "{:width$}", encoder.name);
            encoder.scores.iter().for_each(|one| out.push_str(&format!(" {:>5.3}", one.score)));
            let _ = writeln!(out, " {:>6.3} {standing:>6.2} {:>8.1}", encoder.mean(), encoder.seconds());
        }
        if let Some(Agreement { small, small_time, fewest, of_fewest, .. }) = agreement {
            if let (Some(small), Some(time)) = (small, small_time) {
                let share = 100.0 * time;
                let _ = write!(out, "\nThe small suite ranks these encoders with ρ = {small:.3} to the whole, ");
                let _ = writeln!(out, "in {share:.0} % of the time.");
            }
            let fewest = fewest.join(", ");
            let _ = writeln!(out, "Of these encoders, {fewest} would do: ρ = {of_fewest:.3} to all tasks.");
        }
        out.push_str(&gaps(encoders, corpora, width));
        out.trim_end().to_owned()
    }
}

/// How complex corpora are, and each encoder's gap between them.
fn gaps(encoders: &[EncoderScores], corpora: &[CorpusComplexity], width: usize) -> String {
    if corpora.is_empty() {
        return String::new();
    }
    let number = |number: Option<f64>| number.map_or("-".to_owned(), |number| format!("{number:.3}"));
    let mut out = format!("\n{:width$} {:>8}", "complexity of texts (means)", "texts");
    Complexity::MEASURES.iter().for_each(|measure| out.push_str(&format!(" {measure:>17}")));
    for CorpusComplexity { name, texts, complexity } in corpora {
        let _ = write!(out, "\n{name:width$} {texts:>8}");
        complexity.values().into_iter().for_each(|value| out.push_str(&format!(" {:>17}", number(value))));
    }
    let _ = write!(out, "\n\n{:width$} {:>8}", "general less domain", "plain");
    Complexity::MEASURES.iter().for_each(|measure| out.push_str(&format!(" {:>17}", format!("= {measure}"))));
    for (name, gap) in encoders.iter().filter_map(|encoder| Some((&encoder.name, encoder.gap.as_ref()?))) {
        let _ = write!(out, "\n{name:width$} {:>8.3}", gap.plain);
        gap.at_equal.iter().for_each(|(_, gap)| out.push_str(&format!(" {:>17}", number(*gap))));
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(encoders: usize) -> SuiteReport {
        let task = |name: &str| TaskSummary { name: name.to_owned(), measure: "accuracy", texts: 10 };
        let encoder = |place: usize| {
            let score = |score: f64, seconds: f64| TaskScore { score, seconds };
            let (own, odd) = (place as f64 / 10.0, (place * 3 % encoders) as f64 / 10.0);
            EncoderScores {
                name: format!("encoder {place}"),
                encoder: place.to_string(),
                scores: vec![score(own, 1.0), score(odd, 8.0), score(own / 2.0, 1.0)],
                gap: None,
            }
        };
        let tasks = vec![task("one"), task("odd"), task("half")];
        SuiteReport::new(1, tasks, (0..encoders).map(encoder).collect(), (Vec::new(), &["one"]))
    }

    #[test]
    fn how_tasks_agree_is_told_of_five_encoders_and_more() {
        assert!(report(4).agreement.is_none() && !report(4).table().contains('ρ'));
        let found = report(7);
        let agreement = found.agreement.as_ref().unwrap();
        assert!(agreement.with_others[0] > agreement.with_others[1], "{agreement:?}");
        assert_eq!((agreement.small_time, agreement.fewest[0].as_str()), (Some(0.1), "one"));
        assert!(agreement.of_fewest >= LEAST && found.table().contains("in 10 % of the time"));
        assert_eq!(found.standing[0], 1.0);
    }

    #[test]
    fn programs_read_the_same() {
        let json: serde_json::Value = serde_json::to_value(report(5)).unwrap();
        assert_eq!(json["encoders"][4]["scores"][0]["score"], 0.4);
        assert_eq!(json["tasks"][1]["name"], "odd");
    }
}
