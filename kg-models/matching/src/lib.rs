//! Rows of tables, names of several sources and senses of a name, linked to things.
//!
//! In: rows, names and texts, with vectors where there are any. Out: links with probability and evidence, names with their
//! agreement, senses; figures on sets. Never: an encoder, a store or a graph.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod candidates;
mod curve;
mod evaluate_claims;
mod evaluate_names;
mod evaluate_senses;
mod forms;
mod grouping;
mod living;
mod mentions;
mod names;
mod rank;
mod row_linker;
mod rows;
mod senses;
mod signals;
mod table;
mod title;
mod words;

pub use candidates::{Candidate, Closeness, Link, Matcher, learn_curve, other_names};
pub use curve::{Curve, Features};
pub use evaluate_claims::{ClaimItems, ClaimsReport, ClaimsRow, eval_claims};
pub use evaluate_names::{GoldNames, JudgedNames, LanguageNames, NamesReport, NamesRow, ScoredName, eval_names};
pub use evaluate_senses::{PseudoWord, SensesReport, SensesRow, eval_senses};
pub use forms::{Form, letters, plain};
pub use grouping::Grouping;
pub use kgloom_numerics::Error;
pub use kgloom_numerics::vectors::TextVectors;
pub use living::Said;
pub use names::{FusedName, Label, fuse};
pub use rank::{Ranked, rank};
pub use row_linker::{RowCandidate, RowLinker};
pub use rows::{Row, Thing};
pub use senses::Senses;
pub use signals::{Evidence, SIGNALS, Signals, Weights};
pub use table::{TableRow, WordCounts};
