//! XML as a stream of tokens. In: the text of a part. Out: each beginning, end and stretch of text, in order.
//! Never: more tokens than are allowed, a tree, or an entity of the document's own.

use super::super::elements::attribute;
use crate::source::wrong::Wrong;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// A token; names are in lower case.
pub(super) enum Part<'a> {
    Start(&'a Tag),
    End(&'a str),
    Text(&'a str),
}

impl Part<'_> {
    /// An attribute's value, where an element begins.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        match self {
            Part::Start(tag) => attribute(tag, name),
            _ => None,
        }
    }
}

/// How many tokens may still be read.
pub(super) struct Steps(pub u64);

/// Calls `take` with every token.
pub(super) fn read(xml: &str, steps: &mut Steps, take: impl FnMut(Part<'_>)) -> Result<(), Wrong> {
    let sink = Sink(RefCell::new(Taking { take, left: steps.0 }));
    let tokens = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(xml));
    let _done = tokens.feed(&input);
    tokens.end();
    steps.0 = tokens.sink.0.into_inner().left;
    match steps.0 {
        0 => Err(Wrong::new("it takes more steps to read than limits.max_steps allows")),
        _ => Ok(()),
    }
}

struct Sink<F>(RefCell<Taking<F>>);

struct Taking<F> {
    take: F,
    left: u64,
}

impl<F: FnMut(Part<'_>)> TokenSink for Sink<F> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut taking = self.0.borrow_mut();
        if taking.left == 0 {
            return TokenSinkResult::Continue;
        }
        taking.left -= 1;
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => (taking.take)(Part::End(&tag.name)),
            Token::TagToken(tag) => {
                (taking.take)(Part::Start(&tag));
                if tag.self_closing {
                    (taking.take)(Part::End(&tag.name));
                }
            }
            Token::CharacterTokens(text) => (taking.take)(Part::Text(&text)),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        true
    }
}
