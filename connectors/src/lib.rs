//! The world: documents in, RDF store and journal, SPARQL out.
//!
//! In: files, folders, standard input, the hub. Out: changes, durable state, answers.
//! Never: a fact that the pipeline did not state, the network except for the hub.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod error;
mod graph;
pub mod hub;
pub mod incoming;
pub mod journal;
mod patience;
pub mod rdf;
pub mod rows;
pub mod source;
pub mod store;

pub use crate::source::{SourceOptions, StandardInput};
pub use error::{Error, wants_files};
pub use hub::Hub;
pub use incoming::{Incoming, MAX_ID_BYTES};
pub use journal::{CarriedAnswers, Journal, JournalCounts, JournalMemory, Live};
pub use source::{Documents, Progress};
pub use store::Store;
