//! How far a run is. In: a measure now and then. Out: a bar on a terminal, a JSON line every two seconds elsewhere.

pub use kgloom_engine::progress::Measure;

use super::Voice;
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::time::{Duration, Instant};

const BETWEEN_LINES: Duration = Duration::from_secs(2);

/// Shows how far a run is.
pub struct Progress {
    voice: Voice,
    bar: ProgressBar,
    start: Instant,
    last: Instant,
}

impl Progress {
    /// Starts to show `what` is being done.
    pub fn start(voice: Voice, what: &str) -> Progress {
        let target = match voice.on_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(None, target).with_prefix(what.to_owned());
        bar.set_style(style("{spinner} {prefix} {elapsed} {msg}"));
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { voice, bar, start: Instant::now(), last: Instant::now() }
    }

    /// Shows how far it is now.
    pub fn show(&mut self, now: &Measure) {
        let seconds = self.start.elapsed().as_secs_f64();
        let rate = now.documents as f64 / seconds.max(1e-3);
        if self.voice.on_terminal() {
            self.draw(now, rate);
        } else if self.last.elapsed() >= BETWEEN_LINES {
            self.last = Instant::now();
            let left = now.total_bytes.saturating_sub(now.bytes) as f64;
            let eta = (now.bytes > 0 && now.total_bytes > 0).then(|| (left / now.bytes as f64 * seconds).round());
            let fields = json!({
                "doing": self.bar.prefix(), "seconds": tenths(seconds), "documents": now.documents,
                "documents_per_second": tenths(rate), "facts": now.facts, "rejections": now.rejections,
                "bytes": now.bytes, "total_bytes": now.total_bytes, "eta_seconds": eta,
            });
            self.voice.event("progress", "", fields);
        }
    }

    fn draw(&self, now: &Measure, rate: f64) {
        if now.total_bytes > 0 && self.bar.length() != Some(now.total_bytes) {
            self.bar.set_length(now.total_bytes);
            self.bar.set_style(style("{prefix} {bar:24} {percent:>3} % {msg}, {eta} left"));
        }
        self.bar.set_position(now.bytes.min(now.total_bytes.max(1)));
        self.bar.set_message(format!(
            "{} documents ({rate:.1}/s), {} facts, {} rejections",
            HumanCount(now.documents),
            HumanCount(now.facts.max(0) as u64),
            HumanCount(now.rejections.max(0) as u64),
        ));
    }

    /// Says a sentence above the bar.
    pub fn say(&self, text: &str) {
        self.bar.suspend(|| self.voice.note(text));
    }

    /// Takes the bar away and says how long it took.
    pub fn finish(self) -> Duration {
        self.bar.finish_and_clear();
        self.start.elapsed()
    }
}

/// A duration in words.
pub fn in_words(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => format!("{:.1} s", duration.as_secs_f64()),
        _ => HumanDuration(duration).to_string(),
    }
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is fixed and valid")
}
