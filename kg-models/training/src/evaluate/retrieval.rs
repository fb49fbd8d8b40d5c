//! Text search ranked again by vectors: the third thing that vectors of entities are tested by (Daza et al. 2021).
//!
//! In: documents, queries, judgements, vectors of both. Out: nDCG and mean average precision of the search by words, and of
//! both together. Never: a weight chosen on a query that it is scored on.

use kgloom_corpora::search::Searched;
use kgloom_numerics::draw::draw;
use kgloom_numerics::passes;
use kgloom_search::Words;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Documents of a query that the search by words finds, and vectors rank again.
const FOUND: usize = 1_000;
/// Weights of vectors that are tried, in tenths: from words alone to vectors alone.
const TENTHS: usize = 10;
/// Parts of the queries; the weight for each is chosen on the others.
const FOLDS: usize = 5;

/// How well a ranking puts what is relevant first; means over queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct SearchScores {
    /// Normalised discounted cumulative gain of the first ten; gains are grades (Järvelin and Kekäläinen 2002).
    pub ndcg_at_10: f64,
    /// The same of the first hundred.
    pub ndcg_at_100: f64,
    /// Mean average precision; every grade above 0 is relevant.
    pub mean_average_precision: f64,
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchReport {
    /// Documents.
    pub documents: usize,
    /// Queries with a relevant document.
    pub queries: usize,
    /// The share of relevant documents among those that the search by words finds.
    pub recall: f64,
    /// BM25 alone.
    pub words: SearchScores,
    /// What it finds, ranked by vectors alone.
    pub vectors: SearchScores,
    /// Both, weighed.
    pub both: SearchScores,
    /// The weight of vectors for each fifth of the queries, chosen on the others.
    pub weights: Vec<f64>,
}

/// The documents that share most with a query, best first, with their scores as shares of the best.
fn search(index: &Words<u32>, query: &str) -> Vec<(u32, f64)> {
    let found = index.search(query, FOUND, &|_| true);
    let best = found.first().map_or(1.0, |(_, score)| *score);
    found.into_iter().map(|(document, score)| (document, score / best)).collect()
}

/// A query with what was found: documents with both scores, and what is relevant.
struct Asked<'a> {
    found: Vec<(u32, f64, f64)>,
    grades: &'a BTreeMap<u32, u32>,
}

impl Asked<'_> {
    /// The scores of a ranking by words and so much of vectors.
    fn scores(&self, weight: f64) -> SearchScores {
        let mut order: Vec<(f64, u32)> = self
            .found
            .iter()
            .map(|(document, words, near)| ((1.0 - weight) * words + weight * near, *document))
            .collect();
        order.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let gains: Vec<u32> =
            order.iter().map(|(_, document)| self.grades.get(document).copied().unwrap_or_default()).collect();
        let mut ideal: Vec<u32> = self.grades.values().copied().collect();
        ideal.sort_unstable_by_key(|&grade| Reverse(grade));
        let gain = |grades: &[u32], cut: usize| -> f64 {
            let one = |(place, grade): (usize, &u32)| f64::from(*grade) / (place as f64 + 2.0).log2();
            grades.iter().take(cut).enumerate().map(one).fold(0.0, |sum, gain| sum + gain)
        };
        let relevant = self.grades.values().filter(|&&grade| grade > 0).count();
        let (mut right, mut precision) = (0usize, 0.0);
        for (place, _) in gains.iter().enumerate().filter(|(_, grade)| **grade > 0) {
            right += 1;
            precision += right as f64 / (place + 1) as f64;
        }
        SearchScores {
            ndcg_at_10: gain(&gains, 10) / gain(&ideal, 10),
            ndcg_at_100: gain(&gains, 100) / gain(&ideal, 100),
            mean_average_precision: precision / relevant.max(1) as f64,
        }
    }
}

fn mean(scores: &[SearchScores]) -> SearchScores {
    let mean = |of: fn(&SearchScores) -> f64| scores.iter().map(of).sum::<f64>() / scores.len().max(1) as f64;
    SearchScores {
        ndcg_at_10: mean(|scores| scores.ndcg_at_10),
        ndcg_at_100: mean(|scores| scores.ndcg_at_100),
        mean_average_precision: mean(|scores| scores.mean_average_precision),
    }
}

/// Searches by words (BM25), and ranks what is found by words and vectors together: the weight for each fifth of the
/// queries, drawn by `seed`, is the one with the best nDCG of the first hundred on the other four. Vectors are rows of
/// `width` numbers and of length 1, documents' and queries'.
pub fn eval_search(set: &Searched, (width, documents, queries): (usize, &[f32], &[f32]), seed: u64) -> SearchReport {
    let mut index = Words::new();
    for (document, (_, text)) in (0..).zip(&set.documents) {
        index.insert(document, text);
    }
    let row = |rows: &'_ [f32], place: u32| rows[place as usize * width..][..width].to_vec();
    let (mut asked, mut reached, mut relevant) = (Vec::new(), 0usize, 0usize);
    for (query, (_, text)) in (0..).zip(&set.queries) {
        let Some(grades) = set.grades.get(&query) else { continue };
        let own = row(queries, query);
        let near = |document| f64::from(passes::dot(&own, &row(documents, document)));
        let found: Vec<(u32, f64, f64)> =
            search(&index, text).into_iter().map(|(document, score)| (document, score, near(document))).collect();
        let is_right = |document: &u32| grades.get(document).is_some_and(|&grade| grade > 0);
        reached += found.iter().filter(|(document, _, _)| is_right(document)).count();
        relevant += grades.values().filter(|&&grade| grade > 0).count();
        asked.push(Asked { found, grades });
    }
    draw(seed, "search folds", 0).shuffle(&mut asked);
    // By weight, then query.
    let weight = |tenth: usize| tenth as f64 / TENTHS as f64;
    let tried: Vec<Vec<SearchScores>> =
        (0..=TENTHS).map(|tenth| asked.iter().map(|asked| asked.scores(weight(tenth))).collect()).collect();
    let (mut both, mut weights) = (Vec::new(), Vec::new());
    for fold in 0..FOLDS.min(asked.len()) {
        let of = |scores: &[SearchScores], own: bool| -> Vec<SearchScores> {
            let part = scores.iter().enumerate().filter(|(place, _)| (place % FOLDS == fold) == own);
            part.map(|(_, scores)| *scores).collect()
        };
        let best = (0..=TENTHS).max_by(|&one, &other| {
            let judged = |tenth: usize| mean(&of(&tried[tenth], false)).ndcg_at_100;
            judged(one).total_cmp(&judged(other)).then(other.cmp(&one))
        });
        let best = best.unwrap_or_default();
        both.extend(of(&tried[best], true));
        weights.push(weight(best));
    }
    SearchReport {
        documents: set.documents.len(),
        queries: asked.len(),
        recall: reached as f64 / relevant.max(1) as f64,
        words: mean(&tried[0]),
        vectors: mean(&tried[TENTHS]),
        both: mean(&both),
        weights,
    }
}

impl SearchReport {
    /// The report for people.
    pub fn table(&self) -> String {
        let SearchReport { documents, queries, recall, words, vectors, both, weights } = self;
        let mut out = format!(
            "{queries} queries, {documents} documents; {recall:.3} of what is relevant is among the first {FOUND} by words\n\n"
        );
        let _ = writeln!(out, "{:36} {:>8} {:>8} {:>8}", "", "nDCG@10", "nDCG@100", "MAP");
        for (name, scores) in [("words (BM25)", words), ("the same, ranked by vectors", vectors), ("both", both)] {
            let SearchScores { ndcg_at_10, ndcg_at_100, mean_average_precision } = scores;
            let _ = writeln!(out, "{name:36} {ndcg_at_10:>8.4} {ndcg_at_100:>8.4} {mean_average_precision:>8.4}");
        }
        let weights: Vec<String> = weights.iter().map(|weight| format!("{weight:.1}")).collect();
        let _ = writeln!(out, "\nweight of vectors, each chosen on the other queries: {}", weights.join(" "));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(documents: &[&str], queries: &[&str], grades: &[(u32, u32, u32)]) -> Searched {
        let named = |texts: &[&str]| texts.iter().map(|text| ("".into(), (*text).into())).collect();
        let mut set = Searched { documents: named(documents), queries: named(queries), grades: BTreeMap::new() };
        for &(query, document, grade) in grades {
            set.grades.entry(query).or_default().insert(document, grade);
        }
        set
    }

    #[test]
    fn scores_by_words_are_shares_of_the_best() {
        let mut index = Words::new();
        for (document, text) in (0..).zip(["Ocean, deep", "ocean OCEAN blue sea", "dry land here"]) {
            index.insert(document, text);
        }
        let found = search(&index, "ocean");
        let one = 1.0 / (1.0 + 1.2 * (0.25 + 0.75 * 2.0 / 3.0));
        let two = 2.0 / (2.0 + 1.2 * (0.25 + 0.75 * 4.0 / 3.0));
        assert_eq!(found.iter().map(|(document, _)| *document).collect::<Vec<_>>(), [1, 0]);
        assert!((found[0].1 - 1.0).abs() < 1e-12 && (found[1].1 - one / two).abs() < 1e-12, "{found:?}");
        assert!(search(&index, "mountain").is_empty());
    }

    #[test]
    fn gains_are_discounted_and_precision_is_averaged() {
        let grades: BTreeMap<u32, u32> = [(3, 2), (5, 1), (9, 1)].into();
        let asked = Asked { found: vec![(5, 0.9, 0.0), (7, 0.8, 0.0), (3, 0.7, 0.0)], grades: &grades };
        let scores = asked.scores(0.0);
        let ideal = 2.0 + 1.0 / 3f64.log2() + 0.5;
        assert!((scores.ndcg_at_10 - (1.0 + 1.0) / ideal).abs() < 1e-12, "{scores:?}");
        assert!((scores.mean_average_precision - (1.0 + 2.0 / 3.0) / 3.0).abs() < 1e-12, "{scores:?}");
    }

    #[test]
    fn vectors_put_first_what_words_cannot_tell_apart() {
        let set = set(&["a bank", "a bank", "a tree"], &["bank"; 10], &(0..10).map(|q| (q, 1, 1)).collect::<Vec<_>>());
        let documents = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        let queries: Vec<f32> = [0.0, 1.0].repeat(10);
        let report = eval_search(&set, (2, &documents, &queries), 1);
        assert!(report.words.mean_average_precision == 0.5 && report.both.mean_average_precision == 1.0, "{report:?}");
        assert!(report.weights.len() == FOLDS && report.weights.iter().all(|weight| *weight > 0.0), "{report:?}");
        assert!(report.recall == 1.0 && report.table().contains("10 queries, 3 documents"));
    }
}
