//! `kgloom read`. In: texts. Out: what the model says of them, in a file that a run elsewhere takes in. Never: a graph, or a text that
//! is read twice.

use crate::args::Read;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::interrupt;
use crate::voice::{Measure, Progress};
use anyhow::Result;
use connectors::CarriedAnswers;
use connectors::source::Documents;
use kgloom_engine::state::{ontology, reader};
use kgloom_flow::infer::{ErrorSlot, InferenceContext};
use kgloom_record::record::{Change, ContentHash};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

/// How many of what.
#[derive(Default)]
struct Tally {
    asked: u64,
    known: u64,
    elsewhere: u64,
    refused: u64,
}

pub fn run(context: Context, wanted: &Read) -> Result<Exit> {
    interrupt::install();
    if let Some(input) = wanted.inputs.iter().find(|input| *input != "-" && !Path::new(input).exists()) {
        return Err(CliError::missing(format!("\"{input}\" is not there")).into());
    }
    let config = context.config.with_input(&wanted.input)?;
    let reader = reader(&config, &*ontology(&config)?)?;
    let answers = Arc::new(CarriedAnswers::open(&wanted.out, reader.id())?);
    let error_slot = Arc::new(ErrorSlot::default());
    let asked = InferenceContext::new(reader, Arc::clone(&answers) as Arc<_>, Arc::clone(&error_slot));

    let mut documents = Documents::open(&wanted.inputs, &config.source).until(interrupt::asked);
    let (mut tally, mut seen) = (Tally::default(), BTreeSet::new());
    let mut progress = Progress::start(context.voice, "reading");
    std::thread::scope(|scope| {
        let (send, take) = sync_channel::<(ContentHash, Arc<str>)>(2 * config.workers);
        let take = Arc::new(Mutex::new(take));
        for _ in 0..config.workers {
            let (take, asked) = (Arc::clone(&take), &asked);
            let next = move || take.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
            scope.spawn(move || while next().is_some_and(|(content, text)| asked.answer(&content, &text).is_some()) {});
        }
        // Who takes is gone once all are: then something broke.
        drop(take);
        for incoming in documents.by_ref().take_while(|_| !interrupt::asked()) {
            match incoming.change {
                Change::Put(document) => {
                    let content = ContentHash::of(&document.text);
                    if !wanted.shard.holds(&content.0) {
                        tally.elsewhere += 1;
                    } else if answers.knows(&content) || !seen.insert(content) {
                        tally.known += 1;
                    } else if send.send((content, document.text)).is_ok() {
                        tally.asked += 1;
                    } else {
                        break;
                    }
                }
                Change::Refuse(..) => tally.refused += 1,
                Change::Delete(_) | Change::Corrections(_) => {}
            }
            let documents = tally.asked + tally.known + tally.elsewhere + tally.refused;
            progress.show(&Measure { documents, ..Measure::default() });
        }
    });
    progress.finish();
    answers.sync()?;
    if interrupt::asked() {
        context.voice.note("interrupted; running the same again goes on");
        return Ok(Exit::Interrupted);
    }
    if let Some(broken) = error_slot.take() {
        return Err(anyhow::Error::from_boxed(broken));
    }
    let Tally { asked, known, elsewhere, refused } = tally;
    let text = format!(
        "{asked} texts were read into \"{}\"; {known} were there, {elsewhere} are of other parts, {refused} could not be read",
        wanted.out.display()
    );
    let fields = json!({ "asked": asked, "known": known, "elsewhere": elsewhere, "refused": refused });
    context.voice.event("done", &text, fields);
    Ok(Exit::Done)
}
