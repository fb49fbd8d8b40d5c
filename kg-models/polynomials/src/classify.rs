//! Classes of nodes by features, edges and a filter: a small network per node, then a polynomial over the graph.
//!
//! In: a graph with features, some nodes' classes, a basis. Out: accuracies over several splits. Never: a choice by what
//! is tested. Written after APPNP (Klicpera et al. 2019) and GPR-GNN (Chien et al. 2021), with gradients by hand: Â is
//! symmetric, so the gradient goes back through the same filter.

use super::basis::{Basis, Polynomial};
use super::graph::{Graph, WeightedEdge};
use super::nodes::NodeSet;
use crate::Error;
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::passes::{self, add};
use kgloom_numerics::table::{Table, UpdateRule};
use rayon::prelude::*;
use serde::Serialize;
use std::fmt::Write;

/// Units between features and classes.
const HIDDEN: usize = 64;
/// What the squares of the weights cost.
const DECAY: f32 = 5e-4;
/// The share of a node's features and units that is left out of a step.
const DROPOUT: f32 = 0.5;
const EPOCHS: usize = 500;
/// Epochs without a better validation accuracy after which training ends.
const PATIENCE: usize = 100;
/// Splits whose validation parts choose the setting.
const CHOOSERS: usize = 3;

/// What is chosen on validation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// The size of steps.
    pub rate: f32,
    /// The share of numbers that is left out between network and filter.
    pub dropout: f32,
    /// The share of walks that jump home, where a filter begins with PageRank.
    pub alpha: f64,
}

impl Setting {
    /// All that are tried for a basis.
    pub fn all(basis: Basis) -> Vec<Setting> {
        let alphas = match basis {
            Basis::Appnp | Basis::Gpr | Basis::Jacobi => &[0.1, 0.5][..],
            Basis::Gcn | Basis::Chebyshev | Basis::Bernstein => &[0.1],
        };
        let mut all = Vec::new();
        for rate in [0.01, 0.05] {
            for dropout in [0.0, 0.5] {
                all.extend(alphas.iter().map(|&alpha| Setting { rate, dropout, alpha }));
            }
        }
        all
    }
}

/// How nodes are classified.
#[derive(Clone, Copy, Debug)]
pub struct NodeTraining {
    /// The basis.
    pub basis: Basis,
    /// K; 0 leaves the graph out.
    pub order: usize,
    /// How many splits are drawn: 60 % training, 20 % validation, 20 % test.
    pub splits: usize,
    /// Seed of every random choice.
    pub seed: u64,
    /// The split that lies beside the graph instead, with as many seeds of the first weights.
    pub published: bool,
}

/// One split's outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Classified {
    /// Accuracy on the validation part, at the epoch where it was best.
    pub validation: f64,
    /// Accuracy on the test part at that epoch.
    pub test: f64,
    /// The filter then.
    pub filter: Polynomial,
}

/// What a basis came to on a graph.
#[derive(Clone, Debug, Serialize)]
pub struct NodeReport {
    /// The graph.
    pub data: String,
    /// The basis.
    pub basis: Basis,
    /// K.
    pub order: usize,
    /// What was chosen on validation.
    pub setting: Setting,
    /// One for each split.
    pub splits: Vec<Classified>,
    /// The mean test accuracy.
    pub accuracy: f64,
    /// Its standard deviation over splits.
    pub deviation: f64,
}

impl NodeReport {
    /// A line for people.
    pub fn line(&self) -> String {
        let name =
            if self.order == 0 { "no graph".to_owned() } else { format!("{}, order {}", self.basis, self.order) };
        let mut line = format!(
            "{:10} {name:20} {:.4} ± {:.4} over {} splits; coefficients of the first:",
            self.data,
            self.accuracy,
            self.deviation,
            self.splits.len()
        );
        let shown = self.splits.first().map_or(&[][..], |split| &split.filter.coefficients);
        shown.iter().for_each(|coefficient| _ = write!(line, " {coefficient:.2}"));
        line
    }
}

/// Classifies the nodes of a graph, split by split; the setting is the one that is best on the validation parts of the
/// first splits. `on_progress` hears how many trainings are done.
///
/// # Errors
/// When a split is asked for that is not there, or one has an empty part.
pub fn classify(
    set: &NodeSet,
    training: NodeTraining,
    on_progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<NodeReport, Error> {
    let NodeTraining { basis, order, splits, seed, published } = training;
    let edges: Vec<WeightedEdge> =
        set.edges.iter().map(|&(one, other)| WeightedEdge { one, other, weight: 1.0 }).collect();
    let graph = Graph::new(set.labels.len(), &edges, basis.normalisation());
    let cuts: Vec<[Vec<u32>; 3]> =
        (0..splits).map(|split| cut(set, published, (seed, split))).collect::<Result<_, _>>()?;
    let settings = Setting::all(basis);
    let choosers = CHOOSERS.min(splits);
    let jobs: Vec<(usize, usize)> = (0..settings.len()).flat_map(|s| (0..choosers).map(move |c| (s, c))).collect();
    let (done, total) = (std::sync::atomic::AtomicUsize::new(0), jobs.len() + splits);
    let run = |(setting, split): (usize, usize)| {
        let lesson = Lesson { set, graph: &graph, cut: &cuts[split], setting: settings[setting] };
        let outcome = lesson.learn(Polynomial::with_alpha(basis, order, settings[setting].alpha), (seed, split));
        on_progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, total);
        outcome
    };
    let tried: Vec<Classified> = jobs.par_iter().map(|job| run(*job)).collect();
    let mut best = (0, f64::NEG_INFINITY);
    for (setting, outcomes) in tried.chunks_exact(choosers.max(1)).enumerate() {
        let mean = outcomes.iter().map(|outcome| outcome.validation).sum::<f64>() / choosers as f64;
        if mean > best.1 {
            best = (setting, mean);
        }
    }
    let splits: Vec<Classified> = (0..splits).into_par_iter().map(|split| run((best.0, split))).collect();
    let count = splits.len().max(1) as f64;
    let accuracy = splits.iter().map(|split| split.test).sum::<f64>() / count;
    let squares: f64 = splits.iter().map(|split| (split.test - accuracy).powi(2)).sum();
    let deviation = (squares / (count - 1.0).max(1.0)).sqrt();
    Ok(NodeReport { data: set.name.clone(), basis, order, setting: settings[best.0], splits, accuracy, deviation })
}

/// A split: the published one, or one that is drawn class by class.
fn cut(set: &NodeSet, published: bool, (seed, split): (u64, usize)) -> Result<[Vec<u32>; 3], Error> {
    let wrong = |reason: &str| Error::Data { name: set.name.clone(), reason: reason.to_owned() };
    let parts = if published {
        set.published.clone().ok_or_else(|| wrong("no published split lies beside the graph; leave out --published"))?
    } else {
        let mut parts: [Vec<u32>; 3] = Default::default();
        let mut random = draw(seed, "split", split as u64);
        for class in 0..set.classes as u32 {
            let mut nodes: Vec<u32> =
                (0u32..).zip(&set.labels).filter(|(_, label)| **label == Some(class)).map(|(node, _)| node).collect();
            random.shuffle(&mut nodes);
            let (train, valid) = ((nodes.len() * 6).div_ceil(10), nodes.len() / 5);
            parts[0].extend(&nodes[..train]);
            parts[1].extend(&nodes[train..(train + valid).min(nodes.len())]);
            parts[2].extend(&nodes[(train + valid).min(nodes.len())..]);
        }
        parts
    };
    if parts.iter().any(Vec::is_empty) {
        return Err(wrong("too few nodes with a class to split"));
    }
    Ok(parts)
}

/// What one training is about.
struct Lesson<'a> {
    set: &'a NodeSet,
    graph: &'a Graph,
    cut: &'a [Vec<u32>; 3],
    setting: Setting,
}

/// The network: features to units to classes, then the filter.
struct Net {
    units: Table,
    unit_bias: Table,
    classes: Table,
    class_bias: Table,
    coefficients: Table,
}

/// What a step through the network leaves.
#[derive(Default)]
struct Pass {
    /// By node: its features that took part, with their numbers.
    features: Vec<Vec<(u32, f32)>>,
    /// Nodes × units, after rectifier and dropout.
    units: Vec<f32>,
    /// What dropout multiplied the units by that it kept.
    scale: f32,
    /// Nodes × classes: 0 where left out, else what a number was multiplied by.
    kept: Vec<f32>,
    terms: Vec<Vec<f32>>,
    /// Nodes × classes.
    out: Vec<f32>,
}

impl Lesson<'_> {
    fn learn(&self, mut filter: Polynomial, (seed, split): (u64, usize)) -> Classified {
        let mut random = draw(seed, "network", split as u64);
        let mut matrix = |rows: usize, columns: usize| {
            let deviation = (2.0 / (rows + columns) as f32).sqrt();
            Table::new(random.normals(rows * columns, deviation), columns, UpdateRule::Adam)
        };
        let zeros = |width: usize| Table::new(vec![0.0; width], width, UpdateRule::Adam);
        let classes = self.set.classes;
        let mut net = Net {
            units: matrix(self.set.width, HIDDEN),
            unit_bias: zeros(HIDDEN),
            classes: matrix(HIDDEN, classes),
            class_bias: zeros(classes),
            coefficients: Table::new(filter.coefficients.clone(), filter.coefficients.len(), UpdateRule::Adam),
        };
        let mut best = (f64::NEG_INFINITY, f64::INFINITY);
        let mut found = Classified { validation: 0.0, test: 0.0, filter: filter.clone() };
        let mut since = 0;
        for _ in 0..EPOCHS {
            let pass = self.forward(&net, &filter, Some(&mut random));
            self.backward(&mut net, &mut filter, &pass);
            let out = self.forward(&net, &filter, None).out;
            let (validation, loss) = self.score(&out, &self.cut[1]);
            since += 1;
            if validation > best.0 || (validation == best.0 && loss < best.1) {
                // Only a better accuracy, or the same with less loss by a clear step, keeps training alive.
                since = if validation > best.0 { 0 } else { since };
                best = (validation, loss);
                found = Classified { validation, test: self.score(&out, &self.cut[2]).0, filter: filter.clone() };
            }
            if since > PATIENCE {
                break;
            }
        }
        found
    }

    fn forward(&self, net: &Net, filter: &Polynomial, mut random: Option<&mut Draw>) -> Pass {
        let classes = self.set.classes;
        let scale = if random.is_some() { 1.0 / (1.0 - DROPOUT) } else { 1.0 };
        let mut keep = |share: f32| match random.as_mut() {
            Some(random) if share > 0.0 => f32::from(u8::from(random.unit() >= share)) / (1.0 - share),
            _ => 1.0,
        };
        let mut pass = Pass { scale, ..Pass::default() };
        let mut numbers = Vec::with_capacity(self.set.labels.len() * classes);
        for features in &self.set.features {
            let whole = features.len().max(1) as f32;
            let mut units = net.unit_bias.values.clone();
            let mut taken = Vec::with_capacity(features.len());
            for &feature in features {
                let number = keep(DROPOUT) / whole;
                if number > 0.0 {
                    taken.push((feature, number));
                    add(&mut units, net.units.row(feature as usize), number);
                }
            }
            units.iter_mut().for_each(|unit| *unit = unit.max(0.0) * keep(DROPOUT));
            let mut row = net.class_bias.values.clone();
            for (unit, weights) in units.iter().zip(net.classes.values.chunks_exact(classes)) {
                add(&mut row, weights, *unit);
            }
            for number in &mut row {
                let kept = keep(self.setting.dropout);
                *number *= kept;
                pass.kept.push(kept);
            }
            pass.features.push(taken);
            pass.units.extend(units);
            numbers.extend(row);
        }
        pass.terms = filter.terms(self.graph, &numbers, classes);
        pass.out = filter.combine(&pass.terms);
        pass
    }

    fn backward(&self, net: &mut Net, filter: &mut Polynomial, pass: &Pass) {
        let classes = self.set.classes;
        let mut slopes = vec![0.0; pass.out.len()];
        for &node in &self.cut[0] {
            let Some(label) = self.set.labels[node as usize] else { continue };
            let place = node as usize * classes;
            let row = &mut slopes[place..place + classes];
            row.copy_from_slice(&pass.out[place..place + classes]);
            passes::softmax(row, classes);
            row[label as usize] -= 1.0;
            row.iter_mut().for_each(|slope| *slope /= self.cut[0].len() as f32);
        }
        let of_coefficients: Vec<f32> = pass.terms.iter().map(|term| passes::dot(term, &slopes)).collect();
        let mut of_numbers = filter.apply(self.graph, &slopes, classes);
        of_numbers.iter_mut().zip(&pass.kept).for_each(|(slope, kept)| *slope *= kept);
        let mut of_units = decayed(&net.units.values);
        let mut of_classes = decayed(&net.classes.values);
        let (mut of_unit_bias, mut of_class_bias) = (vec![0.0; HIDDEN], vec![0.0; classes]);
        let each = of_numbers.chunks_exact(classes).zip(pass.units.chunks_exact(HIDDEN)).zip(&pass.features);
        for ((slopes, units), features) in each {
            add(&mut of_class_bias, slopes, 1.0);
            let mut back = [0.0; HIDDEN];
            for (unit, value) in units.iter().enumerate().filter(|(_, value)| **value > 0.0) {
                add(&mut of_classes[unit * classes..][..classes], slopes, *value);
                back[unit] = passes::dot(slopes, net.classes.row(unit)) * pass.scale;
            }
            add(&mut of_unit_bias, &back, 1.0);
            for &(feature, number) in features {
                add(&mut of_units[feature as usize * HIDDEN..][..HIDDEN], &back, number);
            }
        }
        let rate = self.setting.rate;
        net.units.apply_all(&of_units, rate);
        net.unit_bias.apply_all(&of_unit_bias, rate);
        net.classes.apply_all(&of_classes, rate);
        net.class_bias.apply_all(&of_class_bias, rate);
        if filter.basis.learns() && filter.order() > 0 {
            net.coefficients.apply_all(&of_coefficients, rate);
            if filter.basis == Basis::Bernstein {
                net.coefficients.values.iter_mut().for_each(|coefficient| *coefficient = coefficient.max(0.0));
            }
            filter.coefficients.clone_from(&net.coefficients.values);
        }
    }

    /// Accuracy and mean loss over some nodes.
    fn score(&self, out: &[f32], nodes: &[u32]) -> (f64, f64) {
        let classes = self.set.classes;
        let (mut right, mut loss) = (0usize, 0f64);
        for &node in nodes {
            let Some(label) = self.set.labels[node as usize] else { continue };
            let mut row = out[node as usize * classes..][..classes].to_vec();
            let best = (0..classes).reduce(|a, b| if row[b] > row[a] { b } else { a });
            right += usize::from(best == Some(label as usize));
            passes::softmax(&mut row, classes);
            loss -= f64::from(row[label as usize].max(1e-12).ln());
        }
        (right as f64 / nodes.len() as f64, loss / nodes.len() as f64)
    }
}

fn decayed(values: &[f32]) -> Vec<f32> {
    values.iter().map(|value| DECAY * value).collect()
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
