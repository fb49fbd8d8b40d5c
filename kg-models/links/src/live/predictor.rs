//! The trained predictor: an artifact with a name, and what it says of a graph that lives.
//!
//! In: a graph, an entity of it. Out: links that it probably should have, each with a probability and its evidence.
//! Never: an answer that depends on anything but graph, artifact, ontology and the asked threshold.

use super::card::{Card, score};
use super::evidence::{Base, QueryEvidence};
use super::graph::{DynamicGraph, MOST_WAYS};
use super::prediction::{Prediction, QueryAnswer, Reason};
use crate::Error;
use crate::data::set::{Link, LinkSet, Query, Side};
use crate::rules::mining::{RuleWorkspace, Step, Walk};
use half::f16;
use kgloom_numerics::artifact::{Array, Storage};
use kgloom_numerics::model_folder::{ModelFiles, ModelFolder};
use kgloom_numerics::vectors::{Encode, TextVectors};
use kgloom_record::port::ModelId;
use kgloom_record::record::{Iri, Score};
use ontologies::Ontology;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

const FOLDER: ModelFolder = ModelFolder {
    name: "kgloom-links",
    card: "predictor.json",
    weights: "predictor.safetensors",
    indented: false,
    remedy: "`kgloom train links` makes it anew",
};
/// Entities that are asked together.
const TOGETHER: usize = 32;

/// What predicts links.
pub struct Predictor {
    id: ModelId,
    pub(super) card: Card,
    pub(super) base: Base,
    encoder: Box<dyn Encode>,
    ontology: Arc<Ontology>,
    relations: Vec<Iri>,
    /// By relation: whether a head can have but one tail.
    functional: Vec<bool>,
    /// By relation: whether it holds in both directions.
    symmetric: Vec<bool>,
    /// Memory of threads, to be used again.
    workspaces: Mutex<Vec<RuleWorkspace>>,
    /// Vectors of texts that training did not see.
    read: Mutex<BTreeMap<Arc<str>, Arc<[f32]>>>,
}

/// What one entity is asked with.
struct AnchorEntity {
    node: u32,
    class: Iri,
    vector: Vec<f32>,
    near: Vec<f32>,
}

/// An answer before it is a prediction.
struct Candidate {
    node: u32,
    said: f32,
    probability: Score,
    rule: Option<usize>,
    stated: bool,
    entailed: bool,
}

impl Candidate {
    fn is_known(&self) -> bool {
        self.stated || self.entailed
    }
}

impl Predictor {
    /// Assembles a predictor; the vectors are rounded as they are stored.
    pub(super) fn assemble(
        card: Card,
        vectors: TextVectors,
        (encoder, ontology): (Box<dyn Encode>, Arc<Ontology>),
    ) -> Result<Self, Error> {
        let id = ModelId(Self::files(&card, &vectors)?.id().into());
        let links: Vec<Link> = card.links.iter().map(|&[head, relation, tail]| Link { head, relation, tail }).collect();
        let set = LinkSet { relations: card.relations.clone(), ..LinkSet::default() };
        let base = Base::new(&set, &links, &card.classes, rounded(vectors), card.rules.clone());
        let relations: Vec<Iri> = card.relations.iter().map(|name| Iri::new(Arc::clone(name))).collect();
        let functional = |iri: &Iri| ontology.relation(iri).is_some_and(|relation| relation.functional);
        let functional = relations.iter().map(functional).collect();
        let symmetric = relations.iter().map(|iri| ontology.is_symmetric(iri)).collect();
        let (workspaces, read) = (Mutex::default(), Mutex::default());
        Ok(Predictor { id, card, base, encoder, ontology, relations, functional, symmetric, workspaces, read })
    }

    fn files(card: &Card, vectors: &TextVectors) -> Result<ModelFiles<'static>, Error> {
        let shape = vec![vectors.values.len() / vectors.width, vectors.width];
        let array = Array { shape, values: vectors.values.clone() };
        FOLDER.pack(card, &[("vectors".to_owned(), array, Storage::Half)])
    }

    /// Writes the predictor into a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        Self::files(&self.card, &self.base.vectors)?.write(folder)
    }

    /// Whether there is a predictor in a folder.
    pub fn lies_in(folder: &Path) -> bool {
        FOLDER.lies_in(folder)
    }

    /// The name of the predictor in a folder, without reading what it knows.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn id_in(folder: &Path) -> Result<ModelId, Error> {
        Ok(ModelId(FOLDER.read(folder)?.id().into()))
    }

    /// Reads a predictor that [`Predictor::write`] wrote.
    ///
    /// # Errors
    /// When a file is missing or malformed, or the predictor was made with another encoder.
    pub fn read(folder: &Path, encoder: Box<dyn Encode>, ontology: Arc<Ontology>) -> Result<Self, Error> {
        let files = FOLDER.read(folder)?;
        let card: Card = files.card()?;
        if card.encoder != encoder.id() {
            let (made, own) = (&card.encoder, encoder.id());
            return Err(files.unfit(format_args!("it was made with the encoder {made}, this program has {own}")));
        }
        if !card.fits() {
            return Err(files.unfit("its parts do not fit together"));
        }
        let width = encoder.width();
        let values = files.weights()?.array("vectors", &[card.entities.len(), width])?.values.clone();
        Predictor::assemble(card, TextVectors { width, values }, (encoder, ontology))
    }

    /// Its name: a hash of all it knows.
    pub fn id(&self) -> &ModelId {
        &self.id
    }

    /// The id of a relation that it predicts.
    pub fn relation(&self, name: &str) -> Option<u32> {
        self.card.relations.binary_search_by(|known| (**known).cmp(name)).ok().map(|place| place as u32)
    }

    /// A graph without links that this predictor can be asked about.
    pub fn graph(&self) -> DynamicGraph {
        DynamicGraph::new(&self.card.relations, &self.card.entities)
    }

    /// Whether the entity was in the graph that this was trained on: its place there is its id in [`Predictor::graph`].
    pub fn knows(&self, node: u32) -> bool {
        (node as usize) < self.card.entities.len()
    }

    /// The class of an entity: as in training, or as the graph says now.
    fn class<'a>(&'a self, graph: &'a DynamicGraph, node: u32) -> Option<&'a Iri> {
        if self.knows(node) { self.card.classes[node as usize].as_ref() } else { graph.class(node) }
    }

    /// The vector of an entity: what was known in training stays as it was, what is new is read.
    ///
    /// # Errors
    /// When its text does not tokenize.
    pub fn vector(&self, graph: &DynamicGraph, node: u32) -> Result<Arc<[f32]>, Error> {
        let width = self.base.vectors.width;
        if self.knows(node) {
            return Ok(self.base.vectors.values[node as usize * width..][..width].into());
        }
        let text: Arc<str> = graph.text(node).into();
        let read = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(vector) = read().get(&text) {
            return Ok(Arc::clone(vector));
        }
        let values = self.encoder.read(&[Some(Arc::clone(&text))], &|_, _| ())?;
        let vector: Arc<[f32]> = rounded(TextVectors { width, values }).values.into();
        read().insert(text, Arc::clone(&vector));
        Ok(vector)
    }

    /// What entities are asked with; those without a class are left out.
    fn anchors(&self, graph: &DynamicGraph, nodes: &[u32]) -> Result<Vec<AnchorEntity>, Error> {
        let mut known = Vec::new();
        for &node in nodes {
            let Some(class) = self.class(graph, node) else { continue };
            known.push(AnchorEntity {
                node,
                class: class.clone(),
                vector: self.vector(graph, node)?.to_vec(),
                near: Vec::new(),
            });
        }
        let vectors: Vec<f32> = known.iter().flat_map(|known| known.vector.iter().copied()).collect();
        let near = self.base.near(&vectors);
        for (known, near) in known.iter_mut().zip(near.chunks_exact(self.card.entities.len())) {
            known.near = near.to_vec();
        }
        Ok(known)
    }

    /// What some living entities of the graph probably are the heads of: for each, at most `most` links a relation of at
    /// least this probability, sorted. Links to entities that do not live are told too, so that the answer depends on what
    /// is near the head alone; links that are stated or entailed are not. Of a link that holds in both directions the one
    /// from the lesser name is told, as it would be stated.
    ///
    /// # Errors
    /// When a text does not tokenize.
    pub fn predict(
        &self,
        graph: &DynamicGraph,
        heads: &[u32],
        (least, most): (Score, usize),
    ) -> Result<Vec<(u32, Vec<Prediction>)>, Error> {
        let together = |heads: &[u32]| self.predict_together(graph, heads, (least, most));
        let predicted: Vec<Vec<_>> = heads.par_chunks(TOGETHER).map(together).collect::<Result<_, _>>()?;
        Ok(predicted.into_iter().flatten().collect())
    }

    fn predict_together(
        &self,
        graph: &DynamicGraph,
        heads: &[u32],
        (least, most): (Score, usize),
    ) -> Result<Vec<(u32, Vec<Prediction>)>, Error> {
        let mut workspace = self.workspace();
        let mut predicted = Vec::new();
        for known in self.anchors(graph, heads)? {
            let mut found = Vec::new();
            for relation in self.base.relations_of(&known.class, Side::Tail) {
                let question = Query { side: Side::Tail, relation, anchor: known.node };
                if self.functional[relation as usize] && graph.has(known.node, toward(question)) {
                    continue;
                }
                let asked = self.base.ask(question, &known.class, (&known.vector, &known.near));
                let mut candidates = self.candidates(graph, &known, &asked, &mut workspace)?;
                let symmetric = self.symmetric[relation as usize];
                let turned = |node: u32| symmetric && graph.name(node) < graph.name(known.node);
                candidates.retain(|found| found.probability >= least && !found.is_known() && !turned(found.node));
                candidates.truncate(most);
                found.extend(candidates.iter().map(|candidate| self.prediction(graph, &asked, candidate)));
            }
            found.sort();
            predicted.push((known.node, found));
        }
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).push(workspace);
        Ok(predicted)
    }

    /// Whether an entity has the one value that it can have by a relation.
    pub fn is_settled(&self, graph: &DynamicGraph, Query { side, relation, anchor: known }: Query) -> bool {
        side == Side::Tail && self.functional[relation as usize] && graph.has(known, 2 * relation)
    }

    /// The best answers to a question among living entities, the most probable first; those that are stated or follow are
    /// told too. Who has the one value that can be is asked nothing, and is no answer to who has another.
    ///
    /// # Errors
    /// When a text does not tokenize.
    pub fn answers(&self, graph: &DynamicGraph, question: Query, most: usize) -> Result<Vec<QueryAnswer>, Error> {
        let mut workspace = self.workspace();
        let mut answers = Vec::new();
        for known in self.anchors(graph, &[question.anchor])? {
            let asked = self.base.ask(question, &known.class, (&known.vector, &known.near));
            let mut candidates = self.candidates(graph, &known, &asked, &mut workspace)?;
            let settled = |node: u32| match question.side {
                Side::Tail => self.is_settled(graph, question),
                Side::Head => self.is_settled(graph, Query { side: Side::Tail, anchor: node, ..question }),
            };
            candidates.retain(|found| graph.lives(found.node) && (found.is_known() || !settled(found.node)));
            // How sure an answer is also depends on its place among those that are not stated.
            candidates.sort_by_key(|found| std::cmp::Reverse(found.probability));
            candidates.truncate(most);
            answers.extend(candidates.iter().map(|candidate| QueryAnswer {
                prediction: self.prediction(graph, &asked, candidate),
                stated: candidate.stated,
                entailed: candidate.entailed,
            }));
        }
        Ok(answers)
    }

    fn workspace(&self) -> RuleWorkspace {
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// All candidates that the ontology admits, the most probable first, equals by name.
    fn candidates(
        &self,
        graph: &DynamicGraph,
        known: &AnchorEntity,
        asked: &QueryEvidence,
        workspace: &mut RuleWorkspace,
    ) -> Result<Vec<Candidate>, Error> {
        let relation = &self.relations[asked.question.relation as usize];
        let class_of = |node: u32| self.class(graph, node);
        let rules = (&*self.ontology, relation);
        let nodes = self.base.answers((asked, &known.class), (graph, graph.size()), rules, class_of, workspace);
        let classifier = &self.card.classifiers[usize::from(asked.question.side == Side::Tail)];
        let mut candidates = Vec::with_capacity(nodes.len());
        for node in nodes {
            let vector = self.vector(graph, node)?;
            let id = self.knows(node).then_some(node);
            let features = self.base.features(asked, &known.vector, (&vector, id), workspace.confidence(node));
            let stated = graph.states(known.node, toward(asked.question), node);
            let (said, rule) = (classifier.says(&features), workspace.surest(node));
            let entailed = graph.entails(known.node, toward(asked.question), node);
            candidates.push(Candidate { node, said, probability: Score::default(), rule, stated, entailed });
        }
        candidates.sort_by(|one, other| {
            other.said.total_cmp(&one.said).then_with(|| graph.name(one.node).cmp(graph.name(other.node)))
        });
        let mut place = 0;
        for candidate in &mut candidates {
            candidate.probability = classifier.believes(candidate.said, place);
            place += usize::from(!candidate.is_known());
        }
        Ok(candidates)
    }

    fn prediction(&self, graph: &DynamicGraph, asked: &QueryEvidence, candidate: &Candidate) -> Prediction {
        let Query { side, relation, anchor: known } = asked.question;
        let (head, tail) = if side == Side::Tail { (known, candidate.node) } else { (candidate.node, known) };
        let name = |node: u32| Arc::clone(graph.name(node));
        let mut reasons = Vec::new();
        if let Some(rule) = candidate.rule.map(|place| self.base.rules.answering(asked.question)[place]) {
            let step = |from: u32, step: Step, to: u32| {
                let (head, tail) = if step.is_multiple_of(2) { (from, to) } else { (to, from) };
                [name(head), Arc::clone(&self.card.relations[step as usize / 2]), name(tail)]
            };
            let links = match rule.second {
                None => vec![step(known, rule.first, candidate.node)],
                Some(second) => {
                    let ways = graph
                        .to(known, rule.first)
                        .filter(|&via| graph.degree(via) <= MOST_WAYS && graph.states(via, second, candidate.node));
                    let via = ways.min_by_key(|&via| graph.name(via)).unwrap_or(known);
                    vec![step(known, rule.first, via), step(via, second, candidate.node)]
                }
            };
            reasons.push(Reason::Rule { links, confidence: score(rule.confidence) });
        }
        // A link does not speak for itself.
        let others = || asked.nearest.iter().filter(|(end, answer, _)| (*end, *answer) != (known, candidate.node));
        let like = others().find(|(_, answer, _)| *answer == candidate.node);
        // Without a rule, what is alike speaks for it, also where its answer is another.
        let nearest = others().next().filter(|_| reasons.is_empty());
        reasons.extend(like.or(nearest).map(|&(end, answer, near)| {
            let [end, answer] = [end, answer].map(|node| Arc::clone(&self.card.entities[node as usize]));
            let (head, tail) = if side == Side::Tail { (end, answer) } else { (answer, end) };
            let link = [head, Arc::clone(&self.card.relations[relation as usize]), tail];
            Reason::Like { link, cosine: score(near) }
        }));
        let triple = [name(head), Arc::clone(&self.card.relations[relation as usize]), name(tail)];
        Prediction { triple, probability: candidate.probability, reasons }
    }
}

/// The step from the known end of a question to its answers.
pub(super) fn toward(question: Query) -> Step {
    2 * question.relation + u32::from(question.side == Side::Head)
}

/// Vectors as they are stored: two bytes a number.
pub(super) fn rounded(mut vectors: TextVectors) -> TextVectors {
    vectors.values.iter_mut().for_each(|x| *x = f16::from_f32(*x).to_f32());
    vectors
}
