//! Where a training stands, on disk.
//!
//! In: arrays, counts, what the training depends on. Out: three files that go together, whenever the process ends.
//! Never: a checkpoint of another training taken for one's own.

use crate::Error;
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Arrays by name, to be stored.
pub type Arrays = Vec<(String, Array, Storage)>;

/// An array that is stored as it is, four bytes a number; `shape` is its dimensions.
pub fn array(name: &str, shape: &[usize], values: &[f32]) -> (String, Array, Storage) {
    (name.to_owned(), Array { shape: shape.to_vec(), values: values.to_vec() }, Storage::Single)
}

/// Arrays as they will be read.
pub(super) fn in_memory(arrays: Arrays) -> Weights {
    Weights::new("best", arrays.into_iter().map(|(name, array, _)| (name, array)).collect())
}

/// Where the checkpoints of a training lie, and what it depends on.
#[derive(Clone, Debug)]
pub struct Checkpoints<'a> {
    /// The folder, which this training has for itself.
    pub folder: &'a Path,
    /// What the training depends on: words for another ("another set of links"), and a value or a hash of one's own.
    pub about: Vec<(&'static str, String)>,
}

/// Takes away the checkpoints in the folders within a folder: what trains there next begins anew.
///
/// # Errors
/// When one cannot be removed.
pub fn forget(folder: &Path) -> Result<(), Error> {
    let within = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    for checkpoint in within.filter(|path| path.join(CARD).is_file()) {
        std::fs::remove_dir_all(&checkpoint).map_err(Error::write(&checkpoint))?;
    }
    Ok(())
}

/// How far a training has come, but for its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Standing {
    /// Epochs that were run.
    pub epoch: usize,
    /// The epoch that was best, from 1; 0 where none was better than the start.
    pub best_epoch: usize,
    /// Its score; below all others where there is none.
    #[serde(with = "exact")]
    pub best: f64,
    /// Looks at validation since then.
    pub stale: usize,
    /// The learning rate.
    #[serde(with = "exact")]
    pub rate: f32,
    /// Looks at validation since the best or the last change of the rate.
    pub slow: usize,
}

/// Floats as text, which is read back to the bit.
mod exact {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::{fmt::Display, str::FromStr};

    pub fn serialize<T: Display, S: Serializer>(number: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// What names the other two files, and is written last.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    about: Vec<(String, String)>,
    standing: Standing,
}

const CARD: &str = "checkpoint.json";
const STATE: &str = "state-";
const BEST: &str = "best-";

/// What a training goes on from.
pub(super) struct Checkpoint {
    pub standing: Standing,
    pub state: Weights,
    /// The best parameters, but where those it started with are.
    pub best: Option<Weights>,
}

impl Checkpoints<'_> {
    fn file(&self, kind: &str, epoch: usize) -> PathBuf {
        self.folder.join(format!("{kind}{epoch}.safetensors"))
    }

    /// The checkpoint, if there is one.
    ///
    /// # Errors
    /// When it is of another training, or damaged.
    pub(super) fn read(&self) -> Result<Option<Checkpoint>, Error> {
        let path = self.folder.join(CARD);
        if !path.exists() {
            return Ok(None);
        }
        let Card { about, standing } = artifact::read_json(&path)?;
        for (number, (other, own)) in self.about.iter().enumerate() {
            if about.get(number).is_none_or(|(name, value)| name != other || value != own) {
                let reason = format!("a checkpoint of {other}; take it away, or name another folder");
                return Err(Error::Unsupported { name: path.display().to_string(), reason });
            }
        }
        let state = Weights::read(&self.file(STATE, standing.epoch))?;
        let best = (standing.best_epoch > 0).then(|| Weights::read(&self.file(BEST, standing.best_epoch)));
        Ok(Some(Checkpoint { standing, state, best: best.transpose()? }))
    }

    /// Writes the parameters of an epoch that is the best so far; they count when [`Checkpoints::write`] has named them.
    pub(super) fn write_best(&self, epoch: usize, parameters: &Arrays) -> Result<(), Error> {
        artifact::write(&self.file(BEST, epoch), &artifact::serialize(parameters)?)
    }

    /// Writes where training stands, and takes away what no longer counts.
    pub(super) fn write(&self, standing: &Standing, state: &Arrays) -> Result<(), Error> {
        artifact::write(&self.file(STATE, standing.epoch), &artifact::serialize(state)?)?;
        let about = self.about.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        artifact::write_json(&self.folder.join(CARD), &Card { about, standing: *standing })?;
        let kept = [self.file(STATE, standing.epoch), self.file(BEST, standing.best_epoch)];
        for entry in std::fs::read_dir(self.folder).map_err(Error::read(self.folder))?.flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if (name.starts_with(STATE) || name.starts_with(BEST)) && !kept.contains(&path) {
                std::fs::remove_file(&path).map_err(Error::write(&path))?;
            }
        }
        Ok(())
    }
}
