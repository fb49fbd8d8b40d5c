//! Coreference scores: MUC, B³ and CEAF-e, as the CoNLL scorer counts them. In: clusters of spans. Out: counts to sum and their ratios.
//! Never: a greedy alignment; CEAF's is the best one.

use kgloom_corpora::AnnotatedDocument;
use kgloom_record::record::{Reading, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// A recall and a precision before division, so that documents can be summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// What recall counts as found.
    pub found: f64,
    /// What there is to be found.
    pub gold: f64,
    /// What precision counts as right.
    pub right: f64,
    /// What was predicted.
    pub predicted: f64,
}

impl Ratio {
    /// The harmonic mean of precision and recall.
    pub fn f1(self) -> f64 {
        let (recall, precision) = (divide(self.found, self.gold), divide(self.right, self.predicted));
        divide(2.0 * precision * recall, precision + recall)
    }
}

fn divide(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

impl AddAssign for Ratio {
    fn add_assign(&mut self, other: Ratio) {
        self.found += other.found;
        self.gold += other.gold;
        self.right += other.right;
        self.predicted += other.predicted;
    }
}

/// The three measures of one document, or summed over several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CoreferenceCounts {
    /// Links (Vilain et al. 1995).
    pub muc: Ratio,
    /// Mentions (Bagga and Baldwin 1998).
    pub b_cubed: Ratio,
    /// Entities (Luo 2005), with the entity-based similarity.
    pub ceaf_e: Ratio,
}

impl AddAssign for CoreferenceCounts {
    fn add_assign(&mut self, other: CoreferenceCounts) {
        self.muc += other.muc;
        self.b_cubed += other.b_cubed;
        self.ceaf_e += other.ceaf_e;
    }
}

/// F1 by measure, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coreference {
    /// MUC F1.
    pub muc: f64,
    /// B³ F1.
    pub b_cubed: f64,
    /// CEAF-e F1.
    pub ceaf_e: f64,
    /// Their mean, which CoNLL-2012 ranked by.
    pub average: f64,
}

impl From<CoreferenceCounts> for Coreference {
    fn from(counts: CoreferenceCounts) -> Self {
        let (muc, b_cubed, ceaf_e) = (counts.muc.f1(), counts.b_cubed.f1(), counts.ceaf_e.f1());
        Coreference { muc, b_cubed, ceaf_e, average: (muc + b_cubed + ceaf_e) / 3.0 }
    }
}

impl CoreferenceCounts {
    /// Compares the entities of a reading with those of a document. Entities of one mention count.
    pub fn of(document: &AnnotatedDocument, reading: &Reading) -> CoreferenceCounts {
        let gold = clusters(document.mentions.iter().map(|mention| (mention.span, mention.entity)));
        let predicted = clusters(reading.mentions.iter().map(|mention| (mention.span, mention.entity as usize)));
        CoreferenceCounts::between(&gold, &predicted)
    }

    fn between(gold: &[Vec<Span>], predicted: &[Vec<Span>]) -> CoreferenceCounts {
        let overlaps = overlaps(gold, predicted);
        let back = overlaps_turned(&overlaps, predicted.len());
        let total = |clusters: &[Vec<Span>]| clusters.iter().map(Vec::len).sum::<usize>() as f64;
        let links = |clusters: &[Vec<Span>]| clusters.iter().map(|cluster| cluster.len() - 1).sum::<usize>() as f64;
        let aligned = align(gold, predicted, &overlaps);
        CoreferenceCounts {
            muc: Ratio {
                found: kept_links(&overlaps),
                gold: links(gold),
                right: kept_links(&back),
                predicted: links(predicted),
            },
            b_cubed: Ratio {
                found: kept_mentions(&overlaps, gold),
                gold: total(gold),
                right: kept_mentions(&back, predicted),
                predicted: total(predicted),
            },
            ceaf_e: Ratio {
                found: aligned,
                gold: gold.len() as f64,
                right: aligned,
                predicted: predicted.len() as f64,
            },
        }
    }
}

/// The spans of each entity, each span in the first entity that has it.
fn clusters(mentions: impl Iterator<Item = (Span, usize)>) -> Vec<Vec<Span>> {
    let mut entity_of: BTreeMap<Span, usize> = BTreeMap::new();
    for (span, entity) in mentions {
        let first = entity_of.entry(span).or_insert(entity);
        *first = entity.min(*first);
    }
    let mut clusters: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
    for (span, entity) in entity_of {
        clusters.entry(entity).or_default().push(span);
    }
    clusters.into_values().collect()
}

/// For each cluster of `ours`, how many of its mentions lie in which cluster of `theirs`.
fn overlaps(ours: &[Vec<Span>], theirs: &[Vec<Span>]) -> Vec<BTreeMap<usize, usize>> {
    let home: BTreeMap<Span, usize> =
        theirs.iter().enumerate().flat_map(|(index, cluster)| cluster.iter().map(move |&span| (span, index))).collect();
    let count = |cluster: &Vec<Span>| {
        let mut counts = BTreeMap::new();
        for index in cluster.iter().filter_map(|span| home.get(span)) {
            *counts.entry(*index).or_insert(0) += 1;
        }
        counts
    };
    ours.iter().map(count).collect()
}

fn overlaps_turned(overlaps: &[BTreeMap<usize, usize>], theirs: usize) -> Vec<BTreeMap<usize, usize>> {
    let mut turned = vec![BTreeMap::new(); theirs];
    for (our, counts) in overlaps.iter().enumerate() {
        for (&their, &count) in counts {
            turned[their].insert(our, count);
        }
    }
    turned
}

/// Of each cluster the links that the other side's partition leaves: mentions found, less the parts they are in.
fn kept_links(overlaps: &[BTreeMap<usize, usize>]) -> f64 {
    overlaps.iter().map(|parts| parts.values().sum::<usize>() - parts.len()).sum::<usize>() as f64
}

fn kept_mentions(overlaps: &[BTreeMap<usize, usize>], clusters: &[Vec<Span>]) -> f64 {
    let kept = |(parts, cluster): (&BTreeMap<usize, usize>, &Vec<Span>)| {
        parts.values().map(|count| (count * count) as f64).sum::<f64>() / cluster.len() as f64
    };
    overlaps.iter().zip(clusters).map(kept).sum()
}

/// The greatest total similarity of a one-to-one alignment; similarity is the Dice coefficient.
fn align(gold: &[Vec<Span>], predicted: &[Vec<Span>], overlaps: &[BTreeMap<usize, usize>]) -> f64 {
    let size = gold.len().max(predicted.len());
    let mut similarity = vec![vec![0.0; size]; size];
    for (row, counts) in overlaps.iter().enumerate() {
        for (&column, &count) in counts {
            similarity[row][column] = 2.0 * count as f64 / (gold[row].len() + predicted[column].len()) as f64;
        }
    }
    best_assignment(&similarity)
}

/// The Hungarian algorithm with potentials (Kuhn 1955, Munkres 1957) on a square matrix, in cubic time.
fn best_assignment(gain: &[Vec<f64>]) -> f64 {
    let size = gain.len();
    let mut row_potential = vec![0.0; size + 1];
    let mut column_potential = vec![0.0; size + 1];
    let mut row_of = vec![0; size + 1]; // rows and columns from 1; 0 is none
    for row in 1..=size {
        row_of[0] = row;
        let mut column = 0;
        let mut least = vec![f64::INFINITY; size + 1];
        let mut previous = vec![0; size + 1];
        let mut used = vec![false; size + 1];
        while row_of[column] != 0 {
            used[column] = true;
            let (current, mut step, mut next) = (row_of[column], f64::INFINITY, 0);
            for other in 1..=size {
                if used[other] {
                    continue;
                }
                let cost = -gain[current - 1][other - 1] - row_potential[current] - column_potential[other];
                if cost < least[other] {
                    (least[other], previous[other]) = (cost, column);
                }
                if least[other] < step {
                    (step, next) = (least[other], other);
                }
            }
            for other in 0..=size {
                if used[other] {
                    row_potential[row_of[other]] += step;
                    column_potential[other] -= step;
                } else {
                    least[other] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            (row_of[column], column) = (row_of[previous[column]], previous[column]);
        }
    }
    (1..=size).map(|column| gain[row_of[column] - 1][column - 1]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(of: &[&[u32]]) -> Vec<Vec<Span>> {
        let span = |&start: &u32| Span { start, end: start + 1 };
        of.iter().map(|cluster| cluster.iter().map(span).collect()).collect()
    }

    /// Luo (2005), figure 1: one system merges two of three entities, another all.
    #[test]
    fn scores_are_those_of_the_literature() {
        let gold = clusters(&[&[1, 2, 3, 4, 5], &[6, 7], &[8, 9, 10, 11, 12]]);
        let merged = clusters(&[&[1, 2, 3, 4, 5], &[6, 7, 8, 9, 10, 11, 12]]);
        let scores = Coreference::from(CoreferenceCounts::between(&gold, &merged));
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 5e-4, "{found} {expected}");
        near(scores.muc, 0.947);
        near(scores.b_cubed, 0.865);
        near(scores.ceaf_e, 0.733);
        let all = clusters(&[&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]);
        let scores = Coreference::from(CoreferenceCounts::between(&gold, &all));
        near(scores.muc, 0.900);
        near(scores.b_cubed, 0.545);
        near(scores.ceaf_e, 0.294);
    }

    #[test]
    fn missing_and_invented_mentions_cost() {
        let gold = clusters(&[&[1, 2], &[3]]);
        let same = Coreference::from(CoreferenceCounts::between(&gold, &gold));
        assert_eq!((same.muc, same.b_cubed, same.ceaf_e, same.average), (1.0, 1.0, 1.0, 1.0));
        let other = CoreferenceCounts::between(&gold, &clusters(&[&[1, 9], &[3]]));
        assert_eq!(other.muc.f1(), 0.0);
        assert_eq!(other.b_cubed, Ratio { found: 1.5, gold: 3.0, right: 1.5, predicted: 3.0 });
        assert_eq!(other.ceaf_e.found, 1.5);
        assert_eq!(CoreferenceCounts::between(&[], &[]).ceaf_e.f1(), 0.0);
    }

    #[test]
    fn the_assignment_is_the_best_one() {
        // Greedy would take 5 and then 1; the best is 4 and 4.
        assert_eq!(best_assignment(&[vec![5.0, 4.0], vec![4.0, 1.0]]), 8.0);
        assert_eq!(best_assignment(&[]), 0.0);
    }
}
