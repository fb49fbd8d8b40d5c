//! The epochs as they come, for whoever listens (server-sent events). In: epochs. Out: a stream. Never: a slow listener who
//! holds anybody up.

use crate::engine::Epoch;
use crate::problem::{Answered, Problem};
use crate::shared::Shared;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// A comment is sent so often, so that nobody between takes the stream for dead.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(15);

/// `GET /events`.
pub(crate) async fn events(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    if *request.method() != Method::GET {
        return Err(Problem::method("events are listened to by GET", "GET"));
    }
    Ok(Sse::new(epochs(&shared)).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
}

fn epochs(shared: &Arc<Shared>) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let start = (shared.epochs.subscribe(), shared.stopping.subscribe());
    stream::unfold(start, |(mut epochs, mut stopping)| async move {
        loop {
            let epoch = tokio::select! {
                epoch = epochs.recv() => epoch,
                _ = stopping.wait_for(|stopping| *stopping) => return None,
            };
            match epoch {
                Ok(epoch) => return Some((Ok(event(&epoch)), (epochs, stopping))),
                // Who is behind goes on with what is new.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    })
}

fn event(epoch: &Epoch) -> Event {
    let data = serde_json::to_string(epoch).unwrap_or_default();
    Event::default().event("epoch").id(epoch.epoch.to_string()).data(data)
}
