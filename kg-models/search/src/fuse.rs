//! Words and meaning together: standard scores, added.
//!
//! In: candidates of both searches. Out: one ranking. Never: a weight: each side counts alike.

use crate::filter::Filter;
use crate::index::{Found, Index};
use crate::question::Question;
use crate::scan;
use crate::words::Words;
use kgloom_numerics::Error;
use std::collections::BTreeSet;

/// Candidates that each side gives, unless more are wanted.
pub const CANDIDATES: usize = 1_000;

/// A candidate with what each side says; `None` where a side does not know it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<K> {
    /// What it is.
    pub key: K,
    /// BM25.
    pub words: Option<f64>,
    /// The cosine with the question.
    pub meaning: Option<f64>,
}

/// A candidate in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Fused<K> {
    /// What each side said.
    pub candidate: Candidate<K>,
    /// The sum of both standard scores.
    pub score: f64,
}

/// Ranks candidates by the sum of their standard scores: of each side, `(score − mean) / deviation` over the candidates
/// that it knows, 0 for those that it does not know. Best first, ties by key; a key is to be there once.
pub fn fuse<K: Ord>(mut candidates: Vec<Candidate<K>>) -> Vec<Fused<K>> {
    // Sums depend on their order.
    candidates.sort_by(|one, other| one.key.cmp(&other.key));
    let words = standard(candidates.iter().map(|candidate| candidate.words));
    let meaning = standard(candidates.iter().map(|candidate| candidate.meaning));
    let scores = words.into_iter().zip(meaning).map(|(words, meaning)| words + meaning);
    let mut fused: Vec<Fused<K>> =
        candidates.into_iter().zip(scores).map(|(candidate, score)| Fused { candidate, score }).collect();
    fused.sort_by(|one, other| other.score.total_cmp(&one.score));
    fused
}

fn standard(scores: impl Iterator<Item = Option<f64>> + Clone) -> Vec<f64> {
    let known = || scores.clone().flatten();
    let count = known().count().max(1) as f64;
    let mean = known().sum::<f64>() / count;
    let deviation = (known().map(|score| (score - mean).powi(2)).sum::<f64>() / count).sqrt();
    let one = |score: Option<f64>| match score {
        Some(score) if deviation > 0.0 => (score - mean) / deviation,
        _ => 0.0,
    };
    scores.clone().map(one).collect()
}

/// What both sides find, ranked together: the candidates are the best [`CANDIDATES`] of each, and each is scored exactly by
/// both. Says also how the rows were found.
///
/// # Errors
/// When the question has another width than the rows.
pub fn both<K: Clone + Ord + Send + Sync>(
    index: &Index<K>,
    words: &Words<K>,
    (question, query): (&Question, &str),
    most: usize,
    filter: &Filter<'_, K>,
) -> Result<(Vec<Fused<K>>, Found<K>), Error> {
    let depth = CANDIDATES.max(most);
    let found = index.nearest(question, depth, filter)?;
    let vectors = index.vectors();
    let passes = |key: &K| match filter {
        Filter::All => true,
        Filter::Keys(keys) => keys.contains(key),
        Filter::Test(test) => test(key),
        Filter::Rows(rows) => vectors.number(key).is_some_and(|number| rows.binary_search(&number).is_ok()),
    };
    let by_words = words.search(query, depth, &passes);
    let keys: BTreeSet<&K> = found.hits.iter().map(|hit| &hit.key).chain(by_words.iter().map(|(key, _)| key)).collect();
    let keys: Vec<K> = keys.into_iter().cloned().collect();
    let numbers: Vec<Option<u32>> = keys.iter().map(|key| vectors.number(key)).collect();
    let known: Vec<u32> = numbers.iter().flatten().copied().collect();
    let mut cosines = scan::scores(vectors, question, &known).into_iter();
    let meaning = numbers.into_iter().map(|number| number.and_then(|_| cosines.next()).map(f64::from));
    let shares = words.scores(query, &keys);
    let candidates = keys.into_iter().zip(shares).zip(meaning);
    let candidates = candidates.map(|((key, words), meaning)| Candidate { key, words, meaning }).collect();
    let mut fused = fuse(candidates);
    fused.truncate(most);
    Ok((fused, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(key: &str, words: Option<f64>, meaning: Option<f64>) -> Candidate<&str> {
        Candidate { key, words, meaning }
    }

    /// By hand: words 0, 2, 4 have the mean 2 and the deviation 1.633; meanings .1 and .3 the mean .2 and the deviation .1.
    #[test]
    fn standard_scores_are_added() {
        let given = vec![
            candidate("c", Some(4.0), None),
            candidate("a", Some(0.0), Some(0.3)),
            candidate("b", Some(2.0), Some(0.1)),
        ];
        let fused = fuse(given.clone());
        let order: Vec<_> = fused.iter().map(|fused| fused.candidate.key).collect();
        assert_eq!(order, ["c", "a", "b"]);
        for (fused, want) in fused.iter().zip([1.224_745, -0.224_745, -1.0]) {
            assert!((fused.score - want).abs() < 1e-6, "{fused:?}");
        }
        assert_eq!(fuse(given.into_iter().rev().collect()), fused);
    }

    #[test]
    fn equal_scores_are_in_the_order_of_keys() {
        let fused = fuse(vec![candidate("b", Some(1.0), None), candidate("a", Some(1.0), None)]);
        assert_eq!(
            fused.iter().map(|fused| (fused.candidate.key, fused.score)).collect::<Vec<_>>(),
            [("a", 0.0), ("b", 0.0)]
        );
    }

    #[test]
    fn what_one_side_finds_is_scored_by_both() {
        let (mut index, mut words) = (Index::new(2), Words::new());
        for (key, row, text) in [("sea", [100, 0], "deep water"), ("lake", [90, 40], "a lake"), ("tree", [0, 9], "oak")]
        {
            index.insert(key, &row).unwrap();
            words.insert(key, text);
        }
        words.insert("well", "water from a well");
        let question = Question::new(&[1.0, 0.0]);
        let (fused, found) = both(&index, &words, (&question, "water"), 9, &Filter::All).unwrap();
        assert_eq!(fused[0].candidate.key, "sea");
        assert!(found.exact && fused.len() == 4);
        let of = |key| fused.iter().find(|fused| fused.candidate.key == key).map(|fused| &fused.candidate).unwrap();
        assert!(of("lake").words == Some(0.0) && of("lake").meaning > Some(0.9));
        assert!(of("well").words > Some(0.0) && of("well").meaning.is_none());
        let (fused, _) = both(&index, &words, (&question, "water"), 9, &Filter::Test(&|key| *key != "sea")).unwrap();
        assert!(fused.iter().all(|fused| fused.candidate.key != "sea"));
    }
}
