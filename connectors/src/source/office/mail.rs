//! Mail. In: .eml. Out: its subject and its text as blocks. Never: attachments, other heads, or both of two forms of one
//! text.

use super::super::blocks::{Block, Blocks, Kind};
use super::super::html;
use crate::source::wrong::Wrong;
use mail_parser::{MessageParser, PartType};

/// The blocks of a mail.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Block>, Wrong> {
    let message = MessageParser::default().parse(bytes).ok_or_else(|| Wrong::new("no mail: it has no heads"))?;
    let mut subject = Blocks::default();
    subject.begin(Kind::Heading(1));
    subject.text(message.subject().unwrap_or_default());
    let mut blocks = subject.finish();
    for part in (0..message.text_body_count()).filter_map(|part| message.text_body.get(part)) {
        match message.part(*part).map(|part| &part.body) {
            Some(PartType::Text(text)) => blocks.extend(plain(text)),
            Some(PartType::Html(page)) => {
                blocks.extend(html::read(page, html::Reading::default(), || false)?);
            }
            _ => {}
        }
    }
    Ok(blocks)
}

/// The paragraphs of plain text, without the signature.
fn plain(text: &str) -> Vec<Block> {
    let mut blocks = Blocks::default();
    for line in text.lines().take_while(|line| line.trim_end() != "--") {
        blocks.text(line);
        blocks.line_end();
    }
    blocks.finish()
}
