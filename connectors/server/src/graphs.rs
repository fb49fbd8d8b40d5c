//! SPARQL 1.1 Graph Store Protocol, the reading half. In: the name of a graph. Out: its triples. Never: a write.

use crate::answer::{Wanted, answer};
use crate::methods;
use crate::negotiate::{TRIPLES, best};
use crate::problem::{Answered, Problem};
use crate::shared::Shared;
use crate::sparql::{NO_TEXT, accept, iri};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use connectors::Store;
use connectors::store::{Dataset, Formats, QueryOptions, ResultFormat};
use kgloom_record::record::Iri;
use std::sync::Arc;

/// `GET` and `HEAD` on `/store`.
pub(crate) async fn store(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(methods::refused(request.uri().path()));
    }
    let accept = accept(request.headers())?;
    let graph = named(request.uri().query().unwrap_or_default())?;
    let triples = best(accept.as_deref(), &TRIPLES);
    let Some(triples) = triples else {
        return Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "a graph is Turtle, N-Triples, RDF/XML or JSON-LD"));
    };
    let store = shared.store()?;
    let pattern = match &graph {
        None => "{ ?s ?p ?o }".to_owned(),
        Some(graph) => format!("{{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"),
    };
    if let Some(graph) = &graph {
        let (store, ask) = (Arc::clone(&store), format!("ASK {pattern}"));
        let there = tokio::task::spawn_blocking(move || holds(&store, &ask)).await;
        if !there.unwrap_or(Ok(false))? {
            return Err(Problem::new(StatusCode::NOT_FOUND, format!("there is no graph <{graph}>")));
        }
    }
    let settings = &shared.settings;
    let (timeout, memory) = (Some(settings.timeout), Some(settings.memory));
    let wanted = Wanted {
        store,
        sparql: format!("CONSTRUCT {{ ?s ?p ?o }} {pattern}"),
        base: String::new(),
        options: QueryOptions { timeout, memory, ..QueryOptions::default() },
        dataset: Dataset::default(),
        formats: Formats { rows: None, triples: Some(triples) },
        head: *request.method() == Method::HEAD,
    };
    answer(&shared, wanted).await
}

fn holds(store: &Store, ask: &str) -> Result<bool, Problem> {
    let mut out = Vec::new();
    let asked = store.query(ask, &QueryOptions::default(), ResultFormat::Table, &mut out);
    asked.map_err(|error| Problem::of_query(&error))?;
    Ok(out.starts_with(b"yes"))
}

/// The graph that is meant; none is the default graph.
fn named(parameters: &str) -> Result<Option<Iri>, Problem> {
    let mut meant = None;
    let given = crate::percent::form(parameters.as_bytes()).ok_or_else(|| Problem::bad(NO_TEXT))?;
    for (name, value) in given {
        let graph = match name.as_str() {
            "default" => None,
            "graph" => Some(iri(&value)?),
            _ => continue,
        };
        if meant.replace(graph).is_some() {
            return Err(Problem::bad("more than one graph is named"));
        }
    }
    meant.ok_or_else(|| Problem::bad("which graph? ?default or ?graph=IRI"))
}
