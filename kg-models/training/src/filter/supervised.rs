//! How a filter is taught where gold says which facts are true: what facts count, by logistic regression.
//!
//! In: annotated documents, read. Out: a filter with probabilities and thresholds chosen on documents that it did not learn
//! from. Never: a document that is tested on; a threshold chosen on what was learned from.
//!
//! The reader has learned from training documents and is surer of them than it should be; validation documents are new to
//! it. Both teach; validation documents alone, each judged by a filter that was not taught by it, choose thresholds.

use super::fact_candidates::{DocumentCandidates, FactCandidate, ReadDocuments};
use kgloom_corpora::{AnnotatedDocument, Tag};
use kgloom_filter::edge_features::{EdgeFeatures, FACTS, edge_features};
use kgloom_filter::measure::{Isotonic, Mass, ScoredEdge, auroc, thresholds};
use kgloom_filter::model::{Card, GraphFilter};
use kgloom_filter::principal_components::{CONTEXT_ONE, PrincipalComponents, WEIGHT_ONE};
use kgloom_filter::rule_statistics::{IndexedFact, RuleCounts, RuleStatistics};
use kgloom_filter::scorer::{ScorerParameters, shapes};
use kgloom_numerics::draw::draw;
use kgloom_numerics::logistic::{Logistic, Rows};
use kgloom_reader::Error;
use kgloom_reader::model::{CLASS_IRIS, PROPERTY};
use kgloom_record::neighbourhood::{ONE, key};
use kgloom_record::record::Iri;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Parts of the validation documents that are judged in turn.
const PARTS: usize = 10;
/// What the squares of weights cost, over standardised facts.
const COST: f64 = 0.15;
/// A relation's own threshold counts as much as that of all together when it has this many validation facts. The lowest
/// score that happens to keep a precision is too low where facts are few, and no relation has so many here: with 500 the
/// precision at the same recall was two points less on validation.
const PRIOR: f64 = 100_000.0;
/// The precisions that thresholds are chosen for, in hundredths.
const PRECISIONS: [u8; 10] = [40, 45, 50, 55, 60, 65, 70, 75, 80, 85];
/// The precision that is kept where none is asked for.
const USUAL: u8 = 60;

/// A filter with what it came to on validation.
#[derive(Clone, Debug)]
pub struct SupervisedFilter {
    /// The filter.
    pub filter: GraphFilter,
    /// Facts that it was taught by, and how many of them are true.
    pub facts: [usize; 2],
    /// The area under its curve on validation documents, each judged by a filter that was not taught by it.
    pub auroc: f64,
}

/// Teaches a filter for the reader that read the documents. `name` is that of the data set.
///
/// # Errors
/// When the flow stops, or there is nothing to learn from.
pub fn train_supervised(
    (train, validation): (&ReadDocuments<'_>, &ReadDocuments<'_>),
    (name, reader, seed): (&str, &str, u64),
) -> Result<SupervisedFilter, Error> {
    let wrong = |reason: &str| Error::Data { name: name.to_owned(), reason: reason.to_owned() };
    let contexts = train.all().flat_map(|(_, reading)| reading.entities.iter().map(|entity| &entity.context));
    let contexts: Vec<f32> =
        contexts.flat_map(|context| context.iter().map(|x| f32::from(*x) / CONTEXT_ONE as f32)).collect();
    let width = train.all().find_map(|(_, reading)| Some(reading.entities.first()?.context.len())).unwrap_or(0);
    if width == 0 || !contexts.len().is_multiple_of(width) {
        return Err(wrong("the reader tells no contexts, or contexts of several lengths"));
    }
    let principal_components = PrincipalComponents::fit(&contexts, width)?;
    let rule_statistics = rule_statistics(train);
    let rows = |documents: &ReadDocuments<'_>| -> Result<Vec<Vec<Row>>, Error> {
        let by_document = documents.candidates(&principal_components)?;
        Ok(by_document.par_iter().map(|document| rows(document, &rule_statistics)).collect())
    };
    let (train, validation) = (rows(train)?, rows(validation)?);
    if train.iter().chain(&validation).all(Vec::is_empty) {
        return Err(wrong("the reader finds no facts in its documents"));
    }

    let mut order: Vec<usize> = (0..validation.len()).collect();
    draw(seed, "validation", 0).shuffle(&mut order);
    let judged = |part: usize| -> Vec<Vec<(f64, &Row)>> {
        let apart: BTreeSet<usize> = order.iter().copied().skip(part).step_by(PARTS).collect();
        let others = validation.iter().enumerate().filter(|(index, _)| !apart.contains(index)).map(|(_, rows)| rows);
        let parameters = fit(&train.iter().chain(others).flatten().collect::<Vec<&Row>>());
        let judge = |index: &usize| {
            let mut judged: Vec<(f64, &Row)> =
                validation[*index].iter().map(|row| (parameters.logit(&row.features, None) as f64, row)).collect();
            judged.sort_by(|a, b| b.0.total_cmp(&a.0));
            judged
        };
        apart.iter().map(judge).collect()
    };
    let judged: Vec<Vec<(f64, &Row)>> = (0..PARTS).flat_map(judged).collect();
    let relations: BTreeSet<&Iri> = judged.iter().flatten().map(|(_, row)| &row.relation).collect();
    let relations: Vec<&Iri> = relations.into_iter().collect();
    let place = |relation: &Iri| relations.binary_search(&relation).unwrap_or_default() as u32;
    let mut masses: Vec<(u32, Mass)> = Vec::new();
    for document in &judged {
        // A gold fact is found once, by the candidate that is believed most.
        let mut found = BTreeSet::new();
        for (score, row) in document {
            let right = row.fact.is_some_and(|fact| found.insert(fact));
            let mass = Mass { score: *score, right: f64::from(u8::from(right)), all: row.said as f64 };
            masses.push((place(&row.relation), mass));
        }
    }
    let all: Vec<Mass> = masses.iter().map(|(_, mass)| *mass).collect();
    let reached: Vec<u8> = PRECISIONS
        .into_iter()
        .filter(|precision| kgloom_filter::measure::threshold(&all, f64::from(*precision) / 100.0).is_some())
        .collect();
    if !reached.contains(&USUAL) {
        return Err(wrong("no threshold keeps the usual precision of 0.60 on its validation documents"));
    }

    let every: Vec<&Row> = train.iter().chain(&validation).flatten().collect();
    let facts = [every.len(), every.iter().filter(|row| row.right).count()];
    let mut parameters = fit(&every);
    let sizes = shapes(relations.len());
    parameters.relations = vec![0; sizes[3][0] * sizes[3][1]];
    parameters.plain = vec![0; sizes[5][0] * sizes[5][1]];
    parameters.factors = vec![0; sizes[6][0] * sizes[6][1]];
    let card = Card {
        data: name.to_owned(),
        encoder: reader.to_owned(),
        width,
        noise: 0.0,
        usual: USUAL,
        rule_statistics,
        relations: relations.iter().map(ToString::to_string).collect(),
        probabilities: Isotonic::fit(&all),
        thresholds: thresholds(&[masses], (relations.len(), PRIOR), &reached),
    };
    let judged: Vec<ScoredEdge> =
        judged.into_iter().flatten().map(|(score, row)| ScoredEdge { score, right: row.right }).collect();
    Ok(SupervisedFilter {
        filter: GraphFilter { card, principal_components, parameters },
        facts,
        auroc: auroc(&judged),
    })
}

/// A fact to learn from.
struct Row {
    relation: Iri,
    features: EdgeFeatures,
    right: bool,
    fact: Option<usize>,
    said: usize,
}

fn rows(document: &DocumentCandidates, rule_statistics: &RuleStatistics) -> Vec<Row> {
    let row = |candidate: &FactCandidate| {
        let [head, tail] = candidate.ends.each_ref();
        let relation = &candidate.triple.relation;
        let keys = [key(relation.as_str(), head.name.as_str(), tail.name.as_str())];
        let features = edge_features(relation, &candidate.evidence, [head, tail], (rule_statistics, &keys));
        let (right, fact, said) = (candidate.right?, candidate.fact, candidate.said.len());
        Some(Row { relation: relation.clone(), features, right, fact, said })
    };
    document.candidates.iter().filter_map(row).collect()
}

/// What the true facts of documents say of relations.
fn rule_statistics(documents: &ReadDocuments<'_>) -> RuleStatistics {
    let class = |tag: Option<Tag>| Some(Iri::new(CLASS_IRIS[Tag::ALL.iter().position(|known| Some(*known) == tag)?]));
    let mut counted = RuleCounts::default();
    for (document, _) in documents.all() {
        let facts = document.relations.iter().map(|fact| IndexedFact {
            head: fact.head,
            relation: Iri::new(format!("{PROPERTY}{}", fact.relation)),
            tail: fact.tail,
        });
        counted.add(&facts.collect(), &classes(document, class));
    }
    counted.rule_statistics()
}

fn classes(document: &AnnotatedDocument, class: impl Fn(Option<Tag>) -> Option<Iri>) -> Vec<Option<Iri>> {
    let mut classes = vec![None; document.entities];
    for mention in &document.mentions {
        classes[mention.entity] = class(mention.class);
    }
    classes
}

/// What each fact counts, the same for all relations; as whole numbers.
fn fit(rows: &[&Row]) -> ScorerParameters<i32> {
    let one = f64::from(ONE);
    let (mut mean, mut deviation) = (vec![0.0; FACTS], vec![0.0; FACTS]);
    let column = |place: usize| rows.iter().map(move |row| f64::from(row.features.facts[place]) / one);
    for place in 0..FACTS {
        let count = rows.len().max(1) as f64;
        mean[place] = column(place).sum::<f64>() / count;
        deviation[place] = (column(place).map(|x| (x - mean[place]).powi(2)).sum::<f64>() / count).sqrt();
    }
    let scaled = |(place, fact): (usize, &i16)| {
        let (mean, deviation) = (mean[place], deviation[place]);
        if deviation > 0.0 { ((f64::from(*fact) / one - mean) / deviation) as f32 } else { 0.0 }
    };
    let values: Vec<f32> = rows.iter().flat_map(|row| row.features.facts.iter().enumerate().map(scaled)).collect();
    let classes: Vec<u32> = rows.iter().map(|row| u32::from(row.right)).collect();
    let fitted = Logistic::fit(Rows { width: FACTS, values: &values, classes: &classes, count: 2 }, COST);
    let (mut weights, mut bias) = fitted.odds();
    for ((weight, mean), deviation) in weights.iter_mut().zip(&mean).zip(&deviation) {
        *weight = if *deviation > 0.0 { *weight / deviation } else { 0.0 };
        bias -= *weight * mean;
    }
    // The last fact is always one.
    weights[FACTS - 1] = bias;
    let mut parameters = ScorerParameters::from_all(shapes(0).map(|[rows, width]| vec![0; rows * width]));
    parameters.common = weights.iter().map(|weight| (weight * f64::from(WEIGHT_ONE)).round() as i32).collect();
    parameters
}
