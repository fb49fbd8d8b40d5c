//! Models that read text, and models that tell which links of a graph are missing: training and scores of both.
//!
//! In: plain text, weights in safetensors, annotated corpora, links. Out: readings, trained weights, scores.
//! Never: a clock, an unseeded random number, or a thread inside a model call.

pub mod artifact;
mod clusters;
pub mod data;
pub mod draw;
pub mod engine;
mod error;
pub mod evaluate;
pub mod filter;
mod linear;
pub mod links;
mod logistic;
pub mod text;
pub mod train;

pub use error::Error;
pub use text::Extractor;
