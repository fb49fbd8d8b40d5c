//! `kgloom search`. In: a text. Out: the things or documents that it describes, with why. Never: a change of the graph.

use crate::args::{By, ReportFormat, Search};
use crate::context::Context;
use crate::engine;
use crate::exit::{CliError, Exit};
use crate::served;
use anyhow::Result;
use comfy_table::{Table, presets};
use kgloom_engine::state::{Folder, ontology};
use kgloom_server::engine::SearchFor;
use serde_json::{Map, Value};
use std::io::Write;

pub fn run(context: Context, wanted: &Search) -> Result<Exit> {
    let config = context.config.with_question_encoder(&wanted.question)?;
    let context = Context { config, ..context };
    let told = match served::client(&context.config)? {
        Some(_) if wanted.question.is_given() => {
            let message =
                "the state folder is served, and its server reads questions: name the encoder to `kgloom serve`";
            return Err(CliError::usage(message).into());
        }
        Some(client) => {
            let number = |number: usize| number.to_string();
            let (limit, spread) = (number(wanted.limit), wanted.spread.map(usize::from).map(number));
            let text = wanted.text.join(" ");
            let mut asked = vec![("text", text.as_str()), ("by", by(wanted)), ("limit", &limit)];
            asked.extend(wanted.class.as_deref().map(|class| ("class", class)));
            asked.extend(wanted.pattern.as_deref().map(|pattern| ("where", pattern)));
            asked.extend(spread.as_deref().map(|spread| ("spread", spread)));
            asked.extend(wanted.documents.then_some(("documents", "true")));
            asked.extend(wanted.explain.then_some(("explain", "true")));
            client.view("/search", &asked)?
        }
        None => {
            let ontology = ontology(&context.config)?;
            // Only the words of documents are not in the graph itself.
            let folder = wanted.documents.then(|| Folder::open_current(&context.config)).transpose()?;
            let store = match &folder {
                Some(folder) => std::sync::Arc::clone(&folder.store),
                None => Folder::graph(&context.config)?,
            };
            let journal = folder.as_ref().map(|folder| &folder.journal);
            let over = (&context.config, &ontology, context.voice);
            engine::search((&store, journal), over, &search(wanted))?
        }
    };
    let found = told["found"].as_array().map_or(0, Vec::len);
    let mut out = std::io::stdout().lock();
    match wanted.format {
        ReportFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?,
        ReportFormat::Table => show(&mut out, &told)?,
    }
    if wanted.explain
        && let Some(plan) = told["plan"].as_str()
    {
        let with = told["encoder"].as_object().map(read_with).unwrap_or_default();
        context.voice.note(&format!("by meaning: {plan}{with}"));
    }
    if found == 0 {
        context.voice.note("nothing is found: nothing is said that is like this text, or nothing fits what is asked");
    }
    Ok(if found == 0 { Exit::Different } else { Exit::Done })
}

/// What the question was read with, in words.
fn read_with(told: &Map<String, Value>) -> String {
    let text = |told: &Value, name: &str| told[name].as_str().unwrap_or_default().to_owned();
    let id = told["id"].as_str().unwrap_or_default();
    let over = match &told["bridge"] {
        Value::Null if told["anew"] == true => ", which made all vectors".to_owned(),
        Value::Null => String::new(),
        bridge => format!(
            " over bridge {} to {}, which finds {:.3} of what that finds on {} texts held back",
            text(bridge, "id"),
            text(bridge, "old"),
            bridge["recall"].as_f64().unwrap_or_default(),
            bridge["held"]
        ),
    };
    format!("; encoder {id}{over}")
}

fn by(wanted: &Search) -> &'static str {
    match wanted.by() {
        By::Words => "words",
        By::Vectors => "vectors",
        By::Both => "both",
    }
}

fn search(wanted: &Search) -> SearchFor {
    SearchFor {
        text: wanted.text.join(" "),
        class: wanted.class.clone(),
        pattern: wanted.pattern.clone(),
        documents: wanted.documents,
        by: by(wanted).to_owned(),
        limit: wanted.limit,
        spread: wanted.spread.map(usize::from),
        explain: wanted.explain,
    }
}

fn show(out: &mut impl Write, told: &Value) -> Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let text = |hit: &Value, name: &str| hit[name].as_str().unwrap_or_default().to_owned();
    let mut explanations = Vec::new();
    for hit in told["found"].as_array().into_iter().flatten() {
        let score = format!("{:.3}", hit["score"].as_f64().unwrap_or_default());
        let interest = hit["interest"].as_u64().map(|interest| format!("interest {interest}")).unwrap_or_default();
        if hit.get("id").is_some() {
            table.add_row([score, text(hit, "id"), text(hit, "text"), interest]);
        } else {
            let name = if hit.get("name").is_some() { text(hit, "name") } else { text(hit, "label") };
            table.add_row([score, name, text(hit, "class"), text(hit, "short"), interest]);
        }
        explanations.push(explained(hit));
    }
    // A row of the table is a line, whatever is in it.
    for (line, explanation) in table.lines().zip(explanations) {
        writeln!(out, "{}", line.trim_end())?;
        if let Some(explanation) = explanation {
            writeln!(out, "         {explanation}")?;
        }
    }
    Ok(())
}

/// The cosine of a hit as a sum, the largest parts first.
fn explained(hit: &Value) -> Option<String> {
    let explanation = hit.get("explanation")?;
    let number = |value: &Value| format!("{:+.3}", value.as_f64().unwrap_or_default());
    let parts = explanation["parts"].as_array()?.iter();
    let mut parts: Vec<String> = parts
        .map(|part| format!("{} {}", part["concept"].as_str().unwrap_or_default(), number(&part["part"])))
        .collect();
    for (name, field) in [("other concepts", "others"), ("other", "other")] {
        parts.push(format!("{name} {}", number(&explanation[field])));
    }
    Some(format!("{:.3} = {}", hit["meaning"].as_f64().unwrap_or_default(), parts.join(", ")))
}
