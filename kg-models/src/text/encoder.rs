//! A BERT-family encoder (Devlin et al. 2019): word pieces to the hidden states of chosen layers.
//!
//! In: a Hugging Face directory's weights and configuration; the ids of one chunk. Out: states, last-layer attention.
//! Never: padding, a mask, a batch: a chunk is one pass and its answer depends on nothing else.

use super::kernels::{AddNorm, Pass};
use crate::Error;
use crate::artifact::{Array, Storage, Weights};
use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};

/// What `config.json` says; keys that do not change the arithmetic are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EncoderConfig {
    /// Width of the hidden states.
    pub hidden_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Number of attention heads.
    pub num_attention_heads: usize,
    /// Width of the feed-forward layers.
    pub intermediate_size: usize,
    /// Number of word pieces.
    pub vocab_size: usize,
    /// Number of positions.
    pub max_position_embeddings: usize,
    /// Number of segment types; all text is of type 0.
    #[serde(default = "two")]
    pub type_vocab_size: usize,
    /// Epsilon of the layer normalisations.
    #[serde(default = "tiny")]
    pub layer_norm_eps: f32,
    /// The feed-forward activation; only `gelu` is run.
    #[serde(default = "gelu")]
    pub hidden_act: String,
    /// The family; only `bert` is run.
    #[serde(default = "bert")]
    pub model_type: String,
}

fn two() -> usize {
    2
}

fn tiny() -> f32 {
    1e-12
}

fn gelu() -> String {
    "gelu".to_owned()
}

fn bert() -> String {
    "bert".to_owned()
}

impl EncoderConfig {
    /// Whether the encoder is of a kind that is run.
    ///
    /// # Errors
    /// When it is not, with the reason.
    pub fn check(&self) -> Result<(), Error> {
        let reason = if self.model_type != "bert" {
            format!("family \"{}\" is not run; BERT-family encoders are", self.model_type)
        } else if self.hidden_act != "gelu" {
            format!("activation \"{}\" is not run; gelu is", self.hidden_act)
        } else if self.num_hidden_layers == 0 || !self.hidden_size.is_multiple_of(self.num_attention_heads.max(1)) {
            "its layers or heads do not divide its width".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::Unsupported { name: self.model_type.clone(), reason })
    }
}

/// An encoder ready to run.
#[derive(Clone, Debug)]
pub struct Encoder {
    config: EncoderConfig,
    words: Vec<f32>,
    positions: Vec<f32>,
    norm: (Vec<f32>, Vec<f32>),
    layers: Vec<Layer>,
}

#[derive(Clone, Debug)]
struct Layer {
    queries_keys_values: Linear,
    output: Linear,
    attention_norm: (Vec<f32>, Vec<f32>),
    up: Linear,
    down: Linear,
    norm: (Vec<f32>, Vec<f32>),
}

/// A product with a matrix stored inputs × outputs, and its bias.
#[derive(Clone, Debug)]
struct Linear {
    matrix: Tensor,
    bias: Vec<f32>,
}

/// What one pass over a chunk gives.
#[derive(Clone, Debug)]
pub struct States {
    /// The output of each layer, the embeddings first: `layers + 1` tensors of pieces × width.
    pub layers: Vec<Tensor>,
    /// The last layer's attention: heads × pieces × pieces.
    pub attention: Tensor,
}

impl Encoder {
    /// Builds the encoder; tensor names may carry the prefix `bert.`.
    ///
    /// # Errors
    /// When the configuration is of another family, or a tensor is missing or misshapen.
    pub fn new(config: EncoderConfig, weights: &Weights) -> Result<Self, Error> {
        config.check()?;
        let prefix = if weights.contains("bert.embeddings.word_embeddings.weight") { "bert." } else { "" };
        let source = Source { weights, prefix, width: config.hidden_size };
        let width = config.hidden_size;
        let words = source.array("embeddings.word_embeddings.weight", &[config.vocab_size, width])?;
        let shape = [config.max_position_embeddings, width];
        let mut positions = source.array("embeddings.position_embeddings.weight", &shape)?;
        let shape = [config.type_vocab_size, width];
        let types = source.array("embeddings.token_type_embeddings.weight", &shape)?;
        for row in positions.chunks_mut(width) {
            row.iter_mut().zip(&types).for_each(|(x, t)| *x += t);
        }
        let norm = source.norm("embeddings.LayerNorm")?;
        let layers =
            (0..config.num_hidden_layers).map(|index| Layer::new(&source, &config, index)).collect::<Result<_, _>>()?;
        Ok(Encoder { config, words, positions, norm, layers })
    }

    /// The configuration it was built with.
    pub fn config(&self) -> &EncoderConfig {
        &self.config
    }

    /// Encodes one chunk, special pieces included.
    ///
    /// # Errors
    /// When there are no ids, more than the model has positions, or one outside the vocabulary.
    pub fn encode(&self, ids: &[u32]) -> Result<States, Error> {
        let width = self.config.hidden_size;
        if ids.is_empty() || ids.len() > self.config.max_position_embeddings {
            return Err(candle_core::Error::msg(format!("a chunk of {} word pieces", ids.len())).into());
        }
        let mut rows = Vec::with_capacity(ids.len() * width);
        for (&id, position) in ids.iter().zip(self.positions.chunks(width)) {
            let start = id as usize * width;
            let Some(word) = self.words.get(start..start + width) else {
                return Err(candle_core::Error::msg(format!("word piece {id} is outside the vocabulary")).into());
            };
            rows.extend(word.iter().zip(position).map(|(w, p)| w + p));
        }
        let mut state = Tensor::from_vec(rows, (ids.len(), width), &Device::Cpu)?;
        state.inplace_op1(&Pass::Norm(&self.norm.0, &self.norm.1, self.config.layer_norm_eps))?;
        let mut states = Vec::with_capacity(self.layers.len() + 1);
        let mut attention = None;
        for layer in &self.layers {
            let (next, weights) = layer.run(&state, &self.config)?;
            states.push(std::mem::replace(&mut state, next));
            attention = Some(weights);
        }
        states.push(state);
        let attention = attention.ok_or_else(|| candle_core::Error::msg("an encoder without layers"))?;
        Ok(States { layers: states, attention })
    }
}

struct Source<'a> {
    weights: &'a Weights,
    prefix: &'a str,
    width: usize,
}

impl Source<'_> {
    fn array(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        Ok(self.weights.array(&format!("{}{name}", self.prefix), shape)?.values.clone())
    }

    fn norm(&self, name: &str) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let gain = self.array(&format!("{name}.weight"), &[self.width])?;
        Ok((gain, self.array(&format!("{name}.bias"), &[self.width])?))
    }

    /// A matrix stored outputs × inputs, and its bias.
    fn linear(&self, name: &str, inputs: usize, outputs: usize) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let matrix = self.array(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok((matrix, self.array(&format!("{name}.bias"), &[outputs])?))
    }
}

impl Linear {
    fn new((matrix, bias): (Vec<f32>, Vec<f32>)) -> Result<Self, Error> {
        let outputs = bias.len();
        let matrix = Tensor::from_vec(matrix.clone(), (outputs, matrix.len() / outputs), &Device::Cpu)?;
        Ok(Linear { matrix: matrix.t()?.contiguous()?, bias })
    }
}

impl Layer {
    fn new(source: &Source<'_>, config: &EncoderConfig, index: usize) -> Result<Self, Error> {
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let scale = 1.0 / ((width / config.num_attention_heads) as f32).sqrt();
        let (mut matrix, mut bias) = source.linear(&name("attention.self.query"), width, width)?;
        matrix.iter_mut().chain(&mut bias).for_each(|x| *x *= scale);
        for part in ["attention.self.key", "attention.self.value"] {
            let (more, more_bias) = source.linear(&name(part), width, width)?;
            matrix.extend(more);
            bias.extend(more_bias);
        }
        Ok(Layer {
            queries_keys_values: Linear::new((matrix, bias))?,
            output: Linear::new(source.linear(&name("attention.output.dense"), width, width)?)?,
            attention_norm: source.norm(&name("attention.output.LayerNorm"))?,
            up: Linear::new(source.linear(&name("intermediate.dense"), width, inner)?)?,
            down: Linear::new(source.linear(&name("output.dense"), inner, width)?)?,
            norm: source.norm(&name("output.LayerNorm"))?,
        })
    }

    /// The next state and the attention weights.
    fn run(&self, state: &Tensor, config: &EncoderConfig) -> candle_core::Result<(Tensor, Tensor)> {
        let (pieces, width) = state.dims2()?;
        let heads = config.num_attention_heads;
        let mixed = state.matmul(&self.queries_keys_values.matrix)?;
        mixed.inplace_op1(&Pass::Bias(&self.queries_keys_values.bias))?;
        let mixed = mixed.reshape((pieces, 3 * heads, width / heads))?.transpose(0, 1)?;
        let part = |index: usize| mixed.narrow(0, index * heads, heads);
        let attention = part(0)?.matmul(&part(1)?.t()?)?;
        attention.inplace_op1(&Pass::Softmax)?;
        let context = attention.matmul(&part(2)?)?.transpose(0, 1)?.reshape((pieces, width))?;

        let add_norm = |linear: &Linear, (gain, shift): &(Vec<f32>, Vec<f32>), input: &Tensor, residual: &Tensor| {
            let output = input.matmul(&linear.matrix)?;
            let bias = &linear.bias;
            output.inplace_op2(residual, &AddNorm { bias, gain, shift, epsilon: config.layer_norm_eps })?;
            candle_core::Result::Ok(output)
        };
        let attended = add_norm(&self.output, &self.attention_norm, &context, state)?;
        let inner = attended.matmul(&self.up.matrix)?;
        inner.inplace_op1(&Pass::BiasGelu(&self.up.bias))?;
        Ok((add_norm(&self.down, &self.norm, &inner, &attended)?, attention))
    }
}

/// The tensors of an encoder as they are shipped: matrices and tables as int8 with a scale a row, vectors as f32.
///
/// # Errors
/// When a tensor named by the configuration is missing.
pub fn quantised(config: &EncoderConfig, weights: &Weights) -> Result<Vec<(String, Array, Storage)>, Error> {
    Encoder::new(config.clone(), weights)?;
    weights
        .names()
        .filter(|name| name.contains("embeddings.") || name.contains("encoder.layer."))
        .map(|name| {
            let array = weights.any(name)?.clone();
            let storage = if array.shape.len() == 2 { Storage::Byte } else { Storage::Single };
            let plain = name.strip_prefix("bert.").unwrap_or(name);
            Ok((plain.to_owned(), array, storage))
        })
        .collect()
}
