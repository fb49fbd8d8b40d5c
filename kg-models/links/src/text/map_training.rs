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
use kgloom_numerics::draw::draw;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::Epilogue;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_numerics::vectors::TextVectors;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

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

/// Learns maps over unit vectors.
///
/// # Errors
/// When the training or validation part has no link between entities with texts, or ranking fails.
pub fn learn_maps(
    set: &LinkSet,
    vectors: &TextVectors,
    training: &MapTraining,
    seed: u64,
    reporter: &mut ProgressReporter<'_>,
) -> Result<(LowRank, Metrics), Error> {
    let mut questions = questions(&set.train, vectors);
    if questions.is_empty() || set.validation.is_empty() {
        let reason = "no link of training has a text at both ends, or there is no validation part".to_owned();
        return Err(Error::Data { name: set.name.clone(), reason });
    }
    let known = KnownTriples::new(&[&set.train]);
    let check = Check::new(set, seed);
    let sizes = MapSizes { width: vectors.width, rank: training.rank, relations: set.relations.len() };
    let mut maps = LowRank::new(sizes, training.temperature, seed);
    let mut best: Option<(Metrics, LowRank)> = None;
    let (mut stale, mut rate) = (0, training.rate);
    let steps = questions.len().div_ceil(training.batch);
    for epoch in 0..training.epochs {
        draw(seed, "map order", epoch as u64).shuffle(&mut questions);
        let mut before: VecDeque<Vec<u32>> = VecDeque::new();
        let mut total = 0.0;
        for (index, asked) in questions.chunks(training.batch).enumerate() {
            let own: Vec<u32> = asked.iter().flat_map(|(question, answer)| [question.anchor, *answer]).collect();
            let mut candidates: Vec<u32> = before.iter().flatten().chain(&own).copied().collect();
            candidates.sort_unstable();
            candidates.dedup();
            let batch = Batch::new(asked.to_vec(), candidates, &known, set.entities.len());
            total += step(&mut maps, &batch, vectors, training, (rate, seed, (epoch * steps + index) as u64));
            before.push_back(own);
            if before.len() > training.before {
                before.pop_front();
            }
            reporter.step("maps", (epoch, training.epochs), (index + 1, steps), total / (index + 1) as f32);
        }
        let metrics = check.metrics(&maps, vectors)?;
        reporter.validated(metrics.mrr as f32);
        if best.as_ref().is_none_or(|(before, _)| metrics.mrr > before.mrr) {
            best = Some((metrics, maps.clone()));
            stale = 0;
        } else {
            stale += 1;
            rate *= 0.5;
        }
        if stale > training.patience {
            break;
        }
    }
    best.map(|(metrics, maps)| (maps, metrics)).ok_or_else(|| Error::Data {
        name: "training of maps".to_owned(),
        reason: "no epoch was run; ask for at least one".to_owned(),
    })
}

/// One step; the loss.
fn step(
    maps: &mut LowRank,
    batch: &Batch,
    vectors: &TextVectors,
    training: &MapTraining,
    (rate, seed, number): (f32, u64, u64),
) -> f32 {
    let rows = |entities: &mut dyn Iterator<Item = u32>| -> Vec<f32> {
        entities.flat_map(|entity| vectors.row(entity).iter().copied()).collect()
    };
    let mut inputs = rows(&mut batch.asked.iter().map(|(question, _)| question.anchor));
    drop_some(&mut inputs, training.dropout, (seed, number));
    let pass = maps.forward(&batch.slots, inputs);
    let contrast = Contrast { margin: training.margin, sharpness: maps.sharpness() };
    let candidates = rows(&mut batch.candidates.iter().copied());
    let slopes = contrast.gradients(vectors.width, (&pass.queries, &batch.wanted), (&candidates, 0));
    let mut gradient = maps.backward(&batch.slots, &pass, &slopes.to_queries);
    gradient.sharpness = slopes.to_sharpness;
    maps.apply(&gradient, rate);
    slopes.loss
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

    #[test]
    fn maps_learn_what_a_relation_does_and_twice_the_same() {
        let (set, vectors) = turned(240);
        let training =
            MapTraining { rank: 4, rate: 0.01, batch: 64, dropout: 0.1, epochs: 20, ..MapTraining::default() };
        let run = || {
            let mut losses = Vec::new();
            let mut on_progress = |progress: kgloom_numerics::progress::TrainProgress| losses.push(progress.loss);
            let (maps, metrics) =
                learn_maps(&set, &vectors, &training, 1, &mut ProgressReporter::new(&mut on_progress)).unwrap();
            (maps.arrays().into_iter().map(|(_, array, _)| array.values).collect::<Vec<_>>(), metrics.mrr, losses)
        };
        let (arrays, mrr, losses) = run();
        assert!(mrr > 0.9, "{mrr}");
        assert!(losses.last() < losses.first(), "{losses:?}");
        assert!(run().0 == arrays);
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
