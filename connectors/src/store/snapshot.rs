//! What a query sees: an image of the graph, and the terms that the query makes. In: terms, patterns. Out: numbers, rows.
//! Never: a term twice.

use super::stop;
use crate::Error;
use crate::graph::{Image, Of, Row, graph_of, term};
use oxigraph::model::Term;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A term of a snapshot. Wherever the evaluator takes a copy it takes a step.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id(u32);

impl Clone for Id {
    #[inline]
    fn clone(&self) -> Id {
        stop::step();
        Id(self.0)
    }
}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.0);
    }
}

/// Terms that a query makes and the graph does not have.
#[derive(Default)]
struct Made {
    list: Vec<Term>,
    numbers: HashMap<Vec<u8>, u32>,
}

/// A graph as one query sees it.
pub(super) struct Snapshot {
    image: Arc<Image>,
    made: RefCell<Made>,
}

/// Which graphs a pattern asks of, by the evaluator's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked<'a> {
    Default,
    Named(&'a Id),
    AnyNamed,
}

impl Snapshot {
    pub(super) fn new(image: &Arc<Image>) -> Snapshot {
        Snapshot { image: Arc::clone(image), made: RefCell::default() }
    }

    /// The number of a term, and whether it is one that the query made just now.
    pub(super) fn id(&self, term: Term) -> Result<(Id, bool), Error> {
        let mut bytes = Vec::new();
        term::term(term.as_ref(), &mut bytes);
        let mut made = self.made.borrow_mut();
        if let Some(number) = made.numbers.get(&bytes) {
            return Ok((Id(*number), false));
        }
        if let Some(number) = self.image.number(&bytes)? {
            return Ok((Id(number), false));
        }
        let number = self.image.term_count() + made.list.len() as u32;
        made.list.push(term);
        made.numbers.insert(bytes, number);
        Ok((Id(number), true))
    }

    /// The term of a number.
    pub(super) fn term(&self, id: &Id) -> Result<Term, Error> {
        match id.0.checked_sub(self.image.term_count()) {
            None => self.image.term(id.0),
            Some(made) => Ok(self.made.borrow().list[made as usize].clone()),
        }
    }

    /// The rows with these ends in these graphs.
    pub(super) fn rows(
        &self,
        ends: [Option<&Id>; 3],
        of: Asked<'_>,
    ) -> Result<impl Iterator<Item = Result<Row, Error>> + use<>, Error> {
        let known = |id: &Id| id.0 < self.image.term_count();
        let of = match of {
            Asked::Default => Some(Of::Default),
            Asked::Named(graph) => known(graph).then_some(Of::Named(graph.0)),
            Asked::AnyNamed => Some(Of::AnyNamed),
        };
        let all_known = ends.iter().flatten().all(|id| known(id));
        let rows =
            of.filter(|_| all_known).map(|of| Arc::clone(&self.image).rows(ends.map(|id| id.map(|id| id.0)), of));
        Ok(rows.transpose()?.into_iter().flatten())
    }

    /// The names of all named graphs.
    pub(super) fn graphs(&self) -> Result<impl Iterator<Item = Id> + use<>, Error> {
        Ok(self.image.graphs()?.into_iter().map(Id))
    }

    /// Whether there is a named graph of this name.
    pub(super) fn has_graph(&self, name: &Id) -> Result<bool, Error> {
        Ok(self.rows([None; 3], Asked::Named(name))?.next().transpose()?.is_some())
    }
}

/// A row's ends and its graph, if that is a named one.
pub(super) fn ids(row: Row) -> ([Id; 3], Option<Id>) {
    ([Id(row[0]), Id(row[1]), Id(row[2])], graph_of(&row).map(Id))
}
