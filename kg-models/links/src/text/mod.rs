//! Answers told from the texts of entities, also of those never seen.
//!
//! In: vectors of texts, links. Out: scores. Never: an encoder; vectors come from outside.

pub mod blend;
pub(crate) mod blend_weights;
pub(crate) mod character_ngrams;
pub mod contrast;
pub mod lowrank;
pub mod map_training;
pub mod maps;
pub(crate) mod projected;
pub mod tuning;
