//! A graph at one epoch: sorted rows, and what came and went since they were sorted.
//!
//! In: a base, changes. Out: terms, numbers, rows by any pattern. Never: a lock; whoever holds an image sees one epoch for
//! as long as it is held.

use super::base::{Base, DEFAULT, ORDERS, PARTS, Row, ordered, part, unordered};
use super::blocks::damaged;
use super::term;
use crate::Error;
use oxigraph::model::Term;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A graph at one epoch.
#[derive(Clone)]
pub(crate) struct Image {
    pub(super) base: Arc<Base>,
    /// Terms that the base does not have; their numbers follow its own.
    pub(super) terms: Vec<Arc<[u8]>>,
    numbers: HashMap<Arc<[u8]>, u32>,
    /// Rows that the base does not have.
    pub(super) come: [BTreeSet<Row>; 2],
    /// Rows of the base that are no more.
    pub(super) gone: BTreeSet<Row>,
    /// The rows that came, by part and order; made when they are first asked for.
    sorted: [OnceLock<Vec<Vec<Row>>>; 2],
}

/// Which graphs a pattern asks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// The default graph.
    Default,
    /// The named graph of this number.
    Named(u32),
    /// All named graphs.
    AnyNamed,
}

impl Image {
    pub(super) fn new(base: Arc<Base>) -> Image {
        let (terms, numbers) = (Vec::new(), HashMap::new());
        Image { base, terms, numbers, come: Default::default(), gone: BTreeSet::new(), sorted: Default::default() }
    }

    /// How many terms there are; their numbers are smaller.
    pub(crate) fn term_count(&self) -> u32 {
        self.base.terms() + self.terms.len() as u32
    }

    /// Terms of smaller numbers are in the order of their bytes; the others came later.
    pub(crate) fn sorted_terms(&self) -> u32 {
        self.base.terms()
    }

    /// The term of a number.
    pub(crate) fn term(&self, number: u32) -> Result<Term, Error> {
        self.with_term(number, term::decode)?.ok_or_else(|| self.senseless())
    }

    /// Does something with the bytes of a term.
    pub(crate) fn with_term<T>(&self, number: u32, with: impl FnOnce(&[u8]) -> T) -> Result<T, Error> {
        match number.checked_sub(self.base.terms()) {
            None => self.base.with_term(number, with),
            Some(added) => self.terms.get(added as usize).map(|bytes| with(bytes)).ok_or_else(|| self.senseless()),
        }
    }

    /// The number of a term, by its bytes.
    pub(crate) fn number(&self, bytes: &[u8]) -> Result<Option<u32>, Error> {
        match self.numbers.get(bytes) {
            Some(number) => Ok(Some(*number)),
            None => self.base.find(bytes),
        }
    }

    /// The number of a name.
    pub(crate) fn name(&self, iri: &str) -> Result<Option<u32>, Error> {
        let mut bytes = Vec::new();
        term::name(iri, &mut bytes);
        self.number(&bytes)
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> u64 {
        let come: usize = self.come.iter().map(BTreeSet::len).sum();
        self.base.rows(0) + self.base.rows(1) + come as u64 - self.gone.len() as u64
    }

    /// How much came and went since rows were sorted.
    pub(super) fn changes(&self) -> usize {
        self.come.iter().map(BTreeSet::len).sum::<usize>() + self.gone.len()
    }

    fn in_base(&self, row: &Row) -> Result<bool, Error> {
        Ok(!self.base.range((part(row), 0), &ordered(row, 0))?.is_empty())
    }

    /// Takes in terms, whose numbers follow the last, and rows that go and come; what goes goes first.
    pub(super) fn apply(&mut self, terms: &[Arc<[u8]>], gone: &[Row], come: &[Row]) -> Result<(), Error> {
        for bytes in terms {
            let number = self.term_count();
            self.terms.push(Arc::clone(bytes));
            self.numbers.insert(Arc::clone(bytes), number);
        }
        self.sorted = Default::default();
        for row in gone {
            if !self.come[part(row)].remove(row) && self.in_base(row)? {
                self.gone.insert(*row);
            }
        }
        for row in come {
            if !self.gone.remove(row) && !self.in_base(row)? {
                self.come[part(row)].insert(*row);
            }
        }
        Ok(())
    }

    /// The rows that came, in an order.
    fn sorted(&self, part: usize, order: usize) -> &[Row] {
        let make = || {
            let sort = |order: usize| {
                let mut rows: Vec<Row> = self.come[part].iter().map(|row| ordered(row, order)).collect();
                rows.sort_unstable();
                rows
            };
            (0..PARTS[part]).map(sort).collect()
        };
        &self.sorted[part].get_or_init(make)[order]
    }

    /// The rows with these ends in these graphs.
    pub(crate) fn rows(self: Arc<Self>, ends: [Option<u32>; 3], of: Of) -> Result<Rows, Error> {
        let (part, graph) = match of {
            Of::Default => (0, None),
            Of::Named(graph) => (1, Some(graph)),
            Of::AnyNamed => (1, None),
        };
        let wanted = [ends[0], ends[1], ends[2], graph];
        let bound = wanted.iter().flatten().count();
        let mut best: Option<(usize, usize, Range<u64>)> = None;
        for (order, places) in ORDERS.iter().enumerate().take(PARTS[part]) {
            let begin: Vec<u32> = places.iter().map_while(|place| wanted[*place]).collect();
            if bound > 0 && begin.is_empty() {
                continue;
            }
            let range = self.base.range((part, order), &begin)?;
            let shorter = best.as_ref().is_none_or(|(_, _, best)| range.end - range.start < best.end - best.start);
            if shorter || begin.len() == bound {
                let known = begin.len();
                best = Some((order, known, range));
                if known == bound {
                    break;
                }
            }
        }
        // Named graphs alone have the last order.
        let (order, known, range) = best.unwrap_or((0, 0, 0..self.base.rows(part)));
        let begin: Vec<u32> = ORDERS[order].iter().map_while(|place| wanted[*place]).collect();
        let added = self.sorted(part, order);
        let from = added.partition_point(|row| row[..begin.len()] < begin[..]);
        let to = from + added[from..].partition_point(|row| row[..begin.len()] == begin[..]);
        let left = (known < bound).then_some(wanted);
        Ok(Rows { image: self, part, order, left, range, added: from..to })
    }

    /// The numbers of all named graphs, sorted.
    pub(crate) fn graphs(self: &Arc<Self>) -> Result<BTreeSet<u32>, Error> {
        let mut graphs: BTreeSet<u32> = self.come[1].iter().map(|row| row[3]).collect();
        let (place, mut at) = ((1, 3), 0);
        while at < self.base.rows(1) {
            let graph = self.base.row(place, at)?[0];
            if self.gone.is_empty() || Arc::clone(self).rows([None; 3], Of::Named(graph))?.next().transpose()?.is_some()
            {
                graphs.insert(graph);
            }
            at = self.base.range(place, &[graph])?.end;
        }
        Ok(graphs)
    }

    /// All rows in an order, sorted: of the base what is left, and what came.
    pub(super) fn all(&self, part: usize, order: usize) -> impl Iterator<Item = Result<Row, Error>> {
        let base = (0..self.base.rows(part)).map(move |at| self.base.row((part, order), at));
        let mut base =
            base.filter(move |row| !matches!(row, Ok(row) if self.gone.contains(&unordered(row, order)))).peekable();
        let mut added = self.sorted(part, order).iter().copied().peekable();
        std::iter::from_fn(move || match (base.peek(), added.peek()) {
            (Some(Ok(row)), Some(other)) if other < row => added.next().map(Ok),
            (None, Some(_)) => added.next().map(Ok),
            _ => base.next(),
        })
    }

    fn senseless(&self) -> Error {
        self.damaged("a term makes no sense")
    }

    /// What is answered where the graph's file holds what no writer wrote.
    pub(crate) fn damaged(&self, what: &str) -> Error {
        damaged(self.base.path(), what)
    }
}

/// Rows of an image, by a pattern.
pub(crate) struct Rows {
    image: Arc<Image>,
    part: usize,
    order: usize,
    /// What is still to be looked at, where the order does not begin with all that is wanted.
    left: Option<[Option<u32>; 4]>,
    range: Range<u64>,
    added: Range<usize>,
}

impl Iterator for Rows {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let fits = |row: &Row, left: &Option<[Option<u32>; 4]>| match left {
            None => true,
            Some(wanted) => wanted.iter().zip(row).all(|(wanted, value)| wanted.is_none_or(|wanted| wanted == *value)),
        };
        for at in self.range.by_ref() {
            let row = match self.image.base.row((self.part, self.order), at) {
                Ok(row) => unordered(&row, self.order),
                Err(error) => return Some(Err(error)),
            };
            if fits(&row, &self.left) && (self.image.gone.is_empty() || !self.image.gone.contains(&row)) {
                return Some(Ok(row));
            }
        }
        let added = self.image.sorted(self.part, self.order);
        for at in self.added.by_ref() {
            let row = unordered(&added[at], self.order);
            if fits(&row, &self.left) {
                return Some(Ok(row));
            }
        }
        None
    }
}

/// The number of the default graph in a row, or of a named one.
pub(crate) fn graph_of(row: &Row) -> Option<u32> {
    (row[3] != DEFAULT).then_some(row[3])
}
