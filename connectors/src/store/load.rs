//! Other people's RDF as it is. In: the bytes of a document, and the graph that they are for. Out: rows in the store, spelt by
//! value as all are. Never: an epoch, half a document, a look at the network.
//!
//! What kgloom states itself comes by [`Store::apply`]; this is for stores that hold anything else.

use super::{Store, pattern};
use crate::Error;
use kgloom_record::record::Iri;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode};
use std::path::Path;

/// A document of RDF.
#[derive(Clone, Copy, Debug)]
pub struct Rdf<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its format, as files of it end: `ttl`, `nt`, `rdf`, `trig`, `nq` or `jsonld`.
    pub ending: &'a str,
    /// What its relative IRIs begin with.
    pub base: Option<&'a str>,
}

impl Store {
    /// Adds what a document states. What it states of its default graph comes into `graph`, and without one into the
    /// default graph. Its blank nodes are those of no other document. Says how many statements there were.
    ///
    /// # Errors
    /// When the document is no RDF of its format, and then nothing of it is there.
    pub fn load(&self, document: Rdf<'_>, graph: Option<&Iri>) -> Result<usize, Error> {
        let Rdf { bytes, ending, base } = document;
        let wrong = |what: String| Error::NotRdf { path: Path::new(base.unwrap_or(ending)).to_owned(), what };
        let format = RdfFormat::from_extension(ending).ok_or_else(|| wrong(format!("\"{ending}\" is no format")))?;
        let mut parser = RdfParser::from_format(format).rename_blank_nodes();
        if let Some(base) = base {
            parser = parser.with_base_iri(base).map_err(|error| wrong(error.to_string()))?;
        }
        if let Some(graph) = graph {
            let graph = NamedNode::new(graph.as_str()).map_err(|error| wrong(error.to_string()))?;
            parser = parser.with_default_graph(GraphName::from(graph));
        }
        let mut edit = self.inner.edit();
        let mut stated = 0;
        for quad in parser.for_slice(bytes) {
            let quad = quad.map_err(|error| wrong(error.to_string()))?;
            let row = pattern::row_of(&mut edit, quad.as_ref())?;
            edit.insert(row);
            stated += 1;
        }
        edit.commit()?;
        Ok(stated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{QueryOptions, ResultFormat};

    fn csv(store: &Store, sparql: &str) -> String {
        let mut out = Vec::new();
        store.query(sparql, &QueryOptions::default(), ResultFormat::Csv, &mut out).unwrap();
        String::from_utf8(out).unwrap().replace("\r\n", " ")
    }

    fn rdf<'a>(ending: &'a str, text: &'a str) -> Rdf<'a> {
        Rdf { bytes: text.as_bytes(), ending, base: None }
    }

    #[test]
    fn every_format_comes_into_the_graph_that_it_is_for() {
        let store = Store::in_memory().unwrap();
        let g = Iri::new("urn:g");
        assert_eq!(store.load(rdf("ttl", "<urn:a> <urn:p> [ <urn:p> 01 ] ."), None).unwrap(), 2);
        assert_eq!(store.load(rdf("nt", "_:x <urn:p> _:x .\n<urn:a> <urn:p> \"x\"@fr .\n"), Some(&g)).unwrap(), 2);
        let xml = r#"<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:"><r:Description
            r:about="urn:b"><e:p r:resource="urn:c"/></r:Description></r:RDF>"#;
        assert_eq!(store.load(rdf("rdf", xml), None).unwrap(), 1);
        let trig = "<urn:d> <urn:p> 1 . GRAPH <urn:h> { <urn:d> <urn:p> 2 }";
        assert_eq!(store.load(rdf("trig", trig), Some(&g)).unwrap(), 2);
        assert_eq!(store.load(rdf("nq", "<urn:e> <urn:p> _:x <urn:h> .\n"), None).unwrap(), 1);
        let relative = Rdf { base: Some("http://e.org/x/"), ..rdf("ttl", "<f> <p> <../y> .") };
        assert_eq!(store.load(relative, None).unwrap(), 1);
        assert_eq!(csv(&store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"), "n 4 ");
        assert_eq!(csv(&store, "SELECT ?o { <urn:a> <urn:p>/<urn:p> ?o }"), "o 1 ", "numbers are kept by value");
        assert_eq!(
            csv(&store, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"),
            "g,n urn:g,3 urn:h,2 "
        );
        assert_eq!(csv(&store, "SELECT ?o { <http://e.org/x/f> ?p ?o }"), "o http://e.org/y ");
    }

    #[test]
    fn equal_labels_of_two_documents_are_two_blank_nodes() {
        let store = Store::in_memory().unwrap();
        for _ in 0..2 {
            store.load(rdf("ttl", "_:x <urn:p> 1 ."), None).unwrap();
        }
        assert_eq!(csv(&store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <urn:p> 1 }"), "n 2 ");
    }

    #[test]
    fn of_a_document_with_an_error_nothing_is_there() {
        let store = Store::in_memory().unwrap();
        let told = store.load(rdf("ttl", "<urn:a> <urn:p> 1 .\n<urn:a> oops"), None).unwrap_err().to_string();
        assert!(told.contains("line 2"), "{told}");
        assert!(store.load(rdf("doc", ""), None).is_err());
        assert!(store.load(rdf("nt", ""), Some(&Iri::new("no iri"))).is_err());
        assert_eq!(csv(&store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"), "n 0 ");
    }
}
