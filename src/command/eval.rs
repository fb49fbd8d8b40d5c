//! `kgloom eval`. In: a model, data sets by name. Out: scores, as tables or JSON lines.
//! Never: a choice made on what is scored.

use super::Context;
use crate::args::{Eval, EvalExtraction, EvalResolution, ReportFormat};
use crate::exit::{Exit, Wrong};
use crate::state::extractor;
use crate::voice::{Measure, Progress};
use anyhow::Result;
use connectors::source::Documents;
use kg_models::Extractor;
use kg_models::data::{self, AnnotatedDocument, Part, text2kgbench};
use kg_models::evaluate::{self, ClassPairBaseline, Exam};
use pipeline::record::Change;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where the benchmark lies under the folder of all data sets.
const TEXT2KGBENCH: &str = "relex/text2kgbench/wikidata_tekgen";

pub fn run(context: Context, eval: &Eval) -> Result<Exit> {
    match eval {
        Eval::Extraction(wanted) => extraction(context, wanted),
        Eval::Resolution(wanted) => resolution(context, wanted),
        Eval::Links(wanted) => super::links::eval(&context, wanted),
        Eval::Filter(wanted) => super::filter::eval_filter(&context, wanted),
        Eval::Nodes(wanted) => super::filter::eval_nodes(&context, wanted),
        Eval::Classes(wanted) => super::classes::eval(&context, wanted),
        Eval::Search(wanted) => super::search::eval(&context, wanted),
    }
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
    /// A data set by name, or a file in the format of DocRED.
    fn open(wanted: &EvalExtraction, name: &str) -> Result<Set> {
        if Path::new(name).is_file() {
            let documents = data::redocred::load(Path::new(name))?;
            return Ok(Set { name: name.to_owned(), documents, train: Vec::new(), benchmark: None });
        }
        let Some(root) = &wanted.data_root else {
            return Err(
                Wrong::usage("data sets have names under a folder; give it by --data-root or KGLOOM_DATA").into()
            );
        };
        let part = if wanted.validation { Part::Validation } else { Part::Test };
        let of_benchmark = name == "text2kgbench" && !wanted.gold_mentions;
        Ok(Set {
            name: format!("{name} {}", if wanted.validation { "validation" } else { "test" }),
            documents: data::open(root, name, part)?,
            train: if wanted.gold_mentions { data::open(root, name, Part::Train)? } else { Vec::new() },
            benchmark: of_benchmark.then(|| root.join(TEXT2KGBENCH)),
        })
    }
}

fn score(context: &Context, model: &Extractor, wanted: &EvalExtraction, set: &Set) -> Result<()> {
    let baseline = (!set.train.is_empty()).then(|| ClassPairBaseline::fit(&set.train));
    let exam = Exam {
        name: &set.name,
        documents: &set.documents,
        gold_mentions: wanted.gold_mentions,
        baseline: baseline.as_ref(),
        seed: wanted.seed,
    };
    let mut progress = Progress::start(context.voice, "scoring");
    let mut tell = |documents: usize| progress.show(&Measure { documents: documents as u64, ..Measure::default() });
    let report = evaluate::extraction(model, &exam, &mut tell)?;
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

pub(super) fn write(format: ReportFormat, report: &impl Serialize, table: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match format {
        ReportFormat::Json => writeln!(out, "{}", serde_json::to_string(report)?)?,
        ReportFormat::Table => writeln!(out, "{table}")?,
    }
    Ok(())
}
