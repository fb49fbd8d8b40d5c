//! A knowledge graph over HTTP. In: an engine, settings. Out: a server. Never: a graph of its own.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod answer;
mod body;
mod corrections;
mod description;
mod documents;
pub mod engine;
mod events;
mod graphs;
mod guard;
mod gzip;
mod listed;
mod listen;
mod mcp;
mod methods;
mod metrics;
mod negotiate;
mod page;
mod patience;
mod percent;
mod problem;
mod room;
mod router;
mod server;
mod settings;
mod shared;
mod slots;
mod sparql;
mod standing;
mod subscriptions;
mod views;
mod within;

pub use server::Server;
pub use settings::Settings;
