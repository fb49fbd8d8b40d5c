//! `kgloom train`. In: data sets. Out: a model folder, with loss and validation scores on the way.
//! Never: a choice of its own; training knows how the default model was made.

use crate::args::{ReportFormat, Train, TrainDistant, TrainExtractor, TrainLabels, TrainLinks, TrainNer};
use crate::context::Context;
use crate::exit::Exit;
use crate::interrupt;
use crate::voice::progress_printer::ProgressPrinter;
use crate::voice::{Measure, Progress};
use anyhow::Result;
use connectors::source::Documents;
use kgloom_corpora as data;
use kgloom_corpora::KnownFacts;
use kgloom_engine::state::ontology;
use kgloom_record::record::Change;
use kgloom_training::train::{
    Aligner, Corpus, DistantCounts, ExtractorTraining, NerTraining, PromptTraining, train_extractor, train_ner,
    train_prompt,
};
use std::io::Write;

pub fn run(context: Context, train: &Train) -> Result<Exit> {
    compute_alone();
    match train {
        Train::Filter(_)
        | Train::Encoder(_)
        | Train::Relations(_)
        | Train::Types(_)
        | Train::Links(TrainLinks { data: None, .. }) => {
            interrupt::end_with(context.voice, "interrupted; nothing was written");
        }
        Train::Distant(_) | Train::Watch(_) | Train::Links(_) | Train::Ultra(_) => interrupt::install(),
        Train::Extractor(_) | Train::Labels(_) | Train::Ner(_) => {
            interrupt::end_with(context.voice, "interrupted; the same with --resume goes on from the last checkpoint");
        }
    }
    match train {
        Train::Extractor(wanted) => extractor(&context, wanted),
        Train::Distant(wanted) => distant(&context, wanted),
        Train::Ner(wanted) => ner(&context, wanted),
        Train::Filter(wanted) => super::filter::train(&context, wanted),
        Train::Links(wanted) => super::train_links::train(&context, wanted),
        Train::Ultra(wanted) => super::train_links::ultra(&context, wanted),
        Train::Encoder(wanted) => super::encoder::train(&context, wanted),
        Train::Labels(wanted) => labels(&context, wanted),
        Train::Relations(wanted) => super::train_relations::run(&context, wanted),
        Train::Types(wanted) => super::train_types::run(&context, wanted),
        Train::Watch(wanted) => super::train_watch::run(&context, wanted),
    }
}

/// The number of threads that candle shares among all who compute.
const SHARED_THREADS: &str = "CANDLE_NUM_THREADS";

/// Training has threads of its own, each for a part of a step. Those that candle shares among them are waited for by
/// spinning, which on a busy machine takes many times longer than they save. How many there are is read from the
/// environment alone, so the program takes its own place with the number set; the results do not depend on it.
#[cfg(unix)]
fn compute_alone() {
    use std::os::unix::process::CommandExt;
    if std::env::var_os(SHARED_THREADS).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        let arguments = std::env::args_os().skip(1);
        // It comes back only if the program could not be started; training is slower then, and the same.
        let _ = std::process::Command::new(program).args(arguments).env(SHARED_THREADS, "1").exec();
    }
}

#[cfg(not(unix))]
fn compute_alone() {}

fn distant(context: &Context, wanted: &TrainDistant) -> Result<Exit> {
    let (known, held) = (KnownFacts::open(&wanted.data_root)?, data::held_out(&wanted.data_root)?);
    let reader = kgloom_engine::state::extractor(&context.config)?;
    let mut aligner = Aligner { known: &known, reader: &reader, held: &held, counts: DistantCounts::default() };
    let mut progress = Progress::start(context.voice, "reading");
    let mut found = Vec::new();
    let mut documents = Documents::open(&wanted.inputs, &context.config.source);
    while let Some(incoming) = documents.next().filter(|_| wanted.most.is_none_or(|most| found.len() < most)) {
        if interrupt::asked() {
            context.voice.note("interrupted; what was found so far is written");
            break;
        }
        match incoming.change {
            Change::Put(document) => found.extend(aligner.align(document.id.as_str(), &document.text)?),
            Change::Refuse(id, refusal) => context.voice.note(&format!("\"{id}\" is left out: {}", refusal.reason)),
            Change::Delete(_) | Change::Corrections(_) => {}
        }
        let position = documents.progress();
        let (documents, facts) = (aligner.counts.texts as u64, aligner.counts.facts as i64);
        let (bytes, total_bytes) = (position.read, position.total.unwrap_or(0));
        progress.show(&Measure { documents, facts, bytes, total_bytes, ..Measure::default() });
    }
    progress.finish();
    let properties: Vec<String> = known.properties().map(str::to_owned).collect();
    data::distant::write(&wanted.out, &properties, &found)?;
    writeln!(std::io::stdout().lock(), "{}", serde_json::to_string_pretty(&aligner.counts)?)?;
    Ok(if interrupt::asked() { Exit::Interrupted } else { Exit::Done })
}

fn ner(context: &Context, wanted: &TrainNer) -> Result<Exit> {
    let training = NerTraining {
        data: wanted.data.clone(),
        validation: wanted.validation.clone(),
        test: wanted.test.clone(),
        encoder: wanted.encoder.clone(),
        tokenizer: wanted.tokenizer,
        pieces: wanted.pieces,
        out: wanted.out.clone(),
        seed: wanted.seed,
        epochs: wanted.epochs,
        resume: wanted.resume,
    };
    let mut printer = ProgressPrinter::new(context.voice);
    let report = train_ner(&training, &mut |progress| printer.show(&progress))?;
    printer.finish();
    let mut out = std::io::stdout().lock();
    match wanted.format {
        ReportFormat::Json => writeln!(out, "{}", serde_json::to_string(&report)?)?,
        ReportFormat::Table => write!(out, "{}", report.table())?,
    }
    context.voice.note(&format!("wrote \"{0}\"; use it with --model {0}", wanted.out.display()));
    Ok(Exit::Done)
}

fn extractor(context: &Context, wanted: &TrainExtractor) -> Result<Exit> {
    let mut printer = ProgressPrinter::new(context.voice);
    let report = train_extractor(&training(context, wanted)?, &mut |progress| printer.show(&progress))?;
    printer.finish();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    context.voice.note(&format!("wrote \"{0}\"; use it with --model {0}", wanted.out.display()));
    Ok(Exit::Done)
}

fn labels(context: &Context, wanted: &TrainLabels) -> Result<Exit> {
    let corpus = Corpus { path: wanted.corpus.clone(), ontology: ontology(&context.config)? };
    let TrainLabels { seed, epochs, resume, .. } = *wanted;
    let (encoder, out) = (wanted.encoder.clone(), wanted.out.clone());
    let training = PromptTraining { corpus, encoder, out, seed, epochs, resume };
    let mut printer = ProgressPrinter::new(context.voice);
    let report = train_prompt(&training, &mut |progress| printer.show(&progress))?;
    printer.finish();
    writeln!(std::io::stdout().lock(), "{}", serde_json::to_string_pretty(&report)?)?;
    context
        .voice
        .note(&format!("wrote \"{}\"; a model that has it as its folder \"labels\" reads by it", wanted.out.display()));
    Ok(Exit::Done)
}

fn training(context: &Context, wanted: &TrainExtractor) -> Result<ExtractorTraining> {
    let usual = ExtractorTraining::new(wanted.data_root.clone(), wanted.out.clone());
    let ontology = ontology(&context.config)?;
    let corpus = wanted.corpus.clone().map(|path| Corpus { path, ontology });
    Ok(ExtractorTraining {
        corpus,
        encoder: wanted.encoder.clone(),
        seed: wanted.seed.unwrap_or(usual.seed),
        mention_epochs: wanted.mention_epochs.unwrap_or(usual.mention_epochs),
        coreference_epochs: wanted.coreference_epochs.unwrap_or(usual.coreference_epochs),
        relation_epochs: wanted.relation_epochs.unwrap_or(usual.relation_epochs),
        trunk_epochs: wanted.trunk_epochs.unwrap_or(usual.trunk_epochs),
        distant: wanted.distant.clone(),
        resume: wanted.resume,
        ..usual
    })
}
