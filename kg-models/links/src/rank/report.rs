//! What a ranking came to, with all that must be known to read it.
//!
//! In: ranks, how they were had. Out: a report for people and for programs (PyKEEN's names). Never: a figure without its
//! protocol.

use super::filtered::{RankingFilter, Scorer, rank};
use super::metrics::{ByTies, Metrics, Ranking};
use crate::Error;
use crate::data::protocol::Protocol;
use crate::data::set::{KnownTriples, Link, LinkSet};
use crate::data::stats::Leak;
use serde::Serialize;
use std::fmt::Write;

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
    pub visible: String,
    /// How many links, each asked for both ends.
    pub links: usize,
    /// Links that earlier parts hold, entities and relations that training never names.
    #[serde(flatten)]
    pub leak: Leak,
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

/// A part of a set that is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What choices are made on.
    Validation,
    /// What is reported.
    Test,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Part::Validation => "validation",
            Part::Test => "test",
        }
    }

    /// The links of the part, and the parts whose entities are candidates and whose links are known to be right: on
    /// validation those of training and validation; on test, all (as BLP does, Daza et al. 2021).
    ///
    /// # Errors
    /// When the part is empty.
    pub fn of(self, set: &LinkSet) -> Result<(&[Link], Vec<&[Link]>), Error> {
        let (links, parts) = match self {
            Part::Validation => (&set.validation, vec![set.train.as_slice(), &set.validation]),
            Part::Test => (&set.test, vec![set.train.as_slice(), &set.validation, &set.test]),
        };
        if links.is_empty() {
            let reason = format!("the {} part of --data is empty; `kgloom data split` makes parts", self.name());
            return Err(Error::Data { name: set.name.clone(), reason });
        }
        Ok((links, parts))
    }
}

/// Ranks links of a part of a set: all, or those that a protocol asks for.
///
/// # Errors
/// When the part is empty, or the scorer fails.
pub fn eval_links(
    scorer: &dyn Scorer,
    set: &LinkSet,
    (protocol, part): (Protocol, Part),
    asked: Option<&[Link]>,
) -> Result<LinkReport, Error> {
    let (links, parts) = part.of(set)?;
    let links = asked.unwrap_or(links);
    let (known, seen) = (KnownTriples::new(&parts), set.seen(&parts));
    let leak = Leak::of(set, links, &parts[..parts.len() - 1]);
    let ranks = rank(scorer, links, RankingFilter { known: &known, candidates: Some(&seen) })?;
    Ok(LinkReport {
        data: set.name.clone(),
        part: part.name(),
        protocol,
        visible: protocol.visible(),
        links: links.len(),
        leak,
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
        let LinkReport { data, part, protocol, visible, links, leak, candidates, ranking, with_loops } = self;
        let _ = writeln!(
            out,
            "{data} {part}, {protocol}: {links} links, both ends asked, {candidates} candidates, filtered"
        );
        let _ = writeln!(out, "visible at test time: {visible}");
        let Leak { leaked, new_entities, new_relations } = leak;
        if *leaked > 0 {
            let share = 100.0 * *leaked as f64 / (*links).max(1) as f64;
            let _ =
                writeln!(out, "{leaked} of these links ({share:.1} %) stand in an earlier part: they measure memory");
        }
        if new_entities + new_relations > 0 {
            let _ = writeln!(
                out,
                "training never names {new_entities} of the entities and {new_relations} of the relations"
            );
        }
        out.push('\n');
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
