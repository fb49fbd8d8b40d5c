//! The training loop: epochs of steps, looks at validation, the best so far, a rate that falls where scores do not rise,
//! patience, checkpoints.
//!
//! In: what learns, how long it may, who hears of it and may stop it. Out: the parameters that were best on validation.
//! Never: a number that depends on whether training was cut short and gone on with.

use super::checkpoint::{Arrays, Checkpoint, Checkpoints, Standing, in_memory};
use crate::Error;
use crate::rank::metrics::Metrics;
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::progress::ProgressReporter;

/// One step of an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Its place within the epoch, from 0.
    pub index: usize,
    /// Its place among the steps of all epochs, from 0; what a step draws, it draws by this.
    pub number: usize,
    /// The learning rate.
    pub rate: f32,
}

/// What learns: a model's parameters, with what the steps of its training need.
///
/// All that is drawn must depend on a seed and on the numbers of epoch and step alone: a training that is gone on with
/// gives the bits of one that was not disturbed.
pub trait Trainer {
    /// What can go wrong in a step.
    type Error: From<Error>;

    /// What learns, in a word; progress calls it so.
    const NAME: &'static str;

    /// Puts the examples of an epoch, counted from 0, in order; how many steps they make.
    fn begin(&mut self, epoch: usize) -> usize;

    /// Takes a step; its mean loss.
    ///
    /// # Errors
    /// When it cannot be computed.
    fn step(&mut self, step: Step) -> Result<f32, Self::Error>;

    /// How good the parameters are on validation; larger is better.
    ///
    /// # Errors
    /// When it cannot be computed.
    fn validate(&mut self) -> Result<f64, Self::Error>;

    /// How good they are before the first step, where they may be the best.
    ///
    /// # Errors
    /// When it cannot be computed.
    fn before(&mut self) -> Result<Option<f64>, Self::Error> {
        Ok(None)
    }

    /// The parameters as they are: what is kept of the best epoch.
    ///
    /// # Errors
    /// When they cannot be read.
    fn parameters(&self) -> Result<Arrays, Self::Error>;

    /// All that later steps depend on, after an epoch.
    ///
    /// # Errors
    /// When it cannot be read.
    fn state(&self) -> Result<Arrays, Self::Error>;

    /// Takes back the [`Trainer::state`] that was left after so many epochs.
    ///
    /// # Errors
    /// When it is of another shape.
    fn restore(&mut self, epochs: usize, state: &Weights) -> Result<(), Self::Error>;
}

/// The parameters that were best on validation.
#[derive(Clone, Debug)]
pub struct Best {
    /// The parameters; nothing, where those it started with were the best.
    pub parameters: Option<Weights>,
    /// Their score.
    pub score: f64,
    /// The epoch they are from, from 1; 0 for the start.
    pub epoch: usize,
}

/// A model that learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained<M> {
    /// The model of the epoch that was best on validation.
    pub model: M,
    /// Its figures there: filtered by training and validation, ties realistic.
    pub validation: Metrics,
    /// The epoch, from 1; 0 where no epoch was better than what training began with.
    pub epoch: usize,
}

/// How long training goes on, and at what rate.
#[derive(Clone, Debug)]
pub struct TrainingLoop<'a> {
    /// The most epochs.
    pub epochs: usize,
    /// Epochs from one look at validation to the next; the last epoch has one too.
    pub check_every: usize,
    /// Looks without a better score before training stops.
    pub patience: usize,
    /// The learning rate at the start.
    pub rate: f32,
    /// What the rate is multiplied by, where scores do not rise.
    pub rate_factor: f32,
    /// Looks without a better score before that is done.
    pub rate_patience: usize,
    /// Where it is kept how far training has come; nowhere, if not said.
    pub checkpoints: Option<Checkpoints<'a>>,
}

impl TrainingLoop<'_> {
    /// Runs all epochs at one rate, looks at validation after each, and keeps no checkpoint.
    pub fn new(epochs: usize, rate: f32) -> Self {
        TrainingLoop {
            epochs,
            check_every: 1,
            patience: epochs,
            rate,
            rate_factor: 1.0,
            rate_patience: epochs,
            checkpoints: None,
        }
    }

    /// Trains, going on from a checkpoint where there is one. Who is asked to stop stops after the epoch at hand.
    ///
    /// # Errors
    /// When a step fails or its loss is no number, no epoch is asked for, a checkpoint is of another training or cannot be
    /// written; [`Error::Stopped`] when somebody asked to stop: what was learnt lies in the checkpoint.
    pub fn run<T: Trainer>(&self, trainer: &mut T, reporter: &mut ProgressReporter<'_>) -> Result<Best, T::Error> {
        let (mut standing, mut best) = self.start(trainer)?;
        while standing.epoch < self.epochs && standing.stale <= self.patience {
            if reporter.stopped() {
                return Err(Error::Stopped.into());
            }
            self.epoch(trainer, standing, reporter)?;
            standing.epoch += 1;
            let due = standing.epoch.is_multiple_of(self.check_every) || standing.epoch == self.epochs;
            if due {
                let score = trainer.validate()?;
                reporter.validated(score as f32);
                if self.check(&mut standing, score) {
                    let parameters = trainer.parameters()?;
                    if let Some(checkpoints) = &self.checkpoints {
                        checkpoints.write_best(standing.epoch, &parameters)?;
                    }
                    best = Some(in_memory(parameters));
                }
            }
            if let Some(checkpoints) = self.checkpoints.as_ref().filter(|_| due || reporter.stopped()) {
                checkpoints.write(&standing, &trainer.state()?)?;
            }
        }
        if standing.best == f64::NEG_INFINITY {
            let reason = "no epoch was run; ask for at least one".to_owned();
            return Err(Error::Data { name: "training".to_owned(), reason }.into());
        }
        Ok(Best { parameters: best, score: standing.best, epoch: standing.best_epoch })
    }

    fn start<T: Trainer>(&self, trainer: &mut T) -> Result<(Standing, Option<Weights>), T::Error> {
        let checkpoint = self.checkpoints.as_ref().map(Checkpoints::read).transpose()?.flatten();
        if let Some(Checkpoint { standing, state, best }) = checkpoint {
            trainer.restore(standing.epoch, &state)?;
            return Ok((standing, best));
        }
        let best = trainer.before()?.unwrap_or(f64::NEG_INFINITY);
        Ok((Standing { epoch: 0, best_epoch: 0, best, stale: 0, rate: self.rate, slow: 0 }, None))
    }

    /// All steps of an epoch.
    fn epoch<T: Trainer>(
        &self,
        trainer: &mut T,
        Standing { epoch, rate, .. }: Standing,
        reporter: &mut ProgressReporter<'_>,
    ) -> Result<(), T::Error> {
        let steps = trainer.begin(epoch);
        let mut total = 0.0;
        for index in 0..steps {
            let loss = trainer.step(Step { index, number: epoch * steps + index, rate })?;
            if !loss.is_finite() {
                let reason = format!("the loss is {loss} in epoch {}; try a smaller rate", epoch + 1);
                return Err(Error::Unsupported { name: format!("training of {}", T::NAME), reason }.into());
            }
            total += f64::from(loss);
            let mean = (total / (index + 1) as f64) as f32;
            reporter.step(T::NAME, (epoch, self.epochs), (index + 1, steps), mean);
        }
        Ok(())
    }

    /// Whether a score is the best so far; where it is not, patience and the rate fall.
    fn check(&self, standing: &mut Standing, score: f64) -> bool {
        let better = score > standing.best;
        if better {
            *standing = Standing { best: score, best_epoch: standing.epoch, stale: 0, slow: 0, ..*standing };
        } else {
            standing.stale += 1;
            standing.slow += 1;
            if standing.slow > self.rate_patience {
                standing.rate *= self.rate_factor;
                standing.slow = 0;
            }
        }
        better
    }
}

#[cfg(test)]
#[path = "training_loop_tests.rs"]
pub(crate) mod tests;
