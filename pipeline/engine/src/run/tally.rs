//! What a run did, in numbers. In: nothing. Out: counts. Never: a count that is guessed.

use serde::Serialize;

/// How many of what a run has seen to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Documents that came or changed.
    pub put: u64,
    /// Documents that were as they are.
    pub unchanged: u64,
    /// Things that could not be read.
    pub refused: u64,
    /// Documents that went; a refusal that went with one, or by itself, is none.
    pub deleted: u64,
    /// Epochs that were written.
    pub epochs: u64,
}
