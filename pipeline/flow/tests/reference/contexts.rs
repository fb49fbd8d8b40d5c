//! What is said around things, and in texts.
//!
//! In: pages, who is who. Out: a direction for each. Never: a sum that is kept.

use super::Quads;
use super::pages::Page;
use super::who::Who;
use kgloom_record::context::{direction, written};
use kgloom_record::record::{Graph, Iri, Term};
use kgloom_record::vocabulary;
use std::collections::BTreeMap;

/// Writes the direction of each entity and each text.
pub(super) fn tell(pages: &[Page], who: &Who, quads: &mut Quads) {
    let mut sums: BTreeMap<Iri, Vec<i32>> = BTreeMap::new();
    let mut add = |name: Iri, context: &[i8]| {
        let sum = sums.entry(name).or_insert_with(|| vec![0; context.len()]);
        sum.iter_mut().zip(context).for_each(|(sum, x)| *sum += i32::from(*x));
    };
    for page in pages {
        for (place, local) in (0u32..).zip(&page.reading.entities) {
            add(Iri::new(vocabulary::document_iri(page.document)), &local.context);
            if local.literal.is_none() {
                add(who.of(&(page.document.clone(), place)).iri.clone(), &local.context);
            }
        }
    }
    for (name, sum) in sums {
        if let Some(direction) = direction(&sum) {
            quads.say(Graph::Contexts, &name, vocabulary::CONTEXT, Term::Literal(written(&direction)));
        }
    }
}
