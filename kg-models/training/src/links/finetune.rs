//! An encoder's upper layers tuned for links, on a CPU: vectors move so that maps point at right answers.
//!
//! In: an encoder, a set with texts, maps that learnt on the encoder's vectors. Out: the encoder that was best on a sample
//! of validation. Never: a text of an entity that only the test part knows.
//!
//! A step takes some entities of training and reads their texts; other ends of their links, and wrong answers, are taken as
//! they were read last (a memory of vectors, as Wang et al. 2020 and MoCo keep one), so that each text that is read teaches
//! all of its links.

use super::cached_encoder::{CachedEncoder, Dropped};
use crate::train::multitask::{TrainableEncoder, Tuning as Depth};
use crate::train::optimiser::{Gradients, Optimiser, rate};
use kgloom_links::data::set::{KnownTriples, LinkSet, Query};
use kgloom_links::text::blend::{own_share, widen};
use kgloom_links::text::contrast::Contrast;
use kgloom_links::text::lowrank::{Gradient, LowRank, lengthen, shorten};
use kgloom_links::text::map_training::{Batch, Check, MapTraining, drop_some, questions};
use kgloom_links::text::maps::Whitening;
use kgloom_links::text::tuning::FineTuning;
use kgloom_links::training::checkpoint::array;
use kgloom_links::{Arrays, Checkpoints, Step, Trainer, TrainingLoop};
use kgloom_numerics::artifact::{self, Storage, Weights};
use kgloom_numerics::draw::draw;
use kgloom_numerics::matrix::Precision;
use kgloom_numerics::passes::unit;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_numerics::vectors::TextVectors;
use kgloom_reader::Error;
use kgloom_reader::encoder::EncoderConfig;
use kgloom_reader::engine::Engine;
use kgloom_reader::layers::Parameters;
use std::path::Path;
use tokenizers::Tokenizer;

/// What tuning begins with: the encoder's folder, the vectors it gives, how they are whitened, and maps over them.
pub struct Start<'a> {
    /// config.json, tokenizer.json, model.safetensors.
    pub encoder: &'a Path,
    /// Of all entities.
    pub vectors: &'a TextVectors,
    /// How far the covariance is shrunk before whitening.
    pub shrinkage: f32,
    /// Maps that learnt on the whitened vectors.
    pub maps: &'a LowRank,
    /// How they learnt.
    pub training: &'a MapTraining,
}

/// What an encoder's folder has.
const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// Tunes the encoder and writes the best into the folder `to`; goes on from a checkpoint in the folder `kept`, and leaves
/// one there. The mean reciprocal rank of maps alone on the validation sample, at its best.
///
/// # Errors
/// When the encoder is malformed or has fewer layers, tensor arithmetic fails, or a file cannot be written; it holds
/// [`Stopped`](kgloom_numerics::Error::Stopped) when the reporter is asked to stop.
pub fn fine_tune(
    set: &LinkSet,
    start: &Start<'_>,
    tuning: &FineTuning,
    (to, kept): (&Path, &Path),
    reporter: &mut ProgressReporter<'_>,
) -> Result<f64, Error> {
    let mut trainer = EncoderTrainer::new(set, start, tuning, reporter)?;
    let training_loop = TrainingLoop {
        patience: tuning.patience,
        checkpoints: Some(checkpoints(kept, set, start, tuning)),
        ..TrainingLoop::new(tuning.epochs, tuning.rate)
    };
    let best = training_loop.run(&mut trainer, reporter)?;
    let weights = match &best.parameters {
        Some(kept) => {
            let tuned = Parameters::from_weights(kept)?;
            trainer.cached_encoder.encoder().weights(&trainer.original, &tuned)?
        }
        None => trainer.original,
    };
    let arrays = weights.names().map(|name| Ok((name.to_owned(), weights.any(name)?.clone(), Storage::Single)));
    let arrays = arrays.collect::<Result<Vec<_>, Error>>()?;
    for file in &FILES[..2] {
        artifact::write(&to.join(file), &artifact::read(&start.encoder.join(file))?)?;
    }
    artifact::write(&to.join(FILES[2]), &artifact::serialize(&arrays)?)?;
    Ok(best.score)
}

/// Vectors before tell of the encoder and of the texts. How the rate falls depends on how many epochs there will be.
fn checkpoints<'f>(folder: &'f Path, set: &LinkSet, start: &Start<'_>, tuning: &FineTuning) -> Checkpoints<'f> {
    let about = vec![
        ("another configuration", format!("{tuning:?} {:?} {}", start.training, start.shrinkage)),
        ("another set of links", set.hash()),
        ("another encoder", start.vectors.hash()),
    ];
    Checkpoints { folder, about }
}

struct EncoderTrainer<'a> {
    set: &'a LinkSet,
    tuning: &'a FineTuning,
    training: &'a MapTraining,
    original: Weights,
    cached_encoder: CachedEncoder,
    optimiser: Optimiser,
    maps: LowRank,
    whitening: Whitening,
    /// Numbers in the encoder's vectors, and what they are multiplied by in memory.
    width: usize,
    share: f32,
    /// Whitened vectors as they were read last, with letters beside them where maps learnt on those.
    memory: TextVectors,
    /// Questions with answers, and for each entity those at one of whose ends it is.
    questions: Vec<(Query, u32)>,
    of: Vec<Vec<u32>>,
    /// Entities of training with a text, and their order in the epoch.
    entities: Vec<u32>,
    order: Vec<u32>,
    known: KnownTriples,
    check: Check,
}

/// A step's gradients.
struct StepGradients {
    loss: f32,
    layers: Gradients,
    maps: Gradient,
}

impl<'a> EncoderTrainer<'a> {
    fn new(
        set: &'a LinkSet,
        start: &Start<'a>,
        tuning: &'a FineTuning,
        reporter: &mut ProgressReporter<'_>,
    ) -> Result<Self, Error> {
        let [config, tokenizer, weights] = FILES.map(|file| artifact::read(&start.encoder.join(file)));
        let config: EncoderConfig =
            serde_json::from_slice(&config?).map_err(|source| Error::Json { name: FILES[0].to_owned(), source })?;
        let mut tokenizer = Tokenizer::from_bytes(tokenizer?)
            .map_err(|error| Error::Tokenizer { name: FILES[1].to_owned(), reason: error.to_string() })?;
        tokenizer.with_padding(None);
        let original = Weights::parse(FILES[2], &weights?)?;
        let Some(first) = config.num_hidden_layers.checked_sub(tuning.layers).filter(|_| tuning.layers > 0) else {
            let reason = format!("{} of its {} layers cannot be tuned", tuning.layers, config.num_hidden_layers);
            return Err(Error::Unsupported { name: start.encoder.display().to_string(), reason });
        };
        let width = config.hidden_size;
        let below = EncoderConfig { num_hidden_layers: first, ..config.clone() };
        let below = (first > 0).then(|| Engine::new(below, &original, Precision::default())).transpose()?;
        let depth = if first > 0 { Depth::From(first) } else { Depth::Everything };
        let (encoder, optimiser) = TrainableEncoder::new(config, &original, depth)?;
        let whitening = Whitening::learn(start.vectors, &set.seen(&[&set.train]), start.shrinkage)?;
        let wanted = set.seen(&[&set.train, &set.validation]);
        let mut on_progress = |done, all| reporter.step("texts", (0, 1), (done, all), 0.0);
        let reader = (&tokenizer, below.as_ref());
        let cached_encoder =
            CachedEncoder::new((encoder, width), reader, (set, &wanted), tuning.pieces, &mut on_progress)?;
        let questions = questions(&set.train, start.vectors);
        let mut of = vec![Vec::new(); set.entities.len()];
        for (place, (question, answer)) in (0u32..).zip(&questions) {
            of[question.anchor as usize].push(place);
            if question.anchor != *answer {
                of[*answer as usize].push(place);
            }
        }
        let entities =
            cached_encoder.with_text((0u32..).zip(&of).filter(|(_, own)| !own.is_empty()).map(|(entity, _)| entity));
        Ok(EncoderTrainer {
            set,
            tuning,
            training: start.training,
            original,
            cached_encoder,
            optimiser,
            maps: start.maps.clone(),
            memory: widen(set, &whitening.apply(start.vectors), start.maps.sizes.width),
            width,
            share: own_share(width, start.maps.sizes.width),
            whitening,
            questions,
            of,
            entities,
            order: Vec::new(),
            known: KnownTriples::new(&[&set.train]),
            check: Check::new(set, tuning.seed),
        })
    }

    /// Questions of a step: of each entity that is read, some that the seed draws.
    fn asked(&self, live: &[u32], number: u64) -> Vec<(Query, u32)> {
        let mut draw = draw(self.tuning.seed, "tuning questions", number);
        let mut places = Vec::new();
        for entity in live {
            let mut own = self.of[*entity as usize].clone();
            draw.shuffle(&mut own);
            places.extend(own.into_iter().take(self.tuning.each));
        }
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| self.questions[place as usize]).collect()
    }

    /// Puts whitened vectors into memory.
    fn remember(&mut self, entities: &[u32], white: &[f32]) {
        let (whole, width, share) = (self.memory.width, self.width, self.share);
        for (entity, row) in entities.iter().zip(white.chunks_exact(width)) {
            let to = &mut self.memory.values[*entity as usize * whole..][..width];
            to.iter_mut().zip(row).for_each(|(to, x)| *to = share * x);
        }
    }

    /// Reads the texts of some entities, which changes their vectors in memory; the gradients of what their links teach.
    fn learn(&mut self, live: &[u32], number: u64) -> Result<StepGradients, Error> {
        let FineTuning { seed, dropout, drawn, .. } = *self.tuning;
        let (width, whole) = (self.width, self.memory.width);
        let dropped = Some(Dropped { share: dropout, seed, step: number });
        let mut rows = self.cached_encoder.read(&self.optimiser.parameters(), live, dropped)?;
        let lengths: Vec<f32> = rows.chunks_exact_mut(width).map(shorten).collect();
        let (white, scales) = self.whitening.forward(&rows);
        self.remember(live, &white);
        let asked = self.asked(live, number);
        let candidates = self.candidates(live, &asked, (drawn, number));
        let batch = Batch::new(asked, candidates, &self.known, self.set.entities.len());
        let gather = |entities: &mut dyn Iterator<Item = u32>| -> Vec<f32> {
            entities.flat_map(|entity| self.memory.row(entity).iter().copied()).collect()
        };
        let mut inputs = gather(&mut batch.asked.iter().map(|(question, _)| question.anchor));
        let factors = drop_some(&mut inputs, self.training.dropout, (seed, number));
        let pass = self.maps.forward(&batch.slots, inputs);
        let contrast = Contrast { margin: self.training.margin, sharpness: self.maps.sharpness() };
        let compared = gather(&mut batch.candidates.iter().copied());
        let found = contrast.gradients(whole, (&pass.queries, &batch.wanted), (&compared, live.len()));
        let mut maps = self.maps.backward(&batch.slots, &pass, &found.to_queries);
        maps.sharpness = found.to_sharpness;
        // Of what is read, the gradients as answers and as known ends; letters have none.
        let mut slopes: Vec<f32> =
            found.to_candidates.chunks_exact(whole).flat_map(|row| row[..width].iter().copied()).collect();
        let mut places = vec![usize::MAX; self.set.entities.len()];
        live.iter().enumerate().for_each(|(place, entity)| places[*entity as usize] = place);
        let inputs = maps.inputs.chunks_exact(whole).zip(factors.chunks_exact(whole));
        for ((question, _), (slope, factors)) in batch.asked.iter().zip(inputs) {
            let place = places[question.anchor as usize];
            if place < live.len() {
                let to = &mut slopes[place * width..][..width];
                to.iter_mut().zip(slope).zip(factors).for_each(|((to, s), factor)| *to += s * factor);
            }
        }
        slopes.iter_mut().for_each(|slope| *slope *= self.share);
        let mut slopes = self.whitening.backward(slopes, (&white, &scales));
        for ((slope, row), length) in slopes.chunks_exact_mut(width).zip(rows.chunks_exact(width)).zip(&lengths) {
            lengthen(slope, row, *length);
        }
        let layers = self.cached_encoder.gradients(&self.optimiser, (live, &slopes), dropped)?;
        Ok(StepGradients { loss: found.loss, layers, maps })
    }

    /// What is compared: first what is read, then the other ends of its questions, then some that are drawn.
    fn candidates(&self, live: &[u32], asked: &[(Query, u32)], (drawn, number): (usize, u64)) -> Vec<u32> {
        let mut draw = draw(self.tuning.seed, "tuning candidates", number);
        let mut others: Vec<u32> = asked.iter().flat_map(|(question, answer)| [question.anchor, *answer]).collect();
        others.extend((0..drawn).map(|_| self.entities[draw.below(self.entities.len())]));
        others.sort_unstable();
        others.dedup();
        let mut own = live.to_vec();
        own.sort_unstable();
        others.retain(|entity| own.binary_search(entity).is_err());
        [live, &others].concat()
    }
}

impl Trainer for EncoderTrainer<'_> {
    type Error = Error;

    const NAME: &'static str = "tuning";

    fn begin(&mut self, epoch: usize) -> usize {
        self.order.clone_from(&self.entities);
        draw(self.tuning.seed, "tuning order", epoch as u64).shuffle(&mut self.order);
        self.order.len().div_ceil(self.tuning.batch)
    }

    fn step(&mut self, Step { index, number, .. }: Step) -> Result<f32, Error> {
        let FineTuning { batch, epochs, .. } = *self.tuning;
        let live = self.order.chunks(batch).nth(index).unwrap_or_default().to_vec();
        let gradients = self.learn(&live, number as u64)?;
        let factor = rate(1.0, number, self.order.len().div_ceil(batch) * epochs);
        self.optimiser.apply(&gradients.layers, self.tuning.rate * factor)?;
        self.maps.apply(&gradients.maps, self.tuning.map_rate * factor);
        Ok(gradients.loss)
    }

    /// How well maps alone rank the validation sample. Entities of validation are read as the encoder is now, those of
    /// training are as they were read last.
    fn validate(&mut self) -> Result<f64, Error> {
        let (seen, wanted) = (self.set.seen(&[&self.set.train]), self.set.seen(&[&self.set.validation]));
        let new = (0..seen.len() as u32).filter(|entity| wanted[*entity as usize] && !seen[*entity as usize]);
        let new = self.cached_encoder.with_text(new);
        let mut rows = self.cached_encoder.read(&self.optimiser.parameters(), &new, None)?;
        rows.chunks_exact_mut(self.width).for_each(unit);
        let white = self.whitening.forward(&rows).0;
        self.remember(&new, &white);
        Ok(self.check.metrics(&self.maps, &self.memory)?.mrr)
    }

    fn before(&mut self) -> Result<Option<f64>, Error> {
        Ok(Some(self.check.metrics(&self.maps, &self.memory)?.mrr))
    }

    fn parameters(&self) -> Result<Arrays, Error> {
        let single = |(name, array, _)| (name, array, Storage::Single);
        Ok(self.optimiser.parameters().arrays()?.into_iter().map(single).collect())
    }

    fn state(&self) -> Result<Arrays, Error> {
        let mut arrays = self.optimiser.arrays()?;
        arrays.extend(self.maps.checkpoint());
        arrays.push(array(MEMORY, &[self.of.len(), self.memory.width], &self.memory.values));
        Ok(arrays)
    }

    fn restore(&mut self, _: usize, state: &Weights) -> Result<(), Error> {
        self.optimiser.take_back(state)?;
        self.maps.restore(state)?;
        self.memory.values.clone_from(&state.array(MEMORY, &[self.of.len(), self.memory.width])?.values);
        Ok(())
    }
}

/// How a checkpoint calls the vectors as they were read last.
const MEMORY: &str = "memory";

#[cfg(test)]
#[path = "finetune_tests.rs"]
mod tests;
