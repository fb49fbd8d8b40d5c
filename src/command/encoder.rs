//! `kgloom train encoder`, `kgloom models compare`, `kgloom eval sts`. In: encoders' folders, texts. Out: a smaller encoder, a
//! bridge, figures. Never: a figure of texts that were fitted.

use crate::args::{CompareEncoders, EvalSts, TrainEncoder};
use crate::context::Context;
use crate::encoders::any;
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::voice::Voice;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::Result;
use kgloom_corpora::sts::{self, SentencePair};
use kgloom_encoders::{KeptBridge, SimilarityReport, StudentTraining, compare, similarity, texts};
use kgloom_reader::text_encoder::Cut;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Does work on texts, and shows how many are done.
fn shown<T>(voice: Voice, work: impl FnOnce(&(dyn Fn(usize, usize) + Sync)) -> T) -> T {
    let (printer, start) = (Mutex::new(ProgressPrinter::new(voice)), Instant::now());
    let done = work(&|step, steps| {
        printer.lock().unwrap_or_else(PoisonError::into_inner).show(&progress("texts", step, steps, start));
    });
    printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    done
}

pub fn train(context: &Context, wanted: &TrainEncoder) -> Result<Exit> {
    let texts = texts::read(&wanted.texts)?;
    let TrainEncoder { teacher, layers, numbers, out, seed, .. } = wanted;
    let training = StudentTraining { teacher, layers: *layers, numbers: *numbers, seed: *seed };
    let card = shown(context.voice, |tell| training.run(&texts, out, tell))?;
    writeln!(std::io::stdout().lock(), "{}", serde_json::to_string_pretty(&card)?)?;
    context.voice.note(&format!("wrote \"{0}\"; use it with --encoder {0}", out.display()));
    Ok(Exit::Done)
}

pub fn compare_encoders(context: &Context, wanted: &CompareEncoders) -> Result<Exit> {
    if !(0.0..=1.0).contains(&wanted.least) {
        return Err(CliError::usage(format!("--least {}: a share from 0 to 1 is wanted", wanted.least)).into());
    }
    let texts = texts::read(&wanted.texts)?;
    let of_old = Cut { layer: wanted.old_layer, numbers: wanted.old_numbers };
    let (old, new) = (any(Some(&wanted.old), of_old)?, any(Some(&wanted.new), wanted.part.cut())?);
    let found = shown(context.voice, |tell| compare((&*old, &*new), &texts, (wanted.least, wanted.seed), tell))?;
    write(wanted.format, &found, &found.table())?;
    match (found.bridge(), &wanted.out) {
        (Ok(_), Some(file)) => {
            KeptBridge::of(&found, (&old.id(), &new.id()), texts::hash(&texts)).write(file)?;
            context.voice.note(&format!(
                "wrote \"{}\"; use it with --bridge, or by [search] bridge in kgloom.toml",
                file.display()
            ));
            Ok(Exit::Done)
        }
        (Ok(_), None) => Ok(Exit::Done),
        (Err(refused), _) => {
            context.voice.note(&refused.to_string());
            Ok(Exit::Different)
        }
    }
}

pub fn eval_sts(context: &Context, wanted: &EvalSts) -> Result<Exit> {
    let pairs = sts::load(&wanted.data)?;
    let side = |of: fn(&SentencePair) -> &Arc<str>| -> Vec<Option<Arc<str>>> {
        pairs.iter().map(|pair| Some(Arc::clone(of(pair)))).collect()
    };
    let (first, second) = (side(|pair| &pair.first), side(|pair| &pair.second));
    let people: Vec<f64> = pairs.iter().map(|pair| pair.similarity).collect();
    let plain = [None];
    let layers: Vec<Option<usize>> = wanted.layer.iter().copied().map(Some).collect();
    let mut reports: Vec<SimilarityReport> = Vec::new();
    for &layer in if layers.is_empty() { plain.as_slice() } else { &layers } {
        let encoder = any(wanted.encoder.as_deref(), Cut::layer(layer))?;
        let name = layer.map_or_else(|| format!("encoder {}", encoder.id()), |layer| format!("layer {layer}"));
        let vectors = shown(context.voice, |tell| {
            encoder.read(&first, tell).and_then(|first| Ok((first, encoder.read(&second, tell)?)))
        })?;
        reports.push(similarity(&name, (&vectors.0, &vectors.1), encoder.width(), &people));
    }
    write(wanted.format, &reports, &SimilarityReport::table(&reports))?;
    Ok(Exit::Done)
}
