//! What may be typed after `models`, `train` and `eval`. In: arguments. Out: typed values. Never: a model.

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use kgloom_training::train::TokenizerKind;
use std::path::PathBuf;

/// Shown under `kgloom train --help`.
pub const TRAIN_EXAMPLES: &str = "\
Examples:
  kgloom train extractor --data-root datasets --out my-model
  kgloom run --model my-model texts/

Training takes two cores; RAYON_NUM_THREADS=1 in the environment keeps the rest of it on one. The
numbers do not depend on it.";

/// Shown under `kgloom train distant --help`.
pub const DISTANT_EXAMPLES: &str = "\
Examples:
  kgloom train distant enwiki/ --data-root datasets --out distant.jsonl
  kgloom train extractor --data-root datasets --distant distant.jsonl --out my-model

The facts are those of FB15k-237 and CoDEx-S (training parts). A text counts for what its sentences
name both ends of; its mentions are found by the model.";

/// Shown under `kgloom train ner --help`.
pub const NER_EXAMPLES: &str = "\
Examples:
  kgloom train ner --data train.conll --test test.conll --out my-ner
  kgloom train ner --data train.conll --tokenizer wordpiece --out my-ner
  kgloom train ner --data train.conll --encoder my-bert --out my-ner
  kgloom run --model my-ner texts/

Classes such as PER, person_artist or DATE are read as kgloom's own; others as MISC. The model finds
mentions and no relations.";

/// Shown under `kgloom eval --help`.
pub const EVAL_EXAMPLES: &str = "\
Examples:
  kgloom eval extraction --data re-docred --data wikiann-en --data-root datasets
  kgloom eval extraction --data re-docred --gold-mentions
  kgloom eval extraction --data my-gold.json --model my-model

Data sets: re-docred, text2kgbench, conll04, wikiann-en, wikiann-swa, few-nerd, wnut17, bengali-ner,
or a JSON file in the format of DocRED.";

/// Shown under `kgloom eval facts --help`.
pub const FACTS_EXAMPLES: &str = "\
Examples:
  kgloom eval facts kg-models/corpus
  kgloom eval facts kg-models/corpus --part validation --model my-model
  kgloom eval facts kg-models/corpus --labels unseen

The documents are read as `kgloom run` reads them, by the model, the filter and the thresholds of the
configuration; each fact of the graph is held against those that the writers marked in the text.
Whole genres and one writer stay out of training; they are told apart from the tenth drawn for the test.";

/// Shown under `kgloom eval resolution --help`.
pub const RESOLUTION_EXAMPLES: &str = "\
Examples:
  kgloom eval resolution examples/corpus --gold examples/gold/entities.tsv

The names are given, the model adds coreference, dates and contexts: what is scored is who is taken
for whom. A document of the table is one of the inputs, or the end of its path.";

/// `kgloom models …`.
#[derive(Debug, Subcommand)]
pub enum Models {
    /// Show the encoders that kgloom knows, and which are here
    List,
    /// Download an encoder from the Hugging Face hub, at a pinned revision, and check its hashes
    Pull {
        /// ORGANISATION/NAME, or ORGANISATION/NAME@REVISION for one that kgloom does not know
        name: String,
    },
    /// Check the hashes of the encoders that are here
    Verify,
    /// Measure whether a new encoder can ask vectors that an old one made, as it is or over a bridge
    #[command(after_help = super::encoder::COMPARE_EXAMPLES)]
    Compare(super::CompareEncoders),
}

/// `kgloom train …`.
#[derive(Debug, Subcommand)]
pub enum Train {
    /// Train the heads that find mentions, coreference and relations over an encoder
    #[command(after_help = TRAIN_EXAMPLES)]
    Extractor(TrainExtractor),
    /// Find known facts again in texts, as more documents for `train extractor --distant`
    #[command(after_help = DISTANT_EXAMPLES)]
    Distant(TrainDistant),
    /// Train a model that finds mentions, for any language and any classes
    #[command(after_help = NER_EXAMPLES)]
    Ner(TrainNer),
    /// Train embeddings that tell which links of a graph are missing
    #[command(after_help = super::links::TRAIN_EXAMPLES)]
    Links(super::TrainLinks),
    /// Train a filter that tells which edges of a graph are true
    #[command(after_help = super::filter::TRAIN_EXAMPLES)]
    Filter(super::TrainFilter),
    /// Train ULTRA, which tells missing links of any graph, also one that it never saw
    #[command(after_help = super::links::ULTRA_EXAMPLES)]
    Ultra(super::TrainUltra),
    /// Make a smaller encoder of a larger one: its first layers with a head, or a table of word pieces
    #[command(after_help = super::encoder::TRAIN_EXAMPLES)]
    Encoder(super::TrainEncoder),
    /// Train the model that reads the relations of any ontology by their labels
    #[command(after_help = LABELS_EXAMPLES)]
    Labels(TrainLabels),
    /// Teach relations that one's ontology declares, by a few examples of each
    #[command(after_help = super::relations::EXAMPLES)]
    Relations(super::TrainRelations),
    /// Learn to tell the classes that one's ontology declares, in the state's own graph
    #[command(after_help = super::types::TRAIN_EXAMPLES)]
    Types(super::TrainTypes),
    /// Pin what is usual in the state's graph, so that what is not is told
    #[command(after_help = super::watch::TRAIN_EXAMPLES)]
    Watch(super::TrainWatch),
}

const LABELS_EXAMPLES: &str = "\
Examples:
  kgloom train labels --corpus kg-models/corpus --out labels

A model whose folder has it as its folder \"labels\" also reads by it. Texts of the corpus's test part do not train.";

/// `kgloom train labels`.
#[derive(Args, Debug)]
pub struct TrainLabels {
    /// The written corpus: a file of annotated documents, or a folder of them
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub corpus: PathBuf,
    /// Folder that the model is written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Folder of the encoder, or of a model that this command made, to go on from [default: the bundled one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Seed of every random choice
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Epochs
    #[arg(long, default_value_t = 4, value_name = "N")]
    pub epochs: usize,
    /// Go on from the checkpoint of an earlier training that was cut short
    #[arg(long)]
    pub resume: bool,
}

/// `kgloom train distant`.
#[derive(Args, Debug)]
pub struct TrainDistant {
    /// Files and folders of texts, as for `kgloom run`
    #[arg(required = true, value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// Folder that holds the data sets
    #[arg(long, env = "KGLOOM_DATA", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data_root: PathBuf,
    /// File that the documents are written to
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    /// Stop after so many documents
    #[arg(long, value_name = "N")]
    pub most: Option<usize>,
}

/// `kgloom train ner`.
#[derive(Args, Debug)]
pub struct TrainNer {
    /// Training sentences: a token and a BIO tag a line, blank lines between sentences
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub data: PathBuf,
    /// Validation sentences [default: a tenth of the training sentences]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub validation: Option<PathBuf>,
    /// Test sentences: left out of training, and scored once at the end
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub test: Option<PathBuf>,
    /// How a new encoder cuts words: wordpiece, bpe or unigram
    #[arg(long, default_value = "unigram", value_name = "KIND", conflicts_with = "encoder")]
    pub tokenizer: TokenizerKind,
    /// How many pieces its tokenizer knows at most
    #[arg(long, default_value_t = 8_000, value_name = "N", conflicts_with = "encoder")]
    pub pieces: usize,
    /// Folder of an encoder to tune: config.json, tokenizer.json, model.safetensors
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Folder that the model is written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Seed of every random choice
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Most epochs
    #[arg(long, default_value_t = 30, value_name = "N")]
    pub epochs: usize,
    /// Go on from the checkpoint of an earlier training that was cut short
    #[arg(long)]
    pub resume: bool,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// `kgloom train extractor`.
#[derive(Args, Debug)]
pub struct TrainExtractor {
    /// Folder that holds the data sets
    #[arg(long, env = "KGLOOM_DATA", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data_root: PathBuf,
    /// Folder that the model is written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Folder of the encoder: config.json, tokenizer.json, model.safetensors [default: the bundled one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Seed of every random choice
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Go on from the checkpoints of an earlier training that was cut short
    #[arg(long)]
    pub resume: bool,
    /// Most epochs of the encoder's upper layers with all heads; 0 leaves the encoder as it is
    #[arg(long, value_name = "N")]
    pub trunk_epochs: Option<usize>,
    /// Documents in which known facts were found: a file that `kgloom train distant` wrote
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub distant: Option<PathBuf>,
    /// The written corpus: a file of annotated documents, or a folder of them
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub corpus: Option<PathBuf>,
    /// Most epochs of the mention head
    #[arg(long, value_name = "N")]
    pub mention_epochs: Option<usize>,
    /// Most epochs of the coreference scorer
    #[arg(long, value_name = "N")]
    pub coreference_epochs: Option<usize>,
    /// Most epochs of the relation head
    #[arg(long, value_name = "N")]
    pub relation_epochs: Option<usize>,
}

/// `kgloom eval …`.
#[derive(Debug, Subcommand)]
pub enum Eval {
    /// Score mentions and relations
    #[command(after_help = EVAL_EXAMPLES)]
    Extraction(EvalExtraction),
    /// Run on a written corpus, and score the facts by names
    #[command(after_help = FACTS_EXAMPLES)]
    Facts(EvalFacts),
    /// Score who is taken for whom across documents
    #[command(after_help = RESOLUTION_EXAMPLES)]
    Resolution(EvalResolution),
    /// Rank the links of a test set among all candidates
    #[command(after_help = super::links::EVAL_EXAMPLES)]
    Links(super::EvalLinks),
    /// Tell the classes of a graph's nodes by each polynomial filter
    #[command(after_help = super::filter::NODES_EXAMPLES)]
    Nodes(super::EvalNodes),
    /// Put false edges into a graph, and see how well they are found
    #[command(after_help = super::filter::EVAL_EXAMPLES)]
    Filter(super::EvalFilter),
    /// Tell the classes of a graph's entities from their vectors
    #[command(after_help = super::links::CLASSES_EXAMPLES)]
    Classes(super::EvalClasses),
    /// Search texts by words, and rank what is found by vectors too
    #[command(after_help = super::links::SEARCH_EXAMPLES)]
    Search(super::EvalSearch),
    /// Tell classes by label, keywords and few examples
    #[command(after_help = super::types::EXAMPLES)]
    Types(super::EvalTypes),
    /// Tell what is not of a class, and whether a stream has changed
    #[command(after_help = super::anomalies::EXAMPLES)]
    Anomalies(super::EvalAnomalies),
    /// Find the facts that claims are about, or the names of things in ten languages
    #[command(after_help = super::matching::EXAMPLES)]
    Match(super::EvalMatch),
    /// Score an encoder's cosines of pairs of texts against what people said
    #[command(after_help = super::encoder::STS_EXAMPLES)]
    Sts(super::EvalSts),
    /// Score encoders by a suite of tasks, and tell how the tasks agree
    #[command(after_help = super::suite::EXAMPLES)]
    Encoder(super::EvalEncoder),
}

/// `kgloom eval resolution`.
#[derive(Args, Debug)]
pub struct EvalResolution {
    /// Files and folders of texts, as for `kgloom run`
    #[arg(required = true, value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// Table of names: document, surface, entity, class, separated by tabs
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub gold: PathBuf,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// `kgloom eval facts`.
#[derive(Args, Debug)]
pub struct EvalFacts {
    /// The written corpus: a file of annotated documents (JSON lines), or a folder of them
    #[arg(value_name = "CORPUS", value_hint = ValueHint::AnyPath)]
    pub corpus: PathBuf,
    /// Which part to score
    #[arg(long, value_enum, default_value = "test")]
    pub part: CorpusPart,
    /// Offer relations in words by their labels to every document, and score them apart: those of the part that the
    /// training part never names, or all of the part
    #[arg(long, value_enum, value_name = "WHICH")]
    pub labels: Option<CorpusLabels>,
    /// Seed of the resampling that gives the intervals
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// A part of the written corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CorpusPart {
    /// What the shipped model was trained on
    Train,
    /// What choices were made on
    Validation,
    /// What nothing was chosen on
    Test,
    /// Every document, for a corpus of one's own
    All,
}

/// Relations in words of a written corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CorpusLabels {
    /// Those that no document of the training part states
    Unseen,
    /// All that the part states
    All,
}

/// `kgloom eval extraction`.
#[derive(Args, Debug)]
pub struct EvalExtraction {
    /// Name of a data set under the data root, or a file: .json in the format of DocRED, else CoNLL (a token and a BIO tag a
    /// line); may be repeated
    #[arg(long, required = true, value_name = "NAME|FILE")]
    pub data: Vec<String>,
    /// What the labels of a CoNLL file mean: a file (a label, a tab, a class on each line) or LABEL=CLASS with commas between;
    /// a class is PER, ORG, LOC, TIME, NUM, MISC, or - for none [default: by their names]
    #[arg(long, value_name = "MAP")]
    pub classes: Option<String>,
    /// Folder that holds the data sets
    #[arg(long, env = "KGLOOM_DATA", hide_env_values = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data_root: Option<PathBuf>,
    /// Give the relation head the gold mentions and coreference
    #[arg(long)]
    pub gold_mentions: bool,
    /// Score the validation part, not the test part
    #[arg(long)]
    pub validation: bool,
    /// Seed of the resampling that gives the intervals
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}
