//! Link prediction: which links of a graph are missing.
//!
//! In: a set of links. Out: models that score links, ranks of right answers, figures. Never: an edit of a graph.

mod around;
mod classes;
mod config;
mod contrast;
mod embeddings;
mod export;
mod family;
mod finetune;
mod learn;
mod lemon;
mod letters;
mod lowrank;
mod maps;
mod metrics;
pub mod missing;
mod mixed;
mod model;
mod negatives;
mod projected;
mod protocol;
mod ranges;
mod rank;
mod readings;
mod report;
mod retrieval;
mod rules;
mod set;
mod split;
mod stats;
mod steps;
pub(crate) mod table;
mod text;
mod train;
mod tune;
mod ultra;
mod vectors;

pub use around::Around;
pub use classes::{ClassReport, EntityVectors, eval_classes};
pub use config::{LinkTraining, Loss, Penalty};
pub use embeddings::Embeddings;
pub use export::{NamedVectors, VectorFormat};
pub use family::Family;
pub use finetune::{FineTuning, Start, fine_tune};
pub use learn::{MapTraining, learn_maps};
pub use lemon::{Anchor, Lemon};
pub use lowrank::{LowRank, MapSizes};
pub use metrics::{ByTies, Metrics, Ranking, Ties};
pub use mixed::{Mixed, eval_mixed};
pub use model::LinkModel;
pub use negatives::Negatives;
pub use projected::{Projected, WithoutLoops, train_projected};
pub use protocol::Protocol;
pub use rank::{Field, Rank, Scorer, rank};
pub use report::{LinkReport, Part, eval_links};
pub use retrieval::{SearchReport, SearchScores, eval_search};
pub use rules::{Hidden, Neighbours, RuleRoom, Rules};
pub use set::{Answers, Link, LinkSet, Question, Side};
pub use split::{Held, split};
pub use stats::{Leak, LinkStats};
pub use table::UpdateRule;
pub use text::{Blend, TextBase};
pub use train::{LinkTrained, train_links};
pub use tune::{TextTraining, Tuned, tune};
pub use ultra::{
    Taught, Ultra, UltraGraph, UltraScorer, UltraTrained, UltraTraining, UltraWeights, eval_ultra, train_ultra,
};
pub(crate) use vectors::unit;
pub use vectors::{TextEncoder, TextVectors};
