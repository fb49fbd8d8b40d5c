//! Which links are missing from a graph that lives: predictions that follow every edit without training again.
//!
//! In: a graph, a trained predictor. Out: links with probabilities and evidence, a function of the two alone.
//! Never: a link that the graph states, or one to what it does not name.

mod card;
mod curve;
mod evidence;
mod fit;
mod graph;
mod prediction;
mod predictor;
mod report;
mod vectors;

pub use fit::fit;
pub use graph::DynamicGraph;
pub use prediction::{Prediction, QueryAnswer, Reason};
pub use predictor::Predictor;
pub use report::{Calibration, FitReport};
