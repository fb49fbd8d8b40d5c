//! A change of the world, and the input it came from. In: a change. Out: the same with a name. Never: a file.

use kgloom_record::record::Change;
use std::sync::Arc;

/// A change, and the input it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// What happened.
    pub change: Change,
    /// The file as the user named it, `-` for standard input; for other changes whatever their maker says.
    pub container: Arc<str>,
}

/// The longest document id, in bytes.
pub const MAX_ID_BYTES: usize = 4096;
