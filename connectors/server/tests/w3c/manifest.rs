//! Manifests of the W3C. In: RDF. Out: what is said of a test. Never: a test that is left out without a word.

use crate::archive::{Archive, ROOT};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{Graph, NamedNodeRef, NamedOrBlankNode, Term};

pub const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
pub const QT: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#";
pub const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";

/// A graph that is asked for values.
pub struct Manifest(Graph);

impl Manifest {
    pub fn read(archive: &Archive, url: &str) -> Manifest {
        Manifest(graph(archive.file(url), url))
    }

    pub fn of(graph: Graph) -> Manifest {
        Manifest(graph)
    }

    /// The thing of a type.
    pub fn typed(&self, kind: &str) -> Option<NamedOrBlankNode> {
        let kind = NamedNodeRef::new_unchecked(kind);
        self.0.subject_for_predicate_object(rdf::TYPE, kind).map(|node| node.into_owned())
    }

    /// The tests of the manifest, in their order.
    pub fn entries(&self) -> Vec<NamedOrBlankNode> {
        let of = NamedNodeRef::new_unchecked("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#entries");
        let lists = self.0.iter().filter(|triple| triple.predicate == of).map(|triple| triple.object.into_owned());
        lists.flat_map(|list| self.list(Some(list))).collect()
    }

    /// What is said of a thing with a property, in no order.
    pub fn all(&self, of: &NamedOrBlankNode, property: &str) -> Vec<Term> {
        let property = NamedNodeRef::new_unchecked(property);
        self.0.objects_for_subject_predicate(of.as_ref(), property).map(|term| term.into_owned()).collect()
    }

    /// The same where it is one thing.
    pub fn one(&self, of: &NamedOrBlankNode, property: &str) -> Option<Term> {
        self.all(of, property).pop()
    }

    /// The same as a thing.
    pub fn node(&self, of: &NamedOrBlankNode, property: &str) -> Option<NamedOrBlankNode> {
        node(self.one(of, property)?)
    }

    /// The same as a text, or an IRI.
    pub fn text(&self, of: &NamedOrBlankNode, property: &str) -> Option<String> {
        text(&self.one(of, property)?)
    }

    /// The things of a list, and of the lists in it.
    pub fn list(&self, list: Option<Term>) -> Vec<NamedOrBlankNode> {
        let mut things = Vec::new();
        let mut at = list.and_then(node);
        while let Some(cell) = at {
            let first = self.one(&cell, rdf::FIRST.as_str());
            let is_list =
                first.clone().and_then(node).is_some_and(|first| self.one(&first, rdf::FIRST.as_str()).is_some());
            if is_list {
                things.extend(self.list(first))
            } else {
                things.extend(first.and_then(node))
            }
            at = self.node(&cell, rdf::REST.as_str());
        }
        things
    }

    /// The type of a test, without its vocabulary.
    pub fn kind(&self, test: &NamedOrBlankNode) -> String {
        let kinds = self.all(test, rdf::TYPE.as_str());
        let mut kinds = kinds.iter().filter_map(|kind| Some(text(kind)?.strip_prefix(MF)?.to_owned()));
        kinds.next_back().unwrap_or_default()
    }
}

pub fn node(term: Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.into()),
        Term::BlankNode(node) => Some(node.into()),
        _ => None,
    }
}

pub fn text(term: &Term) -> Option<String> {
    match term {
        Term::NamedNode(node) => Some(node.as_str().to_owned()),
        Term::Literal(literal) => Some(literal.value().to_owned()),
        _ => None,
    }
}

/// The end of a name, after the last point.
pub fn ending(url: &str) -> &str {
    url.rsplit('.').next().unwrap_or_default()
}

/// The triples of a file.
pub fn graph(bytes: &[u8], url: &str) -> Graph {
    let format = RdfFormat::from_extension(ending(url)).expect("a format of RDF");
    let parser = RdfParser::from_format(format).with_base_iri(url).expect("an IRI");
    let quads = parser.for_slice(bytes).map(|quad| quad.unwrap_or_else(|error| panic!("{url}: {error}")));
    quads.map(oxigraph::model::Triple::from).collect()
}

/// The name of a test for people: its folder and its name there.
pub fn name(manifest: &str, test: &NamedOrBlankNode) -> String {
    let folder = manifest.trim_start_matches(ROOT).trim_start_matches("sparql/").trim_end_matches("/manifest.ttl");
    let test = test.to_string();
    let test = test.trim_matches(['<', '>']).rsplit(['#', '/']).next().unwrap_or_default();
    format!("{folder}/{test}")
}
