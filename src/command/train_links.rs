//! `kgloom train links` and `kgloom train ultra`. In: links. Out: a model folder, figures on validation.
//! Never: a step of training; Ctrl-C in the middle of one, unless asked twice.

use crate::args::{TrainLinks, TrainUltra};
use crate::config::read_toml;
use crate::context::Context;
use crate::encoders::{KEPT, TUNED, of_texts, part_of_one, tunable, vectors};
use crate::exit::{CliError, Exit};
use crate::interrupt;
use crate::report::write;
use crate::sets;
use crate::voice::Voice;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::{Context as _, Result};
use kgloom_engine::state::{Folder, Predicting, encoder, ontology};
use kgloom_links::data::benchmark;
use kgloom_links::live as missing;
use kgloom_links::live::DynamicGraph;
use kgloom_links::training::checkpoint;
use kgloom_links::{
    LinkModel, LinkSet, LinkTraining, Negatives, ProjectedModel, ProjectedTraining, TextTraining, Trained,
    TrainingProvenance, UltraModel, UltraTraining, train_links, train_projected, train_ultra,
};
use kgloom_numerics::progress::{ProgressReporter, TrainProgress};
use kgloom_numerics::vectors::TextVectors;
use kgloom_reader::text_encoder::Cut;
use kgloom_training::links::text_training::{TextSource, TextTrained, train_text_model};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

pub fn train(context: &Context, wanted: &TrainLinks) -> Result<Exit> {
    let Some(data) = &wanted.data else { return own(context, wanted) };
    let Some(out) = &wanted.out else { return Err(CliError::usage("--out is missing: a folder for the model").into()) };
    part_of_one(wanted.encoder.as_deref(), wanted.part)?;
    let exit = match (&wanted.encoder, &wanted.baseline) {
        (Some(encoder), Some(family)) => baseline(context, wanted, (data, out), (encoder, family))?,
        (Some(encoder), None) => from_texts(context, wanted, (data, out), encoder)?,
        (None, _) => from_links(context, wanted, (data, out))?,
    };
    if exit == Exit::Done {
        let named = wanted.encoder.as_ref().filter(|_| !out.join(TUNED).is_dir());
        let encoder = named.map_or_else(String::new, |folder| format!(" --encoder {}", folder.display()));
        let (data, out) = (data.display(), out.display());
        let score = format!("kgloom eval links --data {data} --links {out}{encoder}");
        context.voice.note(&format!("wrote \"{out}\"; score it with `{score}`"));
    }
    Ok(exit)
}

/// Makes the predictor of the state folder's own graph.
fn own(context: &Context, wanted: &TrainLinks) -> Result<Exit> {
    let config = &context.config.clone().pinned()?;
    let folder = Folder::open_current(config)?;
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

/// Trains into a folder, and shows where training is. Nothing, where somebody asked to stop: then it says how to go on.
fn attend<T>(
    voice: Voice,
    (out, resume): (&Path, bool),
    train: impl FnOnce(&mut ProgressReporter<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let kept = out.join(KEPT);
    if !resume {
        checkpoint::forget(&kept)?;
    }
    let mut printer = ProgressPrinter::new(voice);
    let mut asked = false;
    let mut show = |progress: TrainProgress| {
        if interrupt::asked() && !std::mem::replace(&mut asked, true) {
            voice.note("stopping after this epoch; who asks again stops at once, and loses it");
        }
        printer.show(&progress);
    };
    let trained = train(&mut ProgressReporter::new(&mut show).until(&interrupt::asked));
    printer.finish();
    match trained {
        Err(error) if is_stop(&error) => {
            let kept = format!("\"{}\" keeps what was learnt, and the best of it", kept.display());
            voice.note(&format!("interrupted; {kept}: the same with --resume goes on from there"));
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// Whether somebody asked to stop.
fn is_stop(error: &anyhow::Error) -> bool {
    use kgloom_numerics::Error::Stopped;
    matches!(error.downcast_ref(), Some(Stopped))
        || matches!(error.downcast_ref(), Some(kgloom_reader::Error::Numerics(Stopped)))
}

/// A training by its file, with what flags lay over it. What it cannot be is told with its place, where the file says it.
fn training_of<T: Clone + Default + DeserializeOwned>(
    path: Option<&Path>,
    lay: impl FnOnce(T) -> T,
    check: impl Fn(&T) -> Result<(), kgloom_links::Error>,
) -> Result<T> {
    let file: T = path.map_or_else(|| Ok(T::default()), read_toml)?;
    let training = lay(file.clone());
    match (check(&training), path) {
        (Err(error), Some(path)) if check(&file).is_err_and(|of_file| of_file.to_string() == error.to_string()) => {
            Err(placed(path, error))
        }
        (Err(error), _) => Err(error.into()),
        (Ok(()), _) => Ok(training),
    }
}

/// What is wrong with a value of a training's file, with the file, and the line where one is the value's.
fn placed(path: &Path, error: kgloom_links::Error) -> anyhow::Error {
    let said = error.to_string();
    let key = said.split_once(", ").map_or("", |(_, rest)| rest.split([' ', ':', '"']).next().unwrap_or_default());
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = line_of(&text, key).map_or_else(String::new, |line| format!(":{line}"));
    anyhow::Error::new(error).context(format!("{}{line}", path.display()))
}

/// The line, from 1, that says the value of a key, which is named with its table before it.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let mut table = String::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            table = format!("{}.", name.trim());
        } else if let Some((name, _)) = line.split_once('=')
            && format!("{table}{}", name.trim()) == key
        {
            return Some(number);
        }
    }
    None
}

/// A set to train on. What an ILPC folder validates on is of a graph that is not trained on, and no choice can be made by it.
fn trainable(context: &Context, data: &Path, texts: Option<&Path>) -> Result<LinkSet> {
    let set = sets::load(&context.config, data, texts)?;
    let other = benchmark::disjoint(data).filter(|other| set.validation.is_empty() && other.is_file());
    let Some(other) = other else { return Ok(set) };
    let (data, other) = (data.display(), other.display());
    Err(CliError::configuration(format!(
        "\"{data}\" holds links to train on and none of their graph to make choices by: its validation links are those of \
         \"{other}\"; `kgloom data split {data} --out DIR` makes parts of its training links, which can be trained on, and \
         `kgloom eval links --data {data}` scores what was trained on the other graph"
    ))
    .into())
}

fn from_links(context: &Context, wanted: &TrainLinks, (data, out): (&Path, &Path)) -> Result<Exit> {
    let path = wanted.training.as_deref();
    let lay = |file: LinkTraining| LinkTraining {
        seed: wanted.seed.unwrap_or(file.seed),
        epochs: wanted.epochs.unwrap_or(file.epochs),
        ..file
    };
    let training = training_of(path, lay, LinkTraining::check)?;
    let set = trainable(context, data, wanted.texts.as_deref())?;
    training.check_size(&set).map_err(|error| match path {
        Some(path) => placed(path, error),
        None => error.into(),
    })?;
    let start = Instant::now();
    let texts = texts_for_negatives(context.voice, (wanted, out), &training, &set)?;
    let folder = out.join(KEPT).join("embeddings");
    let trained = attend(context.voice, (out, wanted.resume), |reporter| {
        Ok(train_links(&set, &training, texts.as_ref(), Some(&folder), reporter)?)
    })?;
    let Some(Trained { model, validation, epoch }) = trained else { return Ok(Exit::Interrupted) };
    LinkModel::Embeddings(model).write(out, &set)?;
    let (seconds, mrr) = (start.elapsed().as_secs_f64(), validation.mrr);
    let report = json!({ "epoch": epoch, "seconds": seconds, "validation": validation });
    write(wanted.format, &report, &format!("validation MRR {mrr:.4} after epoch {epoch}; {seconds:.0} s in all"))?;
    Ok(Exit::Done)
}

pub fn ultra(context: &Context, wanted: &TrainUltra) -> Result<Exit> {
    let lay = |file: UltraTraining| UltraTraining {
        seed: wanted.seed.unwrap_or(file.seed),
        epochs: wanted.epochs.unwrap_or(file.epochs),
        ..file
    };
    let training = training_of(wanted.training.as_deref(), lay, UltraTraining::check)?;
    let set = trainable(context, &wanted.data, None)?;
    let (from, taught) = match &wanted.from {
        None => (None, TrainingProvenance { complete: true, ..TrainingProvenance::default() }),
        Some(from) => {
            let UltraModel { weights, taught } = model_of_ultra(from, &set)?;
            (Some(weights), taught)
        }
    };
    let (start, folder) = (Instant::now(), wanted.out.join(KEPT).join("ultra"));
    let trained = attend(context.voice, (&wanted.out, wanted.resume), |reporter| {
        Ok(train_ultra(&set, &training, from.as_ref(), Some(&folder), reporter)?)
    })?;
    let Some(Trained { model: weights, validation, epoch }) = trained else { return Ok(Exit::Interrupted) };
    LinkModel::Ultra(UltraModel { weights, taught: taught.and(&set) }).write(&wanted.out, &set)?;
    let (seconds, mrr) = (start.elapsed().as_secs_f64(), validation.mrr);
    let report = json!({ "epoch": epoch, "seconds": seconds, "validation": validation });
    write(wanted.format, &report, &format!("validation MRR {mrr:.4} after epoch {epoch}; {seconds:.0} s in all"))?;
    let out = wanted.out.display();
    context.voice.note(&format!("wrote \"{out}\"; use it with `kgloom eval links --data DIR --links {out}`"));
    Ok(Exit::Done)
}

/// ULTRA's weights by path, and what they were trained on.
fn model_of_ultra(path: &Path, set: &LinkSet) -> Result<UltraModel> {
    match LinkModel::read(path, set)? {
        LinkModel::Ultra(model) => Ok(model),
        _ => Err(CliError::usage(format!("\"{}\" is no model of ULTRA", path.display())).into()),
    }
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
            Ok(Some(vectors(voice, &of_texts(folder, Cut::NONE)?, set, Some(&out.join(KEPT)))?))
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

fn baseline(
    context: &Context,
    wanted: &TrainLinks,
    (data, out): (&Path, &Path),
    (encoder, family): (&Path, &str),
) -> Result<Exit> {
    let named = serde_json::Value::String(family.to_owned());
    let family = serde_json::from_value(named).map_err(|error| CliError::usage(format!("--baseline: {error}")))?;
    let usual = ProjectedTraining::default();
    let (epochs, seed) = (wanted.epochs.unwrap_or(usual.epochs), wanted.seed.unwrap_or(usual.seed));
    let training = ProjectedTraining { family, epochs, seed };
    let set = trainable(context, data, wanted.texts.as_deref())?;
    let (start, folder) = (Instant::now(), out.join(KEPT).join("baseline"));
    let encoder = of_texts(encoder, wanted.part.cut())?;
    let vectors = vectors(context.voice, &encoder, &set, Some(&out.join(KEPT)))?;
    let trained = attend(context.voice, (out, wanted.resume), |reporter| {
        Ok(train_projected(&set, &vectors, &training, Some(&folder), reporter)?)
    })?;
    let Some(Trained { model: tables, validation, .. }) = trained else { return Ok(Exit::Interrupted) };
    LinkModel::Projected(ProjectedModel { tables, encoder: encoder.id() }).write(out, &set)?;
    let (seconds, mrr) = (start.elapsed().as_secs_f64(), validation.mrr);
    let report = json!({ "seconds": seconds, "validation": validation });
    write(wanted.format, &report, &format!("validation MRR {mrr:.4}; {seconds:.0} s in all"))?;
    Ok(Exit::Done)
}

fn from_texts(context: &Context, wanted: &TrainLinks, (data, out): (&Path, &Path), folder: &Path) -> Result<Exit> {
    let lay = |mut training: TextTraining| {
        training.tuning.seed = wanted.seed.unwrap_or(training.tuning.seed);
        training.tuning.layers = wanted.tuned_layers.unwrap_or(training.tuning.layers);
        training.tuning.epochs = wanted.tuning_epochs.unwrap_or(training.tuning.epochs);
        training.maps.epochs = if wanted.closed_form { 0 } else { wanted.epochs.unwrap_or(training.maps.epochs) };
        training
    };
    let training = training_of(wanted.training.as_deref(), lay, TextTraining::check)?;
    tunable(folder, training.tuning.layers)?;
    let (tuned, resolved) = (out.join(TUNED), |path: &Path| path.canonicalize().ok());
    if resolved(folder).is_some_and(|folder| resolved(&tuned) == Some(folder)) {
        return Err(CliError::usage("the encoder lies where a tuned one is written; name another --out").into());
    }
    let set = trainable(context, data, wanted.texts.as_deref())?;
    let start = Instant::now();
    let encoder = of_texts(folder, wanted.part.cut())?;
    let vectors = vectors(context.voice, &encoder, &set, Some(&out.join(KEPT)))?;
    let encoded = start.elapsed().as_secs_f64();
    if tuned.exists() && !wanted.resume {
        std::fs::remove_dir_all(&tuned).with_context(|| format!("cannot remove \"{}\"", tuned.display()))?;
    }
    let source = TextSource { folder, encoder: encoder.id(), vectors };
    let trained = attend(context.voice, (out, wanted.resume), |reporter| {
        Ok(train_text_model(&set, source, &training, out, reporter)?)
    })?;
    let Some(TextTrained { model, validation, closed_form }) = trained else { return Ok(Exit::Interrupted) };
    let blend = model.blend;
    LinkModel::Text(model).write(out, &set)?;
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
    )?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_value_is_that_of_its_key_and_table() {
        let text = "\u{feff}# rank = 1\nseed = 3\n[maps]\r\nepochs = 2\nrate=0.1\n[ tuning ]\n  epochs = 0\n";
        for (key, line) in [("seed", 2), ("maps.epochs", 4), ("maps.rate", 5), ("tuning.epochs", 7)] {
            assert_eq!(line_of(text, key), Some(line), "{key}");
        }
        assert!(["epochs", "rank", "tuning.rate", ""].iter().all(|key| line_of(text, key).is_none()));
    }

    #[test]
    fn a_wrong_value_is_told_with_its_file_only_where_the_file_says_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("training.toml");
        std::fs::write(&path, "# mine\n\ndimension = 0\nepochs = 5\n").unwrap();
        let told = |lay: fn(LinkTraining) -> LinkTraining| {
            let checked = training_of(Some(&path), lay, LinkTraining::check);
            checked.map(|_| ()).map_err(|error| format!("{error:#}"))
        };
        let of_file = told(|file| file).unwrap_err();
        assert!(of_file.starts_with(&format!("{}:3: ", path.display())), "{of_file}");
        assert!(of_file.contains("dimension = 0") && of_file.contains("from 1 to"), "{of_file}");
        let of_flag = told(|file| LinkTraining { dimension: 8, epochs: 0, ..file }).unwrap_err();
        assert!(of_flag.contains("epochs = 0") && !of_flag.contains("training.toml"), "{of_flag}");
        assert_eq!(told(|file| LinkTraining { dimension: 8, ..file }), Ok(()));
    }
}
