//! What several commands take. In: words. Out: typed values. Never: a command.

use clap::{Args, ValueEnum};

/// How inputs are read.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Input options")]
pub struct Input {
    /// Largest document taken in, in bytes
    #[arg(long, env = "KGLOOM_MAX_DOCUMENT_BYTES", hide_env_values = true, value_name = "BYTES")]
    pub max_document_bytes: Option<u64>,
    /// Most bytes that one compressed file may expand to
    #[arg(long, env = "KGLOOM_MAX_EXPANDED_BYTES", hide_env_values = true, value_name = "BYTES")]
    pub max_expanded_bytes: Option<u64>,
    /// Most times its own size that one compressed file may expand to
    #[arg(long, env = "KGLOOM_EXPANSION_RATIO", hide_env_values = true, value_name = "TIMES")]
    pub expansion_ratio: Option<u64>,
    /// Documents that enter the graph together
    #[arg(long, env = "KGLOOM_EPOCH_DOCUMENTS", hide_env_values = true, value_name = "N")]
    pub epoch_documents: Option<usize>,
    /// Field of JSON, or column of a table, that holds a document's id [default: id]
    #[arg(long, env = "KGLOOM_ID_FIELD", hide_env_values = true, value_name = "NAME")]
    pub id_field: Option<String>,
    /// Field of JSON, or column of a table, that holds a document's text [default: text]
    #[arg(long, env = "KGLOOM_TEXT_FIELD", hide_env_values = true, value_name = "NAME")]
    pub text_field: Option<String>,
    /// Of web pages read the main content alone, without menus and what else stands around it
    #[arg(long)]
    pub article: bool,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people
    Table,
    /// For programs
    Json,
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
