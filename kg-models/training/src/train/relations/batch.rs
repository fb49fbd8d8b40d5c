//! Pairs of entities with what is known of them, in batches; how well they are told apart.
//!
//! In: texts with their candidate pairs. Out: batches, judged pairs, F1. Never: a step.

use kgloom_reader::Error;
use kgloom_reader::layers::{Parameters, no_dropout};
use kgloom_reader::relations::{CandidatePair, CandidateSet, PairRows, scores as pair_scores};
use std::collections::BTreeMap;

pub(crate) const BATCH_PAIRS: usize = 512;

/// Of the pairs without any relation, this many per hundred are seen in an epoch.
pub(crate) const SILENT_SHARE: usize = 50;

/// The weight of "probably absent".
pub(crate) const WEAK: f32 = 0.5;

/// How much more a relation counts that the text names and does not state.
pub(crate) const UNTRUE: f32 = 4.0;

/// The weight of a pair of which an end was found, not marked: its relation may have been left out.
pub(crate) const FOUND: f32 = 0.4;

/// A document as the relation head learns it.
#[derive(Clone, Debug)]
pub struct RelatedText {
    /// Its entities and pairs.
    pub candidates: CandidateSet,
    /// Gold relations of each pair, as indices into the label space.
    pub gold: Vec<Vec<usize>>,
    /// Relations of each pair that are said in words, as rows of the table of labels; `None` where such are not marked.
    pub open: Option<Vec<Vec<usize>>>,
    /// Labels of each pair, in the space or the table, that the text names and does not state.
    pub untrue: Vec<Vec<usize>>,
    /// What each gold entity is, as a row of the table of types; `None` where the document does not tell.
    pub types: Vec<Option<usize>>,
    /// Whether each relation of the label space is marked in this document.
    pub marked: Vec<bool>,
    /// Labels in words that the document states of some pair, with that pair's ends: what it gives to one pair it has weighed
    /// for the others.
    pub stated: BTreeMap<usize, Vec<[usize; 2]>>,
    /// How many of the entities are gold; the others were found, and what is silent about them is less sure.
    pub sure: usize,
    /// How many gold relations there are, those between pairs out of reach included.
    pub total: usize,
}

impl RelatedText {
    /// Whether a label that is not said of a pair is said of others, none of them the same pair the other way round: that may
    /// hold as well.
    pub(crate) fn denies(&self, pair: usize, label: usize) -> bool {
        let CandidatePair { head, tail, .. } = self.candidates.pairs[pair];
        self.stated.get(&label).is_some_and(|stated| stated.iter().all(|ends| *ends != [tail, head]))
    }

    /// Whether something is said of a pair, be it true or not.
    pub(crate) fn speaks(&self, pair: usize) -> bool {
        !self.gold[pair].is_empty()
            || !self.untrue[pair].is_empty()
            || self.open.as_ref().is_some_and(|open| !open[pair].is_empty())
    }
}

/// Pairs of several documents that are learnt from together.
pub struct Batch<'a> {
    /// The documents.
    pub texts: &'a [RelatedText],
    /// Pairs, each as its document's number and its own there.
    pub pairs: &'a [(usize, usize)],
    /// The numbers of the documents whose entities stand in the rows, in their order there.
    pub order: Vec<usize>,
}

impl<'a> Batch<'a> {
    /// A batch with the entities of those documents that it has pairs of; each document's pairs stand together.
    pub(crate) fn new(texts: &'a [RelatedText], pairs: &'a [(usize, usize)]) -> Batch<'a> {
        let mut order: Vec<usize> = pairs.iter().map(|(text, _)| *text).collect();
        order.dedup();
        Batch { texts, pairs, order }
    }

    /// What the entities are, row by row.
    pub(crate) fn types(&self) -> Vec<Option<usize>> {
        let of = |&text: &usize| {
            let text = &self.texts[text];
            (0..text.candidates.classes.len()).map(|entity| text.types.get(entity).copied().flatten())
        };
        self.order.iter().flat_map(of).collect()
    }
}

/// The rows of pairs of several documents, whose entities are put one after the other.
pub(crate) fn rows(texts: &[RelatedText], batch: &[(usize, usize)]) -> Result<PairRows, Error> {
    let mut offsets: BTreeMap<usize, usize> = BTreeMap::new();
    let mut all = CandidateSet::default();
    let mut pairs: Vec<CandidatePair> = Vec::with_capacity(batch.len());
    for &(text, pair) in batch {
        let candidates = &texts[text].candidates;
        let offset = *offsets.entry(text).or_insert_with(|| {
            let offset = all.classes.len();
            let mentions = all.mentions.len() / (candidates.states.len() / candidates.classes.len().max(1)).max(1);
            all.classes.extend(&candidates.classes);
            all.states.extend(&candidates.states);
            all.mentions.extend(&candidates.mentions);
            all.starts.extend(candidates.starts.iter().map(|start| mentions + start));
            offset
        });
        let mut pair = candidates.pairs[pair].clone();
        pair.head += offset;
        pair.tail += offset;
        pairs.push(pair);
    }
    Ok(kgloom_reader::relations::rows(&all, &pairs)?)
}

impl RelatedText {
    /// How much a pair counts. A silent pair stands for those that this epoch leaves out.
    pub(crate) fn weight(&self, pair: usize) -> f32 {
        let weight = if self.speaks(pair) { 1.0 } else { 100.0 / SILENT_SHARE as f32 };
        let ends = &self.candidates.pairs[pair];
        if ends.head.max(ends.tail) < self.sure { weight } else { weight * FOUND }
    }
}

/// Every logit of documents with whether it is right: by relation, (logit, gold) of the marked ones.
/// Relations of `weak` count as marked everywhere.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn judged(parameters: &Parameters, texts: &[RelatedText], weak: &[bool]) -> Result<Vec<Vec<(f32, bool)>>, Error> {
    let relations = weak.len();
    let mut judged = vec![Vec::new(); relations];
    for (index, text) in texts.iter().enumerate() {
        let all: Vec<(usize, usize)> = (0..text.candidates.pairs.len()).map(|pair| (index, pair)).collect();
        for batch in all.chunks(BATCH_PAIRS) {
            let scores = pair_scores(parameters, &rows(texts, batch)?, &mut no_dropout)?.known.to_vec2::<f32>()?;
            for (scores, &(_, pair)) in scores.iter().zip(batch) {
                for relation in (0..relations).filter(|&relation| text.marked[relation] || weak[relation]) {
                    judged[relation].push((scores[relation], text.gold[pair].contains(&relation)));
                }
            }
        }
    }
    Ok(judged)
}

/// The best micro F1 with one threshold for all relations, and that threshold as a logit.
pub fn best_f1(judged: &[Vec<(f32, bool)>], total: usize) -> (f32, f32) {
    let mut all: Vec<(f32, bool)> = judged.iter().flatten().copied().filter(|(score, _)| *score > -4.0).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut best) = (0usize, (0f32, 0f32));
    for (told, (score, gold)) in all.iter().enumerate() {
        right += usize::from(*gold);
        let f1 = 2.0 * right as f32 / (told + 1 + total) as f32;
        if f1 > best.0 {
            best = (f1, *score);
        }
    }
    best
}
