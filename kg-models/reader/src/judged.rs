//! A relation as a window's pair was judged to have it. In: nothing. Out: plain data. Never: a rule.

use kgloom_record::record::{Factuality, Score};
use std::collections::BTreeSet;
use std::ops::Range;

/// A relation that a pair was judged to have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judged {
    /// Head and tail, entities of the window.
    pub ends: [usize; 2],
    /// The words by which it is told: the mentions of both, or pronouns for them, that stand closest to each other.
    pub words: [Range<usize>; 2],
    /// An index into the relations of the model.
    pub relation: usize,
    /// How probable it is.
    pub score: Score,
    /// Whether the text states it.
    pub says: Factuality,
}

impl Judged {
    /// Both mentions in the order of the text.
    pub(super) fn in_order(&self) -> [&Range<usize>; 2] {
        let [head, tail] = &self.words;
        if head.start <= tail.start { [head, tail] } else { [tail, head] }
    }

    /// Makes the head the tail, and the tail the head.
    pub(super) fn turn(&mut self) {
        self.ends.reverse();
        self.words.reverse();
    }
}

/// Tells of those that lose among all that are still stated why they do.
pub(super) fn refuse(judged: &mut [Judged], reason: Factuality, losers: impl Fn(&[&Judged]) -> BTreeSet<usize>) {
    let stated: Vec<usize> = (0..judged.len()).filter(|&place| judged[place].says == Factuality::Stated).collect();
    let all: Vec<&Judged> = stated.iter().map(|&place| &judged[place]).collect();
    for loser in losers(&all) {
        judged[stated[loser]].says = reason;
    }
}
