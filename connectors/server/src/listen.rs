//! The socket. In: connections. Out: requests, until somebody asks to stop. Never: a head that may take for ever, a reader who
//! may stop reading, an end within an answer that still could be given; more connections than leave files for the engine.

use crate::patience::Patient;
use crate::room::{Full, Peer, Place};
use crate::router;
use crate::shared::Shared;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// The largest head of a request, in bytes.
const MOST_HEAD: usize = 64 << 10;
/// How often it is asked whether to stop.
const LOOK: Duration = Duration::from_millis(50);
/// Connections at once that are told that there are too many; whoever comes then is told nothing.
const REFUSALS: usize = 16;
/// How long that may take.
const REFUSED_WITHIN: Duration = Duration::from_secs(1);

/// Binds an address, so that it is known before anything is answered.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until `stop` says so, and then lets what is under way end.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, stop: fn() -> bool) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let paths = TowerToHyperService::new(router::router(Arc::clone(&shared)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(shared.settings.head_time).max_buf_size(MOST_HEAD);
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    let graceful = GracefulShutdown::new();
    while !stop() {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = sleep(LOOK) => continue,
        };
        let (stream, peer) = match accepted {
            Ok((stream, address)) => (stream, address.ip()),
            // Too many files are open, or the other side is gone already: others can still come.
            Err(_) => {
                sleep(LOOK).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let place = match shared.connections.enter(peer) {
            Ok(place) => place,
            Err(full) => {
                if let Ok(permit) = Arc::clone(&refusals).try_acquire_owned() {
                    let http = http.clone();
                    tokio::spawn(async move {
                        refuse(&http, stream, full).await;
                        drop(permit);
                    });
                }
                continue;
            }
        };
        // Where nobody reads any more the connection ends, and with it what is being answered.
        let stream = Patient::new(stream, shared.settings.stall_time);
        let paths = paths.clone();
        let service = service_fn(move |mut request: axum::http::Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            paths.call(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(held(place, async move {
            // A connection that breaks is the other side's affair.
            let _ = connection.await;
        }));
    }
    drop(listener);
    shared.stopping.send_replace(true);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = sleep(shared.settings.shutdown) => {}
    }
    Ok(())
}

/// Keeps a place until the work is done.
async fn held(place: Place, work: impl Future<Output = ()>) {
    work.await;
    drop(place);
}

/// Tells whoever finds no place so, and closes.
async fn refuse(http: &http1::Builder, stream: TcpStream, full: Full) {
    let service = service_fn(move |_: axum::http::Request<Incoming>| async move {
        let mut response: Response = full.problem("connections").into_response();
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        Ok::<_, Infallible>(response)
    });
    // Who asks nothing is not waited for.
    let _ = timeout(REFUSED_WITHIN, http.serve_connection(TokioIo::new(stream), service)).await;
}
