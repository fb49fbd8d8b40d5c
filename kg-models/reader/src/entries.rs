//! Lists in plain text without marks: lines that each begin anew and are no wrapped prose.
//!
//! In: lines. Out: what each line without a mark begins. Never: a guess where a sentence may simply go on.

use super::lines::{Line, Mark};
use crate::edges::{ends_open, is_opener};
use std::ops::Range;

/// What a line without a mark begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Begins {
    /// Nothing that could be told.
    #[default]
    Nothing,
    /// A sentence.
    Sentence,
    /// An entry of a list.
    Entry,
    /// A row, whose cells this character parts.
    Row(char),
}

/// A list whose entries are not alike has this many of them,
const FEWEST: usize = 3;
/// and so many words in each.
const FEWEST_WORDS: usize = 4;
/// So many lines are a list however short they are: an address has fewer.
const SURELY: usize = 8;
/// An entry's name has at most so many words.
const NAME_WORDS: usize = 8;
/// A line that breaks off so many characters before it had to does so on purpose.
const SPARE: usize = 10;

/// Words that no line ends with on purpose.
const LEADING_ON: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "been", "between", "but", "by", "during", "for", "from", "had", "has",
    "have", "her", "his", "in", "into", "is", "its", "near", "nor", "of", "on", "or", "over", "since", "than", "that",
    "the", "their", "to", "under", "until", "was", "were", "which", "who", "whose", "with",
];
/// Small words within names.
const WITHIN_NAMES: &[&str] = &[
    "al", "and", "bin", "da", "de", "del", "der", "di", "do", "du", "for", "in", "la", "le", "of", "the", "van", "von",
    "y",
];

/// What each line begins; lines with marks begin nothing here.
pub fn begins(text: &str, lines: &[Line]) -> Vec<Begins> {
    let mut found = vec![Begins::Nothing; lines.len()];
    let mut alone: Vec<usize> = Vec::new(); // lines that are paragraphs of their own, one after the other
    let mut next = 0;
    while next < lines.len() {
        let paragraph = paragraph(text, lines, next);
        if paragraph.is_empty() {
            if lines[next].mark != Mark::Blank {
                paragraphs(text, lines, &std::mem::take(&mut alone), &mut found);
            }
            next += 1;
            continue;
        }
        if paragraph.len() == 1 {
            alone.push(next);
        } else {
            paragraphs(text, lines, &std::mem::take(&mut alone), &mut found);
            wrapped_or_not(text, lines, paragraph.clone(), &mut found);
        }
        next = paragraph.end;
    }
    paragraphs(text, lines, &alone, &mut found);
    found
}

/// The lines without marks from one on, up to an empty line, a mark or a colon.
fn paragraph(text: &str, lines: &[Line], start: usize) -> Range<usize> {
    let mut end = start;
    while lines.get(end).is_some_and(|line| line.mark == Mark::Plain && line.depth(text) == lines[start].depth(text)) {
        end += 1;
        if lines[end - 1].text(text).ends_with(':') {
            break;
        }
    }
    start..end
}

/// Judges lines that follow each other without an empty one between.
fn wrapped_or_not(text: &str, lines: &[Line], range: Range<usize>, found: &mut [Begins]) {
    if let Some(cell) = ['\t', '|'].into_iter().find(|cell| is_table(text, &lines[range.clone()], *cell)) {
        found[range].fill(Begins::Row(cell));
        return;
    }
    // Lines that hang under the one before them go on with it.
    let margin = lines[range.clone()].iter().map(|line| line.indent).min().unwrap_or_default();
    let hangs = lines[range.start].indent == margin;
    let firsts: Vec<usize> = range.clone().filter(|&index| !hangs || lines[index].indent == margin).collect();
    let whole = |place: usize| {
        let last = firsts.get(place + 1).map_or(range.end, |next| *next) - 1;
        &text[lines[firsts[place]].range.start..lines[last].range.end]
    };
    let entries: Vec<&str> = (0..firsts.len()).map(whole).collect();
    if entries.len() < 2 || !entries.iter().all(|entry| begins_anew(entry) && !leads_on(entry)) {
        return;
    }
    let open = entries.iter().all(|entry| ends_open(entry));
    let items = list(&entries);
    let widest = entries.iter().map(|entry| entry.chars().count()).max().unwrap_or_default();
    let fits = |pair: &[&str]| {
        let word = pair[1].split_whitespace().next().unwrap_or_default().chars().count();
        pair[0].chars().count() + 1 + word + SPARE <= widest
    };
    let deliberate = entries.len() >= FEWEST || entries.windows(2).any(fits);
    for (&index, item) in firsts.iter().zip(&items) {
        if *item {
            found[index] = Begins::Entry;
        } else if items.contains(&true) || (open && deliberate) {
            found[index] = Begins::Sentence;
        }
    }
}

/// Judges lines that are paragraphs of their own.
fn paragraphs(text: &str, lines: &[Line], alone: &[usize], found: &mut [Begins]) {
    let fit = |index: &usize| begins_anew(lines[*index].text(text)) && !leads_on(lines[*index].text(text));
    for run in
        alone.chunk_by(|a, b| fit(a) && fit(b) && ends_open(lines[*a].text(text)) == ends_open(lines[*b].text(text)))
    {
        let entries: Vec<&str> = run.iter().map(|&index| lines[index].text(text)).collect();
        for (&index, item) in run.iter().zip(list(&entries)) {
            found[index] = if item { Begins::Entry } else { Begins::Nothing };
        }
    }
}

/// Which of some lines that begin anew are entries of a list.
fn list(entries: &[&str]) -> Vec<bool> {
    let parts: Vec<Option<char>> = entries.iter().map(|entry| after_name(entry)).collect();
    let open = entries.iter().all(|entry| ends_open(entry));
    let mut items = vec![false; entries.len()];
    let mut start = 0;
    for alike in parts.chunk_by(|a, b| a.is_some() && a == b) {
        let run = start..start + alike.len();
        let single = entries[run.clone()].iter().all(|entry| is_one_sentence(entry));
        if alike.len() >= FEWEST && single || alike.len() >= 2 && open {
            items[run.clone()].fill(true);
        }
        start = run.end;
    }
    let wordy = |entry: &&str| entry.split_whitespace().count() >= FEWEST_WORDS;
    let many = entries.len() >= SURELY || (entries.len() >= FEWEST && entries.iter().all(wordy));
    if open && many && !items.contains(&true) {
        items.fill(true);
    }
    items
}

/// Whether some lines have as many cells as each other.
fn is_table(text: &str, lines: &[Line], cell: char) -> bool {
    let cells = |line: &Line| line.text(text).matches(cell).count();
    lines.len() >= 2 && cells(&lines[0]) > 0 && lines.iter().all(|line| cells(line) == cells(&lines[0]))
}

fn begins_anew(line: &str) -> bool {
    let first = line.trim_start_matches(['"', '“', '«', '„', '\'', '‘', '(', '[', '*', '_']).chars().next();
    first.is_some_and(|first| first.is_alphanumeric() && !first.is_lowercase())
}

/// Whether the line surely goes on in the next.
pub(super) fn leads_on(line: &str) -> bool {
    let word = line.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default().to_lowercase();
    line.ends_with([',', ';', '-', '–', '—', '/', '&', '(', ':']) || LEADING_ON.contains(&word.as_str())
}

/// Whether no sentence ends within the line.
fn is_one_sentence(line: &str) -> bool {
    let mut ends =
        line.match_indices(['.', '!', '?']).map(|(at, mark)| (&line[..at + mark.len()], &line[at + mark.len()..]));
    !ends.any(|(before, after)| {
        !ends_open(before) && after.starts_with(' ') && after.trim_start().starts_with(char::is_uppercase)
    })
}

/// What follows the name that the line begins with: `Norsea Oil, a firm`, `Marta Ekdal (born 1921)`, `Oslo – Bergen`.
/// A colon does not count: what follows it is told of the line's own heading, or by who speaks.
fn after_name(line: &str) -> Option<char> {
    let mut before = ' ';
    let (at, mark) = line.char_indices().find(|&(at, c)| {
        let spaced = line[at + c.len_utf8()..].starts_with(' ');
        let dash = matches!(c, '-' | '–' | '—') && before == ' ' && spaced;
        let part = matches!(c, ',' | ';' | ':') && spaced;
        before = c;
        part || dash || c == '('
    })?;
    let words: Vec<&str> = line[..at].split_whitespace().collect();
    let named = |word: &&str| {
        word.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || !c.is_alphabetic())
            || WITHIN_NAMES.contains(word)
    };
    let name = !words.is_empty() && words.len() <= NAME_WORDS && words.iter().all(named) && !is_opener(words[0]);
    (name && mark != ':').then_some(mark)
}
