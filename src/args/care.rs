//! What begins and what keeps well: a configuration, completions, the state folder. In: arguments. Out: typed values. Never: a default that `config.rs` owns.

use crate::args::common::Input;
use clap::{Args, ValueHint};
use std::path::PathBuf;

pub const BACKUP_EXAMPLES: &str = "\
Examples:
  kgloom backup /backups/monday
  kgloom query --state /backups/monday 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }'

The copy is a state folder of its own. It is made while nothing else has the state open, and checked.";
pub const REPAIR_EXAMPLES: &str = "\
Examples:
  kgloom repair

Builds a damaged store again from the journal, and a damaged journal from what can still be read of it.
What is damaged is moved aside, never deleted. Exit code 1 if documents were lost; they are named.";
pub const RETRY_EXAMPLES: &str = "\
Examples:
  kgloom retry
  kgloom retry notes/long.txt

A text whose reading ended the process again and again is in quarantine: `kgloom status` lists it.
Without an ID all are read again. Exit code 1 if an ID is not in quarantine.";

/// `kgloom backup`.
#[derive(Args, Debug)]
pub struct Backup {
    /// Folder to make; it must not be there, or be empty
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
}

/// `kgloom retry`.
#[derive(Args, Debug)]
pub struct Retry {
    /// Ids of documents in quarantine
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
}

/// `kgloom init`.
#[derive(Args, Debug)]
pub struct Init {
    /// Where to write it; an existing file is never overwritten
    #[arg(default_value = "kgloom.toml", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// `kgloom completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `kgloom validate`.
#[derive(Args, Debug)]
pub struct Validate {
    /// Inputs that should be there
    #[arg(value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// How inputs would be read.
    #[command(flatten)]
    pub input: Input,
}

/// `kgloom verify`.
#[derive(Args, Debug)]
pub struct Verify {
    /// Ask the model again for every text and compare with the remembered answers
    #[arg(long)]
    pub infer: bool,
}
