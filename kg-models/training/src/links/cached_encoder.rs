//! Texts as an encoder in training reads them: what its fixed layers say is kept, what its tuned layers say is asked anew.
//!
//! In: texts, an encoder whose upper layers are tuned. Out: mean states of texts, with and without gradients.
//! Never: a text longer than was said.

use crate::train::multitask::TrainableEncoder;
use crate::train::optimiser::add;
use crate::train::optimiser::{Gradients, Optimiser, drop};
use candle_core::{Device, Tensor};
use half::f16;
use kgloom_links::data::set::LinkSet;
use kgloom_reader::engine::{Engine, OutputSelection};
use kgloom_reader::layers::{Dropout, Parameters, no_dropout};
use kgloom_reader::{Error, fused};
use rayon::prelude::*;
use tokenizers::Tokenizer;

/// Texts that are read in one pass.
const CHUNK: usize = 32;
/// Passes whose gradients are held at a time; a constant, since sums follow it.
const HELD: usize = 4;

/// Texts of entities, cut to so many word pieces.
pub struct CachedEncoder {
    encoder: TrainableEncoder,
    width: usize,
    /// Word pieces by entity; none where there is no text.
    pieces: Vec<Vec<u32>>,
    /// States below the tuned layers; empty where all layers are tuned.
    lower: Vec<Vec<f16>>,
    chunk: usize,
}

/// What is dropped in a pass, by seed and step.
#[derive(Clone, Copy, Debug)]
pub struct Dropped {
    /// The share of what each half of a tuned layer adds.
    pub share: f32,
    /// The seed.
    pub seed: u64,
    /// The step; in it, each pass draws its own.
    pub step: u64,
}

impl CachedEncoder {
    /// Reads the texts of the entities that are wanted up to the tuned layers, by an engine of only those below, if there
    /// are some. `on_progress` hears how many are read.
    ///
    /// # Errors
    /// When a text does not tokenize or fit the encoder.
    pub fn new(
        (encoder, width): (TrainableEncoder, usize),
        (tokenizer, below): (&Tokenizer, Option<&Engine>),
        (set, wanted): (&LinkSet, &[bool]),
        most: usize,
        on_progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, Error> {
        let mut pieces = vec![Vec::new(); set.entities.len()];
        for (entity, text) in set.texts.iter().enumerate().filter(|(entity, _)| wanted[*entity]) {
            let Some(text) = text else { continue };
            let encoding = tokenizer.encode_fast(&**text, true).map_err(|error| Error::Tokenizer {
                name: "tokenizer.json".to_owned(),
                reason: format!("the text of entity {entity}: {error}"),
            })?;
            pieces[entity] = cut(encoding.get_ids(), most);
        }
        let lower = vec![Vec::new(); set.entities.len()];
        let mut cached_encoder = CachedEncoder { encoder, width, pieces, lower, chunk: CHUNK };
        let Some(engine) = below else { return Ok(cached_encoder) };
        let selection = OutputSelection { layers: &[engine.config().num_hidden_layers], attention: false };
        let told = cached_encoder.with_text(0..set.entities.len() as u32);
        for (index, part) in told.chunks(16 * CHUNK).enumerate() {
            let read = |chunk: &[u32]| {
                let texts: Vec<&[u32]> =
                    chunk.iter().map(|entity| cached_encoder.pieces[*entity as usize].as_slice()).collect();
                let half = |states: &Vec<f32>| states.iter().map(|x| f16::from_f32(*x)).collect::<Vec<f16>>();
                Ok(engine.encode(&texts, selection)?.iter().map(|output| half(&output.layers[0])).collect())
            };
            let states: Vec<Vec<Vec<f16>>> = part.par_chunks(CHUNK).map(read).collect::<Result<_, Error>>()?;
            for (entity, states) in part.iter().zip(states.into_iter().flatten()) {
                cached_encoder.lower[*entity as usize] = states;
            }
            on_progress((index * 16 * CHUNK + part.len()).min(told.len()), told.len());
        }
        Ok(cached_encoder)
    }

    /// Those of some entities that have a text.
    pub fn with_text(&self, entities: impl IntoIterator<Item = u32>) -> Vec<u32> {
        entities.into_iter().filter(|entity| !self.pieces[*entity as usize].is_empty()).collect()
    }

    /// The encoder in training.
    pub fn encoder(&self) -> &TrainableEncoder {
        &self.encoder
    }

    /// The mean states of a few texts: texts × width.
    fn means(&self, tuned: &Parameters, entities: &[u32], dropout: Dropout<'_>) -> Result<Tensor, Error> {
        let chunks: Vec<&[u32]> = entities.iter().map(|entity| self.pieces[*entity as usize].as_slice()).collect();
        let lengths: Vec<usize> = chunks.iter().map(|chunk| chunk.len()).collect();
        let kept = entities.iter().flat_map(|entity| &self.lower[*entity as usize]);
        let kept: Vec<f32> = kept.map(|x| x.to_f32()).collect();
        let encoded = if kept.is_empty() {
            self.encoder.encode(tuned, &chunks, dropout)?
        } else {
            let state = Tensor::from_vec(kept, (lengths.iter().sum::<usize>(), self.width), &Device::Cpu)?;
            self.encoder.upper(tuned, state, &lengths, dropout)?
        };
        self.encoder.means(&encoded.states, &lengths)
    }

    /// The mean states of texts, without gradient: texts × width.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn read(&self, tuned: &Parameters, entities: &[u32], dropped: Option<Dropped>) -> Result<Vec<f32>, Error> {
        let plain = tuned.0.iter().map(|(name, tensor)| (name.clone(), tensor.detach()));
        let plain = Parameters(plain.collect());
        let read = |(index, chunk): (usize, &[u32])| -> Result<Vec<f32>, Error> {
            Ok(fused::values(&self.pass(&plain, chunk, dropped, index)?)?)
        };
        let rows: Vec<Vec<f32>> =
            entities.par_chunks(self.chunk).enumerate().map(read).collect::<Result<_, Error>>()?;
        Ok(rows.concat())
    }

    /// The gradients of the tuned layers from those of the mean states that [`CachedEncoder::read`] told, by reading
    /// the texts again a few at a time: what is held does not grow with the step (gradient caching, Gao et al. 2021).
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn gradients(
        &self,
        optimiser: &Optimiser,
        (entities, slopes): (&[u32], &[f32]),
        dropped: Option<Dropped>,
    ) -> Result<Gradients, Error> {
        let tuned = optimiser.parameters();
        let replay = |(index, (chunk, slopes)): (usize, (&[u32], &[f32]))| -> Result<Gradients, Error> {
            let means = self.pass(&tuned, chunk, dropped, index)?;
            let slopes = Tensor::from_slice(slopes, means.dims(), &Device::Cpu)?;
            optimiser.gradients(&(means * slopes)?.sum_all()?)
        };
        let passes: Vec<_> =
            entities.chunks(self.chunk).zip(slopes.chunks(self.chunk * self.width)).enumerate().collect();
        let mut sum = Gradients::new();
        for some in passes.chunks(HELD) {
            let found: Vec<Gradients> = some.par_iter().copied().map(replay).collect::<Result<_, Error>>()?;
            found.into_iter().for_each(|gradients| add(&mut sum, gradients, 1.0));
        }
        Ok(sum)
    }

    fn pass(&self, tuned: &Parameters, chunk: &[u32], dropped: Option<Dropped>, index: usize) -> Result<Tensor, Error> {
        match dropped.filter(|dropped| dropped.share > 0.0) {
            Some(Dropped { share, seed, step }) => {
                let mut draw = kgloom_numerics::draw::draw(seed, "tuned encoder", (step << 20) + index as u64);
                self.means(tuned, chunk, &mut |tensor| drop(tensor, share, &mut draw))
            }
            None => self.means(tuned, chunk, &mut no_dropout),
        }
    }

    /// The same with another number of texts in a pass.
    #[cfg(test)]
    pub fn with_chunk(self, chunk: usize) -> Self {
        CachedEncoder { chunk, ..self }
    }
}

/// The first word pieces of a text, and its last one, which ends it.
fn cut(ids: &[u32], most: usize) -> Vec<u32> {
    if ids.len() <= most {
        return ids.to_vec();
    }
    let mut kept = ids[..most.saturating_sub(1)].to_vec();
    kept.extend(ids.last());
    kept
}
