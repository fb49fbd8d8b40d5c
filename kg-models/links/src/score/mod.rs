//! Rows of numbers for entities and relations: how they are compared, and how they learn.
//!
//! In: links, a configuration. Out: tables that score. Never: a text.

pub(crate) mod config;
pub(crate) mod embeddings;
pub(crate) mod family;
pub(crate) mod steps;
pub(crate) mod train;
