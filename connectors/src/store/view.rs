//! A snapshot as the evaluator asks it. In: patterns and terms. Out: rows and terms. Never: a spelling that the store
//! would not keep, a text that was not counted.

use super::snapshot::{Asked, Id, Snapshot, ids};
use super::stop::{self, Stop};
use crate::Error;
use crate::graph::Image;
use oxigraph::model::Term;
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};
use std::sync::Arc;

/// One query's view of the store: the snapshot, and the terms that the query makes.
pub(super) struct View {
    snapshot: Snapshot,
    stop: Arc<Stop>,
}

impl View {
    /// A view of the graph for the query that heeds `stop`.
    pub(super) fn new(image: &Arc<Image>, stop: &Arc<Stop>) -> View {
        View { snapshot: Snapshot::new(image), stop: Arc::clone(stop) }
    }

    /// The number of a term that is spelt as the store spells it.
    fn id(&self, term: Term) -> Result<Id, Error> {
        let length = length(&term);
        let (id, new) = self.snapshot.id(term)?;
        if new {
            self.stop.count(length);
        }
        Ok(id)
    }
}

impl QueryableDataset<'static> for View {
    type InternalTerm = Id;
    type Error = Error;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Id>,
        predicate: Option<&Id>,
        object: Option<&Id>,
        graph_name: Option<Option<&Id>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Id>, Error>> + use<> {
        let of = match graph_name {
            None => Asked::AnyNamed,
            Some(None) => Asked::Default,
            Some(Some(name)) => Asked::Named(name),
        };
        let (rows, failed) = match self.snapshot.rows([subject, predicate, object], of) {
            Ok(rows) => (Some(rows), None),
            Err(error) => (None, Some(Err(error))),
        };
        rows.into_iter().flatten().chain(failed).map(|row| {
            stop::step();
            let ([subject, predicate, object], graph_name) = ids(row?);
            Ok(InternalQuad { subject, predicate, object, graph_name })
        })
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<Id, Error>> + use<> {
        let (graphs, failed) = match self.snapshot.graphs() {
            Ok(graphs) => (Some(graphs), None),
            Err(error) => (None, Some(Err(error))),
        };
        graphs.into_iter().flatten().map(Ok).chain(failed)
    }

    fn contains_internal_graph_name(&self, graph_name: &Id) -> Result<bool, Error> {
        self.snapshot.has_graph(graph_name)
    }

    /// The store keeps numbers and dates by value: what a query writes as `01` is its `1`.
    fn internalize_term(&self, term: Term) -> Result<Id, Error> {
        stop::step();
        let by_value = matches!(&term, Term::Literal(_) | Term::Triple(_));
        self.id(if by_value { ExpressionTerm::from(term).into() } else { term })
    }

    fn externalize_term(&self, term: Id) -> Result<Term, Error> {
        stop::step();
        self.snapshot.term(&term)
    }

    fn internalize_expression_term(&self, term: ExpressionTerm) -> Result<Id, Error> {
        stop::step();
        self.id(term.into())
    }
}

/// Bytes that a term takes.
fn length(term: &Term) -> usize {
    match term {
        Term::NamedNode(node) => node.as_str().len(),
        Term::BlankNode(_) => 0,
        Term::Literal(literal) => literal.value().len(),
        Term::Triple(triple) => length(&triple.object) + triple.predicate.as_str().len(),
    }
}
