//! What may speak for a class, and against it. In: nothing. Out: plain data, and as numbers. Never: a judgement.

use std::sync::Arc;

/// How many there are for one class.
pub const SIGNALS: usize = 13;

/// What speaks for one class, and against it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// How sure the reader is of the class, or of one below it.
    pub read: f32,
    /// Whether it is what the reader is surest of.
    pub read_best: f32,
    /// Whether a text says one of its words.
    pub noun: f32,
    /// Whether a text says the last word of its label.
    pub noun_head: f32,
    /// How near the nearest noun is to its words.
    pub noun_near: f32,
    /// The share of that among all candidates.
    pub noun_share: f32,
    /// Whether a text says a word of another class, neither above nor below it.
    pub rival: f32,
    /// Whether its words stand in the thing's name.
    pub name: f32,
    /// What the regression says.
    pub regression: f32,
    /// The share of likeness of what is said around it, among all candidates.
    pub own: f32,
    /// The same of what it is linked with, one step and two steps away.
    pub around: f32,
    /// Whether it has a relation that such things have.
    pub relation: f32,
    /// The share that its relations give the class, by what has such relations elsewhere.
    pub related: f32,
    /// The noun that was said, for [`Signals::noun`] or else the nearest.
    pub said: Option<Arc<str>>,
}

impl Signals {
    /// As numbers.
    pub fn row(&self) -> [f32; SIGNALS] {
        [
            self.read,
            self.read_best,
            self.noun,
            self.noun_head,
            self.noun_near,
            self.noun_share,
            self.rival,
            self.name,
            self.regression,
            self.own,
            self.around,
            self.relation,
            self.related,
        ]
    }
}
