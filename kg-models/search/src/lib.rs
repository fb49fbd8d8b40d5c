//! Finding by meaning and by words, exact under edits: nearest rows of bytes, short codes for many of them, BM25, both
//! together, several interests, scores told by concepts.
//!
//! In: rows and texts by key as they come and go, questions. Out: what is nearest, how it was found, and whether it is so for
//! certain. Never: a graph, an encoder or a store; an answer that depends on the order of edits.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod best;
mod blocks;
pub mod coder;
mod codes;
pub mod explain;
mod filter;
pub mod formats;
pub mod fuse;
pub mod index;
pub mod plan;
pub mod pursuit;
mod question;
mod rotation;
pub mod rows;
pub mod scan;
pub mod spread;
pub mod words;

pub use best::Hit;
pub use coder::{Coder, Rotation};
pub use explain::{Concepts, Explanation};
pub use filter::Filter;
pub use fuse::{Candidate, Fused};
pub use index::{Found, Index};
pub use kgloom_numerics::Error;
pub use plan::{Limits, Plan};
pub use pursuit::{Dictionary, Told};
pub use question::Question;
pub use rows::{Vectors, quantise};
pub use spread::{Interests, Spread, SpreadHit};
pub use words::Words;
