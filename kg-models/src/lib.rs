//! Models that read text: encoder, heads, training and scores.
//!
//! In: plain text, weights in safetensors, annotated corpora. Out: readings, trained weights, scores.
//! Never: a clock, an unseeded random number, or a thread inside a model call.

pub mod artifact;
pub mod data;
pub mod draw;
pub mod engine;
mod error;
pub mod evaluate;
pub mod text;
pub mod train;

pub use error::Error;
pub use text::Extractor;
