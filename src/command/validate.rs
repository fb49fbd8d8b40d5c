//! `kgloom validate`. In: what a run would be given. Out: a line for each part, and whether all are well.
//! Never: a state folder made, or a text read.

use crate::args::{Common, Validate};
use crate::config::Config;
use crate::exit::Exit;
use anyhow::{Context as _, Result};
use kgloom_engine::state::{classifier, ontology, reader};
use kgloom_filter::TripleClassifier;
use kgloom_record::port::Filter;
use std::io::Write;
use std::path::Path;

pub fn run(common: &Common, validate: &Validate) -> Result<Exit> {
    let config = Config::read(common).and_then(|config| config.with_input(&validate.input));
    let mut checks = vec![("configuration", as_line(config.as_ref().map(|_| "valid".to_owned())))];
    let mut warnings: Vec<String> = Vec::new();
    if let Ok(config) = &config {
        let ontology = ontology(config);
        if let Ok(ontology) = &ontology {
            warnings.extend(ontology.warnings().iter().map(ToString::to_string));
            let overrides = config.read_overrides(ontology).map_err(anyhow::Error::from);
            checks.push((
                "overrides",
                overrides.map(|file| format!("{} given", file.map_or(0, |file| file.corrections.len()))),
            ));
        }
        // A model reads what an ontology declares: where that is wrong, it cannot be told whether the model is.
        let reader = ontology.as_ref().ok().map(|ontology| reader(config, ontology));
        checks.push((
            "ontology",
            ontology.map(|ontology| {
                format!("{} classes, {} relations", ontology.classes().count(), ontology.relations().count())
            }),
        ));
        if let Some(Ok(reader)) = &reader {
            checks.push(("filter", classifier(config, reader.id()).map(named)));
        }
        checks.extend(reader.map(|reader| ("model", reader.map(|reader| reader.id().to_string()))));
        checks.push(("state", state(&config.state)));
        for input in validate.inputs.iter().filter(|input| *input != "-") {
            let there = std::fs::metadata(input).with_context(|| format!("cannot find \"{input}\""));
            checks.push(("input", there.map(|_| input.clone())));
        }
    }
    let mut out = std::io::stdout().lock();
    for (part, check) in &checks {
        match check {
            Ok(said) => writeln!(out, "ok     {part:14} {said}")?,
            Err(error) => writeln!(out, "wrong  {part:14} {error:#}")?,
        }
    }
    for warning in &warnings {
        writeln!(out, "note   ontology       {warning}")?;
    }
    let well = checks.iter().all(|(_, check)| check.is_ok());
    Ok(if well { Exit::Done } else { Exit::Configuration })
}

fn as_line(checked: Result<String, &crate::config::Error>) -> Result<String> {
    checked.map_err(|error| anyhow::anyhow!("{error}"))
}

/// The state folder is there, or can be made.
fn state(path: &Path) -> Result<String> {
    if path.join("journal").is_dir() {
        return Ok(format!("{}, in use since an earlier run", path.display()));
    }
    if path.exists() && !path.is_dir() {
        anyhow::bail!("\"{}\" is not a folder", path.display());
    }
    Ok(format!("{}, made by the first run", path.display()))
}

fn named(classifier: Option<TripleClassifier>) -> String {
    classifier.map_or_else(|| "none".to_owned(), |classifier| classifier.id().to_string())
}
