//! Mentions of times made whole. In: a tokenized text, and the mentions that the model found on it. Out: the same,
//! where a mention that covers a part of a date covers all of it, and the value of each time; without numbers that are no
//! years; the birth and the death in the bracket behind a name apart. Never: a mention where the model saw no time, but at the
//! other end of a life.
//!
//! A tagger cuts `July 21, 1948` into a day and a year as readily as it joins them, and a part of a date has no value or
//! a wrong one. So the grammar of dates, which reads the sentence around it, has the last word on where a time ends.

use super::counted::{Told, told};
use super::dates::{Written, dates};
use super::layout::TokenizedText;
use super::lifespans::{End, Life, life};
use super::literal::{self, balanced, is_number_word};
use super::mentions::{CLASSES, MentionSpan};
use super::tokens::{Kind, Token, tokens};
use crate::moment::DateOrder;
use kgloom_record::record::{Datatype, Literal, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The values of times, by the first word of their mentions.
pub(super) type Values = BTreeMap<usize, Literal>;

/// So many words may stand between a name and the bracket that tells its life: `of Ephesus`.
const BEHIND_A_NAME: usize = 5;

/// A date is looked for so many bytes into a sentence that may have begun within it.
const LONGEST_DATE: usize = 32;

/// Words of a name that have no capital.
const WITHIN_NAMES: &[&str] = &["of", "the", "de", "di", "da", "la", "von", "van", ","];

/// What a number after a date counts, where both are no one time: `on May 3, 100 years after the war`.
const LENGTHS: &[&str] = &[
    "second",
    "seconds",
    "minute",
    "minutes",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "decade",
    "decades",
    "century",
    "centuries",
];

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
                let sentence = Sentence { text, tokenized, span: *sentence, words, found: here };
                whole.extend(sentence.complete(order, &mut values));
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
    words: Range<usize>,
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
        let mut written: Vec<(Range<usize>, Written)> = written.collect();
        if let Some(cut) = self.cut_off(order) {
            written.retain(|(_, time)| !touch(&cut.core, &time.core));
            written.insert(0, (self.words(&cut.core), cut));
        }
        let mut taken = vec![false; self.found.len()];
        let mut whole = Vec::new();
        for life in self.lives(order) {
            let ends = self.tell(&life, &mut taken, values);
            written.retain(|(_, time)| !life.iter().flatten().any(|end| touch(&end.core, &time.whole)));
            whole.extend(ends);
        }
        for (words, time) in &written {
            let Some(parts) = self.parts(words, &written) else { continue };
            let times = || parts.clone().filter(|&part| is_time(&self.found[part])).map(|part| &self.found[part]);
            let start = times().map(|part| part.words.start).fold(words.start, usize::min);
            let end = times().map(|part| part.words.end).fold(words.end, usize::max);
            let surest = times().max_by(|one, other| one.score.total_cmp(&other.score));
            let Some(surest) = surest else { continue };
            let (start, end) = match self.goes_beyond(words, &(start..end)) {
                true => (words.start, words.end),
                false => (start, end),
            };
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
                let value = literal::time_in(&self.text[self.bytes(&found.words)], order);
                values.insert(
                    found.words.start,
                    match value.datatype {
                        Datatype::String => literal::string(balanced(&value.value)),
                        _ => value,
                    },
                );
            }
            whole.push(found.clone());
        }
        whole
    }

    /// What stands here of a date whose day ended the sentence before, as its stop seemed to: `3. V. 1921`.
    fn cut_off(&self, order: DateOrder) -> Option<Written> {
        let base = self.span.start as usize;
        let before = self.text[..base].trim_end();
        let day = before.strip_suffix('.')?;
        let start = day.trim_end_matches(|digit: char| digit.is_ascii_digit()).len();
        let stop = self.text[base..].chars().find(|character| !character.is_ascii_uppercase());
        let end = self.text.floor_char_boundary((base + LONGEST_DATE).min(self.span.end as usize));
        let fits = (1..=2).contains(&(day.len() - start)) && base - before.len() <= 1 && stop == Some('.');
        let first = dates(self.text.get(start..end).filter(|_| fits)?, order).into_iter().next()?;
        let core = base..first.core.end + start;
        let crosses = first.core.start == 0 && first.core.end + start > base && first.value.is_some();
        crosses.then(|| Written { whole: core.clone(), core, value: first.value })
    }

    /// The lives that brackets behind the names of people tell, where all that was found in one is a time or a number.
    fn lives(&self, order: DateOrder) -> Vec<Life> {
        let people = self.found.iter().filter(|found| CLASSES[found.class] == "PER");
        let brackets: BTreeSet<usize> = people.filter_map(|name| self.bracket_behind(name)).collect();
        let within = |open: usize| {
            let start = self.bytes(&(open..open + 1)).start;
            let end = (self.span.end as usize).max(start);
            let there = |end: End| End { core: end.core.start + start..end.core.end + start, ..end };
            let ends = life(&self.text[start..end], order)?.map(|end| end.map(there));
            Some(ends).filter(|ends| self.is_free(ends, open))
        };
        brackets.into_iter().filter_map(within).collect()
    }

    /// The bracket behind a name, with nothing between but more of a name: `Kalas of Ephesus (`.
    fn bracket_behind(&self, name: &MentionSpan) -> Option<usize> {
        let form = |at: usize| self.tokenized.form(self.text, at);
        let reach = name.words.end..self.words.end.min(name.words.end + BEHIND_A_NAME + 1);
        let open = reach.into_iter().find(|&at| matches!(form(at), "(" | "["))?;
        let named = |at: usize| form(at).starts_with(char::is_uppercase) || WITHIN_NAMES.contains(&form(at));
        let other = |found: &MentionSpan| {
            matches!(CLASSES[found.class], "PER" | "ORG")
                && found.words.start >= name.words.end
                && found.words.start < open
        };
        ((name.words.end..open).all(named) && !self.found.iter().any(other)).then_some(open)
    }

    /// Whether what was found at the ends of a life is times and numbers within its bracket, and one of them is a time.
    fn is_free(&self, life: &Life, open: usize) -> bool {
        let cores = || life.iter().flatten().map(|end| &end.core);
        let last = cores().map(|core| self.words(core).end).max().unwrap_or(open);
        let here = || self.found.iter().filter(|found| cores().any(|core| touch(core, &self.bytes(&found.words))));
        let fits = |found: &MentionSpan| {
            // A word more may be the mark of a doubt: `1921?`.
            matches!(CLASSES[found.class], "TIME" | "NUM") && found.words.start > open && found.words.end <= last + 1
        };
        here().all(fits) && here().any(is_time)
    }

    /// Mentions of both ends of a life; where only one was found, its score is that of the other.
    fn tell(&self, life: &Life, taken: &mut [bool], values: &mut Values) -> Vec<MentionSpan> {
        let parts = |end: &End| {
            let core = end.core.clone();
            (0..self.found.len()).filter(move |&part| touch(&core, &self.bytes(&self.found[part].words)))
        };
        let score = |end: &End| parts(end).map(|part| self.found[part].score).max_by(f32::total_cmp);
        let Some(surest) = life.iter().flatten().filter_map(score).max_by(f32::total_cmp) else { return Vec::new() };
        let class = CLASSES.iter().position(|class| *class == "TIME").unwrap_or_default();
        let mut told = Vec::new();
        for end in life.iter().flatten() {
            let words = self.words(&end.core);
            values.insert(words.start, end.value.clone());
            told.push(MentionSpan { words, class, score: score(end).unwrap_or(surest) });
            parts(end).for_each(|part| taken[part] = true);
        }
        told
    }

    /// Whether a mention goes on beyond the time in it: to what a number counts, or to half of a bracket.
    fn goes_beyond(&self, time: &Range<usize>, mention: &Range<usize>) -> bool {
        let surface = &self.text[self.bytes(mention)];
        let after = &self.text[self.bytes(time).end..self.bytes(mention).end];
        let tokens = tokens(after);
        let mut counted = tokens.iter().skip_while(|token| token.text == ",");
        let number = |token: &Token| token.kind == Kind::Number || is_number_word(&token.text);
        let counts =
            counted.next().is_some_and(number) && counted.next().is_some_and(|of| LENGTHS.contains(&&*of.text));
        counts || balanced(surface) != surface
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
