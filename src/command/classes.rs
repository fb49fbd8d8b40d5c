//! `kgloom eval classes`. In: embeddings or an encoder, classes of entities. Out: how well the vectors tell the classes.
//! Never: a choice made on the test part.

use crate::args::EvalClasses;
use crate::context::Context;
use crate::encoders::{KEPT, made_with, vectors};
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::sets;
use anyhow::Result;
use kgloom_links::data::benchmark;
use kgloom_links::{EntityVectors, LinkModel, LinkSet, ProjectedModel, TextModel, eval_classes};
use kgloom_reader::text_encoder::TextEncoder;
use std::path::Path;

pub fn eval(context: &Context, wanted: &EvalClasses) -> Result<Exit> {
    let set = sets::load(&context.config, &wanted.data, wanted.texts.as_deref())?;
    let classes = benchmark::classes(&wanted.classes, &set)?;
    let model = wanted.links.as_deref().map(|folder| LinkModel::read(folder, &set)).transpose()?;
    let (name, width, values) = match (model, &wanted.encoder) {
        (Some(LinkModel::Embeddings(tables)), None) => {
            ("embeddings".to_owned(), tables.shape.dimension, tables.entities)
        }
        (Some(LinkModel::Embeddings(_)), Some(_)) => {
            return Err(CliError::usage("the model has vectors of its own: take --encoder or --links away").into());
        }
        (Some(LinkModel::Text(TextModel { encoder, .. })), folder) => {
            let kept = wanted.links.as_ref().map(|links| links.join(KEPT));
            of_texts(
                context,
                &made_with((folder.as_deref(), wanted.links.as_deref()), wanted.part, &encoder)?,
                &set,
                kept.as_deref(),
            )?
        }
        (Some(LinkModel::Projected(ProjectedModel { tables, encoder })), folder) => {
            let found = made_with((folder.as_deref(), wanted.links.as_deref()), wanted.part, &encoder)?;
            let kept = wanted.links.as_ref().map(|links| links.join(KEPT));
            let mapped = tables.embeddings(&vectors(context.voice, &found, &set, kept.as_deref())?);
            ("texts, mapped".to_owned(), mapped.shape.dimension, mapped.entities)
        }
        (Some(LinkModel::Ultra(_)), _) => {
            return Err(CliError::usage("a model of ULTRA has no vectors of entities: name another by --links").into());
        }
        (None, Some(folder)) => of_texts(context, &TextEncoder::open_part(folder, wanted.part.cut())?, &set, None)?,
        (None, None) => return Err(CliError::usage("name a model by --links, or an encoder by --encoder").into()),
    };
    let vectors = EntityVectors { name: &name, width, values: &values };
    let report = eval_classes(&set, &classes, vectors, (wanted.least, wanted.seed))?;
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}

/// What the vectors are, how wide, and themselves.
fn of_texts(
    context: &Context,
    encoder: &TextEncoder,
    set: &LinkSet,
    kept: Option<&Path>,
) -> Result<(String, usize, Vec<f32>)> {
    let found = vectors(context.voice, encoder, set, kept)?;
    Ok((format!("texts by encoder {}", encoder.id()), found.width, found.values))
}
