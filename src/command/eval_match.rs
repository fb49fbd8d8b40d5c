//! `kgloom eval match --gold`. In: a table whose rows say what they mean, a graph. Out: precision, recall and F1 of what is matched.
//! Never: a change of the graph; a look of the matcher at the gold.

use crate::args::EvalMatch;
use crate::config::Model;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::tables::{Columns, direct, read};
use anyhow::Result;
use connectors::{Store, rows};
use kgloom_engine::state::{Folder, PinnedTables, absorb_rows, encoder, linker, ontology, words_of};
use kgloom_engine::terms;
use kgloom_matching::plain;
use kgloom_numerics::scores::Counts;
use kgloom_record::context;
use kgloom_record::record::{DocumentId, Graph, Iri, Quad, Term, Triple};
use kgloom_record::vocabulary;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How well rows are matched.
#[derive(Clone, Copy, Debug, Serialize)]
struct Report {
    /// Rows that have a name.
    rows: usize,
    /// Rows that mean a thing of the graph.
    with_gold: usize,
    /// Rows that were matched.
    matched: usize,
    /// Of these, those that were matched with what they mean.
    right: usize,
    precision: f64,
    recall: f64,
    f1: f64,
}

pub fn eval(context: &Context, wanted: &EvalMatch, gold: &str) -> Result<Exit> {
    let config = &context.config;
    let columns = Columns { read: &wanted.columns, id: None, left_out: Some(gold) };
    let mut table = read(&wanted.data, columns)?.rows;
    if config.model != Model::Toy {
        direct(&mut table, &*encoder(config)?)?;
    }
    let store = Folder::graph(config)?;
    let right = right(&wanted.data, gold, &store)?;
    let ontology = ontology(config)?;
    let tables = PinnedTables { rows: table, words: words_of(&store, &ontology)? };
    let names: Vec<String> = tables.rows.iter().map(|row| row.iri.to_string()).collect();
    let mut linker = linker(tables, &ontology);
    absorb_rows(&mut linker, &told(&store)?);
    let all: Vec<u32> = (0..names.len() as u32).collect();
    let none = BTreeSet::new();
    let (mut counts, mut with_gold) = (Counts::default(), 0);
    for (name, answer) in names.iter().zip(linker.answers(&all, wanted.least)) {
        let right = right.get(name).unwrap_or(&none);
        with_gold += usize::from(!right.is_empty());
        counts.gold += usize::from(!right.is_empty());
        counts.predicted += usize::from(answer.is_some());
        counts.correct += usize::from(answer.is_some_and(|answer| right.contains(&Iri::new(answer.thing))));
    }
    let report = Report {
        rows: names.len(),
        with_gold,
        matched: counts.predicted,
        right: counts.correct,
        precision: counts.precision(),
        recall: counts.recall(),
        f1: counts.f1(),
    };
    let text = format!(
        "{} rows, {with_gold} of them mean a thing of the graph; {} matched, {} rightly\nprecision {:.3}  recall {:.3}  F1 {:.3}",
        report.rows, report.matched, report.right, report.precision, report.recall, report.f1
    );
    write(wanted.format, &report, &text)?;
    Ok(Exit::Done)
}

/// What is matched against: all that a graph says of things.
fn told(store: &Store) -> Result<Vec<(Quad, isize)>> {
    let mut quads = Vec::new();
    for (graph, triples) in
        [(Graph::Default, store.stated().collect::<Vec<_>>()), (Graph::Entailed, store.entailed().collect())]
    {
        for triple in triples {
            quads.push((Quad { graph: graph.clone(), triple: triple? }, 1));
        }
    }
    for told in store.contexts() {
        let (subject, direction) = told?;
        let object = Term::Literal(context::written(&direction));
        let triple = Triple { subject, relation: Iri::new(vocabulary::CONTEXT), object };
        quads.push((Quad { graph: Graph::Contexts, triple }, 1));
    }
    quads.extend(store.openings()?.into_iter().map(|quad| (quad, 1)));
    Ok(quads)
}

/// By row: the things that its gold means.
fn right(path: &Path, gold: &str, store: &Store) -> Result<BTreeMap<String, BTreeSet<Iri>>> {
    let file = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let rows = rows::read(path)?;
    let place = |name: &str| rows.columns.iter().position(|column| column == name);
    let gold = place(gold).ok_or_else(|| CliError::usage(format!("\"{file}\" has no column \"{gold}\"")))?;
    let id = place("id");
    let mut right = BTreeMap::new();
    for (number, (_, cells)) in rows.rows.iter().enumerate() {
        let own = id.map_or_else(|| (number + 1).to_string(), |id| cells[id].clone());
        right.insert(vocabulary::row_iri(&file, &own).to_string(), meant(&cells[gold], store)?);
    }
    Ok(right)
}

/// The things that a gold means: what a document opens with or calls so; else an IRI or a name.
fn meant(gold: &str, store: &Store) -> Result<BTreeSet<Iri>> {
    if gold.is_empty() {
        return Ok(BTreeSet::new());
    }
    if let Some((document, name)) = gold.strip_prefix("named:").and_then(|rest| rest.split_once('|')) {
        return called(&DocumentId::new(document), &[name], store);
    }
    let document = DocumentId::new(gold);
    if let Some(thing) = store.opening(&document)? {
        // What is called as the document is, is what it is about, though another name may open it.
        let title = gold.split_once(':').map_or(gold, |(_, title)| title);
        let until = |sign: &str| title.split(sign).next().unwrap_or(title);
        let called = called(&document, &[title, until(" ("), until(", ")], store)?;
        return Ok(if called.is_empty() { BTreeSet::from([thing]) } else { called });
    }
    Ok(store.find_entity(gold)?.into_iter().collect())
}

/// The things that a document calls by the first of some names that it calls anything by, whatever their case and accents.
fn called(document: &DocumentId, names: &[&str], store: &Store) -> Result<BTreeSet<Iri>> {
    let mut all = store.called_in(document)?;
    for thing in all.iter().map(|(thing, _)| thing.clone()).collect::<BTreeSet<Iri>>() {
        for name in terms::names(store, &thing)? {
            all.push((thing.clone(), name.into()));
        }
    }
    for name in names {
        let bearers = all.iter().filter(|(_, other)| plain(other) == plain(name));
        let found: BTreeSet<Iri> = bearers.map(|(thing, _)| thing.clone()).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(BTreeSet::new())
}
