//! Sentences and words by rule, for any script. In: a text. Out: byte spans into it, in order, none overlapping.
//! Never: a model, a changed character, or a character outside every word that is neither white space nor a mark of layout.

use super::blocks::{Blocks, Part, blocks};
use super::edges::{LEADING, TRAILING, is_closing, is_opener, is_opening, is_terminator, is_wide_terminator};
use super::lines::trim;
use crate::moment::{foreign_month, named_month};
use kgloom_record::record::Span;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// A sentence of more words than this is cut.
pub const LONGEST_SENTENCE_WORDS: usize = 120;
/// A sentence of more bytes than this is cut.
pub const LONGEST_SENTENCE_BYTES: usize = 1_200;

/// After these a number is a day rather than what a sentence ends with.
const BEFORE_DAYS: [&str; 12] =
    ["am", "b.", "born", "d.", "dated", "died", "from", "on", "since", "the", "until", "vom"];

/// Brackets further apart than this do not hold a sentence together.
const LONGEST_ASIDE: usize = 300;

/// The sentences of a text, in order, without the white space around them.
///
/// Rules only: terminators of many scripts, abbreviations, initials, brackets, lines. Sentences
/// over [`LONGEST_SENTENCE_WORDS`] or [`LONGEST_SENTENCE_BYTES`] are cut, at a comma where there is one.
pub fn sentences(text: &str) -> Vec<Span> {
    segment(text).sentences
}

/// The sentences of a text with what they are part of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SegmentedText {
    /// The sentences, in order.
    pub sentences: Vec<Span>,
    /// The section, item or row of each.
    pub parts: Vec<Part>,
    /// Marks within sentences, which are no words.
    pub marks: Vec<Span>,
}

/// The sentences of a text, none beyond its block, with their parts.
pub fn segment(text: &str) -> SegmentedText {
    let Blocks { blocks, marks } = blocks(text);
    let mut segmented = SegmentedText { marks: marks.into_iter().map(span).collect(), ..SegmentedText::default() };
    for block in blocks {
        split_block(text, block.range, &mut segmented.sentences);
        segmented.parts.resize(segmented.sentences.len(), block.part);
    }
    segmented
}

/// The words of one sentence: runs of letters, digits and marks; every other character that is not
/// white space, and every Han character, is a word of its own.
///
/// It follows BERT's pre-tokenizer (Devlin et al. 2019), and also splits at symbols beyond ASCII.
/// A span that does not lie on characters of `text` has no words.
pub fn words(text: &str, sentence: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let base = sentence.start as usize;
    let mut open: Option<usize> = None;
    for (at, character) in sentence.of(text).unwrap_or_default().char_indices() {
        let at = base + at;
        if is_word_part(character) {
            open.get_or_insert(at);
            continue;
        }
        if let Some(start) = open.take() {
            found.push(span(start..at));
        }
        if !character.is_whitespace() {
            found.push(span(at..at + character.len_utf8()));
        }
    }
    if let Some(start) = open {
        found.push(span(start..sentence.end as usize));
    }
    found
}

fn span(range: Range<usize>) -> Span {
    let offset = |at| u32::try_from(at).expect("a text of 4 GiB or more is refused before it is read");
    Span { start: offset(range.start), end: offset(range.end) }
}

fn is_word_part(character: char) -> bool {
    (character.is_alphanumeric() && !is_han(character))
        || is_combining_mark(character)
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn split_block(text: &str, block: Range<usize>, found: &mut Vec<Span>) {
    let asides = asides(text, &block);
    let (mut start, mut at) = (block.start, block.start);
    while let Some(character) = text[at..block.end].chars().next() {
        let next = at + character.len_utf8();
        if !is_terminator(character) {
            at = next;
            continue;
        }
        let rest = &text[next..block.end];
        let end = block.end - rest.trim_start_matches(|c| is_terminator(c) || is_closing(c)).len();
        let end = skip_notes(text, end..block.end);
        let nearest = asides.partition_point(|aside| aside.start <= at).checked_sub(1);
        let inside = nearest.is_some_and(|nearest| asides[nearest].end > end);
        if !inside && ends_sentence(&text[start..at], &text[at..end], &text[end..block.end]) {
            push(text, start..end, found);
            start = end;
        }
        at = end;
    }
    push(text, start..block.end, found);
}

/// Passes over the marks of footnotes, such as `[12]`.
fn skip_notes(text: &str, rest: Range<usize>) -> usize {
    let mut at = rest.start;
    while let Some(inner) = text[at..rest.end].strip_prefix('[') {
        let digits = inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 || !inner[digits..].starts_with(']') {
            break;
        }
        at += digits + 2;
    }
    at
}

/// Bracketed stretches, outermost only, short enough to be asides.
fn asides(text: &str, block: &Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = Vec::new();
    for (at, character) in text[block.clone()].char_indices() {
        let at = block.start + at;
        match character {
            '(' | '[' | '（' => open.push(at),
            ')' | ']' | '）' => {
                let Some(start) = open.pop() else { continue };
                if at - start <= LONGEST_ASIDE {
                    while found.last().is_some_and(|last| last.start > start) {
                        found.pop();
                    }
                    found.push(start..at + character.len_utf8());
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether the terminator `mark` between `before` (from the sentence's start) and `after` ends a sentence.
fn ends_sentence(before: &str, mark: &str, after: &str) -> bool {
    if mark.contains(is_wide_terminator) {
        return true;
    }
    if !after.starts_with(char::is_whitespace) {
        return after.is_empty();
    }
    let next = after.trim_start().trim_start_matches(is_opening);
    if next.starts_with(char::is_lowercase) {
        return false;
    }
    if !mark.starts_with('.') || mark.starts_with("..") {
        return true;
    }
    let word = before.rsplit(|c: char| c.is_whitespace() || is_opening(c)).next().unwrap_or_default();
    if before.trim() == word && !word.is_empty() && word.chars().all(|c| c.is_ascii_digit()) {
        return false; // the number of a list item
    }
    let lower = word.to_lowercase();
    if within_a_date(&before[..before.len() - word.len()], &lower, next) {
        return false;
    }
    if LEADING.contains(&lower.as_str()) {
        return false;
    }
    let mut letters = word.chars();
    let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
    if initial || word.contains('.') || TRAILING.contains(&lower.as_str()) {
        return opens_sentence(next);
    }
    true
}

/// Whether the full stop after a word is one within a date: `March. 3, 1921`, `21. Juli 1948`, `on 21. August 1948`.
fn within_a_date(lead: &str, word: &str, after: &str) -> bool {
    let mut words = after.split_whitespace();
    let (next, last) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let next = next.trim_end_matches([',', '.']).to_lowercase();
    let year = last.bytes().take_while(u8::is_ascii_digit).count() == 4;
    let day = |word: &str| word.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day));
    let led = || {
        let lead = lead.trim_end();
        let before = lead.rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
        lead.is_empty() || lead.ends_with(is_opening) || BEFORE_DAYS.contains(&before.as_str())
    };
    let month = || foreign_month(&next).is_some() || named_month(&next).is_some() && led();
    year && (named_month(word).is_some() && day(&next) || day(word) && month())
}

fn opens_sentence(text: &str) -> bool {
    is_opener(text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
}

/// Keeps a sentence, without the space around it, cut where it is too long.
fn push(text: &str, range: Range<usize>, found: &mut Vec<Span>) {
    let mut rest = trim(text, range);
    while let Some(at) = cut(text, &rest) {
        found.push(span(trim(text, rest.start..at)));
        rest = trim(text, at..rest.end);
    }
    if !rest.is_empty() {
        found.push(span(rest));
    }
}

/// Where a sentence that is too long is cut: after the last semicolon or comma of its second half
/// that fits, else between two words, else between two characters.
fn cut(text: &str, range: &Range<usize>) -> Option<usize> {
    let end = text.floor_char_boundary(range.end.min(range.start + LONGEST_SENTENCE_BYTES));
    let all = words(text, span(range.start..end));
    if end == range.end && all.len() <= LONGEST_SENTENCE_WORDS {
        return None;
    }
    let whole = all.len() - usize::from(end < range.end); // the last one may go on
    let count = whole.min(LONGEST_SENTENCE_WORDS);
    let half = &all[count / 2..count];
    let after = |mark: &str| half.iter().rev().find(|word| word.of(text) == Some(mark));
    let word = after(";").or_else(|| after(",")).or_else(|| half.last());
    Some(word.map_or(end, |word| word.end as usize))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text).iter().map(|s| s.of(text).unwrap()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn prose_splits_at_full_stops() {
        check("Ada wrote it. Charles read it! Did he? Yes.", &["Ada wrote it.", "Charles read it!", "Did he?", "Yes."]);
        check("It cost $3.5 million. 1999 was late.", &["It cost $3.5 million.", "1999 was late."]);
        check("", &[]);
        check(" \n ", &[]);
        check("no stop at all", &["no stop at all"]);
        check("He said \"Stop.\" She did.", &["He said \"Stop.\"", "She did."]);
        check("It ended.[1][23] Then it began.", &["It ended.[1][23]", "Then it began."]);
    }

    #[test]
    fn abbreviations_and_initials_hold_a_sentence_together() {
        check("J. R. R. Tolkien met Dr. Smith of St. Ives.", &["J. R. R. Tolkien met Dr. Smith of St. Ives."]);
        check("The U.S. Army left the U.S. The war ended.", &["The U.S. Army left the U.S.", "The war ended."]);
        check(
            "Apple Inc. Chairman Jobs. He left Apple Inc. In 1985 he did.",
            &["Apple Inc. Chairman Jobs.", "He left Apple Inc.", "In 1985 he did."],
        );
        check(
            "Symphony No. 5 was first heard in c. 1808. Beethoven wrote it.",
            &["Symphony No. 5 was first heard in c. 1808.", "Beethoven wrote it."],
        );
        check("Poets (e.g. Keats) wrote.", &["Poets (e.g. Keats) wrote."]);
    }

    #[test]
    fn short_brackets_hold_a_sentence_together() {
        check(
            "Ada (born Byron. Known as Lovelace) wrote. Yes.",
            &["Ada (born Byron. Known as Lovelace) wrote.", "Yes."],
        );
        check("Ada wrote. (Charles did not.) Both died.", &["Ada wrote.", "(Charles did not.)", "Both died."]);
    }

    #[test]
    fn lines_end_sentences_unless_they_are_wrapped() {
        check(
            "Early life\nAda was born.\n\nLater life\nAda died.",
            &["Early life", "Ada was born.", "Later life", "Ada died."],
        );
        let wrapped = "Ada Lovelace was an English mathematician and\nwriter known for her work.";
        check(wrapped, &[wrapped]);
        check("- Ada\n- Charles\n1. One\n2. Two", &["Ada", "Charles", "One", "Two"]);
    }

    #[test]
    fn other_scripts_have_their_own_full_stops() {
        check("আমি যাই। তুমি এসো।", &["আমি যাই।", "তুমি এসো।"]);
        check("彼は来た。彼女も来た。", &["彼は来た。", "彼女も来た。"]);
        check("هل جاء؟ نعم.", &["هل جاء؟", "نعم."]);
    }

    #[test]
    fn long_sentences_are_cut_at_a_comma() {
        let text = format!("{}, {}", vec!["word"; 100].join(" "), vec!["next"; 100].join(" "));
        let found = sentences(&text);
        assert_eq!(found.len(), 2);
        assert!(found[0].of(&text).unwrap().ends_with("word,"));
        let endless = "a".repeat(3 * LONGEST_SENTENCE_BYTES);
        assert_eq!(sentences(&endless).len(), 3);
    }

    #[test]
    fn words_split_at_space_and_punctuation() {
        let text = "Jean-Luc's 3.5% of St. क्षेत्र 北京";
        let whole = Span { start: 0, end: text.len() as u32 };
        let found: Vec<&str> = words(text, whole).iter().map(|w| w.of(text).unwrap()).collect();
        assert_eq!(found, ["Jean", "-", "Luc", "'", "s", "3", ".", "5", "%", "of", "St", ".", "क्षेत्र", "北", "京"]);
    }

    proptest! {
        #[test]
        fn every_visible_character_is_in_exactly_one_word(
            text in "([A-Za-z]{1,9}|[.!?,;:'\"()\\[\\] \n]|\\PC|[\u{900}-\u{97f}]|。|\r\n|[0-9]){0,400}"
        ) {
            let mut covered = vec![false; text.len()];
            let mut last = 0;
            for sentence in sentences(&text) {
                prop_assert!(sentence.start >= last && sentence.of(&text).is_some_and(|s| !s.is_empty() && s.trim() == s));
                for word in words(&text, sentence) {
                    prop_assert!(word.start >= last && word.end <= sentence.end && word.of(&text).is_some_and(|w| !w.is_empty()));
                    last = word.end;
                    covered[word.start as usize..word.end as usize].fill(true);
                }
                last = sentence.end;
            }
            for (at, character) in text.char_indices() {
                let line = text[..at].rfind(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or_default();
                let is_mark = "-=*_~#|>:+".contains(character) || covered[line..at].iter().all(|covered| !covered);
                prop_assert!(character.is_whitespace() || covered[at] || is_mark, "{character:?} at {at} in {text:?}");
            }
        }
    }
}
