//! A typer in a folder: prototypes, regression, examples, and what a score means; named by a hash of its files.
//!
//! In: a folder, or what training found; the vector of an item. Out: its classes, each with a probability and what speaks
//! for it. Never: a typer whose answers change while its id does not.

use crate::Error;
use crate::calibrate::Calibration;
use crate::neighbours::{Neighbour, nearest, votes};
use crate::opinions::{self, Opinions};
use crate::prototypes::Prototypes;
use crate::regression::Regression;
use crate::smooth::Smoothing;
use kgloom_numerics::artifact::{Array, Storage};
use kgloom_numerics::model_folder::{ModelFiles, ModelFolder};
use kgloom_numerics::passes::dot;
use kgloom_numerics::vectors::TextVectors;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const FOLDER: ModelFolder = ModelFolder {
    name: "types",
    card: "types.json",
    weights: "types.safetensors",
    indented: true,
    remedy: "train it anew",
};

/// A class, as it was named, and the words that its prototype began with: the label first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldClass {
    /// Its name.
    pub name: Arc<str>,
    /// Label and keywords.
    pub words: Vec<Arc<str>>,
}

/// An example that is told as evidence, with its classes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldExample {
    /// Its name.
    pub name: Arc<str>,
    /// Its classes, by place.
    pub classes: Vec<u32>,
}

/// What is written beside the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The encoder of all vectors, by its id.
    pub encoder: String,
    /// Numbers in a vector.
    pub width: usize,
    /// Whether an item may be of several classes.
    pub several: bool,
    /// How vectors are smoothed before a judgement; not at all where nothing is said.
    pub smoothing: Option<Smoothing>,
    /// The classes, in the order of their weights.
    pub classes: Vec<ToldClass>,
    /// The examples, in the order of their vectors.
    pub examples: Vec<ToldExample>,
    /// Examples that vote.
    pub neighbours: usize,
    /// How much prototypes, regression and neighbours count.
    pub weights: opinions::Weights,
    /// Held-back items that probabilities rest on; none where there were no examples.
    pub judged: usize,
    /// What a score means.
    pub calibration: Calibration,
    /// By precision in hundredths: the probability from which on a judgement holds it. A precision that was not reached is
    /// left out.
    pub thresholds: BTreeMap<u8, f32>,
    /// The probability from which on a class is told, where an item may be of several: the best example-F1 on held-back
    /// items.
    pub told_from: f32,
}

/// A class that is told of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The class, by its place.
    pub class: u32,
    /// The probability that the item is of it.
    pub probability: f32,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// What speaks for a class.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The nearest of label and keywords, with the cosine of the angle between it and the item.
    pub word: (Arc<str>, f32),
    /// The similarity to the prototype.
    pub prototype: f32,
    /// What the regression says.
    pub regression: f32,
    /// The share of neighbours that vote for the class.
    pub votes: f32,
    /// The nearest examples that vote for it, the nearest first, by their place.
    pub neighbours: Vec<Neighbour>,
}

/// A trained typer.
#[derive(Clone, Debug, PartialEq)]
pub struct Typer {
    /// What it is.
    pub card: Card,
    /// A vector for each class.
    pub prototypes: Prototypes,
    /// The vectors of label and keywords, class after class.
    pub words: TextVectors,
    /// Learnt from examples.
    pub regression: Regression,
    /// The vectors of the examples.
    pub examples: TextVectors,
}

impl Typer {
    fn example_classes(&self, place: u32) -> &[u32] {
        &self.card.examples[place as usize].classes
    }

    /// The classes of an item, the likeliest first; `most` of them. The vector is of length 1, and smoothed as the card
    /// says.
    pub fn tell(&self, item: &[f32], most: usize) -> Vec<Told> {
        let near = nearest(&self.examples, item, self.card.neighbours, None);
        let shares = votes(&near, |place| self.example_classes(place), self.card.classes.len());
        let similar = self.prototypes.similarities(item);
        let regression = self.regression.probabilities(item);
        let opinions = Opinions::new(similar.clone(), &regression, &shares);
        let scores = opinions.pooled(self.card.weights);
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]).then(one.cmp(other)));
        let tell = |class: usize| {
            let own = near.iter().filter(|near| self.example_classes(near.place).contains(&(class as u32)));
            let evidence = Evidence {
                word: self.nearest_word(class, item),
                prototype: similar[class],
                regression: regression[class],
                votes: shares[class],
                neighbours: own.copied().collect(),
            };
            Told { class: class as u32, probability: self.card.calibration.probability(scores[class]), evidence }
        };
        order.into_iter().take(most).map(tell).collect()
    }

    /// The classes to be stated of an item: the likeliest, or all that are likely enough where there may be several.
    pub fn classes(&self, item: &[f32]) -> Vec<u32> {
        let most = if self.card.several { self.card.classes.len() } else { 1 };
        let told = self.tell(item, most);
        stated(told.iter().map(|told| (told.class, told.probability)), self.card.told_from)
    }

    /// The probability from which on a judgement holds a precision in hundredths.
    ///
    /// # Errors
    /// When no held-back judgement says so: there were too few examples, or the precision was not reached.
    pub fn threshold(&self, precision: u8) -> Result<f32, Error> {
        self.card.thresholds.get(&precision).copied().ok_or_else(|| {
            let known: Vec<String> = self.card.thresholds.keys().map(|precision| format!("0.{precision}")).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let judged = self.card.judged;
            let reason = format!(
                "no threshold for precision 0.{precision}; known by {judged} held-back examples: {known}. Give more examples"
            );
            Error::Unsupported { name: FOLDER.card.to_owned(), reason }
        })
    }

    fn nearest_word(&self, class: usize, item: &[f32]) -> (Arc<str>, f32) {
        let before: usize = self.card.classes[..class].iter().map(|class| class.words.len()).sum();
        let words = self.card.classes[class].words.iter().zip(before as u32..);
        let similar = words.map(|(word, place)| (Arc::clone(word), dot(self.words.row(place), item)));
        let nearer = |best: (Arc<str>, f32), next: (Arc<str>, f32)| if next.1 > best.1 { next } else { best };
        similar.reduce(nearer).unwrap_or_else(|| (Arc::clone(&self.card.classes[class].name), 0.0))
    }

    fn files(&self) -> Result<ModelFiles<'static>, Error> {
        let width = self.card.width;
        let rows = |name: &str, values: &[f32]| {
            let shape = vec![values.len() / width.max(1), width];
            (name.to_owned(), Array { shape, values: values.to_vec() }, Storage::Single)
        };
        let bias = Array { shape: vec![self.regression.bias.len()], values: self.regression.bias.clone() };
        let arrays = [
            rows("prototypes", &self.prototypes.vectors.values),
            rows("words", &self.words.values),
            rows("regression", &self.regression.map),
            ("bias".to_owned(), bias, Storage::Single),
            rows("examples", &self.examples.values),
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

    /// Reads a typer that [`Typer::write`] wrote.
    ///
    /// # Errors
    /// When a file is missing or malformed, or its parts do not belong together.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let files = FOLDER.read(folder)?;
        let card: Card = files.card()?;
        let (width, count) = (card.width, card.classes.len());
        if card.examples.iter().flat_map(|example| &example.classes).any(|class| *class as usize >= count) {
            return Err(files.unfit(format_args!("an example is of a class that is not among the {count}")));
        }
        let weights = files.weights()?;
        let array = |name: &str, shape: &[usize]| weights.array(name, shape).map(|array| array.values.clone());
        let rows = |name: &str, rows: usize| -> Result<TextVectors, Error> {
            Ok(TextVectors { width, values: array(name, &[rows, width])? })
        };
        let words = card.classes.iter().map(|class| class.words.len()).sum();
        Ok(Typer {
            prototypes: Prototypes { vectors: rows("prototypes", count)? },
            words: rows("words", words)?,
            regression: Regression { width, map: rows("regression", count)?.values, bias: array("bias", &[count])? },
            examples: rows("examples", card.examples.len())?,
            card,
        })
    }
}

/// Of classes with their probabilities, the likeliest first: those from a probability on, or the first alone; sorted.
pub(crate) fn stated(told: impl Iterator<Item = (u32, f32)>, from: f32) -> Vec<u32> {
    let mut stated: Vec<u32> = told
        .enumerate()
        .take_while(|(place, (_, probability))| *place == 0 || *probability >= from)
        .map(|(_, (class, _))| class)
        .collect();
    stated.sort_unstable();
    stated
}
