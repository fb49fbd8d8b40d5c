//! Maps that learn, over vectors that stay as they are.
//!
//! In: a set, unit vectors of its entities. Out: the maps that were best on a sample of validation. Never: a look at the
//! test part, or a right answer of training counted as a wrong one.

use super::blend::loops;
use super::contrast::{Contrast, Target};
use super::lowrank::{LowRank, MapSizes, slot};
use crate::Error;
use crate::data::set::{KnownTriples, Link, LinkSet, Query, Side};
use crate::rank::filtered::{RankingFilter, Scorer, rank};
use crate::rank::metrics::{Metrics, Ties};
use crate::training::checkpoint::{Arrays, Checkpoints};
use crate::training::training_loop::{Step, Trained, Trainer, TrainingLoop};
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::draw::draw;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::Epilogue;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_numerics::vectors::TextVectors;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::path::Path;

/// How maps learn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MapTraining {
    /// Rank of what a relation and side have of their own.
    pub rank: usize,
    /// Numbers for the letters of a name, and as many for those of a description, beside whitened vectors.
    pub letters: usize,
    /// The temperature it begins with; it is learnt.
    pub temperature: f32,
    /// What is taken from the right answer's cosine.
    pub margin: f32,
    /// The share of the known end's numbers that is dropped.
    pub dropout: f32,
    /// The learning rate; halved whenever validation gets no better.
    pub rate: f32,
    /// Questions in a step.
    pub batch: usize,
    /// Of how many steps before, the entities are wrong answers too (SimKGC's pre-batch negatives).
    pub before: usize,
    /// The most epochs; with none, all is in closed form.
    pub epochs: usize,
    /// Epochs without a better validation score before training stops.
    pub patience: usize,
}

impl Default for MapTraining {
    fn default() -> Self {
        MapTraining {
            rank: 32,
            letters: 192,
            temperature: 0.05,
            margin: 0.02,
            dropout: 0.2,
            rate: 3e-3,
            batch: 1024,
            before: 3,
            epochs: 6,
            patience: 2,
        }
    }
}

/// Validation links that choose.
const SAMPLE: usize = 500;

/// Questions of a step, with what is right among its candidates.
pub struct Batch {
    /// Sorted by slot.
    pub asked: Vec<(Query, u32)>,
    /// The slot of each.
    pub slots: Vec<usize>,
    /// Entities that are compared.
    pub candidates: Vec<u32>,
    /// For each question its answer's place and those of other right answers.
    pub wanted: Vec<Target>,
}

impl Batch {
    /// Puts questions in order and finds their answers among the candidates, which hold each of them once.
    pub fn new(mut asked: Vec<(Query, u32)>, candidates: Vec<u32>, known: &KnownTriples, entities: usize) -> Self {
        asked.sort_unstable_by_key(|(question, answer)| (slot(*question), *question, *answer));
        let mut places = vec![u32::MAX; entities];
        (0u32..).zip(&candidates).for_each(|(place, entity)| places[*entity as usize] = place);
        let wanted = asked.iter().map(|(question, answer)| {
            let others = known.to(*question).filter(|other| other != answer).map(|other| places[other as usize]);
            (places[*answer as usize], others.filter(|place| *place != u32::MAX).collect())
        });
        Batch {
            slots: asked.iter().map(|(question, _)| slot(*question)).collect(),
            wanted: wanted.collect(),
            asked,
            candidates,
        }
    }
}

/// Every question of these links with its answer, both ways, where both ends have a text.
pub fn questions(links: &[Link], vectors: &TextVectors) -> Vec<(Query, u32)> {
    let told = |entity: u32| vectors.row(entity).iter().any(|x| *x != 0.0);
    let links = links.iter().filter(|link| told(link.head) && told(link.tail));
    links.flat_map(|link| [link.query(Side::Head), link.query(Side::Tail)]).collect()
}

/// Learns maps over unit vectors; with `folder`, goes on from a checkpoint in it and leaves one there.
///
/// # Errors
/// When the training or validation part has no link between entities with texts, ranking fails, or a checkpoint cannot be
/// read or written; [`Error::Stopped`] when the reporter is asked to stop.
pub fn learn_maps(
    set: &LinkSet,
    vectors: &TextVectors,
    training: &MapTraining,
    (seed, folder): (u64, Option<&Path>),
    reporter: &mut ProgressReporter<'_>,
) -> Result<Trained<LowRank>, Error> {
    let mut trainer = MapTrainer::new(set, vectors, training, seed)?;
    let training_loop = TrainingLoop {
        patience: training.patience,
        rate_factor: 0.5,
        rate_patience: 0,
        checkpoints: folder.map(|folder| trainer.checkpoints(folder)),
        ..TrainingLoop::new(training.epochs, training.rate)
    };
    let best = training_loop.run(&mut trainer, reporter)?;
    let mut model = trainer.maps.clone();
    model.restore(&best.parameters.unwrap_or_default())?;
    Ok(Trained { validation: trainer.check.metrics(&model, vectors)?, model, epoch: best.epoch })
}

struct MapTrainer<'a> {
    set: &'a LinkSet,
    vectors: &'a TextVectors,
    training: &'a MapTraining,
    seed: u64,
    /// Of training, in the order of the epoch.
    questions: Vec<(Query, u32)>,
    known: KnownTriples,
    check: Check,
    maps: LowRank,
    /// The entities of the steps before, which are wrong answers too.
    before: VecDeque<Vec<u32>>,
}

impl<'a> MapTrainer<'a> {
    fn new(set: &'a LinkSet, vectors: &'a TextVectors, training: &'a MapTraining, seed: u64) -> Result<Self, Error> {
        let questions = questions(&set.train, vectors);
        if questions.is_empty() || set.validation.is_empty() {
            let reason = "no link of training has a text at both ends, or there is no validation part".to_owned();
            return Err(Error::Data { name: set.name.clone(), reason });
        }
        let sizes = MapSizes { width: vectors.width, rank: training.rank, relations: set.relations.len() };
        Ok(MapTrainer {
            known: KnownTriples::new(&[&set.train]),
            check: Check::new(set, seed),
            maps: LowRank::new(sizes, training.temperature, seed),
            before: VecDeque::new(),
            set,
            vectors,
            training,
            seed,
            questions,
        })
    }

    fn checkpoints<'f>(&self, folder: &'f Path) -> Checkpoints<'f> {
        // More epochs may be asked for when training goes on.
        let configuration = MapTraining { epochs: 0, ..*self.training };
        let about = vec![
            ("another configuration", format!("{configuration:?} {}", self.seed)),
            ("another set of links", self.set.hash()),
            ("other vectors of texts", self.vectors.hash()),
        ];
        Checkpoints { folder, about }
    }

    fn rows(&self, entities: impl Iterator<Item = u32>) -> Vec<f32> {
        entities.flat_map(|entity| self.vectors.row(entity).iter().copied()).collect()
    }
}

impl Trainer for MapTrainer<'_> {
    type Error = Error;

    const NAME: &'static str = "maps";

    fn begin(&mut self, epoch: usize) -> usize {
        draw(self.seed, "map order", epoch as u64).shuffle(&mut self.questions);
        self.before.clear();
        self.questions.len().div_ceil(self.training.batch)
    }

    fn step(&mut self, Step { index, number, rate }: Step) -> Result<f32, Error> {
        let MapTraining { batch, before, dropout, margin, .. } = *self.training;
        let asked = self.questions.chunks(batch).nth(index).unwrap_or_default();
        let own: Vec<u32> = asked.iter().flat_map(|(question, answer)| [question.anchor, *answer]).collect();
        let mut candidates: Vec<u32> = self.before.iter().flatten().chain(&own).copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let batch = Batch::new(asked.to_vec(), candidates, &self.known, self.set.entities.len());
        let mut inputs = self.rows(batch.asked.iter().map(|(question, _)| question.anchor));
        drop_some(&mut inputs, dropout, (self.seed, number as u64));
        let pass = self.maps.forward(&batch.slots, inputs);
        let contrast = Contrast { margin, sharpness: self.maps.sharpness() };
        let candidates = self.rows(batch.candidates.iter().copied());
        let slopes = contrast.gradients(self.vectors.width, (&pass.queries, &batch.wanted), (&candidates, 0));
        let mut gradient = self.maps.backward(&batch.slots, &pass, &slopes.to_queries);
        gradient.sharpness = slopes.to_sharpness;
        self.maps.apply(&gradient, rate);
        self.before.push_back(own);
        if self.before.len() > before {
            self.before.pop_front();
        }
        Ok(slopes.loss)
    }

    fn validate(&mut self) -> Result<f64, Error> {
        Ok(self.check.metrics(&self.maps, self.vectors)?.mrr)
    }

    /// Also what steps remember: who tunes an encoder goes on with the maps.
    fn parameters(&self) -> Result<Arrays, Error> {
        self.state()
    }

    fn state(&self) -> Result<Arrays, Error> {
        Ok(self.maps.checkpoint())
    }

    fn restore(&mut self, epochs: usize, state: &Weights) -> Result<(), Error> {
        // An epoch puts in another order what the one before left.
        (0..epochs).for_each(|epoch| draw(self.seed, "map order", epoch as u64).shuffle(&mut self.questions));
        self.maps.restore(state)
    }
}

/// Zeroes each number with a probability and scales the others up; the factors.
pub fn drop_some(rows: &mut [f32], share: f32, (seed, number): (u64, u64)) -> Vec<f32> {
    if share == 0.0 {
        return vec![1.0; rows.len()];
    }
    let (limit, kept) = ((share * 256.0) as u8, 1.0 / (1.0 - share));
    let bytes = draw(seed, "map dropout", number).bytes(rows.len());
    let factors: Vec<f32> = bytes.into_iter().map(|byte| if byte < limit { 0.0 } else { kept }).collect();
    rows.iter_mut().zip(&factors).for_each(|(x, factor)| *x *= factor);
    factors
}

/// What maps are chosen on: a sample of validation links, ranked among the entities of training and validation.
pub struct Check {
    sample: Vec<Link>,
    known: KnownTriples,
    seen: Vec<bool>,
    loops: Vec<bool>,
}

impl Check {
    /// The sample that a seed draws.
    pub fn new(set: &LinkSet, seed: u64) -> Self {
        let parts = [set.train.as_slice(), &set.validation];
        let mut sample = set.validation.clone();
        draw(seed, "map sample", 0).shuffle(&mut sample);
        sample.truncate(SAMPLE);
        let loops = loops(&set.train, set.relations.len());
        Check { sample, known: KnownTriples::new(&parts), seen: set.seen(&parts), loops }
    }

    /// How well maps rank it.
    pub fn metrics(&self, maps: &LowRank, vectors: &TextVectors) -> Result<Metrics, Error> {
        let count = vectors.values.len() / vectors.width;
        let mut panels = SinglePanels::default();
        panels.pack_columns(&vectors.values, vectors.width, (vectors.width, count));
        let scorer = MapScorer { maps, vectors, panels, loops: &self.loops };
        let filter = RankingFilter { known: &self.known, candidates: Some(&self.seen) };
        Ok(Metrics::of(&rank(&scorer, &self.sample, filter)?, Ties::Realistic))
    }
}

/// Scores by maps alone; an entity is no answer to a question about itself where training has hardly such a link.
struct MapScorer<'a> {
    maps: &'a LowRank,
    vectors: &'a TextVectors,
    panels: SinglePanels,
    loops: &'a [bool],
}

impl Scorer for MapScorer<'_> {
    fn entities(&self) -> usize {
        self.panels.columns
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        let width = self.vectors.width;
        let point = |(question, _): &(Query, u32)| self.maps.point(*question, self.vectors.row(question.anchor));
        let queries: Vec<f32> = asked.iter().flat_map(point).collect();
        let rows = Rows { values: &queries, stride: width, count: asked.len() };
        kernels::single(Isa::best(), rows, &self.panels, Epilogue::Plain, scores);
        for ((question, _), scores) in asked.iter().zip(scores.chunks_exact_mut(self.entities())) {
            if !self.loops[question.relation as usize] {
                scores[question.anchor as usize] = f32::NEG_INFINITY;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::training::training_loop::tests::interrupted;
    use kgloom_numerics::passes::unit;

    /// Entities in pairs: the second of a pair is the first turned by a quarter in each plane, with noise.
    pub(crate) fn turned(count: u32) -> (LinkSet, TextVectors) {
        let width = 8;
        let mut draw = draw(4, "test", 0);
        let mut values = draw.normals(2 * count as usize * width, 1.0);
        let (first, second) = values.split_at_mut(count as usize * width);
        for (x, y) in first.chunks_exact(2).zip(second.chunks_exact_mut(2)) {
            (y[0], y[1]) = (x[1] + 0.1 * y[0], 0.1 * y[1] - x[0]);
        }
        values.chunks_exact_mut(width).for_each(unit);
        let links: Vec<Link> = (0..count).map(|head| Link { head, relation: 0, tail: head + count }).collect();
        let (train, validation) = links.split_at(links.len() - 40);
        let names = |count: u32| (0..count).map(|name| format!("{name:05}").into()).collect();
        let set = LinkSet {
            entities: names(2 * count),
            relations: names(1),
            train: train.to_vec(),
            validation: validation.to_vec(),
            texts: vec![None; 2 * count as usize],
            ..LinkSet::default()
        };
        (set, TextVectors { width, values })
    }

    fn bytes(maps: &LowRank) -> Vec<Vec<f32>> {
        maps.checkpoint().into_iter().map(|(_, array, _)| array.values).collect()
    }

    #[test]
    fn maps_learn_what_a_relation_does_and_twice_the_same() {
        let (set, vectors) = turned(240);
        let training =
            MapTraining { rank: 4, rate: 0.01, batch: 64, dropout: 0.1, epochs: 20, ..MapTraining::default() };
        let run = || {
            let mut losses = Vec::new();
            let mut on_progress = |progress: kgloom_numerics::progress::TrainProgress| losses.push(progress.loss);
            let reporter = &mut ProgressReporter::new(&mut on_progress);
            let Trained { model, validation, .. } = learn_maps(&set, &vectors, &training, (1, None), reporter).unwrap();
            (bytes(&model), validation.mrr, losses)
        };
        let (arrays, mrr, losses) = run();
        assert!(mrr > 0.9, "{mrr}");
        assert!(losses.last() < losses.first(), "{losses:?}");
        assert!(run().0 == arrays);
    }

    #[test]
    fn maps_that_were_stopped_go_on_to_the_same_end() {
        let (set, vectors) = turned(240);
        let training = MapTraining { rank: 4, rate: 0.01, batch: 64, epochs: 6, ..MapTraining::default() };
        let learn = |folder: &Path, reporter: &mut ProgressReporter<'_>| {
            learn_maps(&set, &vectors, &training, (1, Some(folder)), reporter)
        };
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let whole = learn(folders[0].path(), &mut ProgressReporter::silent()).unwrap();
        let (resumed, stops) = interrupted(|reporter| learn(folders[1].path(), reporter));
        assert!(stops > 2 && bytes(&resumed.model) == bytes(&whole.model) && resumed == whole, "{stops}");
        let other =
            learn_maps(&set, &vectors, &training, (2, Some(folders[0].path())), &mut ProgressReporter::silent());
        assert!(other.unwrap_err().to_string().contains("another configuration"));
    }

    #[test]
    fn other_right_answers_are_not_wrong_ones() {
        let link = |tail| Link { head: 0, relation: 0, tail };
        let known = KnownTriples::new(&[&[link(1), link(2), link(3)]]);
        let asked = vec![link(2).query(Side::Tail), link(2).query(Side::Head)];
        let batch = Batch::new(asked, vec![2, 0, 1], &known, 5);
        // The head's question comes first; of the tail's other answers, 1 is a candidate and 3 is not.
        assert_eq!(batch.wanted, [(1, vec![]), (0, vec![2])]);
        assert_eq!(batch.slots, [0, 1]);
    }
}
