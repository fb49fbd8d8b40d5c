//! Documents in JSON. In: a stream of objects, one a line, in a list, or one after another. Out: a document for each, or
//! what is wrong with it and where.

use super::escapes;
use super::stream::Stream;
use super::values::{Step, Values};
use crate::source::container::Container;
use crate::source::options::SourceOptions;
use crate::source::record::{End, Record};
use crate::source::wrong;
use crate::source::wrong::Wrong;
use kgloom_record::record::DocumentId;
use serde_json::{Map, Value};
use std::io;

/// The documents of one file of JSON.
pub(super) struct JsonDocuments {
    values: Values,
    container: Container,
    options: SourceOptions,
    /// Whether WikiExtractor wrote it.
    extracted: bool,
}

impl JsonDocuments {
    pub fn new(stream: Stream, container: &Container, options: &SourceOptions) -> JsonDocuments {
        // An escaped character takes up to six bytes, and there are other fields.
        let longest = options.max_document_bytes.saturating_mul(6).saturating_add(64 << 10);
        let values = Values::new(stream, usize::try_from(longest).unwrap_or(usize::MAX - 1));
        let extracted = crate::source::kind::is_named_by_extractor(&container.name);
        JsonDocuments { values, container: container.clone(), options: options.clone(), extracted }
    }

    fn read(&self, step: Step) -> (Option<DocumentId>, Result<String, Wrong>) {
        if step == Step::TooLong {
            return (None, Err(Wrong::new("the line is too long")));
        }
        let (bytes, start) = (self.values.value.as_slice(), self.values.start);
        if let Err(error) = std::str::from_utf8(bytes) {
            return (None, Err(wrong::not_utf8(start.byte + error.valid_up_to() as u64)));
        }
        // What broke off ends at its last sign, and not on the next line.
        match serde_json::from_slice(bytes.trim_ascii_end()) {
            Ok(Value::Object(fields)) => self.document(fields),
            Ok(other) => (None, Err(Wrong::new(format!("it is {}, not a JSON object", kind(&other))))),
            Err(error) => {
                let place = Some(match error.line() {
                    0 | 1 => format!("column {}", start.column + error.column() as u64),
                    lines => format!("line {} of it, column {}", lines, error.column()),
                });
                let text = error.to_string();
                let what = text.split(" at line ").next().unwrap_or_default();
                (None, Err(Wrong { reason: format!("malformed JSON: {what}"), place }))
            }
        }
    }

    fn document(&self, mut fields: Map<String, Value>) -> (Option<DocumentId>, Result<String, Wrong>) {
        let id = match self.id(&mut fields) {
            Ok(id) => id,
            Err(wrong) => return (None, Err(wrong)),
        };
        let field = &self.options.text_field;
        let text = match fields.remove(field) {
            None => Err(Wrong::new(format!("field {field:?} is missing"))),
            Some(Value::String(text)) if self.extracted => Ok(escapes::resolved(&text).into_owned()),
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(wrong_type(field, &other)),
        };
        (id, text.and_then(|text| wrong::check(&text, &self.options).map(|()| text)))
    }

    fn id(&self, fields: &mut Map<String, Value>) -> Result<Option<DocumentId>, Wrong> {
        let field = &self.options.id_field;
        let url = fields.remove("url").filter(|_| self.extracted);
        if let Some(Value::String(url)) = url.filter(|url| url.as_str().is_some_and(|url| !url.is_empty())) {
            return Ok(Some(DocumentId::new(url)));
        }
        let id = match fields.remove(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(id)) if id.is_empty() => {
                return Err(Wrong::new(format!("field {field:?} has 0 bytes, and an id has at least one")));
            }
            Some(Value::String(id)) => id,
            Some(Value::Number(id)) => id.to_string(),
            Some(other) => return Err(wrong_type(field, &other)),
        };
        // Those of WikiExtractor are numbers that every wiki has.
        let id = if self.extracted { format!("{}#{id}", self.container.id()) } else { id };
        Ok(Some(DocumentId::new(id)))
    }
}

impl Iterator for JsonDocuments {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<io::Result<Record>> {
        let step = match self.values.step() {
            Ok(step) => step?,
            Err(error) => return Some(Err(error)),
        };
        let line = self.values.start.line;
        let (id, outcome) = self.read(step);
        let end = match (&id, &outcome) {
            _ if self.values.cut => End::Cut,
            (None, Err(_)) => End::Unknown,
            _ => End::Whole,
        };
        let id = id.unwrap_or_else(|| self.container.id_at(line, self.values.nth));
        let outcome = outcome.map_err(|wrong| wrong.at(&crate::source::record::place(&self.container.name, line)));
        Some(Ok(Record { id, line, outcome, end }))
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
