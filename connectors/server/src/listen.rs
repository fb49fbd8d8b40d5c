//! The socket. In: connections. Out: requests, until somebody asks to stop. Never: a head that may take for ever, a reader who
//! may stop reading, an end within an answer that still could be given.

use crate::patience::Patient;
use crate::router;
use crate::shared::Shared;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// The largest head of a request, in bytes.
const MOST_HEAD: usize = 64 << 10;
/// How often it is asked whether to stop.
const LOOK: Duration = Duration::from_millis(50);

/// Binds an address, so that it is known before anything is answered.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until `stop` says so, and then lets what is under way end.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, stop: fn() -> bool) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let service = TowerToHyperService::new(router::router(Arc::clone(&shared)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(shared.settings.head_time).max_buf_size(MOST_HEAD);
    let graceful = GracefulShutdown::new();
    while !stop() {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = sleep(LOOK) => continue,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            // Too many files are open, or the other side is gone already: others can still come.
            Err(_) => {
                sleep(LOOK).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        // Where nobody reads any more the connection ends, and with it what is being answered.
        let stream = Patient::new(stream, shared.settings.stall_time);
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is the other side's affair.
            let _ = connection.await;
        });
    }
    drop(listener);
    shared.stopping.send_replace(true);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = sleep(shared.settings.shutdown) => {}
    }
    Ok(())
}
