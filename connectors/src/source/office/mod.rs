//! Documents of other programs: .docx, .odt, .epub, .eml, .pdf. In: a file's bytes. Out: its text with its layout, or what
//! is wrong with it and what to do. Never: time or memory beyond what is counted; what differs between machines.
//!
//! A process of its own does it (`apart.rs`), so that a file that breaks a reader breaks nothing else.

mod apart;
mod archive;
mod epub;
mod extracted;
mod limits;
mod mail;
mod open;
mod pdf;
mod word;
mod xml;

pub(super) use apart::read;
pub use extracted::{Extracted, LeftOut};
pub use limits::{Format, OfficeLimits};

use super::blocks::{self, Block};
use crate::source::wrong::Wrong;
use xml::Steps;

/// The text of a document and what of it cannot be read, or why none of it can.
pub fn extract(format: Format, bytes: Vec<u8>, limits: &OfficeLimits) -> Result<Extracted, String> {
    if bytes.len() as u64 > limits.bytes {
        return Err(format!("larger than {} bytes (limits.max_office_bytes)", limits.bytes));
    }
    let mut steps = Steps(limits.steps);
    let mut left_out = Vec::new();
    let blocks: Result<Vec<Block>, Wrong> = match format {
        Format::Word => word::read(bytes, limits, &mut steps),
        Format::OpenDocument => open::read(bytes, limits, &mut steps),
        Format::Epub => epub::read(bytes, limits, &mut steps).map(|(blocks, missing)| {
            left_out = missing;
            blocks
        }),
        Format::Mail => mail::read(&bytes).map(|(blocks, missing)| {
            left_out = missing;
            blocks
        }),
        Format::Pdf => pdf::read(&bytes, limits, &mut steps),
    };
    let blocks = blocks.map_err(|wrong| wrong.reason)?;
    Ok(Extracted { text: blocks::written(&blocks), left_out })
}

#[cfg(test)]
mod tests;
