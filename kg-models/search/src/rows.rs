//! Rows of bytes by key, each a direction.
//!
//! In: keys with rows of whole numbers from -128 to 127. Out: rows by key and by number. Never: an answer that depends on
//! the order in which rows came and went: numbers of rows do, and hold until the next edit.

use crate::blocks::Blocks;
use kgloom_numerics::Error;
use std::collections::BTreeMap;

/// Rows of one width by key. A row is a direction: its length is divided out of every score.
#[derive(Clone, Debug)]
pub struct Vectors<K> {
    width: usize,
    pub(crate) rows: Blocks<i8>,
    pub(crate) inverses: Blocks<f32>,
    pub(crate) keys: Blocks<K>,
    numbers: BTreeMap<K, u32>,
}

impl<K: Clone + Ord> Vectors<K> {
    /// No rows, of so many numbers each.
    ///
    /// # Panics
    /// When the width is 0.
    pub fn new(width: usize) -> Self {
        assert!(width > 0, "rows have numbers");
        let (rows, inverses, keys) = (Blocks::new(width), Blocks::new(1), Blocks::new(1));
        Vectors { width, rows, inverses, keys, numbers: BTreeMap::new() }
    }

    /// Numbers in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What rows and their lengths take in memory. Keys are not counted: they are the caller's, and held twice
    /// (some 50 bytes a row for keys of 16 bytes).
    pub fn bytes(&self) -> usize {
        self.rows.bytes() + self.inverses.bytes()
    }

    /// Puts in a row, in place of the one that the key had; says its number.
    ///
    /// # Errors
    /// When the row has another width.
    pub fn insert(&mut self, key: K, row: &[i8]) -> Result<u32, Error> {
        check_width("row", row.len(), self.width)?;
        let number = self.numbers.get(&key).copied().unwrap_or(self.len() as u32);
        self.rows.put(number, row);
        self.inverses.put(number, &[inverse_length(row)]);
        if number as usize == self.keys.len() {
            self.keys.put(number, std::slice::from_ref(&key));
            self.numbers.insert(key, number);
        }
        Ok(number)
    }

    /// Takes a row out; says which number it had, which the last row has now.
    pub fn remove(&mut self, key: &K) -> Option<u32> {
        let number = self.numbers.remove(key)?;
        let last = self.len() as u32 - 1;
        if number != last {
            self.numbers.insert(self.key(last).clone(), number);
        }
        self.rows.take(number);
        self.inverses.take(number);
        self.keys.take(number);
        Some(number)
    }

    /// The row of a key.
    pub fn get(&self, key: &K) -> Option<&[i8]> {
        Some(self.row(self.number(key)?))
    }

    /// The number of a key's row, which holds until the next edit.
    pub fn number(&self, key: &K) -> Option<u32> {
        self.numbers.get(key).copied()
    }

    /// The row with a number below [`Vectors::len`].
    #[inline(always)]
    pub fn row(&self, number: u32) -> &[i8] {
        self.rows.record(number)
    }

    /// The key of a row.
    #[inline(always)]
    pub fn key(&self, number: u32) -> &K {
        &self.keys.record(number)[0]
    }

    /// One divided by the length of a row; 0 for a row of zeros.
    #[inline(always)]
    pub fn inverse(&self, number: u32) -> f32 {
        self.inverses.record(number)[0]
    }

    /// A row at length 1; zeros stay.
    pub fn direction(&self, number: u32) -> Vec<f32> {
        let inverse = self.inverse(number);
        self.row(number).iter().map(|x| f32::from(*x) * inverse).collect()
    }

    /// Keys with their rows, in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &[i8])> {
        self.numbers.iter().map(|(key, number)| (key, self.row(*number)))
    }
}

/// One divided by the length of a row, from a whole sum of squares.
fn inverse_length(row: &[i8]) -> f32 {
    let square: u64 = row.iter().map(|x| u64::from(x.unsigned_abs()).pow(2)).sum();
    if square == 0 { 0.0 } else { (1.0 / (square as f64).sqrt()) as f32 }
}

/// The bytes of a direction: the largest number becomes 127 or -127. Zeros stay, and what is no number becomes 0.
pub fn quantise(numbers: &[f32]) -> Vec<i8> {
    let largest = numbers.iter().fold(0f32, |all, x| all.max(x.abs()));
    let scale = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    numbers.iter().map(|x| (x * scale).round() as i8).collect()
}

/// An error unless a row or a question is as wide as the rows.
pub(crate) fn check_width(name: &str, width: usize, wanted: usize) -> Result<(), Error> {
    if width == wanted {
        return Ok(());
    }
    let reason = format!("has {width} numbers, and the rows have {wanted}: both must come from the same encoder");
    Err(Error::Data { name: name.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_replaced_found_and_taken_out() {
        let mut vectors = Vectors::new(2);
        for (key, row) in [("b", [3, 4]), ("a", [1, 0]), ("c", [0, 0]), ("b", [6, 8])] {
            vectors.insert(key, &row).unwrap();
        }
        assert_eq!(vectors.get(&"b"), Some(&[6, 8][..]));
        assert_eq!(vectors.direction(vectors.number(&"b").unwrap()), [0.6, 0.8]);
        assert_eq!(vectors.inverse(vectors.number(&"c").unwrap()), 0.0);
        assert!(vectors.remove(&"b").is_some() && vectors.remove(&"b").is_none());
        let left: Vec<_> = vectors.iter().collect();
        assert_eq!(left, [(&"a", &[1, 0][..]), (&"c", &[0, 0][..])]);
        assert!(vectors.insert("d", &[1]).unwrap_err().to_string().contains("has 1 numbers"));
    }

    #[test]
    fn bytes_keep_the_direction() {
        assert_eq!(quantise(&[0.5, -1.0, 0.0]), [64, -127, 0]);
        assert_eq!(quantise(&[0.0; 3]), [0; 3]);
    }
}
