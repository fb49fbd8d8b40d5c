//! A document of Word. In: .docx. Out: blocks. Never: deleted, struck-out or hidden text, or instructions of fields.

use super::super::blocks::{Block, Kind};
use super::super::html::Walk;
use super::archive::Archive;
use super::xml::{self, Part, Steps};
use crate::source::office::limits::OfficeLimits;
use crate::source::wrong::Wrong;
use html5ever::local_name;

/// The blocks of a document.
pub(super) fn read(bytes: Vec<u8>, limits: &OfficeLimits, steps: &mut Steps) -> Result<Vec<Block>, Wrong> {
    let document = Archive::open(bytes, limits)?.part("word/document.xml")?;
    let mut page = Page::default();
    xml::read(&document, steps, |part| page.take(&part))?;
    Ok(page.walk.blocks.finish())
}

#[derive(Default)]
struct Page {
    walk: Walk,
    /// Whether the text at hand is text.
    text: bool,
    /// Elements around it that are not read.
    unread: usize,
    /// Whether its run is struck out or hidden.
    struck: bool,
    /// Whether its paragraph is a heading.
    heading: bool,
}

impl Page {
    fn take(&mut self, part: &Part<'_>) {
        match part {
            Part::Text(text) => {
                if self.text && self.unread == 0 && !self.struck {
                    self.walk.text(text);
                }
            }
            Part::Start(tag) => self.start(&tag.name, part),
            Part::End(name) => self.end(name),
        }
    }

    fn start(&mut self, name: &str, part: &Part<'_>) {
        let value = || part.attribute("w:val");
        match name {
            // The second form of what stands before it, and what was.
            "mc:fallback" | "w:del" | "w:movefrom" => self.unread += 1,
            _ if self.unread > 0 => {}
            "w:p" => {
                self.walk.open(local_name!("p"));
                self.heading = false;
            }
            "w:pstyle" => {
                if let Some(level) = value().and_then(level) {
                    self.walk.blocks.begin(Kind::Heading(level));
                    self.heading = true;
                }
            }
            "w:ilvl" if !self.heading => {
                let level = value().and_then(|level| level.parse().ok()).unwrap_or(0);
                self.walk.blocks.begin(Kind::Item(level));
            }
            "w:numid" if value() == Some("0") && !self.heading => self.walk.blocks.begin(Kind::Paragraph),
            "w:tbl" => self.walk.open(local_name!("table")),
            "w:tr" => self.walk.open(local_name!("tr")),
            "w:tc" => self.walk.open(local_name!("td")),
            "w:r" => self.struck = false,
            "w:strike" | "w:dstrike" | "w:vanish" => {
                self.struck |= !matches!(value(), Some("0" | "false" | "off" | "none"));
            }
            "w:t" => self.text = true,
            "w:tab" | "w:ptab" if !self.struck => self.walk.text(" "),
            "w:br" | "w:cr" => self.walk.line_end(),
            "w:nobreakhyphen" if !self.struck => self.walk.text("-"),
            "wp:docpr" => self.walk.blocks.aside(part.attribute("descr").unwrap_or_default()),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "mc:fallback" | "w:del" | "w:movefrom" => self.unread = self.unread.saturating_sub(1),
            _ if self.unread > 0 => {}
            "w:p" => {
                self.walk.close(&local_name!("p"));
                self.walk.blocks.leave();
            }
            "w:tbl" => self.walk.close(&local_name!("table")),
            "w:tr" => self.walk.close(&local_name!("tr")),
            "w:tc" => self.walk.close(&local_name!("td")),
            "w:t" => self.text = false,
            _ => {}
        }
    }
}

/// The level of a heading by the name of its style.
fn level(style: &str) -> Option<usize> {
    let style = style.to_ascii_lowercase();
    match style.strip_prefix("heading") {
        Some(number) => number.trim().parse().ok().map(|level: usize| level.clamp(1, 6)),
        None => (style == "title").then_some(1),
    }
}
