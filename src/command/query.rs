//! `kgloom query`. In: SPARQL. Out: the answer on standard output. Never: a change of the graph.

use crate::args::Query;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::meaning::Meaning;
use anyhow::{Context as _, Result};
use connectors::store::QueryOptions;
use kgloom_engine::state::{Folder, Predicting, ontology};
use kgloom_engine::terms;
use kgloom_links::live::Predictor;
use std::io::{BufWriter, Read, Write};

/// What a query about predicted links names.
const LINKS: [&str; 2] = ["kgloom:predicted", "kgloom:probability"];

pub fn run(context: Context, query: &Query) -> Result<Exit> {
    let sparql = text(query)?;
    let config = context.config.with_query(query)?;
    let ontology = ontology(&config)?;
    let store = Folder::graph(&config)?;
    let _meaning = Meaning::over(&store, &config, &ontology);
    let options = QueryOptions {
        timeout: Some(config.query_timeout),
        limit: Some(config.query_limit),
        memory: Some(config.query_memory),
        entailed: query.entailed,
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let outcome = store.query(&sparql, &options, query.format, &mut out)?;
    out.flush()?;
    for property in store.unknown_properties(&sparql)? {
        if let Some(told) = terms::unknown_property(&ontology, &property) {
            context.voice.note(&told);
        }
    }
    let of_links = LINKS.iter().any(|name| sparql.contains(name));
    if of_links && !Predictor::lies_in(&Predicting::folder(&config.state)) {
        context.voice.note("nothing is predicted here: there is no predictor; `kgloom train links` makes it");
    }
    if outcome.truncated {
        let limit = config.query_limit;
        context.voice.note(&format!("there is more than {limit}; --limit shows more"));
    }
    Ok(Exit::Done)
}

fn text(query: &Query) -> Result<String> {
    let bytes = match (&query.text, &query.file) {
        (Some(text), _) if text != "-" => return Ok(text.clone()),
        (_, Some(path)) if path.as_os_str() != "-" => {
            std::fs::read(path).with_context(|| format!("cannot read \"{}\"", path.display()))?
        }
        _ => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
            bytes
        }
    };
    String::from_utf8(bytes).map_err(|_| CliError::usage("the query is not UTF-8; save it as UTF-8").into())
}
