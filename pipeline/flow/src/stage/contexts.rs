//! What is said around each entity, and in each document, as a direction in the space of texts.
//!
//! In: readings, entities. Out: a quad each. Never: a float; a document added up again because another one changed: an entity's
//! sum is what the dataflow counts it by, so that an edit costs the same at a hub.

use crate::stage::Rows;
use crate::stage::mentions::Read;
use crate::stage::rows::{Entities, LocalId};
use differential_dataflow::difference::{IsZero, Multiply, Semigroup};
use differential_dataflow::operators::CountTotal;
use kgloom_record::context::{direction, written};
use kgloom_record::profile::Direction;
use kgloom_record::record::{Graph, Iri, Quad, Term, Triple};
use kgloom_record::vocabulary;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

static CONTEXT: LazyLock<Iri> = LazyLock::new(|| Iri::new(vocabulary::CONTEXT));

/// A sum of vectors, in the narrowest whole numbers that hold it: one text is all that most entities have, and its vector is
/// shared with what was read. The empty sum is zero whatever the width.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Sum {
    Byte(Arc<[i8]>),
    Short(Box<[i16]>),
    Long(Box<[i32]>),
}

impl Sum {
    fn of(context: &Arc<[i8]>) -> Sum {
        Sum::Byte(Arc::clone(context))
    }

    /// The same numbers have one form.
    fn narrow(values: &[i32]) -> Sum {
        let bytes: Option<Arc<[i8]>> = values.iter().map(|x| i8::try_from(*x).ok()).collect();
        let shorts = || values.iter().map(|x| i16::try_from(*x).ok()).collect::<Option<_>>();
        bytes.map(Sum::Byte).or_else(|| shorts().map(Sum::Short)).unwrap_or_else(|| Sum::Long(values.into()))
    }

    fn values(&self) -> Vec<i32> {
        match self {
            Sum::Byte(values) => values.iter().map(|x| i32::from(*x)).collect(),
            Sum::Short(values) => values.iter().map(|x| i32::from(*x)).collect(),
            Sum::Long(values) => values.to_vec(),
        }
    }
}

impl IsZero for Sum {
    fn is_zero(&self) -> bool {
        // What does not fit into bytes is not zero.
        matches!(self, Sum::Byte(values) if values.iter().all(|x| *x == 0))
    }
}

impl Semigroup for Sum {
    fn plus_equals(&mut self, other: &Sum) {
        let (mut sum, other) = (self.values(), other.values());
        sum.resize(sum.len().max(other.len()), 0);
        sum.iter_mut().zip(&other).for_each(|(sum, x)| *sum += x);
        *self = Sum::narrow(&sum);
    }
}

impl Multiply<isize> for Sum {
    type Output = Sum;

    fn multiply(self, times: &isize) -> Sum {
        match times {
            1 => self,
            _ => Sum::narrow(&self.values().into_iter().map(|x| x * *times as i32).collect::<Vec<_>>()),
        }
    }
}

/// Directions of what is said.
pub(crate) struct Contexts<'s> {
    pub(crate) entities: Rows<'s, (Iri, Direction)>,
    pub(crate) documents: Rows<'s, (Iri, Direction)>,
}

/// The directions of entities and documents.
pub(crate) fn tell<'s>(reads: Rows<'s, Read>, entities: &Entities<'s>) -> Contexts<'s> {
    let documents = reads.clone().flat_map(|read| whole(&read));
    let told = reads.flat_map(|read| told(&read)).arrange_by_key();
    let said =
        told.join_core(entities.resolved.clone(), |_, context, entity| Some((entity.iri.clone(), Arc::clone(context))));
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

/// What a document says around each of its entities.
fn told(read: &Read) -> Vec<(LocalId, Arc<[i8]>)> {
    let entities = read.reading().map_or(&[][..], |reading| &reading.entities);
    let named = (0u32..).zip(entities).filter(|(_, entity)| entity.literal.is_none() && !entity.context.is_empty());
    named.map(|(index, entity)| ((read.document.id.clone(), index), Arc::clone(&entity.context))).collect()
}

/// What a document says, as far as it is said around something that it names.
fn whole(read: &Read) -> Option<(Iri, Direction)> {
    let contexts = read.reading()?.entities.iter().map(|entity| &entity.context);
    let mut sum = vec![0; contexts.clone().map(|context| context.len()).max().unwrap_or_default()];
    contexts.for_each(|context| sum.iter_mut().zip(context.iter()).for_each(|(sum, x)| *sum += i32::from(*x)));
    Some((Iri::new(vocabulary::document_iri(&read.document.id)), direction(&sum)?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Equal sums are equal values, whatever was added and taken away, and in which order.
        #[test]
        fn a_sum_has_one_form(vectors in prop::collection::vec(prop::collection::vec(any::<i8>(), 3), 1..300), more in 0usize..40) {
            let add = |sum: &mut Sum, vector: &[i8], times: isize| sum.plus_equals(&Sum::of(&vector.into()).multiply(&times));
            let (mut straight, mut back) = (Sum::of(&[0; 3].into()), Sum::of(&[].into()));
            vectors.iter().for_each(|vector| add(&mut straight, vector, 1));
            vectors.iter().take(more).for_each(|vector| add(&mut back, vector, 400));
            vectors.iter().rev().for_each(|vector| add(&mut back, vector, 1));
            vectors.iter().take(more).for_each(|vector| add(&mut back, vector, -400));
            prop_assert_eq!(&straight, &back);
            let wanted: Vec<i32> = (0..3).map(|at| vectors.iter().map(|vector| i32::from(vector[at])).sum()).collect();
            prop_assert_eq!(straight.values(), wanted);
            vectors.iter().for_each(|vector| add(&mut back, vector, -1));
            prop_assert!(back.is_zero());
        }
    }
}
