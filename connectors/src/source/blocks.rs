//! A layout in plain text. In: words, and where blocks of them begin and end. Out: blocks, and the one text that they
//! are written as. Never: two blocks on one line, or white space that nobody sees.

use super::{notes, powers};
use std::fmt::Write;

/// Deeper lists are written as if they were this deep, so that indentation stays small beside the text.
const DEEPEST_LIST: usize = 8;

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    /// Of a level from 1 to 6.
    Heading(usize),
    /// Of a list within so many others.
    Item(usize),
    /// A further paragraph of an item.
    Further(usize),
    Row,
    Rule,
}

/// A stretch of text that no sentence leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub kind: Kind,
    pub text: String,
    /// How many bytes of it lie in links.
    pub linked: usize,
    /// How surely it belongs to what the page is there for.
    pub rank: u8,
}

/// Writes blocks.
#[derive(Default)]
pub(super) struct Blocks {
    done: Vec<Block>,
    kind: Option<Kind>,
    text: String,
    linked: usize,
    space: bool,
    lists: usize,
    row: Option<Row>,
    /// Where what stands raised begins, and whether it lies in a link within the page.
    raised: Option<(usize, bool)>,
    /// Whether what comes lies in such a link.
    refers: bool,
    asides: Vec<String>,
    /// Whether what comes lies in a link.
    in_link: bool,
    /// The rank of what comes.
    pub rank: u8,
}

/// A row of a table that is being written.
#[derive(Default)]
struct Row {
    pieces: Vec<Block>,
    /// Paragraphs of the cell at hand.
    paragraphs: usize,
    /// Whether its cells hold more than a cell of data does, as where a table only arranges a page.
    arranges: bool,
}

impl Blocks {
    /// Words of the block at hand; white space between them is one space.
    pub fn text(&mut self, text: &str) {
        let before = self.text.len();
        for character in text.chars() {
            if character.is_whitespace() {
                self.space = true;
                continue;
            }
            if std::mem::take(&mut self.space) && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.text.push(character);
        }
        self.linked += if self.in_link { self.text.len() - before } else { 0 };
    }

    /// What comes stands raised.
    pub fn raise(&mut self) {
        self.raised.get_or_insert((self.text.len(), self.refers));
    }

    /// What comes does not stand raised any more; what did is left out where it refers to a note, and stays apart from a
    /// number before it.
    pub fn lower(&mut self) {
        let Some((start, refers)) = self.raised.take() else { return };
        let Some((before, raised)) = self.text.split_at_checked(start) else { return };
        let kept = match notes::is_note(before, raised) || refers && notes::is_mark(raised) {
            true => String::new(),
            false => match powers::written(before, raised) {
                Some(power) => power,
                None => return,
            },
        };
        self.text.truncate(start);
        self.linked = self.linked.min(start);
        self.text.push_str(&kept);
    }

    /// What comes lies in a link, perhaps to a place within the page, as those to notes do.
    pub fn link(&mut self, within: bool) {
        self.in_link = true;
        self.refers = within;
        self.raised = self.raised.map(|(start, refers)| (start, refers || within));
    }

    /// The link ends.
    pub fn end_link(&mut self) {
        self.in_link = false;
        self.refers = false;
    }

    /// Whether nothing was written of the block at hand.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Words whose line ends are seen.
    pub fn lines(&mut self, text: &str) {
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.line_end();
            }
            self.text(line);
        }
    }

    /// The end of a line within the block at hand; two of them end the block.
    pub fn line_end(&mut self) {
        if self.row.is_some() {
            self.end();
        } else if matches!(self.kind, Some(Kind::Heading(_))) {
            self.space = true;
        } else if self.text.is_empty() || self.text.ends_with('\n') {
            self.end();
        } else {
            self.space = false;
            self.text.push('\n');
        }
    }

    /// Ends the block at hand, if it has any words, and begins one of another kind.
    pub fn begin(&mut self, kind: Kind) {
        self.end();
        self.kind = Some(kind);
    }

    /// Ends the block at hand, if it has any words.
    pub fn end(&mut self) {
        self.lower();
        self.space = false;
        self.text.truncate(self.text.trim_end().len());
        let usual = self.usual();
        if self.text.is_empty() {
            self.tell_asides(usual);
            return;
        }
        let kind = self.kind.take().unwrap_or(usual);
        let text = std::mem::take(&mut self.text);
        let block = Block { kind, text, linked: std::mem::take(&mut self.linked), rank: self.rank };
        match &mut self.row {
            Some(row) => {
                row.arranges |= kind != Kind::Paragraph;
                row.pieces.push(block);
            }
            None => {
                self.done.push(block);
                self.tell_asides(usual);
            }
        }
    }

    /// Ends a paragraph: a cell with two of them is no cell of data.
    pub fn end_paragraph(&mut self) {
        let some = !self.text.trim().is_empty();
        self.end();
        if let Some(row) = self.row.as_mut().filter(|_| some) {
            row.paragraphs += 1;
            row.arranges |= row.paragraphs > 1;
        }
    }

    /// A list begins.
    pub fn open_list(&mut self) {
        self.leave();
        self.lists += 1;
    }

    /// The innermost list ends.
    pub fn close_list(&mut self) {
        self.leave();
        self.lists = self.lists.saturating_sub(1);
    }

    /// An item of the innermost list begins.
    pub fn item(&mut self) {
        self.begin(Kind::Item(self.lists.saturating_sub(1)));
    }

    /// Ends the block at hand, and what it was to be.
    pub fn leave(&mut self) {
        self.end();
        self.kind = None;
    }

    /// A table begins; the row around it, if there is one, only arranges the page.
    pub fn open_table(&mut self) {
        self.end();
        self.row.iter_mut().for_each(|row| row.arranges = true);
        self.close_row();
    }

    /// A row of a table begins, and the one at hand ends.
    pub fn open_row(&mut self) {
        self.close_row();
        self.row = Some(Row::default());
    }

    /// A cell begins.
    pub fn cell(&mut self) {
        if self.row.is_none() {
            self.open_row();
        }
        self.leave();
        self.row.iter_mut().for_each(|row| row.paragraphs = 0);
    }

    /// The row at hand ends, if there is one.
    pub fn close_row(&mut self) {
        self.end();
        let Some(Row { pieces, arranges, .. }) = self.row.take() else { return };
        if arranges || pieces.len() < 2 {
            self.done.extend(pieces);
        } else if let Some(rank) = pieces.iter().map(|piece| piece.rank).max() {
            let linked = pieces.iter().map(|piece| piece.linked).sum();
            let mut text = String::from("|");
            for piece in pieces {
                // A bar of its own would part the cell; this one is the same to whoever compares names.
                let _ = write!(text, " {} |", piece.text.replace('|', "\u{FF5C}"));
            }
            self.done.push(Block { kind: Kind::Row, text, linked, rank });
        }
        self.tell_asides(self.usual());
    }

    /// A break between what comes before and after.
    pub fn rule(&mut self) {
        self.end();
        if self.row.is_none() {
            self.done.push(Block { kind: Kind::Rule, text: "---".to_owned(), linked: 0, rank: self.rank });
        }
    }

    /// What stands for a picture: a block of its own, after the one at hand.
    pub fn aside(&mut self, text: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        if !words.is_empty() {
            self.asides.push(words.join(" "));
        }
    }

    /// All blocks.
    pub fn finish(mut self) -> Vec<Block> {
        self.close_row();
        self.done
    }

    /// The kind of what nothing is said of.
    fn usual(&self) -> Kind {
        match self.lists {
            0 => Kind::Paragraph,
            lists => Kind::Further(lists - 1),
        }
    }

    fn tell_asides(&mut self, kind: Kind) {
        if self.row.is_none() {
            let rank = self.rank;
            self.done.extend(self.asides.drain(..).map(|text| Block { kind, text, linked: 0, rank }));
        }
    }
}

/// The blocks as one text; nothing, where they have no words.
pub(super) fn written(blocks: &[Block]) -> String {
    let mut text = String::new();
    if blocks.iter().all(|block| block.kind == Kind::Rule) {
        return text;
    }
    let mut last = None;
    for block in blocks {
        let close = matches!((last, block.kind), (Some(Kind::Item(_)), Kind::Item(_)) | (Some(Kind::Row), Kind::Row));
        text.push_str(match last {
            None => "",
            Some(_) if close => "\n",
            Some(_) => "\n\n",
        });
        last = Some(block.kind);
        let (indent, mark) = match block.kind {
            Kind::Heading(level) => (0, ["# ", "## ", "### ", "#### ", "##### ", "###### "][level.clamp(1, 6) - 1]),
            Kind::Item(lists) => (2 * lists.min(DEEPEST_LIST), "- "),
            Kind::Further(lists) => (2 * lists.min(DEEPEST_LIST) + 2, ""),
            Kind::Paragraph | Kind::Row | Kind::Rule => (0, ""),
        };
        let within = if mark == "- " { indent + 2 } else { indent };
        for (number, line) in block.text.split('\n').enumerate() {
            let (indent, mark) = if number == 0 { (indent, mark) } else { (within, "") };
            let _ = write!(text, "{}{:indent$}{mark}{line}", if number == 0 { "" } else { "\n" }, "");
        }
    }
    text
}
