//! A knowledge graph that follows its documents exactly, kept in a folder: one that writes, any number that read.
//!
//! In: settings, then documents, corrections and questions. Out: a graph that is there all the time, word of each epoch, and why
//! each fact is there. Never: a command line, a terminal, a server, an exit code; a graph that is not that of its documents.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

pub mod classes;
pub mod corrections;
mod engine;
mod error;
pub mod explain;
pub mod held;
pub mod interrupt;
pub mod likely;
mod nearest;
mod orders;
mod patience;
pub mod progress;
pub mod run;
pub mod settings;
mod shared;
mod snapshot;
pub mod state;
pub mod terms;
pub mod toml_file;
pub mod verify;
mod writer;

pub use engine::{Engine, Opened};
pub use error::Error;
pub use orders::{Deltas, Doing, EpochDelta, Listener, Readiness, Written, difference};
pub use settings::Settings;
pub use snapshot::{Row, Snapshot};
