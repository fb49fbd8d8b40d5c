//! What is said around each entity, and in each document, as a direction in the space of texts.
//!
//! In: readings, entities. Out: a quad each. Never: a float; a document added up again because another one changed: an entity's
//! sum is what the dataflow counts it by, so that an edit costs the same at a hub.

use crate::stage::Rows;
use crate::stage::mentions::Read;
use crate::stage::rows::Entities;
use crate::stage::sum::Sum;
use differential_dataflow::operators::CountTotal;
use kgloom_record::context::{direction, written};
use kgloom_record::profile::Direction;
use kgloom_record::record::{Graph, Iri, Quad, Term, Triple};
use kgloom_record::vocabulary;
use std::sync::{Arc, LazyLock};

static CONTEXT: LazyLock<Iri> = LazyLock::new(|| Iri::new(vocabulary::CONTEXT));

/// Directions of what is said.
pub(crate) struct Contexts<'s> {
    pub(crate) entities: Rows<'s, (Iri, Direction)>,
    pub(crate) documents: Rows<'s, (Iri, Direction)>,
}

/// The directions of entities and documents.
pub(crate) fn tell<'s>(reads: Rows<'s, Read>, entities: &Entities<'s>) -> Contexts<'s> {
    let documents = reads.flat_map(|read| whole(&read));
    let said = entities.said.clone().join_core(entities.resolved.clone(), |_, local, entity| {
        let context = &local.bearer.context;
        (!context.is_empty()).then(|| (entity.iri.clone(), Arc::clone(context)))
    });
    let sums = said.explode(|(iri, context)| Some((iri, Sum::of(&context)))).count_total();
    let entities = sums.flat_map(|(iri, sum)| Some((iri, Direction::from(direction(&sum.values())?))));
    Contexts { entities, documents }
}

/// The same, as the graph holds them.
pub(crate) fn quads(contexts: Contexts<'_>) -> Rows<'_, Quad> {
    contexts.entities.concat(contexts.documents).map(|(subject, direction)| {
        let object = Term::Literal(written(&direction));
        Quad { graph: Graph::Contexts, triple: Triple { subject, relation: CONTEXT.clone(), object } }
    })
}

/// What a document says, as far as it is said around something that it names.
fn whole(read: &Read) -> Option<(Iri, Direction)> {
    let contexts = read.reading()?.entities.iter().map(|entity| &entity.context);
    let mut sum = vec![0; contexts.clone().map(|context| context.len()).max().unwrap_or_default()];
    contexts.for_each(|context| sum.iter_mut().zip(context.iter()).for_each(|(sum, x)| *sum += i32::from(*x)));
    Some((Iri::new(vocabulary::document_iri(&read.document.id)), direction(&sum)?.into()))
}
