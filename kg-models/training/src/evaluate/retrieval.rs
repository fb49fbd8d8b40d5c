//! Text search by words, by vectors, by both, and by a graph: which of them puts what is relevant first. Vectors rank again what
//! words find, the third thing that vectors of entities are tested by (Daza et al. 2021).
//!
//! In: documents, queries, judgements, what ranks them. Out: nDCG, mean average precision and mean reciprocal rank of each.
//! Never: a weight chosen on a query that it is scored on.

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
/// Documents of a query whose scores are held against what is explained of them.
const EXPLAINED: usize = 10;

/// How well a ranking puts what is relevant first; means over queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct SearchScores {
    /// Normalised discounted cumulative gain of the first ten; gains are grades (Järvelin and Kekäläinen 2002).
    pub ndcg_at_10: f64,
    /// The same of the first hundred.
    pub ndcg_at_100: f64,
    /// Mean average precision; every grade above 0 is relevant.
    pub mean_average_precision: f64,
    /// Mean reciprocal rank of the first that is relevant, 0 where none is found.
    pub mean_reciprocal_rank: f64,
}

/// What ranks documents beside their words. Rows are of `width` numbers and of length 1, by the places of documents and
/// queries in the set.
#[derive(Clone, Copy, Debug)]
pub struct Rankings<'a> {
    /// Numbers of a row.
    pub width: usize,
    /// Documents × width.
    pub documents: &'a [f32],
    /// Queries × width.
    pub queries: &'a [f32],
    /// Queries × width, of any length: what concepts know of each, whose product with a document is the part of the score that
    /// they explain.
    pub explained: Option<&'a [f32]>,
    /// For each query the documents that a graph gives, the best first.
    pub graph: Option<&'a [Vec<u32>]>,
}

/// The scores without what no concept tells.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ExplainedScores {
    /// What words find, ranked by what is explained.
    #[serde(flatten)]
    pub scores: SearchScores,
    /// The share of the cosines that is explained, of the ten documents of each query that vectors put first.
    pub share: f64,
}

/// What a graph answers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GraphScores {
    /// Its answers as a ranking; no other document is found.
    #[serde(flatten)]
    pub scores: SearchScores,
    /// The share of relevant documents among its answers.
    pub recall: f64,
    /// The share of its answers that are relevant.
    pub precision: f64,
    /// Queries of which it gives what is relevant, all of it and nothing else.
    pub exact: usize,
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
    /// What it finds, ranked by what is explained of the vectors' scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explained: Option<ExplainedScores>,
    /// What a graph answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph: Option<GraphScores>,
}

/// The documents that share most with a query, best first, with their scores as shares of the best.
fn search(index: &Words<u32>, query: &str) -> Vec<(u32, f64)> {
    let found = index.search(query, FOUND, &|_| true);
    let best = found.first().map_or(1.0, |(_, score)| *score);
    found.into_iter().map(|(document, score)| (document, score / best)).collect()
}

/// How relevant documents are to a query.
type Grades = BTreeMap<u32, u32>;

/// A document that words find.
#[derive(Clone, Copy)]
struct Candidate {
    document: u32,
    /// By words, as a share of the best.
    words: f64,
    /// The cosine.
    near: f64,
    /// What is explained of it; 0 where nothing explains.
    explained: f64,
}

/// A query with what was found, what a graph gives, and what is relevant.
struct Asked<'a> {
    found: Vec<Candidate>,
    graph: &'a [u32],
    grades: &'a Grades,
}

impl Asked<'_> {
    /// What was found, the best first; ties by the documents' places.
    fn order(&self, score: impl Fn(&Candidate) -> f64) -> Vec<&Candidate> {
        let mut order: Vec<(f64, &Candidate)> = self.found.iter().map(|found| (score(found), found)).collect();
        order.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.document.cmp(&other.1.document)));
        order.into_iter().map(|(_, found)| found).collect()
    }

    /// The scores of what was found in the order of `score`.
    fn scores(&self, score: impl Fn(&Candidate) -> f64) -> SearchScores {
        let order: Vec<u32> = self.order(score).into_iter().map(|found| found.document).collect();
        measure(&order, self.grades)
    }

    /// The scores of a ranking by words and so much of vectors.
    fn weighed(&self, weight: f64) -> SearchScores {
        self.scores(|found| (1.0 - weight) * found.words + weight * found.near)
    }

    /// How many of these documents are relevant.
    fn relevant<'b>(&self, documents: impl IntoIterator<Item = &'b u32>) -> usize {
        let is_right = |document: &&u32| self.grades.get(*document).is_some_and(|&grade| grade > 0);
        documents.into_iter().filter(is_right).count()
    }
}

/// The scores of one ranking.
fn measure(order: &[u32], grades: &Grades) -> SearchScores {
    let gains: Vec<u32> = order.iter().map(|document| grades.get(document).copied().unwrap_or_default()).collect();
    let mut ideal: Vec<u32> = grades.values().copied().collect();
    ideal.sort_unstable_by_key(|&grade| Reverse(grade));
    let gain = |grades: &[u32], cut: usize| -> f64 {
        let one = |(place, grade): (usize, &u32)| f64::from(*grade) / (place as f64 + 2.0).log2();
        grades.iter().take(cut).enumerate().map(one).fold(0.0, |sum, gain| sum + gain)
    };
    let relevant = grades.values().filter(|&&grade| grade > 0).count();
    let (mut right, mut precision) = (0usize, 0.0);
    for (place, _) in gains.iter().enumerate().filter(|(_, grade)| **grade > 0) {
        right += 1;
        precision += right as f64 / (place + 1) as f64;
    }
    SearchScores {
        ndcg_at_10: gain(&gains, 10) / gain(&ideal, 10),
        ndcg_at_100: gain(&gains, 100) / gain(&ideal, 100),
        mean_average_precision: precision / relevant.max(1) as f64,
        mean_reciprocal_rank: gains.iter().position(|grade| *grade > 0).map_or(0.0, |place| 1.0 / (place + 1) as f64),
    }
}

fn mean(scores: &[SearchScores]) -> SearchScores {
    let mean = |of: fn(&SearchScores) -> f64| scores.iter().map(of).sum::<f64>() / scores.len().max(1) as f64;
    SearchScores {
        ndcg_at_10: mean(|scores| scores.ndcg_at_10),
        ndcg_at_100: mean(|scores| scores.ndcg_at_100),
        mean_average_precision: mean(|scores| scores.mean_average_precision),
        mean_reciprocal_rank: mean(|scores| scores.mean_reciprocal_rank),
    }
}

/// Searches by words (BM25), and ranks what is found by words and vectors together: the weight for each fifth of the
/// queries, drawn by `seed`, is the one with the best nDCG of the first hundred on the other four. Beside that: what is found,
/// ranked by what concepts explain, and what a graph answers, where either is given.
pub fn eval_search(set: &Searched, rankings: &Rankings<'_>, seed: u64) -> SearchReport {
    let mut asked = asked(set, rankings);
    draw(seed, "search folds", 0).shuffle(&mut asked);
    let means = |of: &dyn Fn(&Asked<'_>) -> SearchScores| mean(&asked.iter().map(of).collect::<Vec<_>>());
    let reached = asked.iter().map(|asked| asked.relevant(asked.found.iter().map(|found| &found.document))).sum();
    let relevant = asked.iter().map(|asked| asked.relevant(asked.grades.keys())).sum();
    let (both, weights) = both(&asked);
    SearchReport {
        documents: set.documents.len(),
        queries: asked.len(),
        recall: share(reached, relevant),
        words: means(&|asked| asked.weighed(0.0)),
        vectors: means(&|asked| asked.weighed(1.0)),
        both,
        weights,
        explained: rankings.explained.map(|_| ExplainedScores {
            scores: means(&|asked| asked.scores(|found| found.explained)),
            share: explained_share(&asked),
        }),
        graph: rankings.graph.map(|_| {
            let right: usize = asked.iter().map(|asked| asked.relevant(asked.graph)).sum();
            let is_exact = |asked: &&Asked<'_>| {
                asked.relevant(asked.graph) == asked.graph.len()
                    && asked.graph.len() == asked.relevant(asked.grades.keys())
            };
            GraphScores {
                scores: means(&|asked| measure(asked.graph, asked.grades)),
                recall: share(right, relevant),
                precision: share(right, asked.iter().map(|asked| asked.graph.len()).sum()),
                exact: asked.iter().filter(is_exact).count(),
            }
        }),
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The queries of which something is relevant, with what words find of each.
fn asked<'a>(set: &'a Searched, rankings: &Rankings<'a>) -> Vec<Asked<'a>> {
    let mut index = Words::new();
    for (document, (_, text)) in (0..).zip(&set.documents) {
        index.insert(document, text);
    }
    let row = |rows: &'a [f32], place: u32| &rows[place as usize * rankings.width..][..rankings.width];
    let mut asked = Vec::new();
    for (query, (_, text)) in (0..).zip(&set.queries) {
        let Some(grades) = set.grades.get(&query) else { continue };
        let own = row(rankings.queries, query);
        let known = rankings.explained.map(|rows| row(rows, query));
        let found = search(&index, text).into_iter().map(|(document, words)| {
            let numbers = row(rankings.documents, document);
            let product = |with: &[f32]| f64::from(passes::dot(with, numbers));
            Candidate { document, words, near: product(own), explained: known.map_or(0.0, product) }
        });
        let graph = rankings.graph.map_or(&[][..], |answers| &answers[query as usize]);
        asked.push(Asked { found: found.collect(), graph, grades });
    }
    asked
}

/// Words and vectors together, and the weight of vectors for each fifth of the queries.
fn both(asked: &[Asked<'_>]) -> (SearchScores, Vec<f64>) {
    // By weight, then query.
    let weight = |tenth: usize| tenth as f64 / TENTHS as f64;
    let tried: Vec<Vec<SearchScores>> =
        (0..=TENTHS).map(|tenth| asked.iter().map(|asked| asked.weighed(weight(tenth))).collect()).collect();
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
    (mean(&both), weights)
}

/// How much of the cosines of the first documents is explained.
fn explained_share(asked: &[Asked<'_>]) -> f64 {
    let (mut explained, mut whole) = (0.0, 0.0);
    for asked in asked {
        for found in asked.order(|found| found.near).into_iter().take(EXPLAINED) {
            explained += found.explained;
            whole += found.near;
        }
    }
    if whole == 0.0 { 0.0 } else { explained / whole }
}

impl SearchReport {
    /// The report for people.
    pub fn table(&self) -> String {
        let SearchReport { documents, queries, recall, words, vectors, both, weights, explained, graph } = self;
        let mut out = format!(
            "{queries} queries, {documents} documents; {recall:.3} of what is relevant is among the first {FOUND} by words\n\n"
        );
        let _ = writeln!(out, "{:36} {:>8} {:>8} {:>8} {:>8}", "", "nDCG@10", "nDCG@100", "MAP", "MRR");
        let mut rows = vec![("words (BM25)", words), ("the same, ranked by vectors", vectors), ("both", both)];
        rows.extend(explained.as_ref().map(|explained| ("vectors, what is explained of them", &explained.scores)));
        rows.extend(graph.as_ref().map(|graph| ("the graph", &graph.scores)));
        for (name, scores) in rows {
            let SearchScores { ndcg_at_10, ndcg_at_100, mean_average_precision, mean_reciprocal_rank } = scores;
            let _ = writeln!(
                out,
                "{name:36} {ndcg_at_10:>8.4} {ndcg_at_100:>8.4} {mean_average_precision:>8.4} {mean_reciprocal_rank:>8.4}"
            );
        }
        let weights: Vec<String> = weights.iter().map(|weight| format!("{weight:.1}")).collect();
        let _ = writeln!(out, "\nweight of vectors, each chosen on the other queries: {}", weights.join(" "));
        if let Some(ExplainedScores { scores, share }) = explained {
            let kept = scores.ndcg_at_10 / vectors.ndcg_at_10;
            let _ = writeln!(
                out,
                "explained: {share:.3} of the cosines of the first {EXPLAINED}; nDCG@10 is {kept:.3} of that by vectors"
            );
        }
        if let Some(GraphScores { recall, precision, exact, .. }) = graph {
            let _ = writeln!(
                out,
                "the graph: {recall:.3} of what is relevant is among its answers, {precision:.3} of them are relevant; \
                 {exact} of {queries} queries are answered exactly"
            );
        }
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

    fn rankings<'a>(documents: &'a [f32], queries: &'a [f32]) -> Rankings<'a> {
        Rankings { width: 2, documents, queries, explained: None, graph: None }
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
        let scores = measure(&[5, 7, 3], &grades);
        let ideal = 2.0 + 1.0 / 3f64.log2() + 0.5;
        assert!((scores.ndcg_at_10 - (1.0 + 1.0) / ideal).abs() < 1e-12, "{scores:?}");
        assert!((scores.mean_average_precision - (1.0 + 2.0 / 3.0) / 3.0).abs() < 1e-12, "{scores:?}");
        assert!(scores.mean_reciprocal_rank == 1.0 && measure(&[7, 3], &grades).mean_reciprocal_rank == 0.5);
        assert_eq!(measure(&[], &grades), SearchScores::default());
    }

    #[test]
    fn vectors_put_first_what_words_cannot_tell_apart() {
        let set = set(&["a bank", "a bank", "a tree"], &["bank"; 10], &(0..10).map(|q| (q, 1, 1)).collect::<Vec<_>>());
        let documents = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        let queries: Vec<f32> = [0.0, 1.0].repeat(10);
        let report = eval_search(&set, &rankings(&documents, &queries), 1);
        assert!(report.words.mean_average_precision == 0.5 && report.both.mean_average_precision == 1.0, "{report:?}");
        assert!(report.weights.len() == FOLDS && report.weights.iter().all(|weight| *weight > 0.0), "{report:?}");
        assert!(report.recall == 1.0 && report.table().contains("10 queries, 3 documents"));
    }

    #[test]
    fn a_graph_is_judged_by_what_it_answers_and_by_nothing_else() {
        let set = set(&["a", "b", "c"], &["a", "b", "c"], &[(0, 0, 1), (0, 1, 1), (1, 1, 1), (2, 2, 1)]);
        let (documents, queries) = ([0.0; 6], [0.0; 6]);
        let answers = [vec![1, 0], vec![0, 1], vec![]];
        let report = eval_search(&set, &Rankings { graph: Some(&answers), ..rankings(&documents, &queries) }, 1);
        let graph = report.graph.unwrap();
        assert_eq!((graph.recall, graph.precision, graph.exact), (0.75, 0.75, 1));
        assert!((graph.scores.mean_reciprocal_rank - 0.5).abs() < 1e-12, "{graph:?}");
        assert!(report.table().contains("1 of 3 queries are answered exactly"));
        let none = eval_search(&set, &rankings(&documents, &queries), 1);
        assert!(none.graph.is_none() && !none.table().contains("graph"));
    }

    #[test]
    fn what_is_explained_ranks_by_itself_and_its_share_is_told() {
        let set = set(&["a bank", "a bank"], &["bank"], &[(0, 1, 1)]);
        let (documents, queries) = ([0.8, 0.6, 0.6, 0.8], [0.6, 0.8]);
        // Concepts know the first number alone, by which the wrong document is nearer.
        let report = eval_search(&set, &Rankings { explained: Some(&[0.6, 0.0]), ..rankings(&documents, &queries) }, 1);
        let explained = report.explained.unwrap();
        assert_eq!((report.vectors.mean_reciprocal_rank, explained.scores.mean_reciprocal_rank), (1.0, 0.5));
        assert!((explained.share - 0.6 * 1.4 / (0.96 + 1.0)).abs() < 1e-6, "{explained:?}");
        assert!(report.table().contains("of that by vectors"));
    }
}
