//! The graph filter: which edges of a graph are believed.
//!
//! In: edges with relations and confidences, numbers for each node. Out: a probability that each edge is true. Never: a
//! result that depends on the order of edges or on the number of threads.
#![cfg_attr(all(any(doc, doctest), feature = "bundled"), doc = include_str!("../README.md"))]

pub mod classifier;
mod corruption;
pub mod edge_features;
mod learner;
mod leave_one_out;
pub mod measure;
pub mod model;
mod noise;
mod noise_experiment;
pub mod principal_components;
pub mod rule_statistics;
pub mod scorer;
pub mod snapshot;
mod train;

#[cfg(test)]
mod tests;

pub use classifier::TripleClassifier;

pub use leave_one_out::LeaveOneOutViews;
pub use measure::{Isotonic, Mass, ScoredEdge, auprc, auroc};
pub use model::{Card, GraphFilter};
pub use noise::{Injector, Noise};
pub use noise_experiment::{FilterReport, NoiseExperiment, NoiseReport, RankedEdge, eval_filter, extremes};
pub use rule_statistics::{IndexedFact, RuleCounts, RuleStatistics};

pub use edge_features::EdgeFeatures;
pub use principal_components::PrincipalComponents;
pub use scorer::ScorerParameters;
pub use snapshot::{PLAIN, Snapshot};

pub use train::{FilterTrained, FilterTraining, train_filter};

pub use kgloom_numerics::Error;
