//! The configuration. In: flags and environment over one TOML file over defaults. Out: one value that says everything.
//! Never: a key that nobody reads.

mod file;
mod search;

pub use file::{BUNDLED, File, OFF, TEMPLATE, TOY};
pub use kgloom_engine::settings::{FilterChoice, Given, Model, Settings};
pub use kgloom_engine::toml_file::{Error, read_toml};
pub use search::{BridgeChoice, SearchEncoder};

use crate::args::{Common, Input, Query, QuestionEncoder};
use connectors::source::SourceOptions;
use file::hundredths;
use kgloom_engine::corrections::{self, CorrectionsFile};
use kgloom_engine::state::{pinned, pinned_to_ask};
use ontologies::Ontology;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The folder of the state, unless said otherwise.
pub const STATE: &str = "kgloom-state";
/// The configuration file that is read when it is there.
pub const FILE: &str = "kgloom.toml";

/// Everything that was decided outside the program: what an engine is opened with, and what only commands ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// What an engine is opened with.
    pub engine: Settings,
    /// The file of the user's word on who is who.
    pub overrides: Option<PathBuf>,
    /// When a query is given up.
    pub query_timeout: Duration,
    /// Most rows or triples in an answer.
    pub query_limit: usize,
    /// Bytes of memory that a query may take.
    pub query_memory: u64,
    /// What questions of a search are read with.
    pub search: SearchEncoder,
}

/// What asks for the settings of an engine takes a configuration too.
impl Deref for Config {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.engine
    }
}

impl DerefMut for Config {
    fn deref_mut(&mut self) -> &mut Settings {
        &mut self.engine
    }
}

impl Config {
    /// Reads the configuration file that `common` names, or the one that is here, and lays the flags over it.
    pub fn read(common: &Common) -> Result<Config, Error> {
        let here = Path::new(FILE);
        let path = match &common.config {
            Some(path) => Some(path.as_path()),
            None if here.is_file() => Some(here),
            None => None,
        };
        let file = path.map(File::read).transpose()?.unwrap_or_default();
        let folder = path.and_then(Path::parent).unwrap_or(Path::new(""));
        Config::merge(common, file, folder)
    }

    /// Flags over file over defaults; paths in the file start at `folder`, where the file lies.
    fn merge(common: &Common, file: File, folder: &Path) -> Result<Config, Error> {
        let from_file = |path: PathBuf| folder.join(path);
        let model = common.model.clone().or(file.model.dir.map(|path| file::word_or(path, from_file)));
        let filter = common.filter.clone().or(file.filter.dir.map(|path| file::word_or(path, from_file)));
        let relations = common.relations.clone().or(file.model.relations.map(|path| file::word_or(path, from_file)));
        let given = Given {
            model: model.is_some(),
            precision: common.precision.or(file.model.precision).is_some(),
            date_order: common.date_order.or(file.values.date_order).is_some(),
            relations: relations.is_some(),
            filter: filter.is_some(),
            keep_precision: common.keep_precision.or(file.filter.keep_precision).is_some(),
            ontology: !(common.ontology.is_empty() && file.ontology.files.is_empty()),
        };
        let model = match model {
            None => Model::Bundled,
            Some(path) if path.as_os_str() == BUNDLED => Model::Bundled,
            Some(path) if path.as_os_str() == TOY => Model::Toy,
            Some(path) => Model::Folder(path),
        };
        let filter = match filter {
            // A precision that is asked for is the filter's to keep.
            None if given.keep_precision => FilterChoice::Default,
            None => FilterChoice::Off,
            Some(path) if path.as_os_str() == BUNDLED => FilterChoice::Default,
            Some(path) if path.as_os_str() == OFF => FilterChoice::Off,
            Some(path) => FilterChoice::Folder(path),
        };
        let keep_precision = match (common.keep_precision, file.filter.keep_precision) {
            (Some(given), _) => Some(hundredths("--keep-precision", given)?),
            (None, Some(given)) => Some(hundredths("filter.keep_precision", given)?),
            (None, None) => None,
        };
        let ontology: Vec<PathBuf> = match common.ontology.is_empty() {
            false => common.ontology.clone(),
            true => file.ontology.files.into_iter().map(|path| file::word_or(path, from_file)).collect(),
        };
        let ontology = ontology.into_iter().filter(|path| path.as_os_str() != BUNDLED).collect();
        let state = (common.state.clone()).or(file.state.map(from_file)).unwrap_or_else(|| STATE.into());
        let usual = Settings::new(state);
        let engine = Settings {
            workers: common.workers.or(file.workers).unwrap_or(usual.workers.min(MOST_WORKERS)),
            model,
            precision: common.precision.or(file.model.precision).unwrap_or_default(),
            date_order: common.date_order.or(file.values.date_order).unwrap_or_default(),
            relations: relations.filter(|path| path.as_os_str() != OFF),
            filter,
            keep_precision,
            given,
            models: (common.models.clone()).or(file.model.pulled.map(from_file)).unwrap_or(usual.models),
            ontology,
            source: source(file.input, file.limits),
            epoch_documents: file.epoch.documents.unwrap_or(usual.epoch_documents),
            state: usual.state,
        };
        let config = Config {
            engine,
            overrides: common.overrides.clone().or(file.resolution.overrides.map(from_file)),
            query_timeout: seconds("query.timeout_seconds", file.query.timeout_seconds.unwrap_or(60.0))?,
            query_limit: file.query.limit.unwrap_or(100_000),
            query_memory: megabytes("query.memory_mb", file.query.memory_mb.unwrap_or(512))?,
            search: SearchEncoder::of(file.search, from_file)?,
        };
        config.check()
    }

    /// The same for a command on the state folder, which remembers what its graph is made with.
    pub fn pinned(self) -> anyhow::Result<Config> {
        Ok(Config { engine: pinned(self.engine)?, ..self })
    }

    /// The same for a command that only asks the graph.
    pub fn pinned_to_ask(self) -> anyhow::Result<Config> {
        Ok(Config { engine: pinned_to_ask(self.engine)?, ..self })
    }

    /// Lays the input flags over it.
    pub fn with_input(mut self, input: &Input) -> Result<Config, Error> {
        let source = &mut self.source;
        lay(&mut source.max_document_bytes, input.max_document_bytes);
        lay(&mut source.max_expanded_bytes, input.max_expanded_bytes);
        lay(&mut source.max_expansion, input.expansion_ratio);
        lay(&mut source.id_field, input.id_field.clone());
        lay(&mut source.text_field, input.text_field.clone());
        source.article |= input.article;
        self.epoch_documents = input.epoch_documents.unwrap_or(self.epoch_documents);
        self.check()
    }

    /// Lays the query flags over it.
    pub fn with_query(mut self, query: &Query) -> Result<Config, Error> {
        if let Some(given) = query.timeout {
            self.query_timeout = seconds("--timeout", given)?;
        }
        if let Some(given) = query.memory {
            self.query_memory = megabytes("--memory", given)?;
        }
        self.query_limit = query.limit.unwrap_or(self.query_limit);
        Ok(self)
    }

    /// Lays an encoder of questions over it.
    pub fn with_question_encoder(self, flags: &QuestionEncoder) -> Result<Config, Error> {
        let search = self.search.clone().with(flags)?;
        Ok(Config { search, ..self })
    }

    /// Lays limits of queries over it.
    pub fn with_limits(mut self, timeout: Option<f64>, memory: Option<u64>) -> Result<Config, Error> {
        if let Some(given) = timeout {
            self.query_timeout = seconds("--timeout-s", given)?;
        }
        if let Some(given) = memory {
            self.query_memory = megabytes("--query-memory", given)?;
        }
        Ok(self)
    }

    /// The file of corrections that a run takes in once; none, if no file was given.
    pub fn read_overrides(&self, ontology: &Ontology) -> Result<Option<CorrectionsFile>, Error> {
        self.overrides.as_ref().map(|path| corrections::read(path, ontology)).transpose()
    }

    fn check(self) -> Result<Config, Error> {
        if !(1..=MOST_WORKERS).contains(&self.workers) {
            return Err(out_of_range("workers", &self.workers, WORKERS));
        }
        let zeros = [
            ("epoch documents", self.epoch_documents as u64),
            ("max_document_bytes", self.source.max_document_bytes),
            ("max_expanded_bytes", self.source.max_expanded_bytes),
            ("expansion_ratio", self.source.max_expansion),
            ("max_office_bytes", self.source.office.bytes),
            ("max_pages", self.source.office.pages),
            ("max_steps", self.source.office.steps),
            ("max_memory_mb", self.source.office.memory),
        ];
        match zeros.into_iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => Err(Error::value(name, "must be at least 1")),
            None => Ok(self),
        }
    }
}

fn source(input: file::InputSection, limits: file::LimitsSection) -> SourceOptions {
    let mut source = SourceOptions::default();
    lay(&mut source.id_field, input.id_field);
    lay(&mut source.text_field, input.text_field);
    lay(&mut source.article, input.article);
    lay(&mut source.max_document_bytes, limits.max_document_bytes);
    lay(&mut source.max_expanded_bytes, limits.max_expanded_bytes);
    lay(&mut source.max_expansion, limits.expansion_ratio);
    lay(&mut source.office.bytes, limits.max_office_bytes);
    lay(&mut source.office.pages, limits.max_pages);
    lay(&mut source.office.steps, limits.max_steps);
    lay(&mut source.office.memory, limits.max_memory_mb);
    source.extractor = std::env::current_exe().ok();
    source
}

/// Takes what was given, if something was.
fn lay<T>(value: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *value = given;
    }
}

/// The most worker threads: each has a stack and a share of the work of its own, and the system gives only so many.
const MOST_WORKERS: usize = 256;
/// The same in words.
const WORKERS: &str = "must be a whole number from 1 to 256";

/// What is wrong with a value of a flag or a key.
fn out_of_range(name: &str, value: &dyn std::fmt::Debug, range: &'static str) -> Error {
    let between = if name.starts_with("--") { " " } else { " = " };
    Error::value(&format!("{name}{between}{value:?}"), range)
}

/// The longest that a query may be given, in seconds.
const MOST_SECONDS: f64 = 1e19;

fn seconds(name: &str, given: f64) -> Result<Duration, Error> {
    match Duration::try_from_secs_f64(given) {
        Ok(duration) if !duration.is_zero() && given <= MOST_SECONDS => Ok(duration),
        _ => Err(out_of_range(name, &given, "must be a number of seconds above 0 and up to 1e19")),
    }
}

/// The least memory that a query can be answered in, and the most that can be counted, in megabytes.
const MEMORY: std::ops::RangeInclusive<u64> = 16..=1_000_000_000_000;

fn megabytes(name: &str, given: u64) -> Result<u64, Error> {
    if !MEMORY.contains(&given) {
        return Err(out_of_range(name, &given, "must be a number of megabytes from 16 to 1000000000000"));
    }
    Ok(given * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Arguments, Command};
    use clap::Parser;

    fn query(flags: &[&str]) -> Query {
        let typed = [&["kgloom", "query", "ASK {}"], flags].concat();
        match Arguments::try_parse_from(typed).expect("valid").command {
            Command::Query(query) => query,
            other => panic!("{other:?}"),
        }
    }

    fn merged(common: &Common, text: &str) -> Config {
        let file = File::parse(text, Path::new("kgloom.toml")).expect("valid");
        Config::merge(common, file, Path::new("settings")).expect("valid")
    }

    #[test]
    fn flags_stand_over_the_file_and_the_file_over_defaults() {
        let text = "workers = 3\nstate = \"a\"\n[query]\nlimit = 5\n";
        let plain = merged(&Common::default(), text);
        assert_eq!((plain.workers, plain.query_limit), (3, 5));
        assert_eq!(plain.state, Path::new("settings/a"), "paths start where the file lies");
        assert_eq!(plain.query_timeout, Duration::from_secs(60));
        let flags = Common { workers: Some(7), state: Some("b".into()), ..Common::default() };
        let flagged = merged(&flags, text).with_query(&query(&["--timeout", "0.5", "--limit", "9", "--memory", "64"]));
        let flagged = flagged.expect("valid");
        assert_eq!((flagged.workers, flagged.query_limit), (7, 9));
        assert_eq!(flagged.state, Path::new("b"));
        assert_eq!((flagged.query_timeout, flagged.query_memory), (Duration::from_millis(500), 64_000_000));
    }

    #[test]
    fn the_template_shows_the_defaults() {
        let shown = merged(&Common::default(), &file::uncommented());
        let plain = Config::merge(&Common::default(), File::default(), Path::new("")).expect("valid");
        assert_eq!(shown.source, plain.source);
        assert_eq!(shown.epoch_documents, plain.epoch_documents);
        assert_eq!((shown.query_timeout, shown.query_limit), (plain.query_timeout, plain.query_limit));
        assert_eq!(shown.query_memory, plain.query_memory);
        assert_eq!((&shown.search.bridge, shown.search.least_recall), (&plain.search.bridge, 90));
    }

    #[test]
    fn ontology_flags_replace_those_of_the_file() {
        let text = "[ontology]\nfiles = [\"x.ttl\"]\n";
        assert_eq!(merged(&Common::default(), text).ontology, [Path::new("settings/x.ttl")]);
        let flags = Common { ontology: vec!["y.ttl".into()], ..Common::default() };
        assert_eq!(merged(&flags, text).ontology, [Path::new("y.ttl")]);
    }

    #[test]
    fn values_out_of_their_range_are_refused_by_name_value_and_range() {
        for workers in [0, 257, 100_000, usize::MAX] {
            let flags = Common { workers: Some(workers), ..Common::default() };
            let error = Config::merge(&flags, File::default(), Path::new("")).expect_err("no such number");
            let expected = format!("\"workers = {workers}\" must be a whole number from 1 to 256");
            assert_eq!(error.to_string(), expected);
            let file = File { workers: Some(workers), ..File::default() };
            let error = Config::merge(&Common::default(), file, Path::new("")).expect_err("no such number");
            assert_eq!(error.to_string(), expected);
        }
        for workers in [1, 256] {
            assert_eq!(merged(&Common { workers: Some(workers), ..Common::default() }, "").workers, workers);
        }
        let config = merged(&Common::default(), "");
        for (given, shown) in [("-1", "-1.0"), ("0", "0.0"), ("1e30", "1e30"), ("inf", "inf"), ("NaN", "NaN")] {
            let error = config.clone().with_query(&query(&[&format!("--timeout={given}")])).expect_err("no time");
            let expected = format!("\"--timeout {shown}\" must be a number of seconds above 0 and up to 1e19");
            assert_eq!(error.to_string(), expected);
        }
        for given in ["3", "1000000000000000", "18446744073709551615"] {
            let error = config.clone().with_query(&query(&["--memory", given])).expect_err("no amount");
            let expected = format!("\"--memory {given}\" must be a number of megabytes from 16 to 1000000000000");
            assert_eq!(error.to_string(), expected);
        }
        let file = File::parse("[query]\nmemory_mb = 3", Path::new("kgloom.toml")).expect("valid");
        let error = Config::merge(&Common::default(), file, Path::new("")).expect_err("too little");
        assert!(error.to_string().starts_with("\"query.memory_mb = 3\" must be"), "{error}");
    }
}
