//! Does an item belong to what was there before; has the stream changed.
//!
//! In: vectors of items, of length 1. Out: how odd an item is, how deep it lies, whether a window differs from a pinned
//! reference. Never: a text, an encoder, a store; a score that hangs on which items were judged before.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

pub mod completion;
pub mod density;
pub mod depth;
pub mod detectors;
pub mod drift;
pub mod evaluate;
pub mod forest;
mod maps;
pub mod measure;
pub mod nearest;
pub mod rank_sum;
pub mod reference;
pub mod shape;
pub mod surprise;

pub use completion::{FillErrors, complete, fill_errors};
pub use depth::{Distance, depths, depths_within};
pub use detectors::{Detector, Detectors};
pub use drift::{Drift, by_chance, drift};
pub use evaluate::{AnomaliesReport, AnomalyItems, eval_anomalies};
pub use kgloom_numerics::Error;
pub use measure::{area_under_precision, area_under_roc};
pub use rank_sum::{RankSum, rank_sum};
pub use reference::{Card, Judged, Reference, Trim};
pub use surprise::{Fact, FactCard, FactReference};
