//! What may be typed about links: `train links`, `eval links`, `data`. In: arguments. Out: typed values. Never: a model.

use super::EncoderPart;
use clap::{Args, Subcommand, ValueHint};
use kgloom_links::{Protocol, VectorFormat};
use std::path::PathBuf;

/// Shown under `kgloom train links --help`.
pub const TRAIN_EXAMPLES: &str = "\
Examples:
  kgloom train links                                  your own graph: makes the predictor of `kgloom predict`
  kgloom train links --data linkpred/CoDEx-S --out codex-s
  kgloom train links --data linkpred/CoDEx-S --training examples/experiments/codex-s-complex.toml --out codex-s
  kgloom train links --data linkpred/UMLS --training examples/experiments/umls-rotate-lemon-kept-half.toml \\
    --negatives-encoder all-MiniLM-L6-v2 --out umls
  kgloom train links --data linkpred/WN18RR-ind --encoder all-MiniLM-L6-v2 --out wn
  kgloom train links --data linkpred/WN18RR-ind --encoder all-MiniLM-L6-v2 --tuned-layers 2 --out wn-tuned

The data are a folder with train.txt, valid.txt and test.txt (or BLP's ind-train.tsv, ind-dev.tsv,
ind-test.tsv; .zst too), head, relation and tail separated by tabs; `kgloom data split` makes such a
folder of any graph. The epoch that is best on validation is kept; the same seed gives the same bytes
on one machine.";

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
  kgloom eval links --data linkpred/WN18RR --links wn18rr-texts --encoder all-MiniLM-L6-v2 --with wn18rr-complex

Ranks are filtered, over all candidates, both ends; every policy on ties is told. The names in JSON
are PyKEEN's.";

/// Shown under `kgloom eval classes --help`.
pub const CLASSES_EXAMPLES: &str = "\
Examples:
  kgloom eval classes --data linkpred/CoDEx-S --classes linkpred/CoDEx-common/types/entity2types.json --links codex-s
  kgloom eval classes --data linkpred/WN18RR-ind --classes parts-of-speech.tsv --encoder all-MiniLM-L6-v2

A multinomial logistic regression over the entities' vectors; its penalty is chosen on validation,
and it is fitted again on training and validation. Entities that only the validation or test part of
the data names are validated and tested; where all are in training, a tenth each is drawn.";

/// Shown under `kgloom eval search --help`.
pub const SEARCH_EXAMPLES: &str = "\
Examples:
  kgloom eval search --documents entities.tsv --queries queries.tsv --judgements qrels.txt
  kgloom eval search --documents entities.tsv --queries queries.tsv --judgements qrels.txt --encoder wn-tuned/encoder
  kgloom eval search --documents entities.tsv --queries queries.tsv --judgements qrels.txt --encoder small --layer 3
  kgloom eval search --documents documents.tsv --queries queries.tsv --judgements judgements.txt \\
    --graph examples/limit/likes.rq

Documents and queries are lines of a name, a tab and a text; judgements are in TREC's form (query, 0,
document, grade). BM25 finds a thousand documents for each query; vectors rank them again, by
themselves and beside it, by a weight chosen for each fifth of the queries on the other four.";

/// Shown under `kgloom data --help`.
pub const DATA_EXAMPLES: &str = "\
Examples:
  kgloom data stats linkpred/WN18RR-ind
  kgloom data split graph.tsv --out my-split
  kgloom data split graph.tsv --inductive --out my-split
  kgloom data split graph.ttl.gz --out my-split        RDF: nt, nq, ttl, trig, rdf, jsonld
  kgloom data split state:kgloom-state --out my-split  your own graph: facts between entities";

/// `kgloom train links`.
#[derive(Args, Debug)]
pub struct TrainLinks {
    /// Links: a folder of parts, a file of links or RDF, or `state:` and a state folder [default: the graph in the state
    /// folder, whose predictor is made]
    #[arg(long, value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub data: Option<PathBuf>,
    /// File of the entities' texts: a name, a tab, its text [default: entity2text.txt and the like in the folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "data")]
    pub texts: Option<PathBuf>,
    /// Folder of an encoder (config.json, tokenizer.json, model.safetensors), or bundled: learn from the entities' texts, so
    /// that entities never seen can be scored
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "data")]
    pub encoder: Option<PathBuf>,
    /// Which part of it.
    #[command(flatten)]
    pub part: EncoderPart,
    /// Tune so many of the encoder's upper layers first (hours on a CPU: try 2), and write the tuned encoder into the
    /// model's folder [default: the file's, or none]
    #[arg(long, value_name = "N", requires = "encoder", conflicts_with_all = ["layer", "numbers"])]
    pub tuned_layers: Option<usize>,
    /// Passes over the entities of training while layers are tuned [default: the file's, or 3]
    #[arg(long, value_name = "N", requires = "encoder")]
    pub tuning_epochs: Option<usize>,
    /// Let nothing learn by steps: nearest links and maps in closed form alone, in a minute or two
    #[arg(long, requires = "encoder", conflicts_with = "tuned_layers")]
    pub closed_form: bool,
    /// Train BLP's baseline instead: one linear map for all texts under this scorer (transe, distmult, complex, simple)
    #[arg(long, value_name = "FAMILY", requires = "encoder", conflicts_with_all = ["training", "tuned_layers", "closed_form"])]
    pub baseline: Option<String>,
    /// TOML file that says how to train [default: ComplEx, 200 numbers an entity; with --encoder: maps learn]
    #[arg(long = "training", value_name = "FILE", value_hint = ValueHint::FilePath, requires = "data")]
    pub training: Option<PathBuf>,
    /// Folder of an encoder whose vectors of texts say which entities are alike, for a --training file with
    /// negatives = "lemon"
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "training")]
    pub negatives_encoder: Option<PathBuf>,
    /// Folder that the model is written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "data")]
    pub out: Option<PathBuf>,
    /// Seed of every random choice [default: the file's, or 1]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Most epochs [default: the file's]
    #[arg(long, value_name = "N", requires = "data")]
    pub epochs: Option<usize>,
    /// Go on from the checkpoint of an earlier training that was stopped or cut short
    #[arg(long, requires = "data")]
    pub resume: bool,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// Shown under `kgloom predict --help`.
pub const PREDICT_EXAMPLES: &str = "\
Examples:
  kgloom train links                                  first: make a predictor from the graph
  kgloom predict                                      write links of probability .5 and more
  kgloom predict --probability 0.8
  kgloom predict --head 'Ada Lovelace' --relation employer
  kgloom predict --relation 'place of birth' --tail London
  kgloom predict --off                                take all predictions away
  kgloom query 'SELECT ?who ?where { GRAPH kgloom:predicted { ?who wdt:P108 ?where } }'

Predictions stand in the graph kgloom:predicted, each with its probability, its model and what speaks
for it. They follow every later change of the graph: `kgloom verify` checks them too.";

/// Shown under `kgloom export vectors --help`.
pub const VECTORS_EXAMPLES: &str = "\
Examples:
  kgloom export vectors --out vectors                          of your own graph, after `kgloom train links`
  kgloom export vectors --format parquet --out vectors
  kgloom export vectors --links codex-s --data linkpred/CoDEx-S --out vectors

Writes entities and relations, names and numbers: NumPy arrays by default.";

/// `kgloom export vectors`.
#[derive(Args, Debug)]
pub struct ExportVectors {
    /// Folder of embeddings that `kgloom train links` wrote [default: the state folder's predictor]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "data")]
    pub links: Option<PathBuf>,
    /// Folder of the links that they were trained on
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "links")]
    pub data: Option<PathBuf>,
    /// npy, safetensors, parquet or nq (N-Quads of the graph kgloom:vectors)
    #[arg(long, default_value = "npy", value_name = "NAME")]
    pub format: VectorFormat,
    /// Folder that the files are written to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
}

/// `kgloom predict`.
#[derive(Args, Debug)]
pub struct Predict {
    /// Answer one question and write nothing: the known head, as IRI, prefixed name or label
    #[arg(long, value_name = "NAME", conflicts_with = "tail", requires = "relation")]
    pub head: Option<String>,
    /// The known tail
    #[arg(long, value_name = "NAME", requires = "relation")]
    pub tail: Option<String>,
    /// The relation that is asked about
    #[arg(long, value_name = "NAME")]
    pub relation: Option<String>,
    /// The least probability of a link that is written or shown [default: 0.5 that are written, 0.1 that are shown]
    #[arg(long, value_name = "SHARE")]
    pub probability: Option<f32>,
    /// Most links for one question [default: 3 that are written, 10 that are shown]
    #[arg(long, value_name = "N")]
    pub most: Option<usize>,
    /// Also write the vector of each entity, into the graph kgloom:vectors
    #[arg(long, conflicts_with_all = ["off", "head", "tail", "relation"])]
    pub vectors: bool,
    /// Take all predictions away, and predict no more
    #[arg(long, conflicts_with_all = ["head", "tail", "relation"])]
    pub off: bool,
    /// How to write the answer
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// `kgloom train ultra`.
#[derive(Args, Debug)]
pub struct TrainUltra {
    /// Links: a folder of parts, a file, or `state:` and a state folder
    #[arg(long, value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
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
    /// Most epochs: of embeddings, of maps that learn, or of the baseline [default: the file's]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// Go on from the checkpoint of an earlier training that was stopped or cut short
    #[arg(long)]
    pub resume: bool,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// `kgloom eval links`.
#[derive(Args, Debug)]
pub struct EvalLinks {
    /// Links: a folder of parts, a file, or `state:` and a state folder
    #[arg(long, value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub data: PathBuf,
    /// Folder of a model that `kgloom train links` or `kgloom train ultra` wrote, or a safetensors file with weights of
    /// ULTRA
    #[arg(long = "links", value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub links: PathBuf,
    /// File of the entities' texts: a name, a tab, its text [default: entity2text.txt and the like in the folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub texts: Option<PathBuf>,
    /// Folder of the encoder that the model was made with, or bundled, for a model of texts [default: the tuned one in its
    /// folder]; the part that the model was made with is taken
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Which part of it.
    #[command(flatten)]
    pub part: EncoderPart,
    /// Another model (texts, embeddings, or ULTRA's weights), whose scores are added by a weight that is chosen on
    /// validation
    #[arg(long, value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub with: Option<PathBuf>,
    /// What is visible at test time: transductive, disjoint (a graph of whose entities training saw none), text-only,
    /// leave-one-out, leave-one-out-apart (no other link between the two ends), 3-shot [default: transductive or
    /// text-only, by the model; with --with transductive]
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
    pub format: crate::args::common::ReportFormat,
}

/// `kgloom eval classes`.
#[derive(Args, Debug)]
pub struct EvalClasses {
    /// Folder or file of links
    #[arg(long, value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub data: PathBuf,
    /// File of classes: an entity's name, a tab, its class; or CoDEx's entity2types.json
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub classes: PathBuf,
    /// Folder of a model that `kgloom train links` wrote: the vectors are the rows of its embeddings, or those of texts that
    /// it keeps
    #[arg(long = "links", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub links: Option<PathBuf>,
    /// File of the entities' texts: a name, a tab, its text [default: entity2text.txt and the like in the folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub texts: Option<PathBuf>,
    /// Folder of an encoder: the vectors are those of the entities' texts
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Which part of it.
    #[command(flatten)]
    pub part: EncoderPart,
    /// Leave out classes with fewer entities
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub least: usize,
    /// Seed of which entities are tested, where the data do not say
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// `kgloom eval search`.
#[derive(Args, Debug)]
pub struct EvalSearch {
    /// File of documents: a name, a tab, a text
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub documents: PathBuf,
    /// File of queries: a name, a tab, a text
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub queries: PathBuf,
    /// File of judgements: query, 0, document, grade
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub judgements: PathBuf,
    /// Folder of an encoder: as published, tuned by `kgloom train links --tuned-layers`, or made by `kgloom train encoder`
    /// [default: the bundled one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Which part of it.
    #[command(flatten)]
    pub part: EncoderPart,
    /// Bring the encoder's vectors to another's by a bridge that `kgloom models compare` wrote
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub bridge: Option<PathBuf>,
    /// Folder of the encoder that reads the documents: the teacher of the one that reads the queries, or the old one of a
    /// bridge [default: the same encoder]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub documents_by: Option<PathBuf>,
    /// Also ask the graph in the state folder: a file with a SELECT of ?document, the best first, in which ?query stands for the
    /// text of the query
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub graph: Option<PathBuf>,
    /// Also rank by what the ontology's classes and relations explain of the vectors' scores, with so many of the documents'
    /// common words beside them [without a number: 0]
    #[arg(long, value_name = "WORDS", num_args = 0..=1, default_missing_value = "0")]
    pub explained: Option<usize>,
    /// Explain each query by the few of them, at most so many, that come nearest to it [default: by all]
    #[arg(long, value_name = "N", requires = "explained")]
    pub parts: Option<usize>,
    /// Seed of how queries are parted
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: crate::args::common::ReportFormat,
}

/// `kgloom data …`.
#[derive(Debug, Subcommand)]
pub enum Data {
    /// Say how large a set of links is, and what its parts have in common
    Stats {
        /// Links: a folder of parts, a file of links or RDF, or `state:` and a state folder [default: the graph in the
        /// state folder]
        #[arg(value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
        data: Option<PathBuf>,
        /// How to write it
        #[arg(long, value_enum, default_value = "table")]
        format: crate::args::common::ReportFormat,
    },
    /// Check a written corpus, and count what it holds
    Corpus {
        /// A file of annotated documents (JSON lines), or a folder of them
        #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
        path: PathBuf,
        /// A second annotation of some of its texts: say how far the two agree
        #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
        beside: Option<PathBuf>,
        /// How to write it
        #[arg(long, value_enum, default_value = "table")]
        format: crate::args::common::ReportFormat,
    },
    /// Split a graph into training, validation and test
    Split(Split),
}

/// `kgloom data split`.
#[derive(Args, Debug)]
pub struct Split {
    /// Links: a folder of parts (which are put together first), a file of links or RDF, or `state:` and a state folder
    /// [default: the graph in the state folder]
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
