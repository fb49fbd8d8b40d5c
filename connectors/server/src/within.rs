//! The server asked from within. In: a request. Out: its answer, as it comes. Never: a socket; the runtime's own threads.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use http_body_util::BodyExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use kgloom_client::{Error, Way};
use std::io::{self, Read};
use tokio::runtime::Handle;

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
        let request = request.map(|body| body.map_or_else(Body::empty, |body| Body::from(body.to_owned())));
        let Ok(answer) = self.runtime.block_on(self.paths.call(request));
        let runtime = self.runtime.clone();
        Ok(answer.map(|body| Box::new(Pieces { body, piece: Bytes::new(), runtime }) as kgloom_client::Body))
    }
}

/// A body that is read piece by piece.
struct Pieces {
    body: Body,
    piece: Bytes,
    runtime: Handle,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.runtime.block_on(self.body.frame()) {
                None => return Ok(0),
                Some(frame) => self.piece = frame.map_err(io::Error::other)?.into_data().unwrap_or_default(),
            }
        }
        let count = self.piece.len().min(into.len());
        into[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}
