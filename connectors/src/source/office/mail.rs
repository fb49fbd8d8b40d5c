//! Mail. In: .eml, also one that was cut. Out: its subject and its text as blocks, and whether it was cut. Never:
//! attachments, other heads, both of two forms of one text, or an encoding taken for a text.

use super::super::blocks::{Block, Blocks, Kind};
use super::super::html;
use super::extracted::LeftOut;
use crate::source::wrong::Wrong;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;
use std::collections::HashSet;

/// The blocks of a mail, and what is left out of it: its end, where it was cut.
pub(super) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Vec<LeftOut>), Wrong> {
    let message = parsed(bytes)?;
    let cut =
        is_cut(&message, bytes).then(|| LeftOut::new("end", "the mail is cut short: its last boundary is missing"));
    let mended = mended(&message, bytes);
    let message = if mended == bytes { message } else { parsed(&mended)? };
    let mut subject = Blocks::default();
    subject.begin(Kind::Heading(1));
    subject.text(message.subject().unwrap_or_default());
    let mut blocks = subject.finish();
    for part in (0..message.text_body_count()).filter_map(|part| message.text_body.get(part)) {
        let Some(part) = message.part(*part) else { continue };
        match &part.body {
            PartType::Text(text) => blocks.extend(plain(&flowed(text, part))),
            PartType::Html(page) => {
                blocks.extend(html::read(page, html::Reading::default(), || false)?);
            }
            _ => {}
        }
    }
    Ok((blocks, cut.into_iter().collect()))
}

fn parsed(bytes: &[u8]) -> Result<Message<'_>, Wrong> {
    MessageParser::default().parse(bytes).ok_or_else(|| Wrong::new("no mail: it has no heads"))
}

/// A text whose paragraphs go over several lines, where its part says so: a line that ends in a space goes on in the next
/// one of as many marks of quotation (RFC 3676).
fn flowed<'a>(text: &'a str, part: &MessagePart<'_>) -> Cow<'a, str> {
    let says = |name: &str, value: &str| {
        let told = part.content_type().and_then(|kind| kind.attribute(name));
        told.is_some_and(|told| told.trim().eq_ignore_ascii_case(value))
    };
    if !says("format", "flowed") {
        return Cow::Borrowed(text);
    }
    let deleted = says("delsp", "yes");
    let mut whole = String::with_capacity(text.len());
    let mut open = None;
    for line in text.lines() {
        let body = line.trim_start_matches('>');
        let (depth, marks) = (line.len() - body.len(), &line[..line.len() - body.len()]);
        // A space stands before what would else look like a mark.
        let body = body.strip_prefix(' ').unwrap_or(body);
        let signs = body.trim_end() == "--";
        if open == Some(depth) && !signs {
            whole.truncate(whole.len() - usize::from(deleted));
        } else {
            whole.push_str(if whole.is_empty() { "" } else { "\n" });
            whole.push_str(marks);
            whole.push_str(if depth > 0 { " " } else { "" });
        }
        whole.push_str(body);
        open = (body.ends_with(' ') && !signs).then_some(depth);
    }
    Cow::Owned(whole)
}

/// The paragraphs of plain text, without the signature.
fn plain(text: &str) -> Vec<Block> {
    let mut blocks = Blocks::default();
    for line in text.replace('\u{85}', "\n").lines().take_while(|line| line.trim_end() != "--") {
        blocks.text(line);
        blocks.line_end();
    }
    blocks.finish()
}

/// A mail with the ends of parts that it lacks, as where it was cut, and without what its encodings do not allow.
fn mended(message: &Message<'_>, bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for part in message.parts.iter().filter(|part| part.is_encoding_problem) {
        let (start, end) = (part.offset_body as usize, part.offset_end as usize);
        let Some(body) = bytes.get(start..end).filter(|_| start >= from) else { continue };
        let clean = match part.content_transfer_encoding().map(str::to_ascii_lowercase).as_deref() {
            Some("base64") => base64(body),
            Some("quoted-printable") => quoted(body),
            _ => continue,
        };
        whole.extend_from_slice(&bytes[from..start]);
        whole.extend(clean);
        from = end;
    }
    whole.extend_from_slice(&bytes[from..]);
    let mut closed: HashSet<&[u8]> = closed(bytes).collect();
    // The innermost ends first.
    for boundary in message.parts.iter().rev().filter_map(|part| part.content_type()?.attribute("boundary")) {
        if closed.insert(boundary.as_bytes()) {
            whole.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        }
    }
    whole
}

/// Whether the mail has parts, and the end of the last one is missing.
fn is_cut(message: &Message<'_>, bytes: &[u8]) -> bool {
    let boundary = message.parts.first().and_then(|part| part.content_type()?.attribute("boundary"));
    boundary.is_some_and(|boundary| !closed(bytes).any(|closed| closed == boundary.as_bytes()))
}

/// The boundaries that are closed.
fn closed(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').filter_map(closing)
}

/// The boundary that a line closes.
fn closing(line: &[u8]) -> Option<&[u8]> {
    line.trim_ascii().strip_prefix(b"--")?.strip_suffix(b"--")
}

/// A body in base64 up to its end, without signs that are none of it; where there are words, it is not in base64.
fn base64(body: &[u8]) -> Vec<u8> {
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(byte);
    let mut clean = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().contains(&b' ') {
            return body.to_vec();
        }
        clean.extend(line.iter().filter(|byte| is_sign(byte)));
        if line.trim_ascii_end().ends_with(b"=") {
            break;
        }
    }
    clean
}

/// A body of quoted signs, in which an equals sign that quotes none is one itself.
fn quoted(body: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(body.len());
    for (at, byte) in body.iter().enumerate() {
        clean.push(*byte);
        let rest = &body[at + 1..];
        let quotes = || rest.get(..2).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
        let ends = || rest.iter().find(|byte| !b" \t\r".contains(byte)).is_none_or(|byte| *byte == b'\n');
        if *byte == b'=' && !quotes() && !ends() {
            clean.extend_from_slice(b"3D");
        }
    }
    clean
}
