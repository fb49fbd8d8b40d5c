//! `kgloom train links` and `kgloom eval links`. In: links. Out: a model folder, ranks as figures.
//! Never: a choice made on the test part.

use super::Context;
use super::eval::write;
use super::train::Teller;
use crate::args::{EvalLinks, TrainLinks};
use crate::config::read_toml;
use crate::exit::Exit;
use anyhow::{Context as _, Result};
use kg_models::data;
use kg_models::links::{Embeddings, LinkTraining, eval_links, train_links};
use serde_json::json;
use std::io::Write;
use std::time::Instant;

/// Where checkpoints are, under a model's folder.
const CHECKPOINTS: &str = "training";

pub fn train(context: &Context, wanted: &TrainLinks) -> Result<Exit> {
    let file: LinkTraining = wanted.training.as_deref().map_or_else(|| Ok(LinkTraining::default()), read_toml)?;
    let training =
        LinkTraining { seed: wanted.seed.unwrap_or(file.seed), epochs: wanted.epochs.unwrap_or(file.epochs), ..file };
    training.check()?;
    let set = data::links::load(&wanted.data)?;
    let folder = wanted.out.join(CHECKPOINTS);
    if !wanted.resume && folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove \"{}\"", folder.display()))?;
    }
    let mut teller = Teller::new(context.voice);
    let start = Instant::now();
    let trained = train_links(&set, &training, Some(&folder), &mut |progress| teller.tell(&progress))?;
    teller.finish();
    trained.embeddings.write(&wanted.out, &set)?;
    let seconds = start.elapsed().as_secs_f64();
    let (mrr, epoch) = (trained.validation.mrr, trained.epoch);
    let report = json!({ "epoch": epoch, "seconds": seconds, "validation": trained.validation });
    let table = format!("validation MRR {mrr:.4} after epoch {epoch}; {seconds:.0} s in all");
    write(wanted.format, &report, &table)?;
    context.voice.note(&format!(
        "wrote \"{0}\"; score it with `kgloom eval links --data {1} --links {0}`",
        wanted.out.display(),
        wanted.data.display()
    ));
    Ok(Exit::Done)
}

pub fn eval(context: &Context, wanted: &EvalLinks) -> Result<Exit> {
    let set = data::links::load(&wanted.data)?;
    let model = Embeddings::read(&wanted.links, &set)?;
    let start = Instant::now();
    let report = eval_links(&model.scorer(), &set, (wanted.protocol, wanted.validation))?;
    context.voice.detail(&format!("ranked in {:.1} s", start.elapsed().as_secs_f64()));
    write(wanted.format, &report, &report.table())?;
    std::io::stdout().flush()?;
    Ok(Exit::Done)
}
