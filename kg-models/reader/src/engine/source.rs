//! Where an encoder's tensors come from. In: weights. Out: arrays of the shape that the configuration asks for.
//! Never: a default for what is missing.

use crate::encoder::EncoderConfig;
use kgloom_numerics::Error;
use kgloom_numerics::artifact::{ByteRows, Weights};
use kgloom_numerics::passes::Norm;

/// Where tensors come from.
pub(super) struct Source<'a> {
    pub(crate) weights: &'a Weights,
    prefix: &'static str,
    width: usize,
    epsilon: f32,
}

impl<'a> Source<'a> {
    pub(crate) fn new(weights: &'a Weights, config: &EncoderConfig) -> Self {
        let prefix = if weights.contains("bert.embeddings.word_embeddings.weight") { "bert." } else { "" };
        Source { weights, prefix, width: config.hidden_size, epsilon: config.layer_norm_eps }
    }

    pub(crate) fn array(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        Ok(self.weights.array(&format!("{}{name}", self.prefix), shape)?.values.clone())
    }

    /// The same as stored, where that is one byte a number and one scale a row.
    pub(super) fn bytes(&self, name: &str, shape: &[usize]) -> Result<Option<ByteRows>, Error> {
        self.weights.bytes(&format!("{}{name}", self.prefix), shape)
    }

    pub(crate) fn norm(&self, name: &str) -> Result<Norm, Error> {
        let gain = self.array(&format!("{name}.weight"), &[self.width])?;
        let shift = self.array(&format!("{name}.bias"), &[self.width])?;
        Ok(Norm { gain, shift, epsilon: self.epsilon })
    }

    /// A matrix stored outputs × inputs, and its bias.
    pub(super) fn linear(&self, name: &str, inputs: usize, outputs: usize) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let matrix = self.array(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok((matrix, self.array(&format!("{name}.bias"), &[outputs])?))
    }
}
