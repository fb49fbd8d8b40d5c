//! How training tells where it is, keeps its best, and goes on after being killed.
//!
//! In: steps and scores. Out: progress lines, checkpoints. Never: a decision that depends on the time.

use super::optimiser::Optimiser;
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use kgloom_reader::Error;
use kgloom_reader::layers::Parameters;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The best parameters so far.
#[derive(Default)]
pub struct Best {
    kept: Option<(usize, f32, Parameters)>,
}

impl Best {
    /// Keeps the parameters if they score better than all before.
    pub fn offer(&mut self, epoch: usize, score: f32, parameters: Parameters) {
        if self.kept.as_ref().is_none_or(|(_, best, _)| score > *best) {
            self.kept = Some((epoch, score, parameters));
        }
    }

    /// How many epochs ago the best was found.
    pub fn epochs_since(&self, epoch: usize) -> usize {
        self.kept.as_ref().map_or(0, |(best, ..)| epoch.saturating_sub(*best))
    }

    /// The best parameters and their score.
    ///
    /// # Errors
    /// When no epoch was run.
    pub fn take(self) -> Result<(Parameters, f32), Error> {
        let (_, score, parameters) = self.kept.ok_or_else(|| Error::Data {
            name: "training".to_owned(),
            reason: "no epoch was run; ask for at least one".to_owned(),
        })?;
        Ok((parameters, score))
    }
}

/// One phase of training and where it keeps its checkpoint.
pub struct Phase<'a> {
    /// Names its files.
    pub name: &'static str,
    /// The folder of checkpoints.
    pub folder: &'a Path,
    /// What is trained on what: a checkpoint of anything else is not gone on from.
    pub about: String,
    /// The seed.
    pub seed: u64,
    /// The most epochs.
    pub epochs: usize,
    /// Whether to go on from a checkpoint.
    pub resume: bool,
}

#[derive(Serialize, Deserialize)]
struct CheckpointMetadata {
    about: String,
    seed: u64,
    epoch: usize,
    best_epoch: usize,
    best_score: f32,
}

impl Phase<'_> {
    fn file(&self, kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{kind}", self.name))
    }

    /// The epoch to begin with, after restoring a checkpoint if there is one and resuming is asked for.
    ///
    /// # Errors
    /// When a checkpoint is there but does not fit.
    pub fn resume(&self, optimiser: &mut Optimiser, best: &mut Best) -> Result<usize, Error> {
        let metadata = self.file("json");
        if !self.resume || !metadata.exists() {
            return Ok(0);
        }
        let bytes = artifact::read(&metadata)?;
        let path = metadata.display().to_string();
        let metadata: CheckpointMetadata =
            serde_json::from_slice(&bytes).map_err(|source| Error::Json { name: path.clone(), source })?;
        if metadata.about != self.about || metadata.seed != self.seed {
            let reason = "a training of other data or with another seed; take it away, or name another folder";
            return Err(Error::Unsupported { name: path, reason: reason.to_owned() });
        }
        optimiser.restore(&self.file("state.safetensors"))?;
        let kept = self.file("best.safetensors");
        let weights = Weights::parse(&kept.display().to_string(), &artifact::read(&kept)?)?;
        best.kept = Some((metadata.best_epoch, metadata.best_score, Parameters::from_weights(&weights)?));
        Ok(metadata.epoch + 1)
    }

    /// Adds an epoch's scores to the phase's curve, a line of JSON each.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note(&self, epoch: usize, scores: &BTreeMap<String, f32>) -> Result<(), Error> {
        let path = self.file("curve.jsonl");
        let mut lines = std::fs::read(&path).unwrap_or_default();
        let line = serde_json::to_vec(&(epoch + 1, scores))
            .map_err(|source| Error::Json { name: path.display().to_string(), source })?;
        lines.extend(line);
        lines.push(b'\n');
        Ok(artifact::write(&path, &lines)?)
    }

    /// Writes everything that going on after this epoch needs; the mark comes last.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn checkpoint(&self, optimiser: &Optimiser, epoch: usize, best: &Best) -> Result<(), Error> {
        let Some((best_epoch, best_score, parameters)) = &best.kept else { return Ok(()) };
        optimiser.save(&self.file("state.safetensors"))?;
        if *best_epoch == epoch {
            let arrays: Vec<(String, Array, Storage)> =
                parameters.arrays()?.into_iter().map(|(name, array, _)| (name, array, Storage::Single)).collect();
            artifact::write(&self.file("best.safetensors"), &artifact::serialize(&arrays)?)?;
        }
        let (about, seed) = (self.about.clone(), self.seed);
        let metadata = CheckpointMetadata { about, seed, epoch, best_epoch: *best_epoch, best_score: *best_score };
        let bytes =
            serde_json::to_vec(&metadata).map_err(|source| Error::Json { name: "checkpoint".to_owned(), source })?;
        Ok(artifact::write(&self.file("json"), &bytes)?)
    }
}
