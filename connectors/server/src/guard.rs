//! Who may ask what. In: a request. Out: the same, or a refusal; headers that hold for all answers. Never: a write without the
//! token; an answer to a page of elsewhere that nobody let in.
//!
//! A page of another site reaches the loopback under its own name (DNS rebinding), so the name in `Host` must be one of this
//! machine's; and a browser sends along where a page comes from, so what changes something takes no foreign `Origin`.

use crate::methods;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::io::Write;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id of a request that is taken over.
const MOST_ID: usize = 64;
/// The headers that a page of another origin may send.
const NAMES: &str = "accept, authorization, content-type, last-event-id, mcp-method, mcp-name, mcp-protocol-version";

/// Lets a request through, or not.
pub(crate) async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let id = request_id(&shared, request.headers());
    let origin = request.headers().get(header::ORIGIN).cloned();
    let allowed = origin.as_ref().filter(|origin| shared.settings.origins.iter().any(|known| *known == **origin));
    let allowed = allowed.cloned();
    let mut response = match check(&shared, &request, origin.as_ref(), allowed.is_some()) {
        Err(problem) => problem.into_response(),
        // A preflight bears no token.
        Ok(()) if method == Method::OPTIONS => preflight(&path),
        Ok(()) => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    let (status, time) = (response.status(), started.elapsed());
    shared.metrics.request(&method, status, time);
    if let Some(log) = &shared.log {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let line = json!({
            "time": now.as_millis() as u64, "request": id.to_str().unwrap_or_default(), "method": method.as_str(),
            "path": path, "status": status.as_u16(), "milliseconds": time.as_secs_f64() * 1000.0,
        });
        let mut log = log.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // A full disk is no reason not to answer.
        let _ = writeln!(log, "{line}");
    }
    response
}

fn check(
    shared: &Shared,
    request: &Request,
    origin: Option<&HeaderValue>,
    origin_is_allowed: bool,
) -> Result<(), Problem> {
    if request.headers().get_all(header::HOST).iter().nth(1).is_some() {
        return Err(Problem::bad("there is more than one Host"));
    }
    let host = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    // Whom a request in the absolute form asks, it names there: no word of the Host makes another of it.
    let named = request.uri().authority().map(|authority| authority.as_str());
    if let Some(other) = named.into_iter().chain(host).find(|name| !is_ours(shared, name)) {
        let sentence = format!("\"{other}\" is no name of this server; --allow-host takes it in");
        return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, sentence));
    }
    let Some(host) = host.or(named) else { return Err(Problem::bad("there is no Host")) };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let own =
        || origin.and_then(|origin| origin.to_str().ok()).is_some_and(|origin| origin == format!("http://{host}"));
    if !reads && origin.is_some() && !origin_is_allowed && !own() {
        return Err(Problem::new(StatusCode::FORBIDDEN, "a page of elsewhere may not ask this; --cors takes it in"));
    }
    // What a path does not do nobody needs a token for.
    match methods::of(request.uri().path()) {
        Some(methods) if *request.method() != Method::OPTIONS && !methods.take(request.method()) => {
            Err(methods.problem())
        }
        _ => may_ask(shared, request),
    }
}

/// The same for what the server asks itself: the token, and nothing of the way here.
pub(crate) async fn within(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    match may_ask(&shared, &request) {
        Err(problem) => problem.into_response(),
        Ok(()) => next.run(request).await,
    }
}

/// Whether a request only reads, or bears the token.
fn may_ask(shared: &Shared, request: &Request) -> Result<(), Problem> {
    let (path, headers) = (request.uri().path(), request.headers());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let asks = matches!(path, "/query" | "/sparql" | "/update" | "/store") || path.starts_with("/store/");
    if reads || asks {
        return Ok(());
    }
    // An assistant reads without the token; with one, it is the token.
    if path == "/mcp" {
        return may_write(shared, headers).map(drop);
    }
    match may_write(shared, headers)? {
        true => Ok(()),
        false if shared.settings.token.is_none() => {
            Err(Problem::new(StatusCode::FORBIDDEN, "this server is only read"))
        }
        false => Err(Problem::new(StatusCode::UNAUTHORIZED, "writing takes the token: Authorization: Bearer TOKEN")),
    }
}

/// Whether the token is there; a token that is another is a refusal.
pub(crate) fn may_write(shared: &Shared, headers: &HeaderMap) -> Result<bool, Problem> {
    let Some(token) = &shared.settings.token else { return Ok(false) };
    let given = headers.get(header::AUTHORIZATION).and_then(|given| given.to_str().ok());
    let given = given.and_then(|given| given.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let given = given.map(|(_, given)| given.trim());
    match given {
        // Hashes compare in the same time whatever they hold.
        Some(given) if blake3::hash(given.as_bytes()) == blake3::hash(token.as_bytes()) => Ok(true),
        Some(_) => Err(Problem::new(StatusCode::FORBIDDEN, "the token is another")),
        None => Ok(false),
    }
}

/// Whether a `Host` names this server: the loopback, the address that it listens on, or what was allowed.
fn is_ours(shared: &Shared, host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let name = bare.unwrap_or(name).to_ascii_lowercase();
    let known = ["localhost", "127.0.0.1", "::1"].contains(&name.as_str());
    known || name == shared.settings.bind.ip().to_string() || shared.settings.hosts.contains(&name)
}

fn preflight(path: &str) -> Response {
    // Of a path where there is nothing that is told to who asks; `*` is the server.
    let allow = methods::of(path).map_or("GET, HEAD, POST, PUT, DELETE", |methods| methods.allow);
    let allow = [allow, "OPTIONS"].into_iter().filter(|names| !names.is_empty()).collect::<Vec<_>>().join(", ");
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    if let Ok(allow) = HeaderValue::from_str(&allow) {
        headers.insert(header::ALLOW, allow.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, allow);
    }
    let names = HeaderValue::from_static(NAMES);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names);
    response
}

/// The id that the request bears, or one of our own.
fn request_id(shared: &Shared, headers: &HeaderMap) -> HeaderValue {
    let sound = |id: &&HeaderValue| id.len() <= MOST_ID && id.as_bytes().iter().all(u8::is_ascii_graphic);
    headers.get(REQUEST_ID).filter(sound).cloned().unwrap_or_else(|| {
        let number = shared.requests.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        HeaderValue::from(number)
    })
}
