//! What may be typed after `train encoder`, `models compare` and `eval sts`. In: arguments. Out: typed values. Never: a model.

use super::EncoderPart;
use clap::{Args, ValueHint};
use kgloom_encoders::LEAST_RECALL;
use std::path::PathBuf;

/// Shown under `kgloom train encoder --help`.
pub const TRAIN_EXAMPLES: &str = "\
Examples:
  kgloom train encoder --teacher minilm --texts abstracts.jsonl --layers 4 --out small
  kgloom train encoder --teacher minilm --texts abstracts.jsonl --layers 3 --numbers 128 --out tiny
  kgloom train encoder --teacher minilm --texts abstracts.jsonl --layers 0 --out table

A ridge regression takes the means of the layers to the teacher's vector, so vectors that the teacher made
answer what the student asks. Each layer below gets a head too: wherever --encoder OUT is used, --layer K
stops there, and --numbers M cuts. With fewer numbers a rotation puts first what matters most; `eval search
--documents-by TEACHER` turns the teacher's vectors likewise. A tenth of the texts is held back: the
figures that are printed, and stand in OUT/encoder.json, are of those. Texts are a file of lines, or of
JSON lines with \"text\" (.jsonl); .zst is unpacked.";

/// Shown under `kgloom models compare --help`.
pub const COMPARE_EXAMPLES: &str = "\
Examples:
  kgloom models compare minilm minilm-tuned --texts abstracts.jsonl
  kgloom models compare minilm minilm-tuned --texts abstracts.jsonl --out bridge.safetensors
  kgloom models compare minilm small --layer 3 --texts abstracts.jsonl
  kgloom eval search --encoder minilm-tuned --bridge bridge.safetensors --documents-by minilm …

Vectors by NEW ask those by OLD, on a third of the texts that no bridge was fitted on. Exit code 1 if no
bridge finds the least share of what OLD itself finds; nothing is written then.";

/// Shown under `kgloom eval sts --help`.
pub const STS_EXAMPLES: &str = "\
Examples:
  kgloom eval sts --data stsb-en-test.csv --encoder minilm
  kgloom eval sts --data stsb-en-test.csv --encoder minilm --layer 0 --layer 3 --layer 6

Spearman's rank correlation of cosines with what people said, by all numbers of a vector and by the
first 256, 128, 64 and 32. The file holds two texts and a number a row, with commas between (CSV).";

/// `kgloom train encoder`.
#[derive(Args, Debug)]
pub struct TrainEncoder {
    /// Folder of the encoder to learn from
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub teacher: PathBuf,
    /// Files of texts; some thousands are wanted
    #[arg(long, required = true, num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub texts: Vec<PathBuf>,
    /// Layers to keep above the embeddings; 0 makes a table of word pieces
    #[arg(long, value_name = "N")]
    pub layers: usize,
    /// Numbers of a vector [default: the teacher's]
    #[arg(long, value_name = "N")]
    pub numbers: Option<usize>,
    /// Folder that the encoder is written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Seed of which texts are held back
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
}

/// `kgloom models compare`.
#[derive(Args, Debug)]
pub struct CompareEncoders {
    /// Folder of the encoder whose vectors are there
    #[arg(value_name = "OLD", value_hint = ValueHint::DirPath)]
    pub old: PathBuf,
    /// Folder of the encoder that asks
    #[arg(value_name = "NEW", value_hint = ValueHint::DirPath)]
    pub new: PathBuf,
    /// Which part of it asks.
    #[command(flatten)]
    pub part: EncoderPart,
    /// The layer of OLD that made the vectors [default: OLD as a whole]
    #[arg(long, value_name = "K")]
    pub old_layer: Option<usize>,
    /// The numbers that its vectors have
    #[arg(long, value_name = "M")]
    pub old_numbers: Option<usize>,
    /// Files of texts; some thousands are wanted
    #[arg(long, required = true, num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub texts: Vec<PathBuf>,
    /// The least share of the ten texts that OLD finds which must be found; below it a bridge is refused
    #[arg(long, default_value_t = LEAST_RECALL, value_name = "SHARE")]
    pub least: f64,
    /// File that the best bridge is written to
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Seed of which texts are held back
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the comparison
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// `kgloom eval sts`.
#[derive(Args, Debug)]
pub struct EvalSts {
    /// File of pairs: two texts and how alike people found them
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub data: PathBuf,
    /// Folder of an encoder: as published, or made by `kgloom train encoder` [default: the bundled one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Score this layer, 0 being the embeddings, by the head that a student has for it, else by its plain mean; may be repeated
    /// [default: the encoder as it is used]
    #[arg(long, value_name = "K")]
    pub layer: Vec<usize>,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}
