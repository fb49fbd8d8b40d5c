//! The texts of a graph, for what must read them, and what is kept of such a reading. In: a journal that somebody has open, or a
//! state folder. Out: the journal, word of how far a reading is. Never: a journal where there was none.

use crate::exit::CliError;
use crate::voice::Voice;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::{Context, Result};
use connectors::Journal;
use kgloom_numerics::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

/// Where texts are found, and who is told how far a reading of them is.
pub(super) struct Texts {
    state: PathBuf,
    journal: Option<Weak<Journal>>,
    voice: Option<Voice>,
}

impl Texts {
    /// Those of a state folder: its journal is opened when it is needed, and nobody is told.
    pub fn of(state: &Path) -> Texts {
        Texts { state: state.to_owned(), journal: None, voice: None }
    }

    /// The same where somebody listens, and perhaps has the journal open.
    pub fn beside(self, journal: Option<&Arc<Journal>>, voice: Voice) -> Texts {
        Texts { journal: journal.map(Arc::downgrade), voice: Some(voice), ..self }
    }

    /// The file of that name beside the graph, for what an encoder of the user's own needs.
    pub fn file(&self, name: &str) -> PathBuf {
        self.state.join("search").join(name)
    }

    /// The journal; `wanted` says what for.
    pub fn journal(&self, wanted: &str) -> Result<Arc<Journal>> {
        if let Some(open) = self.journal.as_ref().and_then(Weak::upgrade) {
            return Ok(open);
        }
        let path = self.state.join("journal");
        if !path.is_dir() {
            let message = format!("there is no journal in \"{}\"; its texts are wanted {wanted}", self.state.display());
            return Err(CliError::missing(message).into());
        }
        Ok(Arc::new(Journal::open(&path).with_context(|| format!("the graph's texts are wanted {wanted}"))?))
    }

    /// Does work on texts, and shows how many are done.
    pub fn shown<T>(&self, what: &'static str, work: impl FnOnce(&(dyn Fn(usize, usize) + Sync)) -> T) -> T {
        let Some(voice) = self.voice else { return work(&|_, _| ()) };
        let (printer, start) = (Mutex::new(ProgressPrinter::new(voice)), Instant::now());
        let done = work(&|step, steps| {
            let shown = progress(what, step.min(steps), steps, start);
            printer.lock().unwrap_or_else(PoisonError::into_inner).show(&shown);
        });
        printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
        done
    }

    /// Tells of a file that could not be written: what was to stand in it is made again next time.
    pub fn keep(&self, file: &Path, written: Result<(), Error>) {
        if let (Err(error), Some(voice)) = (written, self.voice) {
            voice.warn(&format!("\"{}\" is not kept, and will be made again: {error}", file.display()));
        }
    }
}
