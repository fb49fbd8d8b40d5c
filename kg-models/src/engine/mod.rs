//! The engine that runs BERT-family encoders (Devlin et al. 2019) on a CPU, in f32 or in bytes.
//!
//! In: weights, and the word pieces of some sequences. Out: hidden states of chosen layers, last-layer attention.
//! Never: padding, a mask, or a number that depends on which sequences go together or on the instruction set.

mod attention;
pub(crate) mod compare;
pub(crate) mod kernels;
mod layer;
pub(crate) mod matrix;
pub(crate) mod passes;
mod path;
pub(crate) mod spread;

pub use matrix::Precision;
pub use path::Path;

use crate::Error;
use crate::artifact::Weights;
use crate::text::encoder::EncoderConfig;
use attention::HeadRoom;
use layer::Layer;
use matrix::{Rows, SinglePanels};
use passes::{ByteRows, Finish, Norm};
use std::sync::{Mutex, PoisonError};

/// An encoder ready to run.
#[derive(Debug)]
pub struct Engine {
    config: EncoderConfig,
    path: Path,
    words: Vec<f32>,
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    rooms: Mutex<Vec<Room>>,
}

/// What one sequence gave.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// How many word pieces it has.
    pub pieces: usize,
    /// Of each layer that was asked for, in the order asked: pieces × width. Layer 0 is the embeddings.
    pub layers: Vec<Vec<f32>>,
    /// The last layer's attention: heads × pieces × pieces. Empty if it was not asked for.
    pub attention: Vec<f32>,
}

/// What of a pass is kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// Layers whose states are kept.
    pub layers: &'a [usize],
    /// Whether the last layer's attention is kept.
    pub attention: bool,
}

/// Memory that passes use again.
#[derive(Debug, Default)]
struct Room {
    states: Vec<f32>,
    mixed: Vec<f32>,
    context: Vec<f32>,
    attended: Vec<f32>,
    inner: Vec<f32>,
    bytes: ByteRows,
    head: HeadRoom,
}

impl Engine {
    /// Packs an encoder; tensor names may carry the prefix `bert.`.
    ///
    /// # Errors
    /// When the configuration is of another family, or a tensor is missing or misshapen.
    pub fn new(config: EncoderConfig, weights: &Weights, precision: Precision) -> Result<Self, Error> {
        Self::on(Path::best(), config, weights, precision)
    }

    /// The same for one of this machine's instruction sets; the results are the same bits.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn on(path: Path, config: EncoderConfig, weights: &Weights, precision: Precision) -> Result<Self, Error> {
        config.check()?;
        let source = Source::new(weights, &config);
        let width = config.hidden_size;
        let words = source.array("embeddings.word_embeddings.weight", &[config.vocab_size, width])?;
        let shape = [config.max_position_embeddings, width];
        let mut positions = source.array("embeddings.position_embeddings.weight", &shape)?;
        let types = source.array("embeddings.token_type_embeddings.weight", &[config.type_vocab_size, width])?;
        for row in positions.chunks_mut(width) {
            row.iter_mut().zip(&types).for_each(|(x, t)| *x += t);
        }
        let norm = source.norm("embeddings.LayerNorm")?;
        let layer = |index| Layer::new(&source, &config, index, precision);
        let layers = (0..config.num_hidden_layers).map(layer).collect::<Result<_, _>>()?;
        let path = if Path::available().contains(&path) { path } else { Path::Portable };
        Ok(Engine { config, path, words, positions, norm, layers, rooms: Mutex::default() })
    }

    /// The configuration it was built with.
    pub fn config(&self) -> &EncoderConfig {
        &self.config
    }

    /// Encodes sequences, special pieces included. Each one's numbers are the same alone and in any company; several
    /// short ones together are faster.
    ///
    /// # Errors
    /// When a sequence is empty, longer than the model has positions, or holds a piece outside the vocabulary.
    pub fn encode(&self, sequences: &[&[u32]], kept: Kept<'_>) -> Result<Vec<Trace>, Error> {
        let mut room = self.rooms.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let traces = self.encode_in(sequences, kept, &mut room);
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).push(room);
        traces
    }

    fn encode_in(&self, sequences: &[&[u32]], kept: Kept<'_>, room: &mut Room) -> Result<Vec<Trace>, Error> {
        let width = self.config.hidden_size;
        self.embed(sequences, &mut room.states)?;
        let lengths: Vec<usize> = sequences.iter().map(|sequence| sequence.len()).collect();
        let trace =
            |&pieces: &usize| Trace { pieces, layers: vec![Vec::new(); kept.layers.len()], attention: Vec::new() };
        let mut traces: Vec<Trace> = lengths.iter().map(trace).collect();
        for index in 0..=self.layers.len() {
            for (place, _) in kept.layers.iter().enumerate().filter(|(_, layer)| **layer == index) {
                let mut rest = room.states.as_slice();
                for trace in &mut traces {
                    let (own, others) = rest.split_at(trace.pieces * width);
                    trace.layers[place] = own.to_vec();
                    rest = others;
                }
            }
            if let Some(layer) = self.layers.get(index) {
                let last = index + 1 == self.layers.len();
                let keep = (last && kept.attention).then_some(traces.as_mut_slice());
                layer.run(self.path, &lengths, room, keep);
            }
        }
        Ok(traces)
    }

    /// Words, positions and types, normalised: pieces of all sequences × width.
    fn embed(&self, sequences: &[&[u32]], states: &mut Vec<f32>) -> Result<(), Error> {
        let width = self.config.hidden_size;
        states.clear();
        for sequence in sequences {
            if sequence.is_empty() || sequence.len() > self.config.max_position_embeddings {
                return Err(candle_core::Error::msg(format!("a chunk of {} word pieces", sequence.len())).into());
            }
            for (&id, position) in sequence.iter().zip(self.positions.chunks_exact(width)) {
                let start = id as usize * width;
                let Some(word) = self.words.get(start..start + width) else {
                    return Err(candle_core::Error::msg(format!("word piece {id} is outside the vocabulary")).into());
                };
                states.extend(word.iter().zip(position).map(|(w, p)| w + p));
            }
        }
        kernels::normalise(self.path, states, &self.norm);
        Ok(())
    }
}

/// `rows · matrix`, both row by row, the matrix depth × columns: each number is one chain of additions over the depth,
/// so that it is the same on every machine and in any company.
pub(crate) fn multiply(rows: &[f32], matrix: &[f32], (depth, columns): (usize, usize)) -> Vec<f32> {
    let count = rows.len() / depth.max(1);
    let mut panels = SinglePanels::default();
    panels.pack_rows(matrix, columns, (depth, columns));
    let mut out = vec![0.0; count * columns];
    let rows = Rows { values: rows, stride: depth, count };
    kernels::single(Path::best(), rows, &panels, Finish::Plain, &mut out);
    out
}

/// Where tensors come from.
pub(crate) struct Source<'a> {
    weights: &'a Weights,
    prefix: &'static str,
    width: usize,
    epsilon: f32,
}

impl<'a> Source<'a> {
    fn new(weights: &'a Weights, config: &EncoderConfig) -> Self {
        let prefix = if weights.contains("bert.embeddings.word_embeddings.weight") { "bert." } else { "" };
        Source { weights, prefix, width: config.hidden_size, epsilon: config.layer_norm_eps }
    }

    fn array(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        Ok(self.weights.array(&format!("{}{name}", self.prefix), shape)?.values.clone())
    }

    fn norm(&self, name: &str) -> Result<Norm, Error> {
        let gain = self.array(&format!("{name}.weight"), &[self.width])?;
        let shift = self.array(&format!("{name}.bias"), &[self.width])?;
        Ok(Norm { gain, shift, epsilon: self.epsilon })
    }

    /// A matrix stored outputs × inputs, and its bias.
    fn linear(&self, name: &str, inputs: usize, outputs: usize) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let matrix = self.array(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok((matrix, self.array(&format!("{name}.bias"), &[outputs])?))
    }
}

#[cfg(test)]
mod tests;
