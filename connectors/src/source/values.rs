//! JSON values one by one. In: a stream of lines of JSON, of an array, or of values one after another. Out: each value's
//! bytes with its place. Never: a value longer than allowed in memory, or the rest lost behind one that is broken.

use super::stream::Stream;
use crate::source::broken;
use std::io::{self, BufRead};

/// Cuts a stream into values, by brackets and quotes alone.
pub(super) struct Values {
    stream: Stream,
    most: usize,
    /// Whether the values are those of an array.
    array: bool,
    /// The place of the next byte.
    line: u64,
    column: u64,
    byte: u64,
    /// The last value. It may be broken: whoever parses it sees.
    pub value: Vec<u8>,
    /// Where it began.
    pub start: Place,
    /// The how-manieth of its line it is, from 1.
    pub nth: u64,
    /// Whether the stream ended within it.
    pub cut: bool,
    too_long: bool,
}

/// A place in a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub line: u64,
    /// In bytes, from 0.
    pub column: u64,
    /// From the beginning of the stream.
    pub byte: u64,
}

/// Whether a value was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is in [`Values::value`].
    Value,
    /// It had more bytes than are kept.
    TooLong,
}

/// Where within a value the reading is.
#[derive(Default)]
struct Within {
    depth: usize,
    string: bool,
    escaped: bool,
    /// Whether only white space stands before the next byte on its line.
    indented: bool,
    /// The last byte that was no white space.
    last: u8,
}

/// What a byte does to the value at hand.
enum Turn {
    /// It belongs to the value.
    On,
    /// It is the value's last.
    Last,
    /// The value ended before it, or broke off.
    Before,
}

impl Values {
    pub fn new(stream: Stream, most: usize) -> Values {
        let start = Place::default();
        let (value, nth) = (Vec::new(), 0);
        Values {
            stream,
            most,
            array: false,
            line: 1,
            column: 0,
            byte: 0,
            value,
            start,
            nth,
            cut: false,
            too_long: false,
        }
    }

    /// The next value; `None` at the end.
    pub fn step(&mut self) -> io::Result<Option<Step>> {
        let Some(first) = self.next_start()? else { return Ok(None) };
        self.nth = if self.start.line == self.line { self.nth + 1 } else { 1 };
        self.start = Place { line: self.line, column: self.column, byte: self.byte };
        self.value.clear();
        self.too_long = false;
        let mut within = Within::default();
        let scalar = !matches!(first, b'{' | b'[' | b'"');
        'value: loop {
            let buffer = self.stream.fill_buf()?;
            if buffer.is_empty() {
                self.cut = !scalar;
                break;
            }
            let (mut used, mut ended) = (0, false);
            for &byte in buffer {
                let turn = match scalar {
                    true if byte == b'\n' => Turn::Before,
                    true if self.array && matches!(byte, b',' | b']') => Turn::Before,
                    true => Turn::On,
                    false => within.turn(byte, self.column, self.array),
                };
                if !matches!(turn, Turn::Before) {
                    used += 1;
                    self.byte += 1;
                    self.column += 1;
                    if byte == b'\n' {
                        (self.line, self.column) = (self.line + 1, 0);
                    }
                    match self.value.len() < self.most {
                        true => self.value.push(byte),
                        false => self.too_long = true,
                    }
                }
                ended = !matches!(turn, Turn::On);
                if ended {
                    break;
                }
            }
            self.stream.consume(used);
            if ended {
                break 'value;
            }
        }
        Ok(Some(if self.too_long { Step::TooLong } else { Step::Value }))
    }

    /// Passes over what stands between values, and looks at the first byte of the next.
    fn next_start(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.stream.fill_buf()?;
            let Some(&byte) = buffer.first() else {
                return match std::mem::take(&mut self.array) {
                    true => Err(broken::broken_off("the list is not closed: the file is cut short".to_owned())),
                    false => Ok(None),
                };
            };
            match byte {
                b'[' if !self.array => self.array = true,
                b']' if self.array => self.array = false,
                b',' if self.array => {}
                b'\n' => (self.line, self.column) = (self.line + 1, 0),
                // What marks records of a text sequence is white space too.
                byte if byte.is_ascii_whitespace() || byte == 0x1E => {}
                byte => return Ok(Some(byte)),
            }
            self.stream.consume(1);
            self.byte += 1;
            self.column = if byte == b'\n' { 0 } else { self.column + 1 };
        }
    }
}

impl Within {
    /// Takes one byte of a value. A line end within a string, and an object at the beginning of a line where none can
    /// stand, end a value that is broken.
    fn turn(&mut self, byte: u8, column: u64, array: bool) -> Turn {
        if self.string {
            match byte {
                b'\n' => return Turn::Before,
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.string = false;
                    self.last = byte;
                    if self.depth == 0 {
                        return Turn::Last;
                    }
                }
                _ => {}
            }
            return Turn::On;
        }
        match byte {
            b'"' => self.string = true,
            b'{' if self.depth > 0 && self.begins(column, array) => return Turn::Before,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Turn::Last;
                }
            }
            _ => {}
        }
        if byte == b'\n' {
            self.indented = true;
        } else if !byte.is_ascii_whitespace() {
            (self.last, self.indented) = (byte, false);
        }
        Turn::On
    }

    /// Whether an object here is the next value, the one at hand being broken. Where none can stand within the one at hand,
    /// it is; without a list around them, at the margin, also where one could.
    fn begins(&self, column: u64, array: bool) -> bool {
        let fits = b",:[".contains(&self.last);
        column == 0 && !(array && fits) || self.indented && !fits
    }
}
