//! What may be typed after `eval types`. In: arguments. Out: typed values. Never: a model.

use super::ReportFormat;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Shown under `kgloom eval types --help`.
pub const EXAMPLES: &str = "\
Examples:
  kgloom eval types --data datasets --set agnews --examples 0 --encoder all-MiniLM-L6-v2
  kgloom eval types --data datasets --set cora --examples 5 --encoder all-MiniLM-L6-v2 --published
  kgloom eval types --data datasets --set patents

With --examples 0 classes are told by their label and keywords alone. With more, examples are drawn,
apart from up to 1,000 items that are tested. Without the flag, all that may be learnt from is: the
part that is published, or four fifths of the items.";

/// `kgloom eval types`.
#[derive(Args, Debug)]
pub struct EvalTypes {
    /// Folder that holds the data sets
    #[arg(long, env = "KGLOOM_DATA", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data: PathBuf,
    /// The set
    #[arg(long, value_name = "NAME", value_parser = kgloom_corpora::typing::NAMES)]
    pub set: String,
    /// Folder of an encoder: config.json, tokenizer.json, model.safetensors [default: the bundled one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Take the vectors that are published with the set, which the encoder named by --encoder made
    #[arg(long, requires = "encoder")]
    pub published: bool,
    /// Examples of each class [default: all that may be learnt from]
    #[arg(long, value_name = "N")]
    pub examples: Option<usize>,
    /// How often examples or parts are drawn anew
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub draws: u16,
    /// Seed of every draw
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}
