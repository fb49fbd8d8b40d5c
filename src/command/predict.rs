//! `kgloom predict`. In: the state folder's predictor. Out: its predictions in the graph, or the answers to a question.
//! Never: training, or a prediction that later changes of the graph would not take along.

use crate::args::{Predict, ReportFormat};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::interrupt;
use anyhow::Result;
use comfy_table::{Table, presets};
use connectors::store::shorten;
use kgloom_engine::state::{Folder, Live, Predicting, in_words, must_exist, ontology, predictor};
use kgloom_engine::terms::{find_relations, unknown_entity};
use kgloom_links::live::{DynamicGraph, Predictor, QueryAnswer};
use kgloom_links::{Query, Side};
use kgloom_record::record::Score;
use serde_json::json;
use std::io::Write;
use std::sync::Arc;

/// The least probability of a link that is written, unless said otherwise.
const SURE: f32 = 0.5;
/// The least probability of an answer that is shown, unless said otherwise: below it nothing is likely.
const LIKELY: f32 = 0.1;
/// Links for one question that are written, unless said otherwise.
const WRITTEN: usize = 3;
/// Answers to a question that are shown, unless said otherwise.
const SHOWN: usize = 10;

pub fn run(context: Context, wanted: &Predict) -> Result<Exit> {
    must_exist(&context.config)?;
    if wanted.probability.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
        return Err(CliError::usage("--probability is a share from 0 to 1").into());
    }
    match (&wanted.relation, wanted.head.as_ref().or(wanted.tail.as_ref())) {
        (Some(relation), Some(known)) => answer(&context, wanted, (relation, known)),
        (Some(_), None) => Err(CliError::usage("a relation alone is no question: add --head or --tail").into()),
        (None, _) => write(&context, wanted),
    }
}

/// Writes all predictions, or takes them away; from now on they follow the graph.
fn write(context: &Context, wanted: &Predict) -> Result<Exit> {
    interrupt::install();
    let state = &context.config.state;
    let predicting =
        Predicting { probability: least(wanted, SURE), most: wanted.most.unwrap_or(WRITTEN), vectors: wanted.vectors };
    if !wanted.off {
        // Whether the predictor is whole, before anything is asked of it.
        predictor(&context.config, ontology(&context.config)?)?;
    }
    Predicting::write((!wanted.off).then_some(predicting), state)?;
    let folder = Folder::open(&context.config)?;
    let folder = if folder.is_current()? { folder } else { Live::start(&context.config, folder)?.folder };
    folder.store.flush()?;
    let count = folder.store.predicted_count()?;
    match wanted.format {
        ReportFormat::Json => println!("{}", json!({ "predicted": count })),
        ReportFormat::Table if wanted.off => println!("predictions are off"),
        ReportFormat::Table => println!("{count} links are predicted, in the graph kgloom:predicted"),
    }
    Ok(Exit::Done)
}

/// Answers one question.
fn answer(context: &Context, wanted: &Predict, (relation, known): (&str, &str)) -> Result<Exit> {
    let ontology = ontology(&context.config)?;
    let folder = Folder::open_current(&context.config)?;
    let predictor = predictor(&context.config, ontology.clone())?;
    let graph = folder.linked(predictor.graph())?;
    let names = folder.store.find_entity(known)?;
    let nodes = names.iter().filter_map(|name| graph.id(name.as_str())).filter(|&node| graph.lives(node));
    let nodes: Vec<u32> = nodes.collect();
    if nodes.is_empty() {
        return Err(unknown_entity(&folder.store, known)?.into());
    }
    let forms = find_relations(&ontology, relation)?.into_iter().map(|relation| ontology.stated_form(&relation));
    let learnt = forms.filter_map(|form| Some((predictor.relation(form.relation.as_str())?, form.turned)));
    let Some((relation, turned)) = learnt.min() else {
        let message = format!(
            "no link of \"{relation}\" between entities was there when the predictor was made; dates and numbers are not \
             predicted"
        );
        return Err(CliError::nothing(message).into());
    };
    // By the inverse it is asked for the other end of what is stated.
    let side = if wanted.head.is_some() != turned { Side::Tail } else { Side::Head };
    let (mut answers, least, mut settled) = (Vec::new(), least(wanted, LIKELY), true);
    for &known in &nodes {
        let question = Query { side, relation, anchor: known };
        settled &= predictor.is_settled(&graph, question);
        answers.extend(predictor.answers(&graph, question, wanted.most.unwrap_or(SHOWN))?);
    }
    answers.retain(|answer| answer.stated || answer.entailed || answer.prediction.probability >= least);
    answers.sort_by_key(|answer| std::cmp::Reverse(answer.prediction.probability));
    show(wanted, &answers, (&graph, &predictor, side), nodes.len() > 1)?;
    if settled {
        context.voice.note("it has the one value that it can have by this relation; no other is asked for");
    } else if answers.iter().all(|answer| answer.stated || answer.entailed) {
        context
            .voice
            .note(&format!("nothing likely: no answer that the graph lacks has a probability of {least} or more"));
    }
    Ok(Exit::Done)
}

/// The least probability that is wanted.
fn least(wanted: &Predict, usual: f32) -> Score {
    Score::new((wanted.probability.unwrap_or(usual) * 10_000.0).round() as u16)
}

/// Shows answers; where a name has several bearers, whom each is about.
fn show(
    wanted: &Predict,
    answers: &[QueryAnswer],
    (graph, predictor, side): (&DynamicGraph, &Predictor, Side),
    several: bool,
) -> Result<()> {
    let mut out = std::io::stdout().lock();
    if wanted.format == ReportFormat::Json {
        let one = |QueryAnswer { prediction, stated, entailed }: &QueryAnswer| {
            let [head, relation, tail] = &prediction.triple;
            let probability = f64::from(prediction.probability.ten_thousandths()) / 10_000.0;
            let evidence: Vec<String> = prediction.reasons.iter().map(in_words).collect();
            json!({ "head": head, "relation": relation, "tail": tail, "probability": probability, "stated": stated,
                    "entailed": entailed, "evidence": evidence, "model": predictor.id().to_string() })
        };
        let answers: Vec<_> = answers.iter().map(one).collect();
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&answers)?)?);
    }
    if answers.is_empty() {
        writeln!(out, "nothing likely")?;
        return Ok(writeln!(out, "by {}", predictor.id())?);
    }
    let mut table = Table::new();
    let of = if several { "of" } else { "" };
    table.load_preset(presets::NOTHING).set_header([of, "", "", "probability", "", "because"]);
    let ends = |answer: &QueryAnswer| {
        let [head, _, tail] = answer.prediction.triple.each_ref().map(Arc::clone);
        if side == Side::Tail { (head, tail) } else { (tail, head) }
    };
    for answer in answers {
        let ((known, name), QueryAnswer { prediction, stated, entailed }) = (ends(answer), answer);
        let about = if several { shorten(&known) } else { String::new() };
        let name = &*name;
        let label = graph.id(name).map_or_else(|| shorten(name), |node| graph.label(node).to_owned());
        let reasons: Vec<String> = prediction.reasons.iter().map(in_words).collect();
        let standing = match (stated, entailed) {
            (true, _) => "stated",
            (false, true) => "follows",
            (false, false) => "",
        };
        table.add_row([
            about,
            label,
            shorten(name),
            prediction.probability.to_string(),
            standing.to_owned(),
            reasons.join("; "),
        ]);
    }
    writeln!(out, "{table}")?;
    writeln!(out, "by {}", predictor.id())?;
    Ok(())
}
