//! A text laid out for the encoder: sentences, words, word pieces, chunks of whole sentences.
//!
//! In: a text and a tokenizer. Out: a `TokenizedText`. Never: a word cut between chunks, or a piece outside every word.

use super::blocks::Part;
use super::sentence::{self, SegmentedText};
use crate::Error;
use kgloom_record::record::Span;
use std::ops::Range;
use tokenizers::Tokenizer;

/// The most word pieces of a chunk, special ones included.
pub const CHUNK_PIECES: usize = 256;

/// Longer texts are read in windows of at most so many words, so that memory does not grow with them.
pub const WINDOW_WORDS: usize = 6_000;

/// A word and where its pieces are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in the text.
    pub span: Span,
    /// Index of its sentence.
    pub sentence: usize,
    /// Its rows among the states of its chunk.
    pub pieces: Range<usize>,
}

/// What one pass of the encoder sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Word pieces, special ones included.
    pub ids: Vec<u32>,
    /// Its words, as indices into [`TokenizedText::words`].
    pub words: Range<usize>,
}

/// A text laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenizedText {
    /// The sentences.
    pub sentences: Vec<Span>,
    /// The section, item or row of each sentence.
    pub parts: Vec<Part>,
    /// The words that have pieces, in order.
    pub words: Vec<Word>,
    /// The chunks; together they hold every word once.
    pub chunks: Vec<Chunk>,
}

impl TokenizedText {
    /// The chunk of a word.
    pub fn chunk_of(&self, word: usize) -> usize {
        self.chunks.partition_point(|chunk| chunk.words.end <= word)
    }

    /// A word as it is written; nothing behind the last.
    pub fn form<'t>(&self, text: &'t str, word: usize) -> &'t str {
        self.words.get(word).and_then(|word| word.span.of(text)).unwrap_or_default()
    }

    /// The section, item or row of a word.
    pub fn part_of(&self, word: usize) -> Part {
        self.parts[self.words[word].sentence]
    }

    /// Whether there are sections, items or rows, so that not all may speak of all.
    pub fn has_parts(&self) -> bool {
        self.parts.first().is_some_and(|first| self.parts.iter().any(|part| part != first))
    }

    /// The words of each sentence.
    pub fn sentence_words(&self) -> Vec<Range<usize>> {
        let mut ranges = vec![0..0; self.sentences.len()];
        for (index, word) in self.words.iter().enumerate() {
            let range = &mut ranges[word.sentence];
            *range = if range.start == range.end { index..index + 1 } else { range.start..index + 1 };
        }
        ranges
    }

    /// The words of one sentence.
    pub fn words_in(&self, sentence: usize) -> Range<usize> {
        let until = |sentence| self.words.partition_point(|word| word.sentence < sentence);
        until(sentence)..until(sentence + 1)
    }

    /// The words of each sentence that has some among these, counted from the first of these.
    pub fn sentences_among(&self, words: Range<usize>) -> Vec<Range<usize>> {
        let mut next = 0;
        let sentence = |words: &[Word]| {
            next += words.len();
            next - words.len()..next
        };
        self.words[words].chunk_by(|a, b| a.sentence == b.sentence).map(sentence).collect()
    }

    /// The words of some chunks.
    pub fn words_of(&self, chunks: Range<usize>) -> Range<usize> {
        let words = |chunk: Option<&Chunk>| chunk.map_or(0..0, |chunk| chunk.words.clone());
        let chunks = &self.chunks[chunks];
        words(chunks.first()).start..words(chunks.last()).end
    }

    /// The chunks of each window: at most so many words, cut where a part ends if one does late enough, else where a
    /// sentence does. A text that fits has one window.
    pub fn windows(&self, most: usize) -> Vec<Range<usize>> {
        let mut windows = Vec::new();
        let mut start = 0;
        loop {
            let first = self.chunks.get(start).map_or(0, |chunk| chunk.words.start);
            let fits = |chunk: &Chunk| chunk.words.end - first <= most;
            let longest = start + self.chunks[start..].iter().take_while(|chunk| fits(chunk)).count();
            let late = |end: &usize| self.chunks[*end].words.start - first >= most / 4 * 3;
            let end = match longest == self.chunks.len() {
                true => longest,
                false => (start + 1..=longest).filter(late).max_by_key(|&end| (self.rift(end), end)).unwrap_or(longest),
            };
            let end = end.max((start + 1).min(self.chunks.len()));
            windows.push(start..end);
            if end == self.chunks.len() {
                return windows;
            }
            start = end;
        }
    }

    /// How much ends before a chunk: a part, a sentence, or neither.
    fn rift(&self, chunk: usize) -> u8 {
        let next = self.chunks[chunk].words.start;
        let before = next - 1;
        let parted = self.part_of(before) != self.part_of(next);
        u8::from(parted) + u8::from(self.words[before].sentence != self.words[next].sentence)
    }

    /// The words that a span of the text touches.
    pub fn words_under(&self, span: Span) -> Range<usize> {
        let start = self.words.partition_point(|word| word.span.end <= span.start);
        let end = self.words.partition_point(|word| word.span.start < span.end);
        start..end.max(start)
    }
}

/// Cuts texts into sentences, words, word pieces and chunks, with one tokenizer.
#[derive(Clone, Debug)]
pub struct Chunker {
    name: String,
    tokenizer: Tokenizer,
    before: Vec<u32>,
    after: Vec<u32>,
}

impl Chunker {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// When it is not one.
    pub fn new(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let wrong = |reason: tokenizers::Error| Error::Tokenizer { name: name.to_owned(), reason: reason.to_string() };
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(wrong)?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(wrong)?;
        let special = tokenizer.encode_fast("", true).map_err(wrong)?.get_ids().to_vec();
        let (before, after) = special.split_at(special.len() / 2);
        Ok(Chunker { name: name.to_owned(), before: before.to_vec(), after: after.to_vec(), tokenizer })
    }

    /// The pieces that stand before and after what an encoder is shown.
    pub fn special(&self) -> (&[u32], &[u32]) {
        (&self.before, &self.after)
    }

    /// Tokenizes a text.
    ///
    /// # Errors
    /// When the tokenizer fails on it.
    pub fn tokenize(&self, text: &str) -> Result<TokenizedText, Error> {
        let SegmentedText { sentences, parts, marks } = sentence::segment(text);
        let mut tokenized = TokenizedText { sentences, parts, ..TokenizedText::default() };
        let room = CHUNK_PIECES - self.before.len() - self.after.len();
        let mut open = Open { ids: self.before.clone(), words: 0 };
        for index in 0..tokenized.sentences.len() {
            let words = self.pieces(text, tokenized.sentences[index], &marks, room)?;
            let total: usize = words.iter().map(|(_, ids)| ids.len()).sum();
            if open.ids.len() + total > room + self.before.len() {
                self.close(&mut open, &mut tokenized);
            }
            for (span, ids) in words {
                if open.ids.len() + ids.len() > room + self.before.len() {
                    self.close(&mut open, &mut tokenized);
                }
                let first = open.ids.len();
                open.ids.extend(&ids);
                tokenized.words.push(Word { span, sentence: index, pieces: first..open.ids.len() });
            }
        }
        self.close(&mut open, &mut tokenized);
        Ok(tokenized)
    }

    /// The words of one sentence with their pieces; a word has at most `room` of them, and at least one. Marks of layout
    /// are no words.
    fn pieces(&self, text: &str, sentence: Span, marks: &[Span], room: usize) -> Result<Vec<(Span, Vec<u32>)>, Error> {
        let part = sentence.of(text).unwrap_or_default();
        let encoding = self
            .tokenizer
            .encode(part, false)
            .map_err(|reason| Error::Tokenizer { name: self.name.clone(), reason: reason.to_string() })?;
        let mut words: Vec<(Span, Vec<u32>)> =
            sentence::words(text, sentence).into_iter().map(|span| (span, Vec::new())).collect();
        let is_mark = |word: Span| {
            let mark = marks.partition_point(|mark| mark.end <= word.start);
            marks.get(mark).is_some_and(|mark| mark.start <= word.start)
        };
        words.retain(|(span, _)| !is_mark(*span));
        for (&id, &(start, end)) in encoding.get_ids().iter().zip(encoding.get_offsets()) {
            let (at, end) = (sentence.start + start as u32, sentence.start + end as u32);
            let index = words.partition_point(|(span, _)| span.end <= at);
            if let Some((span, ids)) = words.get_mut(index)
                // Some tokenizers count the space before a word to its first piece.
                && span.start < end.max(at + 1)
                && ids.len() < room
            {
                ids.push(id);
            }
        }
        words.retain(|(_, ids)| !ids.is_empty());
        Ok(words)
    }

    fn close(&self, open: &mut Open, tokenized: &mut TokenizedText) {
        let words = open.words..tokenized.words.len();
        if !words.is_empty() {
            let mut ids = std::mem::replace(&mut open.ids, self.before.clone());
            ids.extend(&self.after);
            open.words = words.end;
            tokenized.chunks.push(Chunk { ids, words });
        }
    }
}

struct Open {
    ids: Vec<u32>,
    words: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;

    fn tokenize(text: &str) -> TokenizedText {
        let files = bundled::files();
        Chunker::new("tokenizer.json", &files.tokenizer).unwrap().tokenize(text).unwrap()
    }

    fn check(text: &str) {
        let tokenized = tokenize(text);
        let mut next = 0;
        for chunk in &tokenized.chunks {
            assert!(chunk.ids.len() <= CHUNK_PIECES, "{} pieces", chunk.ids.len());
            assert_eq!(chunk.words.start, next);
            next = chunk.words.end;
            let mut row = 1;
            for word in &tokenized.words[chunk.words.clone()] {
                assert_eq!(word.pieces.start, row);
                assert!(!word.pieces.is_empty() && word.span.of(text).is_some());
                row = word.pieces.end;
            }
            assert_eq!(row + 1, chunk.ids.len());
        }
        assert_eq!(next, tokenized.words.len());
    }

    #[test]
    fn every_word_is_in_one_chunk_with_its_pieces() {
        let plain = "Ada Lovelace wrote notes on the Analytical Engine in 1843. ";
        for text in ["", " ", "One.", "naïve café \u{200b} 東京 👩", plain] {
            check(text);
        }
        check(&plain.repeat(60));
        check(&"word ".repeat(900));
        check(&"x".repeat(5_000));
        check(&"ab.cd-ef/".repeat(300));
    }

    #[test]
    fn sentences_are_not_cut_where_they_fit() {
        let tokenized = tokenize(&"Ada Lovelace wrote notes on the Analytical Engine in 1843. ".repeat(60));
        assert!(tokenized.chunks.len() > 2);
        for chunk in &tokenized.chunks[1..] {
            let first = tokenized.words[chunk.words.start].sentence;
            assert_ne!(tokenized.words[chunk.words.start - 1].sentence, first);
        }
    }

    #[test]
    fn a_span_finds_its_words() {
        let tokenized = tokenize("Ada met Charles Babbage.");
        assert_eq!(tokenized.words_under(Span { start: 8, end: 23 }), 2..4);
        assert_eq!(tokenized.words_under(Span { start: 0, end: 3 }), 0..1);
        assert!(tokenized.words_under(Span { start: 3, end: 4 }).is_empty());
    }
}
