//! The whole dataflow on a page.
//!
//! ```text
//! documents ─▶ mentions ─▶ entities ─▶ facts ─▶ admit ─▶ quads
//!     │            │           ▲                  │        ▲
//!     │            │       overrides              │        │
//!     └────────────┴───────── rejections ─────────┴────────┘
//! ```
//!
//! In: collections of documents, refusals and overrides. Out: a collection of quads, each once. Never: a rule;
//! rules live in the stages.

use crate::infer::Asked;
use crate::record::{Document, DocumentId, Override, Quad, Refusal};
use crate::stage::{Rows, admit, entities, facts, mentions, quads};
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

/// Documents to quads.
pub(crate) fn flow<'s>(inputs: Inputs<'s>, asked: Asked, ontology: &Arc<Ontology>) -> Rows<'s, Quad> {
    let rules = admit::Rules {
        ontology: Arc::clone(ontology),
        thresholds: Arc::new(BTreeMap::clone(asked.reader.thresholds())),
    };
    let refused = inputs.refusals.map(mentions::refused);

    let read = mentions::find(inputs.documents, asked);
    let entities = entities::resolve(read.kept.clone(), inputs.overrides, ontology);
    let facts = facts::propose(read.kept, &entities);
    let graph = admit::admit(facts, &rules);

    let rejections = refused.concatenate([read.rejected, graph.rejected]);
    quads::quads(&entities, graph.kept, rejections)
}
