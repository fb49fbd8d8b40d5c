//! `kgloom eval`. In: a model, data sets by name. Out: scores, as tables or JSON lines.
//! Never: a choice made on what is scored.

use crate::annotated::{filled, part_of, root_of};
use crate::args::{CorpusLabels, CorpusPart, Eval, EvalExtraction, EvalFacts, EvalResolution};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::voice::{Measure, Progress};
use anyhow::Result;
use connectors::source::Documents;
use kgloom_corpora as data;
use kgloom_corpora::conll::{self, ClassMap};
use kgloom_corpora::written::{self, WrittenDocument};
use kgloom_corpora::{AnnotatedDocument, Part, text2kgbench};
use kgloom_engine::state::{Components, extractor, keep_up, ontology};
use kgloom_flow::session::Session;
use kgloom_flow::toy::Forgetful;
use kgloom_reader::Extractor;
use kgloom_record::record::{Change, Document, DocumentId};
use kgloom_training::evaluate::{self, ClassPairBaseline, ReaderEvaluation};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Documents of the corpus that are read in a step.
const DOCUMENTS_A_STEP: usize = 64;

/// Where the benchmark lies under the folder of all data sets.
const TEXT2KGBENCH: &str = "relex/text2kgbench/wikidata_tekgen";

pub fn run(context: Context, eval: &Eval) -> Result<Exit> {
    match eval {
        Eval::Extraction(wanted) => extraction(context, wanted),
        Eval::Facts(wanted) => facts(&context, wanted),
        Eval::Resolution(wanted) => resolution(context, wanted),
        Eval::Links(wanted) => super::links::eval(&context, wanted),
        Eval::Filter(wanted) => super::filter::eval_filter(&context, wanted),
        Eval::Nodes(wanted) => super::filter::eval_nodes(&context, wanted),
        Eval::Classes(wanted) => super::classes::eval(&context, wanted),
        Eval::Search(wanted) => super::eval_search::eval(&context, wanted),
        Eval::Types(wanted) => super::types::eval(&context, wanted),
        Eval::Anomalies(wanted) => super::anomalies::eval(&context, wanted),
        Eval::Match(wanted) => super::matching::eval(&context, wanted),
        Eval::Sts(wanted) => super::encoder::eval_sts(&context, wanted),
        Eval::Encoder(wanted) => super::suite::eval(&context, wanted),
    }
}

fn facts(context: &Context, wanted: &EvalFacts) -> Result<Exit> {
    let mut ontology = ontology(&context.config)?;
    let written = written::load(&wanted.corpus, &ontology)?;
    let part = match wanted.part {
        CorpusPart::Train => Some(Part::Train),
        CorpusPart::Validation => Some(Part::Validation),
        CorpusPart::Test => Some(Part::Test),
        CorpusPart::All => None,
    };
    let asked: Vec<&WrittenDocument> =
        written.iter().filter(|document| part.is_none_or(|part| document.part() == part)).collect();
    if asked.is_empty() {
        return Err(
            CliError::configuration(format!("no document of \"{}\" is of that part", wanted.corpus.display())).into()
        );
    }
    if let Some(labels) = wanted.labels {
        let trained = || written.iter().filter(|document| document.part() == Part::Train);
        let mut offered = written::of_words(asked.iter().copied());
        if labels == CorpusLabels::Unseen {
            let seen = written::of_words(trained());
            offered.retain(|label| !seen.contains(label));
        }
        let declared = written::declared(&offered, &written::phrasings(&wanted.corpus)?);
        ontology = Arc::new(ontology.with_text("the labels of the corpus", &declared)?);
        context.voice.note(&format!("{} relations in words are offered to every document", offered.len()));
    }
    let components = Components::of(&context.config, Arc::clone(&ontology))?;
    let mut progress = Progress::start(context.voice, "reading");
    let mut session = Session::start(components.session(Arc::new(Forgetful), 1));
    let mut graph = BTreeSet::new();
    for (index, documents) in asked.chunks(DOCUMENTS_A_STEP).enumerate() {
        let put = |written: &&WrittenDocument| {
            let (id, text) = (DocumentId::new(written.document.id.as_str()), written.document.text.as_str().into());
            Change::Put(Document { id, text })
        };
        keep_up(&mut graph, session.step(documents.iter().map(put).collect())?);
        let documents = (index * DOCUMENTS_A_STEP + documents.len()) as u64;
        progress.show(&Measure { documents, ..Measure::default() });
    }
    progress.finish();
    let said = evaluate::said(graph);
    let (apart, drawn): (Vec<&WrittenDocument>, Vec<_>) = asked.into_iter().partition(|document| document.stays_out());
    let parts = [("documents drawn by their ids", drawn), ("genres and a writer that stay out of training", apart)];
    for (name, documents) in parts.into_iter().filter(|(_, documents)| !documents.is_empty()) {
        let report = evaluate::facts(name, &documents, &said, &ontology, wanted.seed);
        write(wanted.format, &report, &report.table())?;
    }
    Ok(Exit::Done)
}

fn resolution(context: Context, wanted: &EvalResolution) -> Result<Exit> {
    let model = extractor(&context.config)?;
    let gold = evaluate::gold_names(&wanted.gold)?;
    let mut documents = Vec::new();
    for incoming in Documents::open(&wanted.inputs, &context.config.source) {
        match incoming.change {
            Change::Put(document) => documents.push(document),
            Change::Refuse(id, refusal) => context.voice.note(&format!("\"{id}\" is left out: {}", refusal.reason)),
            Change::Delete(_) | Change::Corrections(_) => {}
        }
    }
    let mut progress = Progress::start(context.voice, "reading");
    let mut tell = |documents: usize| progress.show(&Measure { documents: documents as u64, ..Measure::default() });
    let report = evaluate::resolution(&model, &documents, &gold, &mut tell)?;
    progress.finish();
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}

fn extraction(context: Context, wanted: &EvalExtraction) -> Result<Exit> {
    let model = extractor(&context.config)?;
    for name in &wanted.data {
        let set = Set::open(wanted, name)?;
        if wanted.gold_mentions && set.documents.iter().all(|document| document.annotation.relations.is_empty()) {
            let message = format!(
                "--data \"{name}\" marks no facts, and beside --gold-mentions nothing else is scored; leave that out to score \
                 mentions"
            );
            return Err(CliError::configuration(message).into());
        }
        score(&context, &model, wanted, &set)?;
    }
    Ok(Exit::Done)
}

/// What is scored, and what the baseline learns from.
struct Set {
    name: String,
    documents: Vec<AnnotatedDocument>,
    train: Vec<AnnotatedDocument>,
    benchmark: Option<PathBuf>,
}

impl Set {
    /// A data set by name, or a file in the format of DocRED or CoNLL.
    fn open(wanted: &EvalExtraction, name: &str) -> Result<Set> {
        let path = Path::new(name);
        if path.is_file() {
            let map = wanted.classes.as_deref().map(class_map).transpose()?;
            let documents = match path.extension().is_some_and(|ending| ending == "json") {
                true => data::redocred::load(path)?,
                false => conll::own_documents(path, map.as_ref())?,
            };
            let documents = filled(documents, &format!("--data \"{name}\""))?;
            return Ok(Set { name: name.to_owned(), documents, train: Vec::new(), benchmark: None });
        }
        let root = root_of((wanted.data_root.as_deref(), "--data"), name)?;
        let part = if wanted.validation { Part::Validation } else { Part::Test };
        let of_benchmark = name == "text2kgbench" && !wanted.gold_mentions;
        Ok(Set {
            name: format!("{name} {}", if wanted.validation { "validation" } else { "test" }),
            documents: part_of(root, name, part)?,
            train: if wanted.gold_mentions { data::open(root, name, Part::Train)? } else { Vec::new() },
            benchmark: of_benchmark.then(|| root.join(TEXT2KGBENCH)),
        })
    }
}

/// What labels mean, by a file or by pairs.
fn class_map(given: &str) -> Result<ClassMap> {
    if !Path::new(given).is_file() && !given.contains('=') {
        let message = format!("--classes \"{given}\": there is no such file, and no LABEL=CLASS in it");
        return Err(CliError::missing(message).into());
    }
    Ok(ClassMap::read(given)?)
}

fn score(context: &Context, model: &Extractor, wanted: &EvalExtraction, set: &Set) -> Result<()> {
    let baseline = (!set.train.is_empty()).then(|| ClassPairBaseline::fit(&set.train));
    let evaluation = ReaderEvaluation {
        name: &set.name,
        documents: &set.documents,
        gold_mentions: wanted.gold_mentions,
        baseline: baseline.as_ref(),
        seed: wanted.seed,
    };
    let mut progress = Progress::start(context.voice, "scoring");
    let mut tell = |documents: usize| progress.show(&Measure { documents: documents as u64, ..Measure::default() });
    let report = evaluate::extraction(model, &evaluation, &mut tell)?;
    let published = match &set.benchmark {
        Some(folder) if !wanted.validation => {
            let benchmark = text2kgbench::load(folder, Part::Test)?;
            Some(evaluate::text2kgbench(model, &benchmark, &mut tell)?)
        }
        _ => None,
    };
    progress.finish();
    write(wanted.format, &report, &report.table())?;
    published.map_or(Ok(()), |published| write(wanted.format, &published, &published.table()))
}
