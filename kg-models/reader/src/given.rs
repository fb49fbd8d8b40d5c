//! Relations between entities that somebody else found.
//!
//! In: a text and its entities. Out: relations between them, from their floor up. Never: an entity of our own.

use super::mentions::{CLASSES, MentionSpan};
use super::relations::EntityCandidate;
use crate::Error;
use crate::model::{CLASS_IRIS, Extractor};
use kgloom_record::record::{Iri, Score, Span};
use std::collections::BTreeMap;
use std::ops::Range;

/// An entity given from outside, for scoring relations alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenEntity {
    /// Its class: one of [`CLASS_IRIS`]; `None` where the data does not say, and the mention head decides.
    pub class: Option<Iri>,
    /// Its mentions.
    pub mentions: Vec<Span>,
}

/// A relation between given entities.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenRelation {
    /// Index of the head entity.
    pub head: usize,
    /// The relation.
    pub relation: Iri,
    /// Index of the tail entity.
    pub tail: usize,
    /// The calibrated confidence.
    pub score: Score,
}

impl Extractor {
    /// The relations of a text between entities that are given: every one from the floor up.
    /// A mention that covers no word is left out; an entity without mentions has no relations.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn relations_between(&self, text: &str, entities: &[GivenEntity]) -> Result<Vec<GivenRelation>, Error> {
        self.alone(|| {
            let tokenized = self.backbone.chunker.tokenize(text)?;
            let words: Vec<Vec<Range<usize>>> = entities
                .iter()
                .map(|entity| {
                    let mut words: Vec<_> = entity.mentions.iter().map(|&span| tokenized.words_under(span)).collect();
                    words.retain(|words| !words.is_empty());
                    words.sort_by_key(|words| (words.start, words.end));
                    words
                })
                .collect();
            let mut best: BTreeMap<(usize, usize, usize), Score> = BTreeMap::new();
            for window in tokenized.windows(self.window) {
                let analysis = self.analyse(text, &tokenized, window)?;
                let within = |words: &&Range<usize>| {
                    analysis.states.words.start <= words.start && words.end <= analysis.states.words.end
                };
                let mut members = Vec::new();
                let mut given = Vec::new();
                for (index, (entity, words)) in entities.iter().zip(&words).enumerate() {
                    let mentions: Vec<_> = words.iter().filter(within).cloned().collect();
                    if mentions.is_empty() {
                        continue;
                    }
                    let is = |iri: &&str| entity.class.as_ref().is_some_and(|class| class.as_str() == *iri);
                    let named = CLASS_IRIS.iter().position(is);
                    let class = named.unwrap_or_else(|| overlapping_class(&analysis.found, &mentions));
                    members.push(EntityCandidate { class, mentions });
                    given.push(index);
                }
                for found in self.relate((text, &tokenized), &analysis, &members)?.0 {
                    let key = (given[found.head], given[found.tail], found.relation);
                    let score = best.entry(key).or_insert(found.score);
                    *score = found.score.max(*score);
                }
            }
            let relation = |((head, tail, relation), score)| GivenRelation {
                head,
                tail,
                relation: self.relation(relation).clone(),
                score,
            };
            Ok(best.into_iter().map(relation).collect())
        })
    }
}

fn overlapping_class(found: &[MentionSpan], words: &[Range<usize>]) -> usize {
    let overlaps =
        |mention: &&MentionSpan| words.iter().any(|w| w.start < mention.words.end && mention.words.start < w.end);
    found.iter().find(overlaps).map_or(CLASSES.len() - 1, |mention| mention.class)
}
