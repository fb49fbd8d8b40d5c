//! The threshold of relations for a stated precision, by what the whole reader finds: names that it missed or cut
//! differently, entities that it joined wrongly and all; and how much less sure is what no sentence speaks of together.
//!
//! In: a reader that tells also what is unlikely, documents that choices are made on. Out: one probability for all
//! relations, since they are calibrated, thresholds of each gain nothing end to end, and what is added to the logits of ends
//! that stand apart. Never: a fact that the ontology or the text's wording keeps from the graph.

use super::calibrate::calibrate;
use super::labels::Tables;
use super::relations;
use super::relations::batch::RelatedText;
use crate::evaluate::{gold_values, property};
use kgloom_corpora::AnnotatedDocument;
use kgloom_numerics::artifact;
use kgloom_reader::Error;
use kgloom_reader::layers::Parameters;
use kgloom_reader::model::{Extractor, ExtractorConfig, FewLabels, ZeroShotConfig};
use kgloom_record::port::{Failure, Reader};
use kgloom_record::record::{Factuality, LocalEntity, Reading};
use ontologies::Ontology;
use std::collections::BTreeSet;
use std::path::Path;

/// The share of facts that shall be right among those that a reader tells.
const PRECISION: f32 = 0.7;
/// The threshold is within these probabilities.
const BOUNDS: (f32, f32) = (0.4, 0.9);
/// What may be added to the logits of relations whose ends no sentence speaks of together.
const APART: [f32; 5] = [0.0, -0.5, -1.0, -1.5, -2.0];

/// Relations in words that an ontology of somebody's own may have.
const FEW: usize = 20;

/// Relations are told from this share of their threshold while one for all is chosen.
const FAINT: f32 = 0.15;

/// Gives all relations the threshold of the stated precision, by all that the model in a folder finds in documents, and of what
/// may be added where no sentence speaks of both ends that by which most is found; its `extractor.json` is written there for
/// that, and is to be written again. The documents mark what texts state: in a set that marks what the world knows of their
/// names as well, ends far from each other look too good.
///
/// # Errors
/// When a file cannot be written, or a text cannot be read.
pub fn choose(
    config: &mut ExtractorConfig,
    folder: &Path,
    documents: &[AnnotatedDocument],
    ontology: &Ontology,
) -> Result<(), Error> {
    let mut best: Option<(usize, f32, f32)> = None;
    for apart in APART {
        let told = ExtractorConfig { floor: FAINT, apart, ..config.clone() };
        artifact::write_json(&folder.join("extractor.json"), &told)?;
        let found = found(&Extractor::load(folder)?, documents, ontology)?;
        let threshold = lowest(found.clone(), PRECISION).clamp(BOUNDS.0, BOUNDS.1);
        let right = found.iter().filter(|(probability, right)| *right && *probability >= threshold).count();
        if best.is_none_or(|(most, ..)| right > most) {
            best = Some((right, apart, threshold));
        }
    }
    let Some((_, apart, threshold)) = best else { return Ok(()) };
    config.apart = apart;
    for relation in &mut config.relations {
        relation.threshold = threshold;
        relation.balanced = relation.balanced.map(|balanced| balanced.max(config.floor * threshold));
    }
    Ok(())
}

/// How relations and types in words are taken: all that validation has offered at once, and of relations few.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn of_words(
    parameters: &Parameters,
    texts: &[RelatedText],
    tables: &Tables,
    seed: u64,
) -> Result<[ZeroShotConfig; 2], Error> {
    let labels = relations::labels_judged(parameters, texts, &tables.relations)?;
    let types = relations::types_judged(parameters, texts, &tables.types)?;
    let [mut labels, types] = [labels, types].map(|judged| {
        let calibration = calibrate(std::slice::from_ref(&judged), std::slice::from_ref(&judged));
        let (threshold, balanced) = (calibration.thresholds[0], calibration.balanced[0]);
        ZeroShotConfig { threshold, few: None, balanced, slope: calibration.slope }
    });
    let few = relations::few_labels_judged(parameters, texts, (&tables.relations, FEW), seed)?;
    labels.few = Some(of_few(&labels, few, (FEW, tables.relations.worded())));
    Ok([labels, types])
}

/// From which probability labels are taken where few are asked for, by their logits with whether each is right: so many are
/// few, and so many very many.
fn of_few(labels: &ZeroShotConfig, judged: Vec<(f32, bool)>, (few, many): (usize, usize)) -> FewLabels {
    let told = judged.into_iter().map(|(logit, right)| (1.0 / (1.0 + (-labels.slope * logit).exp()), right));
    let threshold = lowest(told.collect(), PRECISION).clamp(BOUNDS.0, labels.threshold.max(BOUNDS.0));
    FewLabels { few, threshold, many: many.max(few + 1) }
}

/// The probability of each relation that a reader finds, and whether it is right.
///
/// # Errors
/// When a text cannot be read.
fn found(
    extractor: &Extractor,
    documents: &[AnnotatedDocument],
    ontology: &Ontology,
) -> Result<Vec<(f32, bool)>, Error> {
    let mut found = Vec::new();
    for document in documents {
        let reading = extractor.read(&document.text).map_err(|failure| Error::Data {
            name: document.id.clone(),
            reason: match failure {
                Failure::Refused(refusal) => refusal.reason.to_string(),
                Failure::Broken(error) => error.to_string(),
            },
        })?;
        found.extend(judged(document, &reading, ontology));
    }
    Ok(found)
}

/// The probability of each relation that was found, and whether it is right: the relations that the document marks, of
/// those that would enter the graph.
fn judged(document: &AnnotatedDocument, reading: &Reading, ontology: &Ontology) -> Vec<(f32, bool)> {
    let gold = |entity: usize| -> (BTreeSet<String>, BTreeSet<String>) {
        let names = document.mentions_of(entity).map(|mention| document.surface(mention.span).to_lowercase());
        (names.collect(), gold_values(document, entity))
    };
    let gold: Vec<_> = (0..document.entities).map(gold).collect();
    let names = |entity: u32| -> BTreeSet<String> {
        let mentions = reading.mentions.iter().filter(|mention| mention.entity == entity);
        mentions.filter_map(|mention| mention.span.of(&document.text)).map(str::to_lowercase).collect()
    };
    let names: Vec<_> = (0..reading.entities.len() as u32).map(names).collect();
    let is = |found: u32, entity: usize| {
        let LocalEntity { literal, .. } = &reading.entities[found as usize];
        let (surfaces, values) = &gold[entity];
        match literal {
            Some(literal) => values.contains(&*literal.value),
            None => !surfaces.is_disjoint(&names[found as usize]),
        }
    };
    let class = |entity: u32| &reading.entities[entity as usize].class;
    let mut judged = Vec::new();
    for relation in &reading.relations {
        let name = property(&relation.relation);
        let enters = relation.factuality == Factuality::Stated
            && ontology.admits(class(relation.head), &relation.relation, class(relation.tail)).is_ok();
        let marked = document.annotation.relations.iter().any(|marked| marked == name);
        if !(enters && marked) {
            continue;
        }
        let right = document
            .relations
            .iter()
            .any(|gold| gold.relation == name && is(relation.head, gold.head) && is(relation.tail, gold.tail));
        judged.push((f32::from(relation.score.ten_thousandths()) / 10_000.0, right));
    }
    judged
}

/// The lowest probability from which up so large a share is right; the highest where none is.
fn lowest(mut found: Vec<(f32, bool)>, precision: f32) -> f32 {
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut lowest) = (0usize, found.first().map_or(0.0, |best| best.0));
    for (index, (probability, is_right)) in found.iter().enumerate() {
        right += usize::from(*is_right);
        if right as f32 >= precision * (index + 1) as f32 {
            lowest = *probability;
        }
    }
    lowest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_is_told_as_the_precision_leaves() {
        let found = vec![(0.9, true), (0.8, false), (0.7, true), (0.6, true), (0.5, true), (0.4, false), (0.3, false)];
        assert_eq!(lowest(found.clone(), 0.8), 0.5);
        assert_eq!(lowest(found.clone(), 0.5), 0.3);
        assert_eq!(lowest(found, 1.0), 0.9);
        assert_eq!(lowest(Vec::new(), 0.7), 0.0);
    }
}
