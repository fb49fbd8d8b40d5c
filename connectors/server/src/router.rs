//! Which path is whose. In: a request. Out: its answer. Never: a path that `docs/http.md` does not tell of.

use crate::methods;
use crate::problem::{Answered, Problem};
use crate::shared::Shared;
use crate::{corrections, documents, events, graphs, guard, gzip, mcp, page, sparql, subscriptions, views};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::sync::Arc;

/// All paths, behind the guard; what they answer goes in gzip to who takes it.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let within = middleware::from_fn_with_state(Arc::clone(&shared), guard::within);
    let within = paths().layer(within).with_state(Arc::clone(&shared));
    let assistants = Arc::new(mcp::Assistants::new(Arc::clone(&shared), within));
    let guard = middleware::from_fn_with_state(Arc::clone(&shared), guard::guard);
    let router = paths().route("/mcp", any(mcp::answer).with_state(assistants)).fallback(other);
    router.layer(middleware::from_fn(gzip::compress)).layer(guard).with_state(shared)
}

/// The paths of the graph.
fn paths() -> Router<Arc<Shared>> {
    let mut router = Router::new()
        .route("/query", any(sparql::query))
        .route("/sparql", any(sparql::query))
        .route("/update", any(update))
        .route("/store", any(graphs::store))
        .route("/documents", any(documents::all))
        .route("/documents/{*id}", any(documents::one))
        .route("/corrections", any(corrections::all))
        .route("/corrections/{id}", any(corrections::one))
        .route("/subscriptions", any(subscriptions::all))
        .route("/subscriptions/{id}", any(subscriptions::one))
        .route("/events", any(events::events))
        .route("/metrics", any(metrics))
        .route("/healthz", any(healthy))
        .route("/readyz", any(ready));
    for path in [
        "/start",
        "/find",
        "/entity",
        "/neighbourhood",
        "/explain",
        "/schema",
        "/ask",
        "/search",
        "/status",
        "/rejections",
    ] {
        router = router.route(path, any(views::seen));
    }
    router
}

async fn update() -> Problem {
    methods::refused("/update")
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], shared.metrics.text()).into_response()
}

async fn healthy() -> &'static str {
    "ok\n"
}

async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let readiness = shared.engine.readiness();
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(readiness)).into_response()
}

async fn other(request: Request) -> Answered {
    page::file(request.uri()).ok_or_else(|| Problem::nothing_at(request.uri().path()))
}
