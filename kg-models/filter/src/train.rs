//! How a filter is trained: on a snapshot alone, whose edges are mostly true, against edges that are made wrong.
//!
//! In: a snapshot, a seed. Out: a filter with probabilities and thresholds chosen on edges that it did not learn from.
//! Never: a label of what is true; an edge's own trace in what is read of it.

use super::corruption::{Corruption, CorruptionSampler};
use super::learner::{Example, Learner};
use super::leave_one_out::LeaveOneOutViews;
use super::measure::{Isotonic, Mass, ScoredEdge, auroc, thresholds};
use super::model::{Card, GraphFilter};
use super::principal_components::PrincipalComponents;
use super::rule_statistics::RuleStatistics;
use super::snapshot::Snapshot;
use crate::Error;
use kgloom_links::Link;
use kgloom_numerics::draw::draw;
use kgloom_numerics::progress::{ProgressReporter, TrainProgress};
use kgloom_record::record::Evidence;
use rayon::prelude::*;

/// Edges whose wrong versions are learned from together with them.
const TOGETHER: usize = 128;
/// One edge in so many is kept for validation.
const VALIDATION: usize = 10;
/// A relation's own threshold counts as much as that of all together when it has this many validation edges.
const PRIOR: f64 = 30.0;
/// The precisions that thresholds are chosen for, in hundredths.
const PRECISIONS: [u8; 7] = [80, 85, 90, 93, 95, 97, 99];
/// The precision that is kept where none is asked for.
const USUAL: u8 = 90;

/// How a filter is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilterTraining {
    /// Seed of every random choice.
    pub seed: u64,
    /// How often edges are gone through.
    pub epochs: usize,
    /// Edges that an epoch takes at most.
    pub most: usize,
    /// The size of the first steps; it falls to nothing.
    pub rate: f32,
    /// False edges for each true one that probabilities and thresholds reckon with.
    pub noise: f64,
}

impl Default for FilterTraining {
    fn default() -> Self {
        FilterTraining { seed: 1, epochs: 5, most: 120_000, rate: 3e-3, noise: 0.25 }
    }
}

/// A filter with what it came to on validation.
#[derive(Clone, Debug)]
pub struct FilterTrained {
    /// The filter.
    pub filter: GraphFilter,
    /// The area under its curve on validation edges and wrong versions of them, of all kinds.
    pub auroc: f64,
}

/// Trains a filter on a snapshot that is called `data`, whose vectors are of the encoder with this id.
///
/// # Errors
/// When the snapshot has too few edges, or the encoder's vectors are too short.
pub fn train_filter(
    snapshot: &Snapshot,
    (data, encoder): (&str, &str),
    training: FilterTraining,
    on_progress: &mut dyn FnMut(TrainProgress),
) -> Result<FilterTrained, Error> {
    let FilterTraining { seed, epochs, most, rate, noise } = training;
    let principal_components = PrincipalComponents::fit(&snapshot.vectors, snapshot.width)?;
    let text = principal_components.quantise(&snapshot.vectors);
    let wrong = CorruptionSampler::new(snapshot, &text, seed);
    let held = LeaveOneOutViews::new(snapshot, &text);
    let mut order = snapshot.edges.clone();
    draw(seed, "validation", 0).shuffle(&mut order);
    let (validation, rest) = order.split_at(order.len() / VALIDATION);
    if validation.is_empty() {
        let reason = format!("{} edges are too few to learn from", snapshot.edges.len());
        return Err(Error::Data { name: data.to_owned(), reason });
    }
    let mut rest = rest.to_vec();
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let mut learner = Learner::new(snapshot.relations.len(), seed);
    let mut reporter = ProgressReporter::new(on_progress);
    let steps = rest.len().min(most).div_ceil(TOGETHER);
    for epoch in 0..epochs {
        let mut random = draw(seed, "epoch", epoch as u64);
        random.shuffle(&mut rest);
        let mut sum = 0.0;
        for (step, edges) in rest[..rest.len().min(most)].chunks(TOGETHER).enumerate() {
            let batch = examples(&held, &wrong, edges, (seed, (epoch * steps + step) as u64));
            let done = (epoch * steps + step) as f32 / (epochs * steps) as f32;
            sum += alone.install(|| learner.step(&batch, rate * (1.0 - done)));
            reporter.step("filter", (epoch, epochs), (step + 1, steps), sum / (step + 1) as f32);
        }
    }
    let places: Vec<Option<usize>> = (0..snapshot.relations.len()).map(Some).collect();
    let card = Card {
        data: data.to_owned(),
        encoder: encoder.to_owned(),
        width: snapshot.width,
        noise,
        usual: USUAL,
        rule_statistics: RuleStatistics::default(),
        relations: snapshot.relations.iter().map(ToString::to_string).collect(),
        probabilities: Isotonic::default(),
        thresholds: Default::default(),
    };
    let mut filter = GraphFilter { card, principal_components, parameters: learner.parameters().whole() };
    // What validation edges and wrong versions of each kind come to, by relation.
    let logits = |links: Vec<(Link, Evidence)>| -> Vec<(u32, f64)> {
        let one = |edge: &(Link, Evidence)| (edge.0.relation, filter.logit(&held, &places, *edge) as f64);
        links.par_iter().map(one).collect()
    };
    let mut random = draw(seed, "wrong", u64::MAX);
    let observed = logits(validation.to_vec());
    let wrong = Corruption::ALL.map(|kind| {
        let make = |&(link, evidence): &(Link, Evidence)| Some((wrong.corrupt(link, kind, &mut random)?, evidence));
        logits(validation.iter().filter_map(make).collect())
    });
    let judged = |list: &[(u32, f64)], right: bool| -> Vec<ScoredEdge> {
        list.iter().map(|&(_, score)| ScoredEdge { score, right }).collect()
    };
    let all_wrong = wrong.concat();
    let auroc = auroc(&[judged(&observed, true), judged(&all_wrong, false)].concat());
    reporter.validated(auroc as f32);
    let share = noise / (1.0 + noise);
    filter.card.probabilities = Isotonic::fit(&masses(&observed, &all_wrong, share));
    let alternatives: Vec<Vec<(u32, Mass)>> = (wrong.iter())
        .map(|wrong| {
            let of = observed.iter().chain(wrong).map(|(relation, _)| *relation);
            of.zip(masses(&observed, wrong, share)).collect()
        })
        .collect();
    filter.card.thresholds = thresholds(&alternatives, (snapshot.relations.len(), PRIOR), &PRECISIONS);
    Ok(FilterTrained { filter, auroc })
}

/// Edges of the graph, and wrong ones that stand for the share of them that is false.
fn masses(observed: &[(u32, f64)], wrong: &[(u32, f64)], share: f64) -> Vec<Mass> {
    let taken = share * observed.len() as f64 / wrong.len().max(1) as f64;
    let observed = observed.iter().map(|&(_, score)| Mass { score, right: 1.0, all: 1.0 });
    observed.chain(wrong.iter().map(|&(_, score)| Mass { score, right: -taken, all: 0.0 })).collect()
}

/// What is read of some edges, and of wrong versions of each kind; evidence stays as it is, so that it teaches nothing
/// unless gold speaks.
fn examples(
    held: &LeaveOneOutViews<'_>,
    wrong: &CorruptionSampler<'_>,
    edges: &[(Link, Evidence)],
    (seed, index): (u64, u64),
) -> Vec<Example> {
    let mut random = draw(seed, "wrong", index);
    let mut wanted = Vec::with_capacity(edges.len() * (1 + Corruption::ALL.len()));
    for &(link, evidence) in edges {
        wanted.push((link, evidence, true));
        for kind in Corruption::ALL {
            wanted.extend(wrong.corrupt(link, kind, &mut random).map(|made| (made, evidence, false)));
        }
    }
    let rule_statistics = RuleStatistics::default();
    let example = |&(link, evidence, right): &(Link, Evidence, bool)| Example {
        relation: link.relation as usize,
        features: held.features(link, &evidence, &rule_statistics),
        right,
    };
    wanted.par_iter().map(example).collect()
}
