//! The graph once more: computed at once, by loops over maps, from all that is live.
//!
//! In: documents, refusals, corrections, a reader, an ontology. Out: every quad of the graph, without a graph filter.
//! Never: a collection that changes; a stage of the dataflow; or what the toy reader does not read, which is
//! capitals, times that tell no year, and decimals.
//!
//! ```text
//! texts ─▶ pages ─▶ locals ─▶ bearers ─▶ who ─▶ facts ─▶ settle ─▶ follow ─▶ quads
//!                                         ├───▶ types, or typed ─────────────▶ │
//!                                         └───▶ contexts ────────────────────▶ │
//! ```
//!
//! How names are compared, which of them the ontology knows, by which nouns a text says what a thing is, what the
//! ontology says and how things are called is taken from the crates: that is data and spelling, and has tests of its
//! own. A learnt filter is left out: with one, only what it has no say in is compared.

mod bearers;
mod contexts;
mod facts;
mod follow;
mod forms;
mod histories;
mod locals;
mod pages;
mod settle;
mod typed;
mod types;
mod who;
pub mod world;

use kgloom_flow::gazetteer::Gazetteer;
use kgloom_record::correction::{Given, given};
use kgloom_record::port::{Failure, Reader, Typer};
use kgloom_record::record::{
    Correction, CorrectionId, Datatype, DocumentId, Graph, Iri, Literal, Quad, Refusal, Score, Term, Triple,
};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use pages::Page;
use std::collections::{BTreeMap, BTreeSet};
use who::Who;

/// Everything that the store should hold.
pub fn graph(
    documents: &BTreeMap<DocumentId, String>,
    refusals: &BTreeMap<DocumentId, Refusal>,
    corrections: &[Correction],
    (reader, typer): (&dyn Reader, Option<&dyn Typer>),
    ontology: &Ontology,
) -> BTreeSet<Quad> {
    let gazetteer = Gazetteer::of(ontology);
    let given = given(&corrections.iter().cloned().collect());
    let mut quads = Quads::default();
    for (document, refusal) in refusals {
        quads.refuse("documents", document, "", refusal);
    }
    let mut pages = Vec::new();
    for (document, text) in documents {
        match reader.read(text) {
            Ok(reading) => {
                let mut page = Page { document, text, reading };
                page.part();
                let by = page.amend(&given);
                by.iter().for_each(|id| quads.apply(id, &Iri::new(vocabulary::document_iri(document))));
                pages.push(page);
            }
            Err(Failure::Refused(refusal)) => quads.refuse("mentions", document, "", &refusal),
            Err(Failure::Broken(broken)) => panic!("the reader broke: {broken}"),
        }
    }
    let who = Who::resolve(&pages, &given, (ontology, &gazetteer));
    who.tell(&mut quads);
    let needed = reader.thresholds().get(&Iri::new(vocabulary::TYPE)).copied().unwrap_or(Score::HALF);
    if typer.is_none() {
        types::tell(&pages, &who, (ontology, needed), &mut quads);
    }
    contexts::tell(&pages, &who, &mut quads);

    let proposed = facts::propose(&pages, &who, ontology, &mut quads);
    let sound = facts::reject(proposed, (&given, &who), ontology, &mut quads);
    let admitted = settle::admit(sound, ontology, reader.thresholds(), &mut quads);
    let asserted = settle::assert((&given, &who), ontology, &mut quads);
    let settled = settle::settle(admitted, asserted, ontology, &mut quads);
    let stated = settle::narrow(&settled, ontology);
    for (triple, speakers) in &stated {
        for graph in speakers.iter().chain([&Graph::Default]) {
            quads.insert(graph.clone(), triple.clone());
        }
    }
    if let Some(typer) = typer {
        typed::tell((&pages, &who, stated.keys()), (typer, ontology), &mut quads);
    }
    for triple in follow::entailed(stated.into_keys().collect(), &facts::denied((&given, &who), ontology), ontology) {
        quads.insert(Graph::Entailed, triple);
    }
    tell(&given, &who, &mut quads);
    quads.0
}

/// What each correction says, on whose word, and whom it makes one or two.
fn tell(given: &BTreeSet<Given>, who: &Who, quads: &mut Quads) {
    for Given { id, correction, .. } in given {
        quads.detail(id, "correction", text(correction.kind()));
        quads.detail(id, "says", text(&correction.to_string()));
        if let Some(source) = correction.source() {
            quads.detail(id, "source", text(source));
        }
        if let Correction::Same { one, other } | Correction::Different { one, other, document: None } = correction {
            let (one, other) = (who.meant(one), who.meant(other));
            if !one.is_empty() && !other.is_empty() {
                one.union(&other).for_each(|entity| quads.apply(id, &entity.iri));
            }
        }
    }
}

/// A string as an object.
fn text(value: &str) -> Term {
    Term::Literal(Literal { value: value.into(), datatype: Datatype::String })
}

/// The quads that are written, each once.
#[derive(Default)]
struct Quads(BTreeSet<Quad>);

impl Quads {
    fn insert(&mut self, graph: Graph, triple: Triple) {
        self.0.insert(Quad { graph, triple });
    }

    fn say(&mut self, graph: Graph, subject: &Iri, relation: &str, object: Term) {
        self.insert(graph, Triple { subject: subject.clone(), relation: Iri::new(relation), object });
    }

    fn detail(&mut self, id: &CorrectionId, name: &str, object: Term) {
        let subject = Iri::new(vocabulary::correction_iri(id));
        self.say(Graph::Correction(id.clone()), &subject, vocabulary::own(name).as_str(), object);
    }

    /// A correction does something to a document, or is about an entity.
    fn apply(&mut self, id: &CorrectionId, what: &Iri) {
        self.detail(id, "appliesTo", Term::Name(what.clone()));
    }

    /// Something is refused at a stage; `record` is empty where it is the whole document.
    fn refuse(&mut self, stage: &str, document: &DocumentId, record: &str, refusal: &Refusal) {
        let document = Iri::new(vocabulary::document_iri(document));
        let mut hash = blake3::Hasher::new();
        for part in [stage, document.as_str(), record, &refusal.reason, &refusal.location] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let subject = vocabulary::own(&format!("rejection:{}", &hash.finalize().to_hex()[..16]));
        let mut say = |name: &str, object| {
            self.say(Graph::Rejected, &subject, vocabulary::own(name).as_str(), object);
        };
        say("stage", text(stage));
        say("document", Term::Name(document));
        say("reason", text(&refusal.reason));
        for (name, value) in [("record", record), ("location", &refusal.location)] {
            if !value.is_empty() {
                say(name, text(value));
            }
        }
    }
}
