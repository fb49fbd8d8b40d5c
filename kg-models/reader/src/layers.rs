//! The few layers that the heads are made of, over named parameters; the same code trains and reads.
//!
//! In: tensors and parameter names. Out: tensors. Never: weights that are not in the map.

use super::fused::{self, Activation};
use crate::Error;
use candle_core::{Device, Result, Tensor};
use kgloom_numerics::artifact::{Array, Storage, Weights};
use std::collections::BTreeMap;

/// A head's parameters by name.
#[derive(Clone, Debug, Default)]
pub struct Parameters(pub BTreeMap<String, Tensor>);

/// What happens to activations while training; nothing when reading.
pub type Dropout<'a> = &'a mut dyn FnMut(Tensor) -> Result<Tensor>;

/// The dropout of reading: none.
pub fn no_dropout(tensor: Tensor) -> Result<Tensor> {
    Ok(tensor)
}

impl Parameters {
    /// All tensors of a weights file.
    ///
    /// # Errors
    /// When a tensor cannot be made.
    pub fn from_weights(weights: &Weights) -> std::result::Result<Self, Error> {
        let tensors = weights
            .names()
            .map(|name| {
                let array = weights.any(name)?;
                let tensor = Tensor::from_slice(&array.values, array.shape.as_slice(), &Device::Cpu)?;
                Ok((name.to_owned(), tensor))
            })
            .collect::<std::result::Result<_, Error>>()?;
        Ok(Parameters(tensors))
    }

    /// The arrays to write: matrices as f16, vectors as f32.
    ///
    /// # Errors
    /// When a tensor cannot be read back.
    pub fn arrays(&self) -> std::result::Result<Vec<(String, Array, Storage)>, Error> {
        self.0
            .iter()
            .map(|(name, tensor)| {
                let values = tensor.flatten_all()?.to_vec1()?;
                let storage = if tensor.rank() > 1 { Storage::Half } else { Storage::Single };
                Ok((name.clone(), Array { shape: tensor.dims().to_vec(), values }, storage))
            })
            .collect()
    }

    /// Whether there is a parameter of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The parameters that another set has names for.
    pub fn named_as(&self, other: &Parameters) -> Parameters {
        let shared = |(name, _): &(&String, &Tensor)| other.contains(name);
        Parameters(self.0.iter().filter(shared).map(|(name, tensor)| (name.clone(), tensor.clone())).collect())
    }

    /// The parameter of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn tensor(&self, name: &str) -> Result<&Tensor> {
        self.0.get(name).ok_or_else(|| candle_core::Error::msg(format!("no parameter \"{name}\"")))
    }

    /// `activation(x · matrix + bias)`; the matrix is inputs × outputs.
    ///
    /// # Errors
    /// When a parameter is missing or shapes do not fit.
    pub fn linear(&self, name: &str, x: &Tensor, activation: Activation) -> Result<Tensor> {
        let product = fused::product(x, self.tensor(&format!("{name}.matrix"))?)?;
        fused::bias(&product, self.tensor(&format!("{name}.bias"))?, activation)
    }

    /// Layer normalisation of each row.
    ///
    /// # Errors
    /// When a parameter is missing or shapes do not fit.
    pub fn norm(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        self.norm_within(name, x, fused::EPSILON)
    }

    /// Layer normalisation of each row with an epsilon of its own.
    ///
    /// # Errors
    /// When a parameter is missing or shapes do not fit.
    pub fn norm_within(&self, name: &str, x: &Tensor, epsilon: f32) -> Result<Tensor> {
        fused::norm(x, self.tensor(&format!("{name}.gain"))?, self.tensor(&format!("{name}.shift"))?, epsilon)
    }

    /// The rows of a table at the given indices.
    ///
    /// # Errors
    /// When the table is missing or an index lies outside.
    pub fn rows(&self, name: &str, indices: &Tensor) -> Result<Tensor> {
        self.tensor(name)?.index_select(indices, 0)
    }

    /// A residual convolution of width 3 over the rows: `x + relu(conv(norm(x)))`.
    /// Rows that are not words are separators, and count as zeros.
    ///
    /// # Errors
    /// When a parameter is missing or shapes do not fit.
    pub fn convolve(&self, name: &str, x: &Tensor, words: &[bool], dropout: Dropout<'_>) -> Result<Tensor> {
        let inner = fused::neighbours(&dropout(self.norm(name, x)?)?, words)?;
        fused::add(x, &self.linear(name, &inner, Activation::Relu)?)
    }
}
