//! The files of a model, in memory. In: bytes. Out: the same, by name. Never: what they mean.

use std::borrow::Cow;

/// The files of a model directory, in memory.
pub struct ModelFiles<'a> {
    /// `config.json` of the encoder.
    pub config: Cow<'a, [u8]>,
    /// `tokenizer.json`.
    pub tokenizer: Cow<'a, [u8]>,
    /// `model.safetensors`: the encoder.
    pub encoder: Cow<'a, [u8]>,
    /// `extractor.json`.
    pub extractor: Cow<'a, [u8]>,
    /// `mentions.safetensors`.
    pub mentions: Cow<'a, [u8]>,
    /// `coreference.safetensors`; without it equal names of one class are one.
    pub coreference: Option<Cow<'a, [u8]>>,
    /// `references.safetensors`; without it pronouns are not read.
    pub references: Option<Cow<'a, [u8]>>,
    /// `relations.safetensors`; without it no relations are found.
    pub relations: Option<Cow<'a, [u8]>>,
    /// `vectors.safetensors`; an encoder that was not tuned needs none.
    pub vectors: Option<Cow<'a, [u8]>>,
}
