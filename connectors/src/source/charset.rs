//! The encoding of a page. In: its bytes. Out: its text. Never: a guess where the page says nothing.

use crate::source::options::SourceOptions;
use crate::source::wrong;
use crate::source::wrong::Wrong;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a page its encoding is looked for, as browsers do.
const LOOKED_AT: usize = 1024;

/// The text of a page: by its byte order mark, else as it says itself, else UTF-8.
pub(super) fn decode(bytes: Vec<u8>, marked: bool, options: &SourceOptions) -> Result<String, Wrong> {
    let told = if marked { None } else { told(&bytes[..bytes.len().min(LOOKED_AT)]) };
    let Some(encoding) = told.filter(|encoding| *encoding != UTF_8) else {
        return wrong::decode(bytes, 0, options);
    };
    if bytes.len() as u64 > options.max_document_bytes {
        return Err(wrong::too_long(options));
    }
    let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
    let decoded = decoded.ok_or_else(|| Wrong::new(format!("not {}, which it says that it is", encoding.name())))?;
    Ok(decoded.into_owned())
}

/// The encoding that a page names in `<meta charset>`, in `<meta content>` or in its XML declaration.
fn told(start: &[u8]) -> Option<&'static Encoding> {
    let start = start.to_ascii_lowercase();
    let mut rest = start.as_slice();
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[at + 1..];
        if rest.starts_with(b"!--") {
            // The two dashes may be those of the end, as in `<!-->`.
            let end = rest[1..].windows(3).position(|bytes| bytes == b"-->");
            rest = end.map_or(&[], |end| &rest[end + 4..]);
            continue;
        }
        let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        let label = match &rest[..end] {
            tag if tag.starts_with(b"meta") => value(tag, b"charset"),
            tag if tag.starts_with(b"?xml") => value(tag, b"encoding"),
            _ => None,
        };
        if let Some(encoding) = label.and_then(Encoding::for_label) {
            // What could read this far is not UTF-16, whatever it says.
            return Some(if [UTF_16LE, UTF_16BE].contains(&encoding) { UTF_8 } else { encoding });
        }
        rest = &rest[end..];
    }
    None
}

/// What follows `name=`, with or without quotes.
fn value<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = tag;
    while let Some(at) = rest.windows(name.len()).position(|bytes| bytes == name) {
        rest = rest[at + name.len()..].trim_ascii_start();
        if let Some(value) = rest.strip_prefix(b"=") {
            let value = value.trim_ascii_start();
            let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"';/>?".contains(byte);
            return Some(&value[..value.iter().position(is_end).unwrap_or(value.len())]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_page_says_how_it_is_encoded() {
        for (page, name) in [
            ("<html><head><meta charset=\"iso-8859-1\">", Some("windows-1252")),
            ("<META CHARSET='Shift_JIS'/>", Some("Shift_JIS")),
            ("<meta http-equiv=Content-Type content=\"text/html; charset=koi8-r\">", Some("KOI8-R")),
            ("<?xml version=\"1.0\" encoding=\"windows-1250\"?><html>", Some("windows-1250")),
            ("<!-- <meta charset=koi8-r> --><meta charset=utf-8>", Some("UTF-8")),
            ("<!--><meta charset=koi8-r>", Some("KOI8-R")),
            ("<meta charset=utf-16>", Some("UTF-8")),
            ("<meta charset=unheard-of>", None),
            ("<p>charset=koi8-r</p>", None),
            ("", None),
        ] {
            assert_eq!(told(page.as_bytes()).map(|encoding| encoding.name()), name, "{page}");
        }
    }
}
