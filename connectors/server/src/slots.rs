//! Room for queries. In: who wants to ask. Out: a place, when one is free. Never: more at the same time, or waiting, than there may be.

use crate::problem::Problem;
use axum::http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Room for queries at the same time, and for some that wait.
pub(crate) struct Slots {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    most: usize,
}

impl Slots {
    pub(crate) fn new(running: usize, waiting: usize) -> Slots {
        Slots { running: Arc::new(Semaphore::new(running)), waiting: AtomicUsize::new(0), most: waiting }
    }

    /// Waits for room, unless too many do already.
    pub(crate) async fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        if let Ok(permit) = Arc::clone(&self.running).try_acquire_owned() {
            return Ok(permit);
        }
        let full = || Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many wait already; ask again");
        let place = Place::take(&self.waiting, self.most).ok_or_else(full)?;
        let permit = Arc::clone(&self.running).acquire_owned().await;
        drop(place);
        permit.map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the server stops"))
    }
}

/// A place among those that wait, given back however the waiting ends.
struct Place<'a>(&'a AtomicUsize);

impl Place<'_> {
    fn take(waiting: &AtomicUsize, most: usize) -> Option<Place<'_>> {
        let place = Place(waiting);
        if waiting.fetch_add(1, Ordering::SeqCst) < most { Some(place) } else { None }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
