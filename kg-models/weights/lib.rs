//! The weights that are shipped, as bytes inside the program: a reader, and the graph filter made for it.
//!
//! In: files beside this one, at build time. Out: their bytes. Never: code that understands them, so that a change of such
//! code embeds nothing anew.
#![cfg_attr(any(doc, doctest), doc = include_str!("README.md"))]

/// The files of `default/`: the reader.
pub mod reader {
    /// `config.json` of the encoder.
    pub static CONFIG: &[u8] = include_bytes!("default/config.json");
    /// `tokenizer.json`.
    pub static TOKENIZER: &[u8] = include_bytes!("default/tokenizer.json");
    /// `model.safetensors`: the encoder.
    pub static ENCODER: &[u8] = include_bytes!("default/model.safetensors");
    /// `extractor.json`: how the heads sit on the encoder.
    pub static EXTRACTOR: &[u8] = include_bytes!("default/extractor.json");
    /// `mentions.safetensors`.
    pub static MENTIONS: &[u8] = include_bytes!("default/mentions.safetensors");
    /// `coreference.safetensors`.
    pub static COREFERENCE: &[u8] = include_bytes!("default/coreference.safetensors");
    /// `references.safetensors`.
    pub static REFERENCES: &[u8] = include_bytes!("default/references.safetensors");
    /// `relations.safetensors`.
    pub static RELATIONS: &[u8] = include_bytes!("default/relations.safetensors");
    /// `vectors.safetensors`.
    pub static VECTORS: &[u8] = include_bytes!("default/vectors.safetensors");
}

/// The files of `labels/`: the model beside the reader that reads relations by their labels; it has the reader's tokenizer.
pub mod labels {
    /// `config.json` of the encoder.
    pub static CONFIG: &[u8] = include_bytes!("labels/config.json");
    /// `model.safetensors`: the encoder.
    pub static ENCODER: &[u8] = include_bytes!("labels/model.safetensors");
    /// `labels.safetensors`: its head.
    pub static HEAD: &[u8] = include_bytes!("labels/labels.safetensors");
    /// `labels.json`: how sure it has to be.
    pub static LABELS: &[u8] = include_bytes!("labels/labels.json");
}

/// The files of `filter/`: the graph filter.
pub mod filter {
    /// `filter.json`: its card.
    pub static CARD: &[u8] = include_bytes!("filter/filter.json");
    /// `filter.safetensors`.
    pub static WEIGHTS: &[u8] = include_bytes!("filter/filter.safetensors");
}
