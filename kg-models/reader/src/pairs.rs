//! The pairs of a text's entities by their places in the space of labels: what relations are taught from.
//!
//! In: a text. Out: its entities with their mentions, its pairs with their places. Never: a relation told.

use super::relations::{CandidatePairs, CandidateSet};
use crate::Error;
use crate::model::Extractor;
use kgloom_record::record::Span;
use std::collections::BTreeSet;
use std::ops::Range;

/// A text as relations are taught from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairedText {
    /// By entity: where names of it stand. An entity that two windows of a long text speak of is there twice.
    pub entities: Vec<Vec<Span>>,
    /// The head and the tail of each pair, as places among the entities.
    pub ends: Vec<[usize; 2]>,
    /// Pairs × [`super::relations::EMBEDDING_WIDTH`].
    pub places: Vec<f32>,
}

impl PairedText {
    /// The entities that are named at one of these spans; where no name is the same, those whose names overlap with one.
    pub fn named(&self, spans: &[Span]) -> BTreeSet<usize> {
        let fitting = |fits: fn(&Span, &Span) -> bool| -> BTreeSet<usize> {
            let named = |names: &[Span]| names.iter().any(|name| spans.iter().any(|span| fits(name, span)));
            (0..self.entities.len()).filter(|&entity| named(&self.entities[entity])).collect()
        };
        let same = fitting(|name, span| name == span);
        if same.is_empty() { fitting(|name, span| name.start < span.end && span.start < name.end) } else { same }
    }

    /// The pairs whose head and tail are named at these spans, those first whose names stand closest to each other.
    pub fn between(&self, head: &[Span], tail: &[Span]) -> Vec<usize> {
        let (heads, tails) = (self.named(head), self.named(tail));
        let gap = |pair: &usize| {
            let [heads, tails] = self.ends[*pair].map(|entity| &self.entities[entity]);
            heads.iter().flat_map(|one| tails.iter().map(|other| one.gap(*other))).min()
        };
        let fits = |ends: &[usize; 2]| heads.contains(&ends[0]) && tails.contains(&ends[1]);
        let mut pairs: Vec<usize> = (0..self.ends.len()).filter(|&pair| fits(&self.ends[pair])).collect();
        pairs.sort_by_key(gap);
        pairs
    }
}

impl Extractor {
    /// The entities that it finds in a text, and their pairs; no pair where it was trained without labels.
    ///
    /// # Errors
    /// When the text cannot be tokenized, or tensor arithmetic fails; [`Error::Stopped`] when somebody asked to stop.
    pub fn pairs(&self, text: &str) -> Result<PairedText, Error> {
        self.alone(|| {
            let tokenized = self.backbone.chunker.tokenize(text)?;
            let mut paired = PairedText::default();
            for window in tokenized.windows(self.window) {
                let analysis = self.analyse(text, &tokenized, window)?;
                let entities = self.entities(text, &tokenized, &analysis)?;
                let base = paired.entities.len();
                let span = |words: &Range<usize>| Span {
                    start: tokenized.words[words.start].span.start,
                    end: tokenized.words[words.end - 1].span.end,
                };
                let names = entities.members.iter().map(|member| member.mentions.iter().map(span).collect());
                paired.entities.extend(names);
                let Some(head) = &self.relations else { continue };
                let (layers, members) = (&self.config.relation_layers, &entities.spoken_of);
                let candidates = CandidateSet::alone(&analysis.states, members, layers);
                let pairs = CandidatePairs::new(&analysis.states, &tokenized, members, layers);
                head.embed(&candidates, pairs, self.stop, &mut |pair, place| {
                    paired.ends.push([base + pair.head, base + pair.tail]);
                    paired.places.extend(place);
                })?;
            }
            Ok(paired)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_found_by_what_its_ends_are_called() {
        let span = |start, end| Span { start, end };
        let paired = PairedText {
            entities: vec![vec![span(0, 9), span(40, 44)], vec![span(20, 30)], vec![span(50, 60)], vec![span(2, 6)]],
            ends: vec![[0, 1], [1, 0], [0, 2], [3, 1]],
            places: Vec::new(),
        };
        assert_eq!(paired.between(&[span(0, 9)], &[span(18, 31)]), [0], "the same name goes before one that overlaps");
        assert_eq!(paired.between(&[span(1, 5)], &[span(20, 30)]), [0, 3], "the closest goes first");
        assert_eq!(paired.between(&[span(20, 30)], &[span(40, 44)]), [1]);
        assert_eq!(paired.between(&[span(0, 9)], &[span(22, 25), span(50, 60)]), [2]);
        assert!(paired.between(&[span(9, 12)], &[span(20, 30)]).is_empty());
        assert!(!paired.named(&[span(59, 70)]).is_empty() && paired.named(&[span(60, 70)]).is_empty());
    }
}
