//! Ctrl-C. In: signals. Out: a wish to stop, which the engine heeds after the epoch at hand. Never: a stop in the middle of one,
//! unless asked twice.

pub use kgloom_engine::interrupt::{ask, asked, signalled};

use crate::exit::Exit;
use crate::voice::Voice;
use std::sync::OnceLock;

static INSTALLED: OnceLock<()> = OnceLock::new();

/// From now on the first signal is noted, and the second ends the process at once, which is safe too.
pub fn install() {
    INSTALLED.get_or_init(|| {
        let installed = ctrlc::set_handler(|| {
            if ask() {
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
