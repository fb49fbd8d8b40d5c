//! Mentions of times made whole. In: a tokenized text, and the mentions that the model found on it. Out: the same,
//! where a mention that covers a part of a date covers all of it, and the value of each time; without numbers that are no
//! years. Never: a mention where the model saw no time.
//!
//! A tagger cuts `July 21, 1948` into a day and a year as readily as it joins them, and a part of a date has no value or
//! a wrong one. So the grammar of dates, which reads the sentence around it, has the last word on where a time ends.

use super::counted::{Told, told};
use super::dates::{Written, dates};
use super::layout::TokenizedText;
use super::literal;
use super::mentions::{CLASSES, MentionSpan};
use super::tokens::tokens;
use crate::moment::DateOrder;
use kgloom_record::record::{Literal, Span};
use std::collections::BTreeMap;
use std::ops::Range;

/// The values of times, by the first word of their mentions.
pub(super) type Values = BTreeMap<usize, Literal>;

/// Makes mentions of times whole.
pub(super) fn complete(
    text: &str,
    tokenized: &TokenizedText,
    found: Vec<MentionSpan>,
    order: DateOrder,
) -> (Vec<MentionSpan>, Values) {
    let mut whole = Vec::with_capacity(found.len());
    let mut values = Values::new();
    let mut rest = found.as_slice();
    for (sentence, words) in tokenized.sentences.iter().zip(tokenized.sentence_words()) {
        let (here, after) = rest.split_at(rest.partition_point(|found| found.words.start < words.end));
        rest = after;
        let first = whole.len();
        match here.iter().any(is_time) {
            true => {
                whole.extend(Sentence { text, tokenized, span: *sentence, found: here }.complete(order, &mut values))
            }
            false => whole.extend_from_slice(here),
        }
        whole[first..].sort_by_key(|found| found.words.start);
    }
    (whole, values)
}

fn is_time(found: &MentionSpan) -> bool {
    CLASSES[found.class] == "TIME"
}

fn touch(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

struct Sentence<'a> {
    text: &'a str,
    tokenized: &'a TokenizedText,
    span: Span,
    found: &'a [MentionSpan],
}

impl Sentence<'_> {
    fn complete(&self, order: DateOrder, values: &mut Values) -> Vec<MentionSpan> {
        let base = self.span.start as usize;
        let shift = |range: Range<usize>| range.start + base..range.end + base;
        let counted = self.counted();
        let is_year = |time: &Written| !counted.iter().any(|(number, _)| *number == shift(time.core.clone()));
        let written =
            dates(self.span.of(self.text).unwrap_or_default(), order).into_iter().filter(is_year).map(|time| {
                let time = Written { core: shift(time.core), whole: shift(time.whole), value: time.value };
                (self.words(&time.core), time)
            });
        let written: Vec<(Range<usize>, Written)> = written.collect();
        let mut taken = vec![false; self.found.len()];
        let mut whole = Vec::new();
        for (words, time) in &written {
            let Some(parts) = self.parts(words, &written) else { continue };
            let times = || parts.clone().filter(|&part| is_time(&self.found[part])).map(|part| &self.found[part]);
            let start = times().map(|part| part.words.start).fold(words.start, usize::min);
            let end = times().map(|part| part.words.end).fold(words.end, usize::max);
            let surest = times().max_by(|one, other| one.score.total_cmp(&other.score));
            let Some(surest) = surest else { continue };
            whole.push(MentionSpan { words: start..end, ..surest.clone() });
            values.insert(start, literal::time_within(self.text, self.bytes(&(start..end)), time));
            taken[parts].fill(true);
        }
        for (found, _) in self.found.iter().zip(taken).filter(|(_, taken)| !taken) {
            if is_time(found) {
                let bytes = self.bytes(&found.words);
                match counted.iter().find(|(number, _)| touch(number, &bytes)) {
                    Some((_, Told::Name)) => continue,
                    Some((_, Told::Number)) => {
                        let class = CLASSES.iter().position(|class| *class == "NUM").unwrap_or(found.class);
                        whole.push(MentionSpan { class, ..found.clone() });
                        continue;
                    }
                    None => {}
                }
                values.insert(found.words.start, literal::time_in(&self.text[self.bytes(&found.words)], order));
            }
            whole.push(found.clone());
        }
        whole
    }

    /// The numbers that are no years, by where they stand.
    fn counted(&self) -> Vec<(Range<usize>, Told)> {
        let tokens = tokens(self.span.of(self.text).unwrap_or_default());
        let base = self.span.start as usize;
        let number = |at: usize| Some((tokens[at].span.start + base..tokens[at].span.end + base, told(&tokens, at)?));
        (0..tokens.len()).filter_map(number).collect()
    }

    /// The mentions that are parts of a time: none of them reaches into another, and what is no time among them is a number
    /// that does not end it (`on July 21, 1500 people` is a day and a number).
    fn parts(&self, words: &Range<usize>, written: &[(Range<usize>, Written)]) -> Option<Range<usize>> {
        let first = self.found.partition_point(|found| found.words.end <= words.start);
        let end = self.found.partition_point(|found| found.words.start < words.end);
        let fits = |found: &MentionSpan| match CLASSES[found.class] {
            "TIME" => {
                let near = written.partition_point(|(other, _)| other.end <= found.words.start);
                written[near..].iter().take_while(|(other, _)| touch(other, &found.words)).count() == 1
            }
            "NUM" => words.start <= found.words.start && (found.words.end < words.end || self.is_joined(found)),
            _ => false,
        };
        (first < end && self.found[first..end].iter().all(fits)).then_some(first..end)
    }

    /// Whether a number stands right after a dash or a slash: it is the end of two years that are one time (`1948/49`).
    fn is_joined(&self, number: &MentionSpan) -> bool {
        let before = self.text[..self.bytes(&number.words).start].chars().next_back();
        before.is_some_and(|mark| matches!(mark, '/' | '-' | '–'))
    }

    fn words(&self, bytes: &Range<usize>) -> Range<usize> {
        self.tokenized.words_under(Span { start: bytes.start as u32, end: bytes.end as u32 })
    }

    fn bytes(&self, words: &Range<usize>) -> Range<usize> {
        self.tokenized.words[words.start].span.start as usize..self.tokenized.words[words.end - 1].span.end as usize
    }
}

#[cfg(test)]
#[path = "times_tests.rs"]
mod tests;
