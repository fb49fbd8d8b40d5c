//! `kgloom filter`, `eval nodes`, `train filter`, `eval filter`. In: bases, graphs. Out: a picture, figures, a filter.
//! Never: a choice made on what is tested.

use crate::annotated::{filled, part_of, root_of};
use crate::args::{EvalFilter, EvalNodes, Filter, FilterData, Response, TrainFilter};
use crate::config::FilterChoice;
use crate::context::Context;
use crate::encoders::part_of_one;
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::sets;
use crate::voice::progress_printer::ProgressPrinter;
use crate::voice::{Measure, Progress, Voice};
use anyhow::{Context as _, Result};
use kgloom_corpora as data;
use kgloom_corpora::{AnnotatedDocument, Part};
use kgloom_engine::state::{classifier, extractor, ontology};
use kgloom_filter::{
    FilterTraining, GraphFilter, Noise, NoiseExperiment, NoiseReport, RankedEdge, Snapshot, extremes, train_filter,
};
use kgloom_numerics::progress::TrainProgress;
use kgloom_polynomials::{Basis, NodeTraining, Polynomial, classify, nodes, responses};
use kgloom_reader::Extractor;
use kgloom_reader::text_encoder::TextEncoder;
use kgloom_record::port::Reader;
use kgloom_training::evaluate::property;
use kgloom_training::filter::comention::comentions;
use kgloom_training::filter::end_to_end::eval_end_to_end;
use kgloom_training::filter::fact_candidates::ReadDocuments;
use kgloom_training::filter::supervised::train_supervised;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// The precision of thresholds over false edges that were put in, in hundredths.
const USUAL_PRECISION: u8 = 90;

/// Relations that a message names.
const MOST_NAMED: usize = 5;

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
                return Err(CliError::usage(format!("{basis} needs {needed} coefficients, {given} are given")).into());
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
            let (printer, start) = (Mutex::new(ProgressPrinter::new(context.voice)), Instant::now());
            let tell = |step: usize, steps: usize| {
                if let Ok(mut printer) = printer.lock() {
                    printer.show(&crate::voice::progress_printer::progress(basis.name(), step, steps, start));
                }
            };
            let report = classify(&set, NodeTraining { basis, order, splits, seed, published }, &tell)?;
            if let Ok(printer) = printer.into_inner() {
                printer.finish();
            }
            write(wanted.format, &report, &report.line())?;
        }
    }
    Ok(Exit::Done)
}

/// The links with their vectors, and the encoder's id.
fn snapshot(context: &Context, on: &FilterData, kept: Option<&Path>) -> Result<(Snapshot, String, String)> {
    let (Some(data), Some(encoder)) = (&on.data, &on.encoder) else {
        return Err(CliError::usage("--data and --encoder, or --gold, say what a filter is about").into());
    };
    let set = sets::load(&context.config, data, None)?;
    let encoder = TextEncoder::open_part(encoder, on.part.cut())?;
    let vectors = crate::encoders::vectors(context.voice, &encoder, &set, on.vectors.as_deref().or(kept))?;
    Ok((Snapshot::of_links(&set, &vectors)?, set.name, encoder.id()))
}

/// A part of a data set of annotated documents.
fn annotated(on: &FilterData, name: &str, part: Part) -> Result<Vec<AnnotatedDocument>> {
    part_of(root_of((on.data_root.as_deref(), "--gold"), name)?, name, part)
}

/// The documents that a filter is scored on: a file in the format of DocRED, or a part of a named set.
fn examined(wanted: &EvalFilter, gold: &str) -> Result<(Vec<AnnotatedDocument>, String)> {
    let path = Path::new(gold);
    if path.is_file() {
        if wanted.validation {
            return Err(CliError::usage(format!("--gold \"{gold}\" is a file and has no validation part")).into());
        }
        return Ok((filled(data::redocred::load(path)?, &format!("--gold \"{gold}\""))?, gold.to_owned()));
    }
    let (part, name) = if wanted.validation { (Part::Validation, "validation") } else { (Part::Test, "test") };
    Ok((annotated(&wanted.on, gold, part)?, format!("{gold} {name}")))
}

/// Reads documents, and says how many.
fn read<'a>(voice: Voice, extractor: &Extractor, documents: &'a [AnnotatedDocument]) -> Result<ReadDocuments<'a>> {
    let mut progress = Progress::start(voice, "reading");
    let mut tell = |documents: usize| progress.show(&Measure { documents: documents as u64, ..Measure::default() });
    let read = ReadDocuments::new(extractor, documents, &mut tell)?;
    progress.finish();
    Ok(read)
}

fn teach(context: &Context, wanted: &TrainFilter, gold: &str) -> Result<Exit> {
    let start = Instant::now();
    let extractor = extractor(&context.config)?;
    let parts = [Part::Train, Part::Validation].map(|part| annotated(&wanted.on, gold, part));
    let [train, validation] = parts;
    let (train, validation) = (train?, validation?);
    let [train, validation] = [&train, &validation].map(|documents| read(context.voice, &extractor, documents));
    let taught = train_supervised((&train?, &validation?), (gold, &extractor.id().0, wanted.seed))?;
    taught.filter.write(&wanted.out)?;
    let (id, seconds) = (taught.filter.id()?.0, start.elapsed().as_secs_f64());
    let [facts, right] = taught.facts;
    let auroc = taught.auroc;
    let report = json!({ "id": id, "validation_auroc": auroc, "facts": facts, "right": right, "seconds": seconds });
    let line = format!("{id}: {facts} facts, {right} of them true; validation AUROC {auroc:.4}; {seconds:.0} s");
    write(wanted.format, &report, &line)?;
    Ok(Exit::Done)
}

fn end_to_end(context: &Context, wanted: &EvalFilter, gold: &str) -> Result<Exit> {
    let extractor = extractor(&context.config)?;
    let mut config = context.config.clone();
    if !config.given.filter {
        config.filter = FilterChoice::Default;
    }
    let Some(classifier) = classifier(&config, extractor.id())? else {
        return Err(CliError::usage("no graph filter is there for this model; --filter names one").into());
    };
    let (documents, name) = examined(wanted, gold)?;
    let ontology = ontology(&config)?;
    let known: BTreeSet<&str> = ontology.relations().map(|relation| property(&relation.iri)).collect();
    let facts = || documents.iter().flat_map(|document| &document.relations);
    if !facts().any(|fact| known.contains(fact.relation.as_str())) {
        let unknown: BTreeSet<&str> = facts().map(|fact| fact.relation.as_str()).take(MOST_NAMED).collect();
        let unknown = unknown.into_iter().collect::<Vec<_>>().join(", ");
        let of = if unknown.is_empty() { "none is marked".to_owned() } else { format!("of {unknown} it knows none") };
        let message =
            format!("{name} has no fact of a relation that the model reads ({of}): there is nothing to score");
        return Err(CliError::configuration(message).into());
    }
    let read = read(context.voice, &extractor, &documents)?;
    let report = eval_end_to_end(&read, Arc::new(classifier), (&name, wanted.seed))?;
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}

pub fn train(context: &Context, wanted: &TrainFilter) -> Result<Exit> {
    part_of_one(wanted.on.encoder.as_deref(), wanted.on.part)?;
    if let Some(gold) = &wanted.on.gold {
        return teach(context, wanted, gold);
    }
    let kept = wanted.out.join(crate::encoders::KEPT);
    let (snapshot, data, encoder) = snapshot(context, &wanted.on, Some(&kept))?;
    let usual = FilterTraining::default();
    let training = FilterTraining { seed: wanted.seed, epochs: wanted.on.epochs.unwrap_or(usual.epochs), ..usual };
    let (mut printer, start) = (ProgressPrinter::new(context.voice), Instant::now());
    let trained = train_filter(&snapshot, (&data, &encoder), training, &mut |progress| printer.show(&progress))?;
    printer.finish();
    trained.filter.write(&wanted.out)?;
    let (id, auroc, seconds) = (trained.filter.id()?.0, trained.auroc, start.elapsed().as_secs_f64());
    let report = json!({ "id": id, "validation_auroc": auroc, "seconds": seconds });
    write(wanted.format, &report, &format!("{id}: validation AUROC {auroc:.4}; {seconds:.0} s"))?;
    Ok(Exit::Done)
}

/// The co-mentions of a file's texts.
fn mentioned_together(context: &Context, wanted: &EvalFilter, file: &Path) -> Result<(Snapshot, String, String)> {
    let Some(encoder) = &wanted.on.encoder else {
        return Err(CliError::usage("--encoder names the encoder of names and sentences").into());
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read \"{}\"", file.display()))?;
    let mut texts: Vec<Vec<String>> = vec![Vec::new()];
    for line in text.lines() {
        match (line.trim(), texts.last_mut()) {
            ("", Some(last)) if !last.is_empty() => texts.push(Vec::new()),
            ("", _) => {}
            (sentence, last) => last.into_iter().for_each(|last| last.push(sentence.to_owned())),
        }
    }
    let (extractor, encoder) = (extractor(&context.config)?, TextEncoder::open_part(encoder, wanted.on.part.cut())?);
    let mut progress = Progress::start(context.voice, "finding mentions");
    let mut tell = |documents: usize| progress.show(&Measure { documents: documents as u64, ..Measure::default() });
    let snapshot = comentions(&texts, (&extractor, &encoder), &mut tell)?;
    progress.finish();
    let (nodes, edges) = (snapshot.entities.len(), snapshot.edges.len());
    context.voice.note(&format!("{} texts, {nodes} names, {edges} co-mentions", texts.len()));
    Ok((snapshot, file.display().to_string(), encoder.id()))
}

/// The edges that a filter trained on the graph as it is believes most, and least.
fn show_extremes(
    context: &Context,
    (snapshot, data, encoder): (&Snapshot, &str, &str),
    (training, precision, count): (FilterTraining, u8, usize),
) -> Result<()> {
    let mut printer = ProgressPrinter::new(context.voice);
    let mut tell = |progress: TrainProgress| printer.show(&progress);
    let [most, least] = extremes(snapshot, (data, encoder), (training, precision, count), &mut tell)?;
    printer.finish();
    let mut out = std::io::stdout().lock();
    for (name, edges) in [("believed most", most), ("believed least", least)] {
        writeln!(out, "\n{name}")?;
        for RankedEdge { head, relation, tail, probability, kept } in edges {
            let verdict = if kept { "kept" } else { "cut " };
            writeln!(out, "  {verdict} {probability:.3}  {head} | {relation} | {tail}")?;
        }
    }
    Ok(())
}

pub fn eval_filter(context: &Context, wanted: &EvalFilter) -> Result<Exit> {
    part_of_one(wanted.on.encoder.as_deref(), wanted.on.part)?;
    if let Some(gold) = &wanted.on.gold {
        return end_to_end(context, wanted, gold);
    }
    let folder = match &context.config.filter {
        FilterChoice::Folder(path) => Some(path.as_path()),
        _ => None,
    };
    let (snapshot, data, encoder) = match &wanted.comentions {
        Some(file) => mentioned_together(context, wanted, file)?,
        None => snapshot(context, &wanted.on, folder)?,
    };
    let given = folder.map(GraphFilter::read).transpose()?;
    if let Some(made_with) = given.as_ref().map(|filter| &filter.card.encoder).filter(|made| **made != encoder) {
        return Err(CliError::usage(format!("the encoder is {encoder}, the filter was made with {made_with}")).into());
    }
    let usual = FilterTraining::default();
    let experiment = NoiseExperiment {
        kinds: if wanted.noise.is_empty() { Noise::ALL.to_vec() } else { wanted.noise.clone() },
        rates: wanted.rate.clone(),
        seeds: (1..=wanted.seeds).collect(),
        precision: context.config.keep_precision.unwrap_or(USUAL_PRECISION),
        training: FilterTraining { epochs: wanted.on.epochs.unwrap_or(usual.epochs), ..usual },
    };
    let mut printer = ProgressPrinter::new(context.voice);
    let mut tell = |progress: TrainProgress| printer.show(&progress);
    let done = |one: &NoiseReport| {
        let NoiseReport { kind, rate, seed, auroc, .. } = one;
        context.voice.note(&format!("{kind} noise, rate {rate}, seed {seed}: AUROC {auroc:.4}"));
    };
    let shown = (experiment.training, experiment.precision, wanted.shown);
    let report =
        kgloom_filter::eval_filter(&snapshot, (&data, &encoder), given.as_ref(), &experiment, &mut tell, done)?;
    printer.finish();
    write(wanted.format, &report, &report.table())?;
    if wanted.shown > 0 {
        show_extremes(context, (&snapshot, &data, &encoder), shown)?;
    }
    Ok(Exit::Done)
}
