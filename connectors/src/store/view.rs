//! A snapshot as the evaluator asks it. In: patterns and terms. Out: rows and terms. Never: a spelling that the store
//! would not keep, a text that was not counted.

use super::snapshot::{Id, Of, Snapshot, ids};
use super::stop::{self, Stop};
use oxigraph::model::Term;
use oxigraph::store::StorageError;
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};
use std::sync::Arc;

/// One query's view of the store: the snapshot, and the terms that the query makes.
pub(super) struct View {
    snapshot: Snapshot,
    stop: Arc<Stop>,
}

impl View {
    /// A view of the store for the query that heeds `stop`.
    pub(super) fn new(store: &oxigraph::store::Store, stop: &Arc<Stop>) -> View {
        View { snapshot: Snapshot::new(store), stop: Arc::clone(stop) }
    }

    /// The number of a term that is spelt as the store spells it.
    fn id(&self, term: Term) -> Id {
        let length = length(&term);
        let (id, new) = self.snapshot.terms.borrow_mut().id(term);
        if new {
            self.stop.count(length);
        }
        id
    }
}

impl QueryableDataset<'static> for View {
    type InternalTerm = Id;
    type Error = StorageError;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Id>,
        predicate: Option<&Id>,
        object: Option<&Id>,
        graph_name: Option<Option<&Id>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Id>, StorageError>> + use<> {
        let of = match graph_name {
            None => Of::AnyNamed,
            Some(None) => Of::Default,
            Some(Some(name)) => Of::Named(name),
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

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<Id, StorageError>> + use<> {
        self.snapshot.graphs()
    }

    fn contains_internal_graph_name(&self, graph_name: &Id) -> Result<bool, StorageError> {
        self.snapshot.has_graph(graph_name)
    }

    /// The store keeps numbers and dates by value: what a query writes as `01` is its `1`.
    fn internalize_term(&self, term: Term) -> Result<Id, StorageError> {
        stop::step();
        let by_value = matches!(&term, Term::Literal(_) | Term::Triple(_));
        Ok(self.id(if by_value { ExpressionTerm::from(term).into() } else { term }))
    }

    fn externalize_term(&self, term: Id) -> Result<Term, StorageError> {
        stop::step();
        Ok(Term::clone(&self.snapshot.terms.borrow().term(&term)))
    }

    fn internalize_expression_term(&self, term: ExpressionTerm) -> Result<Id, StorageError> {
        stop::step();
        Ok(self.id(term.into()))
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
