//! Link prediction: which links of a graph are missing.
//!
//! In: a set of links. Out: models that score links, ranks of right answers, figures. Never: an edit of a graph.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod classes;
pub mod data;
mod evaluation;
mod export;
pub mod live;
pub mod models;
pub mod negatives;
pub mod rank;
pub mod rules;
pub mod score;
pub mod text;
pub mod training;
mod ultra;

pub use crate::rules::neighbourhood::NeighbourhoodScorer;
pub use crate::score::config::{LinkTraining, Loss, Negatives, Penalty};
pub use crate::score::embeddings::Embeddings;
pub use crate::score::family::Family;
pub use classes::{ClassReport, EntityVectors, eval_classes};
pub use evaluation::{evaluate, evaluate_together};
pub use export::{NamedVectors, VectorFormat};

pub use crate::data::protocol::Protocol;
pub use crate::models::model::{Model, Protocols, View};
pub use crate::models::projected::ProjectedModel;
pub use crate::models::stored::LinkModel;
pub use crate::models::text::TextModel;
pub use crate::models::ultra::UltraModel;
pub use crate::negatives::lemon::{Anchor, Lemon};
pub use crate::rank::ensemble::{Ensemble, eval_ensemble};
pub use crate::rank::filtered::{Rank, RankingFilter, Scorer, rank};
pub use crate::rank::metrics::{ByTies, Metrics, Ranking, Ties};
pub use crate::rank::report::{LinkReport, Part, eval_links};
pub use crate::text::lowrank::{LowRank, MapSizes};
pub use crate::text::map_training::{MapTraining, learn_maps};
pub use crate::text::projected::{Projected, ProjectedTraining, WithoutLoops, train_projected};
pub use crate::training::checkpoint::{Arrays, Checkpoints};
pub use crate::training::training_loop::{Best, Step, Trained, Trainer, TrainingLoop};

pub use crate::data::set::{KnownTriples, Link, LinkSet, Query, Side};
pub use crate::data::split::{HeldOut, split};
pub use crate::data::stats::{Leak, LinkStats};
pub use crate::rules::mining::{Hidden, Neighbours, RuleWorkspace, Rules};

pub use crate::score::train::train_links;
pub use crate::text::blend::{Blend, TextBase};
pub use crate::text::blend_weights::{Tuned, tune};
pub use crate::text::tuning::{FineTuning, TextTraining};
pub use ultra::{TrainingProvenance, Ultra, UltraGraph, UltraScorer, UltraTraining, UltraWeights, train_ultra};

pub use kgloom_numerics::Error;
