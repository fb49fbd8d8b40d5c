//! A BERT-family encoder (Devlin et al. 2019): its configuration, its shape in storage, and a plain reference of it.
//!
//! In: a Hugging Face directory's weights and configuration. Out: tensors to store; states and attention of one chunk.
//! Never: the path that reading takes; that is the engine, which is held to this.

use crate::Error;
use candle_core::{Device, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};
use kgloom_numerics::artifact::{Array, Storage, Weights};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    pub fn check(&self) -> Result<(), kgloom_numerics::Error> {
        let reason = if self.model_type != "bert" {
            format!("family \"{}\" is not run; BERT-family encoders are", self.model_type)
        } else if self.hidden_act != "gelu" {
            format!("activation \"{}\" is not run; gelu is", self.hidden_act)
        } else if self.num_hidden_layers == 0 || !self.hidden_size.is_multiple_of(self.num_attention_heads.max(1)) {
            "its layers or heads do not divide its width".to_owned()
        } else {
            return Ok(());
        };
        Err(kgloom_numerics::Error::Unsupported { name: self.model_type.clone(), reason })
    }
}

/// The encoder in plain candle: slow, simple, and what the engine is held to.
#[derive(Clone, Debug)]
pub struct Encoder {
    config: EncoderConfig,
    tensors: BTreeMap<String, Tensor>,
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
    /// Takes the tensors; their names may carry the prefix `bert.`.
    ///
    /// # Errors
    /// When the configuration is of another family, or a tensor cannot be made.
    pub fn new(config: EncoderConfig, weights: &Weights) -> Result<Self, Error> {
        config.check()?;
        let tensor = |name: &str| {
            let array = weights.any(name)?;
            let tensor = Tensor::from_slice(&array.values, array.shape.as_slice(), &Device::Cpu)?;
            Ok((name.strip_prefix("bert.").unwrap_or(name).to_owned(), tensor))
        };
        Ok(Encoder { config, tensors: weights.names().map(tensor).collect::<Result<_, Error>>()? })
    }

    /// Encodes one chunk, special pieces included.
    ///
    /// # Errors
    /// When a tensor is missing, or the chunk does not fit the model.
    pub fn encode(&self, ids: &[u32]) -> candle_core::Result<States> {
        let rows = |table: &str, ids: &[u32]| {
            self.tensor(&format!("embeddings.{table}_embeddings.weight"))?.embedding(&Tensor::new(ids, &Device::Cpu)?)
        };
        let places: Vec<u32> = (0..ids.len() as u32).collect();
        let words = (rows("word", ids)? + rows("position", &places)?)?;
        let mut state = self.norm("embeddings.LayerNorm", &words.broadcast_add(&rows("token_type", &[0])?)?)?;
        let mut layers = vec![state.clone()];
        let mut attention = state.clone();
        for index in 0..self.config.num_hidden_layers {
            (state, attention) = self.layer(index, &state)?;
            layers.push(state.clone());
        }
        Ok(States { layers, attention })
    }

    /// The next state and the attention weights.
    fn layer(&self, index: usize, state: &Tensor) -> candle_core::Result<(Tensor, Tensor)> {
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let (pieces, width) = state.dims2()?;
        let heads = self.config.num_attention_heads;
        let part = |part: &str| {
            let rows = self.linear(&name(&format!("attention.self.{part}")), state)?;
            rows.reshape((pieces, heads, width / heads))?.transpose(0, 1)?.contiguous()
        };
        let scores = part("query")?.matmul(&part("key")?.t()?)?;
        let attention = softmax_last_dim(&(scores / ((width / heads) as f64).sqrt())?)?;
        let context = attention.matmul(&part("value")?)?.transpose(0, 1)?.reshape((pieces, width))?;
        let attended = (self.linear(&name("attention.output.dense"), &context)? + state)?;
        let attended = self.norm(&name("attention.output.LayerNorm"), &attended)?;
        let inner = self.linear(&name("intermediate.dense"), &attended)?.gelu_erf()?;
        let next = (self.linear(&name("output.dense"), &inner)? + attended)?;
        Ok((self.norm(&name("output.LayerNorm"), &next)?, attention))
    }

    fn tensor(&self, name: &str) -> candle_core::Result<&Tensor> {
        self.tensors.get(name).ok_or_else(|| candle_core::Error::msg(format!("no tensor \"{name}\"")))
    }

    fn linear(&self, name: &str, x: &Tensor) -> candle_core::Result<Tensor> {
        let product = x.matmul(&self.tensor(&format!("{name}.weight"))?.t()?)?;
        product.broadcast_add(self.tensor(&format!("{name}.bias"))?)
    }

    fn norm(&self, name: &str, x: &Tensor) -> candle_core::Result<Tensor> {
        let (gain, shift) = (self.tensor(&format!("{name}.weight"))?, self.tensor(&format!("{name}.bias"))?);
        layer_norm(x, gain, shift, self.config.layer_norm_eps)
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
