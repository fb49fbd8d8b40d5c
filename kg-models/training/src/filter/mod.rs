//! Edge filters taught by annotated documents, and what a filter does to theirs.
//!
//! In: annotated documents, a reader. Out: a filter, figures. Never: a label that a filter could see.

pub mod comention;
pub mod end_to_end;
pub mod fact_candidates;
pub mod supervised;
