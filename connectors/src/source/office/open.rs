//! A text document of the Open Document Format. In: .odt. Out: blocks. Never: notes, comments, tracked changes, or what a
//! style strikes out.

use super::super::blocks::{Block, Kind};
use super::super::html::Walk;
use super::archive::Archive;
use super::xml::{self, Part, Steps};
use crate::source::office::limits::OfficeLimits;
use crate::source::wrong::Wrong;
use html5ever::local_name;
use std::collections::BTreeSet;

/// The blocks of a document.
pub(super) fn read(bytes: Vec<u8>, limits: &OfficeLimits, steps: &mut Steps) -> Result<Vec<Block>, Wrong> {
    let content = Archive::open(bytes, limits)?.part("content.xml")?;
    let mut page = Page::default();
    xml::read(&content, steps, |part| page.take(&part))?;
    Ok(page.walk.blocks.finish())
}

#[derive(Default)]
struct Page {
    walk: Walk,
    /// Paragraphs and headings around the text at hand.
    text: usize,
    /// Elements around it that are not read.
    unread: usize,
    /// Whether each stretch around it is struck out.
    spans: Vec<bool>,
    style: String,
    struck: BTreeSet<String>,
}

impl Page {
    fn take(&mut self, part: &Part<'_>) {
        match part {
            Part::Text(text) => {
                if self.text > 0 && self.unread == 0 && !self.spans.contains(&true) {
                    self.walk.text(text);
                }
            }
            Part::Start(tag) => self.start(&tag.name, part),
            Part::End(name) => self.end(name),
        }
    }

    fn start(&mut self, name: &str, part: &Part<'_>) {
        let given = |name: &str| part.attribute(name).unwrap_or_default();
        match name {
            "style:style" => self.style = given("style:name").to_owned(),
            "style:text-properties" if !matches!(given("style:text-line-through-style"), "" | "none") => {
                self.struck.insert(self.style.clone());
            }
            _ if is_unread(name) => self.unread += 1,
            _ if self.unread > 0 => {}
            "text:p" => {
                self.text += 1;
                self.walk.open(local_name!("p"));
            }
            "text:h" => {
                self.text += 1;
                let level = given("text:outline-level").parse().unwrap_or(1);
                self.walk.blocks.begin(Kind::Heading(level));
            }
            "text:span" => self.spans.push(self.struck.contains(given("text:style-name"))),
            "text:s" | "text:tab" => self.walk.text(" "),
            "text:line-break" => self.walk.line_end(),
            "text:list" => self.walk.open(local_name!("ul")),
            "text:list-item" => self.walk.open(local_name!("li")),
            "table:table" => self.walk.open(local_name!("table")),
            "table:table-row" => self.walk.open(local_name!("tr")),
            "table:table-cell" => self.walk.open(local_name!("td")),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            _ if is_unread(name) => self.unread = self.unread.saturating_sub(1),
            _ if self.unread > 0 => {}
            "text:p" => {
                self.text = self.text.saturating_sub(1);
                self.walk.close(&local_name!("p"));
            }
            "text:h" => {
                self.text = self.text.saturating_sub(1);
                self.walk.blocks.leave();
            }
            "text:span" => drop(self.spans.pop()),
            "text:list" => self.walk.close(&local_name!("ul")),
            "text:list-item" => self.walk.close(&local_name!("li")),
            "table:table" => self.walk.close(&local_name!("table")),
            "table:table-row" => self.walk.close(&local_name!("tr")),
            "table:table-cell" => self.walk.close(&local_name!("td")),
            _ => {}
        }
    }
}

fn is_unread(name: &str) -> bool {
    matches!(name, "text:note" | "office:annotation" | "text:tracked-changes" | "svg:title" | "svg:desc")
}
