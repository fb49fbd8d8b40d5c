//! Answers told from the texts of entities, also of those never seen.
//!
//! In: vectors of texts, links. Out: scores. Never: an encoder; vectors come from outside.

pub mod blend;
pub mod contrast;
pub mod learn;
pub(crate) mod letters;
pub mod lowrank;
pub mod maps;
pub(crate) mod projected;
pub(crate) mod tune;
pub mod tuning;
