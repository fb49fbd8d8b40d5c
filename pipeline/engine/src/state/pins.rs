//! What a state's graph is made with: model, filter and ontology. In: a state folder and a configuration. Out: the
//! configuration with what the state was made with wherever nothing else is named. Never: a graph made otherwise because
//! a flag was forgotten.
//!
//! `STATE/pinned.json` says how they were named and what they were: a hash of each; of the files of an ontology there are
//! copies. Where the file is lost, or is not what was written, as its own hash tells, the store still says which model and filter it
//! was made with, and the copies are the ontology.

use super::{Components, Folder, copies};
use crate::error::Error;
use crate::settings::{FilterChoice, Model, Settings};
use anyhow::{Context, Result};
use kgloom_record::record::ContentHash;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const FILE: &str = "pinned.json";

/// What a state's graph is made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// The model: how it was named, the arithmetic of its encoder, how it reads dates, and its id.
    model: Named,
    precision: String,
    date_order: String,
    /// Relations that were taught.
    #[serde(default)]
    relations: Option<PathBuf>,
    model_id: String,
    /// The filter: how it was named, at which precision, and its id.
    filter: Named,
    keep_precision: Option<u8>,
    filter_id: String,
    /// The user's files, and the hash of the whole ontology.
    ontology: Vec<PathBuf>,
    ontology_hash: String,
    /// What the copies of these files are called; none in a state of an earlier version.
    #[serde(default)]
    copies: Vec<String>,
}

/// The file: pins, and a hash of them; files of earlier versions have none.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(flatten)]
    pins: Pins,
    #[serde(default)]
    hash: Option<String>,
}

/// What the file says.
enum Found {
    /// What was written, as far as a hash of it, where there is one, can tell.
    Whole {
        pins: Pins,
        is_hashed: bool,
    },
    /// The file is there, and is not what was written. What it says still may be right.
    Damaged(Option<Pins>),
    Missing,
}

impl Found {
    /// What it says, right or not.
    fn pins(self) -> Option<Pins> {
        match self {
            Found::Whole { pins, .. } => Some(pins),
            Found::Damaged(pins) => pins,
            Found::Missing => None,
        }
    }

    /// What is wrong with the file, if anything is.
    fn problem(&self) -> Option<&'static str> {
        match self {
            Found::Whole { .. } => None,
            Found::Damaged(_) => Some("damaged"),
            Found::Missing => Some("missing"),
        }
    }
}

/// How something was named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Named {
    Bundled,
    Folder(PathBuf),
    /// The toy reader, or no filter.
    None,
}

impl Pins {
    /// What a configuration comes to.
    fn of(config: &Settings, components: &Components) -> Result<Pins> {
        let folder = |path: &Path| anyhow::Ok(Named::Folder(absolute(path)?));
        Ok(Pins {
            model: match &config.model {
                Model::Bundled => Named::Bundled,
                Model::Folder(path) => folder(path)?,
                Model::Toy => Named::None,
            },
            precision: config.precision.to_string(),
            date_order: config.date_order.to_string(),
            relations: config.relations.as_deref().map(absolute).transpose()?,
            model_id: components.reader.id().to_string(),
            filter: match &config.filter {
                FilterChoice::Default => Named::Bundled,
                FilterChoice::Folder(path) => folder(path)?,
                FilterChoice::Off => Named::None,
            },
            keep_precision: config.keep_precision,
            filter_id: components.filter_id(),
            ontology: named_files(config)?,
            ontology_hash: ContentHash::of(&components.ontology.canonical()).to_string(),
            copies: Vec::new(),
        })
    }

    /// Pins them, with copies of the files.
    fn pin(mut self, config: &Settings) -> Result<()> {
        self.copies = copies::keep(&config.state, &config.ontology)?;
        self.write(&config.state)?;
        copies::keep_only(&config.state, &self.copies);
        Ok(())
    }

    fn read(state: &Path) -> Result<Found> {
        let path = state.join(FILE);
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Missing),
            bytes => bytes.with_context(|| format!("cannot read \"{}\"", path.display()))?,
        };
        let text = String::from_utf8_lossy(&bytes);
        let Ok(Written { pins, hash }) = serde_json::from_str(&text) else { return Ok(Found::Damaged(None)) };
        let as_written = hash.as_ref().map_or(Ok(true), |hash| pins.hash().map(|own| own == *hash))?;
        Ok(match as_written && std::str::from_utf8(&bytes).is_ok() {
            true => Found::Whole { pins, is_hashed: hash.is_some() },
            false => Found::Damaged(Some(pins)),
        })
    }

    fn hash(&self) -> Result<String> {
        Ok(ContentHash::of(&serde_json::to_string(self)?).to_string())
    }

    fn write(&self, state: &Path) -> Result<()> {
        let (path, part) = (state.join(FILE), state.join("pinned.json.part"));
        let cannot = || format!("cannot write \"{}\"", path.display());
        let written = Written { pins: self.clone(), hash: Some(self.hash()?) };
        let mut file = File::create(&part).with_context(cannot)?;
        file.write_all(&serde_json::to_vec_pretty(&written)?).and_then(|()| file.sync_all()).with_context(cannot)?;
        std::fs::rename(&part, &path).with_context(cannot)
    }

    /// Where it is not what the state was made with, in words: what was, and what is now.
    fn differences(&self, made: &Pins) -> Vec<String> {
        let mut found = Vec::new();
        if self.model_id != made.model_id {
            found.push(format!(
                "it was read with {}, and {} {} would read now",
                made.model_id,
                kind(&self.model),
                self.model_id
            ));
        }
        if self.filter_id != made.filter_id {
            found.push(format!(
                "it was filtered by {}, and {} {} would filter now",
                made.filter_id,
                kind(&self.filter),
                self.filter_id
            ));
        }
        if self.ontology_hash != made.ontology_hash {
            let names: Vec<String> = self.ontology.iter().map(|path| format!("\"{}\"", path.display())).collect();
            let with = if names.is_empty() { String::new() } else { format!(" with {}", names.join(", ")) };
            found.push(format!("its ontology was another one than the one{with} now"));
        }
        found
    }
}

fn kind(named: &Named) -> &'static str {
    match named {
        Named::Bundled => "the bundled",
        Named::Folder(_) | Named::None => "",
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("cannot find \"{}\"", path.display()))
}

/// How the files of the ontology are named; what is read from a copy keeps its name.
fn named_files(config: &Settings) -> Result<Vec<PathBuf>> {
    let made = Pins::read(&config.state)?.pins();
    let named =
        |path: &PathBuf| match made.as_ref().map(|made| (made, copies::place_of(&config.state, path, &made.copies))) {
            Some((made, Some(at))) if at < made.ontology.len() => Ok(made.ontology[at].clone()),
            _ => absolute(path),
        };
    config.ontology.iter().map(named).collect()
}

/// The configuration with what its state was made with, wherever it names nothing else, for whoever may read texts. A file of the
/// ontology that is gone is read from the copy that the state has of it.
pub fn pinned(config: Settings) -> Result<Settings> {
    with_pins(config, false)
}

/// The same for whoever only asks the graph: a file of the ontology that cannot be read is read from its copy too, also where it
/// was named again.
pub fn pinned_to_ask(config: Settings) -> Result<Settings> {
    with_pins(config, true)
}

fn with_pins(mut config: Settings, only_asks: bool) -> Result<Settings> {
    let (found, copies) = (Pins::read(&config.state)?, copies::all(&config.state));
    let given = config.given;
    let problem = found.problem();
    // A state of a version before there were pins has none, nor has one that is still to be made.
    if let Some(problem) = problem.filter(|_| !copies.is_empty() || matches!(found, Found::Damaged(_))) {
        tracing::warn!("{}; `kgloom repair` writes it again where graph and copies tell", is_lost(&config, problem));
    }
    if problem.is_some() && !given.ontology {
        config.ontology = copies.iter().filter(|copy| !only_asks || copies::is_whole(copy)).cloned().collect();
    }
    let Some(pins) = found.pins() else { return Ok(config) };
    if !given.model {
        config.model = match pins.model {
            Named::Bundled => Model::Bundled,
            Named::Folder(path) => Model::Folder(path),
            Named::None => Model::Toy,
        };
    }
    if !given.precision {
        config.precision = pins.precision.parse().unwrap_or(config.precision);
    }
    if !given.date_order {
        config.date_order = pins.date_order.parse().unwrap_or(config.date_order);
    }
    if !given.relations {
        config.relations = pins.relations;
    }
    // Who asks for a precision asks for a filter.
    if !(given.filter || given.keep_precision && pins.filter == Named::None) {
        config.filter = match pins.filter {
            Named::Bundled => FilterChoice::Default,
            Named::Folder(path) => FilterChoice::Folder(path),
            Named::None => FilterChoice::Off,
        };
    }
    if !(given.keep_precision || given.model || given.filter) {
        config.keep_precision = pins.keep_precision;
    }
    let from_copies = problem.is_some() && !copies.is_empty();
    if !given.ontology && !from_copies || only_asks && given.ontology && named_files(&config)? == pins.ontology {
        config.ontology = copies::found(&config.state, (&pins.ontology, &pins.copies), only_asks);
    }
    Ok(config)
}

/// What is wrong with the file that says what a state's graph was made with, if anything is.
///
/// # Errors
/// Where it cannot be read.
pub fn lost_pins(config: &Settings) -> Result<Option<String>> {
    let problem = Pins::read(&config.state)?.problem();
    Ok(problem.map(|problem| format!("\"{}\" was {problem}", config.state.join(FILE).display())))
}

impl Components {
    /// What the configuration names, if the folder's graph was made with it; it is pinned where nothing was yet, or where what was
    /// is lost.
    pub fn for_folder(config: &Settings, folder: &Folder) -> Result<Components> {
        let components = Components::open(config)?;
        let now = Pins::of(config, &components)?;
        if folder.journal.epoch() == 0 {
            now.pin(config)?;
            return Ok(components);
        }
        let settings = folder.store.meta("settings")?;
        let is_vouched = settings.as_deref() == Some(&components.settings());
        match Pins::read(&config.state)? {
            Found::Whole { pins: made, is_hashed: false } if is_vouched && !now.differences(&made).is_empty() => {
                tracing::warn!("\"{}\" was damaged, and is written again", config.state.join(FILE).display());
                now.pin(config)?;
            }
            Found::Whole { pins: made, is_hashed } => {
                agree(config, &now, (&made, None))?;
                // A state of an earlier version; on a disk that cannot be written it stays as it is.
                if made.copies.is_empty() && !now.ontology.is_empty() {
                    let _ = Pins { ontology: now.ontology, ..made }.pin(config);
                } else if !is_hashed {
                    let _ = made.write(&config.state);
                }
            }
            lost => {
                if !is_vouched {
                    now.agree_with_what_is_left(config, folder, &lost)?;
                }
                now.pin(config)?;
            }
        }
        Ok(components)
    }

    /// What the configuration names; from now on the folder's graph is made with it.
    pub fn anew(config: &Settings) -> Result<Components> {
        if let Some(problem) = Pins::read(&config.state)?.problem() {
            copies_are_whole(config, problem)?;
        }
        let components = Components::open(config)?;
        std::fs::create_dir_all(&config.state)?;
        Pins::of(config, &components)?.pin(config)?;
        Ok(components)
    }
}

impl Pins {
    /// Where the file is lost, the store says which model and filter the graph was made with, and the copies are its ontology.
    fn agree_with_what_is_left(&self, config: &Settings, folder: &Folder, lost: &Found) -> Result<()> {
        let Some(problem) = lost.problem() else { return Ok(()) };
        copies_are_whole(config, problem)?;
        let (mut made, settings) = (self.clone(), folder.store.meta("settings")?);
        made.model_id = folder.store.meta("model")?.unwrap_or(made.model_id);
        made.filter_id = folder.store.meta("filter")?.unwrap_or(made.filter_id);
        let copies = copies::all(&config.state);
        if !copies.is_empty() {
            if config.given.ontology && copies.iter().all(|copy| copies::is_whole(copy)) {
                let ontology = Ontology::bundled().with_files(&copies)?;
                made.ontology_hash = ContentHash::of(&ontology.canonical()).to_string();
            }
        } else if matches!(lost, Found::Damaged(_)) && settings.is_some() && self.differences(&made).is_empty() {
            // Nothing is left that tells of another ontology, and the graph is not one that is made so.
            made.ontology_hash.clear();
        }
        agree(config, self, (&made, Some(problem)))
    }
}

/// Refuses to take a part of the copies for the whole ontology, where only they tell of it.
fn copies_are_whole(config: &Settings, problem: &str) -> Result<()> {
    let broken = copies::all(&config.state).into_iter().find(|copy| !copies::is_whole(copy));
    let Some(broken) = broken.filter(|_| !config.given.ontology) else { return Ok(()) };
    let message = format!(
        "{}, and a copy of its ontology is damaged, \"{}\"; name the files of the ontology with --ontology, or `--ontology \
         bundled`; nothing was changed",
        is_lost(config, problem),
        broken.display()
    );
    Err(Error::settings(message).into())
}

/// Refuses what makes another graph than the one that is there; where the file is lost, it is said what may be named.
fn agree(config: &Settings, now: &Pins, (made, problem): (&Pins, Option<&str>)) -> Result<()> {
    let differences = now.differences(made);
    if differences.is_empty() {
        return Ok(());
    }
    let given = config.given;
    let of_model = given.model || given.precision || given.date_order || given.relations;
    let named = of_model || given.filter || given.keep_precision || given.ontology;
    let (lost, remedy) = match (problem, named) {
        (Some(problem), _) => (format!("{}; ", is_lost(config, problem)), name_anew(config)),
        (None, true) => (String::new(), NAMED_OTHERWISE.to_owned()),
        (None, false) => (String::new(), BROUGHT_OTHERWISE.to_owned()),
    };
    let message = format!(
        "{lost}the graph in \"{}\" was made otherwise: {}; {remedy}; until then query, explain, export and status show it as it \
         is; nothing was changed",
        config.state.display(),
        differences.join("; ")
    );
    Err(Error::settings(message).into())
}

/// What is lost, in words.
fn is_lost(config: &Settings, problem: &str) -> String {
    format!("\"{}\", which says what the graph was made with, is {problem}", config.state.join(FILE).display())
}

/// What to do where the pins are lost and what is there is not what was named.
fn name_anew(config: &Settings) -> String {
    let copies = copies::as_flags(&config.state);
    format!(
        "name with --model, --filter and --ontology what it was made with{copies}; `kgloom run --rebuild` makes the graph anew \
         with what is named then"
    )
}

const NAMED_OTHERWISE: &str =
    "leave that flag or setting away to go on as before; `kgloom run --rebuild` with it makes the graph anew";
const BROUGHT_OTHERWISE: &str = "this version brings another, or relations were taught anew; `kgloom run --rebuild` makes the \
                                 graph anew from its documents";
