//! What sentences are about, as vectors that can be compared: those of the encoder before it was tuned for other tasks,
//! told from the states that it has now.
//!
//! In: word states of a tokenized text. Out: a vector of length 1 for each sentence. Never: a second pass of an
//! encoder.

use super::fused::Activation;
use super::layers::Parameters;
use super::layout::TokenizedText;
use super::states::WordStates;
use candle_core::{Device, Result, Tensor};
use std::ops::Range;

/// A linear map from mean states to sentence vectors; without parameters the mean itself is the vector.
#[derive(Clone, Debug)]
pub struct VectorHead {
    /// The layers whose means it reads.
    pub layers: Vec<usize>,
    /// `vector.matrix` (layers · width × width) and `vector.bias`, where the encoder was tuned.
    pub parameters: Option<Parameters>,
}

impl VectorHead {
    /// The vectors of the sentences that the states' words are in: sentences × width; zeros where a sentence has none.
    ///
    /// # Errors
    /// When parameters are missing or misshapen.
    pub fn sentences(&self, tokenized: &TokenizedText, states: &WordStates) -> Result<Vec<f32>> {
        let mut vectors = means(tokenized, states, &self.layers);
        let sentences = sentences_of(tokenized, states);
        let rows = sentences.len();
        if let (Some(parameters), true) = (&self.parameters, rows > 0) {
            let means = Tensor::from_vec(vectors, (rows, self.layers.len() * states.width), &Device::Cpu)?;
            vectors = parameters.linear("vector", &means, Activation::Identity)?.flatten_all()?.to_vec1()?;
        }
        let mut spoken = vec![false; rows];
        tokenized.words[states.words.clone()].iter().for_each(|word| spoken[word.sentence - sentences.start] = true);
        for (row, spoken) in vectors.chunks_mut(states.width).zip(spoken) {
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
            let scale = if !spoken || length == 0.0 { 0.0 } else { 1.0 / length };
            row.iter_mut().for_each(|x| *x *= scale);
        }
        Ok(vectors)
    }
}

/// The sentences that the states' words are in; all of a tokenized text whose words are all there.
pub fn sentences_of(tokenized: &TokenizedText, states: &WordStates) -> Range<usize> {
    if states.words.len() == tokenized.words.len() {
        return 0..tokenized.sentences.len();
    }
    let words = &tokenized.words[states.words.clone()];
    words.first().map_or(0, |word| word.sentence)..words.last().map_or(0, |word| word.sentence + 1)
}

/// The mean of some layers over the word pieces of each sentence, side by side: sentences × (layers · width).
pub fn means(tokenized: &TokenizedText, states: &WordStates, layers: &[usize]) -> Vec<f32> {
    let width = states.width;
    let sentences = sentences_of(tokenized, states);
    let mut means = vec![0f32; sentences.len() * layers.len() * width];
    let mut pieces = vec![0f32; sentences.len()];
    for index in states.words.clone() {
        let word = &tokenized.words[index];
        let (count, sentence) = (word.pieces.len() as f32, word.sentence - sentences.start);
        pieces[sentence] += count;
        let rows = means[sentence * layers.len() * width..].chunks_mut(width);
        for (row, &layer) in rows.zip(layers) {
            row.iter_mut().zip(states.word(layer, index)).for_each(|(sum, x)| *sum += count * x);
        }
    }
    for (row, pieces) in means.chunks_mut(layers.len() * width).zip(pieces) {
        row.iter_mut().for_each(|x| *x /= pieces.max(1.0));
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;

    #[test]
    fn a_sentence_is_the_mean_of_its_pieces_and_an_alike_one_is_near() {
        let backbone = bundled::backbone().unwrap();
        let text = "Ada sings in a choir. Bob plays the violin in an orchestra. The lake freezes in winter.";
        let tokenized = backbone.chunker.tokenize(text).unwrap();
        let states = WordStates::encode(&backbone.encoder, &tokenized, &[6]).unwrap();
        let head = VectorHead { layers: vec![6], parameters: None };
        let vectors = head.sentences(&tokenized, &states).unwrap();
        let rows: Vec<&[f32]> = vectors.chunks(states.width).collect();
        let cosine = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
        assert!((cosine(rows[0], rows[0]) - 1.0).abs() < 1e-5);
        assert!(cosine(rows[0], rows[1]) > cosine(rows[0], rows[2]));
    }
}
