//! `kgloom predict`. In: the state folder's predictor. Out: its predictions in the graph, or the answers to a question.
//! Never: training, or a prediction that later changes of the graph would not take along.

use super::Context;
use crate::args::{Predict, ReportFormat};
use crate::exit::{Exit, Wrong};
use crate::interrupt;
use crate::state::{Folder, Live, Predicting, in_words, must_exist, ontology, predictor};
use crate::terms::{find_relations, unknown_entity};
use anyhow::Result;
use comfy_table::{Table, presets};
use connectors::store::shorten;
use kg_models::links::missing::{Guess, LivingGraph, Predictor};
use kg_models::links::{Question, Side};
use pipeline::record::Score;
use serde_json::json;
use std::io::Write;
use std::sync::Arc;

/// The least probability of a link that is written, unless said otherwise.
const SURE: f32 = 0.5;
/// Links for one question that are written, unless said otherwise.
const WRITTEN: usize = 3;
/// Answers to a question that are shown, unless said otherwise.
const SHOWN: usize = 10;

pub fn run(context: Context, wanted: &Predict) -> Result<Exit> {
    must_exist(&context.config)?;
    if wanted.probability.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
        return Err(Wrong::usage("--probability is a share from 0 to 1").into());
    }
    match (&wanted.relation, wanted.head.as_ref().or(wanted.tail.as_ref())) {
        (Some(relation), Some(known)) => answer(&context, wanted, (relation, known)),
        (Some(_), None) => Err(Wrong::usage("a relation alone is no question: add --head or --tail").into()),
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
    let folder =
        if folder.is_current()? { folder } else { Live::start(&context.config, folder, context.voice)?.folder };
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
    let folder = Folder::open_current(&context.config, context.voice)?;
    let predictor = predictor(&context.config, ontology.clone())?;
    let graph = folder.linked(predictor.graph())?;
    let names = folder.store.find_entity(known)?;
    let nodes = names.iter().filter_map(|name| graph.id(name.as_str())).filter(|&node| graph.lives(node));
    let nodes: Vec<u32> = nodes.collect();
    if nodes.is_empty() {
        return Err(unknown_entity(&folder.store, known)?.into());
    }
    let relations = find_relations(&ontology, relation)?;
    let learnt: Vec<u32> = relations.iter().filter_map(|relation| predictor.relation(relation.as_str())).collect();
    let Some(&relation) = learnt.first() else {
        let message = format!(
            "no link of \"{relation}\" between entities was there when the predictor was made; dates and numbers are not \
             predicted"
        );
        return Err(Wrong::nothing(message).into());
    };
    let side = if wanted.head.is_some() { Side::Tail } else { Side::Head };
    let (mut guesses, least) = (Vec::new(), least(wanted, 0.0));
    for &known in &nodes {
        let question = Question { side, relation, known };
        guesses.extend(predictor.guess(&graph, question, wanted.most.unwrap_or(SHOWN))?);
    }
    guesses.retain(|guess| guess.prediction.probability >= least);
    show(wanted, &guesses, (&graph, &predictor, side), nodes.len() > 1)?;
    Ok(if guesses.is_empty() { Exit::Different } else { Exit::Done })
}

/// The least probability that is wanted.
fn least(wanted: &Predict, usual: f32) -> Score {
    Score::new((wanted.probability.unwrap_or(usual) * 10_000.0).round() as u16)
}

/// Shows answers; where a name has several bearers, whom each is about.
fn show(
    wanted: &Predict,
    guesses: &[Guess],
    (graph, predictor, side): (&LivingGraph, &Predictor, Side),
    several: bool,
) -> Result<()> {
    let mut out = std::io::stdout().lock();
    if wanted.format == ReportFormat::Json {
        let one = |Guess { prediction, stated }: &Guess| {
            let [head, relation, tail] = &prediction.triple;
            let probability = f64::from(prediction.probability.ten_thousandths()) / 10_000.0;
            let evidence: Vec<String> = prediction.reasons.iter().map(in_words).collect();
            json!({ "head": head, "relation": relation, "tail": tail, "probability": probability, "stated": stated,
                    "evidence": evidence, "model": predictor.id().to_string() })
        };
        let guesses: Vec<_> = guesses.iter().map(one).collect();
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&guesses)?)?);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(["", "", "probability", "", "because"]);
    let ends = |guess: &Guess| {
        let [head, _, tail] = guess.prediction.triple.each_ref().map(Arc::clone);
        if side == Side::Tail { (head, tail) } else { (tail, head) }
    };
    let mut about = None;
    for guess in guesses {
        let ((known, name), Guess { prediction, stated }) = (ends(guess), guess);
        if several && about.as_ref() != Some(&known) {
            table.add_row([format!("of {}:", shorten(&known))]);
            about = Some(known);
        }
        let name = &*name;
        let label = graph.id(name).map_or_else(|| shorten(name), |node| graph.label(node).to_owned());
        let reasons: Vec<String> = prediction.reasons.iter().map(in_words).collect();
        let stated = if *stated { "stated" } else { "" };
        table.add_row([
            label,
            shorten(name),
            prediction.probability.to_string(),
            stated.to_owned(),
            reasons.join("; "),
        ]);
    }
    writeln!(out, "{table}")?;
    writeln!(out, "by {}", predictor.id())?;
    Ok(())
}
