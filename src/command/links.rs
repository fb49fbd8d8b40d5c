//! `kgloom train links` and `kgloom eval links`. In: links. Out: a model folder, ranks as figures.
//! Never: a choice made on the test part.

use super::Context;
use super::eval::write;
use super::train::Teller;
use crate::args::{EvalLinks, TrainLinks};
use crate::config::read_toml;
use crate::exit::{Exit, Wrong};
use crate::voice::Voice;
use anyhow::{Context as _, Result};
use kg_models::data;
use kg_models::links::{
    Around, Blend, Family, Hidden, LinkModel, LinkReport, LinkSet, LinkTraining, LowRank, Neighbours, Part, Protocol,
    Rules, Start, TextBase, TextEncoder, TextTraining, TextVectors, Tuned, WithoutLoops, eval_links, fine_tune,
    train_links, train_projected, tune,
};
use kg_models::train::{TrainProgress, Watch};
use serde_json::json;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// Where checkpoints and vectors of texts are kept, under a model's folder.
const KEPT: &str = "training";
/// Where a tuned encoder is.
const TUNED: &str = "encoder";

pub fn train(context: &Context, wanted: &TrainLinks) -> Result<Exit> {
    match (&wanted.encoder, &wanted.baseline) {
        (Some(encoder), Some(family)) => baseline(context, wanted, (encoder, family))?,
        (Some(encoder), None) => from_texts(context, wanted, encoder)?,
        (None, _) => from_links(context, wanted)?,
    }
    let (data, out) = (wanted.data.display(), wanted.out.display());
    let own = wanted.out.join(TUNED).is_dir();
    let named = wanted.encoder.as_ref().filter(|_| !own);
    let encoder = named.map_or_else(String::new, |folder| format!(" --encoder {}", folder.display()));
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
    let folder = wanted.out.join(KEPT);
    if !wanted.resume && folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove \"{}\"", folder.display()))?;
    }
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

/// Epochs of the baseline: as many as BLP's where the encoder is not tuned.
const BASELINE_EPOCHS: usize = 80;

fn baseline(context: &Context, wanted: &TrainLinks, (encoder, family): (&Path, &str)) -> Result<()> {
    let named = serde_json::Value::String(family.to_owned());
    let family: Family = serde_json::from_value(named).map_err(|error| Wrong::usage(format!("--baseline: {error}")))?;
    let set = data::links::load(&wanted.data)?;
    let start = Instant::now();
    let encoder = TextEncoder::open(encoder)?;
    let vectors = vectors(context.voice, &encoder, &set, &wanted.out.join(KEPT))?;
    let mut teller = Teller::new(context.voice);
    let mut tell = |progress: TrainProgress| teller.tell(&progress);
    let epochs = wanted.epochs.unwrap_or(BASELINE_EPOCHS);
    let settings = (family, epochs, wanted.seed.unwrap_or(1));
    let (tables, validation) = train_projected(&set, &vectors, settings, &mut Watch::new(&mut tell))?;
    teller.finish();
    LinkModel::Projected { tables, encoder: encoder.id() }.write(&wanted.out, &set)?;
    let (seconds, mrr) = (start.elapsed().as_secs_f64(), validation.mrr);
    let report = json!({ "seconds": seconds, "validation": validation });
    write(wanted.format, &report, &format!("validation MRR {mrr:.4}; {seconds:.0} s in all"))
}

fn from_texts(context: &Context, wanted: &TrainLinks, folder: &Path) -> Result<()> {
    let mut training: TextTraining =
        wanted.training.as_deref().map_or_else(|| Ok(TextTraining::default()), read_toml)?;
    let seed = wanted.seed.unwrap_or(training.tuning.seed);
    training.tuning.seed = seed;
    training.tuning.layers = wanted.tuned_layers.unwrap_or(training.tuning.layers);
    training.tuning.epochs = wanted.tuning_epochs.unwrap_or(training.tuning.epochs);
    training.maps.epochs = if wanted.closed_form { 0 } else { wanted.epochs.unwrap_or(training.maps.epochs) };
    let set = data::links::load(&wanted.data)?;
    let start = Instant::now();
    let kept = wanted.out.join(KEPT);
    let mut encoder = TextEncoder::open(folder)?;
    let mut vectors = vectors(context.voice, &encoder, &set, &kept)?;
    let encoded = start.elapsed().as_secs_f64();
    let mut teller = Teller::new(context.voice);
    let mut tell = |progress: TrainProgress| teller.tell(&progress);
    let mut watch = Watch::new(&mut tell);
    let mut tuned = tune(&set, &vectors, &training.maps, (seed, None), &mut watch)?;
    let to = wanted.out.join(TUNED);
    let same =
        |one: &Path, other: &Path| one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|o| o == one));
    if same(&to, folder) {
        return Err(Wrong::usage("the encoder lies where a tuned one is written; name another --out").into());
    }
    if to.exists() && !wanted.resume {
        std::fs::remove_dir_all(&to).with_context(|| format!("cannot remove \"{}\"", to.display()))?;
    }
    if training.tuning.layers > 0 {
        let Some(maps) = &tuned.maps else {
            return Err(Wrong::usage("an encoder is tuned with maps that learn: give [maps] epochs").into());
        };
        // Should tuning be cut short, there is a model over the encoder as it was.
        let (blend, maps_so_far) = (tuned.blend, Some(Box::new(maps.clone())));
        LinkModel::Text { blend, maps: maps_so_far, encoder: encoder.id() }.write(&wanted.out, &set)?;
        let tuning = kept.join("tuning");
        if !wanted.resume && tuning.exists() {
            std::fs::remove_dir_all(&tuning).with_context(|| format!("cannot remove \"{}\"", tuning.display()))?;
        }
        let from = Start {
            encoder: folder,
            vectors: &vectors,
            shrinkage: tuned.blend.shrinkage,
            maps,
            training: &training.maps,
        };
        fine_tune(&set, &from, &training.tuning, (&to, &tuning), &mut watch)?;
        encoder = TextEncoder::open(&to)?;
        vectors = encoder.vectors(&set, Some(&kept), &|_, _| {})?;
        tuned = tune(&set, &vectors, &training.maps, (seed, Some(tuned.blend)), &mut watch)?;
    }
    teller.finish();
    let Tuned { blend, maps, validation, closed_form } = tuned;
    LinkModel::Text { blend, maps: maps.map(Box::new), encoder: encoder.id() }.write(&wanted.out, &set)?;
    let (seconds, mrr) = (start.elapsed().as_secs_f64(), validation.mrr);
    let report = json!({ "blend": blend, "seconds": seconds, "encoding_seconds": encoded, "closed_form": closed_form,
        "validation": validation });
    write(
        wanted.format,
        &report,
        &format!(
            "validation MRR {mrr:.4}, in closed form {closed_form:.4}; {seconds:.0} s in all, {encoded:.0} s of them to \
             read texts"
        ),
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
        LinkModel::Embeddings(tables) => match wanted.protocol.unwrap_or(Protocol::Transductive) {
            Protocol::Transductive => eval_links(&tables.scorer(), &set, (Protocol::Transductive, part), None)?,
            asked => return Err(unfit(asked, "has a row of numbers for each entity it was trained on")),
        },
        LinkModel::Projected { tables, encoder } => match wanted.protocol.unwrap_or(Protocol::TextOnly) {
            Protocol::TextOnly => {
                let found = made_with(wanted, &encoder)?;
                let tables = tables.embeddings(&vectors(context.voice, &found, &set, &wanted.links.join(KEPT))?);
                let (scorer, asked) = (tables.scorer(), (Protocol::TextOnly, part));
                let with_loops = eval_links(&scorer, &set, asked, None)?.ranking.both;
                let report = eval_links(&WithoutLoops::new(&scorer, &set), &set, asked, None)?;
                LinkReport { with_loops: Some(with_loops), ..report }
            }
            asked => return Err(unfit(asked, "maps texts to rows, and does not look at links")),
        },
        LinkModel::Text { blend, maps, encoder } => match wanted.protocol.unwrap_or(Protocol::TextOnly) {
            Protocol::Transductive => {
                return Err(unfit(Protocol::Transductive, "has no numbers of its own for an entity, but reads texts"));
            }
            protocol => {
                let found = made_with(wanted, &encoder)?;
                let vectors = vectors(context.voice, &found, &set, &wanted.links.join(KEPT))?;
                of_texts((&set, &vectors), (blend, maps.as_deref()), (protocol, part), wanted.seed)?
            }
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
fn made_with(wanted: &EvalLinks, encoder: &str) -> Result<TextEncoder> {
    let tuned = Some(wanted.links.join(TUNED)).filter(|folder| folder.is_dir());
    let Some(folder) = wanted.encoder.clone().or(tuned) else {
        return Err(Wrong::usage("the model reads texts: name its encoder's folder by --encoder").into());
    };
    let found = TextEncoder::open(&folder)?;
    if found.id() == encoder {
        return Ok(found);
    }
    let (ours, theirs) = (folder.display(), found.id());
    Err(Wrong::usage(format!("\"{ours}\" is encoder {theirs}, the model was made with {encoder}")).into())
}

/// Ranks by texts, and where the protocol shows links of new entities, by rules over them.
fn of_texts(
    (set, vectors): (&LinkSet, &TextVectors),
    (blend, maps): (Blend, Option<&LowRank>),
    (protocol, part): (Protocol, Part),
    seed: u64,
) -> Result<LinkReport> {
    let (links, parts) = part.of(set)?;
    let earlier = &parts[..parts.len() - 1];
    let (shown, asked) = protocol.shots(set, earlier, links, seed);
    let known = [set.train.as_slice(), &shown].concat();
    let base = TextBase::new(set, &known, vectors, (blend, maps))?;
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
