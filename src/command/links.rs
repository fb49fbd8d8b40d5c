//! `kgloom train links`, `kgloom train ultra` and `kgloom eval links`. In: links. Out: a model folder, ranks as figures.
//! Never: a choice made on the test part.

use super::Context;
use super::eval::write;
use super::train::Teller;
use crate::args::{EvalLinks, TrainLinks, TrainUltra};
use crate::config::read_toml;
use crate::exit::{Exit, Wrong};
use crate::voice::Voice;
use anyhow::{Context as _, Result};
use kg_models::data;
use kg_models::links::{
    Around, Blend, Hidden, LinkModel, LinkReport, LinkSet, LinkTraining, Neighbours, Part, Protocol, Rules, Taught,
    TextBase, TextEncoder, TextVectors, Ultra, UltraTraining, UltraWeights, eval_links, eval_mixed, eval_ultra,
    train_links, tune,
};
use kg_models::train::TrainProgress;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

/// Where checkpoints and vectors of texts are kept, under a model's folder.
const KEPT: &str = "training";

pub fn train(context: &Context, wanted: &TrainLinks) -> Result<Exit> {
    match &wanted.encoder {
        Some(encoder) => from_texts(context, wanted, encoder)?,
        None => from_links(context, wanted)?,
    }
    let (data, out) = (wanted.data.display(), wanted.out.display());
    let encoder = wanted.encoder.as_ref().map_or_else(String::new, |folder| format!(" --encoder {}", folder.display()));
    context
        .voice
        .note(&format!("wrote \"{out}\"; score it with `kgloom eval links --data {data} --links {out}{encoder}`"));
    Ok(Exit::Done)
}

fn from_links(context: &Context, wanted: &TrainLinks) -> Result<()> {
    let file: LinkTraining = wanted.training.as_deref().map_or_else(|| Ok(LinkTraining::default()), read_toml)?;
    let training =
        LinkTraining { seed: wanted.seed.unwrap_or(file.seed), epochs: wanted.epochs.unwrap_or(file.epochs), ..file };
    training.check()?;
    let set = data::links::load(&wanted.data)?;
    let folder = checkpoints(&wanted.out, wanted.resume)?;
    let mut teller = Teller::new(context.voice);
    let start = Instant::now();
    let trained = train_links(&set, &training, Some(&folder), &mut |progress| teller.tell(&progress))?;
    teller.finish();
    LinkModel::Embeddings(trained.embeddings).write(&wanted.out, &set)?;
    let seconds = start.elapsed().as_secs_f64();
    let (mrr, epoch) = (trained.validation.mrr, trained.epoch);
    let report = json!({ "epoch": epoch, "seconds": seconds, "validation": trained.validation });
    write(wanted.format, &report, &format!("validation MRR {mrr:.4} after epoch {epoch}; {seconds:.0} s in all"))
}

/// The folder of checkpoints; emptied, unless training goes on.
fn checkpoints(out: &Path, resume: bool) -> Result<PathBuf> {
    let folder = out.join(KEPT);
    if !resume && folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove \"{}\"", folder.display()))?;
    }
    Ok(folder)
}

pub fn train_ultra(context: &Context, wanted: &TrainUltra) -> Result<Exit> {
    let file: UltraTraining = wanted.training.as_deref().map_or_else(|| Ok(UltraTraining::default()), read_toml)?;
    let training =
        UltraTraining { seed: wanted.seed.unwrap_or(file.seed), epochs: wanted.epochs.unwrap_or(file.epochs), ..file };
    training.check()?;
    let set = data::links::load(&wanted.data)?;
    let (weights, taught) = match &wanted.from {
        None => (None, Taught { complete: true, ..Taught::default() }),
        Some(from) => {
            let (weights, taught) = weights_of_ultra(from, &set)?;
            (Some(weights), taught)
        }
    };
    let folder = checkpoints(&wanted.out, wanted.resume)?;
    let mut teller = Teller::new(context.voice);
    let start = Instant::now();
    let tell = &mut |progress| teller.tell(&progress);
    let trained = kg_models::links::train_ultra(&set, &training, weights.as_ref(), Some(&folder), tell)?;
    teller.finish();
    LinkModel::Ultra { weights: trained.weights, taught: taught.and(&set) }.write(&wanted.out, &set)?;
    let (seconds, mrr, epoch) = (start.elapsed().as_secs_f64(), trained.validation.mrr, trained.epoch);
    let report = json!({ "epoch": epoch, "seconds": seconds, "validation": trained.validation });
    write(wanted.format, &report, &format!("validation MRR {mrr:.4} after epoch {epoch}; {seconds:.0} s in all"))?;
    let out = wanted.out.display();
    context.voice.note(&format!("wrote \"{out}\"; use it with `kgloom eval links --data DIR --links {out}`"));
    Ok(Exit::Done)
}

fn from_texts(context: &Context, wanted: &TrainLinks, encoder: &Path) -> Result<()> {
    let set = data::links::load(&wanted.data)?;
    let start = Instant::now();
    let encoder = TextEncoder::open(encoder)?;
    let vectors = vectors(context.voice, &encoder, &set, &wanted.out.join(KEPT))?;
    let encoded = start.elapsed().as_secs_f64();
    let mut teller = Teller::new(context.voice);
    let (blend, validation) = tune(&set, &vectors, wanted.seed.unwrap_or(1), &mut |step, steps, mrr| {
        let mut progress = progress("blend", step, steps, start);
        progress.validation = Some(mrr as f32);
        teller.tell(&progress);
    })?;
    teller.finish();
    LinkModel::Text { blend, encoder: encoder.id() }.write(&wanted.out, &set)?;
    let (seconds, mrr) = (start.elapsed().as_secs_f64(), validation.mrr);
    let report = json!({ "blend": blend, "seconds": seconds, "encoding_seconds": encoded, "validation": validation });
    write(
        wanted.format,
        &report,
        &format!("validation MRR {mrr:.4}; {seconds:.0} s in all, {encoded:.0} s of them to read texts"),
    )
}

fn progress(phase: &'static str, step: usize, steps: usize, start: Instant) -> TrainProgress {
    let left = start.elapsed().as_secs_f64() / step.max(1) as f64 * (steps - step) as f64;
    TrainProgress { phase, epoch: 1, epochs: 1, step, steps, loss: 0.0, validation: None, eta_seconds: left }
}

fn vectors(voice: Voice, encoder: &TextEncoder, set: &LinkSet, kept: &Path) -> Result<TextVectors> {
    let teller = Mutex::new(Teller::new(voice));
    let start = Instant::now();
    let tell = |step, steps| {
        if let Ok(mut teller) = teller.lock() {
            teller.tell(&progress("texts", step, steps, start));
        }
    };
    let vectors = encoder.vectors(set, Some(kept), &tell)?;
    if let Ok(teller) = teller.into_inner() {
        teller.finish();
    }
    Ok(vectors)
}

pub fn eval(context: &Context, wanted: &EvalLinks) -> Result<Exit> {
    let set = data::links::load(&wanted.data)?;
    let part = if wanted.validation { Part::Validation } else { Part::Test };
    let start = Instant::now();
    let report = match LinkModel::read(&wanted.links, &set)? {
        LinkModel::Text { blend, encoder } if wanted.ultra.is_some() => {
            with_structure((context.voice, wanted), &set, (blend, &encoder), part)?
        }
        _ if wanted.ultra.is_some() => {
            return Err(Wrong::usage("--ultra goes with a model of texts; ULTRA by itself is named by --links").into());
        }
        LinkModel::Embeddings(tables) => match wanted.protocol.unwrap_or(Protocol::Transductive) {
            Protocol::Transductive => eval_links(&tables.scorer(), &set, (Protocol::Transductive, part), None)?,
            asked => return Err(unfit(asked, "has a row of numbers for each entity it was trained on")),
        },
        LinkModel::Text { blend, encoder } => match wanted.protocol.unwrap_or(Protocol::TextOnly) {
            asked @ (Protocol::Transductive | Protocol::Disjoint) => {
                return Err(unfit(asked, "has no numbers of its own for an entity, but reads texts"));
            }
            protocol => {
                let found = made_with(wanted, &encoder)?;
                let vectors = vectors(context.voice, &found, &set, &wanted.links.join(KEPT))?;
                of_texts((&set, &vectors), blend, (protocol, part), wanted.seed)?
            }
        },
        LinkModel::Ultra { weights, taught } => match wanted.protocol.unwrap_or(Protocol::Transductive) {
            Protocol::TextOnly => return Err(unfit(Protocol::TextOnly, "walks links, and reads no texts")),
            protocol => eval_ultra((&Ultra::new(&weights), &taught), &set, (protocol, part), wanted.seed)?,
        },
    };
    context.voice.detail(&format!("ranked in {:.1} s", start.elapsed().as_secs_f64()));
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}

/// Ranks by texts and by structure.
fn with_structure(
    (voice, wanted): (Voice, &EvalLinks),
    set: &LinkSet,
    (blend, encoder): (Blend, &str),
    part: Part,
) -> Result<LinkReport> {
    let from = wanted.ultra.as_deref().unwrap_or(&wanted.links);
    let (weights, taught) = weights_of_ultra(from, set)?;
    let vectors = vectors(voice, &made_with(wanted, encoder)?, set, &wanted.links.join(KEPT))?;
    let base = TextBase::new(set, &set.train, &vectors, blend)?;
    let marked = (wanted.protocol.unwrap_or(Protocol::Transductive), part);
    Ok(eval_mixed((&base.scorer(blend, true), &Ultra::new(&weights), &taught), set, marked, wanted.seed)?)
}

/// Weights by path, and what they were trained on.
fn weights_of_ultra(path: &Path, set: &LinkSet) -> Result<(UltraWeights, Taught)> {
    match LinkModel::read(path, set)? {
        LinkModel::Ultra { weights, taught } => Ok((weights, taught)),
        _ => Err(Wrong::usage(format!("\"{}\" is no model of ULTRA", path.display())).into()),
    }
}

fn unfit(asked: Protocol, model: &str) -> anyhow::Error {
    Wrong::usage(format!("the model {model}; it cannot be tested by {asked}")).into()
}

/// The encoder that the model was made with.
fn made_with(wanted: &EvalLinks, encoder: &str) -> Result<TextEncoder> {
    let Some(folder) = &wanted.encoder else {
        return Err(Wrong::usage("the model reads texts: name its encoder's folder by --encoder").into());
    };
    let found = TextEncoder::open(folder)?;
    if found.id() == encoder {
        return Ok(found);
    }
    let (ours, theirs) = (folder.display(), found.id());
    Err(Wrong::usage(format!("\"{ours}\" is encoder {theirs}, the model was made with {encoder}")).into())
}

/// Ranks by texts, and where the protocol shows links of new entities, by rules over them.
fn of_texts(
    (set, vectors): (&LinkSet, &TextVectors),
    blend: Blend,
    (protocol, part): (Protocol, Part),
    seed: u64,
) -> Result<LinkReport> {
    let (links, parts) = part.of(set)?;
    let earlier = &parts[..parts.len() - 1];
    let (shown, asked) = protocol.shots(set, earlier, links, seed);
    let known = [set.train.as_slice(), &shown].concat();
    let base = TextBase::new(set, &known, vectors, blend)?;
    let inner = base.scorer(blend, true);
    if protocol == Protocol::TextOnly {
        let with_loops = eval_links(&base.scorer(blend, false), set, (protocol, part), None)?.ranking.both;
        return Ok(LinkReport { with_loops: Some(with_loops), ..eval_links(&inner, set, (protocol, part), None)? });
    }
    let count = set.entities.len();
    let rules = Rules::learn(&Neighbours::new(&[&set.train], count), set.relations.len(), seed);
    let graph = match protocol {
        Protocol::Shots(_) => Neighbours::new(&[earlier, &[&shown]].concat(), count),
        _ => Neighbours::new(&parts, count),
    };
    let (hidden, weight) = match protocol {
        Protocol::LeaveOneOutApart => (Hidden::Pair, blend.rules_apart),
        _ => (Hidden::Link, blend.rules),
    };
    let around = Around { inner: &inner, rules: &rules, graph: &graph, hidden, weight, rooms: Mutex::default() };
    Ok(eval_links(&around, set, (protocol, part), Some(&asked))?)
}
