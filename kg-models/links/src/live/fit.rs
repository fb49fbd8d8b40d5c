//! How a predictor learns what to believe: links are hidden, and what speaks for them is weighed.
//!
//! In: a graph, an encoder, a seed. Out: a predictor, and how good it is on links that were hidden from all of it.
//! Never: a weight chosen on those.

use super::card::{AnswerClassifier, Card};
use super::curve::Curve;
use super::evidence::{Base, FEATURES, Features, QueryEvidence};
use super::graph::{DynamicGraph, MOST_WAYS};
use super::predictor::{Predictor, rounded, toward};
use super::report::{Calibration, FitReport};
use crate::Error;
use crate::data::set::{KnownTriples, Link, LinkSet, Query, Side};
use crate::rank::filtered::{RankingFilter, Scorer, rank};
use crate::rank::metrics::{Metrics, Ties};
use crate::rules::mining::{Neighbours, RuleWorkspace, Rules, Walk};
use crate::text::blend::{Blend, TextBase};
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::linear::solve;
use kgloom_numerics::vectors::{Encode, TextVectors};
use kgloom_record::record::Iri;
use ontologies::Ontology;
use rayon::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// The share of links that is hidden for testing, and of the others for weighing.
const HIDDEN: f64 = 0.1;
/// The most hidden links that weights are learnt from.
const MOST_HIDDEN: usize = 4_000;
/// The fewest links that a predictor can be made from.
const FEWEST: usize = 50;
/// What the squares of how far weights are from the usual ones cost: a small graph keeps to these.
const RIDGE: f64 = 4.0;
/// The usual weights, for heads and for tails: those that the graph of 10,033 abstracts of Wikipedia taught.
const USUAL: [[f64; FEATURES]; 2] = [
    [-10.67, 6.56, -3.74, 4.26, 0.30, 6.17, 3.21, 0.13, -0.85],
    [-9.50, 8.12, -2.48, 3.13, 1.42, 6.79, -0.02, 0.28, -0.83],
];
/// Questions from which it can be told how often what is said of their answers is right.
const ENOUGH: usize = 400;
/// Entities that are asked together.
const TOGETHER: usize = 32;

/// Makes a predictor from all links of a graph, and tells how good one made from nine tenths is on the others.
/// `on_progress` hears what is being done.
///
/// # Errors
/// When the graph has too few links, or a text does not tokenize.
pub fn fit(
    graph: &DynamicGraph,
    (encoder, ontology): (Box<dyn Encode>, Arc<Ontology>),
    (name, seed): (&str, u64),
    on_progress: &(dyn Fn(&'static str, usize, usize) + Sync),
) -> Result<(Predictor, FitReport), Error> {
    let (mut set, classes) = graph.link_set(name);
    if set.train.len() < FEWEST {
        let reason = format!("it has {} links between entities, a predictor needs {FEWEST}", set.train.len());
        return Err(Error::Data { name: set.name, reason });
    }
    let values = encoder.read(&set.texts, &|done, all| on_progress("reading names", done, all))?;
    let vectors = rounded(TextVectors { width: encoder.width(), values });
    let mut order = std::mem::take(&mut set.train);
    draw(seed, "hidden links", 0).shuffle(&mut order);
    let count = (order.len() as f64 * HIDDEN).ceil() as usize;
    set.test = order.split_off(order.len() - count);
    let rest = order.clone();
    set.train.clone_from(&rest);
    let weighed = order.split_off(order.len() - (order.len() as f64 * HIDDEN).ceil() as usize);
    let world = World { set: &set, classes: &classes, vectors: &vectors, ontology: &ontology, seed };
    on_progress("weighing", 0, 3);
    let trial = world.trial(&order, &weighed);
    let classifiers = [Side::Head, Side::Tail]
        .map(|side| fit_classifier(&trial.rows(side, MOST_HIDDEN), &USUAL[usize::from(side == Side::Tail)]));
    on_progress("testing", 1, 3);
    let report = world.test(&world.trial(&rest, &set.test), &classifiers)?;
    on_progress("finishing", 2, 3);
    let mut links: Vec<Link> = rest.iter().chain(&set.test).copied().collect();
    links.sort_unstable();
    let rules = world.rules(&links);
    let card = Card {
        encoder: encoder.id(),
        relations: set.relations.clone(),
        entities: set.entities.clone(),
        links: links.iter().map(|link| [link.head, link.relation, link.tail]).collect(),
        rules,
        classifiers,
        classes,
    };
    let report =
        FitReport { links: links.len(), entities: card.entities.len(), relations: card.relations.len(), ..report };
    Ok((Predictor::assemble(card, vectors, (encoder, ontology))?, report))
}

/// What is the same for all trials.
struct World<'a> {
    set: &'a LinkSet,
    classes: &'a [Option<Iri>],
    vectors: &'a TextVectors,
    ontology: &'a Ontology,
    seed: u64,
}

/// Some links are visible, others hidden.
struct Trial<'a> {
    world: &'a World<'a>,
    visible: &'a [Link],
    hidden: &'a [Link],
    base: Base,
    graph: Neighbours,
    answers: KnownTriples,
    workspaces: Mutex<Vec<RuleWorkspace>>,
}

/// What speaks for an answer, and whether it is a hidden link; answers to one question stand together.
type Row = (Features, bool);

impl World<'_> {
    fn rules(&self, links: &[Link]) -> Rules {
        let graph = Neighbours::new(&[links], self.set.entities.len());
        Rules::learn_by_ways(&graph, self.set.relations.len(), self.seed, MOST_WAYS)
    }

    fn trial<'a>(&'a self, visible: &'a [Link], hidden: &'a [Link]) -> Trial<'a> {
        Trial {
            base: Base::new(self.set, visible, self.classes, self.vectors.clone(), self.rules(visible)),
            graph: Neighbours::new(&[visible], self.set.entities.len()),
            answers: KnownTriples::new(&[visible, hidden]),
            world: self,
            visible,
            hidden,
            workspaces: Mutex::default(),
        }
    }

    /// Ranks the hidden links, beside what one would do without a predictor.
    fn test(&self, trial: &Trial<'_>, classifiers: &[AnswerClassifier; 2]) -> Result<FitReport, Error> {
        let filter = RankingFilter { known: &trial.answers, candidates: None };
        let mrr = |scorer: &dyn Scorer| -> Result<Metrics, Error> {
            Ok(Metrics::of(&rank(scorer, trial.hidden, filter)?, Ties::Realistic))
        };
        let only =
            Blend { shifted: 0.0, mean: 0.0, seen: 0.0, mapped: 0.0, learnt: 0.0, frequent: 0.0, ..Blend::default() };
        let base = TextBase::new(self.set, trial.visible, self.vectors, (Blend::default(), None))?;
        let judged = trial.rows(Side::Tail, usize::MAX).into_iter().filter_map(|question| {
            let (said, right) = placed(&classifiers[1].weights, &question).next()?;
            Some((classifiers[1].believes(said, 0), right))
        });
        let judged: Vec<_> = judged.collect();
        Ok(FitReport {
            hidden: trial.hidden.len(),
            predictor: mrr(&Weighed { trial, classifiers, apart: false })?,
            apart: mrr(&Weighed { trial, classifiers, apart: true })?,
            frequency: mrr(&base.scorer(Blend { frequent: 1.0, ..only }, true))?,
            ridge: mrr(&base.scorer(Blend { mapped: 1.0, ..only }, true))?,
            calibration: Calibration::of(&judged),
            weights: classifiers.each_ref().map(|classifier| classifier.weights),
            ..FitReport::default()
        })
    }
}

impl Trial<'_> {
    /// Questions as they would be asked in earnest, with what speaks for each candidate. Of the questions that no hidden
    /// link answers, as large a share is asked as links are hidden, so that the odds are those of the whole graph.
    fn rows(&self, side: Side, most: usize) -> Vec<Vec<Row>> {
        let World { set, classes, seed, .. } = self.world;
        let mut asked: Vec<Query> = self.hidden.iter().map(|link| link.query(side).0).collect();
        asked.sort_unstable();
        asked.dedup();
        let hidden = asked.len();
        let mut draw = draw(*seed, "questions", 0);
        draw.shuffle(&mut asked);
        asked.truncate(most);
        let all = self.hidden.len() + self.visible.len();
        let share = self.hidden.len() as f32 / all as f32 * asked.len() as f32 / hidden.max(1) as f32;
        asked.extend(self.quiet(side, share, &mut draw));
        asked.sort_unstable_by_key(|question| (question.anchor, question.relation));
        let by_known: Vec<&[Query]> = asked.chunk_by(|one, other| one.anchor == other.anchor).collect();
        let width = self.world.vectors.width;
        let row = |entity: u32| &self.world.vectors.values[entity as usize * width..][..width];
        let answer = |together: &[&[Query]]| -> Vec<Vec<Row>> {
            let known: Vec<f32> = together.iter().flat_map(|same| row(same[0].anchor).iter().copied()).collect();
            let near = self.base.near(&known);
            let mut workspace = self.workspace();
            let mut rows = Vec::new();
            for (same, near) in together.iter().zip(near.chunks_exact(set.entities.len())) {
                let Some(class) = &classes[same[0].anchor as usize] else { continue };
                for &question in *same {
                    let asked = self.base.ask(question, class, (row(question.anchor), near));
                    rows.push(self.candidates(&asked, class, &mut workspace));
                }
            }
            self.give_back(workspace);
            rows
        };
        by_known.par_chunks(TOGETHER).flat_map_iter(answer).collect()
    }

    /// Questions that no hidden link answers, and that would be asked.
    fn quiet(&self, side: Side, share: f32, draw: &mut Draw) -> Vec<Query> {
        let World { set, classes, ontology, .. } = self.world;
        let hidden = KnownTriples::new(&[self.hidden]);
        let visible = KnownTriples::new(&[self.visible]);
        let functional: Vec<bool> = set
            .relations
            .iter()
            .map(|name| ontology.relation(&Iri::new(Arc::clone(name))).is_some_and(|relation| relation.functional))
            .collect();
        let mut quiet = Vec::new();
        for (known, class) in (0u32..).zip(*classes) {
            for relation in class.iter().flat_map(|class| self.base.relations_of(class, side)) {
                let question = Query { side, relation, anchor: known };
                let settled = side == Side::Tail && functional[relation as usize] && visible.to(question).len() > 0;
                if draw.unit() < share && !settled && hidden.to(question).len() == 0 {
                    quiet.push(question);
                }
            }
        }
        quiet
    }

    fn candidates(&self, asked: &QueryEvidence, class: &Iri, workspace: &mut RuleWorkspace) -> Vec<Row> {
        let World { set, classes, vectors, ontology, .. } = self.world;
        let Query { relation, anchor: known, .. } = asked.question;
        let relation = Iri::new(Arc::clone(&set.relations[relation as usize]));
        let class_of = |entity: u32| classes[entity as usize].as_ref();
        let graph = (&self.graph, set.entities.len());
        let mut answers = self.base.answers((asked, class), graph, (ontology, &relation), class_of, workspace);
        let stated: Vec<u32> = self.graph.to(known, toward(asked.question)).collect();
        answers.retain(|answer| !stated.contains(answer));
        let row = |entity: u32| &vectors.values[entity as usize * vectors.width..][..vectors.width];
        let speaks = |node: u32| {
            let found = self.base.features(asked, row(known), (row(node), Some(node)), workspace.confidence(node));
            (found, self.answers.holds(asked.question, node))
        };
        answers.into_iter().map(speaks).collect()
    }

    fn workspace(&self) -> RuleWorkspace {
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, workspace: RuleWorkspace) {
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).push(workspace);
    }
}

/// Scores every entity by the weighed features.
struct Weighed<'a> {
    trial: &'a Trial<'a>,
    classifiers: &'a [AnswerClassifier; 2],
    /// Whether no other link between the two ends may be seen.
    apart: bool,
}

impl Scorer for Weighed<'_> {
    fn entities(&self) -> usize {
        self.trial.world.set.entities.len()
    }

    fn depends_on_graph(&self) -> bool {
        self.apart
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        let (Trial { world, base, graph, .. }, count) = (self.trial, self.entities());
        let width = world.vectors.width;
        let row = |entity: u32| &world.vectors.values[entity as usize * width..][..width];
        let nowhere = Iri::new("");
        let mut workspace = self.trial.workspace();
        for (&(question, answer), scores) in asked.iter().zip(scores.chunks_exact_mut(count)) {
            let (known, own) = (question.anchor, row(question.anchor));
            let weights = &self.classifiers[usize::from(question.side == Side::Tail)].weights;
            let class = world.classes[known as usize].as_ref().unwrap_or(&nowhere);
            let asked = base.ask(question, class, (own, &base.near(own)));
            base.scores(&asked, own, weights, scores);
            let hides =
                |from: u32, _, to: u32| self.apart && (from == known && to == answer || from == answer && to == known);
            base.rules.walk(question, graph, (MOST_WAYS, hides), (&mut workspace, count));
            for &entity in workspace.reached() {
                scores[entity as usize] += weights[RULES] * workspace.confidence(entity);
            }
            scores[known as usize] = f32::NEG_INFINITY;
        }
        self.trial.give_back(workspace);
        Ok(())
    }
}

/// What the regression says of the answers to a question, and whether they are right, the best first.
fn placed<'a>(weights: &Features, question: &'a [Row]) -> impl Iterator<Item = (f32, bool)> + use<'a> {
    let classifier = AnswerClassifier { weights: *weights, ..AnswerClassifier::default() };
    let mut said: Vec<_> = question.iter().map(|(features, right)| (classifier.says(features), *right)).collect();
    said.sort_by(|one, other| other.0.total_cmp(&one.0));
    said.into_iter()
}

/// Learns weights from every other question, and from the others how often they are right. Where questions are too few
/// to say that, all teach weights, and what is said is believed.
fn fit_classifier(questions: &[Vec<Row>], usual: &[f64; FEATURES]) -> AnswerClassifier {
    if questions.len() < ENOUGH {
        let all: Vec<&[Row]> = questions.iter().map(Vec::as_slice).collect();
        return AnswerClassifier { weights: learn(&all, usual), ..AnswerClassifier::default() };
    }
    let half = |odd: usize| questions.iter().skip(odd).step_by(2);
    let weights = learn(&half(0).map(Vec::as_slice).collect::<Vec<_>>(), usual);
    let (mut best, mut others) = (Vec::new(), Vec::new());
    for question in half(1) {
        for (place, judged) in placed(&weights, question).take(PLACES).enumerate() {
            if place == 0 { best.push(judged) } else { others.push(judged) }
        }
    }
    AnswerClassifier { weights, curves: [Curve::of(best), Curve::of(others)] }
}

/// So many answers to a question are looked at, to see how often what is said of them is right.
const PLACES: usize = 4;

/// The place of what rules say among the features.
const RULES: usize = 5;

/// Weights by logistic regression: Newton's steps, each halved until it leads down; sums are in the order of the rows.
fn learn(questions: &[&[Row]], usual: &[f64; FEATURES]) -> Features {
    const STEPS: usize = 40;
    const HALVINGS: i32 = 30;
    const FLAT: f64 = 1e-9;
    let sum = |weights: &[f64; FEATURES]| {
        let mut sum = Sum::default();
        let parts: Vec<Sum> = questions.par_chunks(1024).map(|rows| Sum::of(rows, weights)).collect();
        parts.iter().for_each(|part| sum.add(part));
        for i in 0..FEATURES {
            let away = weights[i] - usual[i];
            sum.loss += 0.5 * RIDGE * away * away;
            sum.slope[i] -= RIDGE * away;
            sum.curve[i * FEATURES + i] += RIDGE;
        }
        sum
    };
    let mut weights = *usual;
    let mut here = sum(&weights);
    for _ in 0..STEPS {
        let slope = here.slope.iter().map(|x| vec![*x]).collect();
        let Some(step) = solve(here.curve.to_vec(), slope, FEATURES) else { break };
        let lower = (0..HALVINGS).find_map(|halvings| {
            let length = 0.5f64.powi(halvings);
            let mut moved = weights;
            moved.iter_mut().zip(&step).for_each(|(weight, step)| *weight += length * step[0]);
            Some((moved, sum(&moved))).filter(|(_, there)| there.loss < here.loss)
        });
        let Some((moved, there)) = lower else { break };
        let done = here.loss - there.loss < FLAT * here.loss;
        (weights, here) = (moved, there);
        if done {
            break;
        }
    }
    weights.map(|weight| weight as f32)
}

/// The loss of some rows, how it falls with each weight, and how fast that changes (its lower half).
struct Sum {
    loss: f64,
    slope: [f64; FEATURES],
    curve: [f64; FEATURES * FEATURES],
}

impl Default for Sum {
    fn default() -> Self {
        Sum { loss: 0.0, slope: [0.0; FEATURES], curve: [0.0; FEATURES * FEATURES] }
    }
}

impl Sum {
    fn of(questions: &[&[Row]], weights: &[f64; FEATURES]) -> Sum {
        let mut all = Sum::default();
        for (features, right) in questions.iter().copied().flatten() {
            let features = features.map(f64::from);
            let sum: f64 = weights.iter().zip(&features).map(|(weight, x)| weight * x).sum();
            let odds = 1.0 / (1.0 + (-sum).exp());
            let toward = if *right { -sum } else { sum };
            // ln(1 + e^x) without overflow.
            all.loss += toward.max(0.0) + (-toward.abs()).exp().ln_1p();
            let (missing, spread) = (f64::from(u8::from(*right)) - odds, odds * (1.0 - odds));
            for i in 0..FEATURES {
                all.slope[i] += missing * features[i];
                for j in 0..=i {
                    all.curve[i * FEATURES + j] += spread * features[i] * features[j];
                }
            }
        }
        all
    }

    fn add(&mut self, other: &Sum) {
        self.loss += other.loss;
        self.slope.iter_mut().zip(&other.slope).for_each(|(sum, x)| *sum += x);
        self.curve.iter_mut().zip(&other.curve).for_each(|(sum, x)| *sum += x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::Score;

    #[test]
    fn weights_tell_what_speaks_for_an_answer() {
        let mut draw = draw(1, "rows", 0);
        let mut row = || {
            let mut features = [0f32; FEATURES];
            features[0] = 1.0;
            features[1] = draw.normal();
            features[2] = draw.normal();
            let odds = 1.0 / (1.0 + (1.0 - 2.0 * features[1]).exp());
            (features, draw.unit() < odds)
        };
        let rows: Vec<Vec<Row>> = (0..4000).map(|_| vec![row()]).collect();
        let classifier = fit_classifier(&rows, &[0.0; FEATURES]);
        let weights = classifier.weights;
        assert!((weights[0] + 1.0).abs() < 0.2 && (weights[1] - 2.0).abs() < 0.3, "{weights:?}");
        assert!(weights[2].abs() < 0.15, "{weights:?}");
        let believed = |row: &Vec<Row>| (classifier.believes(classifier.says(&row[0].0), 0), row[0].1);
        let judged: Vec<(Score, bool)> = rows.iter().map(believed).collect();
        assert!(Calibration::of(&judged).error < 0.04);
    }
}
