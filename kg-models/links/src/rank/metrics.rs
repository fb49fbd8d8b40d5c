//! Ranks as figures: mean reciprocal rank, hits, mean rank, for every policy on ties.
//!
//! In: ranks. Out: figures under PyKEEN's names, over all, by side, relation, newness and kind of relation.
//! Never: one policy's figure without the others.

use super::filtered::Rank;
use crate::data::set::{KnownTriples, Link, LinkSet, Side};
use serde::Serialize;
use std::collections::BTreeMap;

/// What counts as the rank among equal scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// The best place among them.
    Optimistic,
    /// The mean of the best and the worst place.
    Realistic,
    /// The worst place among them.
    Pessimistic,
}

impl Rank {
    /// The rank, from 1.
    pub fn value(&self, ties: Ties) -> f64 {
        let (best, worst) = (f64::from(self.greater + 1), f64::from(self.greater + self.ties + 1));
        match ties {
            Ties::Optimistic => best,
            Ties::Realistic => (best + worst) / 2.0,
            Ties::Pessimistic => worst,
        }
    }
}

/// Figures over some ranks; the names are PyKEEN's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Metrics {
    /// How many ranks.
    pub count: usize,
    /// Mean reciprocal rank.
    #[serde(rename = "inverse_harmonic_mean_rank")]
    pub mrr: f64,
    /// Share of ranks that are 1.
    pub hits_at_1: f64,
    /// Share of ranks up to 3.
    pub hits_at_3: f64,
    /// Share of ranks up to 5.
    pub hits_at_5: f64,
    /// Share of ranks up to 10.
    pub hits_at_10: f64,
    /// The mean rank.
    #[serde(rename = "arithmetic_mean_rank")]
    pub mean_rank: f64,
    /// 1 for the best mean rank, 0 for that of chance (Berrendorf et al. 2020).
    #[serde(rename = "adjusted_arithmetic_mean_rank_index")]
    pub adjusted_mean_rank_index: f64,
}

impl Metrics {
    /// The figures of some ranks under a policy.
    pub fn of<'a>(ranks: impl IntoIterator<Item = &'a Rank>, ties: Ties) -> Self {
        let mut metrics = Metrics::default();
        let mut chance = 0.0;
        for rank in ranks {
            let value = rank.value(ties);
            metrics.count += 1;
            metrics.mrr += 1.0 / value;
            for (hits, most) in [
                (&mut metrics.hits_at_1, 1.0),
                (&mut metrics.hits_at_3, 3.0),
                (&mut metrics.hits_at_5, 5.0),
                (&mut metrics.hits_at_10, 10.0),
            ] {
                *hits += f64::from(u8::from(value <= most));
            }
            metrics.mean_rank += value;
            chance += (f64::from(rank.candidates) + 1.0) / 2.0;
        }
        let count = metrics.count.max(1) as f64;
        for figure in [
            &mut metrics.mrr,
            &mut metrics.hits_at_1,
            &mut metrics.hits_at_3,
            &mut metrics.hits_at_5,
            &mut metrics.hits_at_10,
            &mut metrics.mean_rank,
            &mut chance,
        ] {
            *figure /= count;
        }
        let room = chance - 1.0;
        metrics.adjusted_mean_rank_index = if room > 0.0 { 1.0 - (metrics.mean_rank - 1.0) / room } else { 0.0 };
        metrics
    }
}

/// Figures under each policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ByTies {
    /// The best place among equals.
    pub optimistic: Metrics,
    /// The mean of best and worst.
    pub realistic: Metrics,
    /// The worst place among equals.
    pub pessimistic: Metrics,
}

impl ByTies {
    /// The figures of some ranks.
    pub fn of<'a>(ranks: impl IntoIterator<Item = &'a Rank> + Clone) -> Self {
        ByTies {
            optimistic: Metrics::of(ranks.clone(), Ties::Optimistic),
            realistic: Metrics::of(ranks.clone(), Ties::Realistic),
            pessimistic: Metrics::of(ranks, Ties::Pessimistic),
        }
    }
}

/// All figures of a ranking.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ranking {
    /// Both sides pooled.
    pub both: ByTies,
    /// Where heads were asked for.
    pub head: ByTies,
    /// Where tails were asked for.
    pub tail: ByTies,
    /// By relation, both sides, realistic.
    pub relations: BTreeMap<String, Metrics>,
    /// By which end was never seen in training, realistic.
    pub newness: BTreeMap<&'static str, Metrics>,
    /// By the relation's kind and the side asked for, realistic.
    pub kinds: BTreeMap<String, Metrics>,
}

impl Ranking {
    /// The figures of these ranks of links of the set.
    pub fn new(ranks: &[Rank], set: &LinkSet) -> Self {
        let side = |side| ByTies::of(ranks.iter().filter(move |rank| rank.side == side).collect::<Vec<_>>());
        let seen = set.seen(&[&set.train]);
        let kinds = kinds(set);
        let realistic = |ranks: Vec<&Rank>| Metrics::of(ranks, Ties::Realistic);
        Ranking {
            both: ByTies::of(ranks),
            head: side(Side::Head),
            tail: side(Side::Tail),
            relations: group(ranks, |rank| set.relations[rank.link.relation as usize].to_string(), realistic),
            newness: group(ranks, |rank| newness(rank.link, &seen), realistic),
            kinds: group(
                ranks,
                |rank| {
                    let asked = if rank.side == Side::Head { "head" } else { "tail" };
                    format!("{} {asked}", kinds[rank.link.relation as usize])
                },
                realistic,
            ),
        }
    }
}

fn group<K: Ord>(
    ranks: &[Rank],
    key: impl Fn(&Rank) -> K,
    figures: impl Fn(Vec<&Rank>) -> Metrics,
) -> BTreeMap<K, Metrics> {
    let mut groups: BTreeMap<K, Vec<&Rank>> = BTreeMap::new();
    for rank in ranks {
        groups.entry(key(rank)).or_default().push(rank);
    }
    groups.into_iter().map(|(key, ranks)| (key, figures(ranks))).collect()
}

fn newness(link: Link, seen: &[bool]) -> &'static str {
    match (seen[link.head as usize], seen[link.tail as usize]) {
        (true, true) => "neither new",
        (false, true) => "head new",
        (true, false) => "tail new",
        (false, false) => "both new",
    }
}

/// 1-1, 1-n, n-1 or n-n for each relation: n is more than 1.5 answers a question in training (Bordes et al. 2013).
fn kinds(set: &LinkSet) -> Vec<&'static str> {
    const MANY: f64 = 1.5;
    let mut answers = vec![[(0usize, 0usize); 2]; set.relations.len()];
    for (question, count) in KnownTriples::new(&[&set.train]).counts() {
        let (questions, total) = &mut answers[question.relation as usize][usize::from(question.side == Side::Tail)];
        *questions += 1;
        *total += count;
    }
    let many = |(questions, total): (usize, usize)| total as f64 > MANY * questions as f64;
    let kind = |[heads, tails]: [(usize, usize); 2]| match (many(heads), many(tails)) {
        (false, false) => "1-1",
        (false, true) => "1-n",
        (true, false) => "n-1",
        (true, true) => "n-n",
    };
    answers.into_iter().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(greater: u32, ties: u32, candidates: u32) -> Rank {
        Rank { link: Link { head: 0, relation: 0, tail: 1 }, side: Side::Tail, greater, ties, candidates }
    }

    #[test]
    fn ties_are_told_three_ways() {
        let ranks = [rank(0, 2, 11), rank(4, 0, 11)];
        let figures = ByTies::of(&ranks);
        assert_eq!(figures.optimistic.mrr, (1.0 + 0.2) / 2.0);
        assert_eq!(figures.realistic.mrr, (0.5 + 0.2) / 2.0);
        assert_eq!(figures.pessimistic.mrr, (1.0 / 3.0 + 0.2) / 2.0);
        assert_eq!((figures.optimistic.hits_at_1, figures.realistic.hits_at_1), (0.5, 0.0));
        assert_eq!((figures.realistic.hits_at_3, figures.realistic.hits_at_5), (0.5, 1.0));
        assert_eq!(figures.realistic.mean_rank, 3.5);
        // Chance is rank 6 of 11.
        assert_eq!(figures.realistic.adjusted_mean_rank_index, 1.0 - 2.5 / 5.0);
    }

    #[test]
    fn relations_are_of_four_kinds() {
        let link = |head, relation, tail| Link { head, relation, tail };
        let set = LinkSet {
            entities: ["a", "b", "c", "d"].map(Into::into).to_vec(),
            relations: ["one", "fan out", "fan in", "mesh"].map(Into::into).to_vec(),
            train: vec![
                link(0, 0, 1),
                link(0, 1, 1),
                link(0, 1, 2),
                link(1, 2, 0),
                link(2, 2, 0),
                link(0, 3, 2),
                link(0, 3, 3),
                link(1, 3, 2),
                link(1, 3, 3),
            ],
            ..LinkSet::default()
        };
        assert_eq!(kinds(&set), ["1-1", "1-n", "n-1", "n-n"]);
    }
}
