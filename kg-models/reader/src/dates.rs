//! Times as texts write them. In: a stretch of text. Out: each time in it: where it stands, and its value where it is
//! surely one. Never: a year of two digits, a day taken for a year, or a choice between 3 May and 5 March.
//!
//! A recursive descent over the tokens of the stretch, each of which is looked at a bounded number of times. What is
//! only known to lie in a range, about, before or after a time, in a decade or in another calendar has no value; and
//! the whole of it is one time, so that no part is taken for more than it is.

use super::grammar::Grammar;
use super::moment::DateOrder;
use super::tokens::tokens;
use kgloom_record::record::Literal;
use std::ops::Range;

/// A time as a text writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The time itself; a mention of a part of it means all of it.
    pub core: Range<usize>,
    /// With the words before and after that bear on its value (`c.`, `before`, `(O.S.)`).
    pub whole: Range<usize>,
    /// The value; none where it is not surely one day, month or year.
    pub value: Option<Literal>,
}

/// The times of a text, in order, none overlapping.
pub fn dates(text: &str, order: DateOrder) -> Vec<Written> {
    let tokens = tokens(text);
    let grammar = Grammar { tokens: &tokens, order };
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = match grammar.time(at) {
            Some((end, core, value)) => {
                let span = |range: &Range<usize>| tokens[range.start].span.start..tokens[range.end - 1].span.end;
                found.push(Written { core: span(&core), whole: span(&(at..end)), value });
                end
            }
            None => at + 1,
        };
    }
    found
}

#[cfg(test)]
#[path = "dates_tests.rs"]
mod tests;
