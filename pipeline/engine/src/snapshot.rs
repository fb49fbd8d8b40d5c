//! A graph as it was at one epoch. In: queries. Out: answers, all of the same epoch. Never: a wait for whoever writes.

use crate::error::Error;
use crate::terms;
use connectors::Store;
use kgloom_record::record::Term;
use std::collections::BTreeMap;

/// A graph as it was at one epoch, for as long as it is kept: whatever is asked of it is answered of the same moment, while the
/// engine goes on. While one is kept, the engine copies what changed since the rows were sorted last, once for each epoch.
pub struct Snapshot {
    store: Store,
    epoch: u64,
}

/// A row of an answer: variables with what stands for them.
pub type Row = BTreeMap<String, Term>;

impl Snapshot {
    pub(crate) fn of(store: &Store) -> Result<Snapshot, Error> {
        let store = store.frozen();
        let epoch = store.epoch().map_err(anyhow::Error::new)?;
        let epoch = epoch.ok_or_else(|| Error::missing("the graph is being loaded"))?;
        Ok(Snapshot { store, epoch })
    }

    /// The epoch.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The rows of a `SELECT` of SPARQL, with the usual prefixes declared.
    ///
    /// # Errors
    /// Where it is not SPARQL, or cannot be answered.
    pub fn select(&self, sparql: &str) -> Result<Vec<Row>, Error> {
        let rows = terms::ask(&self.store, sparql)?;
        let row = |row: &BTreeMap<String, serde_json::Value>| {
            row.iter().filter_map(|(name, value)| Some((name.clone(), terms::term(value)?))).collect()
        };
        Ok(rows.iter().map(row).collect())
    }

    /// The graph itself: queries with limits and formats, lookups, exports.
    pub fn store(&self) -> &Store {
        &self.store
    }
}
