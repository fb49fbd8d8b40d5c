//! Each thing is stated once: of a relation and its inverse the canonical one, of a relation that holds both ways one
//! direction, and of a relation and a broader one the narrower.
//!
//! In: facts, or triples with the documents that state them. Out: the same, in the form in which they are stated.
//! Never: evidence that is lost; what was said in either form speaks for the one that is stated.

use crate::stage::Rows;
use crate::stage::arranged::{by_key, keys};
use crate::stage::rows::{Asserted, Fact, Grounds, Stated, Tail};
use differential_dataflow::operators::ThresholdTotal;
use kgloom_record::record::{CorrectionId, DocumentEvidence, DocumentId, Evidence, Iri, Term, Triple};
use kgloom_record::shared::Shared;
use ontologies::{Form, Ontology};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A triple in the form in which it is stated.
pub fn stated(triple: &Triple, ontology: &Ontology) -> Triple {
    let Term::Name(object) = &triple.object else { return triple.clone() };
    let (relation, turned) = form((&triple.subject, &triple.relation, object), ontology);
    let (subject, object) = if turned { (object, &triple.subject) } else { (&triple.subject, object) };
    Triple { subject: subject.clone(), relation, object: Term::Name(object.clone()) }
}

/// What a form makes of a triple; nothing where a value would have to be its subject.
pub fn turned(triple: &Triple, form: &Form) -> Option<Triple> {
    let relation = form.relation.clone();
    match &triple.object {
        object if !form.turned => Some(Triple { subject: triple.subject.clone(), relation, object: object.clone() }),
        Term::Name(object) => {
            Some(Triple { subject: object.clone(), relation, object: Term::Name(triple.subject.clone()) })
        }
        Term::Literal(_) => None,
    }
}

/// The relation by which a fact is stated, and whether its ends change places. Of both directions of a relation that holds
/// either way the one from the lesser name is stated.
fn form((head, relation, tail): (&Iri, &Iri, &Iri), ontology: &Ontology) -> (Iri, bool) {
    let Form { relation, turned } = ontology.stated_form(relation);
    let turned = if ontology.is_symmetric(&relation) { tail < head } else { turned };
    (relation, turned)
}

/// Facts in the form in which they are stated.
pub(crate) fn turn<'s>(facts: Rows<'s, Fact>, ontology: &Arc<Ontology>) -> Rows<'s, Fact> {
    let ontology = Arc::clone(ontology);
    facts.map(move |fact| {
        let Tail::Entity(tail) = &fact.tail else { return fact };
        // What may not be stated is refused in the words in which it was said.
        if ontology.admits(&fact.head.class, &fact.relation, &tail.class).is_err() {
            return fact;
        }
        let (relation, turned) = form((&fact.head.iri, &fact.relation, &tail.iri), &ontology);
        if !turned {
            return Fact { relation, ..fact };
        }
        let said = &fact.grounds.evidence;
        let evidence = DocumentEvidence { head: said.tail, tail: said.head, ..*said };
        Fact {
            head: tail.clone(),
            relation,
            tail: Tail::Entity(fact.head),
            document: fact.document,
            grounds: Shared::new(Grounds { evidence, ..Grounds::clone(&fact.grounds) }),
        }
    })
}

/// Triples in the form in which they are stated, with what speaks for the form in which they were said.
pub(crate) fn turn_stated<'s>(
    believed: Rows<'s, (Stated, Evidence)>,
    ontology: &Arc<Ontology>,
) -> Rows<'s, (Stated, Evidence)> {
    let ontology = Arc::clone(ontology);
    believed.map(move |(said, evidence)| (Stated { triple: stated(&said.triple, &ontology), ..said }, evidence))
}

/// What the user asserts, in the form in which it is stated.
pub(crate) fn turn_asserted<'s>(asserted: Rows<'s, Asserted>, ontology: &Arc<Ontology>) -> Rows<'s, Asserted> {
    let ontology = Arc::clone(ontology);
    asserted.map(move |asserted| Asserted { triple: stated(&asserted.triple, &ontology), ..asserted })
}

/// Who says a triple.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Speaker {
    Document(DocumentId),
    Correction(CorrectionId),
}

/// Of two triples of which one follows from the other by a broader relation, the narrower; whoever states the broader one
/// states it.
pub(crate) fn narrow<'s>(
    stated: Rows<'s, Stated>,
    asserted: Rows<'s, Asserted>,
    ontology: &Arc<Ontology>,
) -> (Rows<'s, Stated>, Rows<'s, Asserted>) {
    let ontology = Arc::clone(ontology);
    let said = stated.map(|stated| (stated.triple, Speaker::Document(stated.document)));
    let said = said.concat(asserted.map(|asserted| (asserted.triple, Speaker::Correction(asserted.by))));
    let held = by_key(said.clone(), "said");
    let triples = keys(held.clone(), "stated");
    let implied = triples.clone().as_collection(|triple, ()| triple.clone()).flat_map(move |triple| {
        let implied = ontology.consequences(&triple.relation).iter().filter(|implied| implied.narrows());
        let implied: Vec<(Triple, Triple)> =
            implied.filter_map(|implied| Some((turned(&triple, &implied.form)?, triple.clone()))).collect();
        implied
    });
    let folded = implied.arrange_by_key().join_core(triples, |broad, narrow, ()| Some((broad.clone(), narrow.clone())));
    let gone = folded.clone().map(|(broad, _)| broad).distinct_total();
    // What is itself folded away passes nothing on: the narrowest has it all.
    let narrowest = folded.map(|(broad, narrow)| (narrow, broad)).antijoin(gone.clone());
    let narrowest = narrowest.map(|(narrow, broad)| (broad, narrow));
    let passed = held
        .clone()
        .join_core(narrowest.arrange_by_key(), |_, speaker, narrow| Some((narrow.clone(), speaker.clone())));
    let folded = held.join_core(gone.arrange_by_self(), |broad, speaker, ()| Some((broad.clone(), speaker.clone())));
    let said = said.concatenate([folded.negate(), passed]);
    let stated = said.clone().flat_map(|(triple, speaker)| match speaker {
        Speaker::Document(document) => Some(Stated { triple, document }),
        Speaker::Correction(_) => None,
    });
    let asserted = said.flat_map(|(triple, speaker)| match speaker {
        Speaker::Correction(by) => Some(Asserted { triple, by }),
        Speaker::Document(_) => None,
    });
    (stated, asserted)
}
