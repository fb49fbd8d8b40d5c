//! A file that is one document, and what every text must be. In: bytes. Out: text, or the reason it is none.

use super::html::Reading;
use super::kind::Kind;
use super::office::Extracted;
use super::stream::Opened;
use super::wrong::{Wrong, check, decode};
use super::{article, blocks, charset, front_matter, html, hyphens, markdown, notes, office};
use crate::incoming::MAX_ID_BYTES;
use crate::source::broken;
use crate::source::container::Container;
use crate::source::options::{SourceOptions, Stop};
use kgloom_record::record::{Change, Document, DocumentId, Refusal};
use std::borrow::Cow;
use std::io::{self, Read};

/// Reads the whole container as one document. An error is one of reading: the container broke off.
pub(super) fn read(
    opened: Opened,
    kind: Kind,
    container: &Container,
    options: &SourceOptions,
    stop: Stop,
) -> io::Result<Result<Extracted, Refusal>> {
    if let Kind::Office(format) = kind {
        let told = office::read(opened.stream, format, options, stop)?;
        return Ok(told.map_err(|wrong| wrong.at(&container.name)));
    }
    let mut bytes = Vec::new();
    opened.stream.take(options.max_document_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    let text = text(bytes, opened.marked, kind, options, stop).and_then(|text| {
        check(&text, options)?;
        Ok(Extracted { text, left_out: Vec::new() })
    });
    if stop() { Err(broken::stopped()) } else { Ok(text.map_err(|wrong| wrong.at(&container.name))) }
}

/// What the bytes of a document that somebody sends are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Text.
    Text,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
}

/// A document that was sent, as the change that it asks for: it is put, or refused with the reason.
pub fn sent(id: DocumentId, bytes: Vec<u8>, of: Sent, options: &SourceOptions) -> Change {
    let kind = match of {
        Sent::Text => Kind::Text,
        Sent::Markdown => Kind::Markdown,
        Sent::Html => Kind::Html { xml: false },
    };
    let length = id.as_str().len();
    let text = match length {
        1..=MAX_ID_BYTES => text(bytes, false, kind, options, || false),
        _ => Err(Wrong::new(format!("its id has {length} bytes, and an id has 1 to {MAX_ID_BYTES}"))),
    };
    match text.and_then(|text| check(&text, options).map(|()| text)) {
        Ok(text) => Change::Put(Document { id, text: finished(text).into() }),
        Err(wrong) => {
            let refusal = wrong.at(id.as_str());
            Change::Refuse(id, refusal)
        }
    }
}

/// A text as it is kept: with words that a line's end cuts whole, without raised digits that refer to notes, and with
/// the line ends of old machines as others are.
pub(super) fn finished(text: String) -> String {
    let text = if text.contains('\u{85}') { text.replace('\u{85}', "\n") } else { text };
    let joined = match hyphens::joined(&text, false) {
        Cow::Owned(joined) => Some(joined),
        Cow::Borrowed(_) => None,
    };
    notes::without_raised_digits(joined.unwrap_or(text))
}

/// The text of a whole file.
fn text(bytes: Vec<u8>, marked: bool, kind: Kind, options: &SourceOptions, stop: Stop) -> Result<String, Wrong> {
    let blocks = match kind {
        // What its lines are is not known behind this.
        Kind::Markdown => markdown::read(&hyphens::joined(&decode(bytes, 0, options)?, false), stop),
        Kind::Html { xml } => {
            let page = charset::decode(bytes, marked, options)?;
            let xml = xml || page.trim_start().starts_with("<?xml");
            let blocks = html::read(front_matter::without(&page), Reading { article: options.article, xml }, stop)?;
            if options.article { article::of(blocks) } else { blocks }
        }
        _ => return decode(bytes, 0, options),
    };
    Ok(blocks::written(&blocks))
}
