//! `kgloom ask`. In: a plain question. Out: the answers, and the query that gives them. Never: a guess where the graph holds no
//! answer.

use crate::args::{Ask, ReportFormat};
use crate::context::Context;
use crate::engine;
use crate::exit::Exit;
use crate::served;
use anyhow::Result;
use kgloom_engine::state::{Folder, encoder, ontology};
use std::io::Write;

pub fn run(context: Context, wanted: &Ask) -> Result<Exit> {
    let question = wanted.question.join(" ");
    let told = match served::client(&context.config)? {
        Some(client) => client.view("/ask", &[("question", &question)])?,
        None => {
            let ontology = ontology(&context.config)?;
            let store = Folder::graph(&context.config)?;
            let encoder = encoder(&context.config)?;
            engine::ask(&store, &ontology, &question, Some(&*encoder))?
        }
    };
    let mut out = std::io::stdout().lock();
    let known = told["known"] == true;
    if wanted.format == ReportFormat::Json {
        writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?;
    } else {
        for answer in told["answers"].as_array().into_iter().flatten() {
            writeln!(out, "{}", answer["label"].as_str().unwrap_or_default())?;
        }
        if let Some(why) = told["why"].as_str() {
            writeln!(out, "{why}")?;
        }
        for note in told["notes"].as_array().into_iter().flatten().filter_map(|note| note.as_str()) {
            context.voice.note(note);
        }
        if let Some(sparql) = told["sparql"].as_str().filter(|_| known) {
            let reading = told["reading"].as_str().unwrap_or_default();
            context.voice.note(&format!("read as: {reading}\n{sparql}"));
        }
    }
    Ok(if known { Exit::Done } else { Exit::Different })
}
