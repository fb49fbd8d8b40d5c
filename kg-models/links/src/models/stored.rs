//! A link model in a folder: what kind it is, and what it was made for.
//!
//! In: a folder, a set. Out: a model that scores the set's links. Never: a model that was made for something else.

use super::model::Model;
use super::projected::ProjectedModel;
use super::text::TextModel;
use super::ultra::UltraModel;
use crate::Error;
use crate::data::set::LinkSet;
use crate::score::embeddings::{Embeddings, Shape};
use crate::text::blend::Blend;
use crate::text::lowrank::{LowRank, MapSizes};
use crate::text::projected::Projected;
use crate::ultra::{TrainingProvenance, UltraWeights};
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// The names of files in a model's folder.
const CARD: &str = "links.json";
const TABLES: &str = "links.safetensors";

/// A model that scores links, as it lies in a folder.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkModel {
    /// A row for each entity and relation.
    Embeddings(Embeddings),
    /// A blend of what nearest links and maps of texts say.
    Text(TextModel),
    /// One map for the texts of all entities, and a row for each relation.
    Projected(ProjectedModel),
    /// Weights that walk any graph.
    Ultra(UltraModel),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum Card {
    Embeddings {
        shape: Shape,
        entities: Vec<String>,
        relations: Vec<String>,
    },
    Text {
        blend: Blend,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maps: Option<MapCard>,
        encoder: String,
    },
    Projected {
        shape: Shape,
        width: usize,
        relations: Vec<String>,
        encoder: String,
    },
    Ultra {
        taught: TrainingProvenance,
    },
}

/// Of maps that learnt: their sizes, and the names of the relations that they are of.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MapCard {
    sizes: MapSizes,
    relations: Vec<String>,
}

impl LinkModel {
    /// The folder within a model's own that holds checkpoints, and vectors of texts that were read.
    pub const KEPT: &str = "training";

    /// The folder within a model's own that holds the encoder that was tuned for it, if one was.
    pub const TUNED: &str = "encoder";

    /// The model itself: how it is tested, and what scores.
    pub fn model(&self) -> &dyn Model {
        match self {
            LinkModel::Embeddings(model) => model,
            LinkModel::Text(model) => model,
            LinkModel::Projected(model) => model,
            LinkModel::Ultra(model) => model,
        }
    }

    /// Writes the model into a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path, set: &LinkSet) -> Result<(), Error> {
        let names = |names: &[Arc<str>]| names.iter().map(ToString::to_string).collect();
        let array =
            |values: &[f32], width: usize| Array { shape: vec![values.len() / width, width], values: values.to_vec() };
        let card = match self {
            LinkModel::Embeddings(Embeddings { shape, entities, relations }) => {
                let (wide, deep) = shape.family.widths(shape.dimension);
                let arrays = [
                    ("entities".to_owned(), array(entities, wide), Storage::Single),
                    ("relations".to_owned(), array(relations, deep), Storage::Single),
                ];
                artifact::write(&folder.join(TABLES), &artifact::serialize(&arrays)?)?;
                let (entities, relations) = (names(&set.entities), names(&set.relations));
                Card::Embeddings { shape: shape.clone(), entities, relations }
            }
            LinkModel::Ultra(UltraModel { weights, taught }) => {
                weights.write(&folder.join(TABLES))?;
                Card::Ultra { taught: taught.clone() }
            }
            LinkModel::Text(TextModel { blend, maps, encoder }) => {
                if let Some(maps) = maps {
                    artifact::write(&folder.join(TABLES), &artifact::serialize(&maps.arrays())?)?;
                }
                let card = |maps: &LowRank| MapCard { sizes: maps.sizes, relations: names(&set.relations) };
                Card::Text { blend: *blend, maps: maps.as_deref().map(card), encoder: encoder.clone() }
            }
            LinkModel::Projected(ProjectedModel { tables, encoder }) => {
                let Projected { shape, matrix, relations } = tables;
                let arrays = [
                    ("matrix".to_owned(), array(matrix, shape.dimension), Storage::Single),
                    ("relations".to_owned(), array(relations, shape.dimension), Storage::Single),
                ];
                artifact::write(&folder.join(TABLES), &artifact::serialize(&arrays)?)?;
                let (width, relations) = (matrix.len() / shape.dimension, names(&set.relations));
                Card::Projected { shape: shape.clone(), width, relations, encoder: encoder.clone() }
            }
        };
        artifact::write_json(&folder.join(CARD), &card)
    }

    /// Reads a model that was made for a set; a file, and no folder, holds weights of ULTRA.
    ///
    /// # Errors
    /// When a file is missing or malformed, or the model was made for other entities or relations.
    pub fn read(folder: &Path, set: &LinkSet) -> Result<Self, Error> {
        if folder.is_file() {
            let (weights, taught) = (UltraWeights::read(folder)?, TrainingProvenance::default());
            return Ok(LinkModel::Ultra(UltraModel { weights, taught }));
        }
        let card: Card = artifact::read_json(&folder.join(CARD))?;
        let (shape, entities, relations) = match card {
            Card::Embeddings { shape, entities, relations } => (shape, entities, relations),
            Card::Ultra { taught } => {
                let weights = UltraWeights::read(&folder.join(TABLES))?;
                return Ok(LinkModel::Ultra(UltraModel { weights, taught }));
            }
            Card::Text { blend, maps, encoder } => {
                let maps = maps.map(|card| read_maps(folder, set, &card)).transpose()?.map(Box::new);
                return Ok(LinkModel::Text(TextModel { blend, maps, encoder }));
            }
            Card::Projected { shape, width, relations, encoder } => {
                same(folder, set, "relation", (&set.relations, &relations))?;
                let weights = tables(folder)?;
                let array = |name: &str, rows: usize| {
                    Ok::<_, Error>(weights.array(name, &[rows, shape.dimension])?.values.clone())
                };
                let (matrix, relations) = (array("matrix", width)?, array("relations", set.relations.len())?);
                let tables = Projected { shape, matrix, relations };
                return Ok(LinkModel::Projected(ProjectedModel { tables, encoder }));
            }
        };
        for (what, ours, theirs) in [("entity", &set.entities, &entities), ("relation", &set.relations, &relations)] {
            same(folder, set, what, (ours, theirs))?;
        }
        let weights = tables(folder)?;
        let (wide, deep) = shape.family.widths(shape.dimension);
        let rows = shape.relation_rows(set.relations.len());
        let entities = weights.array("entities", &[set.entities.len(), wide])?.values.clone();
        let relations = weights.array("relations", &[rows, deep])?.values.clone();
        Ok(LinkModel::Embeddings(Embeddings { shape, entities, relations }))
    }
}

/// The maps of a text model, which are of the set's relations.
fn read_maps(folder: &Path, set: &LinkSet, card: &MapCard) -> Result<LowRank, Error> {
    same(folder, set, "relation", (&set.relations, &card.relations))?;
    LowRank::read(card.sizes, &tables(folder)?)
}

fn tables(folder: &Path) -> Result<Weights, Error> {
    Weights::read(&folder.join(TABLES))
}

/// Whether the model's names are the set's.
fn same(folder: &Path, set: &LinkSet, what: &str, (ours, theirs): (&[Arc<str>], &[String])) -> Result<(), Error> {
    if ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| **ours == **theirs) {
        return Ok(());
    }
    let stranger = ours.iter().find(|name| theirs.binary_search_by(|known| known.as_str().cmp(name)).is_err());
    let reason = match stranger {
        Some(name) => format!("it does not know the {what} \"{name}\" of \"{}\"; train it on that set", set.name),
        None => format!("it was trained on a set with more of kind {what}: {}, not {}", theirs.len(), ours.len()),
    };
    Err(Error::Unsupported { name: folder.display().to_string(), reason })
}
