//! What may be typed after `eval encoder`. In: arguments. Out: typed values. Never: a model.

use super::ReportFormat;
use clap::{Args, ValueEnum, ValueHint};
use kgloom_suite::Which;
use std::path::PathBuf;

/// Shown under `kgloom eval encoder --help`.
pub const EXAMPLES: &str = "\
Examples:
  kgloom eval encoder --data datasets all-MiniLM-L6-v2 small table
  kgloom eval encoder --data datasets --suite small all-MiniLM-L6-v2 --layer 0 --layer 3 --layer 6
  kgloom eval encoder --data datasets all-MiniLM-L6-v2 --grid --texts abstracts.jsonl --numbers 384,128,32

Twelve tasks, each with a score from 0 to 1: similarity, classes of news, posts and patents, search,
anomalies, links of a graph, and how near texts of one class lie in three corpora, of which one is
medicine: the gap between it and the others is told as it is and at equal complexity. The small suite
is of the few tasks that rank encoders nearly as all do. Of five encoders and more it is told how the
tasks agree. --grid scores every layer of an encoder with a head, by each number of numbers.";

/// A suite of tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SuiteName {
    /// All tasks, and the domain gap
    #[default]
    All,
    /// The few that rank encoders nearly as all do
    Small,
}

impl From<SuiteName> for Which {
    fn from(name: SuiteName) -> Which {
        match name {
            SuiteName::All => Which::All,
            SuiteName::Small => Which::Small,
        }
    }
}

/// `kgloom eval encoder`.
#[derive(Args, Debug)]
pub struct EvalEncoder {
    /// Folders of encoders: as published, or made by `kgloom train encoder` [default: the bundled one]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoders: Vec<PathBuf>,
    /// Folder that holds the data sets
    #[arg(long, env = "KGLOOM_DATA", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data: PathBuf,
    /// Which tasks
    #[arg(long, value_enum, default_value = "all")]
    pub suite: SuiteName,
    /// Score this layer, 0 being the embeddings, by the head that a student has for it, else by its plain mean; may be repeated
    /// [default: the encoder as it is used]
    #[arg(long, value_name = "K", conflicts_with = "grid")]
    pub layer: Vec<usize>,
    /// Score every layer with a head that is fitted on --texts, from one pass over each text
    #[arg(long, requires = "texts")]
    pub grid: bool,
    /// Files of texts that heads are fitted on; some thousands are wanted
    #[arg(long, num_args = 1.., requires = "grid", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub texts: Vec<PathBuf>,
    /// Numbers of a vector, each with every layer of the grid
    #[arg(long, value_delimiter = ',', default_value = "384,128,32", value_name = "N,…")]
    pub numbers: Vec<usize>,
    /// Seed of every draw
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}
