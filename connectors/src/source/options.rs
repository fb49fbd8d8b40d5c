//! How inputs are read: fields, bounds, what standard input holds, whether to stop. In: a configuration. Out: the same.
//! Never: an input.

use crate::source::office::OfficeLimits;
use std::path::PathBuf;

/// How inputs are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOptions {
    /// The field or column that holds a document's id.
    pub id_field: String,
    /// The field or column that holds a document's text.
    pub text_field: String,
    /// The longest document, in bytes of its file or field.
    pub max_document_bytes: u64,
    /// The most bytes that one compressed file may expand to.
    pub max_expanded_bytes: u64,
    /// How many times its size a compressed file may expand to, after the first MiB.
    pub max_expansion: u64,
    /// What standard input holds.
    pub standard_input: StandardInput,
    /// The id of the document in standard input, and the first part of the ids of documents in it without one.
    pub standard_input_id: String,
    /// What bounds the reading of documents of other programs.
    pub office: OfficeLimits,
    /// The program that reads them in a process of its own; without one they are refused.
    pub extractor: Option<PathBuf>,
    /// Whether of a page only its main content is read, without menus and the like.
    pub article: bool,
}

impl Default for SourceOptions {
    fn default() -> Self {
        SourceOptions {
            id_field: "id".to_owned(),
            text_field: "text".to_owned(),
            max_document_bytes: 1 << 20,
            max_expanded_bytes: 4 << 30,
            max_expansion: 100,
            standard_input: StandardInput::Sniff,
            standard_input_id: "stdin".to_owned(),
            office: OfficeLimits::default(),
            extractor: None,
            article: false,
        }
    }
}

/// What standard input holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StandardInput {
    /// Whatever its first bytes look like.
    #[default]
    Sniff,
    /// One document of plain text, with the id `stdin`.
    Text,
    /// Objects of JSON, in lines or otherwise.
    JsonLines,
}

/// Whether somebody asked to stop: looked at wherever reading takes long.
pub type Stop = fn() -> bool;
