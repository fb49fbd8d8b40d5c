//! The default model, inside the program.
//!
//! In: the weights that are shipped. Out: their bytes. Never: a file read while running.

use super::backbone::Backbone;
use crate::Error;
use crate::label_model::LabelModelFiles;
use crate::model::ModelFiles;
use kgloom_weights::{labels, reader};
use std::borrow::Cow;

/// The files of the default model.
pub fn files() -> ModelFiles<'static> {
    ModelFiles {
        config: Cow::Borrowed(reader::CONFIG),
        tokenizer: Cow::Borrowed(reader::TOKENIZER),
        encoder: Cow::Borrowed(reader::ENCODER),
        extractor: Cow::Borrowed(reader::EXTRACTOR),
        mentions: Cow::Borrowed(reader::MENTIONS),
        coreference: Some(Cow::Borrowed(reader::COREFERENCE)),
        references: Some(Cow::Borrowed(reader::REFERENCES)),
        relations: Some(Cow::Borrowed(reader::RELATIONS)),
        vectors: Some(Cow::Borrowed(reader::VECTORS)),
    }
}

/// The files of the model that stands beside it and reads relations by their labels.
pub(crate) fn label_files() -> LabelModelFiles<'static> {
    LabelModelFiles {
        config: Cow::Borrowed(labels::CONFIG),
        tokenizer: Cow::Borrowed(reader::TOKENIZER),
        encoder: Cow::Borrowed(labels::ENCODER),
        head: Cow::Borrowed(labels::HEAD),
        labels: Cow::Borrowed(labels::LABELS),
    }
}

/// The default encoder, without heads.
///
/// # Errors
/// When its files are damaged, which no built program should show.
pub fn backbone() -> Result<Backbone, Error> {
    let files = files();
    Backbone::new(&files.config, &files.tokenizer, &files.encoder)
}
