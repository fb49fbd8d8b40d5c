//! A typer of things in a folder. In: what training found, or a folder. Out: the typer. Never: a typer whose answers change while its id does not.

use super::features::Features;
use super::weights::SignalWeights;
use crate::Error;
use crate::prototypes::Prototypes;
use crate::regression::Regression;
use kgloom_numerics::artifact::{Array, Storage};
use kgloom_numerics::model_folder::{ModelFiles, ModelFolder};
use kgloom_numerics::vectors::TextVectors;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const FOLDER: ModelFolder = ModelFolder {
    name: "types",
    card: "things.json",
    weights: "things.safetensors",
    indented: true,
    remedy: "`kgloom train types` makes it anew",
};

/// A class, and what is known of it beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThingClass {
    /// Its IRI.
    pub name: Arc<str>,
    /// What people call it, in lower case: the label first.
    pub words: Vec<Arc<str>>,
    /// The classes above it and below it, by place.
    pub kin: Vec<u32>,
    /// Its own IRI and those of the classes below it.
    pub below: Vec<Arc<str>>,
    /// The relations that such things have, and whether as their head.
    pub relations: Vec<(String, bool)>,
    /// The things that are known to be of it, by IRI; sorted.
    pub examples: Vec<Arc<str>>,
}

impl ThingClass {
    /// Whether a noun is one of its words; plurals count.
    pub fn says(&self, noun: &str) -> bool {
        self.words.iter().any(|word| **word == *noun || noun.strip_suffix('s') == Some(&**word))
    }

    /// Whether what is of a class is of this one.
    pub fn covers(&self, class: &str) -> bool {
        self.below.iter().any(|below| **below == *class)
    }
}

/// What is written beside the weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThingCard {
    /// The encoder of the words, by its id: it has to be that of the graph's directions.
    pub encoder: String,
    /// The classes, in the order of their weights.
    pub classes: Vec<ThingClass>,
    /// By class of a thing: the classes that it may be of besides, by place.
    pub candidates: BTreeMap<String, Vec<u32>>,
    /// The nouns that are known, in the order of their rows; sorted.
    pub nouns: Vec<Arc<str>>,
    /// The relations of which it is known what has them, and at which end, in the order of their rows; sorted.
    pub sides: Vec<(String, bool)>,
    /// What the regression sees.
    pub features: Features,
    /// What signals mean where texts say what a thing is.
    pub weights: SignalWeights,
    /// What they mean in this graph where no text says so; none where too few things taught it.
    pub silent: Option<SignalWeights>,
    /// Things that prototypes and regression were learnt from, by class; the last are those of none.
    pub learnt_from: Vec<usize>,
}

/// Tells classes of things.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThingTyper {
    /// What it is.
    pub card: ThingCard,
    /// Nouns × classes: how near their meanings are.
    pub near: TextVectors,
    /// Ends of relations × classes, and none of them: how likely what stands there is of each.
    pub sides: TextVectors,
    /// A vector for each class.
    pub prototypes: Prototypes,
    /// From features to classes, and to none of them.
    pub regression: Regression,
}

impl ThingTyper {
    fn files(&self) -> Result<ModelFiles<'static>, Error> {
        let rows = |name: &str, values: &[f32], width: usize| {
            let shape = vec![values.len() / width.max(1), width];
            (name.to_owned(), Array { shape, values: values.to_vec() }, Storage::Single)
        };
        let bias = Array { shape: vec![self.regression.bias.len()], values: self.regression.bias.clone() };
        let arrays = [
            rows("near", &self.near.values, self.card.classes.len()),
            rows("sides", &self.sides.values, self.card.classes.len() + 1),
            rows("prototypes", &self.prototypes.vectors.values, self.card.features.width),
            rows("regression", &self.regression.map, self.card.features.count()),
            ("bias".to_owned(), bias, Storage::Single),
        ];
        FOLDER.pack(&self.card, &arrays)
    }

    /// The typer's name: a hash of its files and of the code's meaning.
    ///
    /// # Errors
    /// When its numbers do not fill their shapes.
    pub fn id(&self) -> Result<String, Error> {
        Ok(self.files()?.id())
    }

    /// Whether one lies in a folder.
    pub fn lies_in(folder: &Path) -> bool {
        FOLDER.lies_in(folder)
    }

    /// Writes the typer into a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        self.files()?.write(folder)
    }

    /// Reads a typer that [`ThingTyper::write`] wrote.
    ///
    /// # Errors
    /// When a file is missing or malformed, or its parts do not belong together.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let files = FOLDER.read(folder)?;
        let card: ThingCard = files.card()?;
        let (count, width, features) = (card.classes.len(), card.features.width, card.features.count());
        let places = card.candidates.values().flatten().chain(card.classes.iter().flat_map(|class| &class.kin));
        if places.into_iter().any(|place| *place as usize >= count) {
            return Err(files.unfit(format_args!("a class is named that is not among the {count}")));
        }
        let weights = files.weights()?;
        let rows = |name: &str, rows: usize, width: usize| -> Result<TextVectors, Error> {
            Ok(TextVectors { width, values: weights.array(name, &[rows, width])?.values.clone() })
        };
        Ok(ThingTyper {
            near: rows("near", card.nouns.len(), count)?,
            sides: rows("sides", card.sides.len(), count + 1)?,
            prototypes: Prototypes { vectors: rows("prototypes", count, width)? },
            regression: Regression {
                width: features,
                map: rows("regression", count + 1, features)?.values,
                bias: weights.array("bias", &[count + 1])?.values.clone(),
            },
            card,
        })
    }
}
