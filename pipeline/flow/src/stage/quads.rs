//! Quads: what goes to the store.
//!
//! In: entities, stated, asserted and entailed triples, rejections, contexts. Out: each quad once. Never: a quad without a live
//! document or a correction behind it.
//!
//! Default graph: what all documents together say. A graph of what follows from that. A graph per document: what it alone
//! says. A graph of resolutions: whom each document's entities were taken for. A graph of rejections.
//! A graph per correction: what it asserts. A graph of contexts: what is said around entities, and in documents.

use crate::rejection::{Rejection, Stage};
use crate::stage::rows::{Asserted, Entities, Entity, LocalId, Stated};
use crate::stage::{Rows, present};
use kgloom_record::record::{Datatype, DocumentId, Graph, Iri, Literal, Quad, Term, Triple};
use kgloom_record::vocabulary;
use std::sync::{Arc, LazyLock};

/// Names that most quads have: told apart by where they are before they are read, and minted once.
struct Usual {
    class: Iri,
    label: Iri,
    alternative: Iri,
    resolved_to: Iri,
}

static USUAL: LazyLock<Usual> = LazyLock::new(|| Usual {
    class: Iri::new(vocabulary::TYPE),
    label: Iri::new(vocabulary::LABEL),
    alternative: Iri::new(vocabulary::ALTERNATIVE_LABEL),
    resolved_to: Iri::new(vocabulary::RESOLVED_TO),
});

/// Everything that the store holds, each quad once.
pub fn quads<'s>(
    entities: &Entities<'s>,
    (stated, asserted, entailed): (Rows<'s, Stated>, Rows<'s, Asserted>, Rows<'s, Triple>),
    (corrections, rejections, contexts): (Rows<'s, Quad>, Rows<'s, Rejection>, Rows<'s, Quad>),
) -> Rows<'s, Quad> {
    let facts = stated.flat_map(|stated| {
        let alone = Quad { graph: Graph::Document(stated.document), triple: stated.triple.clone() };
        [alone, Quad { graph: Graph::Default, triple: stated.triple }]
    });
    let asserted = asserted.flat_map(|asserted| {
        let alone = Quad { graph: Graph::Correction(asserted.by), triple: asserted.triple.clone() };
        [alone, Quad { graph: Graph::Default, triple: asserted.triple }]
    });
    let resolutions = entities.resolved.clone().flat_map_ref(resolution);
    let named = entities.said.clone().join_core(entities.resolved.clone(), |(document, _), local, entity| {
        local.names.iter().flat_map(|name| labels(document, entity, name)).collect::<Vec<_>>()
    });
    let refused = rejections.flat_map(refused);
    let entailed = entailed.map(|triple| Quad { graph: Graph::Entailed, triple });
    present::once(facts.concatenate([asserted, entailed, corrections, resolutions, named, refused])).concat(contexts)
}

fn resolution((document, index): &LocalId, entity: &Entity) -> [Quad; 4] {
    let local = Iri::new(vocabulary::local_iri(document, *index));
    let class = |graph| quad(graph, &entity.iri, &USUAL.class, Term::Name(entity.class.clone()));
    [
        quad(Graph::Resolution, &local, &USUAL.resolved_to, Term::Name(entity.iri.clone())),
        class(Graph::Default),
        class(Graph::Document(document.clone())),
        quad(Graph::Default, &entity.iri, &USUAL.label, text(&entity.label)),
    ]
}

/// The names that a document uses.
fn labels(document: &DocumentId, entity: &Entity, name: &Arc<str>) -> Vec<Quad> {
    let alone = Graph::Document(document.clone());
    let mut quads = vec![quad(alone, &entity.iri, &USUAL.label, text(name))];
    if *name != entity.label {
        quads.push(quad(Graph::Default, &entity.iri, &USUAL.alternative, text(name)));
    }
    quads
}

fn refused(rejection: Rejection) -> Vec<Quad> {
    let mut hash = blake3::Hasher::new();
    let stage = match rejection.stage {
        Stage::Documents => "documents",
        Stage::Mentions => "mentions",
        Stage::Admit => "admit",
        Stage::Filter => "filter",
        Stage::Correction => "correction",
    };
    let document = Iri::new(vocabulary::document_iri(&rejection.document));
    let said = [stage, document.as_str(), &rejection.record, &rejection.refusal.reason, &rejection.refusal.location];
    for part in said {
        hash.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    let subject = vocabulary::own(&format!("rejection:{}", &hash.finalize().to_hex()[..16]));
    let say = |name: &str, object| quad(Graph::Rejected, &subject, &vocabulary::own(name), object);
    let mut quads = vec![
        say("stage", text(&stage.into())),
        say("document", Term::Name(document)),
        say("reason", text(&rejection.refusal.reason)),
    ];
    if !rejection.record.is_empty() {
        quads.push(say("record", text(&rejection.record)));
    }
    if !rejection.refusal.location.is_empty() {
        quads.push(say("location", text(&rejection.refusal.location)));
    }
    if let Some(probability) = rejection.probability {
        quads.push(say("probability", Term::Literal(probability.decimal())));
    }
    quads
}

fn quad(graph: Graph, subject: &Iri, relation: &Iri, object: Term) -> Quad {
    Quad { graph, triple: Triple { subject: subject.clone(), relation: relation.clone(), object } }
}

fn text(value: &Arc<str>) -> Term {
    Term::Literal(Literal { value: Arc::clone(value), datatype: Datatype::String })
}
