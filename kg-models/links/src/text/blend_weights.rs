//! What a text model is made of: maps that learn, and the blend of all voices, chosen on validation.
//!
//! In: a set, vectors. Out: the blend that ranks a sample of the validation part best. Never: a look at the test part.

use super::blend::{Blend, TextBase, widen};
use super::lowrank::LowRank;
use super::map_training::{MapTraining, learn_maps};
use crate::Error;
use crate::data::set::{KnownTriples, Link, LinkSet};
use crate::rank::filtered::{RankingFilter, Scorer, rank};
use crate::rank::metrics::{Metrics, Ties};
use crate::rules::mining::{Hidden, Neighbours, Rules};
use crate::rules::neighbourhood::NeighbourhoodScorer;
use kgloom_numerics::draw::draw;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_numerics::vectors::TextVectors;
use std::path::Path;
use std::sync::Arc;

/// How many validation links choose.
const SAMPLE: usize = 500;

type Setter = fn(&mut Blend, f32);
type Trials<'a> = &'a [(Setter, &'a [f32])];

/// What is tried, one after the other; each keeps the best of those before. What needs a new fit comes last.
const TRIALS: Trials<'static> = &[
    (|blend, x| blend.mapped = x, &[0.0, 0.5, 2.0, 4.0]),
    (|blend, x| blend.seen = x, &[0.0, 0.3, 2.0]),
    (|blend, x| blend.frequent = x, &[0.1, 0.3, 0.6]),
    (|blend, x| blend.neighbours = x as usize, &[64.0, 1024.0]),
    (|blend, x| blend.temperature = x, &[0.03, 0.1]),
    (|blend, x| (blend.shifted, blend.mean) = (x, 1.0 - x), &[0.0, 0.4, 1.0]),
    (|blend, x| blend.ridge = x, &[0.1, 0.3, 3.0, 10.0]),
    (|blend, x| blend.shrinkage = x, &[0.03, 0.3]),
    (|blend, x| blend.mapped = x, &[0.5, 1.0, 2.0, 4.0]),
];

/// What is tried again with maps that learnt; not what whitening depends on, since they learnt on it.
const LEARNT: Trials<'static> = &[
    (|blend, x| blend.learnt = x, &[1.0, 2.0, 4.0, 8.0]),
    (|blend, x| blend.mapped = x, &[0.0, 0.5, 2.0]),
    (|blend, x| blend.seen = x, &[0.3, 0.6, 1.5, 3.0]),
    (|blend, x| blend.frequent = x, &[0.0, 0.1, 0.3, 0.6]),
    (|blend, x| (blend.shifted, blend.mean) = (x, 1.0 - x), &[0.0, 0.4, 0.7]),
    (|blend, x| blend.learnt = x, &[1.0, 3.0, 6.0, 10.0]),
];

/// Weights of rules that are tried, with and without other links between the two ends.
const RULES: [f32; 5] = [0.5, 1.0, 2.0, 4.0, 8.0];

/// What was chosen.
#[derive(Clone, Debug)]
pub struct Tuned {
    /// How much each voice counts.
    pub blend: Blend,
    /// The maps that learnt, where that was asked for.
    pub maps: Option<LowRank>,
    /// The figures on the sample.
    pub validation: Metrics,
    /// The mean reciprocal rank on the sample before maps learnt.
    pub closed_form: f64,
}

/// Chooses a blend, with maps that learn where `training` has epochs for them. What a `start` says of voices in closed form is
/// kept. With `folder`, maps go on from a checkpoint in it and leave one there.
///
/// # Errors
/// When the training or validation part is empty, texts are too few, ranking fails, or a checkpoint cannot be read or
/// written; [`Error::Stopped`] when the reporter is asked to stop.
pub fn tune(
    set: &LinkSet,
    vectors: &TextVectors,
    training: &MapTraining,
    start: Option<Blend>,
    (seed, folder): (u64, Option<&Path>),
    reporter: &mut ProgressReporter<'_>,
) -> Result<Tuned, Error> {
    set.check_trainable()?;
    let chooser = Chooser::new(set, vectors, seed);
    let trials = if start.is_some() { &[] } else { TRIALS };
    let start = Blend { learnt: 0.0, ..start.unwrap_or_default() };
    let (mut blend, mut validation) = chooser.choose((start, None), trials, reporter)?;
    let closed_form = validation.mrr;
    let mut maps = None;
    if training.epochs > 0 {
        let white = TextBase::new(set, &set.train, vectors, (blend, None))?.into_white();
        let wide = widen(set, &white, white.width + 2 * training.letters);
        let learnt = learn_maps(set, &wide, training, (seed, folder), reporter)?.model;
        (blend, validation) = chooser.choose((blend, Some(&learnt)), LEARNT, reporter)?;
        maps = Some(learnt);
    }
    chooser.rules(&mut blend, maps.as_ref(), reporter)?;
    Ok(Tuned { blend, maps, validation, closed_form })
}

/// What blends are chosen on.
struct Chooser<'a> {
    set: &'a LinkSet,
    vectors: &'a TextVectors,
    seed: u64,
    sample: Vec<Link>,
    known: KnownTriples,
    seen: Vec<bool>,
}

impl<'a> Chooser<'a> {
    fn new(set: &'a LinkSet, vectors: &'a TextVectors, seed: u64) -> Self {
        let parts = [set.train.as_slice(), &set.validation];
        let mut sample: Vec<Link> = set.validation.clone();
        draw(seed, "tuning sample", 0).shuffle(&mut sample);
        sample.truncate(SAMPLE);
        Chooser { set, vectors, seed, sample, known: KnownTriples::new(&parts), seen: set.seen(&parts) }
    }

    fn metrics(&self, scorer: &dyn Scorer) -> Result<Metrics, Error> {
        let filter = RankingFilter { known: &self.known, candidates: Some(&self.seen) };
        Ok(Metrics::of(&rank(scorer, &self.sample, filter)?, Ties::Realistic))
    }

    /// The best blend of those that are tried from here, and its figures.
    fn choose(
        &self,
        (start, learnt): (Blend, Option<&LowRank>),
        trials: Trials<'_>,
        reporter: &mut ProgressReporter<'_>,
    ) -> Result<(Blend, Metrics), Error> {
        let mut best = start;
        let mut base = TextBase::new(self.set, &self.set.train, self.vectors, (best, learnt))?;
        let mut metrics = self.metrics(&base.scorer(best, true))?;
        let total: usize = trials.iter().map(|(_, values)| values.len()).sum();
        let mut done = 0;
        for (setter, values) in trials {
            let start = best;
            for &value in *values {
                let mut blend = start;
                setter(&mut blend, value);
                if reporter.stopped() {
                    return Err(Error::Stopped);
                }
                if blend != start {
                    base.refit(self.set, blend)?;
                    let found = self.metrics(&base.scorer(blend, true))?;
                    if found.mrr > metrics.mrr {
                        (best, metrics) = (blend, found);
                    }
                }
                done += 1;
                reporter.step("blend", (0, 1), (done, total), 0.0);
            }
        }
        if total > 0 {
            reporter.validated(metrics.mrr as f32);
        }
        Ok((best, metrics))
    }

    /// Chooses how much rules count.
    fn rules(
        &self,
        blend: &mut Blend,
        learnt: Option<&LowRank>,
        reporter: &mut ProgressReporter<'_>,
    ) -> Result<(), Error> {
        let Chooser { set, seed, .. } = *self;
        let base = TextBase::new(set, &set.train, self.vectors, (*blend, learnt))?;
        let rules =
            Arc::new(Rules::learn(&Neighbours::new(&[&set.train], set.entities.len()), set.relations.len(), seed));
        let graph = Arc::new(Neighbours::new(&[&set.train, &set.validation], set.entities.len()));
        let with = *blend;
        let mut done = 0;
        for (hidden, to) in [(Hidden::Link, &mut blend.rules), (Hidden::Pair, &mut blend.rules_apart)] {
            let mut most = f64::MIN;
            for weight in RULES {
                if reporter.stopped() {
                    return Err(Error::Stopped);
                }
                let around = NeighbourhoodScorer::new(
                    Box::new(base.scorer(with, true)),
                    (Arc::clone(&rules), weight),
                    (Arc::clone(&graph), hidden),
                );
                let found = self.metrics(&around)?;
                if found.mrr > most {
                    (most, *to) = (found.mrr, weight);
                }
                done += 1;
                reporter.step("rules", (0, 1), (done, 2 * RULES.len()), 0.0);
            }
            reporter.validated(most as f32);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::map_training::tests::turned;
    use crate::{LinkModel, TextModel};

    #[test]
    fn maps_that_learnt_join_the_blend_and_are_read_back() {
        let (set, vectors) = turned(240);
        let training = MapTraining { rank: 4, rate: 0.01, batch: 64, letters: 8, epochs: 8, ..MapTraining::default() };
        let tuned = tune(&set, &vectors, &training, None, (1, None), &mut ProgressReporter::silent()).unwrap();
        assert!(tuned.validation.mrr >= tuned.closed_form && tuned.validation.mrr > 0.9, "{tuned:?}");
        let closed = MapTraining { epochs: 0, ..training };
        let closed = tune(&set, &vectors, &closed, None, (1, None), &mut ProgressReporter::silent()).unwrap();
        assert!(closed.maps.is_none() && closed.validation.mrr == tuned.closed_form);
        // What is known of voices in closed form is kept.
        let start = Blend { ridge: 0.7, ..tuned.blend };
        let again = tune(&set, &vectors, &training, Some(start), (1, None), &mut ProgressReporter::silent()).unwrap();
        assert_eq!(again.blend.ridge, 0.7);

        let folder = tempfile::tempdir().unwrap();
        let maps = tuned.maps.map(Box::new);
        let model = LinkModel::Text(TextModel { blend: tuned.blend, maps, encoder: "e".to_owned() });
        model.write(folder.path(), &set).unwrap();
        assert_eq!(LinkModel::read(folder.path(), &set).unwrap(), model);
        let mut other = set.clone();
        other.relations[0] = "another".into();
        let error = LinkModel::read(folder.path(), &other).unwrap_err().to_string();
        assert!(error.contains("does not know the relation \"another\""), "{error}");
    }

    #[test]
    fn models_of_before_maps_learnt_are_still_read() {
        let (set, _) = turned(50);
        let folder = tempfile::tempdir().unwrap();
        let card = r#"{"kind": "text", "blend": {"neighbours": 64, "temperature": 0.05, "shifted": 0.7, "mean": 0.3,
            "seen": 1.0, "mapped": 2.0, "frequent": 0.1, "ridge": 1.0, "shrinkage": 0.1, "rules": 1.0,
            "rules_apart": 2.0}, "encoder": "0123456789ab"}"#;
        std::fs::write(folder.path().join("links.json"), card).unwrap();
        let Ok(LinkModel::Text(TextModel { blend, maps: None, .. })) = LinkModel::read(folder.path(), &set) else {
            panic!("not read");
        };
        assert_eq!((blend.neighbours, blend.learnt), (64, 0.0));
    }
}
