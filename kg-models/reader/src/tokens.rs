//! The words that dates are made of. In: a stretch of text. Out: numbers, words and marks, each with where it stands.
//! Never: a meaning; that is the grammar's in `dates.rs`.
//!
//! What does not belong to a date as it is meant is passed over: soft hyphens and other characters without a look, and
//! the marks of footnotes (`July 21,[1] 1948`). Dashes are one mark, and so are apostrophes.

use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// The longest mark of a footnote that is passed over, in bytes.
const LONGEST_NOTE: usize = 24;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Digits.
    Number,
    /// Letters.
    Word,
    /// Anything else, by itself.
    Mark,
}

/// A number, a word or a mark.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// In lower case; digits in ASCII; `-` for every dash, `'` for every apostrophe.
    pub(super) text: String,
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// Whether nothing stands between it and the token before.
    pub(super) glued: bool,
    /// Whether it begins with a capital letter.
    pub(super) capital: bool,
    /// Whether all its letters are capitals.
    pub(super) upper: bool,
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut open = false;
    let mut past = 0;
    for (at, character) in text.char_indices() {
        if at < past || is_invisible(character) {
            continue;
        }
        if let Some(length) = note(&text[at..]) {
            (past, open) = (at + length, false);
            continue;
        }
        if character.is_whitespace() {
            open = false;
            continue;
        }
        let (kind, written) = kind(character);
        let end = at + character.len_utf8();
        match tokens.last_mut().filter(|last| open && kind != Kind::Mark && last.kind == kind) {
            Some(last) => {
                last.text.extend(written.to_lowercase());
                last.span.end = end;
                last.upper &= character.is_uppercase();
            }
            None => {
                let (text, capital) = (written.to_lowercase().collect(), character.is_uppercase());
                tokens.push(Token { kind, text, span: at..end, glued: open, capital, upper: capital });
            }
        }
        open = true;
    }
    tokens
}

fn kind(character: char) -> (Kind, char) {
    match character {
        '0'..='9' => (Kind::Number, character),
        '０'..='９' => (Kind::Number, char::from(b'0' + (character as u32 - '０' as u32) as u8)),
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => (Kind::Mark, '-'),
        '\'' | '`' | '‘' | '’' | 'ʼ' => (Kind::Mark, '\''),
        letter if letter.is_alphabetic() || is_combining_mark(letter) => (Kind::Word, letter),
        mark => (Kind::Mark, mark),
    }
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The length of the mark of a footnote that the text begins with: `[12]`, `[a]`, `[note 1]`, `[citation needed]`.
fn note(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let inner = &inner[..inner.bytes().take(LONGEST_NOTE).position(|byte| byte == b']')?];
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let letter = inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_lowercase());
    let numbered = ["note ", "nb ", "n "].iter().any(|word| inner.strip_prefix(word).is_some_and(digits));
    (digits(inner) || letter || numbered || inner.ends_with(" needed")).then_some(inner.len() + 2)
}
