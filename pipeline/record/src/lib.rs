//! The nouns of kgloom: documents, readings, facts, corrections, quads; how they are named; and the ports that models are
//! asked through.
//!
//! In: nothing. Out: plain, ordered data. Never: a dataflow, a float, a clock, or an iteration over a hash map.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

pub mod context;
pub mod contradiction;
pub mod correction;
mod evidence;
mod letters;
mod men;
pub mod names;
pub mod neighbourhood;
pub mod port;
pub mod profile;
pub mod record;
pub mod shared;
pub mod titles;
pub mod value;
pub mod vocabulary;
