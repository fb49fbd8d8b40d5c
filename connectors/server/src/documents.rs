//! Documents over HTTP. In: texts under ids. Out: what came of them, once the graph holds it. Never: an answer before.

use crate::body;
use crate::engine::{Engine, Failure, View, Written};
use crate::listed;
use crate::methods;
use crate::problem::{Answered, Problem};
use crate::shared::{Shared, blocking};
use crate::views::{number, parameters, view};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use connectors::source::Sent;
use connectors::{Incoming, MAX_ID_BYTES};
use kgloom_record::record::{Change, DocumentId, Refusal};
use serde::Deserialize;
use std::sync::Arc;

/// What comes from whoever sends documents is told by this name of a file.
const CONTAINER: &str = "kgloom:http";

/// One line of `POST /documents`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    text: Option<String>,
    #[serde(default)]
    delete: bool,
    /// What a client could not read.
    refused: Option<Reason>,
    /// The file that it came from.
    file: Option<String>,
}

/// Why there is no text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
    #[serde(default)]
    location: String,
}

impl Line {
    /// The change that it asks for; none where it asks for nothing, or for several things.
    fn change(self, engine: &dyn Engine) -> Option<Incoming> {
        let id = DocumentId::new(self.id.as_str());
        let container: Arc<str> = self.file.as_deref().unwrap_or(CONTAINER).into();
        match (self.text, self.delete, self.refused) {
            (Some(text), false, None) => {
                Some(Incoming { container, ..engine.receive(id, text.into_bytes(), Sent::Text) })
            }
            (None, true, None) => Some(Incoming { change: Change::Delete(id), container }),
            (None, false, Some(Reason { reason, location })) => {
                let refusal = Refusal { reason: reason.into(), location: location.into() };
                Some(Incoming { change: Change::Refuse(id, refusal), container })
            }
            _ => None,
        }
    }
}

/// `GET` and `POST` on `/documents`.
pub(crate) async fn all(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    let (parts, body) = request.into_parts();
    let asked = parameters(&parts.uri)?;
    match parts.method {
        Method::GET | Method::HEAD => {
            let limit = number(&asked, "limit", 100, 1_000)?;
            let after = asked.get("after").cloned();
            let Some(part) = asked.get("containing").filter(|part| !part.is_empty()).cloned() else {
                return view(&shared, View::Documents { after, limit }).await;
            };
            let engine = Arc::clone(&shared.engine);
            let found = blocking(move || listed::containing(&*engine, &part, after, limit).map_err(Problem::of));
            Ok(Json(found.await?).into_response())
        }
        Method::POST => {
            let limits = (shared.settings.most_body, shared.settings.body_time);
            let lines = body::read(&parts.headers, body, limits).await?;
            let lines = String::from_utf8(lines).map_err(|_| Problem::bad("the lines are not UTF-8"))?;
            let engine = Arc::clone(&shared.engine);
            let _place = shared.writes.enter().await?;
            let written = blocking(move || {
                let mut changes = Vec::new();
                for (at, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                    let wrong = |what: String| Problem::bad(format!("line {}: {what}", at + 1));
                    let line: Line = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
                    let lengths = [Some(&line.id), line.file.as_ref()];
                    if line.id.is_empty() || lengths.iter().flatten().any(|name| name.len() > MAX_ID_BYTES) {
                        return Err(wrong(format!("an id has 1 to {MAX_ID_BYTES} bytes, and so has a file's name")));
                    }
                    let asked = "it holds \"text\", or \"delete\": true, or \"refused\"";
                    changes.push(line.change(&*engine).ok_or_else(|| wrong(asked.to_owned()))?);
                }
                engine.write(changes).map_err(Problem::of)
            });
            told(written.await?, &asked)
        }
        _ => Err(methods::refused(parts.uri.path())),
    }
}

/// `GET`, `PUT` and `DELETE` on `/documents/ID`.
pub(crate) async fn one(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    let (parts, body) = request.into_parts();
    let asked = parameters(&parts.uri)?;
    let path = parts.uri.path().strip_prefix("/documents/").unwrap_or_default();
    let id = crate::percent::decode(path).ok_or_else(|| Problem::bad("the id is not UTF-8"))?;
    if id.is_empty() || id.len() > MAX_ID_BYTES {
        return Err(Problem::bad(format!("an id has 1 to {MAX_ID_BYTES} bytes")));
    }
    match parts.method {
        Method::GET | Method::HEAD => match asked.get("view").map(String::as_str) {
            Some("reading") => view(&shared, View::Reading(id)).await,
            Some(_) => Err(Problem::bad("the view of a document is \"reading\", or none for its text")),
            None => {
                let engine = Arc::clone(&shared.engine);
                let text = blocking(move || engine.view(&View::Text(id)).map_err(Problem::of)).await?;
                let text = text.as_str().unwrap_or_default().to_owned();
                // Whatever it holds is text, and never a page.
                Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
            }
        },
        Method::PUT => {
            let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            let of = match kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
                // What curl says where nothing else was said.
                "" | "text/plain" | "application/x-www-form-urlencoded" | "application/octet-stream" => Sent::Text,
                "text/markdown" => Sent::Markdown,
                "text/html" | "application/xhtml+xml" => Sent::Html,
                other => {
                    let sentence = format!("a document is text/plain, text/markdown or text/html, and this is {other}");
                    return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
                }
            };
            let limits = (shared.settings.most_body, shared.settings.body_time);
            let bytes = body::read(&parts.headers, body, limits).await?;
            let engine = Arc::clone(&shared.engine);
            let id = DocumentId::new(id.as_str());
            let _place = shared.writes.enter().await?;
            let written = blocking(move || {
                let incoming = engine.receive(id, bytes, of);
                engine.write(vec![incoming]).map_err(Problem::of)
            });
            told(written.await?, &asked)
        }
        Method::DELETE => {
            let engine = Arc::clone(&shared.engine);
            let _place = shared.writes.enter().await?;
            let written = blocking(move || {
                let change = Change::Delete(DocumentId::new(id.as_str()));
                let written = engine.write(vec![Incoming { change, container: CONTAINER.into() }])?;
                match written.missing.is_empty() {
                    false => Err(Failure::Missing(format!("there is no document \"{id}\""))),
                    true => Ok(written),
                }
            });
            told(written.await.map_err(Problem::of)?, &asked)
        }
        _ => Err(methods::refused(parts.uri.path())),
    }
}

/// What a write did, as it is told.
pub(crate) fn told(mut written: Written, asked: &crate::views::Parameters) -> Answered {
    if asked.get("return").is_some_and(|wanted| wanted == "counts") {
        (written.came, written.went) = (Vec::new(), Vec::new());
    }
    let nothing = written.put + written.deleted + written.unchanged == 0 && !written.refused.is_empty();
    let status = if nothing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Json(written)).into_response())
}
