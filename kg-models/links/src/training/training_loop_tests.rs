//! The loop as trainers and their users see it. In: a trainer of one number. Out: the best epoch, the same bits, stops.
//! Never: a model.

use super::super::checkpoint::array;
use super::*;
use kgloom_numerics::draw::draw;
use kgloom_numerics::progress::TrainProgress;
use std::cell::Cell;
use std::path::Path;

/// What a training comes to that is asked to stop in each of its epochs, and gone on with until it ends; how often it was
/// stopped.
pub(crate) fn interrupted<T>(train: impl Fn(&mut ProgressReporter<'_>) -> Result<T, Error>) -> (T, usize) {
    let mut stops = 0;
    loop {
        let told = Cell::new(false);
        let mut on_progress = |progress: TrainProgress| told.set(told.get() || progress.loss != 0.0);
        let stop = || told.get();
        match train(&mut ProgressReporter::new(&mut on_progress).until(&stop)) {
            Ok(trained) => return (trained, stops),
            Err(error) => assert!(matches!(error, Error::Stopped), "{error}"),
        }
        stops += 1;
    }
}

/// A number that goes up by what is drawn, and is as good as a list says.
struct Walk {
    at: f32,
    scores: &'static [f64],
    epoch: usize,
    rates: Vec<f32>,
}

impl Walk {
    fn new(scores: &'static [f64]) -> Self {
        Walk { at: 1.0, scores, epoch: 0, rates: Vec::new() }
    }
}

impl Trainer for Walk {
    type Error = Error;

    const NAME: &'static str = "a walk";

    fn begin(&mut self, epoch: usize) -> usize {
        self.epoch = epoch;
        3
    }

    fn step(&mut self, Step { number, rate, .. }: Step) -> Result<f32, Error> {
        self.at += rate * draw(1, "walk", number as u64).unit();
        self.rates.push(rate);
        Ok(self.at)
    }

    fn validate(&mut self) -> Result<f64, Error> {
        Ok(self.scores[self.epoch])
    }

    fn parameters(&self) -> Result<Arrays, Error> {
        self.state()
    }

    fn state(&self) -> Result<Arrays, Error> {
        Ok(vec![array("at", &[1], &[self.at])])
    }

    fn restore(&mut self, _: usize, state: &Weights) -> Result<(), Error> {
        self.at = state.array("at", &[1])?.values[0];
        Ok(())
    }
}

fn kept(best: &Best) -> (usize, u64, u32) {
    let at = best.parameters.as_ref().map_or(f32::NAN, |kept| kept.any("at").unwrap().values[0]);
    (best.epoch, best.score.to_bits(), at.to_bits())
}

/// Third, fourth and later scores are no better than the second, which is no short decimal.
const SCORES: [f64; 7] = [0.1, 1.0 / 3.0, 0.2, 1.0 / 3.0, 0.3, 0.9, 0.9];

fn training_loop(folder: Option<&Path>) -> TrainingLoop<'_> {
    let about = vec![("another walk", "this walk".to_owned())];
    let checkpoints = folder.map(|folder| Checkpoints { folder, about });
    TrainingLoop { rate_factor: 0.7, rate_patience: 1, checkpoints, ..TrainingLoop::new(SCORES.len(), 0.1) }
}

#[test]
fn the_best_epoch_is_kept_and_patience_ends_training() {
    let (mut walk, silent) = (Walk::new(&SCORES), &mut ProgressReporter::silent());
    let best = TrainingLoop { patience: 2, ..training_loop(None) }.run(&mut walk, silent).unwrap();
    assert_eq!((best.epoch, best.score, walk.rates.len()), (2, 1.0 / 3.0, 3 * 5));
    let mut walk = Walk::new(&SCORES);
    let best = TrainingLoop { patience: 3, ..training_loop(None) }.run(&mut walk, silent).unwrap();
    assert_eq!((best.epoch, best.score), (6, 0.9));
    // The rate fell after the second look that was no better.
    assert_eq!((walk.rates[11], walk.rates[12]), (0.1, 0.1 * 0.7));
    let none = TrainingLoop { epochs: 0, ..training_loop(None) }.run(&mut walk, silent).unwrap_err();
    assert!(none.to_string().contains("at least one"), "{none}");
}

#[test]
fn a_training_that_is_stopped_goes_on_to_the_same_bits() {
    for check_every in [1, 2, 3] {
        let whole = TrainingLoop { check_every, ..training_loop(None) }
            .run(&mut Walk::new(&SCORES), &mut ProgressReporter::silent())
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let settings = TrainingLoop { check_every, ..training_loop(Some(folder.path())) };
        let (resumed, stops) = interrupted(|reporter| settings.run(&mut Walk::new(&SCORES), reporter));
        assert_eq!((kept(&resumed), stops), (kept(&whole), SCORES.len() - 1));
    }
}

#[test]
fn a_process_that_ends_between_two_files_loses_no_more_than_an_epoch() {
    let whole = training_loop(None).run(&mut Walk::new(&SCORES), &mut ProgressReporter::silent()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let run = |epochs: usize| {
        let settings = TrainingLoop { epochs, ..training_loop(Some(folder.path())) };
        settings.run(&mut Walk::new(&SCORES), &mut ProgressReporter::silent())
    };
    run(3).unwrap();
    // The next epoch's files are there, the card does not name them yet.
    for file in ["state-4.safetensors", "best-4.safetensors"] {
        std::fs::write(folder.path().join(file), "cut off").unwrap();
    }
    assert_eq!(kept(&run(SCORES.len()).unwrap()), kept(&whole));
    // What no longer counts is gone.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn what_cannot_be_gone_on_with_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let silent = &mut ProgressReporter::silent();
    training_loop(Some(folder.path())).run(&mut Walk::new(&SCORES), silent).unwrap();
    let about = vec![("another walk", "that walk".to_owned())];
    let checkpoints = Some(Checkpoints { folder: folder.path(), about });
    let other = TrainingLoop { checkpoints, ..training_loop(None) }.run(&mut Walk::new(&SCORES), silent).unwrap_err();
    assert!(other.to_string().contains("checkpoint of another walk"), "{other}");
    let lost = training_loop(None).run(&mut Walk { at: f32::NAN, ..Walk::new(&SCORES) }, silent).unwrap_err();
    assert!(lost.to_string().contains("NaN in epoch 1; try a smaller rate"), "{lost}");
}
