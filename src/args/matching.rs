//! What may be typed after `eval match`. In: arguments. Out: typed values. Never: a model.

use super::ReportFormat;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Shown under `kgloom eval match --help`.
pub const EXAMPLES: &str = "\
Examples:
  kgloom eval match --data datasets --set snopes --encoder all-MiniLM-L6-v2
  kgloom eval match --data datasets --set corona --format json
  kgloom eval match --data datasets --set wikikge10

snopes, politifact and corona: all facts (of corona: rows of a table) are ranked for each claim,
by words, by vectors, by both; a fact that stands several times is right wherever it stands.
wikikge10: names that are found and wrong names that are told, by M-NTA, by Wikidata, by both; it
reads no vectors.";

/// `kgloom eval match`.
#[derive(Args, Debug)]
pub struct EvalMatch {
    /// Folder that holds the data sets
    #[arg(long, env = "KGLOOM_DATA", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data: PathBuf,
    /// The set
    #[arg(long, value_name = "NAME", value_parser = kgloom_corpora::matching::NAMES)]
    pub set: String,
    /// Folder of an encoder: config.json, tokenizer.json, model.safetensors [default: the bundled one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}
