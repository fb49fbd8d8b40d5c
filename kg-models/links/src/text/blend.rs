//! Answers from texts alone: what the nearest links of training say, and where maps point, in closed form and learnt.
//!
//! In: vectors of entities, the links that may be seen, a blend, perhaps maps that learnt. Out: scores, also of entities
//! never seen. Never: a step of gradient descent.

use super::character_ngrams::character_ngrams;
use super::lowrank::LowRank;
use super::maps::{Maps, Pairs, Whitening};
use crate::Error;
use crate::data::set::{Link, LinkSet, Query};
use crate::rank::filtered::Scorer;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::{Epilogue, unit};
use kgloom_numerics::vectors::TextVectors;
use serde::{Deserialize, Serialize};

/// How much each voice counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blend {
    /// How many links of the relation are asked: those whose known end is nearest (as in kNN-LM, Khandelwal et al. 2020).
    pub neighbours: usize,
    /// How fast a link's word loses weight with distance: `exp((cos − 1) / temperature)`.
    pub temperature: f32,
    /// The weight of: the known end, moved as those links move theirs.
    pub shifted: f32,
    /// The weight of: the mean of their answers.
    pub mean: f32,
    /// The weight of: being one of their answers.
    pub seen: f32,
    /// The weight of: where the relation's map points, among whitened vectors.
    pub mapped: f32,
    /// The weight of: where the maps that learnt point, among the same.
    #[serde(default)]
    pub learnt: f32,
    /// The weight of: how often an entity answers the relation at all.
    pub frequent: f32,
    /// What the squares of the maps' numbers cost.
    pub ridge: f32,
    /// How far the covariance is shrunk before whitening.
    pub shrinkage: f32,
    /// The weight of: what rules say, where links of the entity can be seen.
    pub rules: f32,
    /// The same, where no other link between the two ends can.
    pub rules_apart: f32,
}

impl Default for Blend {
    fn default() -> Self {
        Blend {
            neighbours: 256,
            temperature: 0.05,
            shifted: 0.7,
            mean: 0.3,
            seen: 1.0,
            mapped: 1.0,
            learnt: 0.0,
            frequent: 0.0,
            ridge: 1.0,
            shrinkage: 0.1,
            rules: 1.0,
            rules_apart: 1.0,
        }
    }
}

/// The least share of a relation's links that are loops for an entity to be among the answers about itself: the nearest
/// text to an entity's is its own, and would come first.
const LOOPS: f32 = 0.05;

/// What is computed once for a set of visible links.
#[derive(Debug)]
pub struct TextBase<'a> {
    vectors: &'a TextVectors,
    white: TextVectors,
    /// Whitened vectors, with letters beside them where maps learnt on those.
    wide: TextVectors,
    /// Both kinds of vectors side by side, packed for products.
    both: SinglePanels,
    raw: SinglePanels,
    pairs: Pairs,
    maps: Maps,
    learnt: Option<&'a LowRank>,
    /// By relation: whether an entity may be the answer to a question about itself.
    loops: Vec<bool>,
    fitted: (f32, f32),
}

impl<'a> TextBase<'a> {
    /// Prepares what the links say; vectors are whitened by the entities of the training part, whatever else may be seen.
    ///
    /// # Errors
    /// When too few of their entities have a text.
    pub fn new(
        set: &LinkSet,
        links: &[Link],
        vectors: &'a TextVectors,
        (blend, learnt): (Blend, Option<&'a LowRank>),
    ) -> Result<Self, Error> {
        let count = set.relations.len();
        let mut base = TextBase {
            vectors,
            white: TextVectors::default(),
            wide: TextVectors::default(),
            both: SinglePanels::default(),
            raw: SinglePanels::default(),
            pairs: Pairs::new(links, count),
            maps: Maps::default(),
            learnt,
            loops: loops(links, count),
            fitted: (f32::NAN, f32::NAN),
        };
        let entities = set.entities.len();
        base.raw.pack_columns(&vectors.values, vectors.width, (vectors.width, entities));
        base.refit(set, blend)?;
        Ok(base)
    }

    /// Fits again what depends on the blend, where it has changed.
    ///
    /// # Errors
    /// As [`TextBase::new`].
    pub fn refit(&mut self, set: &LinkSet, blend: Blend) -> Result<(), Error> {
        let entities = set.entities.len();
        if self.fitted.1 != blend.shrinkage {
            self.white = Whitening::learn(self.vectors, &set.seen(&[&set.train]), blend.shrinkage)?.apply(self.vectors);
            self.wide = match self.learnt {
                Some(maps) => widen(set, &self.white, maps.sizes.width),
                None => self.white.clone(),
            };
            let both = self.vectors.beside(&self.wide, (1.0, 1.0));
            self.both.pack_columns(&both.values, both.width, (both.width, entities));
        }
        if self.fitted != (blend.ridge, blend.shrinkage) {
            self.maps = Maps::fit(&self.pairs, &self.white, blend.ridge);
        }
        self.fitted = (blend.ridge, blend.shrinkage);
        Ok(())
    }

    /// The whitened vectors.
    pub fn into_white(self) -> TextVectors {
        self.white
    }

    /// What scores with a blend; with `mask`, an entity is no answer to a question about itself unless a good part of the
    /// relation's visible links are loops.
    pub fn scorer(&self, blend: Blend, mask: bool) -> TextScorer<'_> {
        TextScorer { base: self, blend, mask, isa: Isa::best() }
    }
}

/// The shares that whitened vectors, and each half of the rows of letters, have of the square of a length.
const SHARES: (f32, f32) = (0.5, 0.25);

/// Whitened vectors with so many numbers for letters beside them that they are as wide as asked for.
pub fn widen(set: &LinkSet, white: &TextVectors, width: usize) -> TextVectors {
    if width <= white.width {
        return white.clone();
    }
    white.beside(&character_ngrams(&set.texts, &set.seen(&[&set.train]), (width - white.width) / 2), SHARES)
}

/// What a whitened vector is multiplied by, where vectors are as wide as [`widen`] makes them.
pub fn own_share(white: usize, width: usize) -> f32 {
    if width <= white { 1.0 } else { SHARES.0.sqrt() }
}

/// By relation: whether enough of its links are loops.
pub fn loops(links: &[Link], relations: usize) -> Vec<bool> {
    let mut counts = vec![(0usize, 0usize); relations];
    for link in links {
        let (around, all) = &mut counts[link.relation as usize];
        *around += usize::from(link.head == link.tail);
        *all += 1;
    }
    counts.into_iter().map(|(around, all)| around as f32 >= LOOPS * all as f32).collect()
}

/// Scores by texts.
#[derive(Debug)]
pub struct TextScorer<'a> {
    base: &'a TextBase<'a>,
    blend: Blend,
    mask: bool,
    isa: Isa,
}

impl TextScorer<'_> {
    /// The nearest links of the relation with their weights; their weights sum to 1.
    fn nearest(&self, question: Query, near: &[f32]) -> Vec<(u32, u32, f32)> {
        let pairs = self.base.pairs.like(question);
        let mut order: Vec<(f32, u32)> =
            (0u32..).zip(pairs).map(|(place, (known, _))| (near[*known as usize], place)).collect();
        let kept = self.blend.neighbours.min(order.len());
        let closer = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if kept < order.len() && kept > 0 {
            order.select_nth_unstable_by(kept - 1, closer);
        }
        order.truncate(kept);
        order.sort_unstable_by(closer);
        let weight = |near: f32| ((near - 1.0) / self.blend.temperature).exp();
        let total: f32 = order.iter().map(|(near, _)| weight(*near)).sum();
        let one = |(near, place): (f32, u32)| {
            let (known, answer) = pairs[place as usize];
            (known, answer, weight(near) / total.max(f32::MIN_POSITIVE))
        };
        order.into_iter().map(one).collect()
    }

    /// Where answers should lie, both kinds of vectors side by side.
    fn query(&self, question: Query, nearest: &[(u32, u32, f32)], query: &mut [f32]) {
        let TextBase { vectors, white, wide, maps, .. } = self.base;
        let (raw, mapped) = query.split_at_mut(vectors.width);
        let mut shifted = vectors.row(question.anchor).to_vec();
        let mut mean = vec![0f32; vectors.width];
        for &(known, answer, weight) in nearest {
            let (from, to) = (vectors.row(known), vectors.row(answer));
            for i in 0..mean.len() {
                shifted[i] += weight * (to[i] - from[i]);
                mean[i] += weight * to[i];
            }
        }
        unit(&mut shifted);
        unit(&mut mean);
        for (to, (shifted, mean)) in raw.iter_mut().zip(shifted.iter().zip(&mean)) {
            *to = self.blend.shifted * shifted + self.blend.mean * mean;
        }
        let own = &mut mapped[..white.width];
        if self.blend.mapped == 0.0 || !maps.predict(question, white.row(question.anchor), own) {
            own.fill(0.0);
        }
        let scale = self.blend.mapped / own_share(white.width, wide.width);
        own.iter_mut().for_each(|x| *x *= scale);
        if let Some(maps) = self.base.learnt.filter(|_| self.blend.learnt != 0.0) {
            let point = maps.point(question, wide.row(question.anchor));
            mapped.iter_mut().zip(point).for_each(|(to, x)| *to += self.blend.learnt * x);
        }
    }
}

impl Scorer for TextScorer<'_> {
    fn entities(&self) -> usize {
        self.base.raw.columns
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        let questions: Vec<Query> = asked.iter().map(|(question, _)| *question).collect();
        let TextBase { vectors, wide, both, raw, .. } = self.base;
        let (width, deep, entities) = (vectors.width, vectors.width + wide.width, self.entities());
        let known: Vec<f32> = questions.iter().flat_map(|q| vectors.row(q.anchor).iter().copied()).collect();
        let rows = Rows { values: &known, stride: width, count: questions.len() };
        // The scores' room first holds how near every entity is to the known one.
        kernels::single(self.isa, rows, raw, Epilogue::Plain, scores);
        let mut queries = vec![0f32; questions.len() * deep];
        let mut nearest = Vec::with_capacity(questions.len());
        for (at, question) in questions.iter().enumerate() {
            let own = self.nearest(*question, &scores[at * entities..][..entities]);
            self.query(*question, &own, &mut queries[at * deep..][..deep]);
            nearest.push(own);
        }
        let rows = Rows { values: &queries, stride: deep, count: questions.len() };
        kernels::single(self.isa, rows, both, Epilogue::Plain, scores);
        for ((question, nearest), scores) in questions.iter().zip(nearest).zip(scores.chunks_exact_mut(entities)) {
            for (_, answer, weight) in nearest {
                scores[answer as usize] += self.blend.seen * weight;
            }
            for (answer, common) in self.base.pairs.common(*question) {
                scores[*answer as usize] += self.blend.frequent * common;
            }
            if self.mask && !self.base.loops[question.relation as usize] {
                scores[question.anchor as usize] = f32::NEG_INFINITY;
            }
        }
        Ok(())
    }
}
