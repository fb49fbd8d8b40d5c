//! What an evaluation found, to keep and to read. In: sums. Out: serialisable scores and a table. Never: a number that
//! was not counted.

use super::Coreference;
use super::mentions::MentionTally;
use super::relations::RelationTally;
use kgloom_corpora::Tag;
use kgloom_numerics::scores::{Interval, Scores};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The result of one evaluation. Scores run from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What was asked.
    pub name: String,
    /// How many documents there were.
    pub documents: usize,
    /// How many of them the reader refused.
    pub refused: usize,
    /// Whether mentions and coreference were given.
    pub gold_mentions: bool,
    /// Whether the set marks everything it could; where not, precision is too low.
    pub complete: bool,
    /// Strict mention scores, where they were asked for.
    pub mentions: Option<MentionReport>,
    /// Coreference over predicted mentions, where it was asked for.
    pub coreference: Option<Coreference>,
    /// Relation scores at the thresholds that reading uses, where they were asked for.
    pub relations: Option<RelationReport>,
    /// The same at the thresholds that were best for F1 on validation, where the reader has such.
    pub balanced: Option<RelationReport>,
    /// The same evaluation in the set's own annotation style, where the reader knows it and reads in another: strict
    /// scores against a foreign style measure the style as well as the reader.
    pub own_style: Option<Box<Report>>,
}

/// Mention scores: span and class must be right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MentionReport {
    /// All classes together.
    pub micro: Scores,
    /// The 95 % interval of the micro F1 over documents.
    pub interval: Option<Interval>,
    /// By class, for classes that occur.
    pub by_class: BTreeMap<Tag, Scores>,
}

impl MentionReport {
    /// From the sum over documents.
    pub fn new(sum: &MentionTally, interval: Option<Interval>) -> MentionReport {
        let by_class = Tag::ALL
            .into_iter()
            .map(|class| (class, sum.by_class[class.index()]))
            .filter(|(_, counts)| counts.predicted + counts.gold > 0)
            .map(|(class, counts)| (class, counts.into()))
            .collect();
        MentionReport { micro: sum.micro().into(), interval, by_class }
    }
}

/// Relation scores: both ends and the property must be right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RelationReport {
    /// All properties together.
    pub micro: Scores,
    /// The 95 % interval of the micro F1 over documents.
    pub interval: Option<Interval>,
    /// What the most frequent relation of each pair of classes would score.
    pub baseline: Option<Scores>,
    /// By property, such as `P57`.
    pub by_relation: BTreeMap<String, Scores>,
}

impl RelationReport {
    /// From the sum over documents.
    pub fn new(sum: &RelationTally, interval: Option<Interval>, baseline: Option<Scores>) -> RelationReport {
        let by_relation = sum.by_relation.iter().map(|(relation, &counts)| (relation.clone(), counts.into())).collect();
        RelationReport { micro: sum.micro().into(), interval, baseline, by_relation }
    }
}

impl RelationReport {
    fn write(&self, table: &mut String) {
        row(table, "relations", &self.micro, self.interval);
        if let Some(baseline) = &self.baseline {
            row(table, "  class-pair baseline", baseline, None);
        }
        let mut by_relation: Vec<(&String, &Scores)> = self.by_relation.iter().collect();
        by_relation.sort_by_key(|(relation, scores)| (std::cmp::Reverse(scores.counts.gold), relation.as_str()));
        for (relation, scores) in by_relation {
            row(table, &format!("  {relation}"), scores, None);
        }
    }
}

impl Report {
    /// The report as a table for people, scores in per cent, the commonest relations first.
    pub fn table(&self) -> String {
        let mode = if self.gold_mentions { "gold mentions" } else { "end to end" };
        let mut table = format!("{} · {} documents · {mode}\n", self.name, self.documents);
        if self.refused > 0 {
            line(&mut table, format_args!("{} refused", self.refused));
        }
        if !self.complete {
            line(&mut table, format_args!("not every mention is marked: precision is a lower bound"));
        }
        line(&mut table, format_args!("{:<24}{:>8}{:>8}{:>8}{:>9}{:>11}", "", "P", "R", "F1", "gold", "predicted"));
        if let Some(mentions) = &self.mentions {
            row(&mut table, "mentions", &mentions.micro, mentions.interval);
            for (class, scores) in &mentions.by_class {
                row(&mut table, &format!("  {class}"), scores, None);
            }
        }
        if let Some(Coreference { muc, b_cubed, ceaf_e, average }) = self.coreference {
            let per_cent = [muc, b_cubed, ceaf_e].map(|f1| 100.0 * f1);
            line(
                &mut table,
                format_args!(
                    "{:<40}{:>8.1}  MUC {:.1}, B³ {:.1}, CEAF-e {:.1}",
                    "coreference",
                    100.0 * average,
                    per_cent[0],
                    per_cent[1],
                    per_cent[2]
                ),
            );
        }
        if let Some(relations) = &self.relations {
            relations.write(&mut table);
        }
        if let Some(balanced) = &self.balanced {
            row(&mut table, "thresholds for F1", &balanced.micro, balanced.interval);
        }
        if let Some(own) = &self.own_style {
            line(&mut table, format_args!("in the set's own annotation style:"));
            table.push_str(&own.table());
        }
        table
    }
}

pub(super) fn row(table: &mut String, name: &str, scores: &Scores, interval: Option<Interval>) {
    let Scores { precision, recall, f1, counts } = scores;
    let _ = write!(
        table,
        "{name:<24}{:>8.1}{:>8.1}{:>8.1}{:>9}{:>11}",
        100.0 * precision,
        100.0 * recall,
        100.0 * f1,
        counts.gold,
        counts.predicted
    );
    if let Some(Interval { low, high }) = interval {
        let _ = write!(table, "  95 %: {:.1} to {:.1}", 100.0 * low, 100.0 * high);
    }
    table.push('\n');
}

pub(super) fn line(table: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(table, "{text}"); // writing to a string cannot fail
}
