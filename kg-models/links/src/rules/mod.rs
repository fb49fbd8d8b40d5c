//! Rules over links: counted on training, asked of a graph that can be seen.
//!
//! In: links. Out: scores with what speaks for them. Never: the link that is asked about.

pub(crate) mod mining;
pub(crate) mod neighbourhood;
