//! The semantic graph filter: polynomials of a graph's adjacency, and which edges of a graph are believed.
//!
//! In: edges with relations and confidences, numbers for each node. Out: filtered numbers, spectral responses, classes of
//! nodes; a probability that each edge is true. Never: a result that depends on the order of edges or on the number of
//! threads.

mod basis;
mod believer;
mod classify;
mod comention;
mod exam;
mod gold;
mod graph;
mod held;
mod judge;
mod lesson;
mod lore;
mod measure;
mod model;
mod noise;
mod picture;
mod principal;
mod reading;
mod scorer;
mod snapshot;
mod taught;
mod train;
mod wrong;

#[cfg(test)]
mod tests;

pub use basis::{Basis, Polynomial};
pub use believer::Believer;
pub use classify::{Classified, NodeReport, NodeTraining, Setting, classify};
pub use comention::comentions;
pub use exam::{EndToEnd, Gain, exam_filter};
pub use gold::{Candidate, ReadDocuments, Witnessed};
pub use graph::{Graph, Normalisation, WeightedEdge};
pub use held::Held;
pub use judge::{FilterExam, FilterReport, HeldEdge, NoiseReport, eval_filter, extremes};
pub use lore::{Counted, Known, Lore};
pub use measure::{Isotonic, Judged, Mass, auprc, auroc};
pub use model::{Card, GraphFilter};
pub use noise::{Injector, Noise};
pub use picture::responses;
pub use principal::Principal;
pub use reading::Reading;
pub use scorer::Parts;
pub use snapshot::{PLAIN, Snapshot};
pub use taught::{Taught, teach_filter};
pub use train::{FilterTrained, FilterTraining, train_filter};
