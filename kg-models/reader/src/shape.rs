//! What a word looks like in the text itself: an uncased encoder does not see it.
//!
//! In: a tokenized text, and how it is written. Out: a row of numbers and some bucket indices per word. Never: a list
//! of names.

use super::layout::TokenizedText;
use std::ops::Range;

/// Numbers in a word's row.
pub const SHAPE_WIDTH: usize = 24;
/// Buckets of each hashed table.
pub const BUCKETS: usize = 4096;
/// Hashed tables: prefix, suffix, whole form, outline.
pub const TABLES: usize = 4;

/// A word's surface features.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Yes-or-no features as 0 and 1.
    pub row: [f32; SHAPE_WIDTH],
    /// A bucket in each hashed table.
    pub buckets: [u32; TABLES],
}

/// The surface features of all words of a tokenized text.
pub fn shapes(text: &str, tokenized: &TokenizedText) -> Vec<Shape> {
    shapes_of(text, tokenized, 0..tokenized.words.len())
}

/// The surface features of some words of a tokenized text.
pub fn shapes_of(text: &str, tokenized: &TokenizedText, words: Range<usize>) -> Vec<Shape> {
    let mut sentence = usize::MAX;
    let mut shapes = Vec::with_capacity(words.len());
    for index in words.clone() {
        let word = &tokenized.words[index];
        let form = word.span.of(text).unwrap_or_default();
        let first = word.sentence != sentence;
        sentence = word.sentence;
        let gap = index > 0 && tokenized.words[index - 1].span.end < word.span.start;
        let last = tokenized.words.get(index + 1).is_none_or(|next| next.sentence != sentence);
        shapes.push(shape(form, [first, last, gap]));
    }
    for sentence in tokenized.sentences_among(words) {
        let capitals = f32::from(has_capitals(&shapes[sentence.clone()]));
        shapes[sentence].iter_mut().for_each(|shape| shape.row[SHAPE_WIDTH - 1] = capitals);
    }
    shapes
}

/// Whether most words of a sentence begin with a capital, as in headings.
fn has_capitals(sentence: &[Shape]) -> bool {
    let count = |place: usize| sentence.iter().filter(|shape| shape.row[place] > 0.0).count();
    let (capitals, letters) = (count(0), count(4));
    letters > 2 && capitals * 3 > letters * 2
}

fn shape(form: &str, [first, last, gap]: [bool; 3]) -> Shape {
    let letters = form.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = form.chars().filter(|c| c.is_uppercase()).count();
    let digits = form.chars().filter(char::is_ascii_digit).count();
    let length = form.chars().count();
    let initial = form.chars().next().is_some_and(char::is_uppercase);
    let ascii = form.is_ascii();
    let is = |texts: &[&str]| texts.contains(&form);
    let number = digits == length;
    let value: u32 = if number && length <= 4 { form.parse().unwrap_or(0) } else { 0 };
    let flags = [
        initial,
        letters > 1 && capitals == letters,
        capitals > usize::from(initial) && capitals < letters,
        initial && letters == 1,
        letters > 0,
        letters > 0 && capitals == 0,
        number,
        digits > 0 && !number,
        number && (1000..2100).contains(&value),
        number && (1..=31).contains(&value),
        letters == 0 && digits == 0,
        is(&["(", "[", "{"]),
        is(&[")", "]", "}"]),
        is(&["\"", "“", "”", "«", "»", "„"]),
        is(&["-", "–", "—"]),
        is(&["'", "’"]),
        is(&[",", ";", ":"]),
        is(&[".", "!", "?"]),
        !ascii,
        first,
        last,
        gap,
        length <= 3,
    ];
    let mut row = [0.0; SHAPE_WIDTH];
    row.iter_mut().zip(flags).for_each(|(x, flag)| *x = f32::from(flag));
    Shape { row, buckets: buckets(form) }
}

fn buckets(form: &str) -> [u32; TABLES] {
    let characters: Vec<char> = form.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let prefix: String = characters.iter().take(3).collect();
    let suffix: String = characters.iter().skip(characters.len().saturating_sub(3)).collect();
    let whole: String = characters.iter().collect();
    let mut outline: Vec<char> = characters.iter().map(|&c| kind(c)).collect();
    outline.dedup_by(|a, b| a == b && *a != '0');
    outline.truncate(8);
    let outline: String = outline.into_iter().collect();
    [prefix, suffix, whole, outline].map(|text| bucket(&text))
}

fn kind(c: char) -> char {
    match c {
        '0' => '0',
        c if c.is_uppercase() => 'X',
        c if c.is_alphabetic() => 'x',
        c => c,
    }
}

/// FNV-1a, folded into the table.
fn bucket(text: &str) -> u32 {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) % BUCKETS as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_digits_show() {
        let row = |form| shape(form, [false; 3]).row;
        assert_ne!(row("Reading"), row("reading"));
        assert_ne!(row("NATO"), row("Nato"));
        assert_eq!(row("1984"), row("1985"));
        assert_ne!(row("1984"), row("84"));
        assert_ne!(row("iPhone"), row("Iphone"));
    }

    #[test]
    fn forms_that_differ_in_digits_share_their_buckets() {
        assert_eq!(buckets("1984"), buckets("2017"));
        assert_eq!(buckets("Berlin")[1], buckets("Dublin")[1]);
        assert_ne!(buckets("Berlin")[2], buckets("Dublin")[2]);
    }
}
