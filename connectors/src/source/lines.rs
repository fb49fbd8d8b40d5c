//! Lines of bounded length. In: a stream. Out: a line at a time, with its number and place. Never: a longer line in memory.

use super::stream::Stream;
use std::io::{self, BufRead};

/// Reads a stream line by line.
pub(super) struct Lines {
    stream: Stream,
    most: usize,
    /// The number of the last line, from 1.
    pub number: u64,
    /// The byte that the last line begins at, after expansion.
    pub start: u64,
    next: u64,
    /// The last line, without its end.
    pub line: Vec<u8>,
}

/// Whether a line was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The line is in [`Lines::line`].
    Line,
    /// The line had more bytes than are kept.
    TooLong,
}

impl Lines {
    pub fn new(stream: Stream, most: usize) -> Lines {
        Lines { stream, most, number: 0, start: 0, next: 0, line: Vec::new() }
    }

    /// The next line; `None` at the end.
    pub fn step(&mut self) -> io::Result<Option<Step>> {
        self.line.clear();
        self.start = self.next;
        let mut length = 0;
        loop {
            let buffer = self.stream.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let piece = &buffer[..end.unwrap_or(buffer.len())];
            let room = (self.most + 1).saturating_sub(self.line.len());
            self.line.extend_from_slice(&piece[..piece.len().min(room)]);
            let used = piece.len() + usize::from(end.is_some());
            self.stream.consume(used);
            length += used as u64;
            if end.is_some() {
                break;
            }
        }
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.next += length;
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        Ok(Some(if self.line.len() > self.most { Step::TooLong } else { Step::Line }))
    }
}
