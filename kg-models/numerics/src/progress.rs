//! Where a training is, told to who waits, who may ask it to stop. In: steps and scores. Out: progress. Never: a decision
//! that depends on the time.

use serde::Serialize;
use std::time::Instant;

/// Where training is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainProgress {
    /// What is being done.
    pub phase: &'static str,
    /// The epoch, from 1.
    pub epoch: usize,
    /// How many epochs there will be at most.
    pub epochs: usize,
    /// The step within the epoch.
    pub step: usize,
    /// How many steps an epoch has.
    pub steps: usize,
    /// The mean loss of the epoch so far.
    pub loss: f32,
    /// The validation score, where the epoch just ended.
    pub validation: Option<f32>,
    /// Seconds until the phase ends, if all epochs run.
    pub eta_seconds: f64,
}

/// Tells progress, and says whether somebody asked to stop.
#[derive(Default)]
pub struct ProgressReporter<'a> {
    report: Option<&'a mut dyn FnMut(TrainProgress)>,
    stop: Option<&'a dyn Fn() -> bool>,
    last: Option<TrainProgress>,
    since: Option<(&'static str, Instant, usize)>,
}

impl<'a> ProgressReporter<'a> {
    /// Tells progress to `report`.
    pub fn new(report: &'a mut dyn FnMut(TrainProgress)) -> Self {
        ProgressReporter { report: Some(report), ..ProgressReporter::default() }
    }

    /// Tells nobody, and is never asked to stop.
    pub fn silent() -> Self {
        ProgressReporter::default()
    }

    /// The same, which is asked to stop from when `stop` says so.
    pub fn until(self, stop: &'a dyn Fn() -> bool) -> Self {
        ProgressReporter { stop: Some(stop), ..self }
    }

    /// Whether somebody asked to stop; work ends where it can go on from.
    pub fn stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop())
    }

    fn tell(&mut self, progress: TrainProgress) {
        if let Some(report) = &mut self.report {
            report(progress);
        }
    }

    /// A step was taken.
    pub fn step(
        &mut self,
        phase: &'static str,
        (epoch, epochs): (usize, usize),
        (step, steps): (usize, usize),
        loss: f32,
    ) {
        let done = epoch * steps + step;
        let (_, start, before) = match self.since {
            Some(since) if since.0 == phase => since,
            _ => *self.since.insert((phase, Instant::now(), done.saturating_sub(1))),
        };
        let left = (epochs * steps).saturating_sub(done);
        let pace = start.elapsed().as_secs_f64() / done.saturating_sub(before).max(1) as f64;
        let eta_seconds = pace * left as f64;
        let progress =
            TrainProgress { phase, epoch: epoch + 1, epochs, step, steps, loss, validation: None, eta_seconds };
        self.tell(progress.clone());
        self.last = Some(progress);
    }

    /// The epoch was scored on validation data.
    pub fn validated(&mut self, score: f32) {
        if let Some(last) = self.last.clone() {
            self.tell(TrainProgress { validation: Some(score), ..last });
        }
    }
}
