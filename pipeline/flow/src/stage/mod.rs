//! The stages, in the order of the flow. Each is named for what it yields.
//!
//! In: collections. Out: collections. Never: input or output, or anything but a function of what came in.

pub(crate) mod joins;
pub mod rows;

pub mod mentions;
mod part;

pub mod amend;
pub mod corrections;

pub(crate) mod sum;

pub(crate) mod classes;
pub mod entities;
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

/// A collection of records that changes from epoch to epoch.
pub type Rows<'s, D> = VecCollection<'s, u64, D, isize>;

/// What every fallible stage returns: two streams, both retractable.
pub struct Verdict<'s, D: 'static> {
    /// What goes on.
    pub kept: Rows<'s, D>,
    /// What does not, and why.
    pub rejected: Rows<'s, Rejection>,
}
