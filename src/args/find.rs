//! What may be typed to find one's way about a graph. In: arguments. Out: typed values. Never: a meaning of a name.

use super::common::{ListFormat, ReportFormat};
use super::{ExportVectors, QuestionEncoder, links, one_of};
use clap::{Args, Subcommand, ValueHint};
use connectors::store::ExportFormat;
use std::path::PathBuf;

const FIND_EXAMPLES: &str = "\
Examples:
  kgloom find 'Ada Lovelace'
  kgloom find lovelace --limit 5 --format json

The best come first: the name itself, another name of the thing, names that begin so, names that
hold these words, names that are spelt much like it. Exit code 1 if there is none.";

/// What helps to find one's way about.
#[derive(Debug, Subcommand)]
pub enum Lookup {
    /// Find the things of a name: what they are, how much is known of them, their IRIs
    #[command(after_help = FIND_EXAMPLES)]
    Find(Find),
    /// List the relations of the ontology and the graph: how often each is used, between what, and what it means
    #[command(after_help = "Examples:\n  kgloom relations\n  kgloom relations --format csv")]
    Relations(Schema),
    /// List the classes of the ontology and the graph: how many things each has, and what it means
    #[command(after_help = "Examples:\n  kgloom classes\n  kgloom classes --format json")]
    Classes(Schema),
}

/// `kgloom find`.
#[derive(Args, Debug)]
pub struct Find {
    /// A name, some words of it, or an IRI
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Most things that are listed
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub format: ListFormat,
}

/// `kgloom relations`, `kgloom classes`.
#[derive(Args, Debug)]
pub struct Schema {
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub format: ListFormat,
}

/// `kgloom export`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Export {
    /// What is written, if not the graph.
    #[command(subcommand)]
    pub what: Option<ExportWhat>,
    /// How to write it; neo4j is a folder of two files for its importer
    #[arg(long, default_value = "nt", value_parser = one_of::<ExportFormat>(&ExportFormat::NAMES))]
    pub format: ExportFormat,
    /// Also the graphs of single documents, of resolution, of what was refused, and of the ontology
    #[arg(long)]
    pub all_graphs: bool,
    /// Also what speaks for each fact: documents, sentences, places and scores
    #[arg(long)]
    pub annotations: bool,
    /// File to write, or folder [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// What is written, if not the graph.
#[derive(Debug, Subcommand)]
pub enum ExportWhat {
    /// Write the vectors by which links are predicted
    #[command(after_help = links::VECTORS_EXAMPLES)]
    Vectors(ExportVectors),
    /// Draw things, or documents, so that those lie together that the same is said around (t-SNE)
    #[command(after_help = MAP_EXAMPLES)]
    Map(ExportMap),
}

const MAP_EXAMPLES: &str = "\
Examples:
  kgloom export map -o things.svg
  kgloom export map --documents --most 1000 -o documents.svg

One picture in SVG, for a browser: the pointer tells the name and class of each point. It says how
many of the ten nearest of each are near it in the picture too: near means alike, how far groups lie
apart means little.";

/// `kgloom export map`.
#[derive(Args, Debug)]
pub struct ExportMap {
    /// Most that are drawn: the best connected things, or documents drawn by lot
    #[arg(long, default_value_t = 2_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub most: u32,
    /// Documents, and not things
    #[arg(long)]
    pub documents: bool,
    /// Seed of which documents are drawn, and of how things that are alike in all are set apart
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// File to write [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// `kgloom ask`.
#[derive(Args, Debug)]
pub struct Ask {
    /// The question, in plain English
    #[arg(required = true, value_name = "QUESTION")]
    pub question: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}

/// Shown under `kgloom search --help`.
pub const SEARCH_EXAMPLES: &str = "\
Examples:
  kgloom search 'people who write about the sea'
  kgloom search 'makes batteries' --class Organization --explain
  kgloom search 'engineers' --where '?x wdt:P19 location:Bergen'
  kgloom search 'a museum opens' --documents
  kgloom search 'a museum opens' --encoder my-encoder --layer 3

Things are found by what is said around them and by their names and facts, documents by what they
say; words (BM25) and meaning count alike, as standard scores added. --explain tells the cosine of
each as a sum over the classes and relations of the ontology. Within SPARQL: kgloom:nearest,
kgloom:text, kgloom:similarity and others, see docs/search.md. Exit code 1 if nothing is found.";

/// `kgloom search`.
#[derive(Args, Debug)]
pub struct Search {
    /// What is looked for, in words
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// Only things of this class: its label, prefixed name or IRI
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// Only things that ?x may be in this pattern of SPARQL
    #[arg(long = "where", value_name = "PATTERN")]
    pub pattern: Option<String>,
    /// Documents, and not things
    #[arg(long, conflicts_with_all = ["class", "pattern"])]
    pub documents: bool,
    /// By words alone
    #[arg(long, conflicts_with_all = ["vectors", "both"])]
    pub words: bool,
    /// By meaning alone
    #[arg(long, conflicts_with = "both")]
    pub vectors: bool,
    /// By words and meaning, as without any of the three
    #[arg(long)]
    pub both: bool,
    /// Tell each score as a sum over the ontology's classes and relations
    #[arg(long)]
    pub explain: bool,
    /// Spread the list over so many interests, by meaning alone
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u16).range(1..=100), conflicts_with = "words")]
    pub spread: Option<u16>,
    /// Most that are listed
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
    /// What the text is read with.
    #[command(flatten)]
    pub question: QuestionEncoder,
}

/// By what is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Words.
    Words,
    /// Meaning.
    Vectors,
    /// Both.
    Both,
}

impl Search {
    /// By what is searched.
    pub fn by(&self) -> By {
        match (self.words, self.vectors) {
            (true, _) => By::Words,
            (_, true) => By::Vectors,
            _ => By::Both,
        }
    }
}
