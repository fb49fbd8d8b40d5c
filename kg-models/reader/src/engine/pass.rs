//! What a pass over sequences keeps, and the memory it uses again.
//!
//! In: lengths. Out: states and attention. Never: arithmetic.

use crate::engine::attention::HeadWorkspace;
use kgloom_numerics::passes::ByteRows;

/// What one sequence gave.
#[derive(Clone, Debug, Default)]
pub struct EncoderOutput {
    /// How many word pieces it has.
    pub pieces: usize,
    /// Of each layer that was asked for, in the order asked: pieces × width. Layer 0 is the embeddings.
    pub layers: Vec<Vec<f32>>,
    /// The last layer's attention: heads × pieces × pieces. Empty if it was not asked for.
    pub attention: Vec<f32>,
}

/// What of a pass is kept.
#[derive(Clone, Copy, Debug)]
pub struct OutputSelection<'a> {
    /// Layers whose states are kept.
    pub layers: &'a [usize],
    /// Whether the last layer's attention is kept.
    pub attention: bool,
}

/// Memory that passes use again.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    pub(crate) states: Vec<f32>,
    pub(super) mixed: Vec<f32>,
    pub(super) context: Vec<f32>,
    pub(super) attended: Vec<f32>,
    pub(super) inner: Vec<f32>,
    pub(super) bytes: ByteRows,
    pub(super) head: HeadWorkspace,
}
