//! Models that score links: what each of them is, by which protocols it is tested, how it lies in a folder.
//!
//! In: tables, weights, vectors of texts. Out: scorers. Never: a step of training.

pub(crate) mod embeddings;
pub mod model;
pub(crate) mod projected;
pub(crate) mod stored;
pub(crate) mod text;
pub(crate) mod ultra;
