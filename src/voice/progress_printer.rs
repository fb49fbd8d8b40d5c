//! Where a training is: a line that changes on a terminal, JSON lines elsewhere. In: progress. Out: lines. Never: a
//! decision.

use crate::voice::{Voice, in_words};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kgloom_numerics::progress::TrainProgress;
use std::time::{Duration, Instant};

const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Prints where training is: a line that changes on a terminal, JSON lines elsewhere.
pub struct ProgressPrinter {
    pub(crate) voice: Voice,
    bar: ProgressBar,
    last: Option<Instant>,
}

impl ProgressPrinter {
    /// Begins to print.
    pub fn new(voice: Voice) -> ProgressPrinter {
        let target = match voice.on_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}").expect("the template is fixed and valid");
        ProgressPrinter { voice, bar: ProgressBar::with_draw_target(None, target).with_style(style), last: None }
    }

    /// Shows where training is.
    pub fn show(&mut self, progress: &TrainProgress) {
        let TrainProgress { phase, epoch, epochs, step, steps, loss, validation, eta_seconds } = progress;
        let left = in_words(Duration::from_secs_f64(eta_seconds.max(0.0)));
        let place = format!("{phase}: epoch {epoch} of {epochs}, step {step} of {steps}, loss {loss:.4}");
        self.bar.set_message(format!("{place}, {left} left"));
        self.bar.tick();
        let due = self.last.is_none_or(|last| last.elapsed() >= BETWEEN_LINES);
        if validation.is_none() && (self.voice.on_terminal() || !due) {
            return;
        }
        self.last = Some(Instant::now());
        let fields = serde_json::to_value(progress).unwrap_or_default();
        let scored = validation.map_or_else(String::new, |score| format!(", validation {score:.4}"));
        self.bar.suspend(|| self.voice.event("training", &format!("{place}{scored}"), fields));
    }

    /// Takes the line away.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}

/// The progress of work that has one epoch and no loss.
pub fn progress(phase: &'static str, step: usize, steps: usize, start: Instant) -> TrainProgress {
    let left = start.elapsed().as_secs_f64() / step.max(1) as f64 * (steps - step) as f64;
    TrainProgress { phase, epoch: 1, epochs: 1, step, steps, loss: 0.0, validation: None, eta_seconds: left }
}
