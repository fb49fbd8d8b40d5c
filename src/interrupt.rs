//! Ctrl-C. In: signals. Out: whether to stop after the epoch at hand. Never: a stop in the middle of one, unless asked twice.

use crate::exit::Exit;
use crate::voice::Voice;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);
static HELD: AtomicBool = AtomicBool::new(false);
static INSTALLED: OnceLock<()> = OnceLock::new();

/// From now on the first signal is noted, and the second ends the process at once, which is safe too.
pub fn install() {
    INSTALLED.get_or_init(|| {
        let installed = ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::SeqCst) {
                std::process::exit(Exit::Interrupted.code());
            }
        });
        // Without a handler a signal ends the process at once, which is safe.
        let _ = installed;
    });
}

/// From now on a signal ends the process at once, with a word on how to go on.
pub fn end_with(voice: Voice, words: &'static str) {
    INSTALLED.get_or_init(|| {
        let installed = ctrlc::set_handler(move || {
            voice.note(words);
            std::process::exit(Exit::Interrupted.code());
        });
        let _ = installed;
    });
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
