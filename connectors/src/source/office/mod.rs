//! Documents of other programs: .docx, .odt, .epub, .eml, .pdf. In: a file's bytes. Out: its text with its layout, or what
//! is wrong with it and what to do. Never: time or memory beyond what is counted; what differs between machines.
//!
//! A process of its own does it (`apart.rs`), so that a file that breaks a reader breaks nothing else.

mod apart;
mod archive;
mod epub;
mod limits;
mod mail;
mod open;
mod pdf;
mod word;
mod xml;

pub(super) use apart::read;
pub use limits::{Format, OfficeLimits};

use super::blocks::{self, Block};
use crate::source::wrong::Wrong;
use xml::Steps;

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
