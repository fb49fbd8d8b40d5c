//! `kgloom run`, and `kgloom read`, which reads for a run elsewhere. In: what was typed. Out: typed arguments. Never: a default that is
//! not told.

use super::Input;
use clap::{Args, ValueHint};
use std::path::PathBuf;
use std::str::FromStr;

/// Shown under `kgloom run --help`.
pub const RUN_EXAMPLES: &str = "\
Examples:
  kgloom run texts/
  kgloom run dump.jsonl.zst notes.md
  kgloom run --mirror texts/        also delete the documents that are gone from texts/
  cat articles.jsonl | kgloom run -
  fetch page | kgloom run --id page -

Reads .txt .md .html .json .jsonl .csv .tsv .docx .odt .epub .eml .pdf (also .gz .zst .bz2) and
WikiExtractor files. A document's id is its path, its `id` field or column. Running again takes in what changed and skips the rest. What cannot be
read is a rejection, not an error: see `kgloom status --rejections`.
On Ctrl-C the epoch at hand is finished; running again resumes.";

/// `kgloom run`.
#[derive(Args, Debug)]
pub struct Run {
    /// Files and folders; `-` is standard input
    #[arg(required_unless_present = "rebuild", value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// Id of what standard input holds; of its documents without an id the first part [default: stdin]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Make the graph anew, with the model, filter and ontology given now; texts that this model never read are read
    #[arg(long)]
    pub rebuild: bool,
    /// Delete the documents that did not occur in these inputs
    #[arg(long)]
    pub mirror: bool,
    /// End with exit code 65 if anything was refused
    #[arg(long)]
    pub strict: bool,
    /// File of `kgloom read`: what it holds is not read again; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub answers: Vec<PathBuf>,
    /// How inputs are read.
    #[command(flatten)]
    pub input: Input,
}

/// Shown under `kgloom read --help`.
pub const READ_EXAMPLES: &str = "\
Examples:
  kgloom read dump/ --shard 1/3 --out one.answers        on each of three machines: 1/3, 2/3, 3/3
  kgloom run dump/ --answers one.answers --answers two.answers --answers three.answers

Reading is most of the work of a run, and what the model says depends on a text alone. Running the same again goes
on where it ended. The model, its precision, --date-order and the ontology must be those of the run.";

/// `kgloom read`.
#[derive(Args, Debug)]
pub struct Read {
    /// Files and folders; `-` is standard input
    #[arg(required = true, value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// The file for what the model says; one that was begun is gone on with
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    /// Read one part of several alone: the first of four is 1/4. A text is in one part, told by its hash
    #[arg(long, value_name = "I/N", default_value = "1/1")]
    pub shard: Shard,
    /// How inputs are read.
    #[command(flatten)]
    pub input: Input,
}

/// One part of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// Whether what has this hash is in the part.
    pub fn holds(self, hash: &[u8; 32]) -> bool {
        let first = hash.iter().take(8).fold(0, |word, byte| word << 8 | u64::from(*byte));
        first % self.count == self.index - 1
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Shard, Self::Err> {
        let parts = text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((index, count)) if (1..=count).contains(&index) => Ok(Shard { index, count }),
            _ => Err("write it as 1/4: the first of four parts"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_in_one_part() {
        let parts: Vec<Shard> = ["1/3", "2/3", "3/3"].iter().map(|part| part.parse().expect("a part")).collect();
        for seed in 0..100u8 {
            let hash = [seed.wrapping_mul(37); 32];
            assert_eq!(parts.iter().filter(|part| part.holds(&hash)).count(), 1);
        }
        for wrong in ["0/3", "4/3", "1", "1/0", "a/b", "-1/2"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
