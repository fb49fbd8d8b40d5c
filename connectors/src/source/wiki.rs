//! The output of WikiExtractor: `<doc id=… url=… title=…>`, lines of text, `</doc>`.
//! In: a stream of such. Out: a document for each. The id is the url or, without one, the file and the doc's id.

use super::escapes;
use super::lines::{Lines, Step};
use super::stream::Stream;
use crate::source::container::Container;
use crate::source::options::SourceOptions;
use crate::source::record::{End, Record};
use crate::source::wrong;
use crate::source::wrong::Wrong;
use kgloom_record::record::DocumentId;
use std::io;

/// The documents of one such file.
pub(super) struct WikiDocuments {
    lines: Lines,
    container: Container,
    options: SourceOptions,
    current: Option<Draft>,
    /// A record that the same line brought, after the one that was given.
    waiting: Option<Record>,
    /// Whether text outside any document was already complained of since the last document.
    outside: bool,
}

/// A document whose end has not come yet.
struct Draft {
    id: DocumentId,
    line: u64,
    text: Result<String, Wrong>,
}

impl WikiDocuments {
    pub fn new(stream: Stream, container: &Container, options: &SourceOptions) -> WikiDocuments {
        let longest = usize::try_from(options.max_document_bytes.saturating_add(1)).unwrap_or(usize::MAX - 1);
        let lines = Lines::new(stream, longest);
        WikiDocuments {
            lines,
            container: container.clone(),
            options: options.clone(),
            current: None,
            waiting: None,
            outside: false,
        }
    }

    /// What the current line brings to an end.
    fn take(&mut self, step: Step) -> Option<Record> {
        let line = std::mem::take(&mut self.lines.line);
        let line = match (step, String::from_utf8(line)) {
            (Step::Line, Ok(line)) => Ok(line),
            (Step::Line, Err(error)) => {
                Err(wrong::not_utf8(self.lines.start + error.utf8_error().valid_up_to() as u64))
            }
            (Step::TooLong, _) => Err(wrong::too_long(&self.options)),
        };
        if let Some(head) = line.as_deref().ok().filter(|line| line.starts_with("<doc ")) {
            let unclosed = self.current.take().map(|draft| self.unclosed(draft, End::Whole));
            let closed = self.begin(head);
            self.waiting = if unclosed.is_some() {
                closed
            } else {
                return closed;
            };
            return unclosed;
        }
        let Some(draft) = &mut self.current else {
            return self.stray(line);
        };
        match line {
            Ok(line) => match line.trim_end().strip_suffix("</doc>") {
                Some(last) => {
                    draft.push(last, &self.options);
                    return self.finish();
                }
                None => draft.push(&line, &self.options),
            },
            Err(wrong) => draft.spoil(wrong),
        }
        None
    }

    /// Begins a document; one that is closed on its own line is finished at once.
    fn begin(&mut self, head: &str) -> Option<Record> {
        let line = self.lines.number;
        self.outside = false;
        let (attributes, rest) = head.split_once('>').unwrap_or((head, ""));
        let url = attribute(attributes, "url").filter(|url| !url.is_empty());
        let own = attribute(attributes, "id").filter(|id| !id.is_empty());
        let id = match (url, own) {
            (Some(url), _) => DocumentId::new(url),
            (None, Some(own)) => DocumentId::new(format!("{}#{own}", self.container.id())),
            (None, None) => self.container.id_at(line, 1),
        };
        let mut draft = Draft { id, line, text: Ok(String::new()) };
        let closed = rest.trim_end().strip_suffix("</doc>");
        if !rest.is_empty() {
            draft.push(closed.unwrap_or(rest), &self.options);
        }
        self.current = Some(draft);
        closed.and_then(|_| self.finish())
    }

    fn finish(&mut self) -> Option<Record> {
        let Draft { id, line, text } = self.current.take()?;
        let text = text.and_then(|text| {
            let text = escapes::resolved(text.trim()).into_owned();
            wrong::check(&text, &self.options).map(|()| text)
        });
        let outcome = text.map_err(|wrong| wrong.at(&crate::source::record::place(&self.container.name, line)));
        Some(Record { id, line, outcome, end: End::Whole })
    }

    fn unclosed(&self, draft: Draft, end: End) -> Record {
        let wrong = draft.text.err().unwrap_or_else(|| Wrong::new("the <doc> is not closed"));
        let outcome = Err(wrong.at(&crate::source::record::place(&self.container.name, draft.line)));
        Record { id: draft.id, line: draft.line, outcome, end }
    }

    fn stray(&mut self, line: Result<String, Wrong>) -> Option<Record> {
        let wrong = match line {
            Ok(line) if line.trim().is_empty() => return None,
            Ok(_) => Wrong::new("text outside of any <doc>"),
            Err(wrong) => wrong,
        };
        if std::mem::replace(&mut self.outside, true) {
            return None;
        }
        let line = self.lines.number;
        let outcome = Err(wrong.at(&crate::source::record::place(&self.container.name, line)));
        Some(Record { id: self.container.id_at(line, 1), line, outcome, end: End::Unknown })
    }
}

impl Iterator for WikiDocuments {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<io::Result<Record>> {
        if let Some(record) = self.waiting.take() {
            return Some(Ok(record));
        }
        loop {
            match self.lines.step() {
                Ok(Some(step)) => {
                    if let Some(record) = self.take(step) {
                        return Some(Ok(record));
                    }
                }
                Ok(None) => return self.current.take().map(|draft| Ok(self.unclosed(draft, End::Cut))),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Draft {
    fn push(&mut self, line: &str, options: &SourceOptions) {
        if let Ok(text) = &mut self.text {
            if (text.len() + line.len()) as u64 > options.max_document_bytes {
                self.text = Err(wrong::too_long(options));
            } else {
                text.push_str(line);
                text.push('\n');
            }
        }
    }

    fn spoil(&mut self, wrong: Wrong) {
        if self.text.is_ok() {
            self.text = Err(wrong);
        }
    }
}

/// The value of an attribute, without its quotes.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let start = attributes.find(&format!(" {name}=\""))? + name.len() + 3;
    attributes[start..].split('"').next()
}
