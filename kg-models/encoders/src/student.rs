//! A smaller encoder made of a larger one, on disk: the first layers with a head, or a table.
//!
//! In: the folder of a teacher, texts. Out: a folder that is opened as any encoder, with a card that tells how it was made.
//! Never: a figure of texts that were fitted.

use crate::fit::{Fitted, units};
use crate::heads::{self, Lesson};
use crate::linear_map::{ANSWERS, LinearMap, ROTATION};
use crate::neighbours::{NEIGHBOURS, agreement, nearest};
use crate::table::{self, TABLE};
use crate::texts::{hash, part};
use kgloom_numerics::Error;
use kgloom_numerics::artifact::{self, Weights, serialize};
use kgloom_numerics::vectors::Encode;
use kgloom_reader::encoder::{EncoderConfig, quantised};
use kgloom_reader::text_encoder::{Cut, HEAD, TextEncoder};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// The card of a student.
pub const CARD: &str = "encoder.json";
/// One text in so many is held back to choose and to measure on.
const HELD: usize = 10;
/// The most texts held back whose neighbours are compared.
const COMPARED: usize = 5_000;

/// How a student is made.
#[derive(Clone, Copy, Debug)]
pub struct StudentTraining<'a> {
    /// Folder of the teacher.
    pub teacher: &'a Path,
    /// Layers that are kept above the embeddings; 0 makes a table.
    pub layers: usize,
    /// Numbers of a vector; as many as the teacher's where none is named.
    pub numbers: Option<usize>,
    /// Draws the texts held back.
    pub seed: u64,
}

/// What `encoder.json` says of a student.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The teacher's id.
    pub teacher: String,
    /// Layers above the embeddings; 0 is a table.
    pub layers: usize,
    /// Numbers of a vector.
    pub numbers: usize,
    /// Texts, fitted and held back together.
    pub texts: usize,
    /// A hash of them.
    pub texts_hash: String,
    /// What drew the texts held back.
    pub seed: u64,
    /// The share of the mean diagonal that the ridge added to it.
    pub ridge: f64,
    /// The mean cosine with the teacher's vectors, before numbers were cut, on texts held back.
    pub cosine: f64,
    /// The share of a text's ten neighbours by the teacher that are found where the student asks and the teacher's vectors
    /// answer, on texts held back.
    pub recall: f64,
    /// The same of each layer below, where there are layers; it may be used in place of all.
    #[serde(default)]
    pub lower: Vec<LowerLayer>,
}

/// What is seen of a student's lower layer on texts held back, with all numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LowerLayer {
    /// The layer; 0 is the embeddings.
    pub layer: usize,
    /// The share of the mean diagonal that the ridge added to it.
    pub ridge: f64,
    /// As [`Card::cosine`].
    pub cosine: f64,
    /// As [`Card::recall`].
    pub recall: f64,
}

impl StudentTraining<'_> {
    /// Makes a student of the teacher by texts, and writes its folder: what it is to `TextEncoder::open` or
    /// [`StaticTable::open`](crate::StaticTable::open), and [`CARD`]. Each layer gets a head, so that a part of the student is a
    /// student too ([`crate::open`]). `on_progress` hears how many texts are done.
    ///
    /// # Errors
    /// When the teacher does not open or has fewer layers or numbers, the texts are too few, or the folder cannot be written.
    pub fn run(
        &self,
        texts: &[Arc<str>],
        out: &Path,
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Card, Error> {
        let teacher = TextEncoder::open(self.teacher)?;
        let (layers, width) = (teacher.layers(), teacher.width());
        let numbers = self.numbers.unwrap_or(width);
        if self.layers > layers || numbers == 0 || numbers > width {
            let reason = format!(
                "{} layers and {numbers} numbers are asked for; it has {layers} layers and {width} numbers",
                self.layers
            );
            return Err(Error::Unsupported { name: self.teacher.display().to_string(), reason });
        }
        // What an earlier student left there would be taken for this one's.
        for file in [TABLE, HEAD, ANSWERS, CARD, "model.safetensors"].map(|name| out.join(name)) {
            if file.exists() {
                std::fs::remove_file(&file).map_err(Error::write(&file))?;
            }
        }
        let (fitted, held) = part(texts, HELD, self.seed);
        let read = |texts: &[Arc<str>]| Lesson::read(&teacher, texts, on_progress);
        let (lesson, checks) = (read(&fitted)?, read(&held)?);
        let rotation = heads::rotation(&teacher, &lesson);
        // What is whole can still be cut when it is used.
        let (answers, kept) =
            if numbers < width { (rotation.cut(numbers), None) } else { (LinearMap::identity(width), Some(&rotation)) };
        let mut fitted_heads = if self.layers == 0 {
            let tokenizer = artifact::read(&self.teacher.join("tokenizer.json"))?;
            let fitted = table::fit(&teacher, &tokenizer, (&lesson, &checks))?;
            artifact::write(&out.join("tokenizer.json"), &tokenizer)?;
            table::write(&fitted, (&answers, kept), out)?;
            vec![(fitted.ridge, fitted.cosine)]
        } else {
            let fitted = heads::fit(&teacher, self.layers, (&lesson, &checks), on_progress)?;
            self.write_layers(out)?;
            write_heads(&fitted, (&answers, kept), out)?;
            fitted.iter().map(|head| (head.ridge, head.cosine)).collect()
        };
        if numbers < width {
            answers.write(&out.join(ANSWERS), "answers")?;
        }
        let seen = |cut: Cut| {
            let student = crate::folder::open(out, cut)?;
            recall(&*student, (&teacher, &checks), &answers, on_progress)
        };
        let (ridge, cosine) = fitted_heads.pop().unwrap_or_default();
        let lower = (0..).zip(fitted_heads).map(|(layer, (ridge, cosine))| {
            Ok(LowerLayer { layer, ridge, cosine, recall: seen(Cut::layer(Some(layer)))? })
        });
        let card = Card {
            teacher: teacher.id(),
            layers: self.layers,
            numbers,
            texts: fitted.len() + held.len(),
            texts_hash: hash(texts),
            seed: self.seed,
            ridge,
            cosine,
            recall: seen(Cut::NONE)?,
            lower: lower.collect::<Result<_, Error>>()?,
        };
        artifact::write_json(&out.join(CARD), &card)?;
        Ok(card)
    }

    /// The first layers of the teacher as an encoder of their own, matrices and tables as bytes.
    fn write_layers(&self, out: &Path) -> Result<(), Error> {
        let [config, tokenizer, weights] =
            ["config.json", "tokenizer.json", "model.safetensors"].map(|file| artifact::read(&self.teacher.join(file)));
        let json = |source| Error::Json { name: self.teacher.join("config.json").display().to_string(), source };
        let mut config: serde_json::Value = serde_json::from_slice(&config?).map_err(json)?;
        if let Some(config) = config.as_object_mut() {
            config.insert("num_hidden_layers".to_owned(), self.layers.into());
        }
        let whole = Weights::parse("model.safetensors", &weights?)?;
        let parsed: EncoderConfig = serde_json::from_value(config.clone()).map_err(json)?;
        let kept = |name: &str| {
            let layer = name.split_once("encoder.layer.").and_then(|(_, rest)| rest.split('.').next());
            layer.and_then(|layer| layer.parse::<usize>().ok()).is_none_or(|layer| layer < self.layers)
        };
        let mut arrays = quantised(&parsed, &whole).map_err(|error| Error::Unsupported {
            name: self.teacher.display().to_string(),
            reason: error.to_string(),
        })?;
        arrays.retain(|(name, ..)| kept(name));
        artifact::write_json(&out.join("config.json"), &config)?;
        artifact::write(&out.join("tokenizer.json"), &tokenizer?)?;
        artifact::write(&out.join("model.safetensors"), &serialize(&arrays)?)
    }
}

/// Writes the heads of all layers, turned and cut by a map; and the rotation by which the first of their numbers are the best
/// ones, where the map leaves them as they are.
fn write_heads(heads: &[Fitted], (map, rotation): (&LinearMap, Option<&LinearMap>), out: &Path) -> Result<(), Error> {
    let of = |(layer, head): (usize, &Fitted)| {
        let name = if layer + 1 == heads.len() { "head".to_owned() } else { format!("head.{layer}") };
        head.map.then(map).arrays(&name)
    };
    let turn = rotation.map(|rotation| rotation.arrays(ROTATION));
    let arrays: Vec<_> = heads.iter().enumerate().flat_map(of).chain(turn.into_iter().flatten()).collect();
    artifact::write(&out.join(HEAD), &serialize(&arrays)?)
}

/// How much of what the teacher finds among texts held back is found where its student asks.
fn recall(
    student: &dyn Encode,
    (teacher, checks): (&TextEncoder, &Lesson),
    answers: &LinearMap,
    on_progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<f64, Error> {
    let texts = &checks.texts[..checks.texts.len().min(COMPARED)];
    let rows = &checks.vectors[..texts.len() * teacher.width()];
    let wanted = nearest((rows, rows), teacher.width(), NEIGHBOURS, true);
    let (asked, documents) = (student.read(texts, on_progress)?, answers.apply_units(rows));
    let asked = units(&asked, student.width());
    Ok(agreement(&wanted, &nearest((&asked, &documents), student.width(), NEIGHBOURS, true)))
}

#[cfg(test)]
#[path = "student_tests.rs"]
mod tests;
