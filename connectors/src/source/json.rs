//! JSON lines. In: a stream of objects, one a line. Out: a document for each, or what is wrong with it and where.

use super::lines::{Lines, Step};
use super::stream::Stream;
use super::text::{self, Wrong};
use super::walk::Container;
use super::{Record, SourceOptions};
use crate::journal::MAX_ID_BYTES;
use pipeline::record::DocumentId;
use serde_json::{Map, Value};
use std::io;

/// The documents of one file of JSON lines.
pub(super) struct JsonLines {
    lines: Lines,
    container: Container,
    options: SourceOptions,
}

impl JsonLines {
    pub fn new(stream: Stream, container: &Container, options: &SourceOptions) -> JsonLines {
        // An escaped character takes up to six bytes, and there are other fields.
        let longest = options.max_document_bytes.saturating_mul(6).saturating_add(64 << 10);
        let lines = Lines::new(stream, usize::try_from(longest).unwrap_or(usize::MAX - 1));
        JsonLines { lines, container: container.clone(), options: options.clone() }
    }

    fn read(&self, step: Step) -> (Option<DocumentId>, Result<String, Wrong>) {
        if step == Step::TooLong {
            return (None, Err(Wrong::new("the line is too long")));
        }
        if let Err(error) = std::str::from_utf8(&self.lines.line) {
            return (None, Err(text::not_utf8(self.lines.start + error.valid_up_to() as u64)));
        }
        match serde_json::from_slice(&self.lines.line) {
            Ok(Value::Object(fields)) => self.document(fields),
            Ok(other) => (None, Err(Wrong::new(format!("the line is {}, not a JSON object", kind(&other))))),
            Err(error) => {
                let place = Some(format!("column {}", error.column()));
                let text = error.to_string();
                let what = text.split(" at line ").next().unwrap_or_default();
                (None, Err(Wrong { reason: format!("malformed JSON: {what}"), place }))
            }
        }
    }

    fn document(&self, mut fields: Map<String, Value>) -> (Option<DocumentId>, Result<String, Wrong>) {
        let field = &self.options.id_field;
        let id = match fields.remove(field) {
            None | Some(Value::Null) => None,
            Some(Value::String(id)) if (1..=MAX_ID_BYTES).contains(&id.len()) => Some(DocumentId::new(id)),
            Some(Value::String(id)) => {
                let reason = format!("field {field:?} has {} bytes, and an id has 1 to {MAX_ID_BYTES}", id.len());
                return (None, Err(Wrong::new(reason)));
            }
            Some(Value::Number(id)) => Some(DocumentId::new(id.to_string())),
            Some(other) => return (None, Err(wrong_type(field, &other))),
        };
        let field = &self.options.text_field;
        let text = match fields.remove(field) {
            None => Err(Wrong::new(format!("field {field:?} is missing"))),
            Some(Value::String(text)) => text::check(&text, &self.options).map(|()| text),
            Some(other) => Err(wrong_type(field, &other)),
        };
        (id, text)
    }
}

impl Iterator for JsonLines {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<io::Result<Record>> {
        loop {
            let step = match self.lines.step() {
                Ok(step) => step?,
                Err(error) => return Some(Err(error)),
            };
            if self.lines.line.trim_ascii().is_empty() {
                continue;
            }
            let line = self.lines.number;
            let (id, outcome) = self.read(step);
            let id = id.unwrap_or_else(|| DocumentId::new(format!("{}#line-{line}", self.container.id())));
            let outcome = outcome.map_err(|wrong| wrong.at(&super::place(&self.container.name, line)));
            return Some(Ok(Record { id, line, outcome }));
        }
    }
}

fn wrong_type(field: &str, value: &Value) -> Wrong {
    Wrong::new(format!("field {field:?} is {}, not a string", kind(value)))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
