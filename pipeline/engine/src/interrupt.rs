//! A wish to stop. In: word of it, from a handler of signals or any thread. Out: whether to stop after the epoch at hand. Never: a
//! stop in the middle of one.
//!
//! It is of the whole process, and holds for all engines in it.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);
static HELD: AtomicBool = AtomicBool::new(false);

/// Asks to stop; says whether somebody had asked before. Loading, reading and telling end with [`crate::Error::Interrupted`].
pub fn ask() -> bool {
    ASKED.swap(true, Ordering::SeqCst)
}

/// Whether somebody asked to stop, and work is not held to its end.
pub fn asked() -> bool {
    signalled() && !HELD.load(Ordering::SeqCst)
}

/// Whether somebody asked to stop.
pub fn signalled() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// From now on work that was begun is finished, also where somebody asked to stop meanwhile; who begins new work asks
/// [`signalled`].
pub fn hold() {
    HELD.store(true, Ordering::SeqCst);
}
