//! How models of texts are trained: a file's keys, their defaults, and what cannot be.
//!
//! In: a file. Out: a configuration. Never: an encoder, or a step.

use super::map_training::MapTraining;
use crate::Error;
use kgloom_numerics::ranges::{Checked, MANY};
use serde::{Deserialize, Serialize};

/// How an encoder is tuned for links.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FineTuning {
    /// How many of the upper layers are tuned: none, some, or all and the embeddings too.
    pub layers: usize,
    /// Passes over the entities of training.
    pub epochs: usize,
    /// Epochs without a better validation score before tuning stops.
    pub patience: usize,
    /// Entities whose texts are read in a step.
    pub batch: usize,
    /// The most questions that an entity brings to a step.
    pub each: usize,
    /// Entities drawn as further wrong answers.
    pub drawn: usize,
    /// Word pieces of a text that are read while tuning.
    pub pieces: usize,
    /// The learning rate of the encoder at its peak.
    pub rate: f32,
    /// The same of the maps.
    pub map_rate: f32,
    /// The share dropped of what each half of a tuned layer adds.
    pub dropout: f32,
    /// The seed of everything drawn.
    pub seed: u64,
}

impl Default for FineTuning {
    fn default() -> Self {
        FineTuning {
            layers: 0,
            epochs: 3,
            patience: 1,
            batch: 512,
            each: 12,
            drawn: 2048,
            pieces: 32,
            rate: 2e-4,
            map_rate: 1e-3,
            dropout: 0.1,
            seed: 1,
        }
    }
}

/// How a text model learns; by default maps do, and the encoder stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextTraining {
    /// How maps learn.
    pub maps: MapTraining,
    /// How the encoder is tuned.
    pub tuning: FineTuning,
}

impl TextTraining {
    /// Says what of it cannot be.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn check(&self) -> Result<(), Error> {
        let TextTraining { maps, tuning } = self;
        let checked = Checked("training from texts");
        for (key, value, (least, most)) in [
            ("maps.rank", maps.rank, (1, 4096)),
            ("maps.letters", maps.letters, (0, 65_536)),
            ("maps.batch", maps.batch, (1, MANY)),
            ("maps.before", maps.before, (0, 1000)),
            ("maps.epochs", maps.epochs, (0, MANY)),
            ("maps.patience", maps.patience, (0, MANY)),
            ("tuning.layers", tuning.layers, (0, 1000)),
            ("tuning.epochs", tuning.epochs, (0, MANY)),
            ("tuning.patience", tuning.patience, (0, MANY)),
            ("tuning.batch", tuning.batch, (1, MANY)),
            ("tuning.each", tuning.each, (1, MANY)),
            ("tuning.drawn", tuning.drawn, (0, MANY)),
            ("tuning.pieces", tuning.pieces, (3, 512)),
        ] {
            checked.whole(key, value, (least, most))?;
        }
        if tuning.layers > 0 && maps.epochs == 0 {
            let reason = "an encoder is tuned with maps that learn: give [maps] epochs".to_owned();
            return Err(Error::Unsupported { name: "training from texts".to_owned(), reason });
        }
        checked.above("maps.temperature", maps.temperature, (0.0, 1e3))?;
        checked.number("maps.margin", maps.margin, (0.0, 1e3))?;
        checked.below("maps.dropout", maps.dropout, (0.0, 1.0))?;
        checked.above("maps.rate", maps.rate, (0.0, 100.0))?;
        checked.above("tuning.rate", tuning.rate, (0.0, 100.0))?;
        checked.above("tuning.map_rate", tuning.map_rate, (0.0, 100.0))?;
        checked.below("tuning.dropout", tuning.dropout, (0.0, 1.0))
    }
}
