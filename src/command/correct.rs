//! `kgloom reject`, `assert`, `same`, `different`, `retype`. In: names. Out: one correction more, and the graph that
//! follows. Never: a correction that the ontology or an earlier one forbids.

use crate::args::Correct;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::served;
use crate::summary::Summary;
use anyhow::Result;
use kgloom_engine::corrections::{Book, Effect, Said, with};
use kgloom_engine::run::Intake;
use kgloom_engine::state::{Folder, Live, ontology};
use std::io::Write;
use std::time::Instant;

/// What is said of a correction that does nothing.
const NOTHING_NOW: &str = "it changes nothing now; it is kept, and holds as soon as documents say what it is about";

pub fn run(context: Context, wanted: &Correct) -> Result<Exit> {
    let said = match wanted {
        Correct::Corrections(wanted) => return super::corrections::run(context, wanted),
        Correct::Reject(wanted) => Said::Reject {
            subject: wanted.subject.clone(),
            relation: wanted.relation.clone(),
            object: wanted.object.clone(),
            document: wanted.document.clone(),
        },
        Correct::Assert(wanted) => Said::Assert {
            subject: wanted.subject.clone(),
            relation: wanted.relation.clone(),
            object: wanted.object.clone(),
            source: wanted.source.clone(),
        },
        Correct::Same(wanted) => Said::Same { one: wanted.one.clone(), other: wanted.other.clone() },
        Correct::Different(wanted) => {
            Said::Different { one: wanted.one.clone(), other: wanted.other.clone(), document: wanted.document.clone() }
        }
        Correct::Retype(wanted) => Said::Retype { name: wanted.name.clone(), class: wanted.class.clone() },
    };
    correct(context, &said)
}

/// Adds one correction to those of the state folder.
fn correct(context: Context, said: &Said) -> Result<Exit> {
    let start = Instant::now();
    if let Some(client) = served::client(&context.config)? {
        let written = client.correct(&serde_json::to_value(said)?)?;
        served::say(&client, &written, context.voice, start.elapsed())?;
        let known = served::said(&client, written.correction.as_deref().unwrap_or_default())?;
        let word = |name: &str| known[name].as_str().unwrap_or_default().to_owned();
        writeln!(std::io::stdout().lock(), "{}  {}", word("id"), word("says"))?;
        if known["applies"] == false {
            context.voice.note(NOTHING_NOW);
        }
        return Ok(Exit::Done);
    }
    let ontology = ontology(&context.config)?;
    let folder = Folder::open_current(&context.config)?;
    let Some(model) = folder.model()? else { return Err(CliError::nothing("the graph is empty").into()) };
    let new = said.meant(&Book { folder: &folder, ontology: &ontology, model: &model })?;
    let known = folder.journal.corrections()?;
    let id = new.id();
    if known.contains(&new) {
        context.voice.note(&format!("this is correction {id} already"));
        return Ok(Exit::Done);
    }
    let corrections = with(known, new.clone(), &ontology)?;
    let mut live = Live::start(&context.config, folder)?;
    let mut intake = Intake::new(&mut live, context.config.epoch_documents)?;
    intake.take_corrections(corrections)?;
    intake.finish()?;
    let tally = intake.tally;
    Summary::of(&live.folder.store, &live.counters, tally, start.elapsed())?.say(context.voice)?;
    writeln!(std::io::stdout().lock(), "{id}  {new}")?;
    if !Effect::of(&live.folder.store, &id)?.applies() {
        context.voice.note(NOTHING_NOW);
    }
    Ok(Exit::Done)
}
