//! Link prediction: which links of a graph are missing.
//!
//! In: a set of links. Out: models that score links, ranks of right answers, figures. Never: an edit of a graph.

mod around;
mod config;
mod embeddings;
mod family;
mod maps;
mod metrics;
mod model;
mod negatives;
mod protocol;
mod rank;
mod report;
mod rules;
mod set;
mod split;
mod stats;
mod steps;
mod table;
mod text;
mod train;
mod tune;
mod ultra;
mod vectors;

pub use around::Around;
pub use config::{LinkTraining, Loss, Penalty};
pub use embeddings::Embeddings;
pub use family::Family;
pub use metrics::{ByTies, Metrics, Ranking, Ties};
pub use model::LinkModel;
pub use negatives::Negatives;
pub use protocol::Protocol;
pub use rank::{Field, Rank, Scorer, rank};
pub use report::{LinkReport, Part, eval_links};
pub use rules::{Hidden, Neighbours, RuleRoom, Rules};
pub use set::{Answers, Link, LinkSet, Question, Side};
pub use split::{Held, split};
pub use stats::LinkStats;
pub use table::UpdateRule;
pub use text::{Blend, TextBase};
pub use train::{LinkTrained, train_links};
pub use tune::tune;
pub use ultra::{
    Mixed, Taught, Ultra, UltraGraph, UltraScorer, UltraTrained, UltraTraining, UltraWeights, eval_mixed, eval_ultra,
    train_ultra,
};
pub use vectors::{TextEncoder, TextVectors};
