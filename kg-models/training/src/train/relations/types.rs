//! What entities are, learnt and judged by what the labels say: "judge", "record label".
//!
//! In: entities' embeddings, a table of labels. Out: losses, logits. Never: a label that says nearly what the right one
//! says held against an entity, or silence taken for a no.

use super::super::labels::LabelTable;
use super::super::optimiser::cross_entropy;
use super::labelled::{LEAST_LOGIT, choose};
use crate::train::relations::batch::RelatedText;
use candle_core::{Device, Tensor};
use kgloom_numerics::draw::Draw;
use kgloom_reader::Error;
use kgloom_reader::layers::Parameters;
use kgloom_reader::relations::{embed_types, entity_types, type_logits};
use std::collections::BTreeSet;

/// Labels that a batch draws to be wrong.
const WRONG_LABELS: usize = 100;

/// The surrogate whose gradient is that of the mean loss of the entities of which something is told, and that loss: each
/// label that is offered is a question of its own, and the right one is chosen among the wrong ones. None where nothing is
/// told. `entities` are entities × width, `types` the row of what each is.
pub(super) fn type_loss(
    parameters: &Parameters,
    entities: &Tensor,
    types: &[Option<usize>],
    table: &LabelTable,
    draw: &mut Draw,
) -> Result<Option<(Tensor, f32)>, Error> {
    let told: Vec<(usize, usize)> =
        types.iter().enumerate().filter_map(|(row, named)| Some((row, (*named)?))).collect();
    if told.is_empty() {
        return Ok(None);
    }
    let mut offered: Vec<usize> = told.iter().map(|(_, named)| *named).chain(table.draw(WRONG_LABELS, draw)).collect();
    offered.sort_unstable();
    offered.dedup();
    let labels = embed_types(parameters, &table.of(&table.fullest(&offered))?)?;
    let rows: Vec<u32> = told.iter().map(|(row, _)| *row as u32).collect();
    let entities = entities.index_select(&Tensor::from_vec(rows, told.len(), &Device::Cpu)?, 0)?;
    let scores = type_logits(parameters, &entities, &labels)?;
    let numbers: Vec<f32> = scores.flatten_all()?.to_vec1()?;
    let scale = 1.0 / told.len() as f32;
    let (mut gradient, mut total) = (vec![0f32; numbers.len()], 0f64);
    for (row, (_, named)) in told.iter().enumerate() {
        let columns = row * offered.len()..(row + 1) * offered.len();
        let (logits, gradient) = (&numbers[columns.clone()], &mut gradient[columns]);
        let asked =
            offered.iter().enumerate().filter(|(_, label)| *label == named || !table.are_alike(**label, *named));
        let asked: Vec<(usize, bool)> = asked.map(|(column, label)| (column, label == named)).collect();
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

/// Every likely logit of the types that some of the texts tell, offered to all entities of which something is told, with
/// whether it is right; a label that says nearly what the right one says is no answer.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn types_judged(
    parameters: &Parameters,
    texts: &[RelatedText],
    table: &LabelTable,
) -> Result<Vec<(f32, bool)>, Error> {
    let offered: BTreeSet<usize> = texts.iter().flat_map(|text| text.types.iter().flatten()).copied().collect();
    let offered: Vec<usize> = offered.into_iter().collect();
    let mut judged = Vec::new();
    if offered.is_empty() {
        return Ok(judged);
    }
    let labels = embed_types(parameters, &table.of(&table.fullest(&offered))?)?;
    for text in texts.iter().filter(|text| !text.candidates.classes.is_empty()) {
        let entities = entity_types(parameters, &text.candidates)?;
        let scores = type_logits(parameters, &entities, &labels)?.to_vec2::<f32>()?;
        for (scores, named) in scores.iter().zip(&text.types) {
            let Some(named) = named else { continue };
            let asked = scores.iter().zip(&offered).filter(|(score, _)| **score > LEAST_LOGIT);
            let asked = asked.filter(|(_, label)| *label == named || !table.are_alike(**label, *named));
            judged.extend(asked.map(|(score, label)| (*score, label == named)));
        }
    }
    Ok(judged)
}
