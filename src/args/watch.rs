//! `kgloom watch`, which follows files; `kgloom train watch` and `kgloom unusual`, which watch what comes. In: what was typed.
//! Out: typed arguments. Never: a default that is not told.

use super::{Input, ReportFormat};
use clap::{Args, ValueHint};

pub const EXAMPLES: &str = "\
Examples:
  kgloom watch notes/
  kgloom watch notes/ papers/ --article

What is in the files is taken in first, as `kgloom run` does; then each change of a file is in the graph
within a second, but for what the model must read. What came from a file that is gone goes with it.
Meanwhile `kgloom query`, `find` and `export` see the graph as it was after the last change.
Ctrl-C ends it.";

/// `kgloom watch`.
#[derive(Args, Debug)]
pub struct Watch {
    /// Files and folders
    #[arg(required = true, value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// How inputs are read.
    #[command(flatten)]
    pub input: Input,
}

/// Shown under `kgloom train watch --help`.
pub const TRAIN_EXAMPLES: &str = "\
Examples:
  kgloom train watch                 what is in the graph now is usual
  kgloom run tonight/
  kgloom unusual                     what of it does not belong, and whether the stream has changed
  kgloom train watch --off           watch no more

From now on each document has kgloom:novelty and kgloom:depth, and each fact between two things
kgloom:surprise, in the graph kgloom:watch. They follow every change of the graph: `kgloom verify`
checks them too. They are not to be confused with `kgloom watch`, which follows files.";

/// `kgloom train watch`.
#[derive(Args, Debug)]
pub struct TrainWatch {
    /// Documents that new ones are compared with, at the most; of more, so many are drawn
    #[arg(long, default_value_t = 10_000, value_name = "N", value_parser = clap::value_parser!(u32).range(4..=100_000))]
    pub most: u32,
    /// Share of the documents that is left out beforehand, those farthest from the mean of all: nobody says that what is
    /// there is without outliers
    #[arg(long, default_value_t = 0.05, value_name = "SHARE")]
    pub leave_out: f64,
    /// Seed of every random choice
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Watch no more, and take away what was told
    #[arg(long, conflicts_with_all = ["most", "leave_out", "seed"])]
    pub off: bool,
    /// How to write what was learnt
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}

/// Shown under `kgloom unusual --help`.
pub const UNUSUAL_EXAMPLES: &str = "\
Examples:
  kgloom train watch        first: what is in the graph now is usual
  kgloom run tonight/
  kgloom unusual
  kgloom unusual --most 50 --format json
  kgloom unusual --new --since 120      only of what came after epoch 120
  kgloom query 'SELECT ?d { GRAPH kgloom:watch { ?d kgloom:novelty ?n } FILTER(?n > 0.99) }'

Novelty: the share of usual documents that have nearer neighbours. Depth: 2 in the middle of them,
less outside. Surprise: the share of usual facts of the relation whose tail is nearer to what is told
from the head. The window is what came, or was edited, after `kgloom train watch`, and after --since.";

/// `kgloom unusual`.
#[derive(Args, Debug)]
pub struct Unusual {
    /// Only documents of the window
    #[arg(long)]
    pub new: bool,
    /// The window is what came, or was edited, after this epoch; not before the reference was pinned [default: that epoch].
    /// `kgloom status` says where the graph is now
    #[arg(long, value_name = "EPOCH")]
    pub since: Option<u64>,
    /// Most documents, and most facts, that are listed
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub most: usize,
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}
