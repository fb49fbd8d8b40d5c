//! What may be typed after `train types` and `eval types`. In: arguments. Out: typed values. Never: a model.

use super::{EncoderPart, ReportFormat};
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
    /// Which part of it.
    #[command(flatten)]
    pub part: EncoderPart,
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

/// Shown under `kgloom train types --help`.
pub const TRAIN_EXAMPLES: &str = "\
Examples:
  kgloom run --ontology museum.ttl texts/ && kgloom train types
  kgloom train types --class-precision 0.9
  kgloom train types --off

The classes are those that the ontology of the state declares: by rdfs:label, rdfs:comment, skos:altLabel
and, if there are any, skos:example with names of things; with kgloom:documentClass true they are topics
of documents. Training takes seconds to a minute. From then on each run tells classes: rdf:type where a
class is sure enough, and every probability with what speaks for it in the graph kgloom:typed. A class
that the ontology declares later is told after training again.";

/// `kgloom train types`.
#[derive(Args, Debug)]
pub struct TrainTypes {
    /// The precision from which on a class is stated
    #[arg(long, default_value_t = 0.8, value_name = "SHARE")]
    pub class_precision: f64,
    /// Texts of classes, written or generated: lines of a class, a tab and a text
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub texts: Option<PathBuf>,
    /// Take classes away, and tell none from now on
    #[arg(long, conflicts_with_all = ["class_precision", "texts"])]
    pub off: bool,
    /// Learn what signs of a class are worth, on a corpus in inline markup, and write it to --out; the state is left alone
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, requires = "out")]
    pub corpus: Option<PathBuf>,
    /// Where that is written
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "corpus")]
    pub out: Option<PathBuf>,
    /// How to write the report
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}
