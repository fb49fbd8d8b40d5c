//! How far work is. In: a measure now and then. Out: a span whose fields a subscriber of `tracing` may draw. Never: a decision; a
//! line that nobody asked for.

use tracing::Span;
use tracing::field::Empty;

/// The target of the spans: each is one piece of work, from its start to its end. Its field `doing` says which, and the others
/// are those of a [`Measure`], recorded anew as the work goes on.
pub const TARGET: &str = "kgloom_engine::progress";

/// How far a piece of work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Bytes of input behind us.
    pub bytes: u64,
    /// Bytes of input in all; 0 if nobody knows.
    pub total_bytes: u64,
    /// Documents behind us.
    pub documents: u64,
    /// Facts in the graph.
    pub facts: i64,
    /// What was refused and still is.
    pub rejections: i64,
}

/// A piece of work under way; it ends when this is dropped.
pub struct Progress(Span);

impl Progress {
    /// Says that a piece of work begins.
    pub fn start(doing: &str) -> Progress {
        Progress(tracing::info_span!(
            target: TARGET,
            "progress",
            doing,
            bytes = Empty,
            total_bytes = Empty,
            documents = Empty,
            facts = Empty,
            rejections = Empty,
        ))
    }

    /// Says how far it is now.
    pub fn show(&self, now: &Measure) {
        if self.0.is_disabled() {
            return;
        }
        self.0.record("bytes", now.bytes).record("total_bytes", now.total_bytes);
        self.0.record("facts", now.facts).record("rejections", now.rejections);
        // The last one: with it the measure is whole.
        self.0.record("documents", now.documents);
    }

    /// Says that it has ended.
    pub fn finish(self) {}
}
