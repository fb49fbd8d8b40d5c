//! Files of vectors and attributes as benchmarks of filtered search publish them (Iff et al. 2025, arxiv-for-fanns).
//!
//! In: paths. Out: vectors, lists of neighbours, attributes, conditions; or what is wrong at which byte or line. Never: a
//! guess at a file that is cut off.
//!
//! `fvecs` and `ivecs`: each record is its count of numbers as a 32-bit integer, then the numbers, f32 or i32, all with the
//! smallest byte first. `jsonl`: an object a line; of items, `database_attributes.jsonl`, with whole numbers, texts and
//! lists of texts; of queries, `em_query_attributes.jsonl` (`label`, a number), `r_query_attributes.jsonl` (`range_start`
//! and `range_end`, both allowed) and `emis_query_attributes.jsonl` (`label`, a text).

use kgloom_numerics::vectors::TextVectors;
use kgloom_numerics::{Error, text_file};
use serde_json::{Map, Value};
use std::fmt::Display;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

/// The most numbers of a record: what says more is no file of vectors.
const WIDEST: i32 = 1 << 20;

/// Attributes of an item, by name.
pub type Attributes = Map<String, Value>;

/// The attribute that equality is asked of.
pub const EQUAL_FIELD: &str = "number_of_sub_categories";
/// The attribute that ranges are asked of: a day, as a whole number.
pub const RANGE_FIELD: &str = "update_date";
/// The attribute that membership is asked of.
pub const MEMBER_FIELD: &str = "main_categories";

/// Which items a query may find.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The attribute is this number (exact match, EM).
    Equal(i64),
    /// The attribute is between two numbers, both allowed (range, R).
    Range(i64, i64),
    /// The attribute's list has this text (exact match in set, EMIS).
    Member(String),
}

impl Condition {
    /// Whether an item fulfils it; one without the attribute does not.
    pub fn holds(&self, item: &Attributes) -> bool {
        let number = |field: &str| item.get(field).and_then(Value::as_i64);
        match self {
            Condition::Equal(wanted) => number(EQUAL_FIELD) == Some(*wanted),
            Condition::Range(first, last) => number(RANGE_FIELD).is_some_and(|x| (*first..=*last).contains(&x)),
            Condition::Member(wanted) => {
                let list = item.get(MEMBER_FIELD).and_then(Value::as_array);
                list.is_some_and(|list| list.iter().any(|text| text.as_str() == Some(wanted)))
            }
        }
    }
}

/// Reads vectors from an `fvecs` file, at most so many.
///
/// # Errors
/// When the file cannot be read, ends within a record, or its records differ in width; with the byte.
pub fn fvecs(path: &Path, most: usize) -> Result<TextVectors, Error> {
    let mut found = TextVectors::default();
    records(path, most, |at, record| {
        if found.values.is_empty() {
            found.width = record.len();
        }
        if record.len() != found.width || record.is_empty() {
            return Err(wrong(
                path,
                at,
                format!("a record of {} numbers, the first has {}", record.len(), found.width),
            ));
        }
        found.values.extend(record.iter().map(|four| f32::from_le_bytes(*four)));
        Ok(())
    })?;
    Ok(found)
}

/// Reads lists of numbers from an `ivecs` file, at most so many; lists may differ in length.
///
/// # Errors
/// When the file cannot be read, or ends within a record; with the byte.
pub fn ivecs(path: &Path, most: usize) -> Result<Vec<Vec<i32>>, Error> {
    let mut found = Vec::new();
    records(path, most, |_, record| {
        found.push(record.iter().map(|four| i32::from_le_bytes(*four)).collect());
        Ok(())
    })?;
    Ok(found)
}

/// Hands on the records of a file, at most so many, with the byte at which each begins.
fn records(path: &Path, most: usize, mut each: impl FnMut(u64, &[[u8; 4]]) -> Result<(), Error>) -> Result<(), Error> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path).map_err(Error::read(path))?);
    let (mut at, mut bytes) = (0u64, Vec::new());
    for _ in 0..most {
        let mut head = [0u8; 4];
        let got = read_up_to(&mut file, &mut head).map_err(Error::read(path))?;
        if got == 0 {
            break;
        }
        let count = i32::from_le_bytes(head);
        if got < 4 || !(0..=WIDEST).contains(&count) {
            return Err(wrong(path, at, "no count of numbers; is it an fvecs or ivecs file?"));
        }
        bytes.resize(count as usize * 4, 0);
        let got = read_up_to(&mut file, &mut bytes).map_err(Error::read(path))?;
        if got < bytes.len() {
            return Err(wrong(path, at, format!("the file ends within a record of {count} numbers; get it again")));
        }
        each(at, bytes.as_chunks::<4>().0)?;
        at += 4 + got as u64;
    }
    Ok(())
}

/// Fills a buffer as far as the file goes.
fn read_up_to(file: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match file.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(more) => got += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

fn wrong(path: &Path, at: u64, reason: impl Display) -> Error {
    Error::Data { name: path.display().to_string(), reason: format!("byte {at}: {reason}") }
}

/// Reads the attributes of items, an object a line.
///
/// # Errors
/// When the file cannot be read, or a line is no object; with the line.
pub fn attributes(path: &Path) -> Result<Vec<Attributes>, Error> {
    Ok(objects(path)?.into_iter().map(|(_, item)| item).collect())
}

/// Reads the conditions of queries, one a line, of any of the three kinds.
///
/// # Errors
/// As [`attributes`], and when a line is no condition.
pub fn conditions(path: &Path) -> Result<Vec<Condition>, Error> {
    let condition = |(line, said): (usize, Attributes)| {
        let number = |name: &str| said.get(name).and_then(Value::as_i64);
        let found = match (said.get("label"), number("range_start"), number("range_end")) {
            (Some(Value::String(text)), None, None) => Some(Condition::Member(text.clone())),
            (Some(label), None, None) => label.as_i64().map(Condition::Equal),
            (None, Some(first), Some(last)) => Some(Condition::Range(first, last)),
            _ => None,
        };
        let wanted = "either \"label\" (a whole number or a text), or \"range_start\" and \"range_end\", is wanted";
        found.ok_or_else(|| text_file::malformed(path, line, wanted))
    };
    objects(path)?.into_iter().map(condition).collect()
}

/// The objects of a file with their lines, empty lines left out.
fn objects(path: &Path) -> Result<Vec<(usize, Attributes)>, Error> {
    let text = text_file::read_own(path)?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(line, object)| match serde_json::from_str(object) {
            Ok(object) => Ok((line, object)),
            Err(error) => Err(text_file::malformed(path, line, error)),
        })
        .collect()
}

#[cfg(test)]
#[path = "formats_tests.rs"]
mod tests;
