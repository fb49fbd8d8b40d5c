//! A graph's rows sorted anew. In: an image. Out: a base with the same rows, and no change beside it. Never: a term that no
//! row has; more in memory than a number for each term.

use super::base::{Base, BaseWriter, DEFAULT, PARTS, Row, ordered, unordered};
use super::image::Image;
use crate::Error;
use std::path::Path;

/// Sorts an image's rows into a file, or into memory.
pub(super) fn merge(image: &Image, path: Option<&Path>) -> Result<Option<Base>, Error> {
    let mut writer = BaseWriter::new(path)?;
    let numbers = renumber(image, &mut writer)?;
    let known = image.base.terms();
    let renumbered = |row: &Row| row.map(|number| if number == DEFAULT { DEFAULT } else { numbers[number as usize] });
    for (part, orders) in PARTS.into_iter().enumerate() {
        for order in 0..orders {
            // Old numbers keep their order among themselves; rows with new ones are few, and are sorted.
            let is_old = |row: &Row| row.iter().all(|number| *number < known || *number == DEFAULT);
            let mut new: Vec<Row> = Vec::new();
            for row in &image.come[part] {
                if !is_old(row) {
                    new.push(ordered(&renumbered(row), order));
                }
            }
            new.sort_unstable();
            let mut new = new.into_iter().peekable();
            let old = image.all(part, order).filter(|row| !matches!(row, Ok(row) if !is_old(row)));
            let mut old = old.map(|row| row.map(|row| renumbered(&row))).peekable();
            let merged = std::iter::from_fn(|| match (old.peek(), new.peek()) {
                (Some(Ok(row)), Some(other)) if other < row => new.next().map(Ok),
                (None, Some(_)) => new.next().map(Ok),
                _ => old.next(),
            });
            writer.rows((part, order), merged)?;
        }
    }
    match writer.finish(path)? {
        Some(base) => Ok(Some(base)),
        None => path.map(Base::open).transpose(),
    }
}

/// Writes the terms that rows have, sorted, and gives each its new number.
fn renumber(image: &Image, writer: &mut BaseWriter) -> Result<Vec<u32>, Error> {
    let count = image.term_count();
    let mut used = vec![false; count as usize];
    for part in 0..PARTS.len() {
        for row in image.all(part, 0) {
            for number in unordered(&row?, 0) {
                if number != DEFAULT {
                    used[number as usize] = true;
                }
            }
        }
    }
    let known = image.base.terms();
    let mut added: Vec<u32> = (known..count).filter(|number| used[*number as usize]).collect();
    let bytes = |number: &u32| &*image.terms[(number - known) as usize];
    added.sort_unstable_by(|one, other| bytes(one).cmp(bytes(other)));
    let (mut numbers, mut next) = (vec![0; count as usize], 0);
    let mut write = |writer: &mut BaseWriter, number: u32, bytes: &[u8]| {
        numbers[number as usize] = next;
        next += 1;
        writer.term(bytes)
    };
    let mut added = added.into_iter().peekable();
    for number in (0..known).filter(|number| used[*number as usize]) {
        image.base.with_term(number, |old| {
            while let Some(new) = added.next_if(|new| bytes(new) < old) {
                write(writer, new, bytes(&new))?;
            }
            write(writer, number, old)
        })??;
    }
    added.try_for_each(|new| write(writer, new, bytes(&new)))?;
    Ok(numbers)
}
