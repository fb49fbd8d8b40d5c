//! Relation scores. In: gold relations and proposed ones. Out: counts by property. Never: the same gold relation found twice.

use super::mentions::predicted_class;
use crate::evaluate::proposal::Proposal;
use kgloom_corpora::{AnnotatedDocument, Tag};
use kgloom_numerics::scores::Counts;
use kgloom_record::record::{Factuality, Iri, Reading, Score, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Counts of one document, by property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelationTally {
    /// By property, such as `P57`.
    pub by_relation: BTreeMap<String, Counts>,
}

/// The property of a relation's IRI: what follows its last slash, hash or colon.
pub fn property(relation: &Iri) -> &str {
    relation.as_str().rsplit(['/', '#', ':']).next().unwrap_or_default()
}

/// What end-to-end scoring compares: predicted relations, each end as the gold entity it is, if it is one.
type Placed<'p> = (Option<usize>, &'p str, Option<usize>);

impl RelationTally {
    /// Proposals between the gold entities; those below their threshold or of properties not marked do not count.
    pub fn given(
        document: &AnnotatedDocument,
        proposals: &[Proposal],
        thresholds: &BTreeMap<Iri, Score>,
    ) -> RelationTally {
        let placed: BTreeSet<Placed> = proposals
            .iter()
            .filter(|proposal| passes(&proposal.relation, proposal.score, thresholds))
            .map(|proposal| (Some(proposal.head), property(&proposal.relation), Some(proposal.tail)))
            .collect();
        count(document, &placed.into_iter().collect::<Vec<_>>())
    }

    /// The relations that a reading states. An entity stands for the gold entity with which it shares most mentions
    /// of equal span and class; a relation is right when both its ends stand for the ends of a gold one.
    pub fn end_to_end(
        document: &AnnotatedDocument,
        reading: &Reading,
        thresholds: &BTreeMap<Iri, Score>,
    ) -> RelationTally {
        let stands_for = stands_for(document, reading);
        let place = |entity: u32| stands_for.get(entity as usize).copied().flatten();
        let placed: Vec<Placed> = reading
            .relations
            .iter()
            .filter(|relation| relation.factuality == Factuality::Stated)
            .filter(|relation| passes(&relation.relation, relation.score, thresholds))
            .map(|relation| (place(relation.head), property(&relation.relation), place(relation.tail)))
            .collect();
        count(document, &placed)
    }

    /// Adds another document's counts.
    pub fn add(&mut self, other: &RelationTally) {
        for (relation, &counts) in &other.by_relation {
            *self.by_relation.entry(relation.clone()).or_default() += counts;
        }
    }

    /// All properties together.
    pub fn micro(&self) -> Counts {
        let mut sum = Counts::default();
        self.by_relation.values().for_each(|&counts| sum += counts);
        sum
    }
}

/// A relation without a threshold counts at any score.
fn passes(relation: &Iri, score: Score, thresholds: &BTreeMap<Iri, Score>) -> bool {
    thresholds.get(relation).is_none_or(|&threshold| score >= threshold)
}

fn count(document: &AnnotatedDocument, placed: &[Placed]) -> RelationTally {
    let mut tally = RelationTally::default();
    let mut open: BTreeSet<Placed> = BTreeSet::new();
    for relation in &document.relations {
        open.insert((Some(relation.head), &relation.relation, Some(relation.tail)));
        tally.by_relation.entry(relation.relation.clone()).or_default().gold += 1;
    }
    for relation in
        placed.iter().filter(|relation| document.annotation.relations.iter().any(|known| known == relation.1))
    {
        let counts = tally.by_relation.entry(relation.1.to_owned()).or_default();
        counts.predicted += 1;
        counts.correct += usize::from(open.remove(relation));
    }
    tally
}

/// For each entity of a reading, the gold entity that it is.
pub(crate) fn stands_for(document: &AnnotatedDocument, reading: &Reading) -> Vec<Option<usize>> {
    let mut gold: BTreeMap<Span, Vec<(Option<Tag>, usize)>> = BTreeMap::new();
    for mention in &document.mentions {
        gold.entry(mention.span).or_default().push((mention.class, mention.entity));
    }
    let mut votes: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); reading.entities.len()];
    for mention in &reading.mentions {
        let class = predicted_class(reading, mention.entity);
        for &(marked, entity) in gold.get(&mention.span).into_iter().flatten() {
            if marked.is_none() || marked == class {
                *votes[mention.entity as usize].entry(entity).or_default() += 1;
            }
        }
    }
    let most = |votes: BTreeMap<usize, usize>| {
        votes.into_iter().max_by_key(|&(entity, count)| (count, std::cmp::Reverse(entity))).map(|(entity, _)| entity)
    };
    votes.into_iter().map(most).collect()
}

#[cfg(test)]
mod tests {
    use super::super::mentions::tests::{document, reading};
    use super::*;
    use Tag::{Location, Person, Time};

    const PEOPLE: [(u32, Tag, usize); 4] = [(0, Person, 0), (1, Location, 1), (2, Time, 2), (5, Person, 0)];

    fn iri(property: &str) -> Iri {
        Iri::new(format!("http://www.wikidata.org/prop/direct/{property}"))
    }

    #[test]
    fn with_gold_mentions_the_threshold_of_the_relation_decides() {
        let gold = document(&PEOPLE, &[(0, "P19", 1), (0, "P569", 2)]);
        let proposal =
            |head, relation, tail, score| Proposal { head, relation: iri(relation), tail, score: Score::new(score) };
        let proposals = [
            proposal(0, "P19", 1, 6000),
            proposal(0, "P569", 2, 6000),
            proposal(1, "P19", 0, 9000),
            proposal(0, "P999", 1, 9000),
        ];
        let thresholds = BTreeMap::from([(iri("P19"), Score::new(5000)), (iri("P569"), Score::new(7000))]);
        let tally = RelationTally::given(&gold, &proposals, &thresholds);
        assert_eq!(tally.by_relation["P19"], Counts { correct: 1, predicted: 2, gold: 1 });
        assert_eq!(tally.by_relation["P569"], Counts { correct: 0, predicted: 0, gold: 1 });
        assert_eq!(tally.micro(), Counts { correct: 1, predicted: 2, gold: 2 });
    }

    #[test]
    fn end_to_end_needs_spans_and_classes_of_both_ends() {
        let gold = document(&PEOPLE, &[(0, "P19", 1), (0, "P569", 2)]);
        let none = BTreeMap::new();
        let right =
            reading(&[(5, Person, 0), (1, Location, 1), (2, Location, 2)], &[(0, "P19", 1, 1), (0, "P569", 2, 1)]);
        assert_eq!(
            RelationTally::end_to_end(&gold, &right, &none).micro(),
            Counts { correct: 1, predicted: 2, gold: 2 }
        );
        let split = reading(&[(0, Person, 0), (5, Person, 1), (1, Location, 2)], &[(0, "P19", 2, 1), (1, "P19", 2, 1)]);
        assert_eq!(
            RelationTally::end_to_end(&gold, &split, &none).micro(),
            Counts { correct: 1, predicted: 2, gold: 2 },
            "a gold relation is found once"
        );
    }
}
