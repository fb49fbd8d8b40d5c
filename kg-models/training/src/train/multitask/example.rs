//! A document as the encoder learns from it, and the losses of several documents seen together.
//!
//! In: annotated documents, the encoder and the heads as they are. Out: one loss. Never: a gradient through attention
//! weights: what a pair's context is made of is fixed for a step, what it is made from is not.

use super::super::corpus::{members, relate};
use super::super::epochs::Losses;
use super::super::labels::Tables;
use super::super::mentions::{self, TaggedText};
use super::super::relations::{self, chosen};
use super::encoder::{EncodedChunks, TrainableEncoder};
use super::passes::{PoolingWeights, attention, pool};
use crate::train::relations::batch::{Batch, RelatedText};
use candle_core::{Device, Tensor};
use kgloom_corpora::AnnotatedDocument;
use kgloom_numerics::draw::Draw;
use kgloom_reader::Error;
use kgloom_reader::candidates::RelationLayers;
use kgloom_reader::fused::{Activation, values};
use kgloom_reader::layers::Parameters;
use kgloom_reader::layout::TokenizedText;
use kgloom_reader::mentions::Rows;
use kgloom_reader::relations::{CandidateSet, EntityCandidate, PairRows};
use kgloom_reader::states::{Attention, WordStates};
use std::collections::{BTreeMap, BTreeSet};

/// The linear head that tells sentence vectors while the encoder is tuned.
pub const SENTENCE: &str = "sentence";

/// A document to learn from.
pub struct Example {
    /// Its words and the tags they may have; no states.
    pub tagged: TaggedText,
    /// How many word pieces it has, special ones included.
    pub pieces: usize,
    tokenized: TokenizedText,
    related: Option<(AnnotatedDocument, Vec<EntityCandidate>)>,
    /// The vectors that the encoder gave its sentences before it was tuned, sentences × width; none where they are not
    /// learnt.
    told: Vec<f32>,
}

impl Example {
    /// A text of which only mentions are learnt.
    pub fn tagged(tagged: TaggedText, tokenized: TokenizedText) -> Self {
        let pieces = tokenized.chunks.iter().map(|chunk| chunk.ids.len()).sum();
        Example { tagged, pieces, tokenized, related: None, told: Vec::new() }
    }

    /// Prepares a document; its relations are learnt where it has some. An entity whose class the set does not say
    /// counts as of the last class. `unsure` are the words of its set whose silence says nothing, `told` the vectors that
    /// its sentences shall keep.
    pub fn new(
        document: AnnotatedDocument,
        tokenized: TokenizedText,
        (style, unsure): (u32, &BTreeSet<String>),
        told: Vec<f32>,
    ) -> Self {
        let tagged = TaggedText::new(&document, &tokenized, style, unsure, Vec::new());
        let pieces = tokenized.chunks.iter().map(|chunk| chunk.ids.len()).sum();
        let related = (!document.relations.is_empty() || document.open.is_some()).then(|| {
            let members = members(&document, &tokenized, &[]);
            (document, members)
        });
        Example { tagged, pieces, tokenized, related, told }
    }
}

/// What every relation loss needs: the label space, and the relations that only picked sentences mark.
pub struct Labels {
    /// The properties.
    pub space: Vec<String>,
    /// Whether each is marked by picked sentences alone.
    pub weak: Vec<bool>,
    /// What relations are called and described by, those in words, and kinds of things; none where only properties are
    /// learnt.
    pub tables: Option<Tables>,
}

impl Labels {
    /// What a loss asks of them.
    pub fn asked(&self) -> (&[bool], Option<&Tables>) {
        (&self.weak, self.tables.as_ref())
    }
}

/// Several documents, seen in one pass.
pub struct ExampleBatch<'a> {
    examples: &'a [&'a Example],
    encoded: EncodedChunks,
    heads: usize,
    words: Tensor,
    /// The first row of each document among the words; a separator follows each document.
    starts: Vec<usize>,
}

impl<'a> ExampleBatch<'a> {
    /// Sees the documents.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn new(
        encoder: &TrainableEncoder,
        parameters: &Parameters,
        examples: &'a [&'a Example],
        dropout: kgloom_reader::layers::Dropout<'_>,
    ) -> Result<Self, Error> {
        let chunks: Vec<&[u32]> =
            examples.iter().flat_map(|example| &example.tokenized.chunks).map(|chunk| chunk.ids.as_slice()).collect();
        let encoded = encoder.encode(parameters, &chunks, dropout)?;
        let (mut poolings, mut starts, mut first): (Vec<PoolingWeights>, Vec<usize>, usize) =
            (Vec::new(), Vec::new(), 0);
        for example in examples {
            starts.push(poolings.len());
            for chunk in &example.tokenized.chunks {
                for word in &example.tokenized.words[chunk.words.clone()] {
                    let share = 1.0 / word.pieces.len() as f32;
                    poolings.push(word.pieces.clone().map(|piece| (first + piece, share)).collect());
                }
                first += chunk.ids.len();
            }
            poolings.push(Vec::new());
        }
        let words = pool(&encoded.states, poolings)?;
        Ok(ExampleBatch { examples, encoded, heads: encoder.heads(), words, starts })
    }

    /// The surrogate of all losses together, and the losses.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn loss(&self, parameters: &Parameters, labels: &Labels, draw: &mut Draw) -> Result<(Tensor, Losses), Error> {
        let tagged: Vec<&TaggedText> = self.examples.iter().map(|example| &example.tagged).collect();
        let mut surface = Vec::new();
        for document in &tagged {
            surface.extend(document.surface.iter().map(|shape| Some((shape, document.style))));
            surface.push(None);
        }
        let rows = Rows { states: self.words.clone(), ..Rows::new(vec![0.0; surface.len()], &surface)? };
        let (mut surrogate, mention_loss) = mentions::loss(parameters, &rows, &tagged, draw)?;
        let mut losses = [mention_loss, 0.0, 0.0];
        if let Some((vectors, loss)) = self.vectors(parameters)? {
            surrogate = (surrogate + vectors)?;
            losses[2] = loss;
        }
        let candidate_sets = self.candidate_sets(labels)?;
        let mut batch = Vec::new();
        for (index, (_, text)) in candidate_sets.iter().enumerate() {
            batch.extend(chosen(text, draw).into_iter().map(|pair| (index, pair)));
        }
        if batch.is_empty() {
            return Ok((surrogate, losses));
        }
        let rows = self.pair_rows(&candidate_sets, &batch)?;
        let texts: Vec<RelatedText> = candidate_sets.into_iter().map(|(_, text)| text).collect();
        let batch = Batch { texts: &texts, pairs: &batch, order: (0..texts.len()).collect() };
        let (relation, relation_loss) = relations::loss(parameters, &rows, &batch, labels.asked(), draw)?;
        losses[1] = relation_loss;
        Ok(((surrogate + relation)?, losses))
    }

    /// One less the cosine of each sentence's mean state, by a linear head, to the vector that it had before; none where
    /// no sentence has one. So the states go on telling what sentences are about while they learn other tasks.
    fn vectors(&self, parameters: &Parameters) -> Result<Option<(Tensor, f32)>, Error> {
        let (mut poolings, mut told, mut first): (Vec<PoolingWeights>, Vec<&[f32]>, usize) =
            (Vec::new(), Vec::new(), 0);
        for example in self.examples {
            let mut sentences: Vec<PoolingWeights> = vec![Vec::new(); example.tokenized.sentences.len()];
            for chunk in &example.tokenized.chunks {
                for word in &example.tokenized.words[chunk.words.clone()] {
                    sentences[word.sentence].extend(word.pieces.clone().map(|piece| (first + piece, 1.0)));
                }
                first += chunk.ids.len();
            }
            let width = (example.told.len() / sentences.len().max(1)).max(1);
            for (mut sentence, vector) in sentences.into_iter().zip(example.told.chunks(width)) {
                if sentence.is_empty() {
                    continue;
                }
                let share = 1.0 / sentence.len() as f32;
                sentence.iter_mut().for_each(|(_, weight)| *weight = share);
                poolings.push(sentence);
                told.push(vector);
            }
        }
        if told.is_empty() {
            return Ok(None);
        }
        let means = pool(&self.encoded.states, poolings)?;
        let guessed = parameters.linear(SENTENCE, &means, Activation::Identity)?;
        let width = guessed.dim(1)?;
        let (mut gradient, mut total, scale) = (values(&guessed)?, 0f32, 1.0 / told.len() as f32);
        for (row, told) in gradient.chunks_mut(width).zip(told) {
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            let cosine = row.iter().zip(told).map(|(x, t)| x * t).sum::<f32>() / length;
            row.iter_mut().zip(told).for_each(|(x, t)| *x = (cosine * *x / length - t) * scale / length);
            total += (1.0 - cosine) * scale;
        }
        let gradient = Tensor::from_vec(gradient, guessed.dims(), &Device::Cpu)?;
        Ok(Some(((guessed * gradient)?.sum_all()?, total)))
    }

    /// The candidates of the documents with relations, each with its first word row. They are a linear map of word
    /// states: made over states that are their own index, it is the map itself.
    fn candidate_sets(&self, labels: &Labels) -> Result<Vec<(usize, RelatedText)>, Error> {
        const ONE: usize = 1;
        let layers = RelationLayers { entity: vec![ONE], context: ONE, between: ONE };
        let mixed = if self.examples.iter().any(|example| example.related.is_some()) {
            values(&self.encoded.mixed)?
        } else {
            return Ok(Vec::new());
        };
        let width = self.encoded.mixed.dim(1)?;
        let mut candidate_sets = Vec::new();
        let mut first = 0;
        for (example, &start) in self.examples.iter().zip(&self.starts) {
            if let Some((document, members)) = &example.related {
                let count = example.tokenized.words.len();
                let mut identity = vec![0f32; count * count];
                identity.iter_mut().step_by(count + 1).for_each(|x| *x = 1.0);
                let mut states = WordStates { width: count, words: 0..count, ..WordStates::default() };
                states.layers = BTreeMap::from([(ONE, identity)]);
                let mut row = first;
                for chunk in &example.tokenized.chunks {
                    let length = chunk.ids.len();
                    let weights = attention(&mixed[row * width..(row + length) * width], length, self.heads)?;
                    states.attention.push(self.between_words(&example.tokenized, chunk.words.clone(), &weights));
                    row += length;
                }
                let candidates = CandidateSet::new(&states, &example.tokenized, members, &layers);
                // What entities are is learnt by the heads alone: its loss would drown that of the relations.
                let text = relate(document, candidates, (&labels.space, labels.tables.as_ref()));
                candidate_sets.push((start, RelatedText { types: Vec::new(), ..text }));
            }
            first += example.pieces;
        }
        Ok(candidate_sets)
    }

    /// Attention between word pieces (heads × pieces × pieces) as attention between the words of a chunk.
    fn between_words(&self, tokenized: &TokenizedText, words: std::ops::Range<usize>, pieces: &[f32]) -> Attention {
        let length = ((pieces.len() / self.heads) as f64).sqrt() as usize;
        let count = words.len();
        let mut weights = vec![0f32; self.heads * count * count];
        for (row, target) in weights.chunks_mut(count).enumerate() {
            let (head, word) = (row / count, &tokenized.words[words.start + row % count]);
            let share = 1.0 / word.pieces.len() as f32;
            for piece in word.pieces.clone() {
                let source = &pieces[(head * length + piece) * length..(head * length + piece + 1) * length];
                for (cell, other) in target.iter_mut().zip(&tokenized.words[words.clone()]) {
                    *cell += source[other.pieces.clone()].iter().sum::<f32>() * share;
                }
            }
        }
        Attention { words, weights, heads: self.heads }
    }

    fn pair_rows(&self, candidate_sets: &[(usize, RelatedText)], batch: &[(usize, usize)]) -> Result<PairRows, Error> {
        let pooling = |start: usize, weights: &[f32]| -> PoolingWeights {
            let some = weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
            some.map(|(word, &weight)| (start + word, weight)).collect()
        };
        let (mut entities, mut classes, mut offsets) = (Vec::new(), Vec::new(), Vec::new());
        let mut mentions = Vec::new();
        for (start, text) in candidate_sets {
            let count = text.candidates.states.len() / text.candidates.classes.len().max(1);
            offsets.push((classes.len(), mentions.len()));
            mentions.extend(text.candidates.mentions.chunks(count.max(1)).map(|weights| pooling(*start, weights)));
            classes.extend(text.candidates.classes.iter().map(|&class| class as u32));
            entities.extend(text.candidates.states.chunks(count.max(1)).map(|weights| pooling(*start, weights)));
        }
        let (mut heads, mut tails, mut features) = (Vec::new(), Vec::new(), Vec::new());
        let (mut localized, mut between) = (Vec::new(), Vec::new());
        let mut closest = [Vec::new(), Vec::new()];
        for &(text, pair) in batch {
            let (start, candidates) = (candidate_sets[text].0, &candidate_sets[text].1.candidates);
            let pair = &candidates.pairs[pair];
            let (entities, mentions) = offsets[text];
            heads.push((entities + pair.head) as u32);
            tails.push((entities + pair.tail) as u32);
            closest.iter_mut().zip(candidates.closest(pair)).for_each(|(all, one)| all.push((mentions + one) as u32));
            features.extend_from_slice(&pair.features);
            let (one, other) = pair.context.split_at(pair.context.len() / 2);
            localized.push(pooling(start, one));
            between.push(pooling(start, other));
        }
        let pairs = batch.len();
        let width = features.len() / pairs.max(1);
        let context = [pool(&self.words, localized)?, pool(&self.words, between)?];
        let count = classes.len();
        let [head, tail] = closest;
        Ok(PairRows {
            states: pool(&self.words, entities)?,
            mentions: pool(&self.words, mentions)?,
            classes: Tensor::from_vec(classes, count, &Device::Cpu)?,
            heads: Tensor::from_vec(heads, pairs, &Device::Cpu)?,
            tails: Tensor::from_vec(tails, pairs, &Device::Cpu)?,
            closest: [Tensor::from_vec(head, pairs, &Device::Cpu)?, Tensor::from_vec(tail, pairs, &Device::Cpu)?],
            context: Tensor::cat(&context, 1)?,
            features: Tensor::from_vec(features, (pairs, width), &Device::Cpu)?,
        })
    }
}
