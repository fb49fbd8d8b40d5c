//! The lines of a text and the marks that they begin with: `#`, `-`, `1.`, `|`, `>`, rules.
//!
//! In: a text. Out: its lines, each without its mark. Never: a line judged by what its words mean.

use std::ops::Range;

/// What a line is by its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It has no words.
    Blank,
    /// `##`: a heading of this level.
    Heading(usize),
    /// `===` (1) or `---` (2), which may underline a heading.
    Rule(usize),
    /// `***`, `___`: what follows is another matter.
    Break,
    /// `|`: a row of a table.
    Row,
    /// A bullet.
    Bullet,
    /// `12.`, `b)`: maybe the number of an item.
    Number(u32),
    /// `: `: what defines the line before.
    Definition,
    /// None of these.
    Plain,
}

/// A line without its mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is left of it, without white space around it.
    pub range: Range<usize>,
    /// The same with its mark.
    pub marked: Range<usize>,
    /// What it is.
    pub mark: Mark,
    /// How far it is indented, in columns.
    pub indent: usize,
    /// Where its `>` are, if it is quoted.
    pub quote: Option<Range<usize>>,
}

impl Line {
    /// Its words as written.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.range.clone()]
    }

    /// How often it is quoted.
    pub fn depth(&self, text: &str) -> usize {
        self.quote.as_ref().map_or(0, |marks| text[marks.clone()].matches('>').count())
    }
}

const BULLETS: [char; 13] = ['-', '*', '+', '•', '‣', '◦', '▪', '●', '○', '■', '⁃', '–', '—'];
/// Columns of a tab.
const TAB: usize = 4;
/// Numbers of more digits are years, not places in a list.
const NUMBER_DIGITS: usize = 3;

/// The lines of a text, in order.
pub fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, end) in text.match_indices(['\n', '\r', '\u{2028}', '\u{2029}']) {
        // `\r\n` is one end, not two.
        if !(end == "\n" && at == start && text[..at].ends_with('\r')) {
            found.push(line(text, start..at));
        }
        start = at + end.len();
    }
    found.push(line(text, start..text.len()));
    found
}

fn line(text: &str, range: Range<usize>) -> Line {
    let trimmed = trim(text, range.clone());
    let quoted = quote(&text[trimmed.clone()]);
    let quote = (quoted > 0).then(|| trimmed.start..trimmed.start + quoted);
    let start = quote.as_ref().map_or(range.start, |marks| marks.end);
    let body = trim(text, start..trimmed.end.max(start));
    let indent = columns(&text[start..body.start]);
    let (mark, skipped) = mark(&text[body.clone()]);
    let range = trim(text, body.start + skipped..body.end);
    let range = match mark {
        Mark::Heading(_) => closed(text, range),
        Mark::Bullet | Mark::Number(_) => unticked(text, range),
        _ => range,
    };
    Line { range, marked: body, mark, indent, quote }
}

/// The range without the white space around it.
pub fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let body = text[range.clone()].trim_start();
    let start = range.end - body.len();
    start..start + body.trim_end().len()
}

fn columns(space: &str) -> usize {
    space.chars().map(|c| if c == '\t' { TAB } else { 1 }).sum()
}

/// The bytes of the `>` that a quoted line begins with.
fn quote(line: &str) -> usize {
    let marks = line.len() - line.trim_start_matches(['>', ' ']).len();
    let marks = line[..marks].trim_end().len();
    let goes_on = line[marks..].starts_with(|c: char| c.is_whitespace()) || line.len() == marks;
    if goes_on { marks } else { 0 }
}

/// What a line is by its mark, and the bytes of the mark.
fn mark(line: &str) -> (Mark, usize) {
    let Some(first) = line.chars().next() else { return (Mark::Blank, 0) };
    if let Some(mark) = rule(line, first) {
        return (mark, line.len());
    }
    let spaced = |marks: usize| line[marks..].starts_with([' ', '\t', '\u{a0}']);
    match first {
        '#' => {
            let level = line.len() - line.trim_start_matches('#').len();
            if level <= 6 && spaced(level) { (Mark::Heading(level), level) } else { (Mark::Plain, 0) }
        }
        '|' if line[1..].contains('|') => (Mark::Row, 0),
        ':' if spaced(1) => (Mark::Definition, 1),
        // `+ 47 55` is a number of a telephone.
        '+' if line[1..].trim_start().starts_with(|c: char| c.is_ascii_digit()) => (Mark::Plain, 0),
        bullet if BULLETS.contains(&bullet) && spaced(bullet.len_utf8()) => (Mark::Bullet, bullet.len_utf8()),
        _ => number(line).map_or((Mark::Plain, 0), |(number, bytes)| (Mark::Number(number), bytes)),
    }
}

/// A line of nothing but marks.
fn rule(line: &str, first: char) -> Option<Mark> {
    if !matches!(first, '-' | '=' | '*' | '_' | '~') || line.chars().any(|c| c != first && c != ' ') {
        return None;
    }
    let count = line.matches(first).count();
    let solid = count == line.len();
    match first {
        '=' if count >= 3 && solid => Some(Mark::Rule(1)),
        '-' if count >= 3 && solid => Some(Mark::Rule(2)),
        '-' | '*' | '_' | '=' | '~' if count >= 3 => Some(Mark::Break),
        '-' | '*' if solid && count == 1 => Some(Mark::Blank),
        _ => None,
    }
}

/// `12. `, `12) `, `(12) `, `b) `, `(b) `: the number and its bytes.
fn number(line: &str) -> Option<(u32, usize)> {
    let inner = line.strip_prefix('(').unwrap_or(line);
    let opened = inner.len() < line.len();
    let digits = inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, bytes) = match inner.as_bytes().first()? {
        _ if (1..=NUMBER_DIGITS).contains(&digits) => (inner[..digits].parse().ok()?, digits),
        letter @ b'a'..=b'z' => (u32::from(letter - b'a') + 1, 1),
        _ => return None,
    };
    let close = inner[bytes..].chars().next()?;
    let closes = close == ')' || (close == '.' && !opened && digits > 0);
    let bytes = line.len() - inner.len() + bytes + 1;
    (closes && line[bytes..].starts_with([' ', '\t', '\u{a0}'])).then_some((number, bytes))
}

/// A heading without the `#` that close it.
fn closed(text: &str, range: Range<usize>) -> Range<usize> {
    let body = text[range.clone()].trim_end_matches('#');
    let closes = body.is_empty() || body.ends_with(' ');
    if closes { trim(text, range.start..range.start + body.len()) } else { range }
}

/// An item without the box that may be ticked.
fn unticked(text: &str, range: Range<usize>) -> Range<usize> {
    let ticks = ["[ ] ", "[x] ", "[X] "];
    match ticks.iter().find(|tick| text[range.clone()].starts_with(**tick)) {
        Some(tick) => trim(text, range.start + tick.len()..range.end),
        None => range,
    }
}
