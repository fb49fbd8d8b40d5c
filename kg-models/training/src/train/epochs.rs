//! The epochs of a training that tunes an encoder: batches in a drawn order, steps of several threads, the best on validation.
//!
//! In: examples, what a batch teaches, how parameters are scored. Out: the best parameters. Never: numbers that depend on which
//! thread was faster.

use super::optimiser::{Gradients, Optimiser, add, rate};
use super::progress::{Best, Phase};
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::progress::ProgressReporter;
use kgloom_reader::Error;
use kgloom_reader::layers::Parameters;
use std::collections::BTreeMap;

/// Threads of a step; a constant, since it says which documents share one.
const THREADS: usize = 2;
/// The learning rate of the heads.
const PEAK_RATE: f32 = 1e-3;

/// The losses of a batch that are told; their sum is what progress shows.
pub type Losses = [f32; 3];

/// What one thread learns from a batch: gradients, and the losses.
pub type Learn<'a, E> =
    &'a (dyn Fn(&Optimiser, &Parameters, &[&E], &mut Draw) -> Result<(Gradients, Losses), Error> + Sync);

/// How parameters do on validation: the score that epochs are compared by, and all scores by name.
pub type Score<'a> = &'a dyn Fn(&Parameters) -> Result<(f32, BTreeMap<String, f32>), Error>;

/// A phase of training, epoch by epoch.
pub struct Epochs<'a, E> {
    /// Its name, seed, epochs and checkpoints.
    pub phase: &'a Phase<'a>,
    /// Epochs without a better score before it stops.
    pub patience: usize,
    /// The batches of an epoch.
    pub batches: &'a dyn Fn(&mut Draw) -> Vec<Vec<&'a E>>,
    /// What a batch teaches.
    pub learn: Learn<'a, E>,
    /// How an epoch's averaged parameters do.
    pub score: Score<'a>,
}

impl<E: Sync> Epochs<'_, E> {
    /// Runs them, from a checkpoint where the phase asks for it; the best epoch's parameters and their score.
    ///
    /// # Errors
    /// When learning or scoring fails, or a checkpoint cannot be written or does not fit.
    pub fn run(
        &self,
        optimiser: &mut Optimiser,
        reporter: &mut ProgressReporter<'_>,
    ) -> Result<(Parameters, f32), Error> {
        let pool = |_| rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let pools: Vec<rayon::ThreadPool> = (0..THREADS).map(pool).collect::<Result<_, _>>()?;
        let mut best = Best::default();
        let Phase { name, seed, epochs, .. } = *self.phase;
        for epoch in self.phase.resume(optimiser, &mut best)?..epochs {
            if best.epochs_since(epoch) > self.patience {
                break;
            }
            let batches = (self.batches)(&mut draw(seed, &format!("{name} epoch"), epoch as u64));
            self.epoch(&pools, optimiser, (epoch, &batches), reporter)?;
            let averaged = optimiser.averaged()?;
            let (score, scores) = (self.score)(&averaged)?;
            self.phase.note(epoch, &scores)?;
            best.offer(epoch, score, averaged);
            reporter.validated(score);
            self.phase.checkpoint(optimiser, epoch, &best)?;
        }
        best.take()
    }

    /// All steps of an epoch.
    fn epoch(
        &self,
        pools: &[rayon::ThreadPool],
        optimiser: &mut Optimiser,
        (epoch, batches): (usize, &[Vec<&E>]),
        reporter: &mut ProgressReporter<'_>,
    ) -> Result<(), Error> {
        let Phase { name, seed, epochs, .. } = *self.phase;
        let steps = batches.len().div_ceil(THREADS);
        let mut running = 0.0;
        for (index, batches) in batches.chunks(THREADS).enumerate() {
            let parameters = optimiser.parameters();
            let step = (epoch * steps + index) as u64;
            let held = &*optimiser;
            let learnt = std::thread::scope(|scope| {
                let one = |(thread, (batch, pool)): (usize, (&Vec<&E>, &rayon::ThreadPool))| {
                    let mut draw = draw(seed, "trunk step", step * THREADS as u64 + thread as u64);
                    pool.install(|| (self.learn)(held, &parameters, batch, &mut draw))
                };
                let jobs = batches.iter().zip(pools).enumerate();
                let workers: Vec<_> = jobs.map(|job| scope.spawn(move || one(job))).collect();
                workers.into_iter().map(|worker| worker.join()).collect::<Vec<_>>()
            });
            let mut sum = Gradients::new();
            let count = learnt.len() as f32;
            for learnt in learnt {
                let (gradients, losses) = match learnt {
                    Ok(learnt) => learnt?,
                    Err(panic) => std::panic::resume_unwind(panic),
                };
                add(&mut sum, gradients, 1.0 / count);
                running += losses.iter().sum::<f32>() / count;
            }
            optimiser.apply(&sum, rate(PEAK_RATE, epoch * steps + index, steps * epochs))?;
            reporter.step(name, (epoch, epochs), (index + 1, steps), running / (index + 1) as f32);
        }
        Ok(())
    }
}

/// Examples in an order, as many in a batch as have room in so many word pieces; one that needs more is alone.
pub fn packed<'a, E>(order: Vec<&'a E>, room: usize, pieces: &dyn Fn(&E) -> usize) -> Vec<Vec<&'a E>> {
    let mut batches: Vec<Vec<&E>> = Vec::new();
    let mut taken = 0;
    for example in order {
        match batches.last_mut() {
            Some(batch) if taken + pieces(example) <= room => batch.push(example),
            _ => {
                batches.push(vec![example]);
                taken = 0;
            }
        }
        taken += pieces(example);
    }
    batches
}
