//! Ctrl-C. In: signals. Out: a wish to stop, which the engine heeds after the epoch at hand; the end of the process where what is
//! under way loses nothing by that and would take long. Never: a stop in the middle of an epoch, unless asked twice.

pub use kgloom_engine::interrupt::{asked, signalled};

use crate::exit::{CliError, Exit};
use crate::voice::Voice;
use kgloom_engine::interrupt::{ask, may_be_left};
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// How long work that may be left off is waited for, and how often it is looked whether it is still that.
const PATIENCE: u32 = 20;
const LOOK: Duration = Duration::from_millis(50);

static INSTALLED: OnceLock<()> = OnceLock::new();
/// Who does not end by a word of an error where somebody asks to stop: what is done until then is all that was wanted.
static STAYS: OnceLock<Voice> = OnceLock::new();
/// Whether the program ends by itself from now on, and sees to what is under way.
static SEEN_TO: AtomicBool = AtomicBool::new(false);

/// From now on the first signal is noted, and the second ends the process at once, which is safe too.
pub fn install() {
    INSTALLED.get_or_init(|| {
        // Without a handler a signal ends the process at once, which is safe.
        let _ = ctrlc::set_handler(|| {
            if !stop() {
                std::process::exit(Exit::Interrupted.code());
            }
        });
    });
}

/// The same for what stays until somebody asks to stop, which is no failure then.
pub fn install_to_stay(voice: Voice) {
    // The first voice stays.
    let _ = STAYS.set(voice);
    install();
}

/// Asks to stop; says whether nobody had asked before.
pub fn stop() -> bool {
    let first = !ask();
    if first {
        // Where there is no thread, it is waited for what is under way.
        let _ = std::thread::Builder::new().name("stop".to_owned()).spawn(leave_off);
    }
    first
}

/// From now on the program that stays looks itself whether somebody asked to stop.
pub fn is_seen_to() {
    SEEN_TO.store(true, Ordering::SeqCst);
}

/// Ends the process where what is under way may be left off, and goes on all the same.
fn leave_off() {
    let mut looks = 0;
    while !SEEN_TO.load(Ordering::SeqCst) {
        looks = if may_be_left() { looks + 1 } else { 0 };
        if looks > PATIENCE {
            let exit = match STAYS.get() {
                Some(voice) => {
                    voice.note("stopped before the graph was loaded; nothing is lost");
                    Exit::Done
                }
                None => {
                    // Nobody may be listening any more.
                    let _ = writeln!(std::io::stderr(), "error: {}", CliError::interrupted());
                    Exit::Interrupted
                }
            };
            std::process::exit(exit.code());
        }
        sleep(LOOK);
    }
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
