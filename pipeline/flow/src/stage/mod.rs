//! The stages, in the order of the flow. Each is named for what it yields.
//!
//! In: collections. Out: collections. Never: input or output, or anything but a function of what came in.

pub(crate) mod tight;

pub(crate) mod arranged;
pub(crate) mod joins;
pub mod rows;

pub mod mentions;
mod part;

pub mod amend;
pub mod corrections;
pub(crate) mod same;

pub(crate) mod sum;

pub(crate) mod classes;
pub mod entities;
pub(crate) mod locals;
pub(crate) mod senses;

pub mod facts;
pub(crate) mod voices;

pub(crate) mod types;

pub(crate) mod typed;

pub(crate) mod contexts;

pub mod admit;

pub(crate) mod filter;

pub mod once;

pub(crate) mod entailed;

pub(crate) mod present;

pub mod quads;

use super::rejection::Rejection;
use differential_dataflow::VecCollection;
use differential_dataflow::operators::arrange::{Arranged, TraceAgent};
use differential_dataflow::trace::implementations::{KeySpine, ValSpine};

/// A collection of records that changes from epoch to epoch.
pub type Rows<'s, D> = VecCollection<'s, u64, D, isize>;

/// Rows that are held by key, for all that look them up.
pub type By<'s, K, V> = Arranged<'s, TraceAgent<ValSpine<K, V, u64, isize>>>;

/// Rows that are held each once, for all that ask whether they are there.
pub(crate) type Held<'s, K> = Arranged<'s, TraceAgent<KeySpine<K, u64, isize>>>;

/// What every fallible stage returns: two streams, both retractable.
pub struct Verdict<'s, D: 'static> {
    /// What goes on.
    pub kept: Rows<'s, D>,
    /// What does not, and why.
    pub rejected: Rows<'s, Rejection>,
}
