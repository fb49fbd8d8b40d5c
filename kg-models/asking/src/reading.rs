//! What a question means. In: nothing. Out: plain data that the grammar makes, and the graph is asked for.
//! Never: a fact.

use crate::lexicon::{End, Hop};
use kgloom_record::record::Iri;

/// A set of things, as words tell it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    /// The bearers of a name: first those whose label it is.
    Things { name: String, groups: Vec<Vec<Iri>> },
    /// A date or a part of one, as ISO 8601 writes it.
    Moment(String),
    /// Everything; only a noun makes a question of it.
    All,
    /// What relations lead to from a set; `every` of them, or the first that leads somewhere.
    Step { hops: Vec<Hop>, every: bool, of: Box<Meaning> },
    /// The members of a set that a noun fits.
    Kind { noun: Vec<String>, of: Box<Meaning> },
    /// The members of both sets.
    Both(Box<Meaning>, Box<Meaning>),
}

impl Meaning {
    /// What relations lead to; strong hops first.
    pub(crate) fn step(mut hops: Vec<Hop>, every: bool, of: Meaning) -> Meaning {
        // A stable sort: phrases are in the order of what people mean most.
        hops.sort_by_key(|hop| hop.weak);
        Meaning::Step { hops, every, of: Box::new(of) }
    }

    pub(crate) fn kind(noun: Vec<String>, of: Meaning) -> Meaning {
        Meaning::Kind { noun, of: Box::new(of) }
    }

    /// Whether it is no more than a name or a date.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self, Meaning::Things { .. } | Meaning::Moment(_))
    }
}

/// A meaning of some words, and how far they had to be bent to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Parse {
    pub cost: u32,
    pub meaning: Meaning,
}

impl Parse {
    pub(crate) fn with(self, cost: u32) -> Parse {
        Parse { cost: self.cost + cost, ..self }
    }
}

/// What kind of answer the question word asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Expect {
    Any,
    Who,
    Where,
    When,
}

/// What is to be done with a set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Request {
    /// Its members.
    Which(Expect, Meaning),
    /// Their number.
    Count(Meaning),
    /// Whether the first is in the second.
    Whether(Meaning, Meaning),
    /// Whether it has a member.
    Exists(Meaning),
}

/// A reading of a whole question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Question {
    pub cost: u32,
    pub request: Request,
}

/// The same relation, asked the other way round.
pub(crate) fn flipped(hops: &[Hop]) -> Vec<Hop> {
    hops.iter().map(|hop| Hop { asked: hop.asked.other(), ..hop.clone() }).collect()
}

/// A strong hop.
pub(crate) fn hop(relation: &str, asked: End) -> Hop {
    Hop { weak: false, relation: Iri::new(format!("http://www.wikidata.org/prop/direct/{relation}")), asked }
}
