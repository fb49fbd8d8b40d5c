//! The default model, inside the program.
//!
//! In: the files of `weights/default` at build time. Out: their bytes. Never: a file read while running.

use super::extractor::ModelFiles;
use super::eye::Eye;
use crate::Error;
use std::borrow::Cow;

macro_rules! bytes {
    ($name:literal) => {
        Cow::Borrowed(include_bytes!(concat!("../../weights/default/", $name)).as_slice())
    };
}

/// The files of the default model.
pub fn files() -> ModelFiles<'static> {
    ModelFiles {
        config: bytes!("config.json"),
        tokenizer: bytes!("tokenizer.json"),
        encoder: bytes!("model.safetensors"),
        extractor: bytes!("extractor.json"),
        mentions: bytes!("mentions.safetensors"),
        coreference: Some(bytes!("coreference.safetensors")),
        references: Some(bytes!("references.safetensors")),
        relations: Some(bytes!("relations.safetensors")),
        vectors: Some(bytes!("vectors.safetensors")),
    }
}

/// The default encoder, without heads.
///
/// # Errors
/// When its files are damaged, which no built program should show.
pub fn eye() -> Result<Eye, Error> {
    let files = files();
    Eye::new(&files.config, &files.tokenizer, &files.encoder)
}
