//! A document of Word. In: .docx. Out: blocks. Never: deleted, struck-out or hidden text, rows and cells, what their
//! properties were, marks of notes, or instructions of fields.

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
    /// Whether its run stands raised.
    raised: bool,
    /// Rows and cells around it, and which of them is deleted or hidden.
    parts: usize,
    gone: Option<usize>,
    /// Whether properties of a row, of a cell or of a paragraph are at hand.
    properties: Option<Properties>,
    /// Whether the end of its paragraph is deleted, so that the next one goes on in it.
    endless: bool,
    /// Whether its paragraph is a heading.
    heading: bool,
}

/// Whose properties are at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Properties {
    Part,
    Paragraph,
}

impl Page {
    fn take(&mut self, part: &Part<'_>) {
        match part {
            Part::Text(text) => {
                if self.text && self.unread == 0 && !self.struck {
                    if self.raised {
                        self.walk.blocks.raise()
                    } else {
                        self.walk.blocks.lower()
                    }
                    self.walk.text(text);
                }
            }
            Part::Start(tag) => self.start(&tag.name, part),
            Part::End(name) => self.end(name),
        }
    }

    fn start(&mut self, name: &str, part: &Part<'_>) {
        if matches!(name, "w:tr" | "w:tc") {
            self.parts += 1;
        }
        match (name, self.properties) {
            ("w:del" | "w:celldel", Some(Properties::Part)) => self.lose_part(),
            ("w:hidden", Some(Properties::Part)) if is_on(part.attribute("w:val")) => self.lose_part(),
            ("w:del" | "w:movefrom", Some(Properties::Paragraph)) if self.unread == 0 => self.endless = true,
            ("w:del" | "w:movefrom", Some(_)) => {}
            _ => self.begin(name, part),
        }
    }

    /// The row or cell at hand is deleted or hidden.
    fn lose_part(&mut self) {
        if self.gone.is_none() && self.unread == 0 {
            self.gone = Some(self.parts);
            self.unread += 1;
        }
    }

    fn begin(&mut self, name: &str, part: &Part<'_>) {
        let value = || part.attribute("w:val");
        match name {
            // The second form of what stands before it, and what was.
            "mc:fallback" | "w:del" | "w:movefrom" => self.unread += 1,
            _ if is_past(name) => self.unread += 1,
            _ if self.unread > 0 => {}
            "w:trpr" | "w:tcpr" => self.properties = Some(Properties::Part),
            "w:ppr" => self.properties = Some(Properties::Paragraph),
            "w:p" => {
                // Of a paragraph that goes on in the next one the first has told what it is.
                self.heading = std::mem::take(&mut self.endless);
                if !self.heading {
                    self.walk.open(local_name!("p"));
                }
            }
            "w:pstyle" if !self.heading => {
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
            "w:tbl" => {
                self.endless = false;
                self.walk.open(local_name!("table"));
            }
            "w:tr" => self.walk.open(local_name!("tr")),
            "w:tc" => self.walk.open(local_name!("td")),
            "w:r" => (self.struck, self.raised) = (false, false),
            "w:vertalign" => self.raised = value() == Some("superscript"),
            "w:rstyle" => self.raised |= value().is_some_and(is_raised_style),
            "w:strike" | "w:dstrike" | "w:vanish" => self.struck |= is_on(value()),
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
            "w:del" | "w:movefrom" if self.properties.is_some() => {}
            "mc:fallback" | "w:del" | "w:movefrom" => self.unread = self.unread.saturating_sub(1),
            _ if is_past(name) => self.unread = self.unread.saturating_sub(1),
            "w:trpr" | "w:tcpr" | "w:ppr" => self.properties = None,
            "w:tr" | "w:tc" if self.gone == Some(self.parts) => {
                self.gone = None;
                self.unread = self.unread.saturating_sub(1);
                self.end_part(name);
            }
            "w:tr" | "w:tc" => self.end_part(name),
            _ if self.unread > 0 => {}
            "w:p" => {
                self.walk.blocks.lower();
                self.endless &= !self.walk.blocks.is_empty();
                if !self.endless {
                    self.walk.close(&local_name!("p"));
                    self.walk.blocks.leave();
                }
            }
            "w:tbl" => self.walk.close(&local_name!("table")),
            "w:t" => self.text = false,
            _ => {}
        }
    }

    fn end_part(&mut self, name: &str) {
        self.parts = self.parts.saturating_sub(1);
        if self.unread == 0 {
            self.endless = false;
            self.walk.close(&if name == "w:tr" { local_name!("tr") } else { local_name!("td") });
        }
    }
}

/// Whether a property that is named holds.
fn is_on(value: Option<&str>) -> bool {
    !matches!(value, Some("0" | "false" | "off" | "none"))
}

/// Whether an element holds properties that were changed.
fn is_past(name: &str) -> bool {
    name.ends_with("prchange")
}

/// Whether a style raises what is written in it, as those of notes do.
fn is_raised_style(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    ["superscript", "footnotereference", "endnotereference"].contains(&&*style)
}

/// The level of a heading by the name of its style.
fn level(style: &str) -> Option<usize> {
    let style = style.to_ascii_lowercase();
    match style.strip_prefix("heading") {
        Some(number) => number.trim().parse().ok().map(|level: usize| level.clamp(1, 6)),
        None => (style == "title").then_some(1),
    }
}
