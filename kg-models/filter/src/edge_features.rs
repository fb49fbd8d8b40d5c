//! What the scorer reads of a triple, in whole numbers: both ends, smoothed over one and two steps; how alike they are;
//! how many edges there are of which kind; what speaks for it; what relations say of one another.
//!
//! In: evidence, the neighbourhoods of both ends, what is known of relations. Out: [`EdgeFeatures`]. Never: a float, or
//! the trace of the triple itself.

use super::rule_statistics::{RULE_FEATURES, RuleStatistics};
use kgloom_record::neighbourhood::{
    AggregatedEdge, HeldOutEdges, Neighbourhood, Numbers, ONE, RELATION_SIGNATURE, STATE, TEXT, rounded,
};
use kgloom_record::record::{Evidence, Iri, MentionStatistics, Score};

/// What of a state the scorer reads as it is.
const SEEN: usize = TEXT + RELATION_SIGNATURE;
/// What the scorer reads of an end: its text, then what is seen after one step and after two.
pub const END: usize = TEXT + 2 * SEEN;
/// Buckets of a count: 0, 1, 2-3, 4-7, 8-15, more.
const BUCKETS: usize = 6;
const COUNTS: usize = 8;
const COSINES: usize = 22;
const GROUNDS: usize = 11;
/// What the scorer reads of both ends together: cosines, buckets of counts, grounds, rivals, what is known of relations, and
/// a constant.
pub const FACTS: usize = COSINES + COUNTS * BUCKETS + GROUNDS + 2 + RULE_FEATURES + 1;

/// What the scorer reads of a triple.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeFeatures {
    /// `END` numbers of the head.
    pub head: Vec<i16>,
    /// `END` numbers of the tail.
    pub tail: Vec<i16>,
    /// `FACTS` numbers of both.
    pub facts: Vec<i16>,
}

/// What is read of a triple whose ends look like this; `keys` are the triple's own and those of others that are held out.
pub fn edge_features(
    relation: &Iri,
    evidence: &Evidence,
    [head, tail]: [&Neighbourhood; 2],
    (rule_statistics, keys): (&RuleStatistics, &[u64]),
) -> EdgeFeatures {
    let held = [HeldOutEdges { keys, other: &tail.name }, HeldOutEdges { keys, other: &head.name }];
    let states = |view: &Neighbourhood, held: HeldOutEdges<'_>| {
        let [once, twice] = view.smoothed(held);
        [full(&view.own), full(&once), full(&twice)]
    };
    let (heads, tails) = (states(head, held[0]), states(tail, held[1]));
    let mut facts = Vec::with_capacity(FACTS);
    cosines(&heads, &tails, &mut facts);

    let seen: Vec<&AggregatedEdge> = head.without(held[0]).collect();
    let back: Vec<&AggregatedEdge> = tail.without(held[1]).collect();
    let touching = |seen: &[&AggregatedEdge], forward: bool| {
        seen.iter().filter(|seen| seen.near.forward == forward && seen.near.relation == *relation).count()
    };
    // At a hub an edge between both may not be seen; the other end sees it.
    let mut between: Vec<u64> =
        seen.iter().filter(|seen| seen.near.other == tail.name).map(|seen| seen.near.key).collect();
    between.extend(back.iter().filter(|seen| seen.near.other == head.name).map(|seen| seen.near.key));
    between.sort_unstable();
    between.dedup();
    let counts = [
        seen.len(),
        back.len(),
        touching(&seen, true),
        touching(&back, false),
        touching(&seen, false),
        touching(&back, true),
        between.len(),
        evidence.documents as usize,
    ];
    counts.into_iter().for_each(|count| facts.extend(bucket(count)));
    grounds(evidence, &mut facts);
    let rival = |seen: &[&AggregatedEdge], forward: bool| {
        let same = seen.iter().filter(|seen| seen.near.forward == forward && seen.near.relation == *relation);
        same.map(|seen| seen.near.weight as i16).max().unwrap_or(0)
    };
    facts.extend([rival(&seen, true), rival(&back, false)]);
    facts.extend(rule_statistics.features(relation, [head, tail], [&seen, &back]));
    facts.push(ONE as i16);
    let end = |states: [Vec<i16>; 3]| {
        let [own, once, twice] = states;
        [&own[..TEXT], &once[..SEEN], &twice[..SEEN]].concat()
    };
    EdgeFeatures { head: end(heads), tail: end(tails), facts }
}

/// A state in full. A node's own numbers have no relations in them.
fn full(numbers: &Numbers) -> Vec<i16> {
    let mut state = vec![0; STATE];
    match numbers.len() {
        0 => {}
        STATE => state.copy_from_slice(numbers),
        _ => {
            state[..TEXT].copy_from_slice(&numbers[..TEXT]);
            state[SEEN..].copy_from_slice(&numbers[TEXT..]);
        }
    }
    state
}

/// How alike both ends are before and after each step: their texts, their neighbours' names, their relations.
fn cosines(heads: &[Vec<i16>; 3], tails: &[Vec<i16>; 3], facts: &mut Vec<i16>) {
    for part in [0..TEXT, SEEN..STATE] {
        for head in heads {
            facts.extend(tails.iter().map(|tail| cosine(&head[part.clone()], &tail[part.clone()])));
        }
    }
    for head in &heads[1..] {
        facts.extend(tails[1..].iter().map(|tail| cosine(&head[TEXT..SEEN], &tail[TEXT..SEEN])));
    }
}

/// What the reader said of the triple, and how well its ends are named.
fn grounds(evidence: &Evidence, facts: &mut Vec<i16>) {
    let best = &evidence.best;
    facts.extend([scaled(evidence.support), log_odds(evidence.support), log_odds(best.score)]);
    for MentionStatistics { score, best, mentions } in [best.head, best.tail] {
        facts.extend([scaled(score), scaled(best), (logarithm(u64::from(mentions.max(1))) / 4) as i16]);
    }
    facts.push((best.sentences.min(8) * (ONE as u16 / 8)) as i16);
    facts.push((logarithm(u64::from(best.bytes.min(1 << 20)) + 1) / 16) as i16);
}

fn scaled(score: Score) -> i16 {
    (i32::from(score.ten_thousandths()) * ONE / 10_000) as i16
}

/// The logarithm to base 2 of the odds, an eighth of it.
fn log_odds(score: Score) -> i16 {
    let score = u64::from(score.ten_thousandths()).clamp(1, 9_999);
    ((logarithm(score) - logarithm(10_000 - score)) / 8) as i16
}

/// The logarithm to base 2 of a number below 2^32, times [`ONE`]; binary digits by squaring.
fn logarithm(number: u64) -> i64 {
    let whole = number.max(1).ilog2();
    // 1 to 2, times 2^31.
    let mut rest = number.max(1) << (31 - whole);
    let mut digits = i64::from(whole);
    for _ in 0..ONE.ilog2() {
        rest = (rest * rest) >> 31;
        digits = digits << 1 | (rest >> 32) as i64;
        if rest >> 32 == 1 {
            rest >>= 1;
        }
    }
    digits
}

/// The cosine of two rows, times [`ONE`]; 0 where one is empty.
fn cosine(one: &[i16], other: &[i16]) -> i16 {
    let dot =
        |a: &[i16], b: &[i16]| a.iter().zip(b).map(|(x, y)| i64::from(i32::from(*x) * i32::from(*y))).sum::<i64>();
    let lengths = (dot(one, one) as u64 * dot(other, other) as u64).isqrt() as i64;
    if lengths == 0 { 0 } else { rounded(dot(one, other) * i64::from(ONE), lengths) as i16 }
}

/// A count as the number of binary digits it has, one place of several.
fn bucket(count: usize) -> [i16; BUCKETS] {
    let mut places = [0; BUCKETS];
    places[((usize::BITS - count.leading_zeros()) as usize).min(BUCKETS - 1)] = ONE as i16;
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_those_of_floats_to_a_thousandth() {
        for number in [1u64, 2, 3, 7, 10, 1000, 9_999, 65_535, 1 << 20] {
            let exact = (number as f64).log2() * f64::from(ONE);
            assert!((logarithm(number) as f64 - exact).abs() < 1.5, "{number}");
        }
        assert_eq!(log_odds(Score::HALF), 0);
        assert_eq!(log_odds(Score::new(9_000)), -log_odds(Score::new(1_000)));
        assert!(log_odds(Score::ONE) > 1_600 && log_odds(Score::default()) < -1_600);
    }
}
