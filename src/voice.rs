//! What is said while working. In: what happened. Out: a bar and sentences on a terminal, JSON lines elsewhere,
//! on standard error. Never: data; that goes to standard output.

mod progress;
pub mod progress_printer;

pub use progress::{Measure, Progress, in_words};

use kgloom_record::record::ContentHash;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write, stderr};

/// A text is named by so many of its first words,
const FIRST_WORDS: usize = 10;
/// and so many letters.
const FIRST_LETTERS: usize = 80;

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

    /// Says that the model is about to read a text, to who asked for everything.
    pub fn asks(self, content: &ContentHash) {
        if self.verbosity >= 2 {
            self.event("asked", &format!("the model reads {content}"), json!({ "content": content.to_string() }));
        }
    }

    /// Names a text, by its first words, whose reading takes long.
    pub fn still_reads(self, text: &str) {
        let opening: String = text.split_whitespace().take(FIRST_WORDS).collect::<Vec<_>>().join(" ");
        let opening: String = opening.chars().take(FIRST_LETTERS).collect();
        let (content, bytes) = (ContentHash::of(text), text.len());
        let sentence = format!("still reading a text of {bytes} bytes that begins \"{opening}\"");
        let fields = json!({ "opening": opening, "bytes": bytes, "content": content.to_string() });
        self.event("still_reading", &sentence, fields);
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
