//! A BERT-family encoder whose upper layers can be trained: the arithmetic of `kgloom_reader::encoder`, with gradients.
//!
//! In: an encoder's weights; the word pieces of several chunks. Out: the last layer's states, and weights to store.
//! Never: a change to a layer below the tuned ones, or to the embeddings unless everything is tuned.

use super::super::optimiser::Optimiser;
use super::passes::{PoolingWeights, attend, gelu, pool};
use candle_core::{Device, Tensor};
use kgloom_numerics::artifact::{Array, Weights};
use kgloom_numerics::passes::{self, Norm};
use kgloom_reader::Error;
use kgloom_reader::encoder::EncoderConfig;
use kgloom_reader::fused::{self, Activation};
use kgloom_reader::layers::{Dropout, Parameters, no_dropout};
use std::collections::BTreeMap;

/// An encoder in training; the tuned layers' parameters are an optimiser's.
pub struct TrainableEncoder {
    config: EncoderConfig,
    words: Vec<f32>,
    positions: Vec<f32>,
    norm: Norm,
    fixed: Parameters,
    tuning: Tuning,
}

/// What of an encoder learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tuning {
    /// The layers from this one on.
    From(usize),
    /// All layers, and the embeddings.
    Everything,
}

impl Tuning {
    /// The first layer that learns.
    fn first(self) -> usize {
        match self {
            Tuning::From(first) => first,
            Tuning::Everything => 0,
        }
    }
}

/// What a pass over several chunks gives.
pub struct EncodedChunks {
    /// Word pieces × width: the last layer's states.
    pub states: Tensor,
    /// Word pieces × (3 · width): the last layer's queries, keys and values, without gradient.
    pub mixed: Tensor,
}

/// How the products of a layer are called here and in Hugging Face's files.
const PRODUCTS: [(&str, &[&str]); 4] = [
    ("mixed", &["attention.self.query", "attention.self.key", "attention.self.value"]),
    ("output", &["attention.output.dense"]),
    ("up", &["intermediate.dense"]),
    ("down", &["output.dense"]),
];
/// The same for its normalisations.
const NORMS: [(&str, &str); 2] = [("attended", "attention.output.LayerNorm"), ("next", "output.LayerNorm")];

impl TrainableEncoder {
    /// An encoder, and the optimiser that holds what of it is tuned.
    /// Tensor names are without prefix, as kgloom stores them.
    ///
    /// # Errors
    /// When a tensor is missing or misshapen.
    pub fn new(config: EncoderConfig, weights: &Weights, tuning: Tuning) -> Result<(Self, Optimiser), Error> {
        let width = config.hidden_size;
        let table = |name: &str, rows: usize| {
            Ok::<_, Error>(weights.array(&format!("embeddings.{name}.weight"), &[rows, width])?.values.clone())
        };
        let words = table("word_embeddings", config.vocab_size)?;
        let mut positions = table("position_embeddings", config.max_position_embeddings)?;
        let types = table("token_type_embeddings", config.type_vocab_size)?;
        for row in positions.chunks_mut(width) {
            row.iter_mut().zip(&types).for_each(|(x, t)| *x += t);
        }
        let vector = |name: &str| Ok::<_, Error>(weights.array(name, &[width])?.values.clone());
        let norm = Norm {
            gain: vector("embeddings.LayerNorm.weight")?,
            shift: vector("embeddings.LayerNorm.bias")?,
            epsilon: config.layer_norm_eps,
        };
        let (mut fixed, mut tuned) = (Optimiser::default(), Optimiser::default());
        for index in 0..config.num_hidden_layers {
            let target = if index < tuning.first() { &mut fixed } else { &mut tuned };
            for (name, array) in layer(weights, index)? {
                target.add(&name, &array.shape, array.values)?;
            }
        }
        if tuning == Tuning::Everything {
            tuned.add("embedding.words", &[config.vocab_size, width], words.clone())?;
            tuned.add("embedding.positions", &[config.max_position_embeddings, width], positions.clone())?;
            tuned.add("embedding.gain", &[width], norm.gain.clone())?;
            tuned.add("embedding.shift", &[width], norm.shift.clone())?;
        }
        let plain = |(name, tensor): (String, Tensor)| (name, tensor.detach());
        let fixed = Parameters(fixed.parameters().0.into_iter().map(plain).collect());
        Ok((TrainableEncoder { config, words, positions, norm, fixed, tuning }, tuned))
    }

    /// Attention heads of a layer.
    pub fn heads(&self) -> usize {
        self.config.num_attention_heads
    }

    /// Encodes chunks, special pieces included. `dropout` is met by what each half of a tuned layer adds.
    ///
    /// # Errors
    /// When a chunk is longer than the model has positions, or tensor arithmetic fails.
    pub fn encode(&self, tuned: &Parameters, chunks: &[&[u32]], dropout: Dropout<'_>) -> Result<EncodedChunks, Error> {
        let lengths: Vec<usize> = chunks.iter().map(|chunk| chunk.len()).collect();
        let state = match self.tuning {
            Tuning::Everything => self.embed_tuned(tuned, chunks, dropout)?,
            Tuning::From(_) => self.lower(chunks)?,
        };
        self.upper(tuned, state, &lengths, dropout)
    }

    /// The states of chunks below the tuned layers, word pieces × width: what does not change in training.
    ///
    /// # Errors
    /// As [`TrainableEncoder::encode`].
    pub fn lower(&self, chunks: &[&[u32]]) -> Result<Tensor, Error> {
        let lengths: Vec<usize> = chunks.iter().map(|chunk| chunk.len()).collect();
        let mut state = self.embed(chunks)?;
        for index in 0..self.tuning.first() {
            state = self.layer(&self.fixed, index, (&state, &lengths), &mut no_dropout)?.0;
        }
        Ok(state)
    }

    /// Goes on from the states below the tuned layers, of chunks of these lengths.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn upper(
        &self,
        tuned: &Parameters,
        mut state: Tensor,
        lengths: &[usize],
        dropout: Dropout<'_>,
    ) -> Result<EncodedChunks, Error> {
        let mut last = state.clone();
        for index in self.tuning.first()..self.config.num_hidden_layers {
            (state, last) = self.layer(tuned, index, (&state, lengths), dropout)?;
        }
        Ok(EncodedChunks { states: state, mixed: last.detach() })
    }

    /// The next state, and the queries, keys and values on the way.
    fn layer(
        &self,
        parameters: &Parameters,
        index: usize,
        (state, lengths): (&Tensor, &[usize]),
        dropout: Dropout<'_>,
    ) -> Result<(Tensor, Tensor), Error> {
        let name = |part: &str| format!("layer.{index}.{part}");
        let epsilon = self.config.layer_norm_eps;
        let mixed = parameters.linear(&name("mixed"), state, Activation::Identity)?;
        let gathered = attend(&mixed, lengths, self.heads())?;
        let added = dropout(parameters.linear(&name("output"), &gathered, Activation::Identity)?)?;
        let attended = parameters.norm_within(&name("attended"), &fused::add(&added, state)?, epsilon)?;
        let inner = attended.matmul(parameters.tensor(&name("up.matrix"))?)?;
        let inner = gelu(&inner, parameters.tensor(&name("up.bias"))?)?;
        let added = dropout(parameters.linear(&name("down"), &inner, Activation::Identity)?)?;
        let next = parameters.norm_within(&name("next"), &fused::add(&added, &attended)?, epsilon)?;
        Ok((next, mixed))
    }

    /// The mean state of each chunk: chunks × width.
    ///
    /// # Errors
    /// When the lengths do not add up to the rows.
    pub fn means(&self, states: &Tensor, lengths: &[usize]) -> Result<Tensor, Error> {
        let mut first = 0;
        let pooling = |&length: &usize| -> PoolingWeights {
            first += length;
            (first - length..first).map(|row| (row, 1.0 / length as f32)).collect()
        };
        Ok(pool(states, lengths.iter().map(pooling).collect())?)
    }

    fn embed_tuned(&self, tuned: &Parameters, chunks: &[&[u32]], dropout: Dropout<'_>) -> Result<Tensor, Error> {
        let ids: Vec<u32> = chunks.iter().flat_map(|chunk| chunk.iter().copied()).collect();
        let places: Vec<u32> = chunks.iter().flat_map(|chunk| 0..chunk.len() as u32).collect();
        let count = ids.len();
        let rows = |name: &str, indices: Vec<u32>| tuned.rows(name, &Tensor::from_vec(indices, count, &Device::Cpu)?);
        let sum = (rows("embedding.words", ids)? + rows("embedding.positions", places)?)?;
        Ok(dropout(tuned.norm_within("embedding", &sum, self.config.layer_norm_eps)?)?)
    }

    fn embed(&self, chunks: &[&[u32]]) -> Result<Tensor, Error> {
        let width = self.config.hidden_size;
        let mut rows = Vec::with_capacity(chunks.iter().map(|chunk| chunk.len() * width).sum());
        for chunk in chunks {
            if chunk.len() * width > self.positions.len() {
                return Err(candle_core::Error::msg(format!("a chunk of {} word pieces", chunk.len())).into());
            }
            for (&id, position) in chunk.iter().zip(self.positions.chunks(width)) {
                let word = &self.words[id as usize * width..(id as usize + 1) * width];
                rows.extend(word.iter().zip(position).map(|(w, p)| w + p));
            }
        }
        passes::normalise(&mut rows, &self.norm);
        let count = rows.len() / width;
        Ok(Tensor::from_vec(rows, (count, width), &Device::Cpu)?)
    }

    /// The encoder's weights with the tuned layers put in, named as in Hugging Face's files.
    ///
    /// # Errors
    /// When a tensor is missing.
    pub fn weights(&self, original: &Weights, tuned: &Parameters) -> Result<Weights, Error> {
        let mut arrays = BTreeMap::new();
        for name in original.names() {
            arrays.insert(name.to_owned(), original.any(name)?.clone());
        }
        let mut put = |name: String, shape: Vec<usize>, values: Vec<f32>| {
            arrays.insert(name, Array { shape, values });
        };
        if self.tuning == Tuning::Everything {
            let (width, types) = (self.config.hidden_size, self.config.type_vocab_size);
            let flat = |part: &str| fused::values(tuned.tensor(&format!("embedding.{part}"))?);
            let mut table = |name: &str, values: Vec<f32>| {
                put(format!("embeddings.{name}_embeddings.weight"), vec![values.len() / width, width], values);
            };
            table("word", flat("words")?);
            table("position", flat("positions")?);
            table("token_type", vec![0.0; types * width]); // they are part of the positions now
            put("embeddings.LayerNorm.weight".to_owned(), vec![width], flat("gain")?);
            put("embeddings.LayerNorm.bias".to_owned(), vec![width], flat("shift")?);
        }
        for index in self.tuning.first()..self.config.num_hidden_layers {
            let flat = |part: &str| fused::values(tuned.tensor(&format!("layer.{index}.{part}"))?);
            let file = |part: &str| format!("encoder.layer.{index}.{part}");
            for (here, parts) in PRODUCTS {
                let (matrix, bias) = (flat(&format!("{here}.matrix"))?, flat(&format!("{here}.bias"))?);
                let (inputs, outputs) = (matrix.len() / bias.len(), bias.len() / parts.len());
                let turned = transpose(&matrix, inputs);
                let shares = turned.chunks(inputs * outputs).zip(bias.chunks(outputs));
                for (part, (matrix, bias)) in parts.iter().zip(shares) {
                    put(file(&format!("{part}.weight")), vec![outputs, inputs], matrix.to_vec());
                    put(file(&format!("{part}.bias")), vec![outputs], bias.to_vec());
                }
            }
            for (here, part) in NORMS {
                let (gain, shift) = (flat(&format!("{here}.gain"))?, flat(&format!("{here}.shift"))?);
                put(file(&format!("{part}.weight")), vec![gain.len()], gain);
                put(file(&format!("{part}.bias")), vec![shift.len()], shift);
            }
        }
        Ok(Weights::new("tuned encoder", arrays))
    }
}

/// The parameters of a layer by the names used here: matrices inputs × outputs.
fn layer(weights: &Weights, index: usize) -> Result<Vec<(String, Array)>, Error> {
    let file = |part: &str| format!("encoder.layer.{index}.{part}");
    let here = |part: String| format!("layer.{index}.{part}");
    let mut found = Vec::new();
    for (name, parts) in PRODUCTS {
        let (mut rows, mut bias, mut inputs) = (Vec::new(), Vec::new(), 1);
        for part in parts {
            let matrix = weights.any(&file(&format!("{part}.weight")))?;
            inputs = matrix.shape.last().copied().unwrap_or(1);
            rows.extend_from_slice(&matrix.values);
            bias.extend_from_slice(&weights.any(&file(&format!("{part}.bias")))?.values);
        }
        let outputs = bias.len();
        let matrix = Array { shape: vec![inputs, outputs], values: transpose(&rows, outputs) };
        found.push((here(format!("{name}.matrix")), matrix));
        found.push((here(format!("{name}.bias")), Array { shape: vec![outputs], values: bias }));
    }
    for (name, part) in NORMS {
        found.push((here(format!("{name}.gain")), weights.any(&file(&format!("{part}.weight")))?.clone()));
        found.push((here(format!("{name}.shift")), weights.any(&file(&format!("{part}.bias")))?.clone()));
    }
    Ok(found)
}

/// A matrix of so many rows, turned.
fn transpose(values: &[f32], rows: usize) -> Vec<f32> {
    let columns = values.len() / rows;
    let mut turned = Vec::with_capacity(values.len());
    for column in 0..columns {
        turned.extend((0..rows).map(|row| values[row * columns + column]));
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_reader::bundled;
    use kgloom_reader::encoder::Encoder;

    #[test]
    fn it_sees_what_the_plain_encoder_sees_and_writes_what_it_read() {
        let files = bundled::files();
        let config: EncoderConfig = serde_json::from_slice(&files.config).unwrap();
        let weights = Weights::parse("model.safetensors", &files.encoder).unwrap();
        let plain = Encoder::new(config.clone(), &weights).unwrap();
        let (encoder, tuned) = TrainableEncoder::new(config, &weights, Tuning::From(3)).unwrap();
        let chunks: [&[u32]; 2] = [&[101, 2632, 4485, 2626, 102], &[101, 7592, 102]];
        let encoded = encoder.encode(&tuned.parameters(), &chunks, &mut no_dropout).unwrap();
        let mut want = Vec::new();
        for chunk in chunks {
            want.extend(fused::values(plain.encode(chunk).unwrap().layers.last().unwrap()).unwrap());
        }
        let got = fused::values(&encoded.states).unwrap();
        assert!(got.iter().zip(&want).all(|(g, w)| (g - w).abs() < 1e-3), "{:?} {:?}", &got[..4], &want[..4]);
        let written = encoder.weights(&weights, &tuned.parameters()).unwrap();
        for name in weights.names() {
            assert_eq!(weights.any(name).unwrap(), written.any(name).unwrap(), "{name}");
        }
    }
}
