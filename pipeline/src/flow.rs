//! The whole dataflow on a page.
//!
//! ```text
//! documents ─▶ mentions ─▶ entities ─▶ facts ─▶ admit ─▶ filter ─▶ quads
//!     │            │           ▲                  │        │         ▲
//!     │            │       overrides              │        │         │
//!     └────────────┴───────── rejections ─────────┴────────┴─────────┘
//! ```
//!
//! In: collections of documents, refusals and overrides. Out: a collection of quads, each once. Never: a rule;
//! rules live in the stages.

use crate::infer::Asked;
use crate::port::Filter;
use crate::record::{Document, DocumentId, Override, Quad, Refusal};
use crate::stage::{Rows, admit, entities, facts, filter, mentions, quads};
use ontologies::Ontology;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What flows in.
pub(crate) struct Inputs<'s> {
    /// Live documents, by id and text.
    pub documents: Rows<'s, Document>,
    /// Ids that stand for something unreadable.
    pub refusals: Rows<'s, (DocumentId, Refusal)>,
    /// The user's word on who is who.
    pub overrides: Rows<'s, Override>,
}

/// What decides which facts stay.
#[derive(Clone)]
pub(crate) struct Judges {
    /// What may be said.
    pub ontology: Arc<Ontology>,
    /// What is believed; without it the reader's thresholds decide.
    pub filter: Option<Arc<dyn Filter>>,
}

/// Documents to quads.
pub(crate) fn flow<'s>(inputs: Inputs<'s>, asked: Asked, judges: &Judges) -> Rows<'s, Quad> {
    let Judges { ontology, filter } = judges;
    let thresholds = filter.is_none().then(|| Arc::new(BTreeMap::clone(asked.reader.thresholds())));
    let rules = admit::Rules { ontology: Arc::clone(ontology), thresholds };
    let refused = inputs.refusals.map(mentions::refused);

    let read = mentions::find(inputs.documents, asked);
    let entities = entities::resolve(read.kept.clone(), inputs.overrides, ontology);
    let facts = facts::propose(read.kept.clone(), &entities);
    let admitted = admit::admit(facts, &rules);
    let mut rejections = vec![read.rejected, admitted.rejected];
    let believed = match filter {
        Some(filter) => {
            let believed = filter::believe(admitted.kept, (read.kept, &entities), filter);
            rejections.push(believed.rejected);
            believed.kept
        }
        None => admitted.kept,
    };
    let settled = admit::settle(believed, &rules);
    rejections.push(settled.rejected);
    quads::quads(&entities, settled.kept, refused.concatenate(rejections))
}
