//! A graph as sorted rows: terms are numbers by their place in the sorted list of all terms, and rows stand in several orders.
//!
//! In: sorted terms and rows, once. Out: the number of a term, the rows that begin with given numbers. Never: a change.

use super::blocks::{BlockWriter, Blocks, damaged};
use crate::Error;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Subject, property, object and graph, as numbers of terms; the default graph is [`DEFAULT`].
pub(crate) type Row = [u32; 4];
/// No term has this number.
pub(crate) const DEFAULT: u32 = u32::MAX;
/// Bytes of a row.
const WIDTH: u64 = 16;

/// The orders in which rows stand. The default graph has the first three: its place is the same in all its rows.
pub(crate) const ORDERS: [[usize; 4]; 4] = [[0, 1, 2, 3], [1, 2, 0, 3], [2, 0, 1, 3], [3, 0, 1, 2]];

/// The default graph, and all named graphs together.
pub(crate) const PARTS: [usize; 2] = [3, 4];

/// The part in which a row stands.
pub(crate) fn part(row: &Row) -> usize {
    usize::from(row[3] != DEFAULT)
}

/// A row in an order.
#[inline]
pub(crate) fn ordered(row: &Row, order: usize) -> Row {
    ORDERS[order].map(|place| row[place])
}

/// The row that an ordered one was.
#[inline]
pub(crate) fn unordered(row: &Row, order: usize) -> Row {
    let mut back = [0; 4];
    ORDERS[order].iter().zip(row).for_each(|(place, value)| back[*place] = *value);
    back
}

/// What the file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Heading {
    format: u32,
    terms: u64,
    offsets: u64,
    bytes: u64,
    /// How many rows each part has, and where each of its orders begins.
    parts: Vec<(u64, Vec<u64>)>,
}

const FORMAT: u32 = 1;

/// Sorted terms and rows.
pub(crate) struct Base {
    blocks: Blocks,
    heading: Heading,
    path: PathBuf,
}

impl Base {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Base, Error> {
        let (blocks, heading) = Blocks::open(path)?;
        let heading: Heading = postcard::from_bytes(&heading).map_err(|error| damaged(path, &error.to_string()))?;
        if heading.format > FORMAT {
            return Err(Error::NewerFormat { path: path.to_owned(), found: heading.format, known: FORMAT });
        }
        let whole = heading.parts.iter().map(|(_, orders)| orders.len()).eq(PARTS);
        if !whole {
            return Err(damaged(path, "it has other orders"));
        }
        Ok(Base { blocks, heading, path: path.to_owned() })
    }

    /// No terms, no rows.
    pub(super) fn empty() -> Result<Base, Error> {
        let made = BaseWriter::new(None)?.finish(None)?;
        made.ok_or_else(|| damaged(Path::new("(memory)"), "it is nowhere"))
    }

    /// Its file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many terms there are; their numbers are smaller.
    pub(super) fn terms(&self) -> u32 {
        self.heading.terms as u32
    }

    /// How many rows a part has.
    pub(super) fn rows(&self, part: usize) -> u64 {
        self.heading.parts[part].0
    }

    /// Does something with the bytes of a term.
    pub(super) fn with_term<T>(&self, term: u32, with: impl FnOnce(&[u8]) -> T) -> Result<T, Error> {
        let at = self.heading.offsets + u64::from(term) * 8;
        let (from, to) = (self.blocks.number(at)?, self.blocks.number(at + 8)?);
        let length = to.checked_sub(from).ok_or_else(|| damaged(&self.path, "its terms are out of order"))? as usize;
        if let Some(bytes) = self.blocks.slice(self.heading.bytes + from, length)? {
            return Ok(with(bytes));
        }
        let mut bytes = Vec::with_capacity(length);
        self.blocks.copy(self.heading.bytes + from, length, &mut bytes)?;
        Ok(with(&bytes))
    }

    /// The number of a term.
    pub(super) fn find(&self, term: &[u8]) -> Result<Option<u32>, Error> {
        let (mut from, mut to) = (0, self.terms());
        while from < to {
            let middle = from + (to - from) / 2;
            match self.with_term(middle, |found| found.cmp(term))? {
                Ordering::Less => from = middle + 1,
                Ordering::Equal => return Ok(Some(middle)),
                Ordering::Greater => to = middle,
            }
        }
        Ok(None)
    }

    /// A row of a part, as it stands in an order.
    #[inline]
    pub(super) fn row(&self, (part, order): (usize, usize), at: u64) -> Result<Row, Error> {
        let bytes: [u8; 16] = self.blocks.array(self.heading.parts[part].1[order] + at * WIDTH)?;
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Ok([number(0), number(4), number(8), number(12)])
    }

    /// The rows that begin with these numbers.
    pub(super) fn range(&self, place: (usize, usize), begin: &[u32]) -> Result<Range<u64>, Error> {
        let bound = |before: fn(Ordering) -> bool, mut from: u64| {
            let mut to = self.rows(place.0);
            while from < to {
                let middle = from + (to - from) / 2;
                if before(self.row(place, middle)?[..begin.len()].cmp(begin)) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            Ok::<_, Error>(from)
        };
        if begin.is_empty() {
            return Ok(0..self.rows(place.0));
        }
        let from = bound(Ordering::is_lt, 0)?;
        Ok(from..bound(Ordering::is_le, from)?)
    }
}

/// Writes terms, then the rows of each part in each order.
pub(super) struct BaseWriter {
    out: BlockWriter,
    offsets: Vec<u64>,
    heading: Heading,
}

impl BaseWriter {
    /// Begins a file, or a base in memory.
    pub(super) fn new(path: Option<&Path>) -> Result<BaseWriter, Error> {
        Ok(BaseWriter { out: BlockWriter::new(path)?, offsets: vec![0], heading: Heading::default() })
    }

    /// Adds a term, greater than the one before.
    pub(super) fn term(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out.push(bytes)?;
        self.offsets.push(self.out.at());
        Ok(())
    }

    /// Ends the terms.
    fn end_terms(&mut self) -> Result<(), Error> {
        self.out.pad()?;
        self.heading.terms = self.offsets.len() as u64 - 1;
        self.heading.offsets = self.out.at();
        for offset in std::mem::take(&mut self.offsets) {
            self.out.push(&offset.to_le_bytes())?;
        }
        self.out.pad()
    }

    /// Writes the rows of a part in an order, sorted; parts and orders come one after the other.
    pub(super) fn rows(
        &mut self,
        (part, order): (usize, usize),
        rows: impl Iterator<Item = Result<Row, Error>>,
    ) -> Result<(), Error> {
        if !self.offsets.is_empty() {
            self.end_terms()?;
        }
        if self.heading.parts.len() <= part {
            self.heading.parts.push((0, Vec::new()));
        }
        debug_assert_eq!((self.heading.parts.len() - 1, self.heading.parts[part].1.len()), (part, order));
        self.heading.parts[part].1.push(self.out.at());
        let mut count = 0;
        for row in rows {
            let row = row?;
            let mut bytes = [0; WIDTH as usize];
            bytes.chunks_exact_mut(4).zip(row).for_each(|(bytes, value)| bytes.copy_from_slice(&value.to_le_bytes()));
            self.out.push(&bytes)?;
            count += 1;
        }
        self.heading.parts[part].0 = count;
        Ok(())
    }

    /// Ends it; a base in memory is given back, one in a file is opened from there.
    pub(super) fn finish(mut self, path: Option<&Path>) -> Result<Option<Base>, Error> {
        for (part, orders) in PARTS.into_iter().enumerate() {
            for order in self.heading.parts.get(part).map_or(0, |(_, orders)| orders.len())..orders {
                self.rows((part, order), std::iter::empty())?;
            }
        }
        self.heading.format = FORMAT;
        let name = path.unwrap_or(Path::new("(memory)"));
        let heading = postcard::to_stdvec(&self.heading).map_err(|error| damaged(name, &error.to_string()))?;
        let blocks = self.out.finish(&heading)?;
        Ok(blocks.map(|blocks| Base { blocks, heading: self.heading, path: name.to_owned() }))
    }
}
