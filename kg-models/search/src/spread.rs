//! Several interests in place of one question (kNN-Embed, El-Kishky et al. 2022).
//!
//! In: a question, an index. Out: a list in which each interest has its share. Never: a result that depends on the order of
//! edits: clusters are drawn by a seed over rows in the order of their scores.

use crate::filter::Filter;
use crate::index::Index;
use crate::question::Question;
use crate::rows::Vectors;
use crate::scan;
use kgloom_numerics::Error;
use kgloom_numerics::clusters::Clusters;
use kgloom_numerics::passes::dot;
use std::collections::BTreeSet;

/// How a question is spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interests {
    /// Clusters of the nearest rows; there are fewer where there are fewer different rows.
    pub count: usize,
    /// Nearest rows that are clustered.
    pub shortlist: usize,
    /// Rows of the shortlist nearest to the question, whose own neighbours smooth the shares; and as many neighbours.
    pub neighbours: usize,
    /// The neighbours' part in a share, from 0 to 1.
    pub smoothing: f64,
    /// For the clusters.
    pub seed: u64,
}

impl Default for Interests {
    /// Choices of ours: the paper chooses for each data set.
    fn default() -> Self {
        Interests { count: 4, shortlist: 100, neighbours: 10, smoothing: 0.5, seed: 0 }
    }
}

/// A row of a spread list.
#[derive(Clone, Debug, PartialEq)]
pub struct SpreadHit<K> {
    /// Its key.
    pub key: K,
    /// The cosine with the question itself.
    pub score: f32,
    /// The interest that asked for it, from 0.
    pub interest: usize,
}

/// A spread list.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread<K> {
    /// What was found, nearest to the question first, ties by key.
    pub hits: Vec<SpreadHit<K>>,
    /// The share of each interest, the largest first; they add up to 1.
    pub shares: Vec<f64>,
    /// Whether each interest found its nearest for certain.
    pub exact: bool,
}

/// The best `most` rows by a mixture of interests. The shortlist's rows are clustered; an interest is the direction of a
/// cluster's centre. Its share is `(1 − λ) p(c | question) + λ mean p(c | u)`, where `p(c | question)` is the part of the
/// shortlist in its cluster, and `p(c | u)` the part of the nearest rows to `u`, a row near the question. Each interest
/// asks the index for its part of the list.
///
/// # Errors
/// When the question has another width than the rows.
pub fn spread<K: Clone + Ord + Send + Sync>(
    index: &Index<K>,
    question: &Question,
    most: usize,
    filter: &Filter<'_, K>,
    interests: &Interests,
) -> Result<Spread<K>, Error> {
    let vectors = index.vectors();
    let found = index.nearest(question, interests.shortlist, filter)?;
    let rows: Vec<Vec<f32>> =
        found.hits.iter().filter_map(|hit| Some(vectors.direction(vectors.number(&hit.key)?))).collect();
    let clusters = Clusters::of(&rows.concat(), vectors.width(), interests.count, interests.seed);
    let mut ranked: Vec<(f64, usize)> = shares(&rows, &clusters, interests).into_iter().zip(0..).collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let shares: Vec<f64> = ranked.iter().map(|(share, _)| *share).collect();
    let centre =
        |(_, cluster): &(f64, usize)| Question::new(&clusters.centres[cluster * vectors.width()..][..vectors.width()]);
    let questions: Vec<Question> = ranked.iter().map(centre).collect();
    let asked = index.nearest_each(&questions, most, filter)?;
    let exact = found.exact && asked.iter().all(|found| found.exact);

    // In turn, so that a row near two interests is the one's whose turn comes first.
    let mut left = parts(&shares, most);
    let mut lists: Vec<_> = asked.into_iter().map(|found| found.hits.into_iter()).collect();
    let (mut taken, mut hits) = (BTreeSet::new(), Vec::new());
    while left.iter().any(|left| *left > 0) {
        for (interest, list) in
            lists.iter_mut().enumerate().filter(|(interest, _)| left[*interest] > 0).collect::<Vec<_>>()
        {
            match list.find(|hit| !taken.contains(&hit.key)) {
                Some(hit) => {
                    left[interest] -= 1;
                    taken.insert(hit.key.clone());
                    hits.push((hit.key, interest));
                }
                None => left[interest] = 0,
            }
        }
    }
    Ok(Spread { hits: scored(vectors, question, hits), shares, exact })
}

/// The share of each cluster.
fn shares(rows: &[Vec<f32>], clusters: &Clusters, interests: &Interests) -> Vec<f64> {
    let count = clusters.centres.len() / clusters.width.max(1);
    let part = |members: &[usize]| {
        let mut part = vec![0f64; count];
        members.iter().for_each(|member| part[clusters.of[*member] as usize] += 1.0 / members.len() as f64);
        part
    };
    let own = part(&(0..rows.len()).collect::<Vec<_>>());
    let near: Vec<Vec<f64>> = (0..interests.neighbours.min(rows.len()))
        .map(|row| {
            let mut others: Vec<(f32, usize)> = rows.iter().map(|other| dot(&rows[row], other)).zip(0..).collect();
            others.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            part(&others.iter().take(interests.neighbours).map(|(_, other)| *other).collect::<Vec<_>>())
        })
        .collect();
    let mean = |cluster: usize| near.iter().map(|part| part[cluster]).sum::<f64>() / near.len() as f64;
    let smoothing = if near.is_empty() { 0.0 } else { interests.smoothing };
    let mixed = |cluster: usize| {
        let smooth = if smoothing > 0.0 { smoothing * mean(cluster) } else { 0.0 };
        (1.0 - smoothing) * own[cluster] + smooth
    };
    (0..count).map(mixed).collect()
}

/// Whole parts of `most` by shares: the largest remainders are rounded up, so that the parts add up.
fn parts(shares: &[f64], most: usize) -> Vec<usize> {
    let mut parts: Vec<usize> = shares.iter().map(|share| (share * most as f64).floor() as usize).collect();
    let mut rest: Vec<(f64, usize)> =
        shares.iter().zip(0..).map(|(share, place)| (share * most as f64 - parts[place] as f64, place)).collect();
    rest.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let missing = most.saturating_sub(parts.iter().sum());
    rest.iter().take(missing).for_each(|(_, place)| parts[*place] += 1);
    parts
}

/// Rows with their cosines to the question, in their order.
fn scored<K: Clone + Ord>(vectors: &Vectors<K>, question: &Question, rows: Vec<(K, usize)>) -> Vec<SpreadHit<K>> {
    let numbers: Vec<u32> = rows.iter().filter_map(|(key, _)| vectors.number(key)).collect();
    let scores = scan::scores(vectors, question, &numbers);
    let mut hits: Vec<SpreadHit<K>> =
        rows.into_iter().zip(scores).map(|((key, interest), score)| SpreadHit { key, score, interest }).collect();
    hits.sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.key.cmp(&other.key)));
    hits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::quantise;
    use kgloom_numerics::draw::draw;

    /// Twelve rows around one direction, four around another, both near (1, 1, 0, 0); and rows far off.
    fn index() -> Index<u32> {
        let mut index = Index::new(4);
        let mut draw = draw(1, "spread", 0);
        for key in 0..40 {
            let middle = match key {
                0..12 => [1.0, 0.4, 0.0, 0.0],
                12..16 => [0.4, 1.0, 0.0, 0.0],
                _ => [0.0, 0.0, 1.0, 0.3],
            };
            index.insert(key, &quantise(&middle.map(|x: f32| x + 0.03 * draw.normal()))).unwrap();
        }
        index
    }

    #[test]
    fn each_interest_has_its_share_of_the_list() {
        let question = Question::new(&[1.0, 0.9, 0.0, 0.0]);
        let interests = Interests { count: 2, shortlist: 16, neighbours: 4, smoothing: 0.0, seed: 1 };
        let found = spread(&index(), &question, 8, &Filter::All, &interests).unwrap();
        assert_eq!(found.shares, [0.75, 0.25]);
        assert_eq!(found.hits.len(), 8);
        assert_eq!(found.hits.iter().filter(|hit| (12..16).contains(&hit.key) && hit.interest == 1).count(), 2);
        assert!(found.exact && found.hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
        // All neighbours of the rows next to the question are of their own kind.
        let smooth = Interests { smoothing: 1.0, neighbours: 1, ..interests };
        assert_eq!(spread(&index(), &question, 8, &Filter::All, &smooth).unwrap().shares, [1.0, 0.0]);
    }

    #[test]
    fn few_rows_are_all_found_and_none_is_no_harm() {
        let question = Question::new(&[1.0, 0.9, 0.0, 0.0]);
        let found = spread(&index(), &question, 8, &Filter::Test(&|key| *key < 3), &Interests::default()).unwrap();
        assert_eq!(found.hits.iter().map(|hit| hit.key).collect::<BTreeSet<_>>(), [0, 1, 2].into());
        let none = spread(&index(), &question, 8, &Filter::Test(&|_| false), &Interests::default()).unwrap();
        assert!(none.hits.is_empty() && none.shares.is_empty());
    }

    #[test]
    fn parts_add_up() {
        assert_eq!(parts(&[0.5, 0.3, 0.2], 10), [5, 3, 2]);
        assert_eq!(parts(&[0.4, 0.35, 0.25], 3), [1, 1, 1]);
        assert_eq!(parts(&[], 3), [0usize; 0]);
    }
}
