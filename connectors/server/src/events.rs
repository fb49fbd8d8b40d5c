//! The epochs as they come, for whoever listens (server-sent events). In: epochs. Out: a stream. Never: a slow listener who
//! holds anybody up.

use crate::engine::Epoch;
use crate::methods;
use crate::problem::{Answered, Problem};
use crate::room::{Peer, Place};
use crate::shared::Shared;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// A comment is sent so often, so that nobody between takes the stream for dead.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(15);

/// `GET /events`.
pub(crate) async fn events(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    if *request.method() != Method::GET {
        return Err(methods::refused("/events"));
    }
    let place = listens(&shared, &request)?;
    Ok(Sse::new(epochs(&shared, place)).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
}

/// A place for who listens, as long as it does.
pub(crate) fn listens(shared: &Shared, request: &Request) -> Result<Place, Problem> {
    // What the server asks itself comes from nowhere else.
    let peer = request.extensions().get::<Peer>().map_or(Ipv4Addr::LOCALHOST.into(), |peer| peer.0);
    shared.streams.enter(peer).map_err(|full| full.problem("streams of events"))
}

fn epochs(shared: &Arc<Shared>, place: Place) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let start = (shared.epochs.subscribe(), shared.stopping.subscribe(), place);
    stream::unfold(start, |(mut epochs, mut stopping, place)| async move {
        loop {
            let epoch = tokio::select! {
                epoch = epochs.recv() => epoch,
                _ = stopping.wait_for(|stopping| *stopping) => return None,
            };
            match epoch {
                Ok(epoch) => return Some((Ok(event(&epoch)), (epochs, stopping, place))),
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
