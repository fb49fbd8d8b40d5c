//! Word pieces of texts, fast. In: a tokenizer, texts. Out: ids of pieces, without marks of a text's ends. Never: other pieces
//! than the tokenizer's own.

use kgloom_numerics::Error;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{Model, Tokenizer};

/// Words that one thread remembers.
const REMEMBERED: usize = 200_000;

type Memory = HashMap<Box<str>, Box<[u32]>>;

/// A tokenizer that remembers the pieces of words.
pub struct WordPieces {
    tokenizer: Tokenizer,
    /// Whether white space always ends a piece, so that words can be cut one by one.
    by_words: bool,
    memories: Mutex<Vec<Memory>>,
}

impl WordPieces {
    /// Takes the bytes of a `tokenizer.json`.
    ///
    /// # Errors
    /// When they are no tokenizer.
    pub fn new(bytes: &[u8]) -> Result<Self, Error> {
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| wrong(&error))?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| wrong(&error))?;
        let bert = matches!(tokenizer.get_normalizer(), Some(NormalizerWrapper::BertNormalizer(_)))
            && matches!(tokenizer.get_pre_tokenizer(), Some(PreTokenizerWrapper::BertPreTokenizer(_)));
        Ok(WordPieces { tokenizer, by_words: bert, memories: Mutex::default() })
    }

    /// Pieces that the tokenizer knows.
    pub fn vocabulary(&self) -> usize {
        self.tokenizer.get_model().get_vocab_size()
    }

    /// The pieces of each text, at most `most`.
    ///
    /// # Errors
    /// When the tokenizer fails on a text.
    pub fn of<'a>(&self, texts: impl Iterator<Item = &'a str>, most: usize) -> Result<Vec<Vec<u32>>, Error> {
        let mut memory = self.memories.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let pieces = texts.map(|text| self.pieces(text, most, &mut memory)).collect();
        self.memories.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        pieces
    }

    fn pieces(&self, text: &str, most: usize, memory: &mut Memory) -> Result<Vec<u32>, Error> {
        let mut pieces = Vec::new();
        if self.by_words {
            for word in text.split(is_space).filter(|word| !word.is_empty()) {
                if let Some(known) = memory.get(word) {
                    pieces.extend_from_slice(known);
                } else {
                    let own = self.cut(word)?;
                    pieces.extend_from_slice(&own);
                    if memory.len() >= REMEMBERED {
                        memory.clear();
                    }
                    memory.insert(word.into(), own.into());
                }
                if pieces.len() >= most {
                    break;
                }
            }
        } else {
            pieces = self.cut(text)?;
        }
        pieces.truncate(most);
        Ok(pieces)
    }

    fn cut(&self, text: &str) -> Result<Vec<u32>, Error> {
        let encoding = self.tokenizer.encode_fast(text, false).map_err(|error| wrong(&error))?;
        Ok(encoding.get_ids().to_vec())
    }
}

/// What BERT's normaliser makes a space; other control characters it takes away.
fn is_space(character: char) -> bool {
    character.is_whitespace() && (!character.is_control() || matches!(character, '\t' | '\n' | '\r'))
}

fn wrong(error: &tokenizers::Error) -> Error {
    Error::Tokenizer { name: "tokenizer.json".to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small;

    #[test]
    fn words_are_cut_as_the_whole_text_is() {
        let pieces = WordPieces::new(&small::tokenizer()).unwrap();
        assert!(pieces.by_words);
        let texts = [
            "Ada sings in a choir,  and Bob\tplays.",
            "can't\u{c}stop\u{85}now\u{a0}then [SEP] x[SEP]y \u{200b}z",
            "Ångström naïve \u{301}e 東京 tower 🙂 sings",
            "",
            " \n ",
        ];
        let found = pieces.of(texts.into_iter(), usize::MAX).unwrap();
        for (text, found) in texts.iter().zip(found) {
            assert_eq!(found, pieces.cut(text).unwrap(), "{text:?}");
        }
        // Remembered words are the same words.
        let again = pieces.of(texts.into_iter(), usize::MAX).unwrap();
        assert_eq!(again, pieces.of(texts.into_iter(), usize::MAX).unwrap());
        assert_eq!(pieces.of(texts.into_iter(), 2).unwrap()[0], again[0][..2]);
    }
}
