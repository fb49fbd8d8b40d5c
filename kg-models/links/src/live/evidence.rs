//! What speaks for an answer to a question, as a few numbers that a small calibrated model weighs.
//!
//! In: vectors of texts, training links, rules, a question. Out: features, candidates. Never: a link that is not in
//! training or in the graph that is walked over.

use super::graph::MOST_WAYS;
use crate::data::set::{Link, LinkSet, Query, Side};
use crate::rules::mining::{RuleWorkspace, Rules, Walk};
use crate::text::maps::Pairs;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::{self, Epilogue, unit};
use kgloom_numerics::vectors::TextVectors;
use kgloom_record::record::Iri;
use ontologies::Ontology;
use std::collections::BTreeMap;

/// How many training links of a relation are asked: those whose known end is nearest.
const NEIGHBOURS: usize = 64;
/// How fast a link's word loses weight with distance: `exp((cos − 1) / temperature)`.
const TEMPERATURE: f32 = 0.05;
/// The commonest answers of a relation are candidates for everyone.
const COMMON: usize = 20;
/// Relations of fewer training links are not predicted.
pub const LEAST_LINKS: usize = 10;
/// The least share of a class that has a relation for it to be asked of others of the class.
const LEAST_SHARE: f32 = 0.002;

/// How many numbers speak for an answer.
pub const FEATURES: usize = 9;
/// Their names, in order.
pub const FEATURE_NAMES: [&str; FEATURES] =
    ["bias", "shifted", "mean", "seen", "common", "rules", "nearest", "share", "alike"];
/// What speaks for an answer: always 1; how near it is to the known end moved as the nearest links move theirs, and to the
/// mean of their answers; how many of them it answers; how common an answer it is; what rules say; how near the nearest
/// link is; the log odds that an entity of the class has the relation; how alike both texts are.
pub type Features = [f32; FEATURES];

/// What training links say, ready to be asked.
#[derive(Debug)]
pub struct Base {
    /// Of each entity of training.
    pub vectors: TextVectors,
    panels: SinglePanels,
    pairs: Pairs,
    /// By question kind: the commonest answers.
    common: Vec<Vec<(u32, f32)>>,
    /// Counted on training.
    pub rules: Rules,
    /// By class, then question kind: log odds that an entity of the class has the relation.
    shares: BTreeMap<Iri, Vec<Option<f32>>>,
    isa: Isa,
}

/// A question with what the nearest training links say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryEvidence {
    /// The question; its known end is no id of training.
    pub question: Query,
    shifted: Vec<f32>,
    mean: Vec<f32>,
    /// Answers of the nearest links, by id, with their weight.
    seen: Vec<(u32, f32)>,
    /// The nearest links, the nearest first: known end, answer, cosine.
    pub nearest: Vec<(u32, u32, f32)>,
    share: f32,
}

fn kind(question: Query) -> usize {
    2 * question.relation as usize + usize::from(question.side == Side::Tail)
}

impl Base {
    /// Prepares some links of a set; classes are those of its entities.
    pub fn new(set: &LinkSet, links: &[Link], classes: &[Option<Iri>], vectors: TextVectors, rules: Rules) -> Self {
        let (relations, width) = (set.relations.len(), vectors.width);
        let pairs = Pairs::new(links, relations);
        let mut panels = SinglePanels::default();
        panels.pack_columns(&vectors.values, width, (width, vectors.values.len() / width));
        let mut common = Vec::new();
        for kind in 0..2 * relations as u32 {
            let side = if kind % 2 == 1 { Side::Tail } else { Side::Head };
            let mut answers = pairs.common(Query { side, relation: kind / 2, anchor: 0 }).to_vec();
            answers.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            answers.truncate(COMMON);
            common.push(answers);
        }
        let shares = shares(links, classes, relations);
        Base { vectors, panels, pairs, common, rules, shares, isa: Isa::best() }
    }

    /// How near every entity of training is to each of some vectors.
    pub fn near(&self, known: &[f32]) -> Vec<f32> {
        let width = self.vectors.width;
        let count = known.len() / width;
        let mut near = vec![0.0; count * (self.vectors.values.len() / width)];
        kernels::single(
            self.isa,
            Rows { values: known, stride: width, count },
            &self.panels,
            Epilogue::Plain,
            &mut near,
        );
        near
    }

    /// The relations that may be asked of an entity of a class, on a side.
    pub fn relations_of(&self, class: &Iri, side: Side) -> impl Iterator<Item = u32> + '_ {
        let shares = self.shares.get(class).map_or(&[][..], Vec::as_slice);
        let of_side = shares.iter().zip(0u32..).filter(move |(_, kind)| kind % 2 == u32::from(side == Side::Tail));
        of_side.filter_map(|(share, kind)| share.map(|_| kind / 2))
    }

    /// Asks the nearest links; `near` is how near every entity of training is to the known end.
    pub fn ask(&self, question: Query, class: &Iri, (known, near): (&[f32], &[f32])) -> QueryEvidence {
        let pairs = self.pairs.like(question);
        let mut order: Vec<(f32, u32)> =
            (0..).zip(pairs).map(|(place, (end, _))| (near[*end as usize], place)).collect();
        let closer = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if order.len() > NEIGHBOURS {
            order.select_nth_unstable_by(NEIGHBOURS - 1, closer);
            order.truncate(NEIGHBOURS);
        }
        order.sort_unstable_by(closer);
        let nearest: Vec<(u32, u32, f32)> =
            order.iter().map(|(near, place)| (pairs[*place as usize].0, pairs[*place as usize].1, *near)).collect();
        let weight = |near: f32| passes::exp((near - 1.0) / TEMPERATURE);
        let total: f32 = nearest.iter().map(|(_, _, near)| weight(*near)).sum();
        let (mut shifted, mut mean) = (known.to_vec(), vec![0f32; known.len()]);
        let mut seen: Vec<(u32, f32)> = Vec::with_capacity(nearest.len());
        for &(end, answer, near) in &nearest {
            let weight = weight(near) / total.max(f32::MIN_POSITIVE);
            let (from, to) = (self.row(end), self.row(answer));
            for i in 0..known.len() {
                shifted[i] += weight * (to[i] - from[i]);
                mean[i] += weight * to[i];
            }
            seen.push((answer, weight));
        }
        unit(&mut shifted);
        unit(&mut mean);
        seen.sort_by_key(|(answer, _)| *answer);
        seen.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0.0 };
            same
        });
        let share = self.shares.get(class).and_then(|shares| shares[kind(question)]).unwrap_or(NO_SHARE);
        QueryEvidence { question, shifted, mean, seen, nearest, share }
    }

    fn row(&self, entity: u32) -> &[f32] {
        &self.vectors.values[entity as usize * self.vectors.width..][..self.vectors.width]
    }

    /// Entities that may be the answer, sorted: those that rules lead to in a graph, those of the nearest links, and the
    /// commonest; but not the known end, and none of a class that the ontology does not admit.
    pub fn answers<'a>(
        &self,
        (asked, class): (&QueryEvidence, &Iri),
        (graph, size): (&impl Walk, usize),
        (ontology, relation): (&Ontology, &Iri),
        class_of: impl Fn(u32) -> Option<&'a Iri>,
        workspace: &mut RuleWorkspace,
    ) -> Vec<u32> {
        self.rules.walk(asked.question, graph, (MOST_WAYS, |_, _, _| false), (workspace, size));
        let common = self.common[kind(asked.question)].iter().map(|(answer, _)| *answer);
        let mut answers: Vec<u32> = asked.seen.iter().map(|(answer, _)| *answer).chain(common).collect();
        answers.extend(workspace.reached());
        answers.sort_unstable();
        answers.dedup();
        let mut admitted: BTreeMap<&Iri, bool> = BTreeMap::new();
        answers.retain(|&answer| {
            let Some(other) = class_of(answer).filter(|_| answer != asked.question.anchor) else { return false };
            *admitted.entry(other).or_insert_with(|| match asked.question.side {
                Side::Tail => ontology.admits(class, relation, other).is_ok(),
                Side::Head => ontology.admits(other, relation, class).is_ok(),
            })
        });
        answers
    }

    /// What speaks for an answer: its vector, its id if it is of training, and what rules say of it.
    pub fn features(
        &self,
        asked: &QueryEvidence,
        known: &[f32],
        answer: (&[f32], Option<u32>),
        rules: f32,
    ) -> Features {
        let (vector, id) = answer;
        [
            1.0,
            passes::dot(&asked.shifted, vector),
            passes::dot(&asked.mean, vector),
            id.map_or(0.0, |id| found(&asked.seen, id)),
            id.map_or(0.0, |id| found(self.pairs.common(asked.question), id)),
            rules,
            asked.nearest.first().map_or(0.0, |(_, _, near)| *near),
            asked.share,
            passes::dot(known, vector),
        ]
    }

    /// The weighted sum of features for every entity of training, but for what rules say.
    pub fn scores(&self, asked: &QueryEvidence, known: &[f32], weights: &Features, scores: &mut [f32]) {
        let [bias, shifted, mean, seen, common, _, nearest, share, alike] = *weights;
        let query: Vec<f32> = asked
            .shifted
            .iter()
            .zip(&asked.mean)
            .zip(known)
            .map(|((s, m), own)| shifted * s + mean * m + alike * own)
            .collect();
        let rows = Rows { values: &query, stride: query.len(), count: 1 };
        kernels::single(self.isa, rows, &self.panels, Epilogue::Plain, scores);
        let near = asked.nearest.first().map_or(0.0, |(_, _, near)| *near);
        let constant = bias + nearest * near + share * asked.share;
        scores.iter_mut().for_each(|score| *score += constant);
        asked.seen.iter().for_each(|(answer, weight)| scores[*answer as usize] += seen * weight);
        for (answer, often) in self.pairs.common(asked.question) {
            scores[*answer as usize] += common * often;
        }
    }
}

fn found(sorted: &[(u32, f32)], id: u32) -> f32 {
    sorted.binary_search_by_key(&id, |(other, _)| *other).map_or(0.0, |place| sorted[place].1)
}

/// The log odds of what was never seen.
const NO_SHARE: f32 = -9.0;

/// How often entities of each class have each relation, on each side.
fn shares(links: &[Link], classes: &[Option<Iri>], relations: usize) -> BTreeMap<Iri, Vec<Option<f32>>> {
    let mut members: BTreeMap<&Iri, usize> = BTreeMap::new();
    classes.iter().flatten().for_each(|class| *members.entry(class).or_default() += 1);
    let mut bearers: Vec<(usize, u32)> = Vec::new();
    let mut links_of = vec![0usize; relations];
    for link in links {
        links_of[link.relation as usize] += 1;
        for side in [Side::Head, Side::Tail] {
            let (question, _) = link.query(side);
            bearers.push((kind(question), question.anchor));
        }
    }
    bearers.sort_unstable();
    bearers.dedup();
    let mut counts: BTreeMap<&Iri, Vec<usize>> = BTreeMap::new();
    for (kind, entity) in bearers {
        if let Some(class) = &classes[entity as usize] {
            counts.entry(class).or_insert_with(|| vec![0; 2 * relations])[kind] += 1;
        }
    }
    let odds = |class: &Iri, counts: Vec<usize>| -> Vec<Option<f32>> {
        let all = members[class] as f32;
        let share = |(kind, count): (usize, usize)| {
            let often = links_of[kind / 2] >= LEAST_LINKS && count as f32 >= LEAST_SHARE * all && count > 1;
            let share = (count as f32 + 0.5) / (all + 1.0);
            often.then(|| (share / (1.0 - share)).ln())
        };
        counts.into_iter().enumerate().map(|(kind, count)| share((kind, count))).collect()
    };
    counts.into_iter().map(|(class, counts)| (class.clone(), odds(class, counts))).collect()
}
