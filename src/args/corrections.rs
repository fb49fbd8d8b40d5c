//! What may be typed to correct the graph. In: arguments. Out: typed values. Never: a meaning of a name; the graph has it.

use crate::args::common::ReportFormat;
use clap::{Args, Subcommand, ValueHint};
use std::path::PathBuf;

/// What names may be, as every long help of a correction shows it.
const NAMES: &str = "\
SUBJECT, OBJECT and NAME are labels, CLASS:NAME (Person:Ada Lovelace), IRIs or prefixed names.
What is kept is name and class, and the mention where several bear the name: a correction
outlives edits, rebuilds and other models. `kgloom corrections undo ID` takes it back exactly.";

const REJECT_EXAMPLES: &str = "\
Examples:
  kgloom reject 'Ada Lovelace' 'place of birth' Paris
  kgloom reject 'Ada Lovelace' P569 1816 --document notes/ada.txt";

const ASSERT_EXAMPLES: &str = "\
Examples:
  kgloom assert 'Ada Lovelace' 'place of birth' London --source 'parish register, 1815'
  kgloom assert 'Ada Lovelace' P108 'Organization:Analytical Society'";

const SAME_EXAMPLES: &str = "\
Examples:
  kgloom same 'Ada Lovelace' 'Countess of Lovelace'
  kgloom same urn:kgloom:row:firms.csv%237 'Marrin Shipping Company'   a row that `kgloom match` reads";

const DIFFERENT_EXAMPLES: &str = "\
Examples:
  kgloom different Paris 'Paris, Texas'
  kgloom different urn:kgloom:row:firms.csv%237 'Marrin Shipping Company'
  kgloom different 'Fort Hill District' 'Northford, Ohio' --document fort-hill.txt";

const RETYPE_EXAMPLES: &str = "Examples:\n  kgloom retype 'Marwick Foundation' Organization";

const CORRECTIONS_EXAMPLES: &str = "\
Examples:
  kgloom corrections list
  kgloom corrections undo 3f9a2c41d0be
  kgloom corrections export -o corrections.toml
  kgloom corrections import corrections.toml";

/// What corrects the graph.
#[derive(Debug, Subcommand)]
pub enum Correct {
    /// Say that a fact is not so, whatever documents say
    #[command(after_help = REJECT_EXAMPLES)]
    Reject(Reject),
    /// Say that a fact is so, whatever documents say
    #[command(after_help = ASSERT_EXAMPLES)]
    Assert(Assert),
    /// Say that two names are of one
    #[command(after_help = SAME_EXAMPLES)]
    Same(Same),
    /// Say that two names are of two
    #[command(after_help = DIFFERENT_EXAMPLES)]
    Different(Different),
    /// Say of what class somebody or something is
    #[command(after_help = RETYPE_EXAMPLES)]
    Retype(Retype),
    /// List corrections, take them back, write or read them
    #[command(subcommand, after_help = CORRECTIONS_EXAMPLES)]
    Corrections(Corrections),
}

/// `kgloom reject`.
#[derive(Args, Debug)]
#[command(after_long_help = NAMES)]
pub struct Reject {
    /// Who or what the fact is about
    #[arg(value_name = "SUBJECT")]
    pub subject: String,
    /// The relation: IRI, wdt:P57, P57 or label
    #[arg(value_name = "RELATION")]
    pub relation: String,
    /// What it says: a name or a value
    #[arg(value_name = "OBJECT", allow_hyphen_values = true)]
    pub object: String,
    /// Only what this document says does not count
    #[arg(long, value_name = "ID")]
    pub document: Option<String>,
}

/// `kgloom assert`.
#[derive(Args, Debug)]
#[command(after_long_help = NAMES)]
pub struct Assert {
    /// Who or what the fact is about
    #[arg(value_name = "SUBJECT")]
    pub subject: String,
    /// The relation: IRI, wdt:P57, P57 or label
    #[arg(value_name = "RELATION")]
    pub relation: String,
    /// What it says: a name or a value
    #[arg(value_name = "OBJECT", allow_hyphen_values = true)]
    pub object: String,
    /// On whose word
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
}

/// `kgloom same`.
#[derive(Args, Debug)]
#[command(after_long_help = NAMES)]
pub struct Same {
    /// One name
    #[arg(value_name = "NAME")]
    pub one: String,
    /// The other
    #[arg(value_name = "OTHER")]
    pub other: String,
}

/// `kgloom different`.
#[derive(Args, Debug)]
#[command(after_long_help = NAMES)]
pub struct Different {
    /// One name
    #[arg(value_name = "NAME")]
    pub one: String,
    /// The other; where both were taken for one, this one leaves
    #[arg(value_name = "OTHER")]
    pub other: String,
    /// Only within this document
    #[arg(long, value_name = "ID")]
    pub document: Option<String>,
}

/// `kgloom retype`.
#[derive(Args, Debug)]
#[command(after_long_help = NAMES)]
pub struct Retype {
    /// The name
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Its class: label, short name or IRI
    #[arg(value_name = "CLASS")]
    pub class: String,
}

/// `kgloom corrections`.
#[derive(Debug, Subcommand)]
pub enum Corrections {
    /// List the corrections, and what each does now
    List(List),
    /// Take corrections back; the graph is as it was without them
    Undo(Undo),
    /// Write the corrections as TOML
    Export(CorrectionsExport),
    /// Take in the corrections of a TOML file
    Import(Import),
}

/// `kgloom corrections list`.
#[derive(Args, Debug)]
pub struct List {
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}

/// `kgloom corrections undo`.
#[derive(Args, Debug)]
pub struct Undo {
    /// Ids, or the beginnings of ids
    #[arg(value_name = "ID", conflicts_with = "all")]
    pub ids: Vec<String>,
    /// All of them
    #[arg(long)]
    pub all: bool,
}

/// `kgloom corrections export`.
#[derive(Args, Debug)]
pub struct CorrectionsExport {
    /// File to write [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// `kgloom corrections import`.
#[derive(Args, Debug)]
pub struct Import {
    /// The file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}
