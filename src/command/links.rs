//! `kgloom train links`, `kgloom train ultra` and `kgloom eval links`. In: links. Out: a model folder, ranks as figures.
//! Never: a choice made on the test part.

use super::Context;
use super::eval::write;
use super::train::Teller;
use crate::args::{EvalLinks, TrainLinks, TrainUltra};
use crate::config::read_toml;
use crate::exit::{Exit, Wrong};
use crate::state::{Folder, Predicting, encoder, ontology};
use crate::voice::Voice;
use anyhow::{Context as _, Result};
use kg_models::data;
use kg_models::links::missing::{self, LivingGraph};
use kg_models::links::{
    Around, Blend, Hidden, LinkModel, LinkReport, LinkSet, LinkTraining, Negatives, Neighbours, Part, Protocol, Rules,
    Taught, TextBase, TextEncoder, TextVectors, Ultra, UltraTraining, eval_links, eval_ultra, train_links, tune,
};
use kg_models::train::TrainProgress;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Where checkpoints and vectors of texts are kept, under a model's folder.
pub(super) const KEPT: &str = "training";

/// A set of links, with the texts of a file of its own.
pub(super) fn load(data: &Path, texts: Option<&Path>) -> Result<LinkSet> {
    let mut set = data::links::load(data)?;
    if let Some(texts) = texts {
        set.texts = data::links::texts(texts, &set)?;
    }
    Ok(set)
}

pub fn train(context: &Context, wanted: &TrainLinks) -> Result<Exit> {
    let Some(data) = &wanted.data else { return own(context, wanted) };
    let Some(out) = &wanted.out else { return Err(Wrong::usage("--out is missing: a folder for the model").into()) };
    match &wanted.encoder {
        Some(encoder) => from_texts(context, wanted, (data, out), encoder)?,
        None => from_links(context, wanted, (data, out))?,
    }
    let (data, out) = (data.display(), out.display());
    let encoder = wanted.encoder.as_ref().map_or_else(String::new, |folder| format!(" --encoder {}", folder.display()));
    context
        .voice
        .note(&format!("wrote \"{out}\"; score it with `kgloom eval links --data {data} --links {out}{encoder}`"));
    Ok(Exit::Done)
}

/// Makes the predictor of the state folder's own graph.
fn own(context: &Context, wanted: &TrainLinks) -> Result<Exit> {
    let folder = Folder::open_current(&context.config, context.voice)?;
    let graph = folder.linked(LivingGraph::default())?;
    let start = Instant::now();
    let teller = Mutex::new(Teller::new(context.voice));
    let tell = |phase, done, all| {
        teller.lock().unwrap_or_else(PoisonError::into_inner).tell(&progress(phase, done, all, start));
    };
    let (models, name) = ((encoder(&context.config)?, ontology(&context.config)?), context.config.state.display());
    let (predictor, report) = missing::fit(&graph, models, (&name.to_string(), wanted.seed.unwrap_or(1)), &tell)?;
    teller.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    predictor.write(&Predicting::folder(&context.config.state))?;
    write(wanted.format, &report, &report.table())?;
    let seconds = start.elapsed().as_secs_f64();
    context.voice.note(&format!("made {} in {seconds:.0} s; `kgloom predict` writes what it predicts", predictor.id()));
    Ok(Exit::Done)
}

fn from_links(context: &Context, wanted: &TrainLinks, (data, out): (&Path, &Path)) -> Result<()> {
    let file: LinkTraining = wanted.training.as_deref().map_or_else(|| Ok(LinkTraining::default()), read_toml)?;
    let training =
        LinkTraining { seed: wanted.seed.unwrap_or(file.seed), epochs: wanted.epochs.unwrap_or(file.epochs), ..file };
    training.check()?;
    let set = load(data, wanted.texts.as_deref())?;
    let folder = checkpoints(out, wanted.resume)?;
    let start = Instant::now();
    let texts = texts_for_negatives(context.voice, (wanted, out), &training, &set)?;
    let mut teller = Teller::new(context.voice);
    let tell = &mut |progress| teller.tell(&progress);
    let trained = train_links(&set, &training, texts.as_ref(), Some(&folder), tell)?;
    teller.finish();
    LinkModel::Embeddings(trained.embeddings).write(out, &set)?;
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
        Some(from) => match LinkModel::read(from, &set)? {
            LinkModel::Ultra { weights, taught } => (Some(weights), taught),
            _ => return Err(Wrong::usage(format!("\"{}\" is no model of ULTRA", from.display())).into()),
        },
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

/// The vectors by which wrong answers are drawn, where the training draws them so.
fn texts_for_negatives(
    voice: Voice,
    (wanted, out): (&TrainLinks, &Path),
    training: &LinkTraining,
    set: &LinkSet,
) -> Result<Option<TextVectors>> {
    match (&wanted.negatives_encoder, training.negatives) {
        (Some(folder), Negatives::Lemon) => {
            Ok(Some(vectors(voice, &TextEncoder::open(folder)?, set, Some(&out.join(KEPT)))?))
        }
        (None, Negatives::Lemon) => Err(Wrong::usage(
            "negatives = \"lemon\" draws wrong answers by texts: name an encoder's folder by --negatives-encoder",
        )
        .into()),
        (Some(_), _) => {
            Err(Wrong::usage("--negatives-encoder goes with a training whose negatives are \"lemon\"").into())
        }
        (None, _) => Ok(None),
    }
}

fn from_texts(context: &Context, wanted: &TrainLinks, (data, out): (&Path, &Path), encoder: &Path) -> Result<()> {
    let set = load(data, wanted.texts.as_deref())?;
    let start = Instant::now();
    let encoder = TextEncoder::open(encoder)?;
    let vectors = vectors(context.voice, &encoder, &set, Some(&out.join(KEPT)))?;
    let encoded = start.elapsed().as_secs_f64();
    let mut teller = Teller::new(context.voice);
    let (blend, validation) = tune(&set, &vectors, wanted.seed.unwrap_or(1), &mut |step, steps, mrr| {
        let mut progress = progress("blend", step, steps, start);
        progress.validation = Some(mrr as f32);
        teller.tell(&progress);
    })?;
    teller.finish();
    LinkModel::Text { blend, encoder: encoder.id() }.write(out, &set)?;
    let (seconds, mrr) = (start.elapsed().as_secs_f64(), validation.mrr);
    let report = json!({ "blend": blend, "seconds": seconds, "encoding_seconds": encoded, "validation": validation });
    write(
        wanted.format,
        &report,
        &format!("validation MRR {mrr:.4}; {seconds:.0} s in all, {encoded:.0} s of them to read texts"),
    )
}

pub(super) fn progress(phase: &'static str, step: usize, steps: usize, start: Instant) -> TrainProgress {
    let left = start.elapsed().as_secs_f64() / step.max(1) as f64 * (steps - step) as f64;
    TrainProgress { phase, epoch: 1, epochs: 1, step, steps, loss: 0.0, validation: None, eta_seconds: left }
}

pub(super) fn vectors(voice: Voice, encoder: &TextEncoder, set: &LinkSet, kept: Option<&Path>) -> Result<TextVectors> {
    let teller = Mutex::new(Teller::new(voice));
    let start = Instant::now();
    let tell = |step, steps| {
        if let Ok(mut teller) = teller.lock() {
            teller.tell(&progress("texts", step, steps, start));
        }
    };
    let vectors = encoder.vectors(set, kept, &tell)?;
    if let Ok(teller) = teller.into_inner() {
        teller.finish();
    }
    Ok(vectors)
}

pub fn eval(context: &Context, wanted: &EvalLinks) -> Result<Exit> {
    let set = load(&wanted.data, wanted.texts.as_deref())?;
    let part = if wanted.validation { Part::Validation } else { Part::Test };
    let start = Instant::now();
    let report = match LinkModel::read(&wanted.links, &set)? {
        LinkModel::Embeddings(tables) => match wanted.protocol.unwrap_or(Protocol::Transductive) {
            Protocol::Transductive => eval_links(&tables.scorer(), &set, (Protocol::Transductive, part), None)?,
            asked => return Err(unfit(asked, "has a row of numbers for each entity it was trained on")),
        },
        LinkModel::Text { blend, encoder } => match wanted.protocol.unwrap_or(Protocol::TextOnly) {
            asked @ (Protocol::Transductive | Protocol::Disjoint) => {
                return Err(unfit(asked, "has no numbers of its own for an entity, but reads texts"));
            }
            protocol => {
                let found = made_with(wanted.encoder.as_deref(), &encoder)?;
                let vectors = vectors(context.voice, &found, &set, Some(&wanted.links.join(KEPT)))?;
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

fn unfit(asked: Protocol, model: &str) -> anyhow::Error {
    Wrong::usage(format!("the model {model}; it cannot be tested by {asked}")).into()
}

/// The encoder that the model was made with.
pub(super) fn made_with(folder: Option<&Path>, encoder: &str) -> Result<TextEncoder> {
    let Some(folder) = folder else {
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
