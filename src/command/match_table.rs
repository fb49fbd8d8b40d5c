//! `kgloom match`. In: tables and vocabularies. Out: what their rows mean, in the graph, or as a list. Never: a match that later
//! changes of the graph would not take along.

use super::match_names;
use crate::args::{ListFormat, Match};
use crate::config::Model;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::interrupt;
use crate::tables::{Columns, direct, read};
use anyhow::Result;
use comfy_table::{Table, presets};
use connectors::Store;
use connectors::store::{Matched, csv_field, shorten};
use kgloom_engine::state::{
    Folder, Live, Matching, PinnedTables, Typing, encoder, must_exist, ontology, replaced, words_of,
};
use kgloom_engine::terms;
use kgloom_matching::TableRow;
use kgloom_record::record::{Iri, Score};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// The least probability of a match, unless said otherwise: chosen by cross-validation on the fifth of the example table that
/// the weights were fitted on.
const LEAST: f64 = 0.6;
/// The head of the list.
const HEAD: [&str; 8] = ["table", "row", "name", "thing", "label", "probability", "relation", "evidence"];

pub fn run(context: Context, wanted: &Match) -> Result<Exit> {
    if let Some(folder) = &wanted.names {
        return match_names::run(folder, wanted);
    }
    must_exist(&context.config)?;
    if wanted.least.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
        return Err(CliError::usage("--least is a share from 0 to 1").into());
    }
    if wanted.files.is_empty() && !wanted.off {
        return list(&context, wanted.format);
    }
    interrupt::install();
    let config = &context.config;
    let folder = if wanted.off {
        let folder = Folder::open(config)?;
        Matching::remove(&config.state)?;
        folder
    } else {
        let mut fresh = Vec::new();
        for file in &wanted.files {
            let columns = Columns { read: &wanted.columns, id: wanted.id.as_deref(), left_out: None };
            let found = read(file, columns)?;
            if found.rows.is_empty() {
                let message =
                    format!("no row of \"{}\" has a name; --columns says which column holds it", file.display());
                return Err(CliError::refused(message).into());
            }
            if let Some(told) = found.told(file) {
                context.voice.warn(&told);
            }
            fresh.push(found.rows);
        }
        let folder = Folder::open_current(config)?;
        pin(&context, wanted, &folder, fresh)?;
        folder
    };
    let folder = if folder.is_current()? { folder } else { Live::start(config, folder)?.folder };
    folder.store.flush()?;
    let matched = folder.store.matched()?.len();
    let rows = rows(&context)?.len();
    match wanted.format {
        ListFormat::Table if wanted.off => println!("nothing is matched"),
        ListFormat::Table => println!("{matched} of {rows} rows are matched, in the graph kgloom:matched"),
        ListFormat::Json => println!("{}", json!({ "rows": rows, "matched": matched })),
        ListFormat::Csv => println!("rows,matched\n{rows},{matched}"),
    }
    Ok(Exit::Done)
}

/// Pins tables beside those that are pinned already.
fn pin(context: &Context, wanted: &Match, folder: &Folder, fresh: Vec<Vec<TableRow>>) -> Result<()> {
    let config = &context.config;
    let before = Matching::read(&config.state)?;
    let reader = folder.model()?.map(|model| Typing::space(&model)).unwrap_or_default();
    let mut pinned = match &before {
        Some(matching) => matching.tables(&config.state)?.rows,
        None => Vec::new(),
    };
    for rows in fresh {
        let Some(table) = rows.first().map(|row| row.table.clone()) else { continue };
        pinned = replaced(pinned, &table, rows);
    }
    let mut seen = BTreeMap::new();
    for row in &pinned {
        if let Some(table) = seen.insert(&row.iri, &row.table) {
            let message = format!("<{}> stands in \"{table}\" and in \"{}\"", row.iri, row.table);
            return Err(CliError::refused(message).into());
        }
    }
    // The toy reads no vectors.
    if config.model != Model::Toy {
        direct(&mut pinned, &*encoder(config)?)?;
    }
    let ontology = ontology(config)?;
    let tables = PinnedTables { rows: pinned, words: words_of(&folder.store, &ontology)? };
    let usual = before.map_or(least(LEAST), |matching| matching.least);
    Matching::write(&config.state, &tables, (wanted.least.map_or(usual, least), &reader))?;
    Ok(())
}

/// A share as a score.
fn least(share: f64) -> Score {
    Score::new((share * 10_000.0).round() as u16)
}

/// The rows that are pinned.
fn rows(context: &Context) -> Result<Vec<TableRow>> {
    let state = &context.config.state;
    Ok(match Matching::read(state)? {
        Some(matching) => matching.tables(state)?.rows,
        None => Vec::new(),
    })
}

/// Lists all rows, and what they mean; in a table for people only those that mean something.
fn list(context: &Context, format: ListFormat) -> Result<Exit> {
    let rows = rows(context)?;
    if rows.is_empty() {
        context.voice.note("no table is matched; `kgloom match FILE` pins one");
        return Ok(Exit::Different);
    }
    let store = Folder::graph(&context.config)?;
    let matched = store.matched()?;
    let by_row: BTreeMap<&str, &Matched> = matched.iter().map(|one| (one.row.as_str(), one)).collect();
    let mut out = std::io::stdout().lock();
    let mut told = Vec::new();
    for row in &rows {
        told.push(fields(&store, row, by_row.get(&*row.iri).copied())?);
    }
    match format {
        ListFormat::Table => {
            let mut table = Table::new();
            table.load_preset(presets::NOTHING).set_header(["row", "name", "", "thing", "probability", "because"]);
            for [_, row, name, thing, label, probability, relation, evidence] in told {
                if !thing.is_empty() {
                    let near = if relation.ends_with("exactMatch") { "is" } else { "is close to" };
                    let thing = format!("{label} ({})", shorten(&thing));
                    table.add_row([shorten(&row), name, near.to_owned(), thing, probability, evidence]);
                }
            }
            writeln!(out, "{table}")?;
            writeln!(out, "{} of {} rows are matched", matched.len(), rows.len())?;
        }
        ListFormat::Csv => {
            writeln!(out, "{}", HEAD.join(","))?;
            for fields in told {
                writeln!(out, "{}", fields.iter().map(|field| csv_field(field)).collect::<Vec<_>>().join(","))?;
            }
        }
        ListFormat::Json => {
            let object = |fields: [String; 8]| -> Value {
                HEAD.iter().map(|name| (*name).to_owned()).zip(fields.into_iter().map(Value::from)).collect()
            };
            let all: Vec<Value> = told.into_iter().map(object).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
        }
    }
    Ok(Exit::Done)
}

/// The fields of a row of the list, as [`HEAD`] names them; those of the thing are empty where it means none.
fn fields(store: &Store, row: &TableRow, matched: Option<&Matched>) -> Result<[String; 8]> {
    let name = row.names.first().map(|name| name.to_string()).unwrap_or_default();
    let (table, row) = (row.table.to_string(), row.iri.to_string());
    let Some(Matched { relation, thing, probability, evidence, .. }) = matched else {
        let none = String::new;
        return Ok([table, row, name, none(), none(), none(), none(), none()]);
    };
    let label = terms::label(store, &Iri::new(thing.as_str()))?;
    let evidence = evidence.join("; ");
    Ok([table, row, name, thing.clone(), label, probability.clone(), relation.clone(), evidence])
}
