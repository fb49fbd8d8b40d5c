//! The configuration file. In: TOML. Out: what it says, or the line where it is wrong and what was likely meant.

use kgloom_engine::toml_file::{Error, parse_toml, read_toml};
use kgloom_numerics::matrix::Precision;
use kgloom_reader::DateOrder;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The word for what is inside the program, where a state was made with something else.
pub const BUNDLED: &str = "bundled";
/// The `--filter` that turns it off.
pub const OFF: &str = "off";
/// The `--model` that names the toy reader.
pub const TOY: &str = "toy:rules";

/// The file that `kgloom init` writes: every key, commented, at its default.
pub const TEMPLATE: &str = include_str!("kgloom.toml");

/// What the file says; what it leaves out is a default.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// Folder of the state.
    pub state: Option<PathBuf>,
    /// Worker threads.
    pub workers: Option<usize>,
    /// Which model reads.
    pub model: ModelSection,
    /// How values are read.
    pub values: ValuesSection,
    /// What is believed.
    pub filter: FilterSection,
    /// What may be said.
    pub ontology: OntologySection,
    /// Who is who.
    pub resolution: ResolutionSection,
    /// How inputs are read.
    pub input: InputSection,
    /// What bounds an input.
    pub limits: LimitsSection,
    /// How inputs are cut into epochs.
    pub epoch: EpochSection,
    /// What bounds a query.
    pub query: QuerySection,
    /// What questions of a search are read with.
    pub search: SearchSection,
}

/// Which model reads.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelSection {
    /// Folder of the model.
    pub dir: Option<PathBuf>,
    /// The arithmetic of its encoder.
    pub precision: Option<Precision>,
    /// Folder of relations that were taught, or "off".
    pub relations: Option<PathBuf>,
    /// Folder of downloaded encoders.
    pub pulled: Option<PathBuf>,
}

/// How values are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ValuesSection {
    /// Which of day and month comes first in dates that are all numbers.
    pub date_order: Option<DateOrder>,
}

/// What is believed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilterSection {
    /// Folder of the filter, or "off".
    pub dir: Option<PathBuf>,
    /// The share of true facts among those that are kept.
    pub keep_precision: Option<f64>,
}

/// What may be said.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OntologySection {
    /// Turtle files over the bundled one.
    pub files: Vec<PathBuf>,
}

/// Who is who.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResolutionSection {
    /// The file of overrides.
    pub overrides: Option<PathBuf>,
}

/// How inputs are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InputSection {
    /// Field of a JSON line that holds the id.
    pub id_field: Option<String>,
    /// Field of a JSON line that holds the text.
    pub text_field: Option<String>,
    /// Whether of web pages the main content alone is read.
    pub article: Option<bool>,
}

/// What bounds an input.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsSection {
    /// Largest document, in bytes.
    pub max_document_bytes: Option<u64>,
    /// Most bytes one compressed file may expand to.
    pub max_expanded_bytes: Option<u64>,
    /// Most times its size one compressed file may expand to.
    pub expansion_ratio: Option<u64>,
    /// Largest document of another program, and the most that is taken out of one, in bytes.
    pub max_office_bytes: Option<u64>,
    /// Most pages of one.
    pub max_pages: Option<u64>,
    /// Most tokens of markup or signs of a page of one.
    pub max_steps: Option<u64>,
    /// Most memory of the process that reads one, in MiB.
    pub max_memory_mb: Option<u64>,
}

/// How inputs are cut into epochs.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EpochSection {
    /// Documents an epoch.
    pub documents: Option<usize>,
}

/// What bounds a query.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuerySection {
    /// Seconds.
    pub timeout_seconds: Option<f64>,
    /// Rows or triples.
    pub limit: Option<usize>,
    /// Megabytes.
    pub memory_mb: Option<u64>,
}

/// What questions of a search are read with.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchSection {
    /// Folder of the encoder.
    pub encoder: Option<PathBuf>,
    /// Its layer.
    pub layer: Option<usize>,
    /// The numbers of its vectors that are taken.
    pub numbers: Option<usize>,
    /// "auto", "none", or the file of a bridge.
    pub bridge: Option<PathBuf>,
    /// The least recall of a bridge.
    pub least_recall: Option<f64>,
}

impl File {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<File, Error> {
        read_toml(path)
    }

    /// Reads `text`; `path` is for messages.
    pub fn parse(text: &str, path: &Path) -> Result<File, Error> {
        parse_toml(text, path)
    }
}

/// A share between 0 and 1, in hundredths.
pub(super) fn hundredths(name: &str, given: f64) -> Result<u8, Error> {
    match (100.0 * given).round() {
        share @ 1.0..=99.0 => Ok(share as u8),
        _ => Err(Error::value(name, "must be a share between 0.01 and 0.99")),
    }
}

/// A path of the file, unless it is a word that stands for something else.
pub(super) fn word_or(path: PathBuf, from_file: impl Fn(PathBuf) -> PathBuf) -> PathBuf {
    if [OFF, BUNDLED, TOY].iter().any(|word| path.as_os_str() == *word) { path } else { from_file(path) }
}

/// The template with every key as if it were written.
#[cfg(test)]
pub(super) fn uncommented() -> String {
    let line = |line: &'static str| match line.strip_prefix("#") {
        Some(rest) if rest.contains(" = ") && !rest.starts_with(' ') => rest,
        _ => line,
    };
    TEMPLATE.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = File::parse(text, Path::new("kgloom.toml")).expect_err("wrong");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn unknown_keys_are_errors_with_line_and_suggestion() {
        check("workes = 2", "kgloom.toml:1: unknown key \"workes\"; did you mean \"workers\"?");
        check(
            "# first\n[limits]\nmax_document_byte = 3\n",
            "kgloom.toml:3: unknown key \"max_document_byte\"; did you mean \"max_document_bytes\"?",
        );
        check("[epoch]\nxyz = 1", "kgloom.toml:2: unknown key \"xyz\"; known here: documents");
        check("[modle]\ndir = \"x\"", "kgloom.toml:1: unknown key \"modle\"; did you mean \"model\"?");
    }

    #[test]
    fn wrong_types_are_errors_with_line() {
        check("\n\nworkers = \"many\"", "kgloom.toml:3: invalid type: string \"many\", expected a whole number");
        let error = File::parse("a = = 2", Path::new("k.toml")).expect_err("not TOML");
        assert!(error.to_string().starts_with("k.toml:1: "), "{error}");
    }

    #[test]
    fn the_template_is_valid_as_it_is_and_with_every_key_uncommented() {
        File::parse(TEMPLATE, Path::new("kgloom.toml")).expect("valid as written");
        let file = File::parse(&uncommented(), Path::new("kgloom.toml")).expect("valid uncommented");
        assert_eq!(file.epoch.documents, Some(256));
        assert!(file.state.is_some() && file.workers.is_some() && file.query.limit.is_some());
        assert!(file.model.dir.is_some() && file.resolution.overrides.is_some());
    }
}
