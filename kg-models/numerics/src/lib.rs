//! Arithmetic that gives the same bits on every machine: products and passes over rows, linear systems, clusters, tables
//! that learn; random numbers from a seed; numbers on disk.
//!
//! In: numbers, seeds, files. Out: numbers. Never: a tensor library, a thread that changes a sum, or unsafe code outside
//! `kernels.rs`.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

pub mod artifact;
pub mod axes;
pub mod clusters;
pub mod compare;
pub mod covariance;
pub mod double;
pub mod draw;
mod error;
pub mod isa;
pub mod kernels;
pub mod linear;
pub mod logistic;
pub mod matrix;
pub mod message_passing;
pub mod model_folder;
pub mod panels;
pub mod passes;
pub mod plane;
pub mod progress;
pub mod ranges;
pub mod rotation;
pub mod scores;
pub mod table;
pub mod text_file;
pub mod vectors;

pub use error::Error;
