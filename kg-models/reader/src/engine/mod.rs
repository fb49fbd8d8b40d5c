//! The engine that runs BERT-family encoders (Devlin et al. 2019) on a CPU, in f32 or in bytes.
//!
//! In: weights, and the word pieces of some sequences. Out: hidden states of chosen layers, last-layer attention.
//! Never: padding, a mask, or a number that depends on which sequences go together or on the instruction set.

mod attention;
mod layer;
mod pass;
mod source;
mod words;

use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::matrix::Precision;
use pass::Workspace;
pub use pass::{EncoderOutput, OutputSelection};
use source::Source;

use super::encoder::EncoderConfig;
use kgloom_numerics::Error;
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::passes::Norm;
use layer::Layer;
use std::sync::{Mutex, PoisonError};
use words::Words;

/// An encoder ready to run.
#[derive(Debug)]
pub struct Engine {
    config: EncoderConfig,
    isa: Isa,
    words: Words,
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    workspaces: Mutex<Vec<Workspace>>,
}

impl Engine {
    /// Packs an encoder; tensor names may carry the prefix `bert.`.
    ///
    /// # Errors
    /// When the configuration is of another family, or a tensor is missing or misshapen.
    pub fn new(config: EncoderConfig, weights: &Weights, precision: Precision) -> Result<Self, Error> {
        Self::on(Isa::best(), config, weights, precision)
    }

    /// The same for one of this machine's instruction sets; the results are the same bits.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn on(isa: Isa, config: EncoderConfig, weights: &Weights, precision: Precision) -> Result<Self, Error> {
        config.check()?;
        let source = Source::new(weights, &config);
        let width = config.hidden_size;
        let words = Words::of(&source, config.vocab_size, width)?;
        let shape = [config.max_position_embeddings, width];
        let mut positions = source.array("embeddings.position_embeddings.weight", &shape)?;
        let types = source.array("embeddings.token_type_embeddings.weight", &[config.type_vocab_size, width])?;
        for row in positions.chunks_mut(width) {
            row.iter_mut().zip(&types).for_each(|(x, t)| *x += t);
        }
        let norm = source.norm("embeddings.LayerNorm")?;
        let layer = |index| Layer::new(&source, &config, index, precision);
        let layers = (0..config.num_hidden_layers).map(layer).collect::<Result<_, _>>()?;
        let isa = if Isa::available().contains(&isa) { isa } else { Isa::Portable };
        Ok(Engine { config, isa, words, positions, norm, layers, workspaces: Mutex::default() })
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
    pub fn encode(&self, sequences: &[&[u32]], selection: OutputSelection<'_>) -> Result<Vec<EncoderOutput>, Error> {
        let mut workspace = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let outputs = self.encode_in(sequences, selection, &mut workspace);
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).push(workspace);
        outputs
    }

    fn encode_in(
        &self,
        sequences: &[&[u32]],
        selection: OutputSelection<'_>,
        workspace: &mut Workspace,
    ) -> Result<Vec<EncoderOutput>, Error> {
        let width = self.config.hidden_size;
        self.embed(sequences, &mut workspace.states)?;
        let lengths: Vec<usize> = sequences.iter().map(|sequence| sequence.len()).collect();
        let output = |&pieces: &usize| EncoderOutput {
            pieces,
            layers: vec![Vec::new(); selection.layers.len()],
            attention: Vec::new(),
        };
        let mut outputs: Vec<EncoderOutput> = lengths.iter().map(output).collect();
        // Layers above the last one that is asked for are not run.
        let deepest = selection.layers.iter().copied().max().unwrap_or(0).min(self.layers.len());
        let deepest = if selection.attention { self.layers.len() } else { deepest };
        for index in 0..=deepest {
            for (place, _) in selection.layers.iter().enumerate().filter(|(_, layer)| **layer == index) {
                let mut rest = workspace.states.as_slice();
                for output in &mut outputs {
                    let (own, others) = rest.split_at(output.pieces * width);
                    output.layers[place] = own.to_vec();
                    rest = others;
                }
            }
            if let Some(layer) = self.layers.get(index).filter(|_| index < deepest) {
                let last = index + 1 == self.layers.len();
                let keep = (last && selection.attention).then_some(outputs.as_mut_slice());
                layer.run(self.isa, &lengths, workspace, keep);
            }
        }
        Ok(outputs)
    }

    /// Words, positions and types, normalised: pieces of all sequences × width.
    fn embed(&self, sequences: &[&[u32]], states: &mut Vec<f32>) -> Result<(), Error> {
        let width = self.config.hidden_size;
        states.clear();
        for sequence in sequences {
            if sequence.is_empty() || sequence.len() > self.config.max_position_embeddings {
                let reason = format!(
                    "a chunk of {} word pieces; it reads from 1 to {}",
                    sequence.len(),
                    self.config.max_position_embeddings
                );
                return Err(Error::Unsupported { name: "encoder".to_owned(), reason });
            }
            for (&id, position) in sequence.iter().zip(self.positions.chunks_exact(width)) {
                if !self.words.add(id, position, states) {
                    let reason = format!("word piece {id} is outside its vocabulary");
                    return Err(Error::Unsupported { name: "encoder".to_owned(), reason });
                }
            }
        }
        kernels::normalise(self.isa, states, &self.norm);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
