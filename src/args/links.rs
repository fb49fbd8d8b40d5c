//! What may be typed about links: `train links`, `eval links`, `data`. In: arguments. Out: typed values. Never: a model.

use clap::{Args, Subcommand, ValueHint};
use kg_models::links::Protocol;
use std::path::PathBuf;

/// Shown under `kgloom train links --help`.
pub const TRAIN_EXAMPLES: &str = "\
Examples:
  kgloom train links --data linkpred/CoDEx-S --out codex-s
  kgloom train links --data linkpred/CoDEx-S --training examples/experiments/codex-s-complex.toml --out codex-s
  kgloom train links --data linkpred/WN18RR-ind --encoder all-MiniLM-L6-v2 --out wn

The data are a folder with train.txt, valid.txt and test.txt (or BLP's ind-train.tsv, ind-dev.tsv and
ind-test.tsv; .zst too), head, relation and tail separated by tabs. The epoch that is best on
validation is kept; the same seed gives the same bytes on one machine.";

/// Shown under `kgloom train ultra --help`.
pub const ULTRA_EXAMPLES: &str = "\
Examples:
  kgloom train ultra --data linkpred/GraIL/fb237_v1 --out my-ultra
  kgloom train ultra --data my-split --from ultra_3g.safetensors --out my-ultra
  kgloom eval links --data linkpred/GraIL/fb237_v1_ind --links my-ultra --protocol disjoint

The weights know no name: what is learnt on one graph holds on any other. The epoch that is best on
validation is kept; the same seed gives the same bytes on one machine, whatever the threads.";

/// Shown under `kgloom eval links --help`.
pub const EVAL_EXAMPLES: &str = "\
Examples:
  kgloom eval links --data linkpred/CoDEx-S --links codex-s
  kgloom eval links --data linkpred/CoDEx-S --links codex-s --validation
  kgloom eval links --data linkpred/CoDEx-S --links codex-s --format json > results.json
  kgloom eval links --data linkpred/UMLS --links ultra_3g.safetensors
  kgloom eval links --data linkpred/GraIL/fb237_v1_ind --links my-ultra --protocol disjoint

Ranks are filtered, over all candidates, both ends; every policy on ties is told. The names in JSON
are PyKEEN's.";

/// Shown under `kgloom data --help`.
pub const DATA_EXAMPLES: &str = "\
Examples:
  kgloom data stats linkpred/WN18RR-ind
  kgloom data split graph.tsv --out my-split
  kgloom data split graph.tsv --inductive --out my-split
  kgloom data split --state kgloom-state --out my-split      your own graph: facts between entities";

/// `kgloom train links`.
#[derive(Args, Debug)]
pub struct TrainLinks {
    /// Folder or file of links
    #[arg(long, value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub data: PathBuf,
    /// Folder of an encoder (config.json, tokenizer.json, model.safetensors): learn from the entities' texts, so that
    /// entities never seen can be scored
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with_all = ["training", "epochs", "resume"])]
    pub encoder: Option<PathBuf>,
    /// TOML file that says how to train [default: ComplEx, 200 numbers an entity]
    #[arg(long = "training", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub training: Option<PathBuf>,
    /// Folder that the model is written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Seed of every random choice [default: the file's]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Most epochs [default: the file's]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// Go on from the checkpoint of an earlier training that was cut short
    #[arg(long)]
    pub resume: bool,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: super::ReportFormat,
}

/// `kgloom train ultra`.
#[derive(Args, Debug)]
pub struct TrainUltra {
    /// Folder of links
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data: PathBuf,
    /// Weights to begin with: a safetensors file, or a folder that `kgloom train ultra` wrote [default: drawn]
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub from: Option<PathBuf>,
    /// TOML file that says how to train [default: 256 wrong answers a question, 64 links a step, 10 epochs]
    #[arg(long = "training", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub training: Option<PathBuf>,
    /// Folder that the model is written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Seed of every random choice [default: the file's]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Most epochs [default: the file's]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// Go on from the checkpoint of an earlier training that was cut short
    #[arg(long)]
    pub resume: bool,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: super::ReportFormat,
}

/// `kgloom eval links`.
#[derive(Args, Debug)]
pub struct EvalLinks {
    /// Folder of links
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data: PathBuf,
    /// Folder of a model that `kgloom train links` or `kgloom train ultra` wrote, or a safetensors file with weights of
    /// ULTRA
    #[arg(long = "links", value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub links: PathBuf,
    /// Folder of the encoder that the model was made with, for a model of texts
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// For a model of texts: weights of ULTRA (a safetensors file, or a folder), whose scores are added by a weight that
    /// is chosen on validation
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath, requires = "encoder")]
    pub ultra: Option<PathBuf>,
    /// What is visible at test time: transductive, disjoint (a graph of whose entities training saw none), text-only,
    /// leave-one-out, leave-one-out-apart (no other link between the two ends), 3-shot [default: transductive or
    /// text-only, by the model]
    #[arg(long, value_name = "NAME")]
    pub protocol: Option<Protocol>,
    /// Rank the validation part, not the test part
    #[arg(long)]
    pub validation: bool,
    /// Seed of what is drawn: which links a new entity comes with
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: super::ReportFormat,
}

/// `kgloom data …`.
#[derive(Debug, Subcommand)]
pub enum Data {
    /// Say how large a set of links is, and what its parts have in common
    Stats {
        /// Folder or file of links [default: the graph in the state folder]
        #[arg(value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
        data: Option<PathBuf>,
        /// How to write it
        #[arg(long, value_enum, default_value = "table")]
        format: super::ReportFormat,
    },
    /// Split a graph into training, validation and test
    Split(Split),
}

/// `kgloom data split`.
#[derive(Args, Debug)]
pub struct Split {
    /// Folder or file of links; parts that are there already are put together first [default: the graph in the state
    /// folder]
    #[arg(value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub data: Option<PathBuf>,
    /// Folder that the parts are written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Hold out entities with all their links, as BLP does, and not links
    #[arg(long)]
    pub inductive: bool,
    /// Share that goes to test, and again to validation
    #[arg(long, default_value_t = 0.1, value_name = "SHARE")]
    pub share: f64,
    /// Seed of every random choice
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
}
