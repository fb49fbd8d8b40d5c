//! The W3C's tests of queries, asked twice: of oxigraph alone, and of the endpoint. In: manifests. Out: which of them each
//! passes. Never: a test that oxigraph passes and the endpoint does not, unless it is listed with its reason.

use crate::archive::Archive;
use crate::manifest::{Manifest, QT, ending, name, text};
use crate::outcome::Outcome;
use crate::support::Served;
use crate::support::engine::Bare;
use crate::support::http::Ask;
use connectors::Store;
use connectors::store::Rdf;
use kgloom_record::record::Iri;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use std::collections::{BTreeMap, BTreeSet};

const MF: &str = crate::manifest::MF;

/// What the endpoint does not do as the suites have it, and why.
const EXCLUDED: [(&str, &str); 12] = [
    ("sparql10/syntax-sparql1/syntax-expr-05", NO_FUNCTION),
    ("sparql10/syntax-sparql1/syntax-order-05", NO_FUNCTION),
    ("sparql10/syntax-sparql1/syntax-order-06", NO_FUNCTION),
    ("sparql10/syntax-sparql2/syntax-function-01", NO_FUNCTION),
    ("sparql10/syntax-sparql2/syntax-function-02", NO_FUNCTION),
    ("sparql10/syntax-sparql2/syntax-function-03", NO_FUNCTION),
    ("sparql10/syntax-sparql2/syntax-function-04", NO_FUNCTION),
    ("sparql11/syntax-query/test_4", NO_FUNCTION),
    ("sparql11/service/service7", NO_NETWORK),
    ("sparql11/syntax-fed/test_1", NO_NETWORK),
    ("sparql11/syntax-fed/test_2", NO_NETWORK),
    ("sparql11/syntax-fed/test_3", NO_NETWORK),
];
const NO_NETWORK: &str = "it is parsed, and refused: SERVICE would reach the network, SILENT or not";
const NO_FUNCTION: &str = "it is parsed, and refused: an endpoint answers, and there is no such function";

/// What neither does of SPARQL 1.2, and why.
const BEYOND: [(&str, &str); 5] = [
    ("sparql12/grouping/group01", "numbers are kept by their value: 1 and 001 are one group"),
    ("sparql12/grouping/select-variable-reuse", "the result of an aggregate is not known to what stands beside it"),
    ("sparql12/syntax-triple-terms-negative/tripleterm-subject-03", UNCHECKED),
    ("sparql12/syntax-triple-terms-negative/tripleterm-subject-06", UNCHECKED),
    ("sparql12/syntax/nested-aggregate-functions", "an aggregate within an aggregate is parsed"),
];
const UNCHECKED: &str = "a triple term in an expression is parsed whatever its subject is";

/// A test of a query.
#[derive(Debug)]
struct Test {
    name: String,
    kind: Kind,
    query: String,
    data: Vec<(Option<String>, String)>,
    result: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Evaluation,
    Csv,
    Positive,
    Negative,
}

#[derive(Default, Debug)]
struct Count {
    all: usize,
    library: usize,
    endpoint: usize,
}

#[test]
fn what_oxigraph_passes_passes_through_the_endpoint() {
    let Some(archive) = Archive::open() else { return };
    let bare = Bare::empty();
    let served = Served::usual(&bare);
    let mut counts: BTreeMap<(&str, Kind), Count> = BTreeMap::new();
    let (mut worse, mut failed, mut other) = (BTreeMap::new(), BTreeSet::new(), 0_usize);
    let mut beyond = BTreeSet::new();
    for suite in ["sparql10", "sparql11", "sparql12"] {
        for manifest in archive.manifests(&format!("sparql/{suite}")) {
            let graph = Manifest::read(&archive, &manifest);
            for entry in graph.entries() {
                let Some(test) = test(&graph, &entry, &manifest) else {
                    other += 1;
                    continue;
                };
                let alone = library(&archive, &test);
                let through = endpoint(&archive, &test, &bare, &served);
                let count = counts.entry((suite, test.kind)).or_default();
                count.all += 1;
                count.library += usize::from(alone.is_ok());
                count.endpoint += usize::from(through.is_ok());
                match (alone, through) {
                    (Ok(()), Err(why)) => drop(worse.insert(test.name, why)),
                    (Err(why), through) => {
                        if suite == "sparql12" && through.is_err() {
                            beyond.insert(test.name.clone());
                        }
                        failed.insert(format!(
                            "{}{}: {why}",
                            test.name,
                            if through.is_ok() { " (the endpoint passes)" } else { "" }
                        ));
                    }
                    _ => {}
                }
            }
        }
    }
    for ((suite, kind), Count { all, library, endpoint }) in &counts {
        println!("{suite} {kind:?}: {all} tests, oxigraph alone passes {library}, the endpoint {endpoint}");
    }
    println!("{other} tests are of updates, of the protocol or of graph stores");
    failed.iter().for_each(|failed| println!("oxigraph alone fails {failed}"));
    let excluded = BTreeMap::from(EXCLUDED);
    excluded.iter().for_each(|(name, why)| println!("excluded: {name}: {why}"));
    let unlisted: Vec<_> = worse.iter().filter(|(name, _)| !excluded.contains_key(name.as_str())).collect();
    assert!(unlisted.is_empty(), "the endpoint fails what oxigraph alone passes: {unlisted:#?}");
    let stale: Vec<_> = excluded.keys().filter(|name| !worse.contains_key(**name)).collect();
    assert!(stale.is_empty(), "listed, and passed: {stale:?}");
    let listed: BTreeSet<String> = BEYOND.iter().map(|(name, _)| (*name).to_owned()).collect();
    BEYOND.iter().for_each(|(name, why)| println!("neither passes {name}: {why}"));
    assert_eq!(beyond, listed, "what neither passes of SPARQL 1.2");
    let asked: usize = counts.values().map(|count| count.all).sum();
    assert!(asked > 1_150, "{asked} tests were asked");
}

/// A test of a query; none where it is of something else.
fn test(graph: &Manifest, entry: &NamedOrBlankNode, manifest: &str) -> Option<Test> {
    let kind = match graph.kind(entry).as_str() {
        "QueryEvaluationTest" => Kind::Evaluation,
        "CSVResultFormatTest" => Kind::Csv,
        "PositiveSyntaxTest" | "PositiveSyntaxTest11" => Kind::Positive,
        "NegativeSyntaxTest" | "NegativeSyntaxTest11" => Kind::Negative,
        _ => return None,
    };
    let action = graph.one(entry, &format!("{MF}action"))?;
    let name = name(manifest, entry);
    let Some(action) = crate::manifest::node(action.clone()).filter(|_| matches!(kind, Kind::Evaluation | Kind::Csv))
    else {
        return Some(Test { name, kind, query: text(&action)?, data: Vec::new(), result: None });
    };
    let files = |property: &str, named: bool| {
        let files = graph.all(&action, &format!("{QT}{property}"));
        files.iter().filter_map(text).map(move |url| (named.then(|| url.clone()), url)).collect::<Vec<_>>()
    };
    let data = [files("data", false), files("graphData", true)].concat();
    let result = graph.text(entry, &format!("{MF}result"));
    Some(Test { name, kind, query: graph.text(&action, &format!("{QT}query"))?, data, result })
}

/// Whether two outcomes agree.
fn agreed(archive: &Archive, test: &Test, found: &Outcome) -> Result<(), String> {
    let Some(result) = &test.result else { return Ok(()) };
    let expected = Outcome::read(archive.file(result), result)?;
    if expected.is(found) { Ok(()) } else { Err(format!("expected {expected:?}, found {found:?}")) }
}

/// The files that a query names by FROM and FROM NAMED, beside those of the test.
fn named_in(prepared: &oxigraph::sparql::PreparedSparqlQuery) -> Vec<String> {
    let dataset = prepared.dataset();
    let default = dataset.default_graph_graphs().into_iter().flatten().filter_map(|graph| match graph {
        GraphName::NamedNode(node) => Some(node.as_str().to_owned()),
        _ => None,
    });
    let named = dataset.available_named_graphs().into_iter().flatten().filter_map(|graph| match graph {
        NamedOrBlankNode::NamedNode(node) => Some(node.as_str().to_owned()),
        NamedOrBlankNode::BlankNode(_) => None,
    });
    default.chain(named).collect()
}

/// Asks oxigraph alone.
fn library(archive: &Archive, test: &Test) -> Result<(), String> {
    let text = archive.text(&test.query);
    let evaluator = SparqlEvaluator::new().with_base_iri(&test.query).expect("an IRI");
    let prepared = evaluator.parse_query(text).map_err(|error| error.to_string());
    match test.kind {
        Kind::Positive => return prepared.map(drop),
        Kind::Negative => return if prepared.is_err() { Ok(()) } else { Err("it is parsed".to_owned()) },
        Kind::Evaluation | Kind::Csv => {}
    }
    let prepared = prepared?;
    let store = oxigraph::store::Store::new().expect("memory");
    let from = named_in(&prepared).into_iter().map(|url| (Some(url.clone()), url));
    for (graph, url) in test.data.iter().cloned().chain(from).collect::<BTreeSet<_>>() {
        let format = RdfFormat::from_extension(ending(&url)).expect("a format of RDF");
        let mut parser = RdfParser::from_format(format).with_base_iri(&url).expect("an IRI");
        if let Some(graph) = graph {
            parser = parser.with_default_graph(NamedNode::new_unchecked(graph));
        }
        store.load_from_slice(parser, archive.file(&url)).map_err(|error| format!("{url}: {error}"))?;
    }
    let results = prepared.on_store(&store).execute().map_err(|error| error.to_string())?;
    let found = match (test.kind, results) {
        (Kind::Csv, QueryResults::Solutions(solutions)) => {
            let serializer = QueryResultsSerializer::from_format(QueryResultsFormat::Csv);
            let names = solutions.variables().to_vec();
            let mut csv = serializer.serialize_solutions_to_writer(Vec::new(), names).expect("memory");
            for solution in solutions {
                csv.serialize(&solution.map_err(|error| error.to_string())?).expect("memory");
            }
            Outcome::read(&csv.finish().expect("memory"), "answer.csv")?
        }
        (_, results) => Outcome::of(results)?,
    };
    agreed(archive, test, &found)
}

/// Asks the endpoint.
fn endpoint(archive: &Archive, test: &Test, bare: &Bare, served: &Served) -> Result<(), String> {
    let text = archive.text(&test.query);
    let store = Store::in_memory().expect("memory");
    let prepared = SparqlEvaluator::new().with_base_iri(&test.query).expect("an IRI").parse_query(text);
    let from = prepared.as_ref().map(named_in).unwrap_or_default();
    let from = from.into_iter().filter(|_| test.kind == Kind::Evaluation).map(|url| (Some(url.clone()), url));
    for (graph, url) in test.data.iter().cloned().chain(from).collect::<BTreeSet<_>>() {
        let rdf = Rdf { bytes: archive.file(&url), ending: ending(&url), base: Some(&url) };
        store.load(rdf, graph.map(Iri::new).as_ref()).map_err(|error| error.to_string())?;
    }
    bare.keep(store);
    let based = format!("BASE <{}>\n{text}", test.query);
    let accept = match test.result.as_deref().map(ending) {
        Some("srx") => "application/sparql-results+xml, application/n-triples",
        Some("csv") => "text/csv",
        Some("tsv") => "text/tab-separated-values",
        Some("rdf") => "application/sparql-results+json, application/rdf+xml",
        _ => "application/sparql-results+json, text/turtle",
    };
    let answer = Ask::query(&based).header("Accept", accept).send(served.at);
    let told = || format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body));
    match test.kind {
        Kind::Negative if answer.status == 400 => return Ok(()),
        Kind::Negative => return Err(told()),
        Kind::Positive if answer.status == 200 => return Ok(()),
        _ if answer.status != 200 => return Err(told()),
        _ => {}
    }
    if !answer.whole {
        return Err("the answer broke off".to_owned());
    }
    let kind = answer.header("content-type").unwrap_or_default();
    let name = match kind.split(';').next().unwrap_or_default() {
        "application/sparql-results+json" => "answer.srj",
        "application/sparql-results+xml" => "answer.srx",
        "text/csv" => "answer.csv",
        "text/tab-separated-values" => "answer.tsv",
        "text/turtle" => "urn:answer.ttl",
        "application/n-triples" => "urn:answer.nt",
        "application/rdf+xml" => "urn:answer.rdf",
        other => return Err(format!("an answer of type {other}")),
    };
    agreed(archive, test, &Outcome::read(&answer.body, name)?)
}
