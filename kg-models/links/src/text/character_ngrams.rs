//! What texts are about, by their letters: which pieces of words a name is made of, and which its description is.
//!
//! In: texts. Out: for each two rows beside each other, of one make, so that a map can find the name in a description.
//! Never: a number that must be learnt.
//!
//! Sentence vectors tell meanings; that *chieftainship* comes from *chieftain* stands in the letters. Pieces of three to five
//! letters (as fastText's, Bojanowski et al. 2017) are hashed with signs into few numbers (Weinberger et al. 2009).

use kgloom_numerics::passes::unit;
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// Letters of a piece, at least and at most; a whole word is a piece too.
const PIECES: std::ops::RangeInclusive<usize> = 3..=5;
/// What ends a name, where a description follows it.
const ENDS: [&str; 2] = [" -- ", ", "];

/// Rows of `numbers` for names and as many for descriptions, each of length 1 or zeros. How rare a piece is, is counted on the
/// texts that are `seen`.
pub fn character_ngrams(texts: &[Option<Arc<str>>], seen: &[bool], numbers: usize) -> TextVectors {
    let parts: Vec<[Vec<u64>; 2]> = texts
        .par_iter()
        .map(|text| text.as_ref().map_or_else(Default::default, |text| split(text).map(pieces)))
        .collect();
    let mut counts: HashMap<u64, u32> = HashMap::new();
    for parts in parts.iter().zip(seen).filter(|(_, seen)| **seen).map(|(parts, _)| parts) {
        parts.iter().flatten().for_each(|piece| *counts.entry(*piece).or_default() += 1);
    }
    let whole = seen.iter().filter(|seen| **seen).count() as f32;
    let rarity = |piece: &u64| ((1.0 + whole) / (1.0 + counts.get(piece).copied().unwrap_or(0) as f32)).ln();
    let row = |pieces: &Vec<u64>| {
        let mut row = vec![0f32; numbers];
        for piece in pieces {
            let weight = rarity(piece);
            for (part, cells) in row.chunks_mut(64).enumerate() {
                let signs = mix(piece.wrapping_add(part as u64));
                for (place, cell) in cells.iter_mut().enumerate() {
                    *cell += if signs >> place & 1 == 1 { weight } else { -weight };
                }
            }
        }
        unit(&mut row);
        row
    };
    let values: Vec<Vec<f32>> = parts.par_iter().flat_map_iter(|parts| parts.iter().map(row)).collect();
    TextVectors { width: 2 * numbers, values: values.concat() }
}

/// A name and its description; without a mark between them, all is the name.
fn split(text: &str) -> [&str; 2] {
    let found = ENDS.into_iter().find_map(|end| text.split_once(end));
    found.map_or([text, ""], |(name, rest)| [name, rest])
}

/// The pieces of all words, as hashes, each once and in order.
fn pieces(text: &str) -> Vec<u64> {
    let mut pieces = Vec::new();
    for word in text.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let marked: Vec<char> = std::iter::once('<').chain(word.chars()).chain(std::iter::once('>')).collect();
        pieces.push(hash(&marked));
        for length in PIECES.filter(|length| *length < marked.len()) {
            pieces.extend(marked.windows(length).map(hash));
        }
    }
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// FNV-1a, by letters.
fn hash(letters: &[char]) -> u64 {
    letters.iter().fold(0xcbf2_9ce4_8422_2325, |hash, letter| {
        (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Spreads a number over all bits (SplitMix64's end).
fn mix(number: u64) -> u64 {
    let mut x = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::passes::dot;

    #[test]
    fn words_of_one_stem_are_near_and_a_name_is_found_in_a_description() {
        let texts = ["chieftain, the leader of a group", "chieftainship, the position of chieftain", "stool -- a seat"];
        let texts: Vec<Option<Arc<str>>> = texts.iter().map(|text| Some((*text).into())).chain([None]).collect();
        let numbers = 256;
        let rows = character_ngrams(&texts, &[true; 4], numbers);
        let part = |entity: u32, place: usize| &rows.row(entity)[place * numbers..][..numbers];
        let far = dot(part(0, 0), part(2, 0)).abs();
        assert!(dot(part(0, 0), part(1, 0)) > far + 0.1);
        assert!(dot(part(0, 0), part(1, 1)) > far + 0.1);
        assert!((dot(part(2, 1), part(2, 1)) - 1.0).abs() < 1e-5);
        assert!(rows.row(3).iter().all(|x| *x == 0.0));
    }
}
