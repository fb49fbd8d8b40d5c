//! `kgloom eval links`, and what other commands about links need too. In: links, a model. Out: ranks as figures.
//! Never: a choice made on the test part.

use crate::args::EvalLinks;
use crate::context::Context;
use crate::encoders::{KEPT, made_with, vectors};
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::sets;
use crate::voice::Voice;
use anyhow::Result;
use kgloom_links::data::benchmark;
use kgloom_links::{
    Blend, Hidden, LinkModel, LinkReport, LinkSet, LowRank, NeighbourhoodScorer, Neighbours, Part, Protocol, Rules,
    Scorer, TextBase, TrainingProvenance, Ultra, UltraGraph, UltraScorer, UltraWeights, WithoutLoops, eval_ensemble,
    eval_links, eval_ultra,
};
use kgloom_numerics::vectors::TextVectors;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// The links that are tested; of a folder that holds two graphs, those of the one that is not trained on.
fn tested(context: &Context, wanted: &EvalLinks) -> Result<LinkSet> {
    let set = sets::load(context.sources(), &wanted.data, wanted.texts.as_deref())?;
    match benchmark::disjoint(&wanted.data).filter(|graph| set.test.is_empty() && graph.is_file()) {
        Some(graph) => sets::load(context.sources(), &graph, wanted.texts.as_deref()),
        None => Ok(set),
    }
}

pub fn eval(context: &Context, wanted: &EvalLinks) -> Result<Exit> {
    let set = tested(context, wanted)?;
    let part = if wanted.validation { Part::Validation } else { Part::Test };
    let start = Instant::now();
    let report = match LinkModel::read(&wanted.links, &set)? {
        first if wanted.with.is_some() => together(context.voice, wanted, &set, (first, part))?,
        LinkModel::Embeddings(tables) => match wanted.protocol.unwrap_or(Protocol::Transductive) {
            Protocol::Transductive => eval_links(&tables.scorer(), &set, (Protocol::Transductive, part), None)?,
            asked => return Err(unfit(asked, "has a row of numbers for each entity it was trained on")),
        },
        LinkModel::Projected { tables, encoder } => match wanted.protocol.unwrap_or(Protocol::TextOnly) {
            Protocol::TextOnly => {
                let found = made_with((wanted.encoder.as_deref(), Some(&wanted.links)), &encoder)?;
                let tables = tables.embeddings(&vectors(context.voice, &found, &set, Some(&wanted.links.join(KEPT)))?);
                let (scorer, asked) = (tables.scorer(), (Protocol::TextOnly, part));
                let with_loops = eval_links(&scorer, &set, asked, None)?.ranking.both;
                let report = eval_links(&WithoutLoops::new(&scorer, &set), &set, asked, None)?;
                LinkReport { with_loops: Some(with_loops), ..report }
            }
            asked => return Err(unfit(asked, "maps texts to rows, and does not look at links")),
        },
        LinkModel::Text { blend, maps, encoder } => match wanted.protocol.unwrap_or(Protocol::TextOnly) {
            asked @ (Protocol::Transductive | Protocol::Disjoint) => {
                return Err(unfit(asked, "has no numbers of its own for an entity, but reads texts"));
            }
            protocol => {
                let found = made_with((wanted.encoder.as_deref(), Some(&wanted.links)), &encoder)?;
                let vectors = vectors(context.voice, &found, &set, Some(&wanted.links.join(KEPT)))?;
                of_texts((&set, &vectors), (blend, maps.as_deref()), (protocol, part), wanted.seed)?
            }
        },
        LinkModel::Ultra { weights, taught } => match wanted.protocol.unwrap_or(Protocol::Transductive) {
            Protocol::TextOnly => return Err(unfit(Protocol::TextOnly, "walks links, and reads no texts")),
            protocol => eval_ultra((&Ultra::new(&weights), &taught), &set, (protocol, part), wanted.seed)?,
        },
    };
    context.voice.detail(&format!("ranked in {:.1} s", start.elapsed().as_secs_f64()));
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}

/// Ranks by two models together.
fn together(voice: Voice, wanted: &EvalLinks, set: &LinkSet, (first, part): (LinkModel, Part)) -> Result<LinkReport> {
    let with = wanted.with.as_deref().unwrap_or(&wanted.links);
    let second = LinkModel::read(with, set)?;
    let protocol = wanted.protocol.unwrap_or(Protocol::Transductive);
    if !matches!(protocol, Protocol::Transductive | Protocol::Disjoint) {
        let message =
            format!("two models together see the training links, by transductive or disjoint, not {protocol}");
        return Err(CliError::usage(message).into());
    }
    let about = (voice, wanted, set, protocol);
    heard(about, (&first, &wanted.links), &mut |first, seen| {
        heard(about, (&second, with), &mut |second, also| {
            let (visible, marked) = (format!("{seen}; and {also}"), (protocol, part));
            Ok(eval_ensemble((first, second), &visible, set, marked, wanted.seed)?)
        })
    })
}

/// What takes a scorer and what it sees, in words.
type Hearing<'a> = &'a mut dyn FnMut(&dyn Scorer, &str) -> Result<LinkReport>;

/// Lets a model be heard beside another, over the training links.
fn heard(
    (voice, wanted, set, protocol): (Voice, &EvalLinks, &LinkSet, Protocol),
    (model, folder): (&LinkModel, &Path),
    then: Hearing<'_>,
) -> Result<LinkReport> {
    match model {
        LinkModel::Embeddings(tables) if protocol == Protocol::Transductive => {
            then(&tables.scorer(), "tables that the training links taught")
        }
        LinkModel::Embeddings(_) => Err(unfit(protocol, "has a row of numbers for each entity it was trained on")),
        LinkModel::Text { blend, maps, encoder } => {
            let found = made_with((wanted.encoder.as_deref(), Some(folder)), encoder)?;
            let vectors = vectors(voice, &found, set, Some(&folder.join(KEPT)))?;
            let base = TextBase::new(set, &set.train, &vectors, (*blend, maps.as_deref()))?;
            then(&base.scorer(*blend, true), "texts, and the training links")
        }
        LinkModel::Ultra { weights, taught } => {
            let visible = taught.visible(set, protocol)?;
            let graph = UltraGraph::new(&[&set.train], set.entities.len(), set.relations.len());
            then(&UltraScorer::new(&Ultra::new(weights), &graph, None), &visible)
        }
        LinkModel::Projected { .. } => {
            Err(CliError::usage("BLP's baseline is tested by itself, without --with").into())
        }
    }
}

/// Weights by path, and what they were trained on.
pub(super) fn weights_of_ultra(path: &Path, set: &LinkSet) -> Result<(UltraWeights, TrainingProvenance)> {
    match LinkModel::read(path, set)? {
        LinkModel::Ultra { weights, taught } => Ok((weights, taught)),
        _ => Err(CliError::usage(format!("\"{}\" is no model of ULTRA", path.display())).into()),
    }
}

fn unfit(asked: Protocol, model: &str) -> anyhow::Error {
    CliError::usage(format!("the model {model}; it cannot be tested by {asked}")).into()
}

/// Ranks by texts, and where the protocol shows links of new entities, by rules over them.
fn of_texts(
    (set, vectors): (&LinkSet, &TextVectors),
    (blend, maps): (Blend, Option<&LowRank>),
    (protocol, part): (Protocol, Part),
    seed: u64,
) -> Result<LinkReport> {
    let (links, parts) = part.of(set)?;
    let earlier = &parts[..parts.len() - 1];
    let (shown, asked) = protocol.shots(set, earlier, links, seed);
    let known = [set.train.as_slice(), &shown].concat();
    let base = TextBase::new(set, &known, vectors, (blend, maps))?;
    let inner = base.scorer(blend, true);
    if protocol == Protocol::TextOnly {
        let with_loops = eval_links(&base.scorer(blend, false), set, (protocol, part), None)?.ranking.both;
        return Ok(LinkReport { with_loops: Some(with_loops), ..eval_links(&inner, set, (protocol, part), None)? });
    }
    let count = set.entities.len();
    let rules = Rules::learn(&Neighbours::new(&[&set.train], count), set.relations.len(), seed);
    let graph = match protocol {
        Protocol::Shots(_) => Neighbours::new(&[earlier, &[&shown]].concat(), count),
        _ => Neighbours::new(&parts, count),
    };
    let (hidden, weight) = match protocol {
        Protocol::LeaveOneOutApart => (Hidden::Pair, blend.rules_apart),
        _ => (Hidden::Link, blend.rules),
    };
    let around = NeighbourhoodScorer {
        inner: &inner,
        rules: &rules,
        graph: &graph,
        hidden,
        weight,
        workspaces: Mutex::default(),
    };
    Ok(eval_links(&around, set, (protocol, part), Some(&asked))?)
}
