//! What link prediction and explanations ask of the store. In: names. Out: what all documents together say, what follows,
//! what is predicted.
//! Never: a document, or what was refused.

use super::facts::End;
use super::{Store, quads};
use crate::Error;
use kgloom_record::record::{Graph, Iri, Quad, Term, Triple};
use kgloom_record::vocabulary;
use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad as RdfQuad, Term as RdfTerm};

const ENTAILED: GraphNameRef<'static> = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(vocabulary::ENTAILED));
const PREDICTED: GraphNameRef<'static> = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(vocabulary::PREDICTED));
const TYPED: GraphNameRef<'static> = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(vocabulary::TYPED));
const WATCH: GraphNameRef<'static> = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(vocabulary::WATCH));
const VECTORS: GraphNameRef<'static> = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(vocabulary::VECTORS));

impl Store {
    /// All triples of the default graph.
    pub fn stated(&self) -> impl Iterator<Item = Result<Triple, Error>> + use<> {
        let quads = self.inner.quads_for_pattern(None, None, None, Some(GraphNameRef::DefaultGraph));
        quads.filter_map(|quad| quad.map(quads::decode_triple).transpose())
    }

    /// All triples of the graph of what follows.
    pub fn entailed(&self) -> impl Iterator<Item = Result<Triple, Error>> + use<> {
        let quads = self.inner.quads_for_pattern(None, None, None, Some(ENTAILED));
        quads.filter_map(|quad| quad.map(quads::decode_triple).transpose())
    }

    /// Whether the default graph holds a triple.
    pub fn states(&self, triple: &Triple) -> Result<bool, Error> {
        self.inner.contains(quads::encode_triple(triple)?.in_graph(GraphNameRef::DefaultGraph).as_ref())
    }

    /// The triples of the default graph with this relation and this end, sorted.
    pub fn stated_with(
        &self,
        (subject, object): (Option<&Iri>, Option<&Iri>),
        relation: &Iri,
    ) -> Result<Vec<Triple>, Error> {
        let node = |name: Option<&Iri>| name.map(|name| quads::name(name.as_str())).transpose();
        let (subject, object, relation) = (node(subject)?, node(object)?, quads::name(relation.as_str())?);
        let subject = subject.map(NamedOrBlankNode::from);
        let object = object.map(RdfTerm::from);
        let (subject, object) = (subject.as_ref().map(|name| name.as_ref()), object.as_ref().map(|name| name.as_ref()));
        let default = Some(GraphNameRef::DefaultGraph);
        let quads = self.inner.quads_for_pattern(subject, Some(relation.as_ref()), object, default);
        let triples = quads.filter_map(|quad| quad.map(quads::decode_triple).transpose());
        let mut triples: Vec<Triple> = triples.collect::<Result<_, _>>()?;
        triples.sort();
        Ok(triples)
    }

    /// The triples that are stated or follow, with these ends and this relation, sorted, each once.
    pub fn told_with(
        &self,
        (subject, object): (Option<&Iri>, Option<&Iri>),
        relation: Option<&Iri>,
    ) -> Result<Vec<Triple>, Error> {
        let node = |name: Option<&Iri>| name.map(|name| quads::name(name.as_str())).transpose();
        let (subject, object, relation) = (node(subject)?, node(object)?, node(relation)?);
        let subject = subject.map(NamedOrBlankNode::from);
        let object = object.map(RdfTerm::from);
        let (subject, object) = (subject.as_ref().map(|name| name.as_ref()), object.as_ref().map(|name| name.as_ref()));
        let relation = relation.as_ref().map(NamedNode::as_ref);
        let mut triples = Vec::new();
        for graph in [GraphNameRef::DefaultGraph, ENTAILED] {
            for quad in self.inner.quads_for_pattern(subject, relation, object, Some(graph)) {
                triples.extend(quads::decode_triple(quad?));
            }
        }
        triples.sort();
        triples.dedup();
        Ok(triples)
    }

    /// All that the graph of predictions says of an entity as a head: the links, and each with its details.
    pub fn predicted_of(&self, head: &Iri) -> Result<Vec<Quad>, Error> {
        let mut found = self.predicted_with(Some(head), None)?;
        for details in found.clone() {
            found.extend(self.predicted_with(Some(&vocabulary::prediction_iri(&details.triple)), None)?);
        }
        Ok(found)
    }

    /// All that the graph of classes of one's own says of a thing or a document: the classes, and each with its details.
    pub fn typed_of(&self, thing: &Iri) -> Result<Vec<Quad>, Error> {
        let mut found = self.with((Graph::Typed, TYPED), Some(thing), None)?;
        for class in found.clone() {
            let details = vocabulary::prediction_iri(&class.triple);
            found.extend(self.with((Graph::Typed, TYPED), Some(&details), None)?);
        }
        Ok(found)
    }

    /// How many classes of one's own are told, and of how many of them the graph states `rdf:type`.
    pub fn typed_count(&self) -> Result<(u64, u64), Error> {
        let class = NamedNodeRef::new_unchecked(vocabulary::TYPE);
        let (mut told, mut stated) = (0, 0);
        for quad in self.inner.quads_for_pattern(None, Some(class), None, Some(TYPED)) {
            let quad = quad?;
            told += 1;
            let default = RdfQuad { graph_name: GraphNameRef::DefaultGraph.into(), ..quad };
            stated += u64::from(self.inner.contains(default.as_ref())?);
        }
        Ok((told, stated))
    }

    /// The heads of predicted links to an entity.
    pub fn predicted_heads(&self, tail: &Iri) -> Result<Vec<Iri>, Error> {
        let to = self.predicted_with(None, Some(tail))?;
        let is_link = |quad: &Quad| !vocabulary::is_prediction(&quad.triple.subject);
        Ok(to.into_iter().filter(is_link).map(|quad| quad.triple.subject).collect())
    }

    /// The predicted links that have a thing at an end.
    pub fn predicted_at(&self, thing: &Iri, end: End) -> Result<Vec<Triple>, Error> {
        let quads = match end {
            End::Subject => self.predicted_with(Some(thing), None)?,
            End::Object => self.predicted_with(None, Some(thing))?,
        };
        let is_link =
            |triple: &Triple| !vocabulary::is_prediction(&triple.subject) && matches!(triple.object, Term::Name(_));
        Ok(quads.into_iter().map(|quad| quad.triple).filter(is_link).collect())
    }

    /// What the graph of predictions says of one link.
    pub fn prediction(&self, link: &Triple) -> Result<Vec<Quad>, Error> {
        self.predicted_with(Some(&vocabulary::prediction_iri(link)), None)
    }

    /// The vector of an entity, where the store holds it.
    pub fn vector_of(&self, entity: &Iri) -> Result<Vec<Quad>, Error> {
        self.with((Graph::Vectors, VECTORS), Some(entity), None)
    }

    /// All that is told of how unusual a document or a fact is, by its name.
    pub fn watched_of(&self, name: &Iri) -> Result<Vec<Quad>, Error> {
        self.with((Graph::Watch, WATCH), Some(name), None)
    }

    /// All triples of the graph of how unusual documents and facts are.
    pub fn watched(&self) -> impl Iterator<Item = Result<Triple, Error>> + use<> {
        let quads = self.inner.quads_for_pattern(None, None, None, Some(WATCH));
        quads.filter_map(|quad| quad.map(quads::decode_triple).transpose())
    }

    /// How many links are predicted.
    pub fn predicted_count(&self) -> Result<u64, Error> {
        let model = NamedNodeRef::new_unchecked(vocabulary::PREDICTED_BY);
        let mut count = 0;
        for quad in self.inner.quads_for_pattern(None, Some(model), None, Some(PREDICTED)) {
            quad?;
            count += 1;
        }
        Ok(count)
    }

    fn predicted_with(&self, subject: Option<&Iri>, object: Option<&Iri>) -> Result<Vec<Quad>, Error> {
        self.with((Graph::Predicted, PREDICTED), subject, object)
    }

    /// The quads of a graph with these ends.
    fn with(
        &self,
        (graph, named): (Graph, GraphNameRef<'_>),
        subject: Option<&Iri>,
        object: Option<&Iri>,
    ) -> Result<Vec<Quad>, Error> {
        let node = |name: Option<&Iri>| name.map(|name| quads::name(name.as_str())).transpose();
        let (subject, object): (Option<NamedNode>, Option<NamedNode>) = (node(subject)?, node(object)?);
        let subject = subject.map(NamedOrBlankNode::from);
        let object = object.map(RdfTerm::from);
        let pattern = (subject.as_ref().map(|name| name.as_ref()), object.as_ref().map(|name| name.as_ref()));
        let quads: Vec<RdfQuad> =
            self.inner.quads_for_pattern(pattern.0, None, pattern.1, Some(named)).collect::<Result<_, _>>()?;
        let triples = quads.into_iter().filter_map(quads::decode_triple);
        Ok(triples.map(|triple| Quad { graph: graph.clone(), triple }).collect())
    }
}
