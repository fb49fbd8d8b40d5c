//! HTML to blocks. In: a page, or pieces of one between other words. Out: what a reader would see, block by block.
//! Never: scripts, comments, what is struck out or hidden, a link's target; or time beyond the length of the page.
//!
//! The tokens are html5ever's. Its tree is not built: on hostile pages that takes time with the square of their depth.

use super::blocks::{Block, Blocks, Kind};
use super::elements::{self, Role};
use crate::source::options::Stop;
use crate::source::wrong::Wrong;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::{LocalName, local_name};
use std::cell::{RefCell, RefMut};
use std::collections::HashMap;

/// Bytes between two looks at whether to stop.
const PIECE: usize = 64 << 10;
/// How far up an element that stands within a line is looked for.
const NEAR: usize = 64;
/// A tag with more words is none; comparing its attributes takes time with their square.
const MOST_ATTRIBUTES: usize = 4096;

/// What of a page is read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    /// Without menus and the like.
    pub article: bool,
    /// As XML, in which `<p/>` is a whole element.
    pub xml: bool,
}

/// The blocks of a page.
pub(super) fn read(page: &str, reading: Reading, stop: Stop) -> Result<Vec<Block>, Wrong> {
    if has_endless_tag(page) {
        return Err(Wrong::new(format!("a tag of the HTML has more than {MOST_ATTRIBUTES} attributes")));
    }
    let html = Html::new(reading);
    let mut rest = page;
    while !rest.is_empty() && !stop() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        html.feed(piece);
        rest = after;
    }
    Ok(html.finish())
}

/// Whether a tag has more attributes than any page needs.
fn has_endless_tag(page: &str) -> bool {
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = tag;
        if tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (inside, after) = tag.split_once('>').unwrap_or((tag, ""));
            let parts = inside.bytes().filter(|byte| byte.is_ascii_whitespace() || b"/\"'".contains(byte));
            if parts.count() > MOST_ATTRIBUTES {
                return true;
            }
            rest = after;
        }
    }
    false
}

/// A page that comes in pieces.
pub(super) struct Html {
    tokens: Tokenizer<Page>,
    input: BufferQueue,
}

impl Html {
    pub fn new(reading: Reading) -> Html {
        let page = Page(RefCell::new(Walk { reading, ..Walk::default() }));
        Html { tokens: Tokenizer::new(page, TokenizerOpts::default()), input: BufferQueue::default() }
    }

    /// A piece of markup.
    pub fn feed(&self, piece: &str) {
        self.input.push_back(StrTendril::from_slice(piece));
        // Scripts and encodings, for which it might stop, are nothing to the sink.
        let _done = self.tokens.feed(&self.input);
    }

    /// What is written so far, for words that are no markup.
    pub fn walk(&self) -> RefMut<'_, Walk> {
        self.tokens.sink.0.borrow_mut()
    }

    pub fn finish(self) -> Vec<Block> {
        self.tokens.end();
        self.tokens.sink.0.into_inner().blocks.finish()
    }
}

struct Page(RefCell<Walk>);

impl TokenSink for Page {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut walk = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => walk.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return walk.start(&tag),
            Token::TagToken(tag) => walk.close(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    /// Whether `<![CDATA[` begins text: only XML has it.
    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.0.borrow().reading.xml
    }
}

/// Where in a page the reading is.
#[derive(Default)]
pub(super) struct Walk {
    pub blocks: Blocks,
    reading: Reading,
    /// The elements that are open.
    open: Vec<Open>,
    /// How many of each name are open.
    count: HashMap<LocalName, usize>,
    /// How many of the open elements are not read.
    unread: usize,
    /// How often the text at hand is struck out; this outlasts paragraphs, as it does in browsers.
    struck: usize,
    /// How often the text at hand is marked as deleted.
    deleted: usize,
    /// How many elements whose lines are seen are open.
    lined: usize,
    /// What stands for the picture at hand.
    picture: Option<(usize, String)>,
}

/// An element that is open.
struct Open {
    name: LocalName,
    role: Role,
    /// Whether what is in it is not read.
    unread: bool,
    /// What was struck out and deleted around it.
    around: (usize, usize),
    /// The rank of what is around it.
    rank: u8,
}

impl Walk {
    /// Words.
    pub fn text(&mut self, text: &str) {
        if let Some((_, words)) = &mut self.picture {
            words.push_str(text);
        } else if !self.is_read() {
        } else if self.lined > 0 {
            self.blocks.lines(text);
        } else {
            self.blocks.text(text);
        }
    }

    /// The end of a line.
    pub fn line_end(&mut self) {
        if self.is_read() {
            self.blocks.line_end();
        }
    }

    /// A break of the thread.
    pub fn rule(&mut self) {
        if self.is_read() {
            self.blocks.rule();
        }
    }

    /// What comes up to [`Walk::end_picture`] stands for a picture.
    pub fn start_picture(&mut self) {
        self.picture.get_or_insert_default().0 += 1;
    }

    pub fn end_picture(&mut self) {
        match self.picture.take() {
            Some((1, words)) if self.is_read() => self.blocks.aside(&words),
            Some((depth, words)) if depth > 1 => self.picture = Some((depth - 1, words)),
            _ => {}
        }
    }

    /// An element without attributes begins.
    pub fn open(&mut self, name: LocalName) {
        match name {
            local_name!("s") => self.struck += 1,
            name => self.begin(&name, elements::role(&name), false, 0),
        }
    }

    /// An element that is not read begins.
    pub fn open_unread(&mut self, name: LocalName) {
        self.begin(&name, elements::role(&name), true, 0);
    }

    /// An element ends, and with it those in it that were left open.
    pub fn close(&mut self, name: &LocalName) {
        match &**name {
            "s" | "strike" => self.struck = self.struck.saturating_sub(1),
            "del" => self.deleted = self.deleted.saturating_sub(1),
            "br" => self.line_end(),
            _ if self.count.get(name).is_none_or(|count| *count == 0) => {}
            _ => {
                let at = match elements::role(name) {
                    // An element within a line does not end the blocks that were begun in it.
                    Role::Inline | Role::InlineUnread | Role::Raised => {
                        let near = self.open.iter().rev().take(NEAR).take_while(|open| open.role.is_inline());
                        near.enumerate().find(|(_, open)| open.name == *name).map(|(at, _)| self.open.len() - 1 - at)
                    }
                    _ => self.open.iter().rposition(|open| open.name == *name),
                };
                if let Some(at) = at {
                    self.close_from(at);
                }
            }
        }
    }

    fn is_read(&self) -> bool {
        self.unread + self.struck + self.deleted == 0
    }

    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        match &*tag.name {
            "br" => self.line_end(),
            "hr" => {
                self.end_implied("hr");
                self.rule();
            }
            "s" | "strike" if !(self.reading.xml && tag.self_closing) => self.struck += 1,
            "del" if !(self.reading.xml && tag.self_closing) => self.deleted += 1,
            "img" | "area" => {
                let alternative = elements::attribute(tag, "alt");
                if let Some(text) = alternative.filter(|_| self.is_read() && !elements::is_hidden(tag)) {
                    self.blocks.aside(text);
                }
            }
            name if elements::is_void(name) => {}
            _ => {
                let furniture = self.reading.article && elements::is_furniture(tag, self.blocks.rank == 0);
                let rank = elements::rank(tag);
                self.begin(&tag.name, elements::role_of(tag), elements::is_hidden(tag) || furniture, rank);
                if elements::leads_within(tag) && self.is_read() {
                    self.blocks.link(true);
                }
                if self.reading.xml {
                    if tag.self_closing {
                        self.close(&tag.name);
                    }
                } else if let Some(raw) = raw(&tag.name) {
                    return raw;
                }
            }
        }
        TokenSinkResult::Continue
    }

    fn begin(&mut self, name: &LocalName, role: Role, hidden: bool, rank: u8) {
        self.end_implied(name);
        let unread = hidden || role.is_unread() || (self.lined > 0 && &**name == "code");
        let around = (self.struck, self.deleted);
        self.open.push(Open { name: name.clone(), role, unread, around, rank: self.blocks.rank });
        *self.count.entry(name.clone()).or_default() += 1;
        self.unread += usize::from(unread);
        if unread || self.unread > 0 {
            return;
        }
        match role {
            Role::Heading(level) => self.blocks.begin(Kind::Heading(level)),
            Role::Paragraph => self.blocks.end_paragraph(),
            Role::Block | Role::Lined => self.blocks.end(),
            Role::List => self.blocks.open_list(),
            Role::Item => self.blocks.item(),
            Role::Table => self.blocks.open_table(),
            Role::Row => self.blocks.open_row(),
            Role::Cell => self.blocks.cell(),
            Role::Link => self.blocks.link(false),
            Role::Raised => self.blocks.raise(),
            Role::Inline | Role::InlineUnread | Role::Unread => {}
        }
        self.lined += usize::from(role == Role::Lined);
        self.blocks.rank = self.blocks.rank.max(rank);
    }

    /// What the beginning of an element ends without a word.
    fn end_implied(&mut self, name: &str) {
        loop {
            let near = self.open.iter().rev().take(NEAR).position(|open| !open.role.is_inline());
            let Some(at) = near.map(|above| self.open.len() - 1 - above) else { return };
            if !elements::ends(name, &self.open[at].name) {
                return;
            }
            self.close_from(at);
        }
    }

    fn close_from(&mut self, at: usize) {
        while self.open.len() > at {
            let Some(Open { name, role, unread, around, rank }) = self.open.pop() else { return };
            self.count.entry(name).and_modify(|count| *count -= 1);
            if !role.is_inline() {
                self.deleted = self.deleted.min(around.1);
            }
            if unread || role == Role::Cell {
                self.struck = self.struck.min(around.0);
            }
            if unread {
                self.unread -= 1;
            }
            if unread || self.unread > 0 {
                continue;
            }
            match role {
                Role::Paragraph => self.blocks.end_paragraph(),
                Role::Block | Role::Lined | Role::Cell => self.blocks.end(),
                Role::Heading(_) | Role::Item => self.blocks.leave(),
                Role::List => self.blocks.close_list(),
                Role::Row | Role::Table => self.blocks.close_row(),
                Role::Link => self.blocks.end_link(),
                Role::Raised => self.blocks.lower(),
                Role::Inline | Role::InlineUnread | Role::Unread => {}
            }
            self.lined -= usize::from(role == Role::Lined);
            self.blocks.rank = rank;
        }
    }
}

/// What is no markup up to the end of its element.
fn raw(name: &LocalName) -> Option<TokenSinkResult<()>> {
    Some(match *name {
        local_name!("script") => TokenSinkResult::RawData(RawKind::ScriptData),
        local_name!("title") | local_name!("textarea") => TokenSinkResult::RawData(RawKind::Rcdata),
        local_name!("style")
        | local_name!("xmp")
        | local_name!("iframe")
        | local_name!("noembed")
        | local_name!("noframes") => TokenSinkResult::RawData(RawKind::Rawtext),
        local_name!("plaintext") => TokenSinkResult::Plaintext,
        _ => return None,
    })
}
