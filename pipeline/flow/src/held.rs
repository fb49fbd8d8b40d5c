//! What the dataflow holds, counted.
//!
//! In: what timely and differential log of their operators. Out: how many rows each of them holds, by stage, with the bytes of the
//! rows themselves where their length is known. Never: a count that nobody asks for, or what rows share with others.

use differential_dataflow::logging::{DifferentialEvent, DifferentialEventBuilder};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use timely::logging::{TimelyEvent, TimelyEventBuilder};
use timely::worker::Worker;

/// Rows that one operator holds, so that others look them up, or that it knows what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The stage whose operator it is.
    pub stage: &'static str,
    /// What is held.
    pub name: Arc<str>,
    /// How many rows, those that have come and not gone yet included.
    pub rows: u64,
    /// What they take at most, each counted with its key, beside what they share with others (names, vectors, readings); none where
    /// the length of a row is not known.
    pub bytes: Option<u64>,
}

/// What two places of a row in the lists of its holding take: that of its key and that of its value.
const PLACES: usize = 8;

/// A name for rows of this type that tells their length.
pub(crate) fn label<K, V>(name: &str) -> String {
    format!("{name} [{}]", size_of::<K>() + size_of::<V>() + PLACES)
}

/// A label's name, and the length of its rows.
fn read(label: &str) -> (&str, Option<u64>) {
    let plain = label.strip_prefix("Arrange: ").unwrap_or(label);
    let told = plain.strip_suffix(']').and_then(|rest| rest.rsplit_once(" ["));
    told.and_then(|(name, length)| Some((name, Some(length.parse().ok()?)))).unwrap_or((plain, None))
}

/// Counts of all workers of a session.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// The first operator of each stage.
    stages: BTreeMap<usize, &'static str>,
    /// Operators by number.
    names: BTreeMap<usize, String>,
    rows: BTreeMap<usize, i64>,
}

impl Ledger {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens to what a worker's operators log, those that are built from now on.
    pub(crate) fn listen(self: &Arc<Self>, worker: &Worker) {
        let Some(mut register) = worker.log_register() else { return };
        let ledger = Arc::clone(self);
        register.insert::<TimelyEventBuilder, _>("timely", move |_, events| {
            for (_, event) in events.iter().flatten() {
                if let TimelyEvent::Operates(operator) = event {
                    ledger.counts().names.insert(operator.id, operator.name.clone());
                }
            }
        });
        let ledger = Arc::clone(self);
        register.insert::<DifferentialEventBuilder, _>("differential/arrange", move |_, events| {
            for (_, event) in events.iter().flatten() {
                if let Some((operator, change)) = change(event) {
                    *ledger.counts().rows.entry(operator).or_default() += change;
                }
            }
        });
    }

    /// The operators from this number on are of a stage.
    pub(crate) fn begin(&self, operator: usize, stage: &'static str) {
        self.counts().stages.insert(operator, stage);
    }

    /// What is held now, in the order of the flow.
    pub(crate) fn holdings(&self) -> Vec<Holding> {
        let Counts { stages, names, rows } = &*self.counts();
        let held = rows.iter().filter(|(_, rows)| **rows > 0).map(|(operator, rows)| {
            let stage = stages.range(..=operator).next_back().map_or("", |(_, stage)| *stage);
            let (name, length) = names.get(operator).map_or(("", None), |label| read(label));
            let rows = rows.unsigned_abs();
            Holding { stage, name: name.into(), rows, bytes: length.map(|length| rows * length) }
        });
        held.collect()
    }
}

/// By how many rows an operator holds more or less.
fn change(event: &DifferentialEvent) -> Option<(usize, i64)> {
    let number = |length: usize| length as i64;
    match event {
        DifferentialEvent::Batch(batch) => Some((batch.operator, number(batch.length))),
        DifferentialEvent::Drop(batch) => Some((batch.operator, -number(batch.length))),
        DifferentialEvent::Merge(merge) => {
            let come = number(merge.complete?);
            Some((merge.operator, come - number(merge.length1) - number(merge.length2)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_tells_the_length_of_a_row() {
        assert_eq!(read(&label::<u64, u32>("facts")), ("facts", Some(20)));
        assert_eq!(read("Arrange: Senses"), ("Senses", None));
        assert_eq!(read(&format!("Arrange: {}", label::<u64, ()>("of [two]"))), ("of [two]", Some(16)));
    }
}
