//! Links with their names and texts: in parts, as benchmarks publish them, and what may be seen of them.
//!
//! In: files, graphs. Out: a set of links. Never: a score.

pub mod benchmark;
pub(crate) mod protocol;
pub mod set;
pub(crate) mod split;
pub(crate) mod stats;
