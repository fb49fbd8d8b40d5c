//! What the other commands ask of the graph. In: names. Out: documents, entities, counts, rejections, sorted.
//! Never: SPARQL; these are single lookups by index where there is one.

use super::{Store, expand, pattern, quads};
use crate::Error;
use crate::graph::{Of, graph_of};
use kgloom_record::record::{CorrectionId, DocumentId, Iri, Triple};
use kgloom_record::vocabulary;
use oxigraph::model::{GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad as RdfQuad, Term};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

const DEFAULT: GraphNameRef<'static> = GraphNameRef::DefaultGraph;
const RESOLUTION: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::RESOLUTION);
const RESOLVED_TO: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::RESOLVED_TO);
const LABEL: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::LABEL);
const ALTERNATIVE: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::ALTERNATIVE_LABEL);
const REASON: &str = "urn:kgloom:reason";

/// How much a store holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StoreCounts {
    /// Documents that state something.
    pub documents: u64,
    /// Named things with a class in the default graph.
    pub entities: u64,
    /// Triples of the default graph.
    pub triples: u64,
    /// Triples of the default graph that are neither class nor label.
    pub facts: u64,
    /// Relations in use.
    pub relations: u64,
    /// How often each reason for a rejection is given.
    pub rejections: BTreeMap<String, u64>,
}

/// One thing that was refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct RejectionRow {
    /// The document, as the user calls it; empty if it is not known.
    pub document: String,
    /// Where on the way it was refused.
    pub stage: String,
    /// Why.
    pub reason: String,
    /// The place in the input.
    pub location: String,
    /// What was refused; empty when it is the whole document.
    pub record: String,
}

impl Store {
    /// The documents whose own graph states the triple.
    pub fn documents_stating(&self, triple: &Triple) -> Result<Vec<DocumentId>, Error> {
        let mut documents: Vec<DocumentId> = self.stating(triple, vocabulary::document_id)?;
        documents.sort();
        Ok(documents)
    }

    /// The corrections whose own graph states the triple.
    pub fn corrections_stating(&self, triple: &Triple) -> Result<BTreeSet<CorrectionId>, Error> {
        self.stating(triple, vocabulary::correction_id)
    }

    /// Whose graphs state the triple, of those that a name of a graph may be of.
    fn stating<Id, Ids: FromIterator<Id>>(
        &self,
        triple: &Triple,
        of: impl Fn(&str) -> Option<Id>,
    ) -> Result<Ids, Error> {
        let (triple, image) = (quads::encode_triple(triple)?, self.inner.image());
        let ends = [triple.subject.as_ref().into(), triple.predicate.as_ref().into(), triple.object.as_ref()];
        let graphs = pattern::rows(&image, ends.map(Some), None)?.into_iter().flatten().map(|row| {
            // Only the graph's own name is read.
            Ok(match graph_of(&row?).map(|graph| image.term(graph)).transpose()? {
                Some(Term::NamedNode(graph)) => of(graph.as_str()),
                _ => None,
            })
        });
        graphs.filter_map(Result::transpose).collect()
    }

    /// What stands in a correction's own graph: what it asserts, and what it does.
    pub fn of_correction(&self, id: &CorrectionId) -> Result<Vec<Triple>, Error> {
        let graph = quads::name(&vocabulary::correction_iri(id))?;
        let found = self.inner.quads_for_pattern(None, None, None, Some(graph.as_ref().into()));
        let mut triples = Vec::new();
        for quad in found {
            triples.extend(quads::decode_triple(quad?));
        }
        Ok(triples)
    }

    /// The documents that state or name something.
    pub fn documents(&self) -> Result<BTreeSet<DocumentId>, Error> {
        let mut documents = BTreeSet::new();
        for graph in self.inner.named_graphs()? {
            if let NamedOrBlankNode::NamedNode(graph) = graph {
                documents.extend(vocabulary::document_id(graph.as_str()));
            }
        }
        let resolved = self.inner.quads_for_pattern(None, Some(RESOLVED_TO), None, Some(RESOLUTION.into()));
        for quad in resolved {
            if let NamedOrBlankNode::NamedNode(local) = quad?.subject {
                documents.extend(vocabulary::parse_local_iri(local.as_str()).map(|(document, _)| document));
            }
        }
        Ok(documents)
    }

    /// Who the first `entities` entities of a document's reading were taken to be; values are no one.
    pub fn resolution(&self, document: &DocumentId, entities: u32) -> Result<BTreeMap<u32, Iri>, Error> {
        let who = (0..entities).map(|entity| Ok(self.resolved(document, entity)?.map(|name| (entity, name))));
        who.filter_map(Result::transpose).collect()
    }

    /// Who an entity of a document's reading was taken to be; a value is no one.
    pub fn resolved(&self, document: &DocumentId, entity: u32) -> Result<Option<Iri>, Error> {
        let local = quads::name(&vocabulary::local_iri(document, entity))?;
        let names = self.objects(&local, vocabulary::RESOLVED_TO, RESOLUTION.into())?.into_iter();
        let mut names = names.filter_map(|object| match object {
            Term::NamedNode(name) => Some(Iri::new(name.into_string())),
            _ => None,
        });
        Ok(names.next_back())
    }

    /// The documents, and places in their readings, that speak of an entity.
    pub fn documents_of(&self, entity: &Iri) -> Result<Vec<(DocumentId, u32)>, Error> {
        let (entity, image) = (quads::name(entity.as_str())?, self.inner.image());
        let ends = [None, Some(RESOLVED_TO.into()), Some(entity.as_ref().into())];
        let mut places = Vec::new();
        for row in pattern::rows(&image, ends, Some(RESOLUTION.into()))?.into_iter().flatten() {
            // Only the place's own name is read: a thing may be spoken of very often.
            if let Term::NamedNode(local) = image.term(row?[0])? {
                places.extend(vocabulary::parse_local_iri(local.as_str()));
            }
        }
        // They come nearly in order.
        places.sort();
        places.dedup();
        Ok(places)
    }

    /// The entities that a user may mean: by IRI, prefixed name, label, or label in another case, in this order.
    pub fn find_entity(&self, text: &str) -> Result<Vec<Iri>, Error> {
        let bare = text.trim().trim_start_matches('<').trim_end_matches('>');
        for candidate in [Some(bare.to_owned()), expand(bare)].into_iter().flatten() {
            if let Ok(node) = NamedNode::new(candidate)
                && self.occurs(&node)?
            {
                return Ok(vec![Iri::new(node.into_string())]);
            }
        }
        let exact = self.labelled(|property| {
            let literal = Literal::new_simple_literal(text.trim());
            self.inner.quads_for_pattern(None, Some(property), Some(literal.as_ref().into()), Some(DEFAULT)).collect()
        })?;
        if !exact.is_empty() {
            return Ok(exact);
        }
        let wanted = text.trim().to_lowercase();
        self.labelled(|property| {
            let labels = self.inner.quads_for_pattern(None, Some(property), None, Some(DEFAULT));
            let fits = |quad: &RdfQuad| matches!(&quad.object, Term::Literal(l) if l.value().to_lowercase() == wanted);
            labels.filter(|quad| quad.as_ref().map_or(true, fits)).collect()
        })
    }

    /// The entities that are also called so, in any case of letters, whoever has it as a label.
    pub fn find_alias(&self, text: &str) -> Result<Vec<Iri>, Error> {
        let (wanted, mut found) = (text.trim().to_lowercase(), BTreeSet::new());
        for quad in self.inner.quads_for_pattern(None, Some(ALTERNATIVE), None, Some(DEFAULT)) {
            if let RdfQuad { subject: NamedOrBlankNode::NamedNode(subject), object: Term::Literal(alias), .. } = quad?
                && alias.value().to_lowercase() == wanted
            {
                found.insert(Iri::new(subject.into_string()));
            }
        }
        Ok(found.into_iter().collect())
    }

    /// How much there is. Goes through the default graph once, by numbers of terms.
    pub fn counts(&self) -> Result<StoreCounts, Error> {
        let (mut counts, image) = (StoreCounts::default(), self.inner.image());
        let class = image.name(vocabulary::TYPE)?;
        let names = [image.name(vocabulary::LABEL)?, image.name(vocabulary::ALTERNATIVE_LABEL)?];
        let (mut entities, mut relations) = (HashSet::new(), HashSet::new());
        for row in Arc::clone(&image).rows([None; 3], Of::Default)? {
            let [subject, property, ..] = row?;
            counts.triples += 1;
            if Some(property) == class {
                entities.insert(subject);
            } else if !names.contains(&Some(property)) {
                counts.facts += 1;
                relations.insert(property);
            }
        }
        counts.entities = entities.len() as u64;
        counts.relations = relations.len() as u64;
        for graph in image.graphs()? {
            if let Term::NamedNode(graph) = image.term(graph)? {
                counts.documents += u64::from(vocabulary::document_id(graph.as_str()).is_some());
            }
        }
        let (reason, rejected) = (image.name(REASON)?, image.name(vocabulary::REJECTED)?);
        let mut reasons: HashMap<u32, u64> = HashMap::new();
        if let (Some(reason), Some(rejected)) = (reason, rejected) {
            for row in Arc::clone(&image).rows([None, Some(reason), None], Of::Named(rejected))? {
                *reasons.entry(row?[2]).or_default() += 1;
            }
        }
        for (reason, count) in reasons {
            if let Term::Literal(reason) = image.term(reason)? {
                *counts.rejections.entry(reason.value().to_owned()).or_default() += count;
            }
        }
        Ok(counts)
    }

    /// What was refused, by document, the first `limit` of them. All of it is gone through by numbers of terms, and only what is
    /// told is spelt out.
    pub fn rejections(&self, limit: usize) -> Result<Vec<RejectionRow>, Error> {
        let image = self.inner.image();
        let (Some(reason), Some(rejected)) = (image.name(REASON)?, image.name(vocabulary::REJECTED)?) else {
            return Ok(Vec::new());
        };
        let rows = |ends: [Option<u32>; 3]| Arc::clone(&image).rows(ends, Of::Named(rejected));
        let property = |name: &str| image.name(&format!("{}{name}", vocabulary::NAMESPACE));
        let mut documents: HashMap<u32, u32> = HashMap::new();
        if let Some(document) = property("document")? {
            for row in rows([None, Some(document), None])? {
                let [subject, _, document, ..] = row?;
                documents.entry(subject).or_insert(document);
            }
        }
        let mut refused: HashMap<Option<u32>, Vec<[u32; 2]>> = HashMap::new();
        for row in rows([None, Some(reason), None])? {
            let [subject, _, reason, ..] = row?;
            refused.entry(documents.get(&subject).copied()).or_default().push([subject, reason]);
        }
        let spelt = |number: u32| Ok::<_, Error>(crate::store::plain::plain(image.term(number)?.as_ref()));
        let mut by_document: BTreeMap<String, Vec<[u32; 2]>> = BTreeMap::new();
        for (document, found) in refused {
            let document = document.map(spelt).transpose()?.unwrap_or_default();
            let document = vocabulary::document_id(&document).map_or(document, |id| id.to_string());
            by_document.entry(document).or_default().extend(found);
        }
        let [stage, location, record] = [property("stage")?, property("location")?, property("record")?];
        let field = |subject: u32, property: Option<u32>| -> Result<String, Error> {
            let Some(property) = property else { return Ok(String::new()) };
            let first = rows([Some(subject), Some(property), None])?.next().transpose()?;
            first.map_or(Ok(String::new()), |[_, _, value, ..]| spelt(value))
        };
        let mut told = Vec::new();
        for (document, found) in by_document {
            let mut of_document = BTreeSet::new();
            for [subject, reason] in found {
                of_document.insert(RejectionRow {
                    document: document.clone(),
                    stage: field(subject, stage)?,
                    reason: spelt(reason)?,
                    location: field(subject, location)?,
                    record: field(subject, record)?,
                });
            }
            told.extend(of_document.into_iter().take(limit - told.len()));
            if told.len() == limit {
                break;
            }
        }
        Ok(told)
    }

    fn occurs(&self, node: &NamedNode) -> Result<bool, Error> {
        let mut as_subject = self.inner.quads_for_pattern(Some(node.as_ref().into()), None, None, Some(DEFAULT));
        let mut as_object = self.inner.quads_for_pattern(None, None, Some(node.as_ref().into()), Some(DEFAULT));
        Ok(as_subject.next().transpose()?.is_some() || as_object.next().transpose()?.is_some())
    }

    fn labelled(&self, find: impl Fn(NamedNodeRef<'_>) -> Result<Vec<RdfQuad>, Error>) -> Result<Vec<Iri>, Error> {
        for property in [LABEL, ALTERNATIVE] {
            let mut found = BTreeSet::new();
            for quad in find(property)? {
                if let NamedOrBlankNode::NamedNode(subject) = quad.subject {
                    found.insert(Iri::new(subject.into_string()));
                }
            }
            if !found.is_empty() {
                return Ok(found.into_iter().collect());
            }
        }
        Ok(Vec::new())
    }
}
