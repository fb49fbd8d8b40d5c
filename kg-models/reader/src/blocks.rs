//! The blocks of a text, which no sentence leaves, and the parts that they belong to: sections, items, rows.
//!
//! In: a text. Out: blocks without their marks, in order, each with its part. Never: prose cut where it is wrapped.

use super::entries::{self, Begins, leads_on};
use super::lines::{self, Line, Mark, trim};
use crate::edges::{goes_on_after, starts_number};
use std::ops::Range;

/// A line that is longer may be one of a narrow text: what breaks off goes on, and so does what begins with lower case.
const NARROW_LINE: usize = 20;

/// A section, item or row: the numbers that it and the parts within it have, in the order of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part {
    first: u32,
    last: u32,
}

impl Part {
    /// Whether one part is within the other, or they are the same: what stands in them may speak of each other.
    /// A heading is near all of its section; two sections, items or rows side by side are not near.
    pub fn is_near(self, other: Part) -> bool {
        let holds = |outer: Part, inner: Part| outer.first <= inner.first && inner.first <= outer.last;
        holds(self, other) || holds(other, self)
    }
}

/// A stretch that no sentence leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it stands.
    pub range: Range<usize>,
    /// What it is part of.
    pub part: Part,
}

/// The blocks of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// In order.
    pub blocks: Vec<Block>,
    /// Marks within blocks, such as the `>` of quoted lines: they are no words.
    pub marks: Vec<Range<usize>>,
}

/// What is open while lines are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// Under a heading of this level.
    Section(usize),
    /// Between two breaks.
    Stretch,
    /// An item that is indented so far.
    Item(usize),
}

/// The blocks of a text and the parts that they belong to.
pub fn blocks(text: &str) -> Blocks {
    let lines = lines::lines(text);
    let begins = entries::begins(text, &lines);
    let mut layer = Layer { text, lines: &lines, begins: &begins, last: vec![0], ..Layer::default() };
    layer.begin_stretch(0);
    for index in 0..lines.len() {
        layer.take(index);
    }
    layer.finish()
}

#[derive(Default)]
struct Layer<'a> {
    text: &'a str,
    lines: &'a [Line],
    begins: &'a [Begins],
    /// The last part within each part, as far as it is closed.
    last: Vec<u32>,
    open: Vec<(Open, u32)>,
    /// Blocks with the number of their part.
    blocks: Vec<(Range<usize>, u32)>,
    marks: Vec<Range<usize>>,
    /// Whether the next line may go on with the last block.
    running: bool,
}

impl Layer<'_> {
    fn take(&mut self, index: usize) {
        let line = &self.lines[index];
        let (range, indent) = (line.range.clone(), line.indent);
        match line.mark {
            Mark::Blank => self.running = false,
            Mark::Heading(level) => self.heading(index, level),
            Mark::Rule(_) if index > 0 && self.underlined(index - 1).is_some() => self.running = false,
            Mark::Rule(_) | Mark::Break => {
                self.running = false;
                if self.parts_matters(index) {
                    self.close(|open| matches!(open, Open::Section(_)));
                    self.begin(Open::Stretch);
                }
            }
            Mark::Row => self.row(range, '|'),
            Mark::Bullet => self.item(range, indent),
            Mark::Number(number) if number == 1 || !self.running || self.in_item() => self.item(range, indent),
            Mark::Number(_) => self.plain(index, line.marked.clone()),
            Mark::Definition if self.running => {
                self.add(range);
                self.running = true;
            }
            Mark::Definition => self.plain(index, range),
            Mark::Plain => match (self.begins[index], self.underlined(index)) {
                (_, Some(level)) => self.heading(index, level),
                (Begins::Row(cell), _) => self.row(range, cell),
                (Begins::Entry, _) => self.item(range, indent),
                (Begins::Sentence, _) => {
                    self.running = false;
                    self.plain(index, range);
                }
                (Begins::Nothing, _) => self.plain(index, range),
            },
        }
    }

    /// The level of the heading that a line is by the rule under it.
    fn underlined(&self, index: usize) -> Option<usize> {
        let Mark::Rule(level) = self.lines.get(index + 1)?.mark else { return None };
        let stands_alone = index == 0 || !matches!(self.lines[index - 1].mark, Mark::Plain | Mark::Number(_));
        (self.lines[index].mark == Mark::Plain && stands_alone).then_some(level)
    }

    /// Whether a rule parts what is before it from what is after it: a heading does that by itself.
    fn parts_matters(&self, index: usize) -> bool {
        let next = (index + 1..self.lines.len()).find(|&next| self.lines[next].mark != Mark::Blank);
        next.is_some_and(|next| {
            !matches!(self.lines[next].mark, Mark::Heading(_) | Mark::Rule(_) | Mark::Break)
                && self.underlined(next).is_none()
        })
    }

    fn heading(&mut self, index: usize, level: usize) {
        self.close(|open| matches!(open, Open::Section(other) if other < level));
        self.begin(Open::Section(level));
        self.add(self.lines[index].range.clone());
        self.running = false;
        self.begin_stretch(index + 1);
    }

    /// Begins a stretch if a break comes before the next heading, so that what the break parts stands side by side.
    fn begin_stretch(&mut self, index: usize) {
        let is_heading = |at: usize| matches!(self.lines[at].mark, Mark::Heading(_)) || self.underlined(at).is_some();
        let is_rule = |at: usize| {
            matches!(self.lines[at].mark, Mark::Rule(_) | Mark::Break) && !(at > 0 && self.underlined(at - 1).is_some())
        };
        let next = (index..self.lines.len()).find(|&at| is_heading(at) || (is_rule(at) && self.parts_matters(at)));
        if next.is_some_and(|at| !is_heading(at)) {
            self.begin(Open::Stretch);
        }
    }

    fn item(&mut self, range: Range<usize>, indent: usize) {
        self.close(|open| !matches!(open, Open::Item(other) if other >= indent));
        self.begin(Open::Item(indent));
        self.running = false;
        if !range.is_empty() {
            self.add(range);
            self.running = true;
        }
    }

    fn row(&mut self, range: Range<usize>, cell: char) {
        self.close(|open| !matches!(open, Open::Item(_)));
        self.begin(Open::Item(0));
        self.running = false;
        let mut start = range.start;
        let ends: Vec<usize> = self.text[range.clone()].match_indices(cell).map(|(at, _)| range.start + at).collect();
        for end in ends.into_iter().chain([range.end]) {
            let escaped = cell == '|' && self.text[..end].ends_with('\\') && end < range.end;
            if escaped {
                continue;
            }
            let cell = trim(self.text, start..end.max(start));
            if self.text[cell.clone()].chars().any(|c| !matches!(c, '-' | ':' | '=' | '+')) {
                self.add(cell);
            }
            start = end + 1;
        }
    }

    /// A line without a mark: it goes on with the block before it, or is one of its own.
    fn plain(&mut self, index: usize, range: Range<usize>) {
        if self.running && self.goes_on(index, &range) {
            if let Some(quote) = &self.lines[index].quote {
                self.marks.push(quote.clone());
            }
            if let Some((block, _)) = self.blocks.last_mut() {
                block.end = range.end;
            }
            return;
        }
        let indent = self.lines[index].indent;
        self.close(|open| !matches!(open, Open::Item(other) if indent <= other));
        self.add(range);
        self.running = true;
    }

    fn goes_on(&self, index: usize, range: &Range<usize>) -> bool {
        let (before, line) = (&self.lines[index - 1], &self.lines[index]);
        let (last, next) = (before.text(self.text), &self.text[range.clone()]);
        let same_quote = before.depth(self.text) == line.depth(self.text);
        let long = last.chars().nth(NARROW_LINE).is_some();
        let lower = next.starts_with(char::is_lowercase) && !last.ends_with(':');
        // Below an item only what hangs under it may begin anew and still go on with it.
        let hangs = !matches!(self.open.last(), Some((Open::Item(indent), _)) if line.indent <= *indent);
        let wrapped = goes_on_after(last, next) && hangs;
        let broken_off = leads_on(last) && !last.ends_with([',', ';', ':']);
        same_quote && !starts_number(next) && (wrapped || (long && (lower || broken_off)))
    }

    fn add(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            let part = self.open.last().map_or(0, |(_, part)| *part);
            self.blocks.push((range, part));
        }
    }

    fn in_item(&self) -> bool {
        matches!(self.open.last(), Some((Open::Item(_), _)))
    }

    fn begin(&mut self, open: Open) {
        let part = self.last.len() as u32;
        self.last.push(part);
        self.open.push((open, part));
    }

    /// Closes what is open, up to what is kept.
    fn close(&mut self, keep: impl Fn(Open) -> bool) {
        let newest = self.last.len() as u32 - 1;
        while let Some((_, part)) = self.open.pop_if(|(open, _)| !keep(*open)) {
            self.last[part as usize] = newest;
        }
    }

    fn finish(mut self) -> Blocks {
        self.close(|_| false);
        self.last[0] = self.last.len() as u32 - 1;
        let last = &self.last;
        let block =
            |(range, part): (Range<usize>, u32)| Block { range, part: Part { first: part, last: last[part as usize] } };
        Blocks { blocks: self.blocks.into_iter().map(block).collect(), marks: self.marks }
    }
}

#[cfg(test)]
#[path = "blocks_tests.rs"]
mod tests;
