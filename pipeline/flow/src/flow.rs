//! The whole dataflow on a page.
//!
//! ```text
//! documents ─▶ mentions ─▶ amend ─▶ entities ─▶ facts ─▶ reject ─▶ admit ─▶ filter ─▶ settle ─▶ once ─▶ entailed ─▶ quads
//!     │            │         ▲         ▲          │          ▲  │      │        │         ▲                           ▲
//!     │            │         └─────────┴───── corrections ───┘  │      │        │      assert                         │
//!     │            │                   ├──▶ types, or typed ─────┼──────┼────────┼───────────────────────────────────▶ │
//!     │            │                   └──▶ contexts ────────────┼──────┼────────┼───────────────────────────────────▶ │
//!     └────────────┴───────────────────────── rejections ───────┴──────┴────────┴─────────────────────────────────────┘
//! ```
//!
//! In: collections of documents, refusals and corrections. Out: a collection of quads, each once. Never: a rule;
//! rules live in the stages.

use crate::gazetteer::Gazetteer;
use crate::infer::InferenceContext;
use crate::stage::{
    Rows, admit, contexts, corrections, entailed, entities, facts, filter, mentions, once, quads, typed, types,
};
use differential_dataflow::operators::ThresholdTotal;
use kgloom_record::correction::Given;
use kgloom_record::port::{Filter, Typer};
use kgloom_record::record::{Document, DocumentId, Iri, Quad, Refusal, Score};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What flows in.
pub(crate) struct Inputs<'s> {
    /// Live documents, by id and text.
    pub documents: Rows<'s, Document>,
    /// Ids that stand for something unreadable.
    pub refusals: Rows<'s, (DocumentId, Refusal)>,
    /// What the user says against texts, or beside them.
    pub corrections: Rows<'s, Given>,
}

/// What decides which facts stay.
#[derive(Clone)]
pub(crate) struct FlowConfig {
    /// What may be said.
    pub ontology: Arc<Ontology>,
    /// What is believed; without it the reader's thresholds decide.
    pub filter: Option<Arc<dyn Filter>>,
    /// What tells classes of one's own; without it the reader's thresholds decide.
    pub typer: Option<Arc<dyn Typer>>,
}

/// Documents to quads; `begin` is told of each stage before it is built.
pub(crate) fn flow<'s>(
    inputs: Inputs<'s>,
    inference: InferenceContext,
    flow_config: &FlowConfig,
    begin: &dyn Fn(&'static str),
) -> Rows<'s, Quad> {
    let FlowConfig { ontology, filter, typer } = flow_config;
    let thresholds = filter.is_none().then(|| Arc::new(BTreeMap::clone(inference.reader.thresholds())));
    let needed = inference.reader.thresholds().get(&Iri::new(vocabulary::TYPE)).copied().unwrap_or(Score::HALF);
    let rules = admit::Rules { ontology: Arc::clone(ontology), thresholds };
    let refused = inputs.refusals.map(mentions::refused);

    let given = inputs.corrections;
    let gazetteer = Arc::new(Gazetteer::of(ontology));
    begin("mentions");
    let read = mentions::find(inputs.documents, inference);
    begin("corrections");
    let (reads, amended) = corrections::amend(read.kept, given.clone());
    let bearers = corrections::bearers(reads.clone(), given.clone(), (ontology, &gazetteer));
    begin("entities");
    let entities = entities::resolve(reads.clone(), (given.clone(), bearers.clone()), (ontology, &gazetteer));
    begin("corrections");
    let meant = corrections::stand_for(bearers, entities.resolved.clone());
    begin("facts");
    let facts = facts::propose(reads.clone(), &entities, ontology);
    begin("corrections");
    let (sound, dropped) = corrections::reject(facts.kept, (given.clone(), meant.clone()), ontology);
    begin("contexts");
    let contexts = contexts::tell(reads.clone(), &entities);
    let mut rejections = vec![read.rejected, facts.rejected, sound.rejected];
    begin("types");
    let types = if typer.is_none() { Some(types::tell(reads.clone(), &entities, (ontology, needed))) } else { None };
    let told = reads.clone();
    // A filter has learned to hear a fact in all forms in which it is said; without one their support is summed up.
    begin("admit");
    let believed = match filter {
        Some(filter) => {
            let admitted = admit::admit(sound.kept, &rules);
            begin("filter");
            let believed = filter::classify(admitted.kept, (reads, &entities), (filter, ontology));
            rejections.extend([admitted.rejected, believed.rejected]);
            once::turn_stated(believed.kept, ontology)
        }
        None => {
            let admitted = admit::admit(once::turn(sound.kept, ontology), &rules);
            rejections.push(admitted.rejected);
            admitted.kept
        }
    };
    begin("corrections");
    let (asserted, introduced) = corrections::assert(given.clone(), meant.clone(), ontology);
    let asserted = once::turn_asserted(asserted, ontology);
    begin("settle");
    let settled = admit::resolve_conflicts(believed, asserted.clone(), &rules);
    rejections.push(settled.rejected);
    begin("once");
    let (stated, asserted) = once::narrow(settled.kept, asserted, ontology);
    let triples = stated.clone().map(|stated| stated.triple).concat(asserted.clone().map(|asserted| asserted.triple));
    begin("corrections");
    let denied = corrections::denied(given.clone(), meant.clone(), ontology);
    begin("typed");
    let typed = typer.as_ref().map(|typer| {
        let links = triples.clone().distinct_total();
        typed::tell((told, &entities, &contexts, links), (typer, ontology))
    });
    begin("entailed");
    let entailed = entailed::entail(triples, denied, ontology);
    begin("corrections");
    let told = corrections::told(given, meant, vec![amended, dropped]).concat(introduced);
    let (stated, told) = match (types, typed) {
        (Some(types), _) => {
            rejections.push(types.rejected);
            (stated.concat(types.kept), told)
        }
        (None, Some(typed)) => (stated, told.concat(typed)),
        (None, None) => (stated, told),
    };
    begin("quads");
    let contexts = contexts::quads(contexts);
    quads::quads(&entities, (stated, asserted, entailed), (told, refused.concatenate(rejections), contexts))
}
