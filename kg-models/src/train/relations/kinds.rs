//! What entities are, learnt and judged by what the labels say: "judge", "record label".
//!
//! In: entities' embeddings, a table of labels. Out: losses, logits. Never: a label that says nearly what the right one
//! says held against an entity, or silence taken for a no.

use super::super::labels::LabelTable;
use super::super::optimiser::cross_entropy;
use super::labelled::{LEAST_LOGIT, choose};
use super::{RelatedText, best_f1};
use crate::Error;
use crate::draw::Draw;
use crate::text::layers::Parameters;
use crate::text::relations::{embed_kinds, entity_kinds, kind_logits};
use candle_core::{Device, Tensor};
use std::collections::BTreeSet;

/// Labels that a batch draws to be wrong.
const WRONG_LABELS: usize = 100;

/// The surrogate whose gradient is that of the mean loss of the entities of which something is told, and that loss: each
/// label that is offered is a question of its own, and the right one is chosen among the wrong ones. None where nothing is
/// told. `entities` are entities × width, `kinds` the row of what each is.
pub(super) fn kind_loss(
    parameters: &Parameters,
    entities: &Tensor,
    kinds: &[Option<usize>],
    table: &LabelTable,
    draw: &mut Draw,
) -> Result<Option<(Tensor, f32)>, Error> {
    let told: Vec<(usize, usize)> = kinds.iter().enumerate().filter_map(|(row, kind)| Some((row, (*kind)?))).collect();
    if told.is_empty() {
        return Ok(None);
    }
    let mut offered: Vec<usize> = told.iter().map(|(_, kind)| *kind).chain(table.draw(WRONG_LABELS, draw)).collect();
    offered.sort_unstable();
    offered.dedup();
    let labels = embed_kinds(parameters, &table.of(&table.fullest(&offered))?)?;
    let rows: Vec<u32> = told.iter().map(|(row, _)| *row as u32).collect();
    let entities = entities.index_select(&Tensor::from_vec(rows, told.len(), &Device::Cpu)?, 0)?;
    let scores = kind_logits(parameters, &entities, &labels)?;
    let numbers: Vec<f32> = scores.flatten_all()?.to_vec1()?;
    let scale = 1.0 / told.len() as f32;
    let (mut gradient, mut total) = (vec![0f32; numbers.len()], 0f64);
    for (row, (_, kind)) in told.iter().enumerate() {
        let columns = row * offered.len()..(row + 1) * offered.len();
        let (logits, gradient) = (&numbers[columns.clone()], &mut gradient[columns]);
        let asked = offered.iter().enumerate().filter(|(_, label)| *label == kind || !table.are_alike(**label, *kind));
        let asked: Vec<(usize, bool)> = asked.map(|(column, label)| (column, label == kind)).collect();
        for &(column, right) in &asked {
            let (slope, loss) = cross_entropy(logits[column], f32::from(u8::from(right)));
            gradient[column] += slope * scale;
            total += f64::from(loss);
        }
        total += choose(logits, &asked, |column, slope| gradient[column] += slope * scale);
    }
    let gradient = Tensor::from_vec(gradient, scores.dims(), &Device::Cpu)?;
    Ok(Some(((scores * gradient)?.sum_all()?, total as f32 * scale)))
}

/// The best F1 of kinds with one threshold, where every kind that some of the texts tell is offered to all entities of
/// which something is told.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn kind_f1(parameters: &Parameters, texts: &[RelatedText], table: &LabelTable) -> Result<f32, Error> {
    let told = texts.iter().flat_map(|text| text.kinds.iter().flatten()).count();
    Ok(best_f1(&[kinds_judged(parameters, texts, table)?], told).0)
}

/// Every likely logit of the kinds that some of the texts tell, offered to all entities of which something is told, with
/// whether it is right; a label that says nearly what the right one says is no answer.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn kinds_judged(
    parameters: &Parameters,
    texts: &[RelatedText],
    table: &LabelTable,
) -> Result<Vec<(f32, bool)>, Error> {
    let offered: BTreeSet<usize> = texts.iter().flat_map(|text| text.kinds.iter().flatten()).copied().collect();
    let offered: Vec<usize> = offered.into_iter().collect();
    let mut judged = Vec::new();
    if offered.is_empty() {
        return Ok(judged);
    }
    let labels = embed_kinds(parameters, &table.of(&table.fullest(&offered))?)?;
    for text in texts.iter().filter(|text| !text.cast.classes.is_empty()) {
        let entities = entity_kinds(parameters, &text.cast)?;
        let scores = kind_logits(parameters, &entities, &labels)?.to_vec2::<f32>()?;
        for (scores, kind) in scores.iter().zip(&text.kinds) {
            let Some(kind) = kind else { continue };
            let asked = scores.iter().zip(&offered).filter(|(score, _)| **score > LEAST_LOGIT);
            let asked = asked.filter(|(_, label)| *label == kind || !table.are_alike(**label, *kind));
            judged.extend(asked.map(|(score, label)| (*score, label == kind)));
        }
    }
    Ok(judged)
}
