//! `kgloom train links` and `kgloom train ultra`. In: links. Out: a model folder, figures on validation.
//! Never: a choice made on the test part.

use super::links::weights_of_ultra;
use crate::args::{TrainLinks, TrainUltra};
use crate::config::read_toml;
use crate::context::Context;
use crate::encoders::{KEPT, TUNED, vectors};
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::sets;
use crate::state::{Folder, Predicting, encoder, ontology, pinned};
use crate::voice::Voice;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::{Context as _, Result};
use kgloom_links::live as missing;
use kgloom_links::live::DynamicGraph;
use kgloom_links::{
    Family, LinkModel, LinkSet, LinkTraining, Negatives, TextTraining, TrainingProvenance, Tuned, UltraTraining,
    train_links, train_projected, tune,
};
use kgloom_numerics::progress::{ProgressReporter, TrainProgress};
use kgloom_numerics::vectors::TextVectors;
use kgloom_reader::text_encoder::TextEncoder;
use kgloom_training::links::finetune::{Start, fine_tune};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

pub fn train(context: &Context, wanted: &TrainLinks) -> Result<Exit> {
    let Some(data) = &wanted.data else { return own(context, wanted) };
    let Some(out) = &wanted.out else { return Err(CliError::usage("--out is missing: a folder for the model").into()) };
    match (&wanted.encoder, &wanted.baseline) {
        (Some(encoder), Some(family)) => baseline(context, wanted, (data, out), (encoder, family))?,
        (Some(encoder), None) => from_texts(context, wanted, (data, out), encoder)?,
        (None, _) => from_links(context, wanted, (data, out))?,
    }
    let named = wanted.encoder.as_ref().filter(|_| !out.join(TUNED).is_dir());
    let encoder = named.map_or_else(String::new, |folder| format!(" --encoder {}", folder.display()));
    let (data, out) = (data.display(), out.display());
    context
        .voice
        .note(&format!("wrote \"{out}\"; score it with `kgloom eval links --data {data} --links {out}{encoder}`"));
    Ok(Exit::Done)
}

/// Makes the predictor of the state folder's own graph.
fn own(context: &Context, wanted: &TrainLinks) -> Result<Exit> {
    let config = &pinned(context.config.clone())?;
    let folder = Folder::open_current(config, context.voice)?;
    let graph = folder.linked(DynamicGraph::default())?;
    let start = Instant::now();
    let printer = Mutex::new(ProgressPrinter::new(context.voice));
    let tell = |phase, done, all| {
        printer.lock().unwrap_or_else(PoisonError::into_inner).show(&progress(phase, done, all, start));
    };
    let (models, name) = ((encoder(config)?, ontology(config)?), config.state.display());
    let (predictor, report) = missing::fit(&graph, models, (&name.to_string(), wanted.seed.unwrap_or(1)), &tell)?;
    printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    predictor.write(&Predicting::folder(&config.state))?;
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
    let set = sets::load(context.sources(), data, wanted.texts.as_deref())?;
    training.check_size(&set)?;
    let folder = checkpoints(out, wanted.resume)?;
    let start = Instant::now();
    let texts = texts_for_negatives(context.voice, (wanted, out), &training, &set)?;
    let mut printer = ProgressPrinter::new(context.voice);
    let tell = &mut |progress| printer.show(&progress);
    let trained = train_links(&set, &training, texts.as_ref(), Some(&folder), tell)?;
    printer.finish();
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

pub fn ultra(context: &Context, wanted: &TrainUltra) -> Result<Exit> {
    let file: UltraTraining = wanted.training.as_deref().map_or_else(|| Ok(UltraTraining::default()), read_toml)?;
    let training =
        UltraTraining { seed: wanted.seed.unwrap_or(file.seed), epochs: wanted.epochs.unwrap_or(file.epochs), ..file };
    training.check()?;
    let set = sets::load(context.sources(), &wanted.data, None)?;
    let (weights, taught) = match &wanted.from {
        None => (None, TrainingProvenance { complete: true, ..TrainingProvenance::default() }),
        Some(from) => {
            let (weights, taught) = weights_of_ultra(from, &set)?;
            (Some(weights), taught)
        }
    };
    let folder = checkpoints(&wanted.out, wanted.resume)?;
    let mut printer = ProgressPrinter::new(context.voice);
    let start = Instant::now();
    let tell = &mut |progress| printer.show(&progress);
    let trained = kgloom_links::train_ultra(&set, &training, weights.as_ref(), Some(&folder), tell)?;
    printer.finish();
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
        (None, Negatives::Lemon) => Err(CliError::usage(
            "negatives = \"lemon\" draws wrong answers by texts: name an encoder's folder by --negatives-encoder",
        )
        .into()),
        (Some(_), _) => {
            Err(CliError::usage("--negatives-encoder goes with a training whose negatives are \"lemon\"").into())
        }
        (None, _) => Ok(None),
    }
}

/// Epochs of the baseline: as many as BLP's where the encoder is not tuned.
const BASELINE_EPOCHS: usize = 80;

fn baseline(
    context: &Context,
    wanted: &TrainLinks,
    (data, out): (&Path, &Path),
    (encoder, family): (&Path, &str),
) -> Result<()> {
    let named = serde_json::Value::String(family.to_owned());
    let family: Family =
        serde_json::from_value(named).map_err(|error| CliError::usage(format!("--baseline: {error}")))?;
    let set = sets::load(context.sources(), data, wanted.texts.as_deref())?;
    let start = Instant::now();
    let encoder = TextEncoder::open(encoder)?;
    let vectors = vectors(context.voice, &encoder, &set, Some(&out.join(KEPT)))?;
    let mut printer = ProgressPrinter::new(context.voice);
    let mut tell = |progress: TrainProgress| printer.show(&progress);
    let epochs = wanted.epochs.unwrap_or(BASELINE_EPOCHS);
    let settings = (family, epochs, wanted.seed.unwrap_or(1));
    let (tables, validation) = train_projected(&set, &vectors, settings, &mut ProgressReporter::new(&mut tell))?;
    printer.finish();
    LinkModel::Projected { tables, encoder: encoder.id() }.write(out, &set)?;
    let (seconds, mrr) = (start.elapsed().as_secs_f64(), validation.mrr);
    let report = json!({ "seconds": seconds, "validation": validation });
    write(wanted.format, &report, &format!("validation MRR {mrr:.4}; {seconds:.0} s in all"))
}

fn from_texts(context: &Context, wanted: &TrainLinks, (data, out): (&Path, &Path), folder: &Path) -> Result<()> {
    let mut training: TextTraining =
        wanted.training.as_deref().map_or_else(|| Ok(TextTraining::default()), read_toml)?;
    let seed = wanted.seed.unwrap_or(training.tuning.seed);
    training.tuning.seed = seed;
    training.tuning.layers = wanted.tuned_layers.unwrap_or(training.tuning.layers);
    training.tuning.epochs = wanted.tuning_epochs.unwrap_or(training.tuning.epochs);
    training.maps.epochs = if wanted.closed_form { 0 } else { wanted.epochs.unwrap_or(training.maps.epochs) };
    training.check()?;
    let set = sets::load(context.sources(), data, wanted.texts.as_deref())?;
    let start = Instant::now();
    let kept = out.join(KEPT);
    let mut encoder = TextEncoder::open(folder)?;
    let mut vectors = vectors(context.voice, &encoder, &set, Some(&kept))?;
    let encoded = start.elapsed().as_secs_f64();
    let mut printer = ProgressPrinter::new(context.voice);
    let mut tell = |progress: TrainProgress| printer.show(&progress);
    let mut reporter = ProgressReporter::new(&mut tell);
    let mut tuned = tune(&set, &vectors, &training.maps, (seed, None), &mut reporter)?;
    let to = out.join(TUNED);
    let same =
        |one: &Path, other: &Path| one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|o| o == one));
    if same(&to, folder) {
        return Err(CliError::usage("the encoder lies where a tuned one is written; name another --out").into());
    }
    if to.exists() && !wanted.resume {
        std::fs::remove_dir_all(&to).with_context(|| format!("cannot remove \"{}\"", to.display()))?;
    }
    if training.tuning.layers > 0 {
        let Some(maps) = &tuned.maps else {
            return Err(CliError::usage("an encoder is tuned with maps that learn: give [maps] epochs").into());
        };
        // Should tuning be cut short, there is a model over the encoder as it was.
        let (blend, maps_so_far) = (tuned.blend, Some(Box::new(maps.clone())));
        LinkModel::Text { blend, maps: maps_so_far, encoder: encoder.id() }.write(out, &set)?;
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
        fine_tune(&set, &from, &training.tuning, (&to, &tuning), &mut reporter)?;
        encoder = TextEncoder::open(&to)?;
        vectors = encoder.vectors(&set.texts, Some(&kept), &|_, _| {})?;
        tuned = tune(&set, &vectors, &training.maps, (seed, Some(tuned.blend)), &mut reporter)?;
    }
    printer.finish();
    let Tuned { blend, maps, validation, closed_form } = tuned;
    LinkModel::Text { blend, maps: maps.map(Box::new), encoder: encoder.id() }.write(out, &set)?;
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
