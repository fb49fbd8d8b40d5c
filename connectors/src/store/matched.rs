//! What rows of tables mean, as the store holds it. In: rows. Out: the things that they are linked with, with probability and what
//! speaks for it. Never: a row's own columns; they stay with the table.

use super::{Store, quads};
use crate::Error;
use kgloom_record::record::{DocumentId, Graph, Iri, Quad, Term, Triple};
use kgloom_record::vocabulary;
use oxigraph::model::{GraphNameRef, NamedNodeRef, NamedOrBlankNodeRef};
use std::collections::BTreeMap;
use std::sync::Arc;

const MATCHED: GraphNameRef<'static> = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(vocabulary::MATCHED));
const RESOLUTION: GraphNameRef<'static> = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(vocabulary::RESOLUTION));
const RESOLVED_TO: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::RESOLVED_TO);
const LABEL: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::LABEL);

/// A row and the thing that it is linked with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// The row.
    pub row: String,
    /// `skos:exactMatch` or `skos:closeMatch`.
    pub relation: String,
    /// The thing.
    pub thing: String,
    /// The probability, as a decimal.
    pub probability: String,
    /// What speaks for it, in words, sorted.
    pub evidence: Vec<String>,
}

impl Store {
    /// All that the graph of matches says of a row: the link, and its details.
    pub fn matched_of(&self, row: &Iri) -> Result<Vec<Quad>, Error> {
        let mut found = self.of_matched(Some(row))?;
        for link in found.clone() {
            found.extend(self.of_matched(Some(&vocabulary::prediction_iri(&link.triple)))?);
        }
        Ok(found)
    }

    /// All matches, by row.
    pub fn matched(&self) -> Result<Vec<Matched>, Error> {
        let mut found: BTreeMap<Iri, Matched> = BTreeMap::new();
        for quad in self.of_matched(None)?.into_iter().filter(|quad| vocabulary::is_prediction(&quad.triple.subject)) {
            let one = found.entry(quad.triple.subject).or_default();
            let said = match quad.triple.object {
                Term::Name(name) => name.to_string(),
                Term::Literal(literal) => literal.value.to_string(),
            };
            match quad.triple.relation.as_str().strip_prefix(vocabulary::NAMESPACE) {
                Some("head") => one.row = said,
                Some("relation") => one.relation = said,
                Some("tail") => one.thing = said,
                Some("probability") => one.probability = said,
                Some("evidence") => one.evidence.push(said),
                _ => {}
            }
        }
        let mut found: Vec<Matched> = found.into_values().collect();
        found.iter_mut().for_each(|one| one.evidence.sort());
        found.sort_by(|one, other| one.row.cmp(&other.row));
        Ok(found)
    }

    /// The thing that a document opens with; none where it names nothing first.
    pub fn opening(&self, document: &DocumentId) -> Result<Option<Iri>, Error> {
        Ok(self.resolution(document, 1)?.remove(&0))
    }

    /// Which things documents open with, as the graph of resolution says it.
    pub fn openings(&self) -> Result<Vec<Quad>, Error> {
        let mut found = Vec::new();
        for quad in self.inner.quads_for_pattern(None, Some(RESOLVED_TO), None, Some(RESOLUTION)) {
            found.extend(quads::decode_triple(quad?).map(|triple| Quad { graph: Graph::Resolution, triple }));
        }
        found.retain(|quad| {
            vocabulary::parse_local_iri(quad.triple.subject.as_str()).is_some_and(|(_, place)| place == 0)
        });
        Ok(found)
    }

    /// What a document calls things: each label that its own graph has.
    pub fn called_in(&self, document: &DocumentId) -> Result<Vec<(Iri, Arc<str>)>, Error> {
        let graph = quads::name(&vocabulary::document_iri(document))?;
        let mut found = Vec::new();
        for quad in self.inner.quads_for_pattern(None, Some(LABEL), None, Some(graph.as_ref().into())) {
            if let Some(Triple { subject, object: Term::Literal(name), .. }) = quads::decode_triple(quad?) {
                found.push((subject, name.value));
            }
        }
        Ok(found)
    }

    fn of_matched(&self, subject: Option<&Iri>) -> Result<Vec<Quad>, Error> {
        let subject = subject.map(|name| quads::name(name.as_str())).transpose()?;
        let subject = subject.as_ref().map(|name| NamedOrBlankNodeRef::from(name.as_ref()));
        let mut found = Vec::new();
        for quad in self.inner.quads_for_pattern(subject, None, None, Some(MATCHED)) {
            found.extend(quads::decode_triple(quad?).map(|triple| Quad { graph: Graph::Matched, triple }));
        }
        Ok(found)
    }
}
