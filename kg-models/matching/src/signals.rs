//! What speaks for a thing as what a row means, in numbers and in words. In: what was compared. Out: the log odds; evidence. Never: a
//! number that depends on the order in which things came.

use std::fmt;
use std::sync::Arc;

/// How many signals there are.
pub const SIGNALS: usize = 11;

/// What speaks for a thing, or against it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signals {
    /// How alike the nearest names are, by letters, sounds and short forms, from 0 to 1; 1 where they are equal but for case,
    /// accents, brackets and turns.
    pub alike: f64,
    /// The same, where words that the row says elsewhere count as found.
    pub explained: f64,
    /// Its name is that of the row and words of its kind (`Niger` and `river`): 1, else 0.
    pub composed: f64,
    /// One name is the first letters of the other: 1, else 0.
    pub acronym: f64,
    /// The cosine of what is said around it and the row; [`Signals::MIDDLING`] where one of both has no direction.
    pub meaning: f64,
    /// A column that is named as a relation names something that the thing is linked with: 1, else 0.
    pub agrees: f64,
    /// Of such a column the graph tells otherwise: 1, else 0.
    pub conflicts: f64,
    /// What else the row names and the thing is linked with: one less a half to the power of their number.
    pub linked: f64,
    /// How the row's kind leans to its class, from 0 to 1.
    pub class: f64,
    /// How it leans to other classes, from 0 to 1.
    pub other_class: f64,
    /// Whether a document opens with it: 1, else 0.
    pub opens: f64,
}

impl Signals {
    /// The cosine that counts where none is known: a usual one of a row and its thing.
    pub const MIDDLING: f64 = 0.5;

    /// All of them, in the order of the fields.
    pub fn numbers(&self) -> [f64; SIGNALS] {
        [
            self.alike,
            self.explained,
            self.composed,
            self.acronym,
            self.meaning,
            self.agrees,
            self.conflicts,
            self.linked,
            self.class,
            self.other_class,
            self.opens,
        ]
    }
}

/// What signals are worth: a conditional logit (McFadden 1974) in which a row means nothing with log odds 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// What is there beforehand.
    pub bias: f64,
    /// What each of [`Signals::numbers`] adds.
    pub each: [f64; SIGNALS],
}

impl Default for Weights {
    /// Fitted once, with a cost on what is far from a guess, on the 197 rows of `examples/tables/places-and-organisations.csv` of
    /// which the SHA-256 of the id divides by 5, with a graph of 10,033 abstracts; that of `alike` was set.
    fn default() -> Self {
        Weights { bias: -9.4, each: [1.0, 5.6, 2.2, 3.9, 5.8, 1.1, -1.2, 1.8, 1.6, -2.8, 2.1] }
    }
}

impl Weights {
    /// The log odds of a thing against none.
    pub fn odds(&self, signals: &Signals) -> f64 {
        self.bias + self.each.iter().zip(signals.numbers()).map(|(weight, signal)| weight * signal).sum::<f64>()
    }
}

/// What speaks for a match, told in words by its `Display`.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// The row's name, that of the thing, and how alike they are.
    Name(Arc<str>, Arc<str>, f64),
    /// The row's name and kind, and the name of the thing that they make.
    Composed(Arc<str>, Arc<str>, Arc<str>),
    /// The row's name and that of the thing, of which one is the first letters of the other.
    Acronym(Arc<str>, Arc<str>),
    /// A column, its text, the thing that it names, and whether a relation of the column's name leads there.
    Linked(Arc<str>, Arc<str>, Arc<str>, bool),
    /// The row's kind, and the class that things with such a name mostly have.
    Class(Arc<str>, Arc<str>),
    /// The cosine of what is said around the thing and the row.
    Meaning(f64),
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Evidence::Name(row, thing, alike) if *alike >= 1.0 => write!(f, "name \"{row}\" is \"{thing}\""),
            Evidence::Name(row, thing, alike) => write!(f, "name \"{row}\" is like \"{thing}\" ({alike:.2})"),
            Evidence::Composed(row, kind, thing) => write!(f, "name \"{row}\" with kind \"{kind}\" is \"{thing}\""),
            Evidence::Acronym(row, thing) => {
                write!(f, "name \"{row}\" and \"{thing}\": one is the first letters of the other")
            }
            Evidence::Linked(column, text, thing, true) if text == thing => {
                write!(f, "{column} \"{text}\" is its {column}")
            }
            Evidence::Linked(column, text, thing, true) => {
                write!(f, "{column} \"{text}\" is \"{thing}\", its {column}")
            }
            Evidence::Linked(column, text, thing, false) if text == thing => {
                write!(f, "{column} \"{text}\" names what it is linked with")
            }
            Evidence::Linked(column, text, thing, false) => {
                write!(f, "{column} \"{text}\" names \"{thing}\", which it is linked with")
            }
            Evidence::Class(kind, class) => write!(f, "kind \"{kind}\" is mostly {class}"),
            Evidence::Meaning(cosine) => write!(f, "what is said around it is like the row (cosine {cosine:.2})"),
        }
    }
}
