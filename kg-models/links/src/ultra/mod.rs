//! ULTRA (Galkin et al. 2023): links between entities and by relations that were never seen, told by how relations meet.
//!
//! In: weights, a visible graph. Out: scores, and by training other weights. Never: the name or the text of anything.

mod backward;
mod graph;
mod net;
mod provenance;
mod scorer;
mod train;
mod weights;

pub use graph::UltraGraph;
pub use net::Ultra;
pub use provenance::TrainingProvenance;
pub use scorer::UltraScorer;
pub use train::{UltraTraining, train_ultra};
pub use weights::UltraWeights;

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
