//! What may be typed after `eval anomalies`. In: arguments. Out: typed values. Never: a model.

use super::{EncoderPart, ReportFormat};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Shown under `kgloom eval anomalies --help`.
pub const EXAMPLES: &str = "\
Examples:
  kgloom eval anomalies --data datasets
  kgloom eval anomalies --data datasets --encoder all-MiniLM-L6-v2 --format json
  kgloom eval anomalies --data datasets --encoder small --layer 3 --numbers 128

Each class of AG News is normal in turn: 1,000 of its items are known, 900 others are to be told
from 900 of the other classes, by six scores of oddness. Windows of 100 are tested for a change.";

/// `kgloom eval anomalies`.
#[derive(Args, Debug)]
pub struct EvalAnomalies {
    /// Folder that holds the data sets
    #[arg(long, env = "KGLOOM_DATA", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data: PathBuf,
    /// Folder of an encoder: config.json, tokenizer.json, model.safetensors [default: the bundled one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Which part of it.
    #[command(flatten)]
    pub part: EncoderPart,
    /// Seed of every draw
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}
