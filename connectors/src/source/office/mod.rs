//! Documents of other programs: .docx, .odt, .epub, .eml, .pdf. In: a file's bytes. Out: its text with its layout, or what
//! is wrong with it and what to do. Never: time or memory beyond what is counted; what differs between machines.
//!
//! A process of its own does it (`apart.rs`), so that a file that breaks a reader breaks nothing else.

mod apart;
mod archive;
mod epub;
mod mail;
mod open;
mod pdf;
mod word;
mod xml;

pub(super) use apart::read;

use super::blocks::{self, Block};
use super::text::Wrong;
use xml::Steps;

/// What bounds the reading of one such document. All is counted, so that a slow machine reads the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeLimits {
    /// The largest file, and the most that is taken out of one, in bytes.
    pub bytes: u64,
    /// The most pages.
    pub pages: u64,
    /// The most tokens of markup, or signs of a page.
    pub steps: u64,
    /// The memory of the process that reads it, in MiB.
    pub memory: u64,
}

impl Default for OfficeLimits {
    fn default() -> Self {
        OfficeLimits { bytes: 64 << 20, pages: 2_000, steps: 20_000_000, memory: 1024 }
    }
}

/// The forms that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.docx`
    Word,
    /// `.odt`
    OpenDocument,
    /// `.epub`
    Epub,
    /// `.eml`
    Mail,
    /// `.pdf`
    Pdf,
}

impl Format {
    const ALL: [Format; 5] = [Format::Word, Format::OpenDocument, Format::Epub, Format::Mail, Format::Pdf];

    /// The end of the names of such files.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Word => "docx",
            Format::OpenDocument => "odt",
            Format::Epub => "epub",
            Format::Mail => "eml",
            Format::Pdf => "pdf",
        }
    }

    /// The format of files whose names end so.
    pub fn of_ending(ending: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.ending() == ending)
    }

    /// What makes a text of such a file where it cannot be read here.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Format::Word | Format::OpenDocument | Format::Epub => "`pandoc FILE -o FILE.md` makes Markdown of it",
            Format::Mail => "save its text",
            Format::Pdf => "`pdftotext FILE` makes a text of it",
        }
    }
}

/// The text of a document, or why it cannot be read.
pub fn extract(format: Format, bytes: Vec<u8>, limits: &OfficeLimits) -> Result<String, String> {
    if bytes.len() as u64 > limits.bytes {
        return Err(format!("larger than {} bytes (limits.max_office_bytes)", limits.bytes));
    }
    let mut steps = Steps(limits.steps);
    let blocks: Result<Vec<Block>, Wrong> = match format {
        Format::Word => word::read(bytes, limits, &mut steps),
        Format::OpenDocument => open::read(bytes, limits, &mut steps),
        Format::Epub => epub::read(bytes, limits, &mut steps),
        Format::Mail => mail::read(&bytes),
        Format::Pdf => pdf::read(&bytes, limits, &mut steps),
    };
    blocks.map(|blocks| blocks::written(&blocks)).map_err(|wrong| wrong.reason)
}

#[cfg(test)]
mod tests;
