//! `kgloom watch`. In: what was typed. Out: typed arguments. Never: a default that is not told.

use super::Input;
use clap::{Args, ValueHint};

pub const EXAMPLES: &str = "\
Examples:
  kgloom watch notes/
  kgloom watch notes/ papers/ --article

What is in the files is taken in first, as `kgloom run` does; then each change of a file is in the graph
within a second, but for what the model must read. What came from a file that is gone goes with it.
Meanwhile `kgloom query`, `find` and `export` see the graph as it was after the last change.
Ctrl-C ends it.";

/// `kgloom watch`.
#[derive(Args, Debug)]
pub struct Watch {
    /// Files and folders
    #[arg(required = true, value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// How inputs are read.
    #[command(flatten)]
    pub input: Input,
}
