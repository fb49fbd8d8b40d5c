//! Polynomials of a graph's adjacency: filters of numbers at nodes, drawn responses, classes of nodes.
//!
//! In: edges, numbers for each node. Out: filtered numbers, responses, classes. Never: an edge that is judged.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

pub mod basis;
pub mod classify;
pub mod graph;
pub mod nodes;
pub mod plot;

pub use basis::{Basis, Polynomial};
pub use classify::{Classified, NodeReport, NodeTraining, Setting, classify};
pub use graph::{Graph, Normalisation, WeightedEdge};
pub use kgloom_numerics::Error;
pub use nodes::NodeSet;
pub use plot::responses;
