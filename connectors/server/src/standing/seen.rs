//! What is known of a standing query's answer. In: a query, epochs. Out: the difference of each to the one before. Never: a row told
//! twice to one who says what was seen; a difference of two moments that are no epochs.

use connectors::Store;
use connectors::store::{QueryOptions, ResultFormat};
use kgloom_record::record::Iri;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Rows that a standing query may have.
pub(crate) const MOST_ROWS: usize = 100_000;
/// Differences that are kept for who comes back.
pub(crate) const KEPT: usize = 256;

/// A difference of two epochs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub from: u64,
    pub to: u64,
    pub vars: Vec<String>,
    pub added: Vec<Value>,
    pub removed: Vec<Value>,
}

/// Rows by how often they are there, as JSON texts with sorted keys.
pub(crate) type Rows = BTreeMap<String, usize>;

/// One standing query.
pub(crate) struct Standing {
    pub id: String,
    pub query: String,
    pub relations: Option<BTreeSet<Iri>>,
    pub seen: Mutex<Seen>,
    pub told: broadcast::Sender<Arc<Change>>,
}

/// What is known of its answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub epoch: u64,
    pub vars: Vec<String>,
    pub rows: Rows,
    /// The last differences, the oldest first; each begins where the one before ends.
    pub changes: VecDeque<Arc<Change>>,
    /// Why it is not answered any more.
    pub failed: Option<String>,
}

impl Standing {
    /// Asks again; says whether anything is other than it was.
    pub(crate) fn look(&self, store: &Store, options: &QueryOptions) -> bool {
        let answer = answer(store, &self.query, options);
        let mut seen = held(&self.seen);
        let (epoch, vars, rows) = match answer {
            Ok(answer) => answer,
            Err(why) => {
                seen.failed = Some(why);
                return true;
            }
        };
        seen.failed = None;
        // Another look, begun later, was faster.
        if epoch < seen.epoch {
            return false;
        }
        let (added, removed) = (beyond(&rows, &seen.rows), beyond(&seen.rows, &rows));
        if added.is_empty() && removed.is_empty() {
            return false;
        }
        let change = Arc::new(Change { from: seen.epoch, to: epoch, vars: vars.clone(), added, removed });
        (seen.epoch, seen.vars, seen.rows) = (epoch, vars, rows);
        seen.changes.push_back(Arc::clone(&change));
        if seen.changes.len() > KEPT {
            seen.changes.pop_front();
        }
        // Told while nobody can look, so that who begins to listen misses nothing and sees nothing twice.
        let _ = self.told.send(change);
        true
    }

    /// What somebody who has seen an epoch is to be told first, whether it begins anew, and what comes then.
    pub(crate) fn since(&self, epoch: Option<u64>) -> (Vec<Arc<Change>>, bool, broadcast::Receiver<Arc<Change>>) {
        let seen = held(&self.seen);
        let told = self.told.subscribe();
        if epoch == Some(seen.epoch) {
            return (Vec::new(), false, told);
        }
        let first = seen.changes.front().map_or(seen.epoch, |change| change.from);
        if let Some(epoch) = epoch.filter(|epoch| (first..=seen.epoch).contains(epoch)) {
            let missed = seen.changes.iter().filter(|change| change.to > epoch).cloned().collect();
            return (missed, false, told);
        }
        let added = beyond(&seen.rows, &Rows::new());
        let whole = Change { from: seen.epoch, to: seen.epoch, vars: seen.vars.clone(), added, removed: Vec::new() };
        (vec![Arc::new(whole)], true, told)
    }
}

/// The rows that one has and the other has not, or less often.
fn beyond(one: &Rows, other: &Rows) -> Vec<Value> {
    let more = one.iter().flat_map(|(row, count)| {
        let more = count.saturating_sub(other.get(row).copied().unwrap_or_default());
        std::iter::repeat_n(row, more)
    });
    more.filter_map(|row| serde_json::from_str(row).ok()).collect()
}

/// A query's answer, with the epoch that it is of.
pub(crate) fn answer(store: &Store, query: &str, options: &QueryOptions) -> Result<(u64, Vec<String>, Rows), String> {
    loop {
        let epoch = store.epoch().map_err(|error| error.to_string())?;
        let mut out = Vec::new();
        store.query(query, options, ResultFormat::Json, &mut out).map_err(|error| error.to_string())?;
        if store.epoch().map_err(|error| error.to_string())? != epoch {
            continue;
        }
        let answer: Value = serde_json::from_slice(&out).map_err(|error| error.to_string())?;
        let (vars, bindings) = match answer.get("boolean") {
            Some(yes) => (vec!["ask".to_owned()], vec![serde_json::json!({ "ask": yes })]),
            None => {
                let vars = answer["head"]["vars"].as_array().into_iter().flatten();
                let vars = vars.filter_map(|name| name.as_str().map(str::to_owned)).collect();
                (vars, answer["results"]["bindings"].as_array().cloned().unwrap_or_default())
            }
        };
        if bindings.len() > MOST_ROWS {
            return Err(format!("the query has more than {MOST_ROWS} rows"));
        }
        let mut rows = Rows::new();
        for binding in bindings {
            *rows.entry(binding.to_string()).or_default() += 1;
        }
        return Ok((epoch.unwrap_or_default(), vars, rows));
    }
}

/// What a lock holds, also where another thread ended with it.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
