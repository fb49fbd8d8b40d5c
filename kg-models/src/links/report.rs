//! What a ranking came to, with all that must be known to read it.
//!
//! In: ranks, how they were had. Out: a report for people and for programs (PyKEEN's names). Never: a figure without its
//! protocol.

use super::metrics::{ByTies, Metrics, Ranking};
use super::rank::{Field, Scorer, rank};
use super::set::{Answers, LinkSet};
use crate::Error;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// What a model may see when it is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// Every entity was seen in training.
    Transductive,
    /// New entities come with a text and no link (BLP, Daza et al. 2021).
    TextOnly,
}

impl Protocol {
    /// All of them, by name.
    pub const NAMES: [&'static str; 2] = ["transductive", "text-only"];

    /// What is visible at test time, in words.
    pub fn visible(self) -> &'static str {
        match self {
            Protocol::Transductive => "what training on the training links left in the tables; nothing else",
            Protocol::TextOnly => "texts of all entities, and the training links; no link of a new entity",
        }
    }
}

impl std::fmt::Display for Protocol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Protocol::Transductive => "transductive",
            Protocol::TextOnly => "text-only",
        })
    }
}

impl std::str::FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "transductive" => Ok(Protocol::Transductive),
            "text-only" => Ok(Protocol::TextOnly),
            _ => Err(format!("\"{text}\" is no protocol; known: {}", Protocol::NAMES.join(", "))),
        }
    }
}

/// What a ranking came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkReport {
    /// The set.
    pub data: String,
    /// Its part: `validation` or `test`.
    pub part: &'static str,
    /// How it was tested.
    pub protocol: Protocol,
    /// What was visible.
    pub visible: &'static str,
    /// How many links, each asked for both ends.
    pub links: usize,
    /// Against how many entities.
    pub candidates: usize,
    /// The figures.
    #[serde(flatten)]
    pub ranking: Ranking,
    /// The figures where an entity may be the answer to a question about itself, also for relations with hardly such a
    /// link in training; most published figures are of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_loops: Option<ByTies>,
}

/// Ranks a part of a set by a protocol: on validation, candidates and right answers are those of training and validation;
/// on test, of all parts (as BLP does, Daza et al. 2021).
///
/// # Errors
/// When the part is empty, or the scorer fails.
pub fn eval_links(
    scorer: &dyn Scorer,
    set: &LinkSet,
    (protocol, validation): (Protocol, bool),
) -> Result<LinkReport, Error> {
    let (part, links) = if validation { ("validation", &set.validation) } else { ("test", &set.test) };
    if links.is_empty() {
        let reason = format!("its {part} part is empty; `kgloom data split` makes parts");
        return Err(Error::Data { name: set.name.clone(), reason });
    }
    let mut parts = vec![set.train.as_slice(), &set.validation];
    if !validation {
        parts.push(&set.test);
    }
    let (known, seen) = (Answers::new(&parts), set.seen(&parts));
    let ranks = rank(scorer, links, Field { known: &known, candidates: Some(&seen) })?;
    Ok(LinkReport {
        data: set.name.clone(),
        part,
        protocol,
        visible: protocol.visible(),
        links: links.len(),
        candidates: seen.iter().filter(|seen| **seen).count(),
        ranking: Ranking::new(&ranks, set),
        with_loops: None,
    })
}

/// How many relations a table shows: the commonest.
const RELATIONS_SHOWN: usize = 12;

impl LinkReport {
    /// The report for people.
    pub fn table(&self) -> String {
        let mut out = String::new();
        let LinkReport { data, part, protocol, visible, links, candidates, ranking, with_loops } = self;
        let _ = writeln!(
            out,
            "{data} {part}, {protocol}: {links} links, both ends asked, {candidates} candidates, filtered"
        );
        let _ = writeln!(out, "visible at test time: {visible}\n");
        let title = ["", "MRR", "H@1", "H@3", "H@5", "H@10", "mean rank", "AMRI", "ranks"];
        let [name, mrr, one, three, five, ten, mean, index, count] = title;
        let _ =
            writeln!(out, "{name:34} {mrr:>7} {one:>6} {three:>6} {five:>6} {ten:>6} {mean:>10} {index:>7} {count:>8}");
        let ByTies { optimistic, realistic, pessimistic } = &ranking.both;
        line(&mut out, "both ends, ties realistic", realistic);
        line(&mut out, "  ties optimistic", optimistic);
        line(&mut out, "  ties pessimistic", pessimistic);
        if let Some(ByTies { realistic, .. }) = with_loops {
            line(&mut out, "  the entity itself a candidate", realistic);
        }
        line(&mut out, "heads", &ranking.head.realistic);
        line(&mut out, "tails", &ranking.tail.realistic);
        for (what, group) in [
            ("", ranking.newness.iter().map(|(k, v)| (k.to_string(), v)).collect::<Vec<_>>()),
            ("", ranking.kinds.iter().map(|(k, v)| (k.clone(), v)).collect()),
        ] {
            for (name, metrics) in group.iter().filter(|_| group.len() > 1) {
                line(&mut out, &format!("{what}{name}"), metrics);
            }
        }
        let mut relations: Vec<_> = ranking.relations.iter().collect();
        relations.sort_by_key(|(_, metrics)| std::cmp::Reverse(metrics.count));
        for (name, metrics) in relations.iter().take(RELATIONS_SHOWN) {
            let short: String = name.chars().rev().take(34).collect::<Vec<_>>().into_iter().rev().collect();
            line(&mut out, &short, metrics);
        }
        if relations.len() > RELATIONS_SHOWN {
            let _ = writeln!(out, "({} more relations; --format json shows all)", relations.len() - RELATIONS_SHOWN);
        }
        out
    }
}

fn line(out: &mut String, name: &str, metrics: &Metrics) {
    let Metrics { count, mrr, hits_at_1, hits_at_3, hits_at_5, hits_at_10, mean_rank, adjusted_mean_rank_index } =
        metrics;
    let _ = writeln!(
        out,
        "{name:34} {mrr:>7.4} {hits_at_1:>6.3} {hits_at_3:>6.3} {hits_at_5:>6.3} {hits_at_10:>6.3} {mean_rank:>10.1} \
         {adjusted_mean_rank_index:>7.4} {count:>8}"
    );
}
