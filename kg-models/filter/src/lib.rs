//! The graph filter: which edges of a graph are believed.
//!
//! In: edges with relations and confidences, numbers for each node. Out: a probability that each edge is true. Never: a
//! result that depends on the order of edges or on the number of threads.
#![cfg_attr(all(any(doc, doctest), feature = "bundled"), doc = include_str!("../README.md"))]

pub mod believer;
mod held;
mod judge;
mod lesson;
pub mod lore;
pub mod measure;
pub mod model;
mod noise;
pub mod principal;
pub mod reading;
pub mod scorer;
pub mod snapshot;
mod train;
mod wrong;

#[cfg(test)]
mod tests;

pub use believer::Believer;

pub use held::Held;
pub use judge::{FilterExam, FilterReport, HeldEdge, NoiseReport, eval_filter, extremes};
pub use lore::{Counted, Known, Lore};
pub use measure::{Isotonic, Judged, Mass, auprc, auroc};
pub use model::{Card, GraphFilter};
pub use noise::{Injector, Noise};

pub use principal::Principal;
pub use reading::Reading;
pub use scorer::Parts;
pub use snapshot::{PLAIN, Snapshot};

pub use train::{FilterTrained, FilterTraining, train_filter};

pub use kgloom_numerics::Error;
