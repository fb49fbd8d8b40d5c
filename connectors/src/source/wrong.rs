//! What can be wrong with the bytes of a text. In: bytes. Out: a text, or a reason with the place. Never: a guess.

use crate::source::SourceOptions;
use kgloom_record::record::Refusal;

/// Of this many characters, one may be a control character other than tab and line ends.
const CONTROL_SHARE: usize = 20;

/// Bytes of another encoding, with the way out for the commonest.
const NOT_UTF8: &str = "not UTF-8; of Latin-1, `iconv -f latin1 -t utf8` makes it";

/// What is wrong with a text, and where in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub reason: String,
    pub place: Option<String>,
}

impl Wrong {
    pub fn new(reason: impl Into<String>) -> Wrong {
        Wrong { reason: reason.into(), place: None }
    }

    /// There is nothing in a file that could be a document.
    pub fn nothing() -> Wrong {
        Wrong::new("empty: there is no document in it")
    }

    /// The refusal of something in a container, or at a place of one.
    pub fn at(self, container: &str) -> Refusal {
        let location = match self.place {
            Some(place) => format!("{container}, {place}"),
            None => container.to_owned(),
        };
        Refusal { reason: self.reason.into(), location: location.into() }
    }
}

/// Bytes as text. `start` is where they begin in their container.
pub(super) fn decode(bytes: Vec<u8>, start: u64, options: &SourceOptions) -> Result<String, Wrong> {
    if bytes.len() as u64 > options.max_document_bytes {
        return Err(too_long(options));
    }
    if let Some(byte) = bytes.iter().position(|byte| *byte == 0) {
        let place = Some(format!("byte {}", start + byte as u64));
        return Err(Wrong { place, ..Wrong::new("binary: it holds a NUL byte") });
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(start + error.utf8_error().valid_up_to() as u64))
}

/// What every text must be, wherever it comes from.
pub(super) fn check(text: &str, options: &SourceOptions) -> Result<(), Wrong> {
    if text.len() as u64 > options.max_document_bytes {
        return Err(too_long(options));
    }
    if text.trim().is_empty() {
        return Err(Wrong::new("empty: there is no text"));
    }
    let is_odd = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{C}' | '\u{85}');
    let odd = text.chars().filter(is_odd).count();
    if text.contains('\0') || odd * CONTROL_SHARE > text.chars().count() {
        return Err(Wrong::new("binary: too many control characters"));
    }
    Ok(())
}

pub(super) fn not_utf8(byte: u64) -> Wrong {
    Wrong { place: Some(format!("byte {byte}")), ..Wrong::new(NOT_UTF8) }
}

pub(super) fn too_long(options: &SourceOptions) -> Wrong {
    Wrong::new(format!("longer than {} bytes; cut it, or raise max-document-bytes", options.max_document_bytes))
}
