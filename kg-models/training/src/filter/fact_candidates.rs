//! Facts of annotated documents as the flow comes to judge them, with what is true of them.
//!
//! In: annotated documents, a reader's answers, a filter. Out: each document's candidate facts with views and labels; and
//! which facts a filter keeps. Never: a label that a filter could see, or facts of another document: each is a graph of
//! its own here.

use crate::evaluate::{Known, property, stands_for};
use kgloom_corpora::AnnotatedDocument;
use kgloom_filter::principal_components::PrincipalComponents;
use kgloom_flow::session::{Session, Settings};
use kgloom_reader::{Error, Extractor};
use kgloom_record::neighbourhood::{Neighbourhood, Numbers};
use kgloom_record::port::{Failure, Filter, Judgement, Memory, ModelId, Reader};
use kgloom_record::record::{
    Change, ContentHash, Document, DocumentId, Evidence, Graph, Iri, Quad, Reading, Score, Term, Triple,
};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// A fact that a filter is asked about.
#[derive(Clone, Debug)]
pub struct FactCandidate {
    /// The fact.
    pub triple: Triple,
    /// What speaks for it.
    pub evidence: Evidence,
    /// Its head and its tail with the edges at them.
    pub ends: [Neighbourhood; 2],
    /// The relations of the reading that say it.
    pub said: Vec<usize>,
    /// Whether it is true; unknown of relations that the document was not annotated with.
    pub right: Option<bool>,
    /// The gold fact that it is, by its place. Two candidates may be one fact, where coreference left something apart.
    pub fact: Option<usize>,
}

/// A document with all that the flow asks a filter about.
#[derive(Clone, Debug)]
pub struct DocumentCandidates {
    /// What was read of it.
    pub reading: Reading,
    /// Its candidate facts, in order.
    pub candidates: Vec<FactCandidate>,
}

/// What was asked of a filter.
type Recorded = BTreeMap<Triple, (Evidence, [Neighbourhood; 2])>;

/// Keeps everything, and remembers what it was asked.
struct RecordingFilter {
    id: ModelId,
    principal_components: PrincipalComponents,
    asked: Mutex<Recorded>,
}

impl Filter for RecordingFilter {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn text(&self, context: &[i8]) -> Numbers {
        self.principal_components.of_context(context)
    }

    fn judge(&self, triple: &Triple, evidence: &Evidence, [head, tail]: [&Neighbourhood; 2]) -> Judgement {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.insert(triple.clone(), (*evidence, [head.clone(), tail.clone()]));
        Judgement { probability: Score::ONE, kept: true }
    }
}

/// Annotated documents, read.
pub struct ReadDocuments<'a> {
    documents: &'a [AnnotatedDocument],
    known: Arc<Known>,
}

impl<'a> ReadDocuments<'a> {
    /// Reads the documents; `on_progress` hears how many are read.
    ///
    /// # Errors
    /// When the extractor breaks.
    pub fn new(
        extractor: &Extractor,
        documents: &'a [AnnotatedDocument],
        on_progress: &mut dyn FnMut(usize),
    ) -> Result<Self, Error> {
        let mut readings = BTreeMap::new();
        for (count, document) in documents.iter().enumerate() {
            let reading = match extractor.read(&document.text) {
                Ok(reading) => reading,
                Err(Failure::Refused(_)) => Reading::default(),
                Err(Failure::Broken(source)) => {
                    return Err(Error::Data { name: document.id.clone(), reason: source.to_string() });
                }
            };
            readings.insert(ContentHash::of(&document.text), reading);
            on_progress(count + 1);
        }
        let (id, thresholds) = (extractor.id().clone(), extractor.thresholds().clone());
        Ok(ReadDocuments { documents, known: Arc::new(Known { id, readings, thresholds }) })
    }

    /// The documents with their readings.
    pub fn all(&self) -> impl Iterator<Item = (&'a AnnotatedDocument, &Reading)> {
        self.documents.iter().map(|document| (document, self.reading(document)))
    }

    fn reading(&self, document: &AnnotatedDocument) -> &Reading {
        &self.known.readings[&ContentHash::of(&document.text)]
    }

    /// The support that the reader's facts need, by relation.
    pub fn thresholds(&self) -> &BTreeMap<Iri, Score> {
        &self.known.thresholds
    }

    /// What a filter with these texts is asked about each document.
    ///
    /// # Errors
    /// When the flow stops.
    pub fn candidates(&self, principal_components: &PrincipalComponents) -> Result<Vec<DocumentCandidates>, Error> {
        let id = ModelId("listening".into());
        let recorder = Arc::new(RecordingFilter {
            id,
            principal_components: principal_components.clone(),
            asked: Mutex::default(),
        });
        let mut flow = Flow::start(&self.known, Some(Arc::clone(&recorder) as Arc<dyn Filter>));
        let mut all = Vec::new();
        for (document, reading) in self.all() {
            let placed = flow.placed(document, reading)?;
            let asked = std::mem::take(&mut *recorder.asked.lock().unwrap_or_else(PoisonError::into_inner));
            let stands_for = stands_for(document, reading);
            let fact = |index: usize| {
                let said = &reading.relations[index];
                let [head, tail] = [said.head, said.tail].map(|entity| stands_for[entity as usize]);
                let (head, tail) = head.zip(tail)?;
                document.relations.iter().position(|fact| {
                    (fact.head, fact.relation.as_str(), fact.tail) == (head, property(&said.relation), tail)
                })
            };
            let candidate = |(triple, (evidence, ends)): (Triple, (Evidence, [Neighbourhood; 2]))| {
                let said = placed.said.get(&triple).cloned().unwrap_or_default();
                let annotated = document.annotation.relations.iter().any(|known| known == property(&triple.relation));
                let fact = said.iter().find_map(|index| fact(*index));
                let right = annotated.then_some(fact.is_some());
                FactCandidate { triple, evidence, ends, said, right, fact }
            };
            all.push(DocumentCandidates {
                reading: reading.clone(),
                candidates: asked.into_iter().map(candidate).collect(),
            });
            // What is judged while the document goes is of no interest.
            flow.forget(document)?;
            recorder.asked.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        Ok(all)
    }

    /// The readings with those relations alone that come into the graph, by a filter or by the reader's thresholds.
    ///
    /// # Errors
    /// When the flow stops.
    pub fn kept(&self, filter: Option<Arc<dyn Filter>>) -> Result<Vec<Reading>, Error> {
        let mut flow = Flow::start(&self.known, filter);
        let mut all = Vec::new();
        for (document, reading) in self.all() {
            let placed = flow.placed(document, reading)?;
            let kept = placed.said.iter().filter(|(triple, _)| placed.stated.contains(triple));
            let kept: BTreeSet<usize> = kept.flat_map(|(_, said)| said.iter().copied()).collect();
            let relations = kept.into_iter().map(|index| reading.relations[index].clone()).collect();
            all.push(Reading { relations, ..reading.clone() });
            flow.forget(document)?;
        }
        Ok(all)
    }
}

/// One document in the graph.
struct Placed {
    /// By triple: the relations of the reading that say it.
    said: BTreeMap<Triple, Vec<usize>>,
    /// What the graph states, and what follows.
    stated: BTreeSet<Triple>,
}

/// A flow that documents go through one by one.
struct Flow {
    session: Session,
}

impl Flow {
    fn start(known: &Arc<Known>, filter: Option<Arc<dyn Filter>>) -> Flow {
        let settings = Settings {
            reader: Arc::clone(known) as Arc<dyn Reader>,
            memory: Arc::clone(known) as Arc<dyn Memory>,
            ontology: Arc::new(Ontology::bundled()),
            filter,
            typer: None,
            workers: 1,
        };
        Flow { session: Session::start(settings) }
    }

    fn step(&mut self, change: Change) -> Result<Vec<(Quad, isize)>, Error> {
        let failed = |stopped: kgloom_flow::session::Stopped| Error::Data {
            name: "the flow".to_owned(),
            reason: stopped.to_string(),
        };
        Ok(self.session.step(vec![change]).map_err(failed)?.quads)
    }

    fn placed(&mut self, document: &AnnotatedDocument, reading: &Reading) -> Result<Placed, Error> {
        let id = DocumentId::new(document.id.as_str());
        let quads = self.step(Change::Put(Document { id: id.clone(), text: document.text.as_str().into() }))?;
        let mut resolved: BTreeMap<Iri, Iri> = BTreeMap::new();
        let mut stated = BTreeSet::new();
        for (quad, _) in quads {
            match (quad.graph, quad.triple) {
                (Graph::Resolution, Triple { subject, object: Term::Name(entity), .. }) => {
                    resolved.insert(subject, entity);
                }
                (Graph::Default | Graph::Entailed, triple) => _ = stated.insert(triple),
                _ => {}
            }
        }
        let entity = |index: u32| resolved.get(&Iri::new(vocabulary::local_iri(&id, index))).cloned();
        let mut said: BTreeMap<Triple, Vec<usize>> = BTreeMap::new();
        for (index, fact) in reading.relations.iter().enumerate() {
            let object = match &reading.entities[fact.tail as usize].literal {
                Some(literal) => Some(Term::Literal(literal.clone())),
                None => entity(fact.tail).map(Term::Name),
            };
            if let (Some(subject), Some(object)) = (entity(fact.head), object) {
                said.entry(Triple { subject, relation: fact.relation.clone(), object }).or_default().push(index);
            }
        }
        Ok(Placed { said, stated })
    }

    fn forget(&mut self, document: &AnnotatedDocument) -> Result<(), Error> {
        self.step(Change::Delete(DocumentId::new(document.id.as_str()))).map(drop)
    }
}
