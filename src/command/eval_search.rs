//! `kgloom eval search`. In: documents, queries, judgements, an encoder, perhaps a graph and a query for it. Out: how well words,
//! vectors and the graph find what is relevant. Never: a weight chosen on what is scored; a change of the graph.

use crate::args::EvalSearch;
use crate::context::Context;
use crate::encoders::any;
use crate::exit::{CliError, Exit};
use crate::meaning::{Meaning, concepts};
use crate::report::write;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::{Context as _, Result};
use connectors::store::{QueryOptions, ResultFormat, filled};
use kgloom_corpora::search::{self, Named, Searched};
use kgloom_encoders::{KeptBridge, answers};
use kgloom_engine::state::{Folder, ontology};
use kgloom_engine::terms::Rows;
use kgloom_numerics::vectors::Encode;
use kgloom_reader::text_encoder::Cut;
use kgloom_record::vocabulary;
use kgloom_search::{Concepts, Dictionary, Words};
use kgloom_training::evaluate::retrieval::{Rankings, eval_search};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The variable of a query to the graph that stands for the text of a query.
const ASKED: &str = "query";
/// The variable that its answer names documents by.
const ANSWER: &str = "document";

pub fn eval(context: &Context, wanted: &EvalSearch) -> Result<Exit> {
    let (set, unknown) = search::load(&wanted.documents, &wanted.queries, &wanted.judgements)?;
    if unknown > 0 {
        context.voice.note(&format!("{unknown} judgements are of queries or documents that are not there"));
    }
    // A query that the graph cannot answer is told of before texts are read.
    let graph = wanted.graph.as_deref().map(|file| graph_answers(context, file, &set)).transpose()?;
    let mut encoder = any(wanted.encoder.as_deref(), wanted.part.cut())?;
    let others = wanted.documents_by.as_deref().map(|folder| any(Some(folder), Cut::NONE)).transpose()?;
    if let Some(file) = &wanted.bridge {
        let missing = || CliError::missing(format!("there is no bridge in \"{}\"", file.display()));
        let old = others.as_ref().map(|others| others.id());
        encoder = Box::new(KeptBridge::read(file)?.ok_or_else(missing)?.behind(encoder, old.as_deref(), 0.0)?);
    }
    // Of fewer numbers than the teacher's, a student's folder says how the teacher's vectors answer it.
    let turned = match (&others, &wanted.encoder) {
        (Some(_), Some(folder)) => answers(folder, wanted.part.numbers)?,
        _ => None,
    };
    let (printer, start) = (Mutex::new(ProgressPrinter::new(context.voice)), Instant::now());
    let tell = |step: usize, steps: usize| {
        printer.lock().unwrap_or_else(PoisonError::into_inner).show(&progress("texts", step, steps, start));
    };
    let vectors = |encoder: &dyn Encode, named: &[Named]| {
        let texts: Vec<Option<Arc<str>>> = named.iter().map(|(_, text)| Some(Arc::clone(text))).collect();
        encoder.read(&texts, &tell)
    };
    let queries = vectors(&*encoder, &set.queries)?;
    let mut documents = vectors(others.as_deref().unwrap_or(&*encoder), &set.documents)?;
    let mut width = others.as_ref().map_or(encoder.width(), |others| others.width());
    if let Some(turn) = turned.filter(|turn| turn.inputs == width) {
        (documents, width) = (turn.apply_units(&documents), turn.outputs());
    }
    if width != encoder.width() {
        let reason = format!("queries have vectors of {} numbers, documents of {width}", encoder.width());
        return Err(CliError::usage(format!("{reason}: --documents-by is the teacher of --encoder")).into());
    }
    printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    let explained = explained(context, wanted, &set, (&*encoder, &queries))?;
    let rankings = Rankings {
        width,
        documents: &documents,
        queries: &queries,
        explained: explained.as_deref(),
        graph: graph.as_deref(),
    };
    let report = eval_search(&set, &rankings, wanted.seed);
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}

/// What the ontology's concepts, and the documents' common words beside them, know of each query; nothing where it is not wanted.
fn explained(
    context: &Context,
    wanted: &EvalSearch,
    set: &Searched,
    (encoder, queries): (&dyn Encode, &[f32]),
) -> Result<Option<Vec<f32>>> {
    let Some(words) = wanted.explained else { return Ok(None) };
    let mut index = Words::new();
    for (place, (_, text)) in set.documents.iter().enumerate() {
        index.insert(place, text);
    }
    let concepts = concepts(&*ontology(&context.config)?, &index.common(words), encoder)?;
    context.voice.note(&format!("scores are explained by {} concepts", concepts.len()));
    let queries = queries.chunks_exact(encoder.width());
    Ok(Some(match wanted.parts {
        None => {
            let concepts = Concepts::new(concepts)?;
            queries.flat_map(|query| concepts.explained(query)).collect()
        }
        Some(most) => {
            let dictionary = Dictionary::new(concepts)?;
            queries.flat_map(|query| dictionary.tell(query, most).vector()).collect()
        }
    }))
}

/// For each query the documents that the graph of the state folder gives, the first first, each once.
fn graph_answers(context: &Context, file: &Path, set: &Searched) -> Result<Vec<Vec<u32>>> {
    let sparql = std::fs::read_to_string(file).with_context(|| format!("cannot read \"{}\"", file.display()))?;
    let config = context.config.clone().pinned()?;
    let store = Folder::graph(&config)?;
    let _meaning = Meaning::over(&store, &config, &ontology(&config)?);
    let options = QueryOptions {
        timeout: Some(config.query_timeout),
        limit: Some(config.query_limit),
        memory: Some(config.query_memory),
        entailed: false,
    };
    let places: BTreeMap<&str, u32> =
        set.documents.iter().zip(0..).map(|((name, _), place)| (&**name, place)).collect();
    let mut strange = BTreeSet::new();
    let mut answers = Vec::new();
    for (_, text) in &set.queries {
        let Some(asked) = filled(&sparql, ASKED, text)? else {
            return Err(CliError::usage(format!("\"{}\" does not ask for ?{ASKED}", file.display())).into());
        };
        let mut told = Vec::new();
        store.query(&asked, &options, ResultFormat::Json, &mut told)?;
        let mut told: serde_json::Value = serde_json::from_slice(&told).context("the answer is not JSON")?;
        let named = told["head"]["vars"].as_array().is_some_and(|names| names.iter().any(|name| name == ANSWER));
        if !named {
            return Err(CliError::usage(format!("\"{}\" selects no ?{ANSWER}", file.display())).into());
        }
        let rows: Rows = serde_json::from_value(told["results"]["bindings"].take())?;
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        for name in rows.iter().filter_map(|row| document(row.get(ANSWER)?)) {
            match places.get(&*name) {
                Some(place) if seen.insert(*place) => found.push(*place),
                Some(_) => {}
                None => drop(strange.insert(name)),
            }
        }
        answers.push(found);
    }
    if let Some(one) = strange.first() {
        let message = format!("the graph answers with {} names that no document has, such as \"{one}\"", strange.len());
        context.voice.note(&message);
    }
    Ok(answers)
}

/// The name of a document that a term means: the id that kgloom's own IRI is made of, the end of another IRI, or a text.
fn document(term: &serde_json::Value) -> Option<String> {
    let value = term["value"].as_str()?;
    if term["type"] != "uri" {
        return Some(value.to_owned());
    }
    let own = vocabulary::document_id(value).map(|id| id.as_str().to_owned());
    own.or_else(|| value.rsplit(['/', '#', ':']).next().map(str::to_owned))
}
