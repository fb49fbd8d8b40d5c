//! How readers are made, and how good they are; encoders tuned for links; filters taught by annotated texts.
//!
//! In: annotated corpora, encoders, a seed. Out: model folders, scores. Never: a choice made on what is scored, a clock, or
//! an unseeded random number.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

pub mod evaluate;
pub mod filter;
pub mod links;
pub mod train;

pub use kgloom_reader::Error;
