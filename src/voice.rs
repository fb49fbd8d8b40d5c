//! What is said while working. In: what happened. Out: a bar and sentences on a terminal, JSON lines elsewhere,
//! on standard error. Never: data; that goes to standard output.

mod listener;
mod progress;
pub mod progress_printer;

pub use listener::hear;
pub use progress::{Measure, Progress, in_words};

use serde_json::{Value, json};
use std::io::{IsTerminal, Write, stderr};

/// How much is said, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Voice {
    quiet: bool,
    verbosity: u8,
    terminal: bool,
}

impl Voice {
    /// A voice for the process's standard error.
    pub fn new(quiet: bool, verbosity: u8) -> Voice {
        Voice { quiet, verbosity, terminal: stderr().is_terminal() }
    }

    /// Whether a person watches.
    pub fn on_terminal(self) -> bool {
        self.terminal && !self.quiet
    }

    /// Something worth knowing.
    pub fn note(self, text: &str) {
        self.event("note", text, json!({ "text": text }));
    }

    /// Something that must be known, even by who wants to hear nothing.
    pub fn warn(self, text: &str) {
        Voice { quiet: false, ..self }.event("warning", text, json!({ "text": text }));
    }

    /// Something worth knowing for who asked for more.
    pub fn detail(self, text: &str) {
        if self.verbosity >= 1 {
            self.note(text);
        }
    }

    /// An event: the sentence for people, the fields for programs.
    pub fn event(self, name: &str, text: &str, mut fields: Value) {
        if self.quiet {
            return;
        }
        let line = match self.terminal {
            true => text.to_owned(),
            false => {
                fields["event"] = name.into();
                fields.to_string()
            }
        };
        // Nobody may be listening any more; the work goes on all the same.
        let _ = writeln!(stderr(), "{line}");
    }
}
