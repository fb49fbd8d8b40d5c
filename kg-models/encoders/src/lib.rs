//! Smaller text encoders and bridges between encoders, in closed form: heads on lower layers, few numbers, static tables,
//! maps from a new encoder's vectors to an old one's.
//!
//! In: the folder of an encoder, texts. Out: the folder of another, a map, figures on texts held back. Never: a gradient, or
//! a figure of texts that were fitted.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

pub mod bridge;
pub mod fit;
pub mod folder;
pub mod heads;
pub mod kept_bridge;
pub mod linear_map;
pub mod neighbours;
pub mod rotation;
pub mod similarity;
#[cfg(test)]
mod small;
pub mod student;
pub mod table;
pub mod texts;
mod word_pieces;

pub use bridge::{Bridged, Comparison, Kind, LEAST_RECALL, Verdict, compare};
pub use folder::{answers, open};
pub use kept_bridge::{BridgeCard, KeptBridge};
pub use kgloom_numerics::Error;
pub use linear_map::LinearMap;
pub use similarity::{SimilarityReport, similarity, spearman};
pub use student::{Card, StudentTraining};
pub use table::StaticTable;
