//! What the engine says, as the program says it. In: events and spans of `tracing`. Out: sentences and a bar on a terminal, JSON
//! lines elsewhere. Never: what other libraries say of themselves.

use super::{Measure, Progress, Voice};
use kgloom_engine::progress;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tracing::field::{Field, Visit};
use tracing::metadata::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Whose words are said.
const OURS: &str = "kgloom_engine";

/// Says from now on what the engine says; the first voice stays.
pub fn hear(voice: Voice) {
    let listener = Listener { voice, last: AtomicU64::new(0), shown: Mutex::default() };
    // In a process that listens already, nobody is to hear it twice.
    let _ = tracing::subscriber::set_global_default(listener);
}

struct Listener {
    voice: Voice,
    /// The number of the last span.
    last: AtomicU64,
    /// The work that is under way, by its span.
    shown: Mutex<BTreeMap<u64, Shown>>,
}

/// A piece of work as it is shown.
struct Shown {
    progress: Progress,
    measure: Measure,
}

impl Listener {
    fn shown(&self) -> MutexGuard<'_, BTreeMap<u64, Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with(OURS) && *metadata.level() <= most(self.voice)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(most(self.voice).into())
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        if span.metadata().target() == progress::TARGET {
            let mut said = Said::default();
            span.record(&mut said);
            let doing = said.fields.get("doing").and_then(Value::as_str).unwrap_or_default();
            let progress = Progress::start(self.voice, doing);
            self.shown().insert(id, Shown { progress, measure: Measure::default() });
        }
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut said = Said::default();
        values.record(&mut said);
        if let Some(Shown { progress, measure }) = self.shown().get_mut(&span.into_u64()) {
            let number = |name: &str| said.fields.get(name).and_then(Value::as_u64);
            let signed = |name: &str| said.fields.get(name).and_then(Value::as_i64);
            measure.bytes = number("bytes").unwrap_or(measure.bytes);
            measure.total_bytes = number("total_bytes").unwrap_or(measure.total_bytes);
            measure.facts = signed("facts").unwrap_or(measure.facts);
            measure.rejections = signed("rejections").unwrap_or(measure.rejections);
            // It comes last.
            if let Some(documents) = number("documents") {
                measure.documents = documents;
                progress.show(measure);
            }
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut said = Said::default();
        event.record(&mut said);
        let Said { message, name, mut fields } = said;
        let (usual, voice) = match *event.metadata().level() {
            Level::ERROR | Level::WARN => ("warning", Voice { quiet: false, ..self.voice }),
            _ => ("note", self.voice),
        };
        if name.is_none() {
            fields.insert("text".to_owned(), message.clone().into());
        }
        voice.event(name.as_deref().unwrap_or(usual), &message, Value::Object(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn try_close(&self, span: Id) -> bool {
        let ended = self.shown().remove(&span.into_u64());
        ended.map(|shown| shown.progress.finish()).is_some()
    }
}

/// The least important that a voice says.
fn most(voice: Voice) -> Level {
    match voice.verbosity {
        0 => Level::INFO,
        1 => Level::DEBUG,
        _ => Level::TRACE,
    }
}

/// What an event or a span says: its sentence, its name where it has one of its own, and its fields.
#[derive(Default)]
struct Said {
    message: String,
    name: Option<String>,
    fields: Map<String, Value>,
}

impl Said {
    fn take(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            ("event", Value::String(name)) => self.name = Some(name),
            (name, value) => drop(self.fields.insert(name.to_owned(), value)),
        }
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.take(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.take(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.take(field, value.into());
    }
}
