//! `kgloom find`, `kgloom relations`, `kgloom classes`. In: a name, or nothing. Out: what there is, as a list.
//! Never: a change of the graph.

use crate::args::{Find, ListFormat, Lookup, Schema};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::finding;
use anyhow::Result;
use comfy_table::{Table, presets};
use connectors::Store;
use connectors::store::{csv_field, shorten};
use kgloom_engine::state::{Folder, ontology};
use kgloom_record::record::Iri;
use ontologies::Ontology;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

pub fn run(context: Context, wanted: &Lookup) -> Result<Exit> {
    let ontology = ontology(&context.config)?;
    let store = Folder::graph(&context.config)?;
    match wanted {
        Lookup::Find(wanted) => find(&store, &ontology, wanted),
        Lookup::Relations(wanted) => relations(&store, &ontology, wanted),
        Lookup::Classes(wanted) => classes(&store, &ontology, wanted),
    }
}

/// What is listed: one object a row, its fields in the order of the head.
struct List {
    head: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

impl List {
    fn write(&self, format: ListFormat) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match format {
            ListFormat::Table => {
                let mut table = Table::new();
                table.load_preset(presets::UTF8_BORDERS_ONLY).set_header(self.head);
                for row in &self.rows {
                    table.add_row(row.iter().map(plain));
                }
                writeln!(out, "{table}")
            }
            ListFormat::Csv => {
                writeln!(out, "{}", self.head.join(","))?;
                self.rows.iter().try_for_each(|row| {
                    writeln!(out, "{}", row.iter().map(|value| csv_field(&plain(value))).collect::<Vec<_>>().join(","))
                })
            }
            ListFormat::Json => {
                let object = |row: &Vec<Value>| -> Value {
                    self.head
                        .iter()
                        .map(|name| (*name).to_owned())
                        .zip(row.iter().cloned())
                        .collect::<serde_json::Map<_, _>>()
                        .into()
                };
                let rows: Vec<Value> = self.rows.iter().map(object).collect();
                writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)
            }
        }
    }
}

fn find(store: &Store, ontology: &Ontology, wanted: &Find) -> Result<Exit> {
    let described = store.described()?;
    let found = finding::find(&described, &wanted.name);
    if found.is_empty() {
        return Err(CliError::nothing(format!("nothing is called \"{}\" or anything like it", wanted.name)).into());
    }
    let rows = found.iter().take(wanted.limit).map(|found| {
        let classes: Vec<String> = found.thing.classes.iter().map(|class| class_label(ontology, class)).collect();
        vec![
            json!(found.name),
            json!(found.thing.labels.join(", ")),
            json!(classes.join(", ")),
            json!(found.thing.facts),
            json!(found.fit.word()),
            json!(shown(found.iri)),
        ]
    });
    List { head: &["name", "label", "class", "facts", "fits", "iri"], rows: rows.collect() }.write(wanted.format)?;
    Ok(Exit::Done)
}

fn relations(store: &Store, ontology: &Ontology, wanted: &Schema) -> Result<Exit> {
    let uses = store.uses()?.relations;
    let all = names(ontology.relations().map(|relation| &relation.iri), &uses);
    let rows = all.into_iter().map(|(iri, count)| {
        let known = ontology.relation(&iri);
        let ends = |classes: Option<&BTreeSet<Iri>>| {
            let labels: Vec<String> = classes.into_iter().flatten().map(|class| class_label(ontology, class)).collect();
            if labels.is_empty() { "anything".to_owned() } else { labels.join(", ") }
        };
        let label = known.map_or_else(String::new, |known| known.label.clone());
        let comment = known.map_or_else(String::new, |known| known.comment.clone());
        let (from, to) = (ends(known.map(|known| &known.domain)), ends(known.map(|known| &known.range)));
        vec![json!(shown(&iri)), json!(label), json!(count), json!(from), json!(to), json!(comment)]
    });
    List { head: &["relation", "label", "facts", "from", "to", "comment"], rows: rows.collect() }
        .write(wanted.format)?;
    Ok(Exit::Done)
}

fn classes(store: &Store, ontology: &Ontology, wanted: &Schema) -> Result<Exit> {
    let uses = store.uses()?.classes;
    let all = names(ontology.classes().map(|class| &class.iri), &uses);
    let rows = all.into_iter().map(|(iri, count)| {
        let known = ontology.class(&iri);
        let above = known.map_or_else(String::new, |known| {
            known.parents.iter().map(|class| class_label(ontology, class)).collect::<Vec<_>>().join(", ")
        });
        let comment = known.map_or_else(String::new, |known| known.comment.clone());
        vec![json!(shown(&iri)), json!(class_label(ontology, &iri)), json!(count), json!(above), json!(comment)]
    });
    List { head: &["class", "label", "things", "above", "comment"], rows: rows.collect() }.write(wanted.format)?;
    Ok(Exit::Done)
}

/// All names that are known or used, the most used first.
fn names<'a>(known: impl Iterator<Item = &'a Iri>, uses: &'a BTreeMap<Iri, u64>) -> Vec<(Iri, u64)> {
    let all: BTreeSet<&Iri> = known.chain(uses.keys()).collect();
    let mut all: Vec<(Iri, u64)> =
        all.into_iter().map(|iri| (iri.clone(), uses.get(iri).copied().unwrap_or_default())).collect();
    all.sort_by_key(|(_, count)| Reverse(*count));
    all
}

fn class_label(ontology: &Ontology, class: &Iri) -> String {
    ontology.class(class).map_or_else(|| shown(class), |known| known.label.clone())
}

/// The name as a query takes it.
fn shown(iri: &Iri) -> String {
    shorten(iri.as_str())
}
