//! English words in their forms.
//!
//! In: a word. Out: the forms of a verb, what a word may be an inflection of. Never: a model, or a dictionary.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod stems;
mod verbs;

pub use stems::{akin, stems};
pub use verbs::{Verb, presents};
