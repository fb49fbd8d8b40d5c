//! `kgloom match --names`. In: a folder with a table of labels from each source. Out: the names of each thing in each language, by
//! agreement, with those that too few bear out. Never: the state folder.

use crate::args::{ListFormat, Match};
use crate::exit::{CliError, Exit};
use anyhow::{Context as _, Result};
use comfy_table::{Table, presets};
use connectors::rows;
use connectors::store::csv_field;
use kgloom_matching::{Label, fuse};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

/// What the columns of a source are called; the last may be missing.
const COLUMNS: [&str; 4] = ["thing", "language", "label", "preferred"];
/// The head of the list.
const HEAD: [&str; 7] = ["thing", "language", "label", "agreement", "preferred", "doubtful", "sources"];

pub fn run(folder: &Path, wanted: &Match) -> Result<Exit> {
    let mut labels: BTreeMap<String, Vec<Label>> = BTreeMap::new();
    let mut files: Vec<_> = folder
        .read_dir()
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>())
        .with_context(|| format!("cannot read \"{}\"", folder.display()))?;
    files
        .retain(|file| file.extension().is_some_and(|kind| ["csv", "tsv", "jsonl"].iter().any(|known| kind == *known)));
    files.sort();
    if files.is_empty() {
        let message = format!("there is no table (.csv .tsv .jsonl) in \"{}\": one of each source", folder.display());
        return Err(CliError::missing(message).into());
    }
    for file in &files {
        take(file, &mut labels)?;
    }
    let mut told = Vec::new();
    for (thing, labels) in &labels {
        let languages: BTreeSet<_> = labels.iter().map(|label| &label.language).collect();
        for language in languages {
            let names = fuse(labels, language, wanted.agree);
            told.extend(names.into_iter().map(|name| (thing, language, name)));
        }
    }
    let mut out = io::stdout().lock();
    let rows = told.iter().map(|(thing, language, name)| {
        let sources: Vec<&str> = name.sources.iter().map(|source| &**source).collect();
        let flag = |holds: bool| if holds { "yes" } else { "" }.to_owned();
        let agreement = name.agreement.to_string();
        [
            thing.to_string(),
            language.to_string(),
            name.text.to_string(),
            agreement,
            flag(name.preferred),
            flag(name.doubtful),
            sources.join(" "),
        ]
    });
    match wanted.format {
        ListFormat::Json => {
            let one = |(thing, language, name): &(&String, &std::sync::Arc<str>, kgloom_matching::FusedName)| {
                let sources: Vec<&str> = name.sources.iter().map(|source| &**source).collect();
                json!({ "thing": thing, "language": &***language, "label": &*name.text, "agreement": name.agreement,
                    "preferred": name.preferred, "doubtful": name.doubtful, "sources": sources })
            };
            writeln!(out, "{}", serde_json::Value::from(told.iter().map(one).collect::<Vec<_>>()))?;
        }
        ListFormat::Csv => {
            writeln!(out, "{}", HEAD.join(","))?;
            for row in rows {
                writeln!(out, "{}", row.map(|field| csv_field(&field)).join(","))?;
            }
        }
        ListFormat::Table => {
            let mut table = Table::new();
            table.load_preset(presets::NOTHING).set_header(HEAD);
            table.add_rows(rows);
            writeln!(out, "{table}")?;
        }
    }
    Ok(Exit::Done)
}

/// The labels of a source, which is called as its file is.
fn take(file: &Path, labels: &mut BTreeMap<String, Vec<Label>>) -> Result<()> {
    let source = file.file_stem().map(|name| name.to_string_lossy()).unwrap_or_default();
    let rows = rows::read(file)?;
    let place = |name: &str| rows.columns.iter().position(|column| column == name);
    let needed = |name: &str| {
        place(name).ok_or_else(|| {
            let (file, columns) = (file.display(), rows.columns.join(", "));
            CliError::usage(format!("\"{file}\" has no column \"{name}\"; its columns are {columns}"))
        })
    };
    let [thing, language, label] = [needed(COLUMNS[0])?, needed(COLUMNS[1])?, needed(COLUMNS[2])?];
    let preferred = place(COLUMNS[3]);
    for (_, row) in &rows.rows {
        let field = |place: usize| row.get(place).map_or("", |field| field.trim());
        if field(label).is_empty() {
            continue;
        }
        let preferred = preferred.is_some_and(|place| ["1", "true", "yes"].contains(&field(place)));
        let label = Label { preferred, ..Label::new(&source, field(language), field(label)) };
        labels.entry(field(thing).to_owned()).or_default().push(label);
    }
    Ok(())
}
