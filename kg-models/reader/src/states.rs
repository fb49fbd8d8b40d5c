//! What the encoder saw of a tokenized text, a row for each word.
//!
//! In: an encoder and a tokenized text. Out: word states of chosen layers, word-to-word attention. Never: word pieces.

use super::layout::{Chunk, TokenizedText};
use crate::Error;
use crate::engine::{EncoderOutput, Engine, OutputSelection};
use std::collections::BTreeMap;
use std::ops::Range;

/// Chunks that are encoded together; it changes no number.
const TOGETHER: usize = 8;

/// The states of a tokenized text's words.
#[derive(Clone, Debug, Default)]
pub struct WordStates {
    /// Width of one layer's state.
    pub width: usize,
    /// The words whose states are here.
    pub words: Range<usize>,
    /// By layer (0 is the embeddings): words × width, each the mean of the word's pieces.
    pub layers: BTreeMap<usize, Vec<f32>>,
    /// The last layer's attention, a chunk at a time.
    pub attention: Vec<Attention>,
}

/// Word-to-word attention of one chunk.
#[derive(Clone, Debug, Default)]
pub struct Attention {
    /// The chunk's words in the tokenized text.
    pub words: Range<usize>,
    /// Heads × words × words: how much a word's pieces, on average, look at each word.
    pub weights: Vec<f32>,
    /// Number of heads.
    pub heads: usize,
}

impl WordStates {
    /// Encodes all chunks of a tokenized text and keeps the given layers.
    ///
    /// # Errors
    /// When a chunk does not fit the encoder.
    pub fn encode(engine: &Engine, tokenized: &TokenizedText, layers: &[usize]) -> Result<Self, Error> {
        WordStates::encode_window(engine, tokenized, 0..tokenized.chunks.len(), layers, || false)
    }

    /// Encodes some chunks of a tokenized text, until somebody asks to stop.
    ///
    /// # Errors
    /// When a chunk does not fit the encoder; [`Error::Stopped`] when somebody asked.
    pub fn encode_window(
        engine: &Engine,
        tokenized: &TokenizedText,
        chunks: Range<usize>,
        layers: &[usize],
        stop: fn() -> bool,
    ) -> Result<Self, Error> {
        let width = engine.config().hidden_size;
        let words = tokenized.words_of(chunks.clone());
        let mut seen = WordStates { width, words: words.clone(), ..WordStates::default() };
        for &layer in layers {
            seen.layers.insert(layer, vec![0.0; words.len() * width]);
        }
        let wanted: Vec<usize> = seen.layers.keys().copied().collect();
        for chunks in tokenized.chunks[chunks].chunks(TOGETHER) {
            if stop() {
                return Err(Error::Stopped);
            }
            let sequences: Vec<&[u32]> = chunks.iter().map(|chunk| chunk.ids.as_slice()).collect();
            let outputs = engine.encode(&sequences, OutputSelection { layers: &wanted, attention: true })?;
            for (chunk, output) in chunks.iter().zip(&outputs) {
                let rows = (chunk.words.start - words.start) * width..(chunk.words.end - words.start) * width;
                for (states, pieces) in seen.layers.values_mut().zip(&output.layers) {
                    average(pieces, tokenized, chunk, &mut states[rows.clone()]);
                }
                seen.attention.push(attention(output, tokenized, chunk));
            }
        }
        Ok(seen)
    }

    /// The state of one of the tokenized text's words at one layer that was kept.
    pub fn word(&self, layer: usize, word: usize) -> &[f32] {
        let word = word - self.words.start;
        &self.layers[&layer][word * self.width..(word + 1) * self.width]
    }

    /// The mean state of some words at one layer, of length 1.
    pub fn direction(&self, layer: usize, words: Range<usize>) -> Vec<f32> {
        let mut mean = vec![0f32; self.width];
        for word in words {
            mean.iter_mut().zip(self.word(layer, word)).for_each(|(m, x)| *m += x);
        }
        let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
        mean.iter_mut().for_each(|m| *m /= length);
        mean
    }

    /// The states of all words that are here, the given layers side by side.
    pub fn side_by_side(&self, layers: &[usize]) -> Vec<f32> {
        let mut rows = Vec::with_capacity(self.words.len() * layers.len() * self.width);
        for word in self.words.clone() {
            for layer in layers {
                rows.extend_from_slice(self.word(*layer, word));
            }
        }
        rows
    }

    /// The place of a word's chunk among those that are here.
    pub fn chunk_of(&self, word: usize) -> Option<usize> {
        let place = self.attention.partition_point(|attention| attention.words.end <= word);
        self.attention.get(place).is_some_and(|attention| attention.words.contains(&word)).then_some(place)
    }
}

/// The mean of each word's pieces.
fn average(pieces: &[f32], tokenized: &TokenizedText, chunk: &Chunk, rows: &mut [f32]) {
    let width = rows.len() / chunk.words.len();
    for (word, row) in tokenized.words[chunk.words.clone()].iter().zip(rows.chunks_mut(width)) {
        for piece in word.pieces.clone() {
            row.iter_mut().zip(&pieces[piece * width..(piece + 1) * width]).for_each(|(r, x)| *r += x);
        }
        let scale = 1.0 / word.pieces.len() as f32;
        row.iter_mut().for_each(|r| *r *= scale);
    }
}

fn attention(output: &EncoderOutput, tokenized: &TokenizedText, chunk: &Chunk) -> Attention {
    let pieces = output.pieces;
    let heads = output.attention.len() / (pieces * pieces);
    let from = &output.attention;
    let words = &tokenized.words[chunk.words.clone()];
    let count = words.len();
    let mut weights = vec![0f32; heads * count * count];
    for head in 0..heads {
        for (row, word) in words.iter().enumerate() {
            let scale = 1.0 / word.pieces.len() as f32;
            let target = &mut weights[(head * count + row) * count..(head * count + row + 1) * count];
            for piece in word.pieces.clone() {
                let source = &from[(head * pieces + piece) * pieces..(head * pieces + piece + 1) * pieces];
                for (cell, other) in target.iter_mut().zip(words) {
                    *cell += source[other.pieces.clone()].iter().sum::<f32>() * scale;
                }
            }
        }
    }
    Attention { words: chunk.words.clone(), weights, heads }
}
