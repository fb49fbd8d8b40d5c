//! A file that is one document, and what every text must be. In: bytes. Out: text, or the reason it is none.

use super::html::Reading;
use super::kind::Kind;
use super::stream::Opened;
use super::wrong::{Wrong, check, decode};
use super::{article, blocks, charset, front_matter, html, markdown, office};
use crate::source::broken;
use crate::source::container::Container;
use crate::source::options::{SourceOptions, Stop};
use kgloom_record::record::Refusal;
use std::io::{self, Read};

/// Reads the whole container as one document. An error is one of reading: the container broke off.
pub(super) fn read(
    opened: Opened,
    kind: Kind,
    container: &Container,
    options: &SourceOptions,
    stop: Stop,
) -> io::Result<Result<String, Refusal>> {
    if let Kind::Office(format) = kind {
        let text = office::read(opened.stream, format, options, stop)?;
        return Ok(text.map_err(|wrong| wrong.at(&container.name)));
    }
    let mut bytes = Vec::new();
    opened.stream.take(options.max_document_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    let text = text(bytes, opened.marked, kind, options, stop).and_then(|text| {
        check(&text, options)?;
        Ok(text)
    });
    if stop() { Err(broken::stopped()) } else { Ok(text.map_err(|wrong| wrong.at(&container.name))) }
}

/// The text of a whole file.
fn text(bytes: Vec<u8>, marked: bool, kind: Kind, options: &SourceOptions, stop: Stop) -> Result<String, Wrong> {
    let blocks = match kind {
        Kind::Markdown => markdown::read(&decode(bytes, 0, options)?, stop),
        Kind::Html => {
            let page = charset::decode(bytes, marked, options)?;
            let xml = page.trim_start().starts_with("<?xml");
            let blocks = html::read(front_matter::without(&page), Reading { article: options.article, xml }, stop)?;
            if options.article { article::of(blocks) } else { blocks }
        }
        _ => return decode(bytes, 0, options),
    };
    Ok(blocks::written(&blocks))
}
