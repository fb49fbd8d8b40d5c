//! What there is, however often it is said.
//!
//! In: rows, each with how often it comes or goes. Out: a row once, for as long as its count is above zero. Never: a row that is
//! kept: of each only a hash of 128 bits (BLAKE3) and the count, since what the graph is made of is most of all that flows.

use crate::held::label;
use crate::stage::Rows;
use differential_dataflow::logging::{BatchEvent, DifferentialEvent, DifferentialEventBuilder, DropEvent, Logger};
use differential_dataflow::{AsCollection, ExchangeData};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::generic::operator::Operator;

/// 128 bits of a row's hash.
type Digest = [u64; 2];

/// A row on its way: its hash, itself, when, and how often.
type Update<D> = ((Digest, D), u64, isize);

/// Each row once. What comes and goes within one epoch may be told as coming and going within it.
pub(crate) fn once<D: ExchangeData + Hash>(rows: Rows<'_, D>) -> Rows<'_, D> {
    let hashed = rows.map(|row| (digest(&row), row)).inner;
    let by_hash = Exchange::new(|update: &Update<D>| update.0.0[0]);
    let scope = hashed.scope();
    hashed
        .unary(by_hash, &label::<Digest, i32>("rows, by hash"), move |_capability, info| {
            let (mut counts, mut latest) = (Counts::default(), 0);
            // There is none unless somebody counts.
            let logger =
                scope.worker().logger_for::<DifferentialEventBuilder>("differential/arrange").map(Logger::from);
            move |input, output| {
                let before = counts.0.len();
                input.for_each(|time, rows| {
                    let mut session = output.session(&time);
                    for ((digest, row), epoch, count) in rows.drain(..) {
                        // A session feeds an epoch when the one before it is over.
                        assert!(epoch >= latest, "epochs come one after the other");
                        latest = epoch;
                        if let Some(change) = counts.add(digest, count) {
                            session.give((row, epoch, change));
                        }
                    }
                });
                if let Some(logger) = &logger {
                    let (operator, now) = (info.global_id, counts.0.len());
                    logger.log(DifferentialEvent::Batch(BatchEvent { operator, length: now.saturating_sub(before) }));
                    logger.log(DifferentialEvent::Drop(DropEvent { operator, length: before.saturating_sub(now) }));
                }
            }
        })
        .as_collection()
}

/// How often each row is said, by its hash.
#[derive(Default)]
struct Counts(BTreeMap<Digest, i32>);

impl Counts {
    /// Adds to a row's count: +1 if it is there now and was not, -1 if it was and is not any more.
    fn add(&mut self, digest: Digest, count: isize) -> Option<isize> {
        let count = i32::try_from(count).expect("a row is said less than two thousand million times at once");
        let said = self.0.entry(digest).or_default();
        let (before, now) = (*said > 0, *said + count > 0);
        *said += count;
        if *said == 0 {
            self.0.remove(&digest);
        }
        (before != now).then_some(if now { 1 } else { -1 })
    }
}

fn digest(row: &impl Hash) -> Digest {
    let mut hasher = Bytes(blake3::Hasher::new());
    row.hash(&mut hasher);
    let hash = hasher.0.finalize();
    let word = |at: usize| hash.as_bytes()[at..at + 8].iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    [word(0), word(8)]
}

/// All that a row is made of, one after the other.
struct Bytes(blake3::Hasher);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the hash is taken whole")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_there_from_its_first_to_its_last_saying() {
        let mut counts = Counts::default();
        let row = digest(&("a", 1));
        let told = [1, 1, -1, -1, -1, 1, 1, 3, -4].map(|count| counts.add(row, count));
        assert_eq!(told, [Some(1), None, None, Some(-1), None, None, Some(1), None, Some(-1)]);
        assert!(counts.0.is_empty(), "what is not said takes no room");
    }

    #[test]
    fn rows_that_run_together_alike_are_not_one() {
        assert_ne!(digest(&("ab", "c")), digest(&("a", "bc")));
        assert_eq!(digest(&("ab".to_owned(), 'c')), digest(&("ab", 'c')));
    }
}
