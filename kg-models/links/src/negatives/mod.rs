//! Wrong answers to learn from.
//!
//! In: what training knows to be right, a seed. Out: entities. Never: a right answer while there is another.

pub(crate) mod lemon;
pub(crate) mod sampler;
