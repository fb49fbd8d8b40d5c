//! Batches of rows that take no more room than they fill.
//!
//! In: batches as differential builds them: with room for a time and a count of each row, though nearly all rows come at one time and
//! once, which is said once; and, of a reduction, with the room by which lists grow. Out: the same batches. Never: a row that differs.

use differential_dataflow::batcher::merge::chunker::ContainerChunker;
use differential_dataflow::batcher::merge::vec::VecMerger;
use differential_dataflow::batcher::merge::{MergeBatcher, Sealer};
use differential_dataflow::trace::Builder;
use differential_dataflow::trace::implementations::ord_neu::layers::Upds;
use differential_dataflow::trace::implementations::ord_neu::{OrdKeyBatch, OrdValBatch};
use differential_dataflow::trace::implementations::{KeyBuilder, OffsetList, ValBuilder, Vector};

/// A change of a row under a key.
type Change<K, V> = ((K, V), u64, isize);

/// Collects rows by key into batches.
pub(crate) type TightBatcher<K, V> = MergeBatcher<
    ContainerChunker<Vec<Change<K, V>>>,
    VecMerger<(K, V), u64, isize>,
    Tight<ValBuilder<K, V, u64, isize>>,
>;
/// Builds batches of rows by key.
pub(crate) type TightBuilder<K, V> = Tight<ValBuilder<K, V, u64, isize>>;
/// Builds batches of rows.
pub(crate) type TightKeys<K> = Tight<KeyBuilder<K, u64, isize>>;

/// Gives back the room of what a builder builds.
#[derive(Default)]
pub(crate) struct Tight<B>(B);

/// What may have more room than it fills.
pub(crate) trait Roomy {
    /// Gives that back.
    fn shrink(&mut self);
}

impl<B: Builder<Output: Roomy>> Builder for Tight<B> {
    type Input = B::Input;
    type Time = B::Time;
    type Output = B::Output;

    fn push(&mut self, chunk: &mut B::Input) {
        self.0.push(chunk);
    }

    fn done(self) -> Option<B::Output> {
        shrunk(self.0.done())
    }
}

impl<C, B: Sealer<C, Output: Roomy>> Sealer<C> for Tight<B> {
    type Output = B::Output;

    fn seal(chain: &mut Vec<C>) -> Option<B::Output> {
        shrunk(B::seal(chain))
    }
}

fn shrunk<B: Roomy>(batch: Option<B>) -> Option<B> {
    batch.map(|mut batch| {
        batch.shrink();
        batch
    })
}

impl<K: Ord + Clone + 'static, V: Ord + Clone + 'static> Roomy for OrdValBatch<Vector<Change<K, V>>> {
    fn shrink(&mut self) {
        self.storage.keys.shrink_to_fit();
        self.storage.vals.vals.shrink_to_fit();
        self.storage.vals.offs.shrink();
        self.storage.upds.shrink();
    }
}

impl<K: Ord + Clone + 'static> Roomy for OrdKeyBatch<Vector<Change<K, ()>>> {
    fn shrink(&mut self) {
        self.storage.keys.shrink_to_fit();
        self.storage.upds.shrink();
    }
}

impl Roomy for OffsetList {
    fn shrink(&mut self) {
        self.smol.shrink_to_fit();
        self.chonk.shrink_to_fit();
    }
}

impl Roomy for Upds<OffsetList, Vec<u64>, Vec<isize>> {
    fn shrink(&mut self) {
        self.offs.shrink();
        self.times.shrink_to_fit();
        self.diffs.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Change<u32, u32>> {
        let rows = |key| (0..10u32).map(move |value| ((key, value), 3, 1));
        (0..100).flat_map(rows).collect()
    }

    #[test]
    fn a_batch_has_all_its_rows_and_no_room_for_more() {
        let batch = TightBuilder::<u32, u32>::seal(&mut vec![rows()]).expect("it has rows");
        assert_eq!((batch.updates, batch.storage.keys.len(), batch.storage.vals.vals.len()), (1_000, 100, 1_000));
        // Plain ones have room for a thousand times.
        assert!(batch.storage.upds.times.capacity() < 10 && batch.storage.upds.diffs.capacity() < 10);
        let plain = ValBuilder::<u32, u32, u64, isize>::seal(&mut vec![rows()]).expect("it has rows");
        assert_eq!(plain.storage.upds.times, batch.storage.upds.times);
        assert_eq!(plain.storage.vals.vals, batch.storage.vals.vals);
        let mut grown = TightBuilder::<u32, u32>::default();
        rows().into_iter().for_each(|row| grown.push(&mut vec![row]));
        let grown = grown.done().expect("it has rows");
        assert_eq!(grown.storage.vals.vals.capacity(), 1_000);
        assert_eq!(grown.storage.keys, batch.storage.keys);
        assert!(TightBuilder::<u32, u32>::default().done().is_none());
    }
}
