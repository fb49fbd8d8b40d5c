//! What is known of a standing query's answer. In: a query, epochs. Out: the difference of each to the one before, or why there is
//! none. Never: a row told twice to one who says what was seen; a failure that is kept from who listens.

use super::told::{News, Place, Told};
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
/// What was told last and is kept for who comes back.
pub(crate) const KEPT: usize = 256;

/// Rows by how often they are there, as JSON texts with sorted keys.
pub(crate) type Rows = BTreeMap<String, usize>;

/// One standing query.
pub(crate) struct Standing {
    pub id: String,
    pub query: String,
    pub relations: Option<BTreeSet<Iri>>,
    pub seen: Mutex<Seen>,
    pub told: broadcast::Sender<Arc<Told>>,
    /// Held by who looks: within an epoch too a later look sees no older graph.
    looking: Mutex<()>,
}

/// What is known of its answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// The epoch of the rows.
    pub epoch: u64,
    pub vars: Vec<String>,
    pub rows: Rows,
    /// What was told last, the oldest first; each difference begins where the one before ends.
    changes: VecDeque<Arc<Told>>,
    /// Where the last one stood that is kept no longer.
    #[serde(default)]
    forgotten: Option<Place>,
}

impl Seen {
    /// The first answer, before anything is told.
    pub(crate) fn new((epoch, vars, rows): (u64, Vec<String>, Rows)) -> Seen {
        Seen { epoch, vars, rows, ..Seen::default() }
    }

    /// Why the query is not answered any more.
    pub(crate) fn failure(&self) -> Option<&str> {
        match &self.changes.back()?.news {
            News::Failed { reason } => Some(reason),
            _ => None,
        }
    }

    /// Where what is kept begins: who has seen all up to there can be told the rest.
    fn start(&self) -> Place {
        self.forgotten.unwrap_or_else(|| {
            let from = self.changes.iter().find_map(|told| match told.news {
                News::Change { from, .. } => Some(from),
                _ => None,
            });
            Place { epoch: from.unwrap_or(self.epoch), part: 0 }
        })
    }

    fn end(&self) -> Place {
        self.changes.back().map_or_else(|| self.start(), |told| told.place())
    }

    /// What was told after a place.
    fn after(&self, place: Place) -> impl Iterator<Item = Arc<Told>> {
        self.changes.iter().filter(move |told| told.place() > place).cloned()
    }

    /// The rows, and that they are no longer looked for where it is so.
    fn whole(&self) -> Vec<Arc<Told>> {
        let answered = self.changes.iter().rev().find(|told| !matches!(told.news, News::Failed { .. }));
        let place = answered.map_or_else(|| self.start(), |told| told.place());
        let added = beyond(&self.rows, &Rows::new());
        let news = News::Snapshot { of: self.epoch, vars: self.vars.clone(), added };
        std::iter::once(Arc::new(Told::new(place, news))).chain(self.after(place)).collect()
    }
}

impl Standing {
    pub(crate) fn new(id: String, query: String, relations: Option<BTreeSet<Iri>>, seen: Seen) -> Standing {
        let (seen, told) = (Mutex::new(seen), broadcast::channel(KEPT).0);
        Standing { id, query, relations, seen, told, looking: Mutex::default() }
    }

    /// Asks again; says whether there was anything to tell.
    pub(crate) fn look(&self, store: &Store, options: &QueryOptions) -> bool {
        let _looking = held(&self.looking);
        let answer = answer(store, &self.query, options);
        let mut seen = held(&self.seen);
        let end = seen.end();
        let (epoch, news) = match answer {
            Ok((epoch, vars, rows)) => {
                let (added, removed) = (beyond(&rows, &seen.rows), beyond(&seen.rows, &rows));
                // That it is answered again is told, also where nothing is other than it was.
                if added.is_empty() && removed.is_empty() && seen.failure().is_none() {
                    return false;
                }
                let news = News::Change { from: seen.epoch, vars: vars.clone(), added, removed };
                (seen.epoch, seen.vars, seen.rows) = (epoch, vars, rows);
                (epoch, news)
            }
            Err(reason) if seen.failure() == Some(reason.as_str()) => return false,
            Err(reason) => (store.epoch().ok().flatten().unwrap_or_default(), News::Failed { reason }),
        };
        let told = Arc::new(Told::new(end.next(epoch), news));
        seen.changes.push_back(Arc::clone(&told));
        if seen.changes.len() > KEPT {
            seen.forgotten = seen.changes.pop_front().map(|told| told.place());
        }
        // Told while nobody can look, so that who begins to listen misses nothing and sees nothing twice.
        let _ = self.told.send(told);
        true
    }

    /// What somebody who has seen all up to a place is to be told first, and what comes then.
    pub(crate) fn since(&self, place: Option<Place>) -> (Vec<Arc<Told>>, broadcast::Receiver<Arc<Told>>) {
        let seen = held(&self.seen);
        let known = place.filter(|place| (seen.start()..=seen.end()).contains(place));
        (known.map_or_else(|| seen.whole(), |place| seen.after(place).collect()), self.told.subscribe())
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
