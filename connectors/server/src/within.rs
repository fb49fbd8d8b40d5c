//! The server asked from within. In: a request. Out: its answer, as it comes. Never: a socket; the runtime's own threads; work for
//! a caller who left.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use http_body_util::BodyExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use kgloom_client::{Caller, Error, Way};
use std::io::{self, Read};
use tokio::runtime::Handle;

/// Said where nobody hears it any more.
const LEFT: &str = "the assistant left";

/// Paths that are asked as a client asks them, on a thread that may wait.
pub(crate) struct Within {
    paths: TowerToHyperService<Router>,
    runtime: Handle,
}

impl Within {
    /// Where the runtime is at hand.
    pub(crate) fn of(paths: Router) -> Within {
        Within { paths: TowerToHyperService::new(paths), runtime: Handle::current() }
    }
}

impl Way for Within {
    fn send(&self, request: Request<Option<&[u8]>>) -> Result<Response<kgloom_client::Body>, Error> {
        let mut request = request.map(|body| body.map_or_else(Body::empty, |body| Body::from(body.to_owned())));
        let caller = request.extensions_mut().remove::<Caller>();
        let answered = self.runtime.block_on(unless_left(caller.as_ref(), self.paths.call(request)));
        let Ok(answer) = answered.ok_or_else(|| Error::Protocol(LEFT.to_owned()))?;
        let runtime = self.runtime.clone();
        Ok(answer.map(|body| Box::new(Pieces { body, piece: Bytes::new(), caller, runtime }) as kgloom_client::Body))
    }
}

/// What comes of work, unless the caller leaves first; the work is then dropped, which ends a query.
async fn unless_left<T>(caller: Option<&Caller>, work: impl Future<Output = T>) -> Option<T> {
    let Some(caller) = caller else { return Some(work.await) };
    tokio::select! {
        done = work => Some(done),
        () = caller.left() => None,
    }
}

/// A body that is read piece by piece.
struct Pieces {
    body: Body,
    piece: Bytes,
    caller: Option<Caller>,
    runtime: Handle,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            let frame = self.runtime.block_on(unless_left(self.caller.as_ref(), self.body.frame()));
            match frame.ok_or_else(|| io::Error::other(LEFT))? {
                None => return Ok(0),
                Some(frame) => self.piece = frame.map_err(io::Error::other)?.into_data().unwrap_or_default(),
            }
        }
        let count = self.piece.len().min(into.len());
        into[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}
