//! A book. In: .epub. Out: the blocks of its chapters, in the order of reading, and which chapters cannot be read.
//! Never: its table of contents; a book without a chapter.

use super::super::blocks::Block;
use super::super::{elements, html};
use super::archive::Archive;
use super::extracted::LeftOut;
use super::xml::{self, Part, Steps};
use crate::source::office::limits::OfficeLimits;
use crate::source::wrong::Wrong;
use html5ever::tokenizer::Tag;
use std::collections::BTreeMap;

/// The blocks of a book, and what is left out of it.
pub(super) fn read(
    bytes: Vec<u8>,
    limits: &OfficeLimits,
    steps: &mut Steps,
) -> Result<(Vec<Block>, Vec<LeftOut>), Wrong> {
    let mut book = Archive::open(bytes, limits)?;
    let mut package = None;
    xml::read(&book.part("META-INF/container.xml")?, steps, |part| {
        if let Part::Start(tag) = part
            && &*tag.name == "rootfile"
            && package.is_none()
        {
            package = elements::attribute(tag, "full-path").map(str::to_owned);
        }
    })?;
    let package: String = package.ok_or_else(|| Wrong::new("its container names no package"))?;
    // A name is a reference, in which odd signs are encoded; some programs write it as it is.
    let package = if book.has(&package) { package } else { within("", &package) };
    let folder = package.rfind('/').map_or("", |slash| &package[..=slash]);
    let mut parts = Contents::default();
    xml::read(&book.part(&package)?, steps, |part| {
        if let Part::Start(tag) = part {
            parts.take(tag);
        }
    })?;
    let (mut blocks, mut left_out) = (Vec::new(), Vec::new());
    let (mut chapters, mut first) = (0, None);
    for name in parts.order.iter().filter_map(|id| parts.names.get(id)) {
        let name = within(folder, name);
        let page = match book.part(&name) {
            Ok(page) => page,
            Err(wrong) if book.is_spent() => return Err(wrong),
            Err(wrong) => {
                left_out.push(LeftOut::new(&name, &wrong.reason));
                first.get_or_insert(wrong);
                continue;
            }
        };
        chapters += 1;
        // A token takes a byte at least.
        steps.0 = steps.0.saturating_sub(page.len() as u64);
        if steps.0 == 0 {
            return Err(Wrong::new("it takes more steps to read than limits.max_steps allows"));
        }
        blocks.extend(html::read(&page, html::Reading { xml: true, ..html::Reading::default() }, || false)?);
    }
    match first {
        Some(wrong) if chapters == 0 => Err(wrong),
        _ => Ok((blocks, left_out)),
    }
}

/// What a package lists.
#[derive(Default)]
struct Contents {
    names: BTreeMap<String, String>,
    order: Vec<String>,
}

impl Contents {
    fn take(&mut self, tag: &Tag) {
        let given = |name: &str| elements::attribute(tag, name).unwrap_or_default();
        match tag.name.rsplit(':').next().unwrap_or_default() {
            "item" if !given("properties").split_ascii_whitespace().any(|word| word == "nav") => {
                let is_page = given("media-type").contains("html");
                self.names.extend(is_page.then(|| (given("id").to_owned(), given("href").to_owned())));
            }
            "itemref" => self.order.push(given("idref").to_owned()),
            _ => {}
        }
    }
}

/// The part that a reference in a folder leads to.
fn within(folder: &str, reference: &str) -> String {
    let reference = reference.split('#').next().unwrap_or_default();
    let mut bytes = Vec::new();
    let mut rest = reference.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| byte == b'%') {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    let whole = format!("{folder}{}", String::from_utf8_lossy(&bytes));
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}
