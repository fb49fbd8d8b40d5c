//! The centre: nouns, ports, stages and the session that runs them.
//!
//! In: changes to documents, and models behind ports. Out: changes to a graph, the same for any history that
//! leaves the same documents. Never: input or output, floats, clocks, or an iteration over a hash map.
//!
//! The map room is `flow.rs`: the whole dataflow on a page.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod alarm;
pub mod definition;
pub mod distinct;
mod first_names;
mod flow;
pub mod gazetteer;
pub mod held;
pub mod infer;
pub mod nouns;
pub mod regions;
pub mod rejection;
pub mod session;
pub mod stage;
pub mod toy;
