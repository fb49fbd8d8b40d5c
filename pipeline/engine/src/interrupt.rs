//! A wish to stop. In: word of it, from a handler of signals or any thread. Out: whether to stop after the epoch at hand. Never: a
//! stop in the middle of one.
//!
//! It is of the whole process, and holds for all engines in it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);
static HELD: AtomicBool = AtomicBool::new(false);
static LEAVABLE: AtomicUsize = AtomicUsize::new(0);

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

/// Whether nothing is lost where the process ends now, in the middle of what is under way: a folder is opened or its graph loaded,
/// no text is read, and whoever does it again gets the same. Whoever was asked to stop need not wait for it then.
pub fn may_be_left() -> bool {
    LEAVABLE.load(Ordering::SeqCst) > 0
}

/// Work that may be left off, until this is dropped.
#[must_use]
pub struct Leavable(());

/// From now on what is under way may be left off at any moment: it writes nothing that is not whole without the rest.
pub fn leavable() -> Leavable {
    LEAVABLE.fetch_add(1, Ordering::SeqCst);
    Leavable(())
}

impl Drop for Leavable {
    fn drop(&mut self) {
        LEAVABLE.fetch_sub(1, Ordering::SeqCst);
    }
}
