//! What is said around things, as the store holds it. In: nothing. Out: entities and documents with their directions. Never: a
//! question about them; that is asked of an index.

use super::{Store, quads};
use crate::Error;
use kgloom_record::context;
use kgloom_record::record::{Iri, Term, Triple};
use kgloom_record::vocabulary;
use oxigraph::model::{GraphNameRef, NamedNodeRef};

const CONTEXTS: GraphNameRef<'static> = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(vocabulary::CONTEXTS));
const CONTEXT: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::CONTEXT);

impl Store {
    /// Every entity and document that something is said around, with the direction of what is said.
    pub fn contexts(&self) -> impl Iterator<Item = Result<(Iri, Vec<i8>), Error>> + use<> {
        let quads = self.inner.quads_for_pattern(None, Some(CONTEXT), None, Some(CONTEXTS));
        quads.filter_map(|quad| match quad {
            Ok(quad) => quads::decode_triple(quad).as_ref().and_then(direction).map(Ok),
            Err(error) => Some(Err(error)),
        })
    }
}

/// The name and the direction of a triple of the graph of contexts.
fn direction(triple: &Triple) -> Option<(Iri, Vec<i8>)> {
    let Term::Literal(literal) = &triple.object else { return None };
    Some((triple.subject.clone(), context::read(&literal.value)?))
}
