//! Strict mention scores. In: a document and its reading. Out: counts by class. Never: credit for an overlap.

use kgloom_corpora::{AnnotatedDocument, Tag};
use kgloom_numerics::scores::Counts;
use kgloom_record::record::{Reading, Span};
use std::collections::BTreeSet;

/// Counts of one document: a mention is right when span and class are. On BIO data these are seqeval's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MentionTally {
    /// By class, in the order of [`Tag::ALL`].
    pub by_class: [Counts; Tag::ALL.len()],
}

impl MentionTally {
    /// Compares over the classes that the document marks; others are no one's mistake.
    pub fn of(document: &AnnotatedDocument, reading: &Reading) -> MentionTally {
        let marked = |class: &Tag| document.annotation.classes.contains(class);
        let gold: BTreeSet<(Span, Tag)> = document
            .mentions
            .iter()
            .filter_map(|mention| Some((mention.span, mention.class.filter(marked)?)))
            .collect();
        let predicted: BTreeSet<(Span, Tag)> = reading
            .mentions
            .iter()
            .filter_map(|mention| Some((mention.span, predicted_class(reading, mention.entity).filter(marked)?)))
            .collect();
        let mut tally = MentionTally::default();
        for &(_, class) in &gold {
            tally.by_class[class.index()].gold += 1;
        }
        for mention in &predicted {
            let counts = &mut tally.by_class[mention.1.index()];
            counts.predicted += 1;
            counts.correct += usize::from(gold.contains(mention));
        }
        tally
    }

    /// All classes together.
    pub fn micro(&self) -> Counts {
        let mut sum = Counts::default();
        self.by_class.iter().for_each(|&counts| sum += counts);
        sum
    }
}

/// The class of an entity of a reading; `None` for one that is not ours.
pub(super) fn predicted_class(reading: &Reading, entity: u32) -> Option<Tag> {
    Tag::from_iri(&reading.entities.get(entity as usize)?.class)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use kgloom_corpora::{Annotation, GoldMention, GoldRelation};
    use kgloom_record::record::{Factuality, Iri, LocalEntity, LocalRelation, Mention, Score};
    use std::sync::Arc;

    pub(in super::super) fn span(at: u32) -> Span {
        Span { start: 2 * at, end: 2 * at + 1 }
    }

    /// A document of one-letter words; mentions as (word, class, entity), relations as (head, property, tail).
    pub(in super::super) fn document(
        mentions: &[(u32, Tag, usize)],
        relations: &[(usize, &str, usize)],
    ) -> AnnotatedDocument {
        let text = ["a"; 40].join(" ");
        let whole = vec![Span { start: 0, end: text.len() as u32 }];
        let annotation = Annotation {
            classes: vec![Tag::Person, Tag::Location, Tag::Time],
            complete: true,
            coreference: true,
            relations: Arc::new(["P19".to_owned(), "P569".to_owned()]),
        };
        let mut document = AnnotatedDocument::new("d".to_owned(), text, whole, annotation);
        document.mentions = mentions
            .iter()
            .map(|&(at, class, entity)| GoldMention { span: span(at), class: Some(class), entity })
            .collect();
        document.entities = mentions.iter().map(|mention| mention.2 + 1).max().unwrap_or(0);
        document.relations = relations
            .iter()
            .map(|&(head, relation, tail)| GoldRelation {
                head,
                relation: relation.to_owned(),
                tail,
                evidence: vec![0],
            })
            .collect();
        document
    }

    /// A reading in the same shorthand; the score of a relation is in ten-thousandths.
    pub(in super::super) fn reading(mentions: &[(u32, Tag, u32)], relations: &[(u32, &str, u32, u16)]) -> Reading {
        let count = mentions.iter().map(|mention| mention.2 + 1).max().unwrap_or(0);
        let class = |entity| mentions.iter().find(|mention| mention.2 == entity).expect("each entity has a mention").1;
        let entities = (0..count)
            .map(|entity| LocalEntity {
                class: class(entity).iri(),
                literal: None,
                defined: false,
                types: Vec::new(),
                context: Arc::new([]),
            })
            .collect();
        let mention_of = |entity| mentions.iter().position(|mention| mention.2 == entity).expect("mentioned") as u32;
        Reading {
            sentences: Vec::new(),
            mentions: mentions
                .iter()
                .map(|&(at, _, entity)| Mention { span: span(at), score: Score::ONE, entity })
                .collect(),
            entities,
            relations: relations
                .iter()
                .map(|&(head, relation, tail, score)| LocalRelation {
                    head,
                    relation: Iri::new(format!("http://www.wikidata.org/prop/direct/{relation}")),
                    tail,
                    score: Score::new(score),
                    head_mention: mention_of(head),
                    tail_mention: mention_of(tail),
                    factuality: Factuality::Stated,
                })
                .collect(),
        }
    }

    #[test]
    fn span_and_class_must_both_be_right() {
        use Tag::{Location, Organization, Person};
        let gold = document(&[(0, Person, 0), (1, Person, 1), (2, Location, 2), (9, Organization, 3)], &[]);
        let read = reading(&[(0, Person, 0), (1, Location, 1), (3, Person, 2), (5, Organization, 3)], &[]);
        let tally = MentionTally::of(&gold, &read);
        assert_eq!(tally.by_class[Person.index()], Counts { correct: 1, predicted: 2, gold: 2 });
        assert_eq!(tally.by_class[Location.index()], Counts { correct: 0, predicted: 1, gold: 1 });
        assert_eq!(tally.by_class[Organization.index()], Counts::default(), "not marked in this set");
        assert_eq!(tally.micro(), Counts { correct: 1, predicted: 3, gold: 3 });
    }
}
