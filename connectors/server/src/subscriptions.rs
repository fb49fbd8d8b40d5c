//! Standing queries over HTTP. In: a query, then listeners. Out: server-sent events. Never: a listener who holds anybody up.

use crate::body;
use crate::events::{HEARTBEAT, listens};
use crate::methods;
use crate::problem::{Answered, Problem};
use crate::room;
use crate::settings::MOST_QUERY;
use crate::shared::{Shared, blocking};
use crate::standing::{Place, Seen, Standing, Told, answer, held};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use connectors::Store;
use futures_util::stream::{self, Stream};
use serde_json::json;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Weak};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

/// Standing queries at once.
const MOST: usize = 100;

const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");
const PATH: &str = "/subscriptions/";

/// `POST` on `/subscriptions` makes one; `GET` lists them.
pub(crate) async fn all(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    let (parts, body) = request.into_parts();
    match parts.method {
        Method::GET | Method::HEAD => {
            let all = held(&shared.subscriptions.all);
            let list = all.values().map(|one| {
                let failed = held(&one.seen).failure().map(str::to_owned);
                json!({ "id": one.id, "query": one.query, "failed": failed })
            });
            let list: Vec<_> = list.collect();
            Ok(Json(json!({ "subscriptions": list })).into_response())
        }
        Method::POST => {
            let query = body::read(&parts.headers, body, (MOST_QUERY, shared.settings.body_time)).await?;
            let query = String::from_utf8(query).map_err(|_| Problem::bad("the query is not UTF-8"))?;
            let at = Arc::clone(&shared);
            let standing = blocking(move || make(&at, query)).await?;
            let location = format!("{PATH}{}", standing.id);
            let epoch = held(&standing.seen).epoch;
            let body = Json(json!({ "id": standing.id, "epoch": epoch }));
            Ok((StatusCode::CREATED, [(header::LOCATION, location)], body).into_response())
        }
        _ => Err(methods::refused(parts.uri.path())),
    }
}

fn make(shared: &Shared, query: String) -> Result<Arc<Standing>, Problem> {
    let relations = Store::standing(&query).map_err(|error| Problem::of_query(&error))?.relations;
    let subscriptions = &shared.subscriptions;
    if held(&subscriptions.all).len() >= MOST {
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, format!("there are {MOST} subscriptions already")));
    }
    let store = shared.store()?;
    let first = answer(&store, &query, &subscriptions.options)
        .map_err(|why| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let id = blake3::hash(format!("{now} {query}").as_bytes()).to_hex()[..16].to_owned();
    let standing = Arc::new(Standing::new(id.clone(), query, relations, Seen::new(first)));
    held(&subscriptions.all).insert(id, Arc::clone(&standing));
    subscriptions.keep(&standing);
    // What came in between is found now.
    if standing.look(&store, &subscriptions.options) {
        subscriptions.keep(&standing);
    }
    Ok(standing)
}

/// `GET` listens to one, `DELETE` ends it.
pub(crate) async fn one(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    let id = request.uri().path().strip_prefix(PATH).unwrap_or_default();
    let missing = || Problem::new(StatusCode::NOT_FOUND, format!("there is no subscription \"{id}\""));
    match *request.method() {
        Method::GET => {
            let place = listens(&shared, &request)?;
            let standing = held(&shared.subscriptions.all).get(id).cloned().ok_or_else(missing)?;
            let seen = request.headers().get(&LAST_EVENT).and_then(|seen| seen.to_str().ok());
            let changes =
                changes(&standing, seen.and_then(|seen| seen.parse().ok()), (shared.stopping.subscribe(), place));
            Ok(Sse::new(changes).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
        }
        Method::DELETE => {
            if !shared.subscriptions.end(id) {
                return Err(missing());
            }
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        _ => Err(methods::refused(request.uri().path())),
    }
}

/// Where a listener is.
struct Listener {
    /// Weak, so that it ends with what it listens to.
    standing: Weak<Standing>,
    due: VecDeque<Arc<Told>>,
    told: broadcast::Receiver<Arc<Told>>,
    stopping: watch::Receiver<bool>,
    /// Up to where all was seen.
    seen: Option<Place>,
    _room: room::Place,
}

fn changes(
    standing: &Arc<Standing>,
    seen: Option<Place>,
    (stopping, room): (watch::Receiver<bool>, room::Place),
) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let (due, told) = standing.since(seen);
    let listener = Listener { standing: Arc::downgrade(standing), due: due.into(), told, stopping, seen, _room: room };
    stream::unfold(listener, |mut listener| async move {
        loop {
            if let Some(told) = listener.due.pop_front() {
                listener.seen = Some(told.place());
                return Some((Ok(event(&told)), listener));
            }
            let told = tokio::select! {
                told = listener.told.recv() => told,
                _ = listener.stopping.wait_for(|stopping| *stopping) => return None,
            };
            match told {
                Ok(told) => listener.due.push_back(told),
                // Who is too far behind is told all that was missed, or the whole.
                Err(RecvError::Lagged(_)) => {
                    let (due, told) = listener.standing.upgrade()?.since(listener.seen);
                    (listener.due, listener.told) = (due.into(), told);
                }
                Err(RecvError::Closed) => return None,
            }
        }
    })
}

fn event(told: &Told) -> Event {
    Event::default().event(told.name()).id(told.place().to_string()).data(told.data().to_string())
}
