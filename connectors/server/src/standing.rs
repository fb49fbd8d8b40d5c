//! Standing queries: what came into their answers, and what went. In: epochs. Out: differences, epoch by epoch, to whoever
//! listens. Never: a listener who holds anybody up.

mod kept;
mod seen;
mod told;

pub(crate) use seen::{Seen, Standing, answer, held};
pub(crate) use told::{Place, Told};

use crate::engine::{Engine, Epoch};
use connectors::Store;
use connectors::store::QueryOptions;
use kept::Kept;
use seen::MOST_ROWS;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long it is waited for an epoch before it is asked whether the server ends.
const WAIT: Duration = Duration::from_millis(200);

/// All standing queries of a server.
pub(crate) struct Subscriptions {
    pub(crate) all: Mutex<BTreeMap<String, Arc<Standing>>>,
    pub(crate) kept: Kept,
    wake: Sender<Arc<Epoch>>,
    pub(crate) options: QueryOptions,
    /// Whether nothing was looked at yet.
    is_new: AtomicBool,
}

impl Subscriptions {
    /// Those that the folder holds, and what wakes them.
    pub(crate) fn open(
        folder: Option<PathBuf>,
        timeout: Duration,
        memory: u64,
    ) -> (Subscriptions, Receiver<Arc<Epoch>>) {
        let (wake, woken) = channel();
        let kept = Kept { folder };
        let all = kept.read().into_iter().map(|standing| (standing.id.clone(), Arc::new(standing))).collect();
        let options = QueryOptions {
            timeout: Some(timeout),
            memory: Some(memory),
            limit: Some(MOST_ROWS + 1),
            ..QueryOptions::default()
        };
        (Subscriptions { all: Mutex::new(all), kept, wake, options, is_new: AtomicBool::new(true) }, woken)
    }

    /// Tells of an epoch; who waits for one is told of its difference on another thread.
    pub(crate) fn epoch(&self, epoch: Arc<Epoch>) {
        // Who listens ends with the server.
        let _ = self.wake.send(epoch);
    }

    /// Waits a moment for epochs, and looks once for all that came; says whether there may be more.
    pub(crate) fn follow(&self, engine: &dyn Engine, woken: &Receiver<Arc<Epoch>>) -> bool {
        let mut relations = match woken.recv_timeout(WAIT) {
            Ok(epoch) => epoch.relations.clone(),
            Err(RecvTimeoutError::Timeout) if self.is_new.load(Ordering::SeqCst) && engine.readiness().ready => {
                BTreeSet::new()
            }
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        };
        while let Ok(epoch) = woken.try_recv() {
            relations.extend(epoch.relations.iter().cloned());
        }
        if let Some(store) = engine.store() {
            // What changed while no server ran is found by a look at all.
            let all = self.is_new.swap(false, Ordering::SeqCst);
            self.look(&store, (!all).then_some(&relations));
        }
        true
    }

    /// Keeps one as it is now, unless it was ended meanwhile.
    pub(crate) fn keep(&self, standing: &Standing) {
        let all = held(&self.all);
        if all.contains_key(&standing.id) {
            self.kept.write(standing);
        }
    }

    /// Ends one; says whether there was one.
    pub(crate) fn end(&self, id: &str) -> bool {
        let mut all = held(&self.all);
        let ended = all.remove(id).is_some();
        if ended {
            self.kept.forget(id);
        }
        ended
    }

    fn look(&self, store: &Store, relations: Option<&BTreeSet<String>>) {
        let all: Vec<Arc<Standing>> = held(&self.all).values().cloned().collect();
        for standing in all {
            let concerned = match (&standing.relations, relations) {
                (Some(named), Some(changed)) => named.iter().any(|relation| changed.contains(relation.as_str())),
                _ => true,
            };
            if concerned && standing.look(store, &self.options) {
                self.keep(&standing);
            }
        }
    }
}
