//! What may be typed to find one's way about a graph. In: arguments. Out: typed values. Never: a meaning of a name.

use super::common::ReportFormat;
use super::{ExportVectors, links, one_of};
use clap::{Args, Subcommand, ValueEnum, ValueHint};
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

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    #[value(alias = "text")]
    Table,
    /// One array
    Json,
    /// Comma-separated values with a head
    Csv,
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
