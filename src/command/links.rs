//! `kgloom eval links`. In: links, a model. Out: ranks as figures. Never: a choice of its own; what a model may see, and
//! how it is scored, the model knows.

use crate::args::EvalLinks;
use crate::context::Context;
use crate::encoders::{KEPT, made_with, vectors};
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::sets;
use crate::voice::Voice;
use anyhow::Result;
use kgloom_links::data::benchmark;
use kgloom_links::{LinkModel, LinkSet, Part, View, evaluate, evaluate_together};
use kgloom_numerics::vectors::TextVectors;
use std::path::Path;
use std::time::Instant;

/// The links that are tested; of a folder that holds two graphs, those of the one that is not trained on.
fn tested(context: &Context, wanted: &EvalLinks) -> Result<LinkSet> {
    let set = sets::load(&context.config, &wanted.data, wanted.texts.as_deref())?;
    match benchmark::disjoint(&wanted.data).filter(|graph| set.test.is_empty() && graph.is_file()) {
        Some(graph) => sets::load(&context.config, &graph, wanted.texts.as_deref()),
        None => Ok(set),
    }
}

pub fn eval(context: &Context, wanted: &EvalLinks) -> Result<Exit> {
    let set = tested(context, wanted)?;
    let part = if wanted.validation { Part::Validation } else { Part::Test };
    let view = |protocol| View { set: &set, part, protocol, seed: wanted.seed, texts: None };
    let start = Instant::now();
    let first = LinkModel::read(&wanted.links, &set)?;
    let model = first.model();
    let read = |model, folder| texts(context.voice, wanted, (model, folder), &set);
    let report = match &wanted.with {
        None => {
            let view = view(model.protocols().choose(wanted.protocol).map_err(CliError::usage)?);
            let texts = read(&first, &wanted.links)?;
            evaluate(model, &View { texts: texts.as_ref(), ..view })?
        }
        Some(with) => {
            let second = LinkModel::read(with, &set)?;
            let beside = second.model();
            let view = view(model.protocols().choose_beside(wanted.protocol).map_err(CliError::usage)?);
            beside.protocols().choose_beside(wanted.protocol).map_err(CliError::usage)?;
            let (texts, others) = (read(&first, &wanted.links)?, read(&second, with)?);
            let views = [texts.as_ref(), others.as_ref()].map(|texts| View { texts, ..view });
            evaluate_together((model, &views[0]), (beside, &views[1]))?
        }
    };
    context.voice.detail(&format!("ranked in {:.1} s", start.elapsed().as_secs_f64()));
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}

/// The vectors of texts that the model in a folder reads, if it reads some.
fn texts(
    voice: Voice,
    wanted: &EvalLinks,
    (model, folder): (&LinkModel, &Path),
    set: &LinkSet,
) -> Result<Option<TextVectors>> {
    let read = |encoder: &str| {
        let found = made_with((wanted.encoder.as_deref(), Some(folder)), wanted.part, encoder)?;
        vectors(voice, &found, set, Some(&folder.join(KEPT)))
    };
    model.model().encoder().map(read).transpose()
}
