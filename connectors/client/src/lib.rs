//! A served graph from outside: a small client of the HTTP interface of `kgloom serve`, and `kgloom mcp` over it.
//!
//! In: a state folder or an address. Out: what the server answers; tools for assistants. Never: the state itself
//! opened.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod address;
mod caller;
mod client;
mod error;
pub mod mcp;
mod way;
mod written;

#[cfg(test)]
#[path = "mock_tests.rs"]
mod mock;

pub use caller::Caller;
pub use client::{Client, QueryOptions};
pub use error::Error;
pub use way::{Body, Way};
pub use written::{Refusal, Upload, Written};
