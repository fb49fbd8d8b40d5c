//! `kgloom train types`. In: the graph of the state folder, its ontology. Out: a typer beside them, and the graph with its
//! classes. Never: a class told by a typer that is not whole.

use crate::args::{ReportFormat, TrainTypes};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::signals;
use crate::typing::{Recorder, Source};
use anyhow::{Context as _, Result};
use kgloom_engine::state::{Components, Folder, Live, Typing, encoder, must_exist, ontology, replay};
use kgloom_flow::session::Session;
use kgloom_record::record::Iri;
use kgloom_typing::things::Learnt;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

pub fn run(context: &Context, wanted: &TrainTypes) -> Result<Exit> {
    if let (Some(corpus), Some(out)) = (&wanted.corpus, &wanted.out) {
        return signals::learn(context, corpus, (out, wanted.format));
    }
    let config = &context.config.clone().pinned()?;
    must_exist(config)?;
    if wanted.off {
        Typing::write(None, &config.state)?;
        let folder = Live::start(config, Folder::open(config)?)?.folder;
        folder.store.flush()?;
        println!("classes of one's own are off");
        return Ok(Exit::Done);
    }
    if !(0.5..0.96).contains(&wanted.class_precision) {
        return Err(CliError::usage("--class-precision is a share from 0.5 to 0.95").into());
    }
    let precision = (wanted.class_precision * 20.0).round() as u8 * 5;
    let start = Instant::now();
    let ontology = ontology(config)?;
    if ontology.classes().all(|class| class.tag.is_some()) {
        let message = "the ontology declares no classes beside the six; name a file by --ontology in `kgloom run`";
        return Err(CliError::configuration(message).into());
    }
    let texts = wanted.texts.as_deref().map_or_else(|| Ok(Vec::new()), |file| texts(file, &ontology))?;
    let folder = Folder::open(config)?;
    folder.journal.check()?;
    // The session of another typer would need that one; this one only keeps what it sees.
    let recorder = Arc::new(Recorder::default());
    let components =
        Components { typer: Some(recorder.clone()), ..Components::untyped(config, Arc::clone(&ontology))? };
    let model = components.reader.id().clone();
    let space = Typing::space(&model);
    let mut session = Session::start(components.session(Arc::new(folder.journal.memory(&model)), config.workers));
    replay(&folder, (&mut session, &model), config.epoch_documents, (None, None))?;
    drop(session);
    let profiles = recorder.take();
    let encoder = encoder(config)?;
    let source = Source {
        ontology: &ontology,
        encoder: &*encoder,
        profiles: &profiles,
        texts: &texts,
        learnt: Learnt::written()?,
    };
    let types = Typing::folder(&config.state);
    Typing::write(None, &config.state)?;
    if types.exists() {
        std::fs::remove_dir_all(&types).with_context(|| format!("cannot remove \"{}\"", types.display()))?;
    }
    let (things, topics) = source.write(&types)?;
    Typing::write(Some(&Typing { precision, reader: space }), &config.state)?;
    let seconds = start.elapsed().as_secs_f64();
    let folder = Live::start(config, folder)?.folder;
    folder.store.flush()?;
    let (told, stated) = folder.store.typed_count()?;
    let things = things.as_ref().map(|things| &things.card);
    let learnt = |place: usize| things.and_then(|card| card.learnt_from.get(place)).copied().unwrap_or_default();
    let classes: Vec<(String, usize)> = things.map_or_else(Vec::new, |card| {
        card.classes.iter().enumerate().map(|(place, class)| (class.words[0].to_string(), learnt(place))).collect()
    });
    match wanted.format {
        ReportFormat::Json => println!(
            "{}",
            json!({ "classes": classes.iter().map(|(class, learnt)| json!({ "class": class, "learnt_from": learnt })).collect::<Vec<_>>(),
                "topics": topics.as_ref().map_or(0, |topics| topics.card.classes.len()),
                "topics_judged": topics.as_ref().map_or(0, |topics| topics.card.judged),
                "told": told, "stated": stated, "precision": f64::from(precision) / 100.0, "seconds": seconds })
        ),
        ReportFormat::Table => {
            for (class, learnt) in &classes {
                println!("{class:32} {learnt:5} things that texts call so");
            }
            if let Some(topics) = &topics {
                let judged = topics.card.judged;
                println!("{} topics of documents, {judged} examples", topics.card.classes.len());
            }
            println!(
                "{told} classes are told in kgloom:typed, {stated} of them stated (precision 0.{precision:02}); {seconds:.0} s to learn"
            );
        }
    }
    Ok(Exit::Done)
}

/// Texts of classes: a class, a tab and a text on each line.
fn texts(file: &Path, ontology: &ontologies::Ontology) -> Result<Vec<(Iri, Arc<str>)>> {
    let all = std::fs::read_to_string(file).with_context(|| format!("cannot read \"{}\"", file.display()))?;
    let line = |(number, line): (usize, &str)| {
        let place = || format!("\"{}\", line {}", file.display(), number + 1);
        let (class, text) =
            line.split_once('\t').ok_or_else(|| CliError::configuration(format!("{}: no tab", place())))?;
        let class = kgloom_engine::classes::find_class(class, ontology)
            .map_err(|error| CliError::configuration(format!("{}: {error}", place())))?;
        Ok((class, Arc::from(text)))
    };
    all.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}
