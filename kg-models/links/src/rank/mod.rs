//! Where right answers stand among all candidates, and what that comes to.
//!
//! In: links, what scores them. Out: ranks, figures, reports. Never: a model.

pub(crate) mod ensemble;
pub(crate) mod filtered;
pub(crate) mod metrics;
pub(crate) mod report;
