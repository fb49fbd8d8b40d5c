//! What may be typed after `match` and `eval match`. In: arguments. Out: typed values. Never: a model.

use super::EncoderPart;
use super::common::{ListFormat, ReportFormat};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Shown under `kgloom eval match --help`.
pub const EXAMPLES: &str = "\
Examples:
  kgloom eval match --data datasets --set snopes --encoder all-MiniLM-L6-v2
  kgloom eval match --data datasets --set corona --format json
  kgloom eval match --data datasets --set wikikge10
  kgloom eval match --data firms.csv --gold thing

snopes, politifact and corona: all facts (of corona: rows of a table) are ranked for each claim,
by words, by vectors, by both; a fact that stands several times is right wherever it stands.
wikikge10: names that are found and wrong names that are told, by M-NTA, by Wikidata, by both; it
reads no vectors.

With --gold a table of one's own is matched with the graph of the state folder, in memory alone. Its
gold is an IRI or a name of a thing, the id of a document that opens with it, or named:DOCUMENT|NAME;
empty where the row means none of the graph. The column is not read by what matches.";

/// Shown under `kgloom match --help`.
pub const MATCH_EXAMPLES: &str = "\
Examples:
  kgloom match firms.csv
  kgloom match firms.csv --columns name,kind,country --least 0.8
  kgloom match betriebe.tsv --columns titel=name,art=kind,land=country --id nummer
  kgloom match thesaurus.ttl                 each term with a label, by its own IRI
  kgloom match --format csv                  list what is matched
  kgloom match --off                         take all tables and matches away
  kgloom match --names labels/ --format csv  names by agreement of several sources; wrong ones are marked
  kgloom query 'SELECT ?row ?thing { GRAPH kgloom:matched { ?row skos:exactMatch|skos:closeMatch ?thing } }'

Matches stand in the graph kgloom:matched, each with its probability and what speaks for it; a row is
kgloom:row: with the file's name, %23 and its id. They follow every later change of the graph:
`kgloom verify` checks them too. Matching a file again replaces its rows; other files stay. What a
column is called says what it tells: name, kind, and the label of a relation such as country; others
are read as they are.";

/// `kgloom match`.
#[derive(Args, Debug)]
pub struct Match {
    /// Tables (.csv .tsv .jsonl) and vocabularies (.ttl and other RDF)
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// Columns that are read, each perhaps with what it is to be called; the first is the name, unless one is called so
    /// [default: all but the id]
    #[arg(long, value_name = "COLUMN[=CALLED]", value_delimiter = ',', requires = "files")]
    pub columns: Vec<String>,
    /// Column that tells rows apart [default: id, if there is one, else the row's number]
    #[arg(long, value_name = "COLUMN", requires = "files")]
    pub id: Option<String>,
    /// The least probability of a match [default: that of the last time, at first 0.6]
    #[arg(long, value_name = "SHARE", requires = "files")]
    pub least: Option<f64>,
    /// Fuse the labels that several sources give things, in many languages, by agreement: a folder with a table of each source,
    /// with columns thing, language, label and perhaps preferred; the state is left alone
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with_all = ["files", "off"])]
    pub names: Option<PathBuf>,
    /// Votes that a name needs; one with fewer is doubtful
    #[arg(long, default_value_t = 2, value_name = "N", requires = "names")]
    pub agree: u32,
    /// Match nothing from now on, and take the tables away
    #[arg(long, conflicts_with = "files")]
    pub off: bool,
    /// How to write the list
    #[arg(long, value_enum, default_value = "table")]
    pub format: ListFormat,
}

/// `kgloom eval match`.
#[derive(Args, Debug)]
pub struct EvalMatch {
    /// Folder that holds the data sets; with --gold, a table
    #[arg(long, env = "KGLOOM_DATA", hide_env_values = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub data: PathBuf,
    /// The set
    #[arg(
        long,
        value_name = "NAME",
        value_parser = kgloom_corpora::matching::NAMES,
        required_unless_present = "gold",
        conflicts_with = "gold"
    )]
    pub set: Option<String>,
    /// Column of a table of one's own that holds the right things
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["encoder", "layer", "numbers"])]
    pub gold: Option<String>,
    /// Columns of the table that are read, as in `kgloom match`
    #[arg(long, value_name = "COLUMN[=CALLED]", value_delimiter = ',', requires = "gold")]
    pub columns: Vec<String>,
    /// The least probability of a match
    #[arg(long, value_name = "SHARE", default_value_t = 0.6, requires = "gold")]
    pub least: f64,
    /// Folder of an encoder: config.json, tokenizer.json, model.safetensors [default: the bundled one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Which part of it.
    #[command(flatten)]
    pub part: EncoderPart,
    /// How to write the scores
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}
