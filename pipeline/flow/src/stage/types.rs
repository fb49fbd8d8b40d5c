//! What entities are, below the class that names them: the narrower classes that an ontology declares.
//!
//! In: readings, entities, the ontology. Out: `rdf:type` triples with the documents that tell them, and rejections.
//! Never: a class that the entity's own rules out, or two that rule one another out.

use crate::rejection::{Rejection, Stage};
use crate::stage::mentions::Read;
use crate::stage::rows::{Entities, LocalId, Stated};
use crate::stage::{Rows, Verdict};
use kgloom_record::record::{DocumentId, Iri, Refusal, Score, Term, Triple};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A class that a document tells, and how surely.
type Told = (Iri, DocumentId, Score);

/// The narrower classes of entities, those with enough support. Documents that tell an entity's class mostly tell it by
/// the same words, its name's: the surest of them decides, where facts have their witnesses added up.
pub(crate) fn tell<'s>(
    reads: Rows<'s, Read>,
    entities: &Entities<'s>,
    (ontology, needed): (&Arc<Ontology>, Score),
) -> Verdict<'s, Stated> {
    let told = reads.flat_map(|read| told(&read)).arrange_by_key();
    let of_entities = told.join_core(entities.resolved.clone(), |(document, _), (class, score), entity| {
        Some(((entity.iri.clone(), entity.class.clone()), (class.clone(), document.clone(), *score)))
    });
    let ontology = Arc::clone(ontology);
    let judged = of_entities.reduce_named("Types", move |(_, own), told: &[(&Told, isize)], output| {
        let told: Vec<&Told> = told.iter().map(|(told, _)| *told).collect();
        let refused = judge(own, &told, (&ontology, needed));
        for (class, document, _) in told {
            for (broader, reason) in &refused {
                if ontology.is_kind_of(class, broader) {
                    output.push(((broader.clone(), document.clone(), reason.clone()), 1));
                }
            }
        }
        output.sort();
        output.dedup();
    });
    let typed = judged.map(|((subject, _), (class, document, reason))| {
        let triple = Triple { subject, relation: Iri::new(vocabulary::TYPE), object: Term::Name(class) };
        (Stated { triple, document }, reason)
    });
    let kept = typed.clone().flat_map(|(stated, reason)| reason.is_none().then_some(stated));
    let rejected = typed.flat_map(|(Stated { triple, document }, reason)| {
        let refusal = Refusal { reason: reason?, location: "".into() };
        let record = triple.to_string().into();
        Some(Rejection { stage: Stage::Admit, document, record, refusal, probability: None })
    });
    Verdict { kept, rejected }
}

fn told(read: &Read) -> Vec<(LocalId, (Iri, Score))> {
    let entities = read.reading().map_or(&[][..], |reading| &reading.entities);
    let told = entities.iter().zip(0u32..).flat_map(|(entity, index)| {
        let id = (read.document.id.clone(), index);
        entity.types.iter().map(move |told| (id.clone(), (told.class.clone(), told.score)))
    });
    told.collect()
}

/// The classes that are told of an entity, those above them included, each with what speaks against it.
fn judge(own: &Iri, told: &[&Told], (ontology, needed): (&Ontology, Score)) -> BTreeMap<Iri, Option<Arc<str>>> {
    let mut support: BTreeMap<&Iri, Score> = BTreeMap::new();
    for (class, _, score) in told {
        for above in ontology.above(class).filter(|above| !ontology.is_kind_of(own, above)) {
            support.entry(above).and_modify(|best| *best = (*best).max(*score)).or_insert(*score);
        }
    }
    let mut surest: Vec<(&Iri, Score)> = support.into_iter().collect();
    surest.sort_by_key(|(class, score)| (Reverse(*score), *class));
    let label = |class: &Iri| ontology.class(class).map_or_else(|| class.to_string(), |class| class.label.clone());
    let mut kept: Vec<&Iri> = vec![own];
    let mut judged = BTreeMap::new();
    for (class, score) in surest {
        let reason = if !ontology.may_be(own, class) {
            Some(format!("\"{}\" is no kind of {}", label(class), label(own)))
        } else if score < needed {
            Some(format!("support {score} is below {needed}"))
        } else {
            let rival = kept.iter().find(|rival| ontology.are_disjoint(rival, class));
            rival.map(|rival| format!("it is of \"{}\", which nothing of \"{}\" is", label(rival), label(class)))
        };
        if reason.is_none() {
            kept.push(class);
        }
        judged.insert(class.clone(), reason.map(Arc::from));
    }
    judged
}

#[cfg(test)]
#[path = "types_tests.rs"]
mod tests;
