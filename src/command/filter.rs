//! `kgloom filter`, `eval nodes`, `train filter`, `eval filter`. In: bases, graphs. Out: a picture, figures, a filter.
//! Never: a choice made on what is tested.

use super::Context;
use super::eval::write;
use super::train::Teller;
use crate::args::{EvalFilter, EvalNodes, Filter, FilterData, Response, TrainFilter};
use crate::exit::{Exit, Wrong};
use crate::voice::Voice;
use anyhow::{Context as _, Result};
use kg_models::data::{self, nodes};
use kg_models::filter::{
    Basis, FilterExam, FilterTraining, GraphFilter, NodeTraining, Noise, NoiseReport, Polynomial, Snapshot, classify,
    responses, train_filter,
};
use kg_models::links::TextEncoder;
use kg_models::train::TrainProgress;
use serde_json::json;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

pub fn run(context: &Context, filter: &Filter) -> Result<Exit> {
    match filter {
        Filter::Response(wanted) => response(context, wanted),
    }
}

fn bases(asked: &[Basis]) -> Vec<Basis> {
    if asked.is_empty() { Basis::ALL.to_vec() } else { asked.to_vec() }
}

fn response(context: &Context, wanted: &Response) -> Result<Exit> {
    let mut filters = Vec::new();
    for basis in bases(&wanted.basis) {
        let mut filter = Polynomial::first(basis, wanted.order.unwrap_or(basis.usual_order()));
        if !wanted.coefficients.is_empty() {
            let (given, needed) = (wanted.coefficients.len(), filter.coefficients.len());
            if given != needed {
                return Err(Wrong::usage(format!("{basis} needs {needed} coefficients, {given} are given")).into());
            }
            filter.coefficients.clone_from(&wanted.coefficients);
        }
        filters.push((format!("{basis}, K = {}", filter.order()), filter));
    }
    let out = &wanted.out;
    std::fs::write(out, responses(&filters)).with_context(|| format!("cannot write \"{}\"", out.display()))?;
    context.voice.note(&format!("wrote \"{}\"", out.display()));
    Ok(Exit::Done)
}

pub fn eval_nodes(context: &Context, wanted: &EvalNodes) -> Result<Exit> {
    for folder in &wanted.data {
        let set = nodes::load(folder)?;
        for basis in bases(&wanted.basis) {
            let order = wanted.order.unwrap_or(basis.usual_order());
            let EvalNodes { splits, seed, published, .. } = *wanted;
            let (teller, start) = (Mutex::new(Teller::new(context.voice)), Instant::now());
            let tell = |step: usize, steps: usize| {
                if let Ok(mut teller) = teller.lock() {
                    teller.tell(&super::links::progress(basis.name(), step, steps, start));
                }
            };
            let report = classify(&set, NodeTraining { basis, order, splits, seed, published }, &tell)?;
            if let Ok(teller) = teller.into_inner() {
                teller.finish();
            }
            write(wanted.format, &report, &report.line())?;
        }
    }
    Ok(Exit::Done)
}

/// The links with their vectors, and the encoder's id.
fn snapshot(voice: Voice, on: &FilterData, kept: Option<&Path>) -> Result<(Snapshot, String, String)> {
    let set = data::links::load(&on.data)?;
    let encoder = TextEncoder::open(&on.encoder)?;
    let vectors = super::links::vectors(voice, &encoder, &set, on.vectors.as_deref().or(kept))?;
    Ok((Snapshot::of_links(&set, &vectors)?, set.name, encoder.id()))
}

pub fn train(context: &Context, wanted: &TrainFilter) -> Result<Exit> {
    let kept = wanted.out.join(super::links::KEPT);
    let (snapshot, data, encoder) = snapshot(context.voice, &wanted.on, Some(&kept))?;
    let usual = FilterTraining::default();
    let training = FilterTraining { seed: wanted.seed, epochs: wanted.on.epochs.unwrap_or(usual.epochs), ..usual };
    let (mut teller, start) = (Teller::new(context.voice), Instant::now());
    let trained = train_filter(&snapshot, (&data, &encoder), training, &mut |progress| teller.tell(&progress))?;
    teller.finish();
    trained.filter.write(&wanted.out)?;
    let (id, auroc, seconds) = (trained.filter.id()?.0, trained.auroc, start.elapsed().as_secs_f64());
    let report = json!({ "id": id, "validation_auroc": auroc, "seconds": seconds });
    write(wanted.format, &report, &format!("{id}: validation AUROC {auroc:.4}; {seconds:.0} s"))?;
    Ok(Exit::Done)
}

pub fn eval_filter(context: &Context, wanted: &EvalFilter) -> Result<Exit> {
    let (snapshot, data, encoder) = snapshot(context.voice, &wanted.on, wanted.filter.as_deref())?;
    let given = wanted.filter.as_deref().map(GraphFilter::read).transpose()?;
    if let Some(made_with) = given.as_ref().map(|filter| &filter.card.encoder).filter(|made| **made != encoder) {
        let ours = wanted.on.encoder.display();
        return Err(
            Wrong::usage(format!("\"{ours}\" is encoder {encoder}, the filter was made with {made_with}")).into()
        );
    }
    let usual = FilterTraining::default();
    let exam = FilterExam {
        kinds: if wanted.noise.is_empty() { Noise::ALL.to_vec() } else { wanted.noise.clone() },
        rates: wanted.rate.clone(),
        seeds: (1..=wanted.seeds).collect(),
        precision: (100.0 * wanted.keep_precision).round() as u8,
        training: FilterTraining { epochs: wanted.on.epochs.unwrap_or(usual.epochs), ..usual },
    };
    let mut teller = Teller::new(context.voice);
    let mut tell = |progress: TrainProgress| teller.tell(&progress);
    let done = |one: &NoiseReport| {
        let NoiseReport { kind, rate, seed, auroc, .. } = one;
        context.voice.note(&format!("{kind} noise, rate {rate}, seed {seed}: AUROC {auroc:.4}"));
    };
    let report = kg_models::filter::eval_filter(&snapshot, (&data, &encoder), given.as_ref(), &exam, &mut tell, done)?;
    teller.finish();
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}
