//! How well a filter tells false edges, beside what needs no learning.
//!
//! In: a graph, kinds and rates of noise, seeds. Out: figures by kind. Never: a filter that was told which edges are false.

use super::measure::{ScoredEdge, auprc, auroc, kept};
use super::model::GraphFilter;
use super::noise::{Injector, Noise};
use super::snapshot::{PLAIN, Snapshot};
use super::train::{FilterTraining, train_filter};
use crate::Error;
use kgloom_links::Link;
use kgloom_numerics::passes::{dot, unit};
use kgloom_numerics::progress::TrainProgress;
use kgloom_polynomials::basis::{Basis, Polynomial};
use kgloom_polynomials::graph::{Graph, WeightedEdge};
use kgloom_record::neighbourhood::TEXT;
use kgloom_record::record::Evidence;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Bins of probabilities, to see whether they mean what they say.
const BINS: usize = 10;
/// Ten steps cannot go around an edge; so many parts of the edges are held out in turn.
const FOLDS: u64 = 8;

/// What is tried.
#[derive(Clone, Debug)]
pub struct NoiseExperiment {
    /// Kinds of noise, a graph each.
    pub kinds: Vec<Noise>,
    /// False edges for each true one.
    pub rates: Vec<f64>,
    /// Seeds of the noise, and of training.
    pub seeds: Vec<u64>,
    /// The stated precision of thresholds, in hundredths.
    pub precision: u8,
    /// How a filter is trained on each noisy graph, where none is given.
    pub training: FilterTraining,
}

/// The figures of one noisy graph.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoiseReport {
    /// The kind.
    pub kind: Noise,
    /// False edges for each true one.
    pub rate: f64,
    /// The seed.
    pub seed: u64,
    /// How many edges are true, and how many false.
    pub edges: [usize; 2],
    /// The chance that a true edge stands above a false one.
    pub auroc: f64,
    /// Average precision of true edges.
    pub auprc: f64,
    /// Average precision of false edges, the lowest scores first.
    pub auprc_false: f64,
    /// At the thresholds for the stated precision: the share of what is kept that is true.
    pub precision: f64,
    /// And the share of what is true that is kept.
    pub recall: f64,
    /// The mean gap between probability and truth, over ten bins.
    pub calibration_error: f64,
    /// The chance of the same for: the cosine of both texts, that after two steps of smoothing over the whole graph, and
    /// that of the texts' principal numbers after smoothing by PageRank with the edge held out.
    pub baselines: BTreeMap<&'static str, f64>,
}

/// All figures of an experiment.
#[derive(Clone, Debug, Serialize)]
pub struct FilterReport {
    /// The graph.
    pub data: String,
    /// The filter, or how one was trained on each noisy graph.
    pub filter: String,
    /// The stated precision.
    pub stated_precision: f64,
    /// One for each kind, rate and seed.
    pub graphs: Vec<NoiseReport>,
}

/// Injects noise of each kind and rate, and scores the filter, or one that is trained on the noisy graph itself.
///
/// # Errors
/// When noise cannot be made, or a filter neither read nor trained.
pub fn eval_filter(
    snapshot: &Snapshot,
    (data, encoder): (&str, &str),
    given: Option<&GraphFilter>,
    experiment: &NoiseExperiment,
    on_progress: &mut dyn FnMut(TrainProgress),
    mut done: impl FnMut(&NoiseReport),
) -> Result<FilterReport, Error> {
    let filter = match given {
        Some(filter) => filter.id()?.0.to_string(),
        None => format!("trained on each noisy graph, {} epochs", experiment.training.epochs),
    };
    let stated_precision = f64::from(experiment.precision) / 100.0;
    let mut report = FilterReport { data: data.to_owned(), filter, stated_precision, graphs: Vec::new() };
    let injector = Injector::new(snapshot, &experiment.kinds);
    for &kind in &experiment.kinds {
        for &rate in &experiment.rates {
            for &seed in &experiment.seeds {
                let wrong = injector.inject(kind, rate, seed)?;
                let plain = |link: &Link| (*link, PLAIN);
                let noisy = snapshot.with(snapshot.edges.iter().copied().chain(wrong.iter().map(plain)));
                let right: Vec<bool> = noisy.edges.iter().map(|(link, _)| wrong.binary_search(link).is_err()).collect();
                let trained = match given {
                    Some(_) => None,
                    None => {
                        let training = FilterTraining { seed, ..experiment.training };
                        Some(train_filter(&noisy, (data, encoder), training, on_progress)?.filter)
                    }
                };
                let Some(filter) = given.or(trained.as_ref()) else { continue };
                let one = evaluate(&noisy, &right, filter, (kind, rate, seed), experiment.precision)?;
                done(&one);
                report.graphs.push(one);
            }
        }
    }
    Ok(report)
}

/// An edge of a snapshot, and what a filter holds of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RankedEdge {
    /// The head.
    pub head: String,
    /// The relation.
    pub relation: String,
    /// The tail.
    pub tail: String,
    /// How probable it is.
    pub probability: f64,
    /// Whether it is kept.
    pub kept: bool,
}

/// Trains a filter on a snapshot as it is; the edges that are believed most, and those that are believed least, `count` of
/// each.
///
/// # Errors
/// As [`train_filter`], or where the filter has no thresholds for that precision.
pub fn extremes(
    snapshot: &Snapshot,
    (data, encoder): (&str, &str),
    (training, precision, count): (FilterTraining, u8, usize),
    on_progress: &mut dyn FnMut(TrainProgress),
) -> Result<[Vec<RankedEdge>; 2], Error> {
    let filter = train_filter(snapshot, (data, encoder), training, on_progress)?.filter;
    let (held, places) = (filter.leave_one_out(snapshot)?, filter.places(snapshot));
    let mut logits: Vec<(i64, Link)> =
        snapshot.edges.par_iter().map(|edge| (filter.logit(&held, &places, *edge), edge.0)).collect();
    logits.sort_unstable_by(|one, other| other.cmp(one));
    let shown = |&(logit, link): &(i64, Link)| -> Result<RankedEdge, Error> {
        Ok(RankedEdge {
            head: snapshot.entities[link.head as usize].to_string(),
            relation: snapshot.relations[link.relation as usize].to_string(),
            tail: snapshot.entities[link.tail as usize].to_string(),
            probability: f64::from(filter.card.probabilities.of(logit)) / 1000.0,
            kept: logit >= filter.threshold(precision, places[link.relation as usize])?,
        })
    };
    let most = logits.iter().take(count).map(shown).collect::<Result<_, Error>>()?;
    Ok([most, logits.iter().rev().take(count).map(shown).collect::<Result<_, Error>>()?])
}

fn evaluate(
    noisy: &Snapshot,
    right: &[bool],
    filter: &GraphFilter,
    (kind, rate, seed): (Noise, f64, u64),
    precision: u8,
) -> Result<NoiseReport, Error> {
    let held = filter.leave_one_out(noisy)?;
    let places = filter.places(noisy);
    let logits: Vec<i64> = noisy.edges.par_iter().map(|edge| filter.logit(&held, &places, *edge)).collect();
    let with = |scores: &[f64]| -> Vec<ScoredEdge> {
        scores.iter().zip(right).map(|(score, right)| ScoredEdge { score: *score, right: *right }).collect()
    };
    let scores: Vec<f64> = logits.iter().map(|logit| *logit as f64).collect();
    let judged = with(&scores);
    let turned: Vec<ScoredEdge> =
        judged.iter().map(|one| ScoredEdge { score: -one.score, right: !one.right }).collect();
    let mut marked = Vec::with_capacity(judged.len());
    for ((one, logit), (link, _)) in judged.iter().zip(&logits).zip(&noisy.edges) {
        marked.push((*one, *logit >= filter.threshold(precision, places[link.relation as usize])?));
    }
    let (kept_right, recall) = kept(&marked);
    let mut bins = [(0.0, 0.0); BINS];
    for (logit, right) in logits.iter().zip(right) {
        let probability = f64::from(filter.card.probabilities.of(*logit)) / 1000.0;
        let bin = &mut bins[((probability * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += probability;
        bin.1 += f64::from(u8::from(*right));
    }
    let gaps: f64 = bins.iter().map(|(said, was)| f64::abs(said - was)).sum();
    let count = right.iter().filter(|right| **right).count();
    let whole = Texts { numbers: &noisy.vectors, width: noisy.width };
    let few: Vec<f32> = filter.principal_components.quantise(&noisy.vectors).into_iter().map(f32::from).collect();
    let naive = Polynomial::first(Basis::Gcn, 2);
    let baselines = [
        ("cosine", cosines(noisy, whole, None)),
        ("cosine, smoothed", cosines(noisy, Texts { numbers: &smoothed(noisy, whole, &naive, None), ..whole }, None)),
        ("cosine, smoothed, held out", held_out(noisy, Texts { numbers: &few, width: TEXT })),
    ];
    Ok(NoiseReport {
        kind,
        rate,
        seed,
        edges: [count, right.len() - count],
        auroc: auroc(&judged),
        auprc: auprc(&judged),
        auprc_false: auprc(&turned),
        precision: kept_right,
        recall,
        calibration_error: gaps / right.len().max(1) as f64,
        baselines: baselines.into_iter().map(|(name, scores)| (name, auroc(&with(&scores)))).collect(),
    })
}

/// Numbers of nodes.
#[derive(Clone, Copy)]
struct Texts<'a> {
    numbers: &'a [f32],
    width: usize,
}

/// The texts of nodes, smoothed over the edges that are not in the fold.
fn smoothed(snapshot: &Snapshot, texts: Texts<'_>, filter: &Polynomial, fold: Option<(u64, u64)>) -> Vec<f32> {
    let stays = |link: Link| fold.is_none_or(|(fold, folds)| snapshot.key(link) % folds != fold);
    let edges: Vec<WeightedEdge> = (snapshot.edges.iter())
        .filter(|(link, _)| stays(*link))
        .map(|(link, _)| WeightedEdge { one: link.head, other: link.tail, weight: 1.0 })
        .collect();
    let graph = Graph::new(snapshot.entities.len(), &edges, filter.basis.normalisation());
    filter.apply(&graph, texts.numbers, texts.width)
}

/// The cosine of both ends of each edge, or of those in a fold.
fn cosines(snapshot: &Snapshot, texts: Texts<'_>, fold: Option<(u64, u64)>) -> Vec<f64> {
    let Texts { numbers, width } = texts;
    let row = |node: u32| {
        let mut row = numbers[node as usize * width..][..width].to_vec();
        unit(&mut row);
        row
    };
    let stays = |link: Link| fold.is_none_or(|(fold, folds)| snapshot.key(link) % folds == fold);
    let one = |(link, _): &(Link, Evidence)| {
        if stays(*link) { f64::from(dot(&row(link.head), &row(link.tail))) } else { 0.0 }
    };
    snapshot.edges.par_iter().map(one).collect()
}

/// Cosines after PageRank's filter, each edge's on the graph without its fold.
fn held_out(snapshot: &Snapshot, texts: Texts<'_>) -> Vec<f64> {
    let filter = Polynomial::with_alpha(Basis::Appnp, 10, 0.5);
    let mut scores = vec![0.0; snapshot.edges.len()];
    for fold in 0..FOLDS {
        let fold = Some((fold, FOLDS));
        let numbers = smoothed(snapshot, texts, &filter, fold);
        scores
            .iter_mut()
            .zip(cosines(snapshot, Texts { numbers: &numbers, ..texts }, fold))
            .for_each(|(score, found)| *score += found);
    }
    scores
}

impl FilterReport {
    /// Means and standard deviations over seeds, for people.
    pub fn table(&self) -> String {
        let mut out =
            format!("{}, filter {}, stated precision {:.2}\n\n", self.data, self.filter, self.stated_precision);
        let mut groups: Vec<Vec<&NoiseReport>> = Vec::new();
        for graph in &self.graphs {
            match groups.last_mut().filter(|group| (group[0].kind, group[0].rate) == (graph.kind, graph.rate)) {
                Some(group) => group.push(graph),
                None => groups.push(vec![graph]),
            }
        }
        for group in groups {
            let [right, wrong] = group[0].edges;
            let _ = writeln!(
                out,
                "{} noise, rate {}: {right} true edges, {wrong} false, {} seeds",
                group[0].kind,
                group[0].rate,
                group.len()
            );
            let mut line = |name: &str, of: &dyn Fn(&NoiseReport) -> f64| {
                let values: Vec<f64> = group.iter().map(|report| of(report)).collect();
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
                let deviation = (squares / (values.len() as f64 - 1.0).max(1.0)).sqrt();
                let _ = writeln!(out, "  {name:40} {mean:.4} ± {deviation:.4}");
            };
            line("AUROC", &|report| report.auroc);
            for name in group[0].baselines.keys() {
                line(&format!("  by {name}"), &|report| report.baselines[name]);
            }
            line("AUPRC of true edges", &|report| report.auprc);
            line("AUPRC of false edges", &|report| report.auprc_false);
            line("precision of what is kept", &|report| report.precision);
            line("recall of what is true", &|report| report.recall);
            line("calibration error", &|report| report.calibration_error);
        }
        out
    }
}
