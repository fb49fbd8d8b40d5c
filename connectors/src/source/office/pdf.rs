//! Pages. In: .pdf. Out: paragraphs, as far as a page tells them. Never: more pages or signs than are allowed.

use super::super::blocks::{Block, Blocks};
use super::super::hyphens;
use super::xml::Steps;
use crate::source::office::limits::OfficeLimits;
use crate::source::wrong::Wrong;
use pdf_extract::{Document, MediaBox, OutputDev, OutputError, PlainTextOutput, Transform, output_doc};

/// The blocks of a document.
pub(super) fn read(bytes: &[u8], limits: &OfficeLimits, steps: &mut Steps) -> Result<Vec<Block>, Wrong> {
    let broken = |error: &dyn std::fmt::Display| Wrong::new(format!("the PDF cannot be read: {error}"));
    let mut document = Document::load_mem(bytes).map_err(|error| broken(&error))?;
    if document.is_encrypted() {
        document.decrypt("").map_err(|_| Wrong::new("the PDF is locked by a password"))?;
    }
    let pages = document.get_pages().len() as u64;
    if pages > limits.pages {
        return Err(Wrong::new(format!("{pages} pages, and limits.max_pages is {}", limits.pages)));
    }
    let mut text = String::new();
    let mut counted = Counted { output: PlainTextOutput::new(&mut text), left: &mut steps.0 };
    let written = output_doc(&document, &mut counted);
    if steps.0 == 0 {
        return Err(Wrong::new("it takes more steps to read than limits.max_steps allows"));
    }
    written.map_err(|error| broken(&error))?;
    Ok(paragraphs(&text))
}

/// Lines that an empty one parts are paragraphs; a word that a line's end cuts is whole again.
fn paragraphs(text: &str) -> Vec<Block> {
    let mut blocks = Blocks::default();
    for line in hyphens::joined(text, true).lines().map(str::trim) {
        if line.is_empty() {
            blocks.end();
        } else {
            blocks.text(line);
            blocks.text(" ");
        }
    }
    blocks.finish()
}

/// An output that counts what it is given.
struct Counted<'a, O> {
    output: O,
    left: &'a mut u64,
}

impl<O: OutputDev> OutputDev for Counted<'_, O> {
    fn begin_page(&mut self, page: u32, area: &MediaBox, art: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.output.begin_page(page, area, art)
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        self.output.end_page()
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        spacing: f64,
        size: f64,
        sign: &str,
    ) -> Result<(), OutputError> {
        *self.left = self.left.saturating_sub(1);
        if *self.left == 0 {
            return Err(OutputError::FormatError(std::fmt::Error));
        }
        self.output.output_character(place, width, spacing, size, sign)
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.output.begin_word()
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        self.output.end_word()
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        self.output.end_line()
    }
}
