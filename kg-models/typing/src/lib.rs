//! Classes of one's own: told by a label, keywords and few examples, with what speaks for each, and how sure it is.
//!
//! In: vectors of items and of words for classes, all of length 1. Out: classes with probabilities and evidence. Never: a
//! text, an encoder, a store.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

pub mod calibrate;
pub mod classes;
mod ensemble;
pub mod evaluate;
pub mod items;
pub mod measure;
pub mod model;
pub mod neighbours;
pub mod of_graph;
pub mod opinions;
pub mod prototypes;
pub mod regression;
pub mod smooth;
pub mod things;
pub mod train;

pub use calibrate::Calibration;
pub use classes::{Class, Examples, Lesson, Word};
pub use evaluate::{TypesReport, eval_types};
pub use items::TypedItems;
pub use kgloom_numerics::Error;
pub use kgloom_numerics::vectors::TextVectors;
pub use measure::Measured;
pub use model::{Card, Evidence, Told, Typer};
pub use neighbours::{Neighbour, nearest, votes};
pub use of_graph::GraphTyper;
pub use opinions::{Opinions, Weights};
pub use prototypes::{Gather, Prototypes};
pub use regression::Regression;
pub use smooth::Smoothing;
pub use things::{ThingClass, ThingLesson, ThingTyper, train_things};
pub use train::{TypeTraining, train_types};
