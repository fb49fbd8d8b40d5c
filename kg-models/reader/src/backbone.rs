//! An encoder with the tokenizer it goes with. In: the bytes of their files. Out: both, ready. Never: heads.

use super::encoder::EncoderConfig;
use super::layout::Chunker;
use crate::Error;
use crate::engine::Engine;
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::matrix::Precision;
use serde::Deserialize;

/// What heads are put on: an encoder with the tokenizer it goes with.
#[derive(Debug)]
pub struct Backbone {
    /// Tokenizes texts.
    pub chunker: Chunker,
    /// Encodes chunks.
    pub encoder: Engine,
}

impl Backbone {
    /// Builds both from the bytes of `config.json`, `tokenizer.json` and `model.safetensors`.
    ///
    /// # Errors
    /// When one of them is malformed, or of another family than BERT.
    pub fn new(config: &[u8], tokenizer: &[u8], weights: &[u8]) -> Result<Backbone, Error> {
        Backbone::with_precision(config, tokenizer, weights, Precision::default())
    }

    /// The same, with the arithmetic of a precision.
    ///
    /// # Errors
    /// As [`Backbone::new`].
    pub fn with_precision(
        config: &[u8],
        tokenizer: &[u8],
        weights: &[u8],
        precision: Precision,
    ) -> Result<Backbone, Error> {
        let config: EncoderConfig = json("config.json", config)?;
        let weights = Weights::parse("model.safetensors", weights)?;
        let chunker = Chunker::new("tokenizer.json", tokenizer)?;
        Ok(Backbone { chunker, encoder: Engine::new(config, &weights, precision)? })
    }
}

/// Reads JSON; `name` is what errors call it.
pub fn json<T: for<'de> Deserialize<'de>>(name: &str, bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|source| Error::Json { name: name.to_owned(), source })
}
