//! An encoder with the tokenizer it goes with. In: the bytes of their files. Out: both, ready. Never: heads.

use super::encoder::EncoderConfig;
use super::layout::Typesetter;
use crate::Error;
use crate::engine::Engine;
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::matrix::Precision;
use serde::Deserialize;

/// The encoder with the tokenizer it goes with.
#[derive(Debug)]
pub struct Eye {
    /// Lays texts out.
    pub typesetter: Typesetter,
    /// Encodes chunks.
    pub encoder: Engine,
}

impl Eye {
    /// Builds both from the bytes of `config.json`, `tokenizer.json` and `model.safetensors`.
    ///
    /// # Errors
    /// When one of them is malformed, or of another family than BERT.
    pub fn new(config: &[u8], tokenizer: &[u8], weights: &[u8]) -> Result<Eye, Error> {
        Eye::with_precision(config, tokenizer, weights, Precision::default())
    }

    /// The same, with the arithmetic of a precision.
    ///
    /// # Errors
    /// As [`Eye::new`].
    pub fn with_precision(config: &[u8], tokenizer: &[u8], weights: &[u8], precision: Precision) -> Result<Eye, Error> {
        let config: EncoderConfig = json("config.json", config)?;
        let weights = Weights::parse("model.safetensors", weights)?;
        let typesetter = Typesetter::new("tokenizer.json", tokenizer)?;
        Ok(Eye { typesetter, encoder: Engine::new(config, &weights, precision)? })
    }
}

/// Reads JSON; `name` is what errors call it.
pub fn json<T: for<'de> Deserialize<'de>>(name: &str, bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|source| Error::Json { name: name.to_owned(), source })
}
