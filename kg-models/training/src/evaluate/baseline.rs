//! What classes alone tell. In: training documents. Out: for two classes, the commonest relation between them.
//! Never: a look at the text.

use crate::evaluate::proposal::Proposal;
use kgloom_corpora::{AnnotatedDocument, Tag};
use kgloom_numerics::scores::Counts;
use kgloom_record::record::{Iri, Score};
use std::collections::BTreeMap;

/// The classes of a pair's head and tail, and whether a sentence mentions both.
type Pair = (Option<Tag>, Option<Tag>, bool);

/// Proposes, for two entities, the commonest relation of their classes, where that pays in training.
///
/// It is told more than its name says: also whether a sentence mentions both. Pairs of classes are taken in the
/// order of their precision, as many as give the best F1 in training.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassPairBaseline {
    rules: BTreeMap<Pair, String>,
}

impl ClassPairBaseline {
    /// Counts the training documents.
    pub fn fit(documents: &[AnnotatedDocument]) -> ClassPairBaseline {
        let mut pairs: BTreeMap<Pair, usize> = BTreeMap::new();
        let mut relations: BTreeMap<Pair, BTreeMap<&str, usize>> = BTreeMap::new();
        let mut gold = 0;
        for document in documents {
            for (_, _, pair) in entity_pairs(document) {
                *pairs.entry(pair).or_default() += 1;
            }
            let known: BTreeMap<(usize, usize), Pair> =
                entity_pairs(document).into_iter().map(|(head, tail, pair)| ((head, tail), pair)).collect();
            for relation in &document.relations {
                gold += 1;
                if let Some(&pair) = known.get(&(relation.head, relation.tail)) {
                    *relations.entry(pair).or_default().entry(&relation.relation).or_default() += 1;
                }
            }
        }
        let mut candidates: Vec<(Pair, &str, Counts)> = relations
            .into_iter()
            .filter_map(|(pair, counts)| {
                let (relation, correct) =
                    counts.into_iter().max_by_key(|&(relation, count)| (count, std::cmp::Reverse(relation)))?;
                Some((pair, relation, Counts { correct, predicted: pairs[&pair], gold: 0 }))
            })
            .collect();
        candidates.sort_by(|one, two| two.2.precision().total_cmp(&one.2.precision()).then(one.0.cmp(&two.0)));
        let take = best_prefix(candidates.iter().map(|candidate| candidate.2), gold);
        let rules = candidates.into_iter().take(take).map(|(pair, relation, _)| (pair, relation.to_owned())).collect();
        ClassPairBaseline { rules }
    }

    /// The relations proposed between a document's entities.
    pub fn propose(&self, document: &AnnotatedDocument) -> Vec<Proposal> {
        entity_pairs(document)
            .into_iter()
            .filter_map(|(head, tail, pair)| {
                let relation = Iri::new(self.rules.get(&pair)?.as_str());
                Some(Proposal { head, relation, tail, score: Score::ONE })
            })
            .collect()
    }
}

/// How many of the candidates, from the first, give the best F1 together.
fn best_prefix(candidates: impl Iterator<Item = Counts>, gold: usize) -> usize {
    let mut sum = Counts { gold, ..Counts::default() };
    let (mut best, mut take) = (0.0, 0);
    for (index, counts) in candidates.enumerate() {
        sum += counts;
        if sum.f1() > best {
            (best, take) = (sum.f1(), index + 1);
        }
    }
    take
}

fn entity_pairs(document: &AnnotatedDocument) -> Vec<(usize, usize, Pair)> {
    let mut sentences = vec![Vec::new(); document.entities];
    for mention in &document.mentions {
        sentences[mention.entity].push(document.sentence_of(mention.span));
    }
    let classes: Vec<Option<Tag>> = (0..document.entities).map(|entity| document.class_of(entity)).collect();
    let mut pairs = Vec::new();
    for head in 0..document.entities {
        for tail in (0..document.entities).filter(|&tail| tail != head) {
            let together = sentences[head].iter().any(|sentence| sentences[tail].contains(sentence));
            pairs.push((head, tail, (classes[head], classes[tail], together)));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::mentions::tests::document;
    use super::*;
    use Tag::{Location, Person, Time};

    #[test]
    fn the_commonest_relation_of_two_classes_is_proposed_where_it_pays() {
        let mentions = [(0, Person, 0), (1, Location, 1), (2, Time, 2)];
        let born = document(&mentions, &[(0, "P19", 1), (0, "P569", 2)]);
        let moved = document(&mentions, &[(0, "P20", 1), (0, "P569", 2)]);
        let baseline = ClassPairBaseline::fit(&[born.clone(), born.clone(), moved]);
        let proposed: Vec<(usize, String, usize)> = baseline
            .propose(&born)
            .into_iter()
            .map(|proposal| (proposal.head, proposal.relation.as_str().to_owned(), proposal.tail))
            .collect();
        assert_eq!(proposed, [(0, "P19".to_owned(), 1), (0, "P569".to_owned(), 2)]);
        assert_eq!(ClassPairBaseline::fit(&[]).propose(&born), []);
    }
}
