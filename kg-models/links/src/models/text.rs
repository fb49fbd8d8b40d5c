//! What texts tell as a model of links: what the nearest links of training say, where maps point, and rules where links of
//! new entities may be seen.
//!
//! In: a blend, perhaps maps that learnt, vectors of texts. Out: a scorer, also of entities never seen. Never: the link that
//! is asked about.

use super::model::{Model, Protocols, View};
use crate::Error;
use crate::data::protocol::Protocol;
use crate::data::set::Query;
use crate::rank::filtered::Scorer;
use crate::rules::mining::{Hidden, Neighbours, Rules};
use crate::rules::neighbourhood::NeighbourhoodScorer;
use crate::text::blend::{Blend, TextBase};
use crate::text::lowrank::LowRank;
use std::sync::Arc;

/// A blend of what nearest links and maps say; but for maps that learnt, all is computed from the visible links.
#[derive(Clone, Debug, PartialEq)]
pub struct TextModel {
    /// The weights.
    pub blend: Blend,
    /// Maps that learnt, if some did.
    pub maps: Option<Box<LowRank>>,
    /// The encoder of the texts.
    pub encoder: String,
}

impl Model for TextModel {
    fn protocols(&self) -> Protocols {
        Protocols {
            usual: Protocol::TextOnly,
            alone: |protocol| !matches!(protocol, Protocol::Transductive | Protocol::Disjoint),
            beside: |_| true,
            nature: "has no numbers of its own for an entity, but reads texts",
        }
    }

    fn encoder(&self) -> Option<&str> {
        Some(&self.encoder)
    }

    fn visible(&self, view: &View<'_>) -> Result<String, Error> {
        Ok(match view.protocol {
            Protocol::Transductive | Protocol::Disjoint => "texts, and the training links".to_owned(),
            protocol => protocol.visible(),
        })
    }

    fn scorer<'a>(&'a self, view: &View<'a>) -> Result<Box<dyn Scorer + 'a>, Error> {
        let View { set, protocol, seed, .. } = *view;
        let (shown, _) = view.shown_and_ranked()?;
        let known = [set.train.as_slice(), &shown].concat();
        let base = TextBase::new(set, &known, view.vectors()?, (self.blend, self.maps.as_deref()))?;
        let texts = Box::new(BaseScorer { base, blend: self.blend, mask: protocol != Protocol::TextOnly });
        let (graph, hidden, weight) = match protocol {
            Protocol::TextOnly | Protocol::Transductive | Protocol::Disjoint => return Ok(texts),
            Protocol::Shots(_) => ([view.earlier()?, vec![&shown]].concat(), Hidden::Link, self.blend.rules),
            Protocol::LeaveOneOut => (view.part.of(set)?.1, Hidden::Link, self.blend.rules),
            Protocol::LeaveOneOutApart => (view.part.of(set)?.1, Hidden::Pair, self.blend.rules_apart),
        };
        let count = set.entities.len();
        let rules = Rules::learn(&Neighbours::new(&[&set.train], count), set.relations.len(), seed);
        let graph = Arc::new(Neighbours::new(&graph, count));
        Ok(Box::new(NeighbourhoodScorer::new(texts, (Arc::new(rules), weight), (graph, hidden))))
    }
}

/// Scores by texts, with what it needs for that.
struct BaseScorer<'a> {
    base: TextBase<'a>,
    blend: Blend,
    mask: bool,
}

impl Scorer for BaseScorer<'_> {
    fn entities(&self) -> usize {
        self.base.scorer(self.blend, self.mask).entities()
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        self.base.scorer(self.blend, self.mask).score(asked, scores)
    }
}
