//! What a reader sees: terms as numbers, quads as rows. In: a store. Out: rows by any pattern, all of one time.
//! Never: a term twice; a graph in memory that the reader hardly looks at.
//!
//! Reading a term from the disk costs more than anything that a query does with it. So a term is read as text once, and
//! is a number from then on; and a part of the store (the default graph, or all named ones) from which a query has read
//! [`OFTEN`] rows is taken into memory whole, as sorted rows, since it will be read again. Below that a query reads what
//! it asks for and no more, so that its start costs nothing.

use super::stop;
use oxigraph::model::{GraphName, GraphNameRef, NamedOrBlankNodeRef, Quad, Term, TermRef};
use oxigraph::store::{QuadIter, StorageError};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
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

/// Every term that was met, each once.
#[derive(Debug, Default)]
pub(super) struct Terms {
    list: Vec<Arc<Term>>,
    ids: HashMap<Arc<Term>, u32>,
}

impl Terms {
    /// The number of a term, and whether it is new.
    pub(super) fn id(&mut self, term: Term) -> (Id, bool) {
        if let Some(id) = self.ids.get(&term) {
            return (Id(*id), false);
        }
        let (id, term) = (self.list.len() as u32, Arc::new(term));
        self.list.push(Arc::clone(&term));
        self.ids.insert(term, id);
        (Id(id), true)
    }

    /// The term of a number.
    pub(super) fn term(&self, id: &Id) -> Arc<Term> {
        Arc::clone(&self.list[id.0 as usize])
    }
}

/// Subject, property, object and graph; the default graph is [`DEFAULT`].
pub(super) type Row = [u32; 4];
/// No term has this number.
const DEFAULT: u32 = u32::MAX;

/// The orders in which rows are kept: some three of the four always begin with what a pattern names.
const ORDERS: [[usize; 4]; 6] = [[0, 1, 2, 3], [1, 2, 0, 3], [2, 0, 1, 3], [3, 0, 1, 2], [3, 1, 2, 0], [3, 2, 0, 1]];
/// Where there is one graph only, its place does not matter.
const OF_ONE: usize = 3;

/// Rows in memory, sorted in every order that is asked for.
#[derive(Debug)]
struct Sorted(Vec<Vec<Row>>);

impl Sorted {
    fn new(rows: &[Row], orders: usize) -> Sorted {
        let sorted = ORDERS[..orders].iter().map(|order| {
            let mut rows: Vec<Row> = rows.iter().map(|row| order.map(|place| row[place])).collect();
            rows.sort_unstable();
            rows
        });
        Sorted(sorted.collect())
    }

    /// The rows that fit, by the order in which most of what is named comes first.
    fn matching(self: Rc<Self>, wanted: [Option<u32>; 4]) -> impl Iterator<Item = Row> + use<> {
        let bound = |order: &[usize; 4]| order.iter().take_while(|place| wanted[**place].is_some()).count();
        let best =
            (0..self.0.len()).max_by_key(|order| (bound(&ORDERS[*order]), usize::MAX - order)).unwrap_or_default();
        let order = ORDERS[best];
        let key: Vec<u32> = order.iter().map_while(|place| wanted[*place]).collect();
        let rows = &self.0[best];
        let from = rows.partition_point(|row| row[..key.len()] < key[..]);
        let to = from + rows[from..].partition_point(|row| row[..key.len()] == key[..]);
        (from..to).map(move |at| {
            let mut row = [0; 4];
            order.iter().zip(self.0[best][at]).for_each(|(place, value)| row[*place] = value);
            row
        })
    }
}

/// A part of the store: its default graph, or all its named ones.
#[derive(Debug, Default)]
struct Part {
    read: Cell<usize>,
    sorted: OnceCell<Rc<Sorted>>,
}

/// Rows that a query may read of a part before it is taken into memory: about a quarter of what taking it would read on
/// the graph of 10,000 short texts (80,000 triples; 370,000 quads in named graphs).
const OFTEN: [usize; 2] = [20_000, 100_000];

/// A store as one reader sees it.
pub(super) struct Snapshot {
    store: oxigraph::store::Store,
    pub(super) terms: Rc<RefCell<Terms>>,
    parts: Rc<[Part; 2]>,
}

/// Which graphs a pattern asks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of<'a> {
    Default,
    Named(&'a Id),
    AnyNamed,
}

impl Snapshot {
    /// The store as it is now. Nobody may write to it while the snapshot is read.
    pub(super) fn new(store: &oxigraph::store::Store) -> Snapshot {
        Snapshot { store: store.clone(), terms: Rc::default(), parts: Rc::default() }
    }

    /// The rows with these ends in these graphs.
    pub(super) fn rows(
        &self,
        ends: [Option<&Id>; 3],
        of: Of<'_>,
    ) -> Result<impl Iterator<Item = Result<Row, StorageError>> + use<>, StorageError> {
        let part = usize::from(of != Of::Default);
        if self.parts[part].sorted.get().is_none() && self.parts[part].read.get() >= OFTEN[part] {
            let sorted = Rc::new(self.take(part)?);
            let _ = self.parts[part].sorted.set(sorted);
        }
        let Some(sorted) = self.parts[part].sorted.get() else {
            return Ok(Found::Stored(self.stored(ends, of)));
        };
        let [subject, property, object] = ends.map(|id| id.map(|id| id.0));
        let graph = if let Of::Named(graph) = of { Some(graph.0) } else { None };
        let rows = Rc::clone(sorted).matching([subject, property, object, graph]);
        Ok(Found::Sorted(rows.map(Ok)))
    }

    /// The names of all named graphs.
    pub(super) fn graphs(&self) -> impl Iterator<Item = Result<Id, StorageError>> + use<> {
        let terms = Rc::clone(&self.terms);
        self.store.named_graphs().map(move |graph| Ok(terms.borrow_mut().id(graph?.into()).0))
    }

    /// Whether there is a named graph of this name.
    pub(super) fn has_graph(&self, name: &Id) -> Result<bool, StorageError> {
        match graph_name(&self.terms.borrow().term(name)) {
            Some(GraphNameRef::NamedNode(node)) => self.store.contains_named_graph(node),
            Some(GraphNameRef::BlankNode(node)) => self.store.contains_named_graph(node),
            _ => Ok(false),
        }
    }

    /// Takes a part of the store into memory.
    fn take(&self, part: usize) -> Result<Sorted, StorageError> {
        let mut rows = Vec::new();
        let graph = (part == 0).then_some(GraphNameRef::DefaultGraph);
        for quad in self.store.quads_for_pattern(None, None, None, graph) {
            stop::step();
            let row = row(&mut self.terms.borrow_mut(), quad?);
            if (row[3] == DEFAULT) == (part == 0) {
                rows.push(row);
            }
        }
        Ok(Sorted::new(&rows, if part == 0 { OF_ONE } else { ORDERS.len() }))
    }

    /// The rows that fit, from the store itself.
    fn stored(&self, ends: [Option<&Id>; 3], of: Of<'_>) -> Stored {
        let terms = self.terms.borrow();
        let [subject, property, object] = ends.map(|id| id.map(|id| terms.term(id)));
        let graph = if let Of::Named(graph) = of { Some(terms.term(graph)) } else { None };
        let found = || {
            let subject = match subject.as_deref() {
                None => None,
                Some(Term::NamedNode(node)) => Some(NamedOrBlankNodeRef::from(node.as_ref())),
                Some(Term::BlankNode(node)) => Some(node.as_ref().into()),
                Some(_) => return None,
            };
            let property = match property.as_deref() {
                None => None,
                Some(Term::NamedNode(node)) => Some(node.as_ref()),
                Some(_) => return None,
            };
            let graph = match (of, graph.as_deref()) {
                (Of::Default, _) => Some(GraphNameRef::DefaultGraph),
                (_, None) => None,
                (_, Some(name)) => Some(graph_name(name)?),
            };
            let object: Option<TermRef<'_>> = object.as_deref().map(Term::as_ref);
            Some(self.store.quads_for_pattern(subject, property, object, graph))
        };
        let part = usize::from(of != Of::Default);
        Stored { found: found(), part, parts: Rc::clone(&self.parts), terms: Rc::clone(&self.terms) }
    }
}

fn graph_name(term: &Term) -> Option<GraphNameRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.as_ref().into()),
        Term::BlankNode(node) => Some(node.as_ref().into()),
        _ => None,
    }
}

fn row(terms: &mut Terms, quad: Quad) -> Row {
    let graph = match quad.graph_name {
        GraphName::DefaultGraph => DEFAULT,
        GraphName::NamedNode(node) => terms.id(node.into()).0.0,
        GraphName::BlankNode(node) => terms.id(node.into()).0.0,
    };
    let [subject, property, object] =
        [quad.subject.into(), quad.predicate.into(), quad.object].map(|term| terms.id(term).0.0);
    [subject, property, object, graph]
}

/// A row's ends and its graph, if that is a named one.
pub(super) fn ids([subject, property, object, graph]: Row) -> ([Id; 3], Option<Id>) {
    ([Id(subject), Id(property), Id(object)], (graph != DEFAULT).then_some(Id(graph)))
}

/// Rows of the store, counted as they are read.
struct Stored {
    found: Option<QuadIter<'static>>,
    part: usize,
    parts: Rc<[Part; 2]>,
    terms: Rc<RefCell<Terms>>,
}

impl Iterator for Stored {
    type Item = Result<Row, StorageError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            stop::step();
            let quad = match self.found.as_mut()?.next()? {
                Ok(quad) => quad,
                Err(error) => return Some(Err(error)),
            };
            // Where all graphs are asked of, the default graph comes along.
            if quad.graph_name.is_default_graph() == (self.part == 0) {
                let read = &self.parts[self.part].read;
                read.set(read.get() + 1);
                return Some(Ok(row(&mut self.terms.borrow_mut(), quad)));
            }
        }
    }
}

enum Found<S, M> {
    Stored(S),
    Sorted(M),
}

impl<T, S: Iterator<Item = T>, M: Iterator<Item = T>> Iterator for Found<S, M> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Found::Stored(rows) => rows.next(),
            Found::Sorted(rows) => rows.next(),
        }
    }
}
