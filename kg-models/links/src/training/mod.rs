//! How models learn: one loop for all of them, and checkpoints that it goes on from.
//!
//! In: what learns, settings. Out: parameters that were best on validation. Never: what a step does, which is the model's own.

pub mod checkpoint;
pub mod training_loop;
