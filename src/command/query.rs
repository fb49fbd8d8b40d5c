//! `kgloom query`. In: SPARQL. Out: the answer on standard output. Never: a change of the graph.

use super::Context;
use crate::args::Query;
use crate::exit::{self, Exit};
use crate::state::Folder;
use anyhow::{Context as _, Result};
use connectors::store::{QueryError, QueryOptions};
use std::io::{BufWriter, Write};
use std::thread;
use std::time::Duration;

/// How much later than a query's time the program ends that has not been heeded.
const GRACE: Duration = Duration::from_secs(1);

pub fn run(context: Context, query: &Query) -> Result<Exit> {
    let sparql = text(query)?;
    let config = context.config.with_query(query.timeout, query.limit)?;
    let folder = Folder::open_current(&config, context.voice)?;
    let options = QueryOptions { timeout: Some(config.query_timeout), limit: Some(config.query_limit) };
    end_after(config.query_timeout);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let outcome = folder.store.query(&sparql, &options, query.format, &mut out)?;
    out.flush()?;
    if outcome.truncated {
        let limit = config.query_limit;
        context.voice.note(&format!("there is more than {limit}; --limit shows more"));
    }
    Ok(Exit::Done)
}

/// The evaluator heeds the end of its time only where it reads from the store, which a product of what it has read
/// already never does. Nothing is being written, so the process may end at any moment.
fn end_after(timeout: Duration) {
    thread::spawn(move || {
        thread::sleep(timeout.saturating_add(GRACE));
        let error = anyhow::Error::new(QueryError::Timeout { after: timeout });
        eprintln!("error: {error}");
        std::process::exit(exit::of(&error).code());
    });
}

fn text(query: &Query) -> Result<String> {
    match (&query.text, &query.file) {
        (Some(text), _) if text != "-" => Ok(text.clone()),
        (_, Some(path)) if path.as_os_str() != "-" => {
            std::fs::read_to_string(path).with_context(|| format!("cannot read \"{}\"", path.display()))
        }
        _ => std::io::read_to_string(std::io::stdin()).context("cannot read standard input"),
    }
}
