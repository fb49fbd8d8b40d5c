//! What a state's graph is made with: model, filter and ontology. In: a state folder and a configuration. Out: the
//! configuration with what the state was made with wherever nothing else is named. Never: a graph made otherwise because
//! a flag was forgotten.
//!
//! `STATE/pinned.json` says how they were named and what they were: a hash of each; of the files of an ontology there are
//! copies. Where the file is lost, the store still says which model and filter it was made with.

use super::{Components, Folder, copies};
use crate::error::Error;
use crate::settings::{FilterChoice, Model, Settings};
use anyhow::{Context, Result};
use kgloom_record::record::ContentHash;
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

    fn read(state: &Path) -> Result<Option<Pins>> {
        let path = state.join(FILE);
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            bytes => bytes.with_context(|| format!("cannot read \"{}\"", path.display()))?,
        };
        // What is damaged is as good as lost: the store says what the graph was made with.
        Ok(serde_json::from_slice(&bytes).ok())
    }

    fn write(&self, state: &Path) -> Result<()> {
        let (path, part) = (state.join(FILE), state.join("pinned.json.part"));
        let cannot = || format!("cannot write \"{}\"", path.display());
        let mut file = File::create(&part).with_context(cannot)?;
        file.write_all(&serde_json::to_vec_pretty(self)?).and_then(|()| file.sync_all()).with_context(cannot)?;
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
    let made = Pins::read(&config.state)?;
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
    let Some(pins) = Pins::read(&config.state)? else { return Ok(config) };
    let given = config.given;
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
    if !given.ontology || only_asks && named_files(&config)? == pins.ontology {
        config.ontology = copies::found(&config.state, (&pins.ontology, &pins.copies), only_asks);
    }
    Ok(config)
}

impl Components {
    /// What the configuration names, if the folder's graph was made with it; it is pinned where nothing was yet.
    pub fn for_folder(config: &Settings, folder: &Folder) -> Result<Components> {
        let components = Components::open(config)?;
        let now = Pins::of(config, &components)?;
        let empty = folder.journal.epoch() == 0;
        match Pins::read(&config.state)?.filter(|_| !empty) {
            Some(made) => {
                agree(config, &now, &made)?;
                if made.copies.is_empty() && !now.ontology.is_empty() {
                    // A state of an earlier version; on a disk that cannot be written it stays as it is.
                    let _ = Pins { ontology: now.ontology, ..made }.pin(config);
                }
            }
            None => {
                let mut made = now.clone();
                if !empty {
                    made.model_id = folder.store.meta("model")?.unwrap_or(made.model_id);
                    made.filter_id = folder.store.meta("filter")?.unwrap_or(made.filter_id);
                }
                agree(config, &now, &made)?;
                now.pin(config)?;
            }
        }
        Ok(components)
    }

    /// What the configuration names; from now on the folder's graph is made with it.
    pub fn anew(config: &Settings) -> Result<Components> {
        let components = Components::open(config)?;
        std::fs::create_dir_all(&config.state)?;
        Pins::of(config, &components)?.pin(config)?;
        Ok(components)
    }
}

fn agree(config: &Settings, now: &Pins, made: &Pins) -> Result<()> {
    let differences = now.differences(made);
    if differences.is_empty() {
        return Ok(());
    }
    let given = config.given;
    let of_model = given.model || given.precision || given.date_order || given.relations;
    let named = of_model || given.filter || given.keep_precision || given.ontology;
    let remedy = match named {
        true => {
            "leave that flag or setting away to go on as before; `kgloom run --rebuild` with it makes the graph anew"
        }
        false => {
            "this version brings another, or relations were taught anew; `kgloom run --rebuild` makes the graph anew from \
             its documents"
        }
    };
    let message = format!(
        "the graph in \"{}\" was made otherwise: {}; {remedy}; until then query, explain, export and status show it as it \
         is; nothing was changed",
        config.state.display(),
        differences.join("; ")
    );
    Err(Error::settings(message).into())
}
