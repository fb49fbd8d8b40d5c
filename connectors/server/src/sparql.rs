//! SPARQL 1.1 Protocol, queries. In: a request. Out: an answer. Never: an update; a guess at what a request may mean.

use crate::answer::{Wanted, answer};
use crate::body;
use crate::description;
use crate::methods;
use crate::negotiate::formats;
use crate::problem::{Answered, Problem};
use crate::settings::MOST_QUERY;
use crate::shared::Shared;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use connectors::store::{Dataset, QueryOptions};
use kgloom_record::record::Iri;
use std::sync::Arc;
use std::time::Duration;

/// Said of parameters that cannot be read.
pub(crate) const NO_TEXT: &str = "a parameter is not UTF-8, or breaks off after a %";

/// What a request asks, by its parameters.
#[derive(Debug, Default)]
struct Asked {
    query: Option<String>,
    dataset: Dataset,
    timeout: Option<Duration>,
    limit: Option<usize>,
    entailed: bool,
}

/// `GET`, `HEAD` and `POST` on `/query`.
pub(crate) async fn query(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    let (parts, body) = request.into_parts();
    let accept = accept(&parts.headers)?;
    let in_path = parts.uri.query().unwrap_or_default().to_owned();
    let asked = match parts.method {
        Method::GET | Method::HEAD => match read(&[in_path.as_bytes()])? {
            Asked { query: None, .. } => {
                return description::service(&shared, (accept.as_deref(), host(&parts.headers)));
            }
            asked => asked,
        },
        Method::POST => {
            let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            let (kind, options) = kind.split_once(';').unwrap_or((kind, ""));
            check_charset(options)?;
            let bytes = body::read(&parts.headers, body, (MOST_QUERY, shared.settings.body_time)).await?;
            match kind.trim().to_ascii_lowercase().as_str() {
                "application/x-www-form-urlencoded" => read(&[in_path.as_bytes(), &bytes])?,
                "application/sparql-query" => {
                    let asked = read(&[in_path.as_bytes()])?;
                    if asked.query.is_some() {
                        return Err(Problem::bad("the query is in the body and in the address"));
                    }
                    let text = String::from_utf8(bytes).map_err(|_| Problem::bad("the query is not UTF-8"))?;
                    Asked { query: Some(text), ..asked }
                }
                "" => {
                    let sentence =
                        "say what the body is: application/sparql-query or application/x-www-form-urlencoded";
                    return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
                }
                other => {
                    let sentence = format!(
                        "a query is application/sparql-query or application/x-www-form-urlencoded, and this is {other}"
                    );
                    return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
                }
            }
        }
        _ => return Err(methods::refused(parts.uri.path())),
    };
    let Some(sparql) = asked.query else { return Err(Problem::bad("there is no query")) };
    if sparql.len() > MOST_QUERY {
        let sentence = format!("the query has more than {} KB", MOST_QUERY >> 10);
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, sentence));
    }
    let store = shared.store()?;
    let settings = &shared.settings;
    let options = QueryOptions {
        timeout: Some(asked.timeout.map_or(settings.timeout, |timeout| timeout.min(settings.timeout))),
        limit: asked.limit,
        memory: Some(settings.memory),
        entailed: asked.entailed,
    };
    let mut dataset = asked.dataset;
    dataset.union |= settings.union_default_graph;
    let (formats, head) = (formats(accept.as_deref()), parts.method == Method::HEAD);
    let base = format!("http://{}/query", host(&parts.headers));
    answer(&shared, Wanted { store, sparql, base, options, dataset, formats, head }).await
}

/// The name by which the server was asked.
fn host(headers: &axum::http::HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost")
}

/// All `Accept` headers as one.
pub(crate) fn accept(headers: &axum::http::HeaderMap) -> Result<Option<String>, Problem> {
    let mut all = Vec::new();
    for accept in headers.get_all(header::ACCEPT) {
        all.push(accept.to_str().map_err(|_| Problem::bad("the Accept header is no text"))?);
    }
    Ok(if all.is_empty() { None } else { Some(all.join(",")) })
}

/// What is sent is UTF-8.
fn check_charset(options: &str) -> Result<(), Problem> {
    for option in options.split(';') {
        let Some((name, value)) = option.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        if name.trim().eq_ignore_ascii_case("charset") && !value.eq_ignore_ascii_case("utf-8") {
            let sentence = format!("the body is {value}; send it as UTF-8");
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
        }
    }
    Ok(())
}

/// The parameters of an address and of a form. Those that nobody knows are not heeded: clients send their own.
fn read(forms: &[&[u8]]) -> Result<Asked, Problem> {
    let mut asked = Asked::default();
    let mut given = Vec::new();
    for form in forms {
        given.extend(crate::percent::form(form).ok_or_else(|| Problem::bad(NO_TEXT))?);
    }
    for (name, value) in given {
        let flag = matches!(value.as_str(), "" | "true" | "1" | "yes");
        match name.as_str() {
            "query" if asked.query.is_some() => return Err(Problem::bad("there is more than one query")),
            "query" => asked.query = Some(value),
            "update" | "using-graph-uri" | "using-named-graph-uri" => {
                return Err(Problem::bad(
                    "this is a query, and no update: documents change the graph, SPARQL does not",
                ));
            }
            "default-graph-uri" => asked.dataset.default.push(iri(&value)?),
            "named-graph-uri" => asked.dataset.named.push(iri(&value)?),
            "union-default-graph" => asked.dataset.union = flag,
            "entailed" => asked.entailed = flag,
            "timeout" => asked.timeout = Some(seconds(&value)?),
            "limit" => {
                let no_number = || Problem::bad("limit= is a number of rows");
                asked.limit = Some(value.parse().map_err(|_| no_number())?);
            }
            _ => {}
        }
    }
    Ok(asked)
}

pub(crate) fn iri(text: &str) -> Result<Iri, Problem> {
    let bad = |c: char| c <= ' ' || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\');
    if text.contains(':') && !text.contains(bad) {
        return Ok(Iri::new(text));
    }
    Err(Problem::bad(format!("\"{text}\" is no IRI")))
}

fn seconds(text: &str) -> Result<Duration, Problem> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|time| !time.is_zero()).ok_or_else(|| Problem::bad("timeout= is a number of seconds above 0"))
}
