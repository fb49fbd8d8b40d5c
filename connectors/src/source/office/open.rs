//! A text document of the Open Document Format. In: .odt. Out: blocks. Never: notes and their marks, comments, tracked
//! changes, or what a style strikes out or hides.

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
    /// The styles of the stretches around it.
    spans: Vec<String>,
    style: String,
    struck: BTreeSet<String>,
    raised: BTreeSet<String>,
    /// Whether each row and section around it is hidden.
    hidden: Vec<bool>,
}

impl Page {
    fn take(&mut self, part: &Part<'_>) {
        match part {
            Part::Text(text) => {
                if self.text > 0 && self.unread == 0 && !self.spans.iter().any(|span| self.struck.contains(span)) {
                    let raised = self.spans.iter().any(|span| self.raised.contains(span));
                    if raised {
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
        let given = |name: &str| part.attribute(name).unwrap_or_default();
        match name {
            "style:style" => self.style = given("style:name").to_owned(),
            "style:text-properties" => {
                let through = !matches!(given("style:text-line-through-style"), "" | "none");
                if through || given("text:display") == "none" {
                    self.struck.insert(self.style.clone());
                }
                if is_raised(given("style:text-position")) {
                    self.raised.insert(self.style.clone());
                }
            }
            "table:table-row" | "text:section" if self.unread == 0 => {
                let hidden =
                    matches!(given("table:visibility"), "collapse" | "filter") || given("text:display") == "none";
                self.hidden.push(hidden);
                self.unread += usize::from(hidden);
                if !hidden && name == "table:table-row" {
                    self.walk.open(local_name!("tr"));
                }
            }
            // Within one that is hidden.
            "table:table-row" | "text:section" => self.hidden.push(false),
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
            "text:span" => self.spans.push(given("text:style-name").to_owned()),
            "text:s" | "text:tab" => self.walk.text(" "),
            "text:line-break" => self.walk.line_end(),
            "text:list" => self.walk.open(local_name!("ul")),
            "text:list-item" => self.walk.open(local_name!("li")),
            "table:table" => self.walk.open(local_name!("table")),
            "table:table-cell" => self.walk.open(local_name!("td")),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            _ if is_unread(name) => self.unread = self.unread.saturating_sub(1),
            "table:table-row" | "text:section" => {
                let hidden = self.hidden.pop().unwrap_or_default();
                self.unread = self.unread.saturating_sub(usize::from(hidden));
                if !hidden && self.unread == 0 && name == "table:table-row" {
                    self.walk.close(&local_name!("tr"));
                }
            }
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
            "table:table-cell" => self.walk.close(&local_name!("td")),
            _ => {}
        }
    }
}

/// Whether a position, such as `super 58%` or `33% 58%`, is above the line.
fn is_raised(position: &str) -> bool {
    let height = position.split_ascii_whitespace().next().unwrap_or_default();
    height == "super" || height.trim_end_matches('%').parse().is_ok_and(|height: f32| height > 0.0)
}

fn is_unread(name: &str) -> bool {
    matches!(name, "text:note" | "office:annotation" | "text:tracked-changes" | "svg:title" | "svg:desc")
}
