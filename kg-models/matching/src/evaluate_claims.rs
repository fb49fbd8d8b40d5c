//! How high the fact that a claim is about stands. In: claims and facts with vectors, what is right. Out: ranks by words, by
//! meaning, by both. Never: a weight, or a claim that was chosen on.

use crate::forms::{asked, plain};
use crate::rank::{Ranked, rank};
use kgloom_numerics::Error;
use kgloom_numerics::vectors::TextVectors;
use kgloom_search::{Candidate, Index, Question, Words, fuse, quantise, scan};
use rayon::prelude::*;
use serde::Serialize;
use std::fmt::Write;
use std::sync::Arc;

/// Claims and the facts or rows of tables that they are about.
#[derive(Clone, Debug, Default)]
pub struct ClaimItems {
    /// The set.
    pub name: String,
    /// The encoder that made the vectors.
    pub encoder: String,
    /// The claims.
    pub claims: Vec<Arc<str>>,
    /// The facts.
    pub facts: Vec<Arc<str>>,
    /// By claim: the facts that are right, sorted, a fact that stands several times with all its places; a claim without any
    /// is not ranked.
    pub right: Vec<Vec<u32>>,
    /// Parts of the claims that are told apart, with their places; all claims where there are none.
    pub parts: Vec<(String, Vec<u32>)>,
    /// A vector for each claim.
    pub of_claims: TextVectors,
    /// A vector for each fact.
    pub of_facts: TextVectors,
}

/// One way to rank facts, and how well it does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimsRow {
    /// The claims.
    pub part: String,
    /// The way: by words, by vectors, by both.
    pub way: &'static str,
    /// How well it does.
    #[serde(flatten)]
    pub ranked: Ranked,
}

/// How well facts are found for claims.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimsReport {
    /// The set.
    pub name: String,
    /// The encoder.
    pub encoder: String,
    /// All claims.
    pub claims: usize,
    /// Claims that no fact is right for; they are not ranked.
    pub without: usize,
    /// All facts.
    pub facts: usize,
    /// By part and way.
    pub rows: Vec<ClaimsRow>,
}

/// The ways, in the order of a claim's ranks.
const WAYS: [&str; 3] = ["words", "vectors", "both"];

/// Ranks all facts for each claim: by BM25, by the cosine of vectors (facts in bytes), and by both standard scores together.
///
/// # Errors
/// When there is not a vector for each claim and fact, or not what is right for each claim.
pub fn eval_claims(items: &ClaimItems) -> Result<ClaimsReport, Error> {
    let width = items.of_facts.width;
    let fits = |vectors: &TextVectors, count: usize| vectors.width == width && vectors.values.len() == count * width;
    let (claims, facts) = (items.claims.len(), items.facts.len());
    if width == 0 || !fits(&items.of_claims, claims) || !fits(&items.of_facts, facts) || items.right.len() != claims {
        let reason = format!("{claims} claims and {facts} facts want a vector each, and each claim its right facts");
        return Err(Error::Data { name: items.name.clone(), reason });
    }
    let (mut words, mut index) = (Words::new(), Index::new(width));
    for (place, text) in (0u32..).zip(&items.facts) {
        words.insert(place, &plain(text));
        index.insert(place, &quantise(items.of_facts.row(place)))?;
    }
    let keys: Vec<u32> = (0..facts as u32).collect();
    let ranks = |claim: usize| -> Option<[f64; 3]> {
        let right = &items.right[claim];
        let shares: Vec<f64> =
            words.scores(&asked(&items.claims[claim]), &keys).into_iter().map(Option::unwrap_or_default).collect();
        let question = Question::new(items.of_claims.row(claim as u32));
        let cosines: Vec<f64> = scan::scores(index.vectors(), &question, &keys).into_iter().map(f64::from).collect();
        let sides = shares.iter().zip(&cosines).zip(&keys);
        let candidate = |((words, meaning), key): ((&f64, &f64), &u32)| Candidate {
            key: *key,
            words: Some(*words),
            meaning: Some(*meaning),
        };
        let mut both = vec![0.0; facts];
        for one in fuse::fuse(sides.map(candidate).collect()) {
            both[one.candidate.key as usize] = one.score;
        }
        Some([rank(&shares, right)?, rank(&cosines, right)?, rank(&both, right)?])
    };
    let ranks: Vec<Option<[f64; 3]>> = (0..claims).into_par_iter().map(ranks).collect();
    let all = vec![("all".to_owned(), (0..claims as u32).collect())];
    let parts = if items.parts.is_empty() { &all } else { &items.parts };
    let mut rows = Vec::new();
    for (part, places) in parts {
        for (place, way) in WAYS.into_iter().enumerate() {
            let own: Vec<f64> = places.iter().filter_map(|claim| Some(ranks[*claim as usize]?[place])).collect();
            rows.push(ClaimsRow { part: part.clone(), way, ranked: Ranked::of(&own) });
        }
    }
    let without = ranks.iter().filter(|ranks| ranks.is_none()).count();
    let (name, encoder) = (items.name.clone(), items.encoder.clone());
    Ok(ClaimsReport { name, encoder, claims, without, facts, rows })
}

impl ClaimsReport {
    /// The report for people.
    pub fn table(&self) -> String {
        let ClaimsReport { name, encoder, claims, without, facts, rows } = self;
        let mut out = format!("{name}: {claims} claims, {facts} facts; vectors by encoder {encoder}\n");
        if *without > 0 {
            let _ = writeln!(out, "{without} claims have no right fact and are not ranked");
        }
        let _ = write!(
            out,
            "\n{:12} {:8} {:>7} {:>6} {:>6} {:>6} {:>6}",
            "claims", "by", "ranked", "MRR", "@1", "@5", "@20"
        );
        for ClaimsRow { part, way, ranked } in rows {
            let Ranked { questions, mrr, at_1, at_5, at_20 } = ranked;
            let _ = write!(out, "\n{part:12} {way:8} {questions:>7} {mrr:>6.3} {at_1:>6.3} {at_5:>6.3} {at_20:>6.3}");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: words put every right fact first; by vectors the oak is behind all others; both put it second.
    #[test]
    fn words_meaning_and_both_are_ranked_and_repeats_count() {
        let vectors = |values: &[f32]| TextVectors { width: 2, values: values.to_vec() };
        let items = ClaimItems {
            name: "set".into(),
            claims: vec!["salt water".into(), "a tall oak".into(), "nothing".into()],
            facts: vec!["the sea is salt".into(), "oak trees".into(), "the sea is salt".into(), "mills".into()],
            right: vec![vec![0, 2], vec![1], vec![]],
            of_claims: vectors(&[1.0, 0.0, 0.7, 0.7, 1.0, 1.0]),
            of_facts: vectors(&[1.0, 0.1, 0.0, 1.0, 1.0, 0.1, 0.8, 0.6]),
            ..ClaimItems::default()
        };
        let report = eval_claims(&items).unwrap();
        assert_eq!((report.without, report.rows.len()), (1, 3));
        let mrr: Vec<f64> = report.rows.iter().map(|row| row.ranked.mrr).collect();
        assert_eq!((mrr, report.rows[0].ranked.questions), (vec![1.0, 0.625, 0.75], 2));
        assert!(report.table().contains("1 claims have no right fact"));
        let short = ClaimItems { of_claims: vectors(&[1.0, 0.0]), ..items };
        assert!(eval_claims(&short).is_err());
    }
}
