//! `kgloom eval classes`. In: embeddings or an encoder, classes of entities. Out: how well the vectors tell the classes.
//! Never: a choice made on the test part.

use super::Context;
use super::eval::write;
use super::links::{load, vectors};
use crate::args::EvalClasses;
use crate::exit::{Exit, Wrong};
use anyhow::Result;
use kg_models::data;
use kg_models::links::{EntityVectors, LinkModel, TextEncoder, eval_classes};

pub fn eval(context: &Context, wanted: &EvalClasses) -> Result<Exit> {
    let set = load(&wanted.data, wanted.texts.as_deref())?;
    let classes = data::links::classes(&wanted.classes, &set)?;
    let (name, width, values) = match (&wanted.links, &wanted.encoder) {
        (Some(folder), _) => match LinkModel::read(folder, &set)? {
            LinkModel::Embeddings(tables) => {
                (format!("embeddings of \"{}\"", folder.display()), tables.shape.dimension, tables.entities)
            }
            LinkModel::Text { .. } => {
                return Err(Wrong::usage("the model has no vectors of its own: name its encoder by --encoder").into());
            }
        },
        (None, Some(folder)) => {
            let encoder = TextEncoder::open(folder)?;
            let found = vectors(context.voice, &encoder, &set, None)?;
            (format!("texts by encoder {}", encoder.id()), found.width, found.values)
        }
        (None, None) => return Err(Wrong::usage("name embeddings by --links, or an encoder by --encoder").into()),
    };
    let vectors = EntityVectors { name: &name, width, values: &values };
    let report = eval_classes(&set, &classes, vectors, (wanted.least, wanted.seed))?;
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}
