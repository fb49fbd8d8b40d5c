//! What the journal holds, as numbers that are written with each epoch and counted again when it is loaded.
//!
//! In: entries that come and go. Out: how many there are, and a sum of their hashes. Never: a sum that depends on the
//! order in which they came.

use super::live::Live;
use serde::{Deserialize, Serialize};

/// What a journal holds at the end of an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Census {
    /// The epoch.
    pub epoch: u64,
    /// Live documents.
    pub documents: u64,
    /// Ids that stand for something that could not be read.
    pub refused: u64,
    /// The hashes of all entries, added up as numbers of 256 bits, least significant first.
    sum: [u64; 4],
    /// The hash of what the user said beside documents.
    pub word: [u8; 32],
}

impl Census {
    /// An entry has come.
    pub fn come(&mut self, id: &[u8], live: &Live, stored: &[u8]) {
        *self.kind(live) += 1;
        self.add(entry(id, stored), 0);
    }

    /// An entry has gone.
    pub fn go(&mut self, id: &[u8], live: &Live, stored: &[u8]) {
        let kind = self.kind(live);
        *kind = kind.wrapping_sub(1);
        // Minus a number is its complement plus one.
        self.add(entry(id, stored).map(|part| !part), 1);
    }

    /// A name for all that it tells of: another epoch, other entries or other words have another.
    pub fn name(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let Census { epoch, documents, refused, sum, word } = self;
        for number in [epoch, documents, refused].into_iter().chain(sum) {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(word).finalize().to_hex().to_string()
    }

    /// Whether it tells of the same entries and words as another, at whatever epoch.
    pub fn holds_as(&self, other: Option<&Census>) -> bool {
        other.is_some_and(|other| Census { epoch: self.epoch, ..*other } == *self)
    }

    /// Whether it tells of the same entries as another, at whatever epoch and beside whatever words.
    pub fn has_entries_of(&self, other: Option<&Census>) -> bool {
        other.is_some_and(|other| Census { word: self.word, ..*other }.holds_as(Some(self)))
    }

    fn kind(&mut self, live: &Live) -> &mut u64 {
        match live {
            Live::Text { .. } => &mut self.documents,
            Live::Refused { .. } => &mut self.refused,
        }
    }

    fn add(&mut self, number: [u64; 4], mut carry: u64) {
        for (part, more) in self.sum.iter_mut().zip(number) {
            let whole = u128::from(*part) + u128::from(more) + u128::from(carry);
            (*part, carry) = (whole as u64, (whole >> 64) as u64);
        }
    }
}

/// The hash of what the user said beside documents: names and words, in order.
pub(super) fn hash_words<'a>(words: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for (name, word) in words {
        hasher.update(name.as_bytes()).update(&(word.len() as u64).to_le_bytes()).update(word);
    }
    *hasher.finalize().as_bytes()
}

fn entry(id: &[u8], stored: &[u8]) -> [u64; 4] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(id.len() as u64).to_le_bytes()).update(id).update(stored);
    let bytes = *hasher.finalize().as_bytes();
    std::array::from_fn(|part| u64::from_le_bytes(std::array::from_fn(|byte| bytes[8 * part + byte])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::ContentHash;

    #[test]
    fn entries_add_up_in_any_order_and_go_as_they_came() {
        let text = Live::Text { container: "".into(), content: ContentHash::of(""), text: "".into() };
        let entries: Vec<[u8; 1]> = (0..200).map(|number| [number]).collect();
        let (mut forth, mut back) = (Census::default(), Census::default());
        entries.iter().for_each(|entry| forth.come(entry, &text, b"value"));
        entries.iter().rev().for_each(|entry| back.come(entry, &text, b"value"));
        assert_eq!(forth, back);
        assert_eq!(forth.documents, 200);
        assert_eq!(forth.name(), back.name());
        forth.go(&[7], &text, b"value");
        assert_ne!(forth, back);
        assert_ne!(forth.name(), back.name());
        assert_ne!(Census { epoch: 1, ..back }.name(), back.name());
        forth.come(&[7], &text, b"other");
        assert_ne!(forth, back, "the value counts, not only the id");
        forth.go(&[7], &text, b"other");
        entries.iter().filter(|entry| **entry != [7]).for_each(|entry| forth.go(entry, &text, b"value"));
        assert_eq!(forth, Census::default());
    }
}
