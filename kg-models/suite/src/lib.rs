//! Text encoders compared by one suite of tasks.
//!
//! In: encoders, the folder of all data sets. Out: a score from 0 to 1 for each task, how the tasks agree, how much harder a
//! domain is. Never: a choice made on what is scored.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

pub mod anomalies;
pub mod choose;
pub mod complexity;
pub mod gap;
pub mod grid;
pub mod links;
pub mod memory;
pub mod report;
pub mod retrieval;
pub mod similarity;
pub mod suite;
pub mod task;
pub mod typing;

pub use anomalies::Anomalies;
pub use choose::{agreement, choose, standing, with_others};
pub use complexity::{Complexity, Vocabulary};
pub use gap::{Corpus, DomainGap, Gap};
pub use grid::{Cell, Grid};
pub use kgloom_numerics::Error;
pub use links::Links;
pub use memory::{Memory, Remembering};
pub use report::{EncoderScores, SuiteReport};
pub use retrieval::{Gain, Retrieval};
pub use similarity::Similarity;
pub use suite::{SMALL, Suite, Which};
pub use task::Task;
pub use typing::{Typing, Way};
