//! The semantic graph filter: polynomials of a graph's adjacency, and which edges of a graph are believed.
//!
//! In: edges with relations and confidences, numbers for each node. Out: filtered numbers, spectral responses, classes of
//! nodes; a probability that each edge is true. Never: a result that depends on the order of edges or on the number of
//! threads.

mod basis;
mod classify;
mod graph;
mod held;
mod judge;
mod lesson;
mod measure;
mod model;
mod noise;
mod picture;
mod principal;
mod scorer;
mod snapshot;
mod train;
mod wrong;

#[cfg(test)]
mod tests;

pub use basis::{Basis, Polynomial};
pub use classify::{Classified, NodeReport, NodeTraining, Setting, classify};
pub use graph::{Graph, Normalisation, WeightedEdge};
pub use held::{Held, Holding, Reading};
pub use judge::{FilterExam, FilterReport, NoiseReport, eval_filter};
pub use measure::{Isotonic, Judged, Mass, auprc, auroc};
pub use model::{Card, GraphFilter};
pub use noise::{Injector, Noise};
pub use picture::responses;
pub use principal::Principal;
pub use scorer::Parts;
pub use snapshot::{Agreement, Classes, Evidence, Snapshot};
pub use train::{FilterTrained, FilterTraining, train_filter};
