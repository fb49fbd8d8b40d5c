//! Assistants over HTTP: the Model Context Protocol at `/mcp`, by its streamable transport. In: a message by POST, of any
//! revision of the protocol. Out: its answer, as JSON. Never: a session, so that nothing is kept of who is gone; a tool that
//! writes without the token.
//!
//! The tools are those of `kgloom mcp`. They ask what any client asks: the paths of this server, from within.

use crate::body;
use crate::guard;
use crate::methods;
use crate::problem::{Answered, Problem};
use crate::settings::MOST_QUERY;
use crate::shared::Shared;
use crate::slots::Slots;
use crate::within::Within;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Json, Router};
use kgloom_client::Client;
use kgloom_client::mcp::{Answer, Http};
use std::sync::Arc;

/// Messages that are answered at the same time, and calls of tools that are worked on; how many may wait.
const AT_ONCE: usize = 16;
const WAITING: usize = 256;
const JSON: &str = "application/json";
/// The name under which the server asks itself.
const HERE: &str = "http://localhost";

/// Who answers assistants.
pub(crate) struct Assistants {
    shared: Arc<Shared>,
    tools: Http,
    places: Slots,
}

impl Assistants {
    /// Over the paths of the graph.
    pub(crate) fn new(shared: Arc<Shared>, paths: Router) -> Assistants {
        let client = Client::over(Arc::new(Within::of(paths)), HERE, shared.settings.token.clone());
        Assistants { shared, tools: Http::new(&client, AT_ONCE), places: Slots::new(AT_ONCE, WAITING) }
    }
}

/// `POST` on `/mcp`.
pub(crate) async fn answer(State(assistants): State<Arc<Assistants>>, request: Request) -> Answered {
    if *request.method() != Method::POST {
        return Err(methods::refused("/mcp"));
    }
    let Assistants { shared, tools, places } = &*assistants;
    let (parts, body) = request.into_parts();
    let said =
        |name| parts.headers.get(name).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let (kind, accepted) = (said(header::CONTENT_TYPE), said(header::ACCEPT));
    if kind.split(';').next().is_none_or(|kind| kind.trim() != JSON) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("a message is {JSON}")));
    }
    if !accepted.is_empty() && ![JSON, "application/*", "*/*"].iter().any(|kind| accepted.contains(kind)) {
        return Err(Problem::new(StatusCode::NOT_ACCEPTABLE, format!("a message is answered in {JSON}")));
    }
    let may_write = guard::may_write(shared, &parts.headers)?;
    // Only who may write has texts to send; and a message takes memory when it has a place.
    let most = if may_write { shared.settings.most_body } else { shared.settings.most_body.min(MOST_QUERY) };
    let _place = places.enter().await?;
    let message = body::read(&parts.headers, body, (most, shared.settings.body_time)).await?;
    let Answer { status, message } = tools.answer(may_write, &parts.headers, &message).await;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(match message {
        Some(message) => (status, Json(message)).into_response(),
        None => status.into_response(),
    })
}
