//! What the service is (SPARQL 1.1 Service Description). In: a request for it. Out: triples. Never: a feature that is not there.

use crate::negotiate::best;
use crate::problem::{Answered, Problem};
use crate::shared::Shared;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const FORMATS: &str = "http://www.w3.org/ns/formats/";

/// The formats of answers, by their names at the W3C.
const RESULTS: [&str; 8] = [
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
];

/// The description, in the format that is taken.
pub(crate) fn service(shared: &Shared, (accept, host): (Option<&str>, &str)) -> Answered {
    let offered = [
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("text/plain", "text/plain; charset=utf-8"),
    ];
    let Some(format) = best(accept, &offered) else {
        let sentence = "the service description is text/turtle or application/n-triples; a query is asked by ?query=";
        return Err(Problem::new(StatusCode::NOT_ACCEPTABLE, sentence));
    };
    Ok(([(header::CONTENT_TYPE, format)], triples(host, shared.settings.union_default_graph)).into_response())
}

/// As N-Triples, which are Turtle too.
fn triples(host: &str, union: bool) -> String {
    let service = "_:service";
    let mut text = String::new();
    let mut say = |subject: &str, property: &str, object: &str| {
        text.push_str(&format!("{subject} <{property}> {object} .\n"));
    };
    let sd = |name: &str| format!("{SD}{name}");
    let node = |iri: &str| format!("<{iri}>");
    say(service, TYPE, &node(&sd("Service")));
    say(service, &sd("endpoint"), &node(&format!("http://{host}/query")));
    say(service, &sd("supportedLanguage"), &node(&sd("SPARQL11Query")));
    for format in RESULTS {
        say(service, &sd("resultFormat"), &node(&format!("{FORMATS}{format}")));
    }
    if union {
        say(service, &sd("feature"), &node(&sd("UnionDefaultGraph")));
    }
    say(service, &sd("defaultDataset"), "_:dataset");
    say("_:dataset", TYPE, &node(&sd("Dataset")));
    say("_:dataset", &sd("defaultGraph"), "_:graph");
    say("_:graph", TYPE, &node(&sd("Graph")));
    text
}
