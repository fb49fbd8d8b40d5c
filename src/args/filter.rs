//! What may be typed about the graph filter: `filter response`, `eval nodes`, `train filter`, `eval filter`. In: arguments.
//! Out: typed values. Never: a model.

use super::EncoderPart;
use clap::{Args, Subcommand, ValueHint};
use kgloom_filter::Noise;
use kgloom_polynomials::Basis;
use std::path::PathBuf;

/// Shown under `kgloom filter --help`.
pub const EXAMPLES: &str = "\
Examples:
  kgloom filter response --out responses.svg
  kgloom filter response --basis bernstein --order 10 --coefficients 1,1,0,0,0,0,0,0,0,1,1 --out band.svg";

/// Shown under `kgloom eval nodes --help`.
pub const NODES_EXAMPLES: &str = "\
Examples:
  kgloom eval nodes --data nodeclass/cora
  kgloom eval nodes --data nodeclass/texas --basis gpr --basis gcn

Ten splits are drawn, 60 % training, 20 % validation, 20 % test; step size, dropout and the first
coefficients are chosen on validation. The same seed gives the same figures.";

/// `kgloom filter …`.
#[derive(Debug, Subcommand)]
pub enum Filter {
    /// Draw what filters do to a graph's spectrum
    #[command(after_help = EXAMPLES)]
    Response(Response),
}

/// `kgloom filter response`.
#[derive(Args, Debug)]
pub struct Response {
    /// The polynomials: gcn, appnp, gpr, chebyshev, bernstein or jacobi; may be repeated [default: all]
    #[arg(long, value_name = "NAME")]
    pub basis: Vec<Basis>,
    /// K, the highest power [default: 2 for gcn, 10 for the others]
    #[arg(long, value_name = "K")]
    pub order: Option<usize>,
    /// K + 1 coefficients [default: those that learning begins with]
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true, value_name = "NUMBERS")]
    pub coefficients: Vec<f32>,
    /// The SVG file to write
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
}

/// `kgloom eval nodes`.
#[derive(Args, Debug)]
pub struct EvalNodes {
    /// Folder of a graph with features and classes; may be repeated
    #[arg(long, required = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data: Vec<PathBuf>,
    /// The polynomials: gcn, appnp, gpr, chebyshev, bernstein or jacobi; may be repeated [default: all]
    #[arg(long, value_name = "NAME")]
    pub basis: Vec<Basis>,
    /// K, the highest power; 0 leaves the graph out [default: 2 for gcn, 10 for the others]
    #[arg(long, value_name = "K")]
    pub order: Option<usize>,
    /// How many splits
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub splits: usize,
    /// The split that lies beside the graph, not drawn ones
    #[arg(long)]
    pub published: bool,
    /// Seed of every random choice
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// Shown under `kgloom train filter --help`.
pub const TRAIN_EXAMPLES: &str = "\
Examples:
  kgloom train filter --gold re-docred --data-root datasets --out my-filter
  kgloom run --filter my-filter texts/
  kgloom train filter --data linkpred/WN18RR --encoder all-MiniLM-L6-v2 --out wn-filter

With --gold the model reads annotated documents, and the filter learns which of its facts are true;
thresholds are chosen on documents that it did not learn from, and no test document is read. With
--data the data are links as for `train links`, with texts of the entities; all parts are learned
from, and nothing says which of them are true. The same seed gives the same bytes on one machine,
whatever the number of threads.";

/// Shown under `kgloom eval filter --help`.
pub const EVAL_EXAMPLES: &str = "\
Examples:
  kgloom eval filter --data linkpred/WN18RR --encoder all-MiniLM-L6-v2
  kgloom eval filter --data linkpred/WN18RR --encoder all-MiniLM-L6-v2 --noise text --rate 0.1 --rate 0.5
  kgloom eval filter --data linkpred/WN18RR --encoder all-MiniLM-L6-v2 --filter wn-filter
  kgloom eval filter --gold re-docred --data-root datasets
  kgloom eval filter --comentions sentences.txt --model my-ner --encoder my-encoder --shown 10

False edges are put into the graph: one end of a true edge is replaced by any node (random), by one
that stands so elsewhere (class), by one of the 20 with the nearest texts (text), or by one of these
ways for each edge (mixed). Without --filter one is trained on each noisy graph, untold which edges
are false; thresholds are for a precision of 0.90 unless --keep-precision says another. With --gold
nothing is put in: the test documents are read end to end, with the filter and without.";

/// What a filter is trained or tried on.
#[derive(Args, Debug)]
pub struct FilterData {
    /// Folder or file of links
    #[arg(long, required_unless_present_any = ["gold", "comentions"], requires = "encoder", value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub data: Option<PathBuf>,
    /// Folder of the encoder of the entities' texts: config.json, tokenizer.json, model.safetensors
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Which part of it.
    #[command(flatten)]
    pub part: EncoderPart,
    /// Data set of documents whose true facts are known, such as re-docred: for facts as the model reads them; what is scored
    /// may also be a file in the format of DocRED
    #[arg(long, conflicts_with = "data", value_name = "NAME|FILE")]
    pub gold: Option<String>,
    /// Folder that holds the data sets
    #[arg(long, env = "KGLOOM_DATA", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data_root: Option<PathBuf>,
    /// Folder that keeps the vectors of texts [default: --out, or nowhere]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub vectors: Option<PathBuf>,
    /// How often edges are gone through [default: 5]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
}

/// `kgloom train filter`.
#[derive(Args, Debug)]
pub struct TrainFilter {
    /// What it is trained on.
    #[command(flatten)]
    pub on: FilterData,
    /// Folder that the filter is written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Seed of every random choice
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// `kgloom eval filter`.
#[derive(Args, Debug)]
pub struct EvalFilter {
    /// What it is tried on.
    #[command(flatten)]
    pub on: FilterData,
    /// Text file, a sentence a line, an empty line between texts: the graph of who is mentioned beside whom
    #[arg(long, requires = "encoder", conflicts_with_all = ["data", "gold"], value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub comentions: Option<PathBuf>,
    /// Also show so many edges that are believed most, and least, by a filter trained on the graph as it is
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub shown: usize,
    /// Kind of false edges: random, class, text or mixed; may be repeated [default: all, a graph each]
    #[arg(long, value_name = "KIND")]
    pub noise: Vec<Noise>,
    /// False edges for each true one; may be repeated
    #[arg(long, default_value = "0.25", value_name = "RATE")]
    pub rate: Vec<f64>,
    /// How many seeds
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub seeds: u64,
    /// With --gold: the validation part, not the test part
    #[arg(long, requires = "gold")]
    pub validation: bool,
    /// With --gold: seed of the draws of documents behind intervals
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}
