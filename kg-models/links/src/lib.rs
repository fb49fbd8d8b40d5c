//! Link prediction: which links of a graph are missing.
//!
//! In: a set of links. Out: models that score links, ranks of right answers, figures. Never: an edit of a graph.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod classes;
pub mod data;
mod export;
pub mod live;
mod model;
pub mod negatives;
pub mod rank;
pub mod rules;
pub mod score;
pub mod text;
mod ultra;

pub use crate::rules::neighbourhood::NeighbourhoodScorer;
pub use crate::score::config::{LinkTraining, Loss, Negatives, Penalty};
pub use crate::score::embeddings::Embeddings;
pub use crate::score::family::Family;
pub use classes::{ClassReport, EntityVectors, eval_classes};
pub use export::{NamedVectors, VectorFormat};

pub use crate::data::protocol::Protocol;
pub use crate::negatives::lemon::{Anchor, Lemon};
pub use crate::rank::ensemble::{Ensemble, eval_ensemble};
pub use crate::rank::filtered::{Rank, RankingFilter, Scorer, rank};
pub use crate::rank::metrics::{ByTies, Metrics, Ranking, Ties};
pub use crate::rank::report::{LinkReport, Part, eval_links};
pub use crate::text::lowrank::{LowRank, MapSizes};
pub use crate::text::map_training::{MapTraining, learn_maps};
pub use crate::text::projected::{Projected, WithoutLoops, train_projected};
pub use model::LinkModel;

pub use crate::data::set::{KnownTriples, Link, LinkSet, Query, Side};
pub use crate::data::split::{HeldOut, split};
pub use crate::data::stats::{Leak, LinkStats};
pub use crate::rules::mining::{Hidden, Neighbours, RuleWorkspace, Rules};

pub use crate::score::train::{LinkTrained, train_links};
pub use crate::text::blend::{Blend, TextBase};
pub use crate::text::blend_weights::{Tuned, tune};
pub use crate::text::tuning::{FineTuning, TextTraining};
pub use ultra::{
    TrainingProvenance, Ultra, UltraGraph, UltraScorer, UltraTrained, UltraTraining, UltraWeights, eval_ultra,
    train_ultra,
};

pub use kgloom_numerics::Error;
