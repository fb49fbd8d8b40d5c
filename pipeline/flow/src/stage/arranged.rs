//! Rows that are held: by key, what a reduction makes of each key, or each once.
//!
//! In: rows. Out: the same, held once for all that look them up, under a name that tells how many bytes a row takes
//! ([`crate::held`] counts by it). Never: two holdings of the same rows where one would do.

use crate::held::label;
use crate::stage::tight::{TightBatcher, TightBuilder, TightKeys};
use crate::stage::{By, Held, Rows};
use differential_dataflow::trace::implementations::{KeySpine, ValSpine};
use differential_dataflow::{Data, ExchangeData};
use std::hash::Hash;

/// Rows by key.
pub(crate) fn by_key<'s, K, V>(rows: Rows<'s, (K, V)>, name: &str) -> By<'s, K, V>
where
    K: ExchangeData + Hash,
    V: ExchangeData,
{
    rows.arrange_named::<TightBatcher<K, V>, ValSpine<K, V, u64, isize>>(
        &label::<K, V>(name),
        TightBatcher::<K, V>::new,
    )
}

/// What a reduction makes of the rows of each key, held as the reduction holds it anyway.
pub(crate) fn reduced<'s, K, V, W>(
    rows: By<'s, K, V>,
    name: &str,
    logic: impl FnMut(&K, &[(&V, isize)], &mut Vec<(W, isize)>) + 'static,
) -> By<'s, K, W>
where
    K: ExchangeData + Hash,
    V: ExchangeData,
    W: Data,
{
    rows.reduce_abelian::<_, TightBuilder<K, W>, ValSpine<K, W, u64, isize>, _, _>(
        &label::<K, W>(name),
        logic,
        |rows, key, changes| {
            rows.clear();
            rows.extend(changes.drain(..).map(|(value, time, count)| ((key.clone(), value), time, count)));
        },
    )
}

/// The keys of rows, each once.
pub(crate) fn keys<'s, K, V>(rows: By<'s, K, V>, name: &str) -> Held<'s, K>
where
    K: ExchangeData + Hash,
    V: ExchangeData,
{
    rows.reduce_abelian::<_, TightKeys<K>, KeySpine<K, u64, isize>, _, _>(
        &label::<K, ()>(name),
        |_, _, output| output.push(((), 1)),
        |rows, key, changes| {
            rows.clear();
            rows.extend(changes.drain(..).map(|(value, time, count)| ((key.clone(), value), time, count)));
        },
    )
}
