//! What a file holds. In: its name and its first bytes. Out: how it is read. Never: more than the first bytes read.

use super::{Format, stream};
use crate::source::container::Container;
use crate::source::options::StandardInput;

/// What is read from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Markdown,
    Html {
        /// As XML by its name.
        xml: bool,
    },
    /// Objects in lines, in a list, or one after another.
    Json,
    /// Rows with a header, cut at tabs or at commas.
    Table {
        tabs: bool,
    },
    Wiki,
    /// What takes a process of its own.
    Office(Format),
}

/// The kind of a container by its name and first bytes, or what to do with it: nothing is known of its type and the user
/// did not name it, or it takes another program to read it.
pub(super) fn of(container: &Container, start: &[u8], standard_input: StandardInput) -> Result<Kind, &'static str> {
    if container.is_standard_input() {
        match standard_input {
            StandardInput::Text => return Ok(Kind::Text),
            StandardInput::JsonLines => return Ok(Kind::Json),
            StandardInput::Sniff => {}
        }
    }
    let visible = start.trim_ascii_start();
    match by_name(&container.file) {
        Some(kind) if kind != Kind::Text => Ok(kind),
        _ if visible.starts_with(b"<doc id=") || visible.starts_with(b"<doc url=") => Ok(Kind::Wiki),
        Some(kind) => Ok(kind),
        None if is_named_by_extractor(&container.file) && begins_with_json(visible) => Ok(Kind::Json),
        None => match remedy(&container.file) {
            Some(remedy) => Err(remedy),
            None if is_archive(start) => Err(ARCHIVE),
            None if !container.named => {
                Err("nothing is known of files of this type; a file that is named itself is read as text")
            }
            None if begins_with_json(visible) => Ok(Kind::Json),
            None => Ok(Kind::Text),
        },
    }
}

/// The end of a name under the compression, in lower case.
fn ending(name: &str) -> Option<String> {
    let (_, name) = stream::compression_by_name(name);
    let file = name.rsplit('/').next().unwrap_or(name);
    Some(file.rsplit_once('.')?.1.to_ascii_lowercase())
}

/// What makes a text of a file that holds one in a form that is not read here.
fn remedy(name: &str) -> Option<&'static str> {
    Some(match ending(name)?.as_str() {
        "rtf" => "a document that is not read; `pandoc FILE -o FILE.md` makes Markdown of it",
        "doc" | "ppt" | "xls" | "pptx" | "xlsx" | "odp" | "ods" => {
            "an office document, which is not read; save it as text, Markdown, HTML or CSV"
        }
        "mbox" | "msg" => "mail, which is not read; save each as .eml",
        "zip" | "tar" | "tgz" | "tbz" | "tbz2" | "txz" | "tzst" | "7z" | "rar" | "jar" | "cab" | "cpio" | "iso"
        | "xz" | "lzma" | "lz4" | "lz" | "br" | "z" => ARCHIVE,
        _ => return None,
    })
}

const ARCHIVE: &str = "an archive, which is not read; unpack it";

/// Whether an archive begins here.
fn is_archive(start: &[u8]) -> bool {
    let marks: [&[u8]; 4] = [b"PK\x03\x04", b"7z\xBC\xAF\x27\x1C", b"Rar!\x1A\x07", b"\xFD7zXZ\0"];
    marks.iter().any(|mark| start.starts_with(mark)) || start.get(257..262).is_some_and(|mark| mark == b"ustar")
}

/// The kind by the end of a name under the compression.
fn by_name(name: &str) -> Option<Kind> {
    match ending(name)?.as_str() {
        "txt" | "text" => Some(Kind::Text),
        "md" | "markdown" => Some(Kind::Markdown),
        "html" | "htm" => Some(Kind::Html { xml: false }),
        "xhtml" => Some(Kind::Html { xml: true }),
        "json" | "jsonl" | "ndjson" => Some(Kind::Json),
        "csv" => Some(Kind::Table { tabs: false }),
        "tsv" | "tab" => Some(Kind::Table { tabs: true }),
        ending => Format::of_ending(ending).map(Kind::Office),
    }
}

/// Whether an object, or a list of objects, begins here, as far as the bytes at hand reach.
fn begins_with_json(start: &[u8]) -> bool {
    let object = match start.strip_prefix(b"[") {
        Some(inside) => inside.trim_ascii_start(),
        None => start,
    };
    let Some(inside) = object.strip_prefix(b"{").map(<[u8]>::trim_ascii_start) else { return false };
    let Some(key) = inside.strip_prefix(b"\"") else { return false };
    let end = key.iter().position(|byte| *byte == b'"');
    end.is_none_or(|end| key[end + 1..].trim_ascii_start().first().is_none_or(|byte| *byte == b':'))
}

/// Whether a file has the name that WikiExtractor gives to its files, of either form.
pub(super) fn is_named_by_extractor(name: &str) -> bool {
    let (_, name) = stream::compression_by_name(name);
    let file = name.rsplit('/').next().unwrap_or(name);
    let number = file.strip_prefix("wiki_").filter(|number| !number.is_empty());
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}
