//! What all requests share. In: nothing. Out: the engine, limits, numbers, and who listens. Never: a path.

use crate::engine::{Engine, Epoch, Failure};
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::room::Room;
use crate::settings::Settings;
use crate::slots::Slots;
use crate::standing::Subscriptions;
use axum::http::StatusCode;
use connectors::Store;
use std::fs::File;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use tokio::sync::{broadcast, watch};

/// What all requests share.
pub(crate) struct Shared {
    pub engine: Arc<dyn Engine>,
    pub settings: Settings,
    pub slots: Slots,
    /// Room for those that wait for a write, so that the others find threads.
    pub writes: Slots,
    /// Room for connections, and for those of them that listen.
    pub connections: Arc<Room>,
    pub streams: Arc<Room>,
    pub metrics: Metrics,
    pub epochs: broadcast::Sender<Arc<Epoch>>,
    pub subscriptions: Subscriptions,
    pub stopping: watch::Sender<bool>,
    pub requests: AtomicU64,
    pub log: Option<Mutex<File>>,
}

impl Shared {
    /// The graph, or that it is not loaded yet.
    pub(crate) fn store(&self) -> Result<Arc<Store>, Problem> {
        self.engine.store().ok_or_else(|| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the graph is being loaded"))
    }
}

/// Does what may take its time on a thread that may wait.
pub(crate) async fn blocking<T: Send + 'static, E: From<Stopped> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(Stopped.into()),
    }
}

/// A thread that ended within its work.
pub(crate) struct Stopped;

impl From<Stopped> for Problem {
    fn from(_: Stopped) -> Problem {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "this is a bug in kgloom; the state is safe")
    }
}

impl From<Stopped> for Failure {
    fn from(_: Stopped) -> Failure {
        Failure::Broken("this is a bug in kgloom; the state is safe".to_owned())
    }
}
