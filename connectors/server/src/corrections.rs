//! Corrections over HTTP. In: the user's word. Out: what came of it. Never: a correction that the engine refused.

use crate::body;
use crate::documents::told;
use crate::engine::View;
use crate::methods;
use crate::problem::{Answered, Problem};
use crate::shared::{Shared, blocking};
use crate::views::{parameters, view};
use axum::extract::{Request, State};
use axum::http::Method;
use serde_json::Value;
use std::sync::Arc;

/// The longest correction, in bytes.
const MOST: usize = 64 << 10;

/// `GET` and `POST` on `/corrections`.
pub(crate) async fn all(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    let (parts, body) = request.into_parts();
    match parts.method {
        Method::GET | Method::HEAD => view(&shared, View::Corrections).await,
        Method::POST => {
            let bytes = body::read(&parts.headers, body, (MOST, shared.settings.body_time)).await?;
            let wanted: Value = serde_json::from_slice(&bytes)
                .map_err(|error| Problem::bad(format!("the correction is no JSON: {error}")))?;
            let engine = Arc::clone(&shared.engine);
            let _place = shared.writes.enter().await?;
            let written = blocking(move || engine.correct(&wanted).map_err(Problem::of)).await?;
            told(written, &parameters(&parts.uri)?)
        }
        _ => Err(methods::refused(parts.uri.path())),
    }
}

/// `DELETE` on `/corrections/ID`.
pub(crate) async fn one(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    if *request.method() != Method::DELETE {
        return Err(methods::refused(request.uri().path()));
    }
    let id = request.uri().path().strip_prefix("/corrections/").unwrap_or_default();
    let id = crate::percent::decode(id).ok_or_else(|| Problem::bad("the id is not UTF-8"))?;
    let engine = Arc::clone(&shared.engine);
    let _place = shared.writes.enter().await?;
    let written = blocking(move || engine.undo(&id).map_err(Problem::of)).await?;
    told(written, &parameters(request.uri())?)
}
