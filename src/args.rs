//! What may be typed. In: arguments and `KGLOOM_*` variables. Out: one typed value. Never: a default that `config.rs` owns.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueHint};
pub use common::{Input, ListFormat, ReportFormat};
use connectors::store::ResultFormat;
use kgloom_numerics::matrix::Precision;
use kgloom_reader::DateOrder;
use std::path::PathBuf;
use std::str::FromStr;

mod anomalies;
mod care;
mod common;
mod corrections;
mod encoder;
mod encoder_part;
mod extract_text;
mod filter;
mod find;
mod links;
mod matching;
mod models;
mod read;
mod relations;
mod serve;
mod suite;
mod types;
mod watch;

pub use anomalies::EvalAnomalies;
pub use care::{Backup, Completions, Init, Retry, Validate, Verify};
pub use corrections::{
    Assert, Correct, Corrections, CorrectionsExport, Different, Import, List, Reject, Retype, Same, Undo,
};
pub use encoder::{CompareEncoders, EvalSts, TrainEncoder};
pub use encoder_part::{EncoderPart, QuestionEncoder};
pub use extract_text::ExtractText;
pub use filter::{EvalFilter, EvalNodes, Filter, FilterData, Response, TrainFilter};
pub use find::{Ask, By, Export, ExportMap, ExportWhat, Find, Lookup, SEARCH_EXAMPLES, Schema, Search};
pub use links::{Data, EvalClasses, EvalLinks, EvalSearch, ExportVectors, Predict, Split, TrainLinks, TrainUltra};
pub use matching::{EvalMatch, Match};
pub use models::{
    CorpusLabels, CorpusPart, Eval, EvalExtraction, EvalFacts, EvalResolution, Models, Train, TrainDistant,
    TrainExtractor, TrainLabels, TrainNer,
};
pub use read::{Read, Run};
pub use relations::TrainRelations;
pub use serve::{Demo, Mcp, Serve};
pub use suite::{EvalEncoder, SuiteName};
pub use types::{EvalTypes, TrainTypes};
pub use watch::{TrainWatch, Unusual, Watch};

/// The exit codes, as every long help shows them.
pub const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    a difference was found (verify), nothing was found (explain, find, delete), a query was given up
  2    wrong usage, or a query that is not SPARQL
  65   something was refused (put, run --strict, a correction)
  70   a bug in kgloom
  74   input or output failed
  78   wrong configuration, ontology, model or data set
  130  interrupted; running again resumes";

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "kgloom",
    version,
    about = "Text in, SPARQL out: a knowledge graph that follows its documents exactly",
    after_help = EXIT_CODES,
    max_term_width = 100,
    propagate_version = true
)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub common: Common,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Configuration file [default: ./kgloom.toml, if there is one]
    #[arg(long, global = true, env = "KGLOOM_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder that holds the documents, the models' answers and the graph [default: ./kgloom-state]
    #[arg(long, global = true, env = "KGLOOM_STATE", hide_env_values = true, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Folder of the model that reads texts; `toy:rules` is a toy for tests [default: the bundled model]
    #[arg(long, global = true, env = "KGLOOM_MODEL", hide_env_values = true, value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// Arithmetic of the model's encoder, f32 or int8; a part of the model's id [default: int8]
    #[arg(long, global = true, env = "KGLOOM_PRECISION", hide_env_values = true, value_name = "NAME")]
    pub precision: Option<Precision>,
    /// Folder of relations that `kgloom train relations` taught, or `off`; a part of the model's id [default: off]
    #[arg(long, global = true, env = "KGLOOM_RELATIONS", hide_env_values = true, value_name = "DIR")]
    pub relations: Option<PathBuf>,
    /// Folder of the graph filter that believes what was read, `bundled` or `off` [default: off; bundled where
    /// --keep-precision is given]
    #[arg(long, global = true, env = "KGLOOM_FILTER", hide_env_values = true, value_name = "DIR")]
    pub filter: Option<PathBuf>,
    /// Share of true facts that the graph filter keeps to, by its own measure [default: the filter's]
    #[arg(long, global = true, env = "KGLOOM_KEEP_PRECISION", hide_env_values = true, value_name = "SHARE")]
    pub keep_precision: Option<f64>,
    /// Folder of the encoders that `models pull` downloads [default: ./kgloom-models]
    #[arg(long, global = true, env = "KGLOOM_MODELS", hide_env_values = true, value_name = "DIR")]
    pub models: Option<PathBuf>,
    /// Turtle file that extends the bundled ontology; may be repeated
    #[arg(
        long,
        global = true,
        env = "KGLOOM_ONTOLOGY",
        hide_env_values = true,
        value_delimiter = ',',
        value_name = "FILE"
    )]
    pub ontology: Vec<PathBuf>,
    /// TOML file of corrections; a run takes it in once
    #[arg(long, global = true, env = "KGLOOM_OVERRIDES", hide_env_values = true, value_name = "FILE")]
    pub overrides: Option<PathBuf>,
    /// Which comes first in dates like 03/05/1921: dmy, mdy, or unknown: then they tell the year alone [default: unknown]
    #[arg(long, global = true, env = "KGLOOM_DATE_ORDER", hide_env_values = true, value_name = "ORDER")]
    pub date_order: Option<DateOrder>,
    /// Worker threads; the graph does not depend on it [default: the number of cores]
    #[arg(long, global = true, env = "KGLOOM_WORKERS", hide_env_values = true, value_name = "N")]
    pub workers: Option<usize>,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: settings, and what every epoch changed; twice: also each text that the model is asked to read
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// What kgloom can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented kgloom.toml
    #[command(after_help = "Examples:\n  kgloom init\n  kgloom init settings/kgloom.toml")]
    Init(Init),
    /// Check configuration, ontology, model, overrides and inputs without running
    #[command(after_help = "Examples:\n  kgloom validate\n  kgloom validate --ontology my.ttl texts/\n\n\
                            Exit code 0 if all is well, 78 if not.")]
    Validate(Validate),
    /// Read files, folders or standard input into the graph
    #[command(after_help = read::RUN_EXAMPLES)]
    Run(Run),
    /// Let the model read texts, and keep what it says in a file that `run --answers` takes in: on other machines, in parts
    #[command(after_help = read::READ_EXAMPLES)]
    Read(Read),
    /// Follow files and folders: the graph changes as they do
    #[command(after_help = watch::EXAMPLES)]
    Watch(Watch),
    /// Read a sample corpus, and serve its graph with a page
    #[command(after_help = serve::DEMO_EXAMPLES)]
    Demo(Demo),
    /// Serve the graph over HTTP: SPARQL, documents, a page to look at it
    #[command(after_help = serve::EXAMPLES)]
    Serve(Serve),
    /// Answer an assistant over the Model Context Protocol
    #[command(after_help = serve::MCP_EXAMPLES)]
    Mcp(Mcp),
    /// Put single documents into the graph, replacing what their ids stood for
    #[command(after_help = "Examples:\n  kgloom put notes/ada.txt\n  \
                            echo 'Ada Lovelace was born in London.' | kgloom put --id ada -")]
    Put(Put),
    /// Take documents out of the graph
    #[command(after_help = "Examples:\n  kgloom delete notes/ada.txt\n\n\
                            Exit code 1 if no document has one of the ids.")]
    Delete(Delete),
    /// Correct it.
    #[command(flatten)]
    Correct(Correct),
    /// Show what the graph holds
    #[command(after_help = "Examples:\n  kgloom status\n  kgloom status --rejections\n  \
                            kgloom status --format json")]
    Status(Status),
    /// Ask a plain question
    #[command(after_help = "Examples:\n  kgloom ask who founded Lumenta\n  \
                            kgloom ask 'Where was the author of The Salt Road born?'\n\n\
                            Exit code 1 if the graph holds no answer, or the question is not understood.")]
    Ask(Ask),
    /// Find things or documents by what a text means
    #[command(after_help = SEARCH_EXAMPLES)]
    Search(Search),
    /// Ask a SPARQL question
    #[command(after_help = QUERY_EXAMPLES)]
    Query(Query),
    /// Show the sentences that a fact was read from, or what a document's end would take along
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
    /// Find one's way about.
    #[command(flatten)]
    Lookup(Lookup),
    /// Rebuild the graph from the journal and compare
    #[command(after_help = "Examples:\n  kgloom verify\n  kgloom verify --infer\n\n\
                            Exit code 0 if the graphs are equal, 1 if not.")]
    Verify(Verify),
    /// Write the links that the graph probably lacks, or answer a question about them
    #[command(after_help = links::PREDICT_EXAMPLES)]
    Predict(Predict),
    /// Link rows of tables and terms of vocabularies with the things of the graph, or list what is linked
    #[command(after_help = matching::MATCH_EXAMPLES)]
    Match(Match),
    /// List the documents and facts that do not belong to what was usual, and tell whether the stream has changed
    #[command(after_help = watch::UNUSUAL_EXAMPLES)]
    Unusual(Unusual),
    /// Write the graph out
    #[command(after_help = "Examples:\n  kgloom export --format ttl -o graph.ttl\n  \
                            kgloom export --format nq --all-graphs | gzip > all.nq.gz")]
    Export(Export),
    /// List, download, check or compare encoders
    #[command(
        subcommand,
        after_help = "Examples:\n  kgloom models list\n  \
                            kgloom models pull sentence-transformers/all-MiniLM-L6-v2\n  kgloom models verify\n  \
                            kgloom models compare minilm minilm-tuned --texts abstracts.jsonl"
    )]
    Models(Models),
    /// Train a model
    #[command(subcommand, after_help = models::TRAIN_EXAMPLES)]
    Train(Train),
    /// Score a model against gold data
    #[command(subcommand, after_help = models::EVAL_EXAMPLES)]
    Eval(Eval),
    /// Describe or split a set of links
    #[command(subcommand, after_help = links::DATA_EXAMPLES)]
    Data(Data),
    /// Show what the graph filter does
    #[command(subcommand, after_help = filter::EXAMPLES)]
    Filter(Filter),
    /// Copy the state folder, and check the copy
    #[command(after_help = care::BACKUP_EXAMPLES)]
    Backup(Backup),
    /// Mend a damaged state folder, and say what was lost
    #[command(after_help = care::REPAIR_EXAMPLES)]
    Repair,
    /// Read again what is in quarantine
    #[command(after_help = care::RETRY_EXAMPLES)]
    Retry(Retry),
    /// Write the text of a document of another program; started by `run` for each of them
    #[command(hide = true)]
    ExtractText(ExtractText),
    /// Print a completion script for a shell
    #[command(after_help = "Examples:\n  kgloom completions bash > ~/.local/share/bash-completion/completions/kgloom")]
    Completions(Completions),
}

const QUERY_EXAMPLES: &str = "\
Examples:
  kgloom query 'SELECT ?film ?by { ?film wdt:P57 ?by } LIMIT 10'
  kgloom query --file question.rq --format csv > answer.csv
  kgloom query 'CONSTRUCT WHERE { ?s wdt:P19 ?o }' --format ttl
  kgloom query 'SELECT ?document { GRAPH ?document { ?s wdt:P19 ?o } }'

The prefixes wdt:, person:, organization:, location:, miscellaneous:, doc:, kgloom:, rdf:, rdfs:,
xsd:, owl: and skos: are known unless the text declares them.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  kgloom explain 'Ada Lovelace' 'place of birth' London
  kgloom explain person:Ada_Lovelace wdt:P19 location:London
  kgloom explain 'Ada Lovelace' P569 1815-12-10
  kgloom explain --why 'Ada Lovelace' 'place of birth' London
  kgloom explain --if-deleted notes/ada.txt

Exit code 1 if the graph does not hold the fact.";

/// `kgloom put`.
#[derive(Args, Debug)]
pub struct Put {
    /// Files; `-` is standard input and takes `--id`
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<String>,
    /// The document's id [default: the file's path]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// How inputs are read.
    #[command(flatten)]
    pub input: Input,
}

/// `kgloom delete`.
#[derive(Args, Debug)]
pub struct Delete {
    /// Ids of documents
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

/// `kgloom status`.
#[derive(Args, Debug)]
pub struct Status {
    /// List what was refused, and why
    #[arg(long)]
    pub rejections: bool,
    /// Most rejections in the list
    #[arg(long, default_value_t = 1000, value_name = "ROWS")]
    pub limit: usize,
    /// Load the graph once more, and count what that holds in memory
    #[arg(long)]
    pub memory: bool,
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}

/// `kgloom query`.
#[derive(Args, Debug)]
pub struct Query {
    /// The query; `-` is standard input
    #[arg(value_name = "TEXT", required_unless_present = "file", conflicts_with = "file")]
    pub text: Option<String>,
    /// File that holds the query
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// How to write the answer; a table of triples is Turtle
    #[arg(long, default_value = "table", value_parser = one_of::<ResultFormat>(&ResultFormat::NAMES))]
    pub format: ResultFormat,
    /// Seconds until the query is given up
    #[arg(long, env = "KGLOOM_QUERY_TIMEOUT", hide_env_values = true, value_name = "SECONDS")]
    pub timeout: Option<f64>,
    /// Most rows or triples in the answer
    #[arg(long, env = "KGLOOM_QUERY_LIMIT", hide_env_values = true, value_name = "ROWS")]
    pub limit: Option<usize>,
    /// Megabytes of memory that the query may take [default: 512]
    #[arg(long, env = "KGLOOM_QUERY_MEMORY", hide_env_values = true, value_name = "MB")]
    pub memory: Option<u64>,
    /// Also find what follows from what is stated, as if it stood in the default graph
    #[arg(long)]
    pub entailed: bool,
}

/// `kgloom explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// The subject: IRI, prefixed name or label
    #[arg(value_name = "SUBJECT")]
    pub subject: Option<String>,
    /// The relation: IRI, wdt:P57, P57 or label
    #[arg(value_name = "RELATION")]
    pub relation: Option<String>,
    /// The object: IRI, prefixed name, label or value
    #[arg(value_name = "OBJECT")]
    pub object: Option<String>,
    /// Also why the graph filter believes the fact, or does not; the graph is built anew for it, without the model
    #[arg(long, requires = "object")]
    pub why: bool,
    /// Show what would go, and come, if this document were deleted; nothing is written
    #[arg(long, value_name = "ID", conflicts_with = "subject")]
    pub if_deleted: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}

/// Takes one of the names, and shows them all in the help.
fn one_of<T>(names: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = String> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse::<T>())
}
