//! A document as it was read. In: its id. Out: its text in pieces, who is mentioned where, what was read from it. Never: a piece
//! that cuts a character, a letter lost or told twice.

use super::shared::Shared;
use super::words::Words;
use crate::exit::CliError;
use anyhow::Result;
use connectors::Live;
use kgloom_engine::explain::open;
use kgloom_engine::terms;
use kgloom_record::record::{DocumentId, Graph, Iri, Span};
use kgloom_record::vocabulary;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::sync::Arc;

/// Facts of one document that are shown.
const FACTS: usize = 500;

impl Shared {
    /// The text of a document.
    pub(super) fn text(&self, id: &str) -> Result<Arc<str>> {
        match self.folder.journal.lookup(&DocumentId::new(id))? {
            Some(Live::Text { text, .. }) => Ok(text),
            Some(Live::Refused { refusal, .. }) => {
                let sentence = format!("\"{id}\" is refused: {} ({})", refusal.reason, refusal.location);
                Err(CliError::nothing(sentence).into())
            }
            None => Err(CliError::nothing(format!("there is no document \"{id}\"")).into()),
        }
    }

    /// A document as it was read.
    pub(super) fn reading(&self, words: Words<'_>, id: &str) -> Result<Value> {
        let text = self.text(id)?;
        let document = DocumentId::new(id);
        let mut pieces = Vec::new();
        let mut at = 0;
        let piece = |start: u32, end: u32| Span { start, end }.of(&text).unwrap_or_default().to_owned();
        if let Some(opened) = open(&self.folder, &self.model, &document)? {
            let mut mentions: Vec<_> = opened.reading.mentions.iter().collect();
            // Of mentions within mentions the longest is drawn.
            mentions.sort_by_key(|mention| (mention.span.start, Reverse(mention.span.end)));
            for mention in mentions {
                if mention.span.start < at {
                    continue;
                }
                if at < mention.span.start {
                    pieces.push(json!({ "text": piece(at, mention.span.start) }));
                }
                let mut told = json!({ "text": piece(mention.span.start, mention.span.end) });
                if let Some(iri) = opened.resolution.get(&mention.entity) {
                    told["entity"] = iri.as_str().into();
                    told["name"] = words.label(iri).into();
                    let thing = words.index.things().get(iri);
                    told["class"] = thing.map_or_else(String::new, |thing| words.class(iri, thing)).into();
                } else {
                    let class = opened.reading.entities.get(mention.entity as usize).map(|entity| &entity.class);
                    told["class"] = class.map_or_else(String::new, |class| words.label(class)).into();
                }
                pieces.push(told);
                at = mention.span.end;
            }
        }
        if (at as usize) < text.len() {
            pieces.push(json!({ "text": piece(at, text.len() as u32) }));
        }
        let facts = self.said(words, &document)?;
        Ok(json!({ "id": id, "bytes": text.len(), "pieces": pieces, "facts": facts }))
    }

    /// The facts of the graph that a document states.
    fn said(&self, words: Words<'_>, document: &DocumentId) -> Result<Vec<Value>> {
        let Some(graph) = vocabulary::graph_iri(&Graph::Document(document.clone())) else { return Ok(Vec::new()) };
        let query = format!(
            "SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} ?s ?p ?o \
             FILTER(?p NOT IN (rdf:type, rdfs:label, skos:altLabel)) }} ORDER BY ?s ?p ?o LIMIT {FACTS}"
        );
        let rows = terms::ask(&self.folder.store, &query)?;
        let facts = rows.iter().filter_map(|row| {
            let name = |at: &str| Some(words.name(&Iri::new(row.get(at)?["value"].as_str()?)));
            let object = terms::term(row.get("o")?)?;
            Some(json!({ "subject": name("s")?, "relation": name("p")?, "object": words.term(&object) }))
        });
        Ok(facts.collect())
    }
}
