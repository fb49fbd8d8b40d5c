//! Relations in words: learnt, judged and mixed by what their labels say.
//!
//! In: pairs' embeddings, a table of labels. Out: losses, logits, a head with its labels folded in. Never: a label that
//! says nearly what a right one says held against a pair.

use super::super::labels::LabelTable;
use super::super::optimiser::cross_entropy;
use crate::train::relations::batch::{BATCH_PAIRS, Batch, RelatedText, UNTRUE, WEAK, best_f1, judged, rows};
use candle_core::{Device, Tensor};
use kgloom_numerics::draw::{Draw, draw};
use kgloom_reader::Error;
use kgloom_reader::layers::{Parameters, no_dropout};
use kgloom_reader::relations::{embed_labels, label_logits, scores as pair_scores};
use std::collections::BTreeSet;

/// Labels that a batch draws to be wrong.
const WRONG_LABELS: usize = 160;
/// The weight of a label of another document that a pair probably lacks: its writer may have said it in other words.
const FOREIGN: f32 = 0.5;
/// What is less likely is not looked at among labels or types.
pub(super) const LEAST_LOGIT: f32 = -4.0;
/// The same over labels: those of the label space, those that the pairs have, and a draw of wrong ones. A label that says
/// nearly what a right one says is not held against a pair.
pub(super) fn label_loss(
    parameters: &Parameters,
    pairs: &Tensor,
    &Batch { texts, pairs: batch, .. }: &Batch<'_>,
    (weak, table): (&[bool], &LabelTable),
    draw: &mut Draw,
) -> Result<(Tensor, f32), Error> {
    let open = |&(text, pair): &(usize, usize)| texts[text].open.as_ref().map_or(&[][..], |open| &open[pair]);
    let untrue = |&(text, pair): &(usize, usize)| &texts[text].untrue[pair];
    let named = |at| open(at).iter().chain(untrue(at)).copied().filter(|&label| label >= weak.len());
    let mut asked: Vec<usize> = batch.iter().flat_map(named).collect();
    asked.extend(table.draw(WRONG_LABELS, draw));
    asked.sort_unstable();
    asked.dedup();
    let rows: Vec<usize> = (0..weak.len()).chain(asked).collect();
    let drawn: Vec<usize> = rows.iter().map(|&row| table.phrasing(row, draw)).collect();
    let scores = label_logits(parameters, pairs, &embed_labels(parameters, &table.of(&drawn)?)?)?;
    let numbers: Vec<f32> = scores.flatten_all()?.to_vec1()?;
    let scale = 1.0 / batch.len() as f32;
    let mut gradient = vec![0f32; numbers.len()];
    let mut total = 0f64;
    for (row, at) in batch.iter().enumerate() {
        let text = &texts[at.0];
        let (gold, said, weight) = (&text.gold[at.1], open(at), text.weight(at.1));
        let mut offered = Vec::with_capacity(rows.len());
        for (column, &label) in rows.iter().enumerate() {
            let is_known = label < weak.len();
            let right = if is_known { gold.contains(&label) } else { said.contains(&label) };
            let share = match () {
                () if untrue(at).contains(&label) => UNTRUE,
                () if is_known && text.marked[label] => 1.0,
                () if is_known && weak[label] => WEAK,
                () if is_known || text.open.is_none() => continue,
                () if right => 1.0,
                () if gold.iter().chain(said).any(|other| table.are_alike(label, *other)) => continue,
                () if text.denies(at.1, label) => 1.0,
                () => FOREIGN,
            };
            let (score, gold) = (numbers[row * rows.len() + column], f32::from(u8::from(right)));
            let (slope, loss) = cross_entropy(score, gold);
            gradient[row * rows.len() + column] = slope * scale * weight * share;
            total += f64::from(weight * share * loss);
            offered.push((column, right));
        }
        total += f64::from(scale * weight)
            * choose(&numbers[row * rows.len()..], &offered, |column, slope| {
                gradient[row * rows.len() + column] += slope * scale * weight;
            });
    }
    let gradient = Tensor::from_vec(gradient, scores.dims(), &Device::Cpu)?;
    Ok(((scores * gradient)?.sum_all()?, total as f32 * scale))
}

/// The cross-entropy of choosing each right label of a pair among the wrong ones that it was offered (van den Oord et al.
/// 2018): what tells labels apart, where most pairs have none. `slopes` is told its slope by each logit.
pub(super) fn choose(logits: &[f32], offered: &[(usize, bool)], mut slopes: impl FnMut(usize, f32)) -> f64 {
    let greatest = offered.iter().map(|&(column, _)| logits[column]).fold(f32::MIN, f32::max);
    let weight = |column: usize| (logits[column] - greatest).exp();
    let wrong: f32 = offered.iter().filter(|(_, right)| !right).map(|&(column, _)| weight(column)).sum();
    let mut total = 0f64;
    for &(column, _) in offered.iter().filter(|(_, right)| *right) {
        let all = wrong + weight(column);
        total -= f64::from((weight(column) / all).max(f32::MIN_POSITIVE).ln());
        slopes(column, weight(column) / all - 1.0);
        offered.iter().filter(|(_, right)| !right).for_each(|&(other, _)| slopes(other, weight(other) / all));
    }
    total
}

/// Every logit of labels that are said in words, with whether it is right, where all of `labels` (rows of the table) are
/// offered to every pair; only those from [`LEAST_LOGIT`] up.
///
/// # Errors
/// When tensor arithmetic fails.
fn judged_labels(
    parameters: &Parameters,
    texts: &[RelatedText],
    (table, labels): (&LabelTable, &[usize]),
) -> Result<Vec<(f32, bool)>, Error> {
    let mut judged = Vec::new();
    if labels.is_empty() {
        return Ok(judged);
    }
    let labels_embedded = embed_labels(parameters, &table.of(&table.fullest(labels))?)?;
    for (index, text) in texts.iter().enumerate() {
        let Some(open) = &text.open else { continue };
        let all: Vec<(usize, usize)> = (0..text.candidates.pairs.len()).map(|pair| (index, pair)).collect();
        for batch in all.chunks(BATCH_PAIRS) {
            let Some(pairs) = pair_scores(parameters, &rows(texts, batch)?, &mut no_dropout)?.embeddings else {
                continue;
            };
            let scores = label_logits(parameters, &pairs, &labels_embedded)?.to_vec2::<f32>()?;
            for (scores, &(_, pair)) in scores.iter().zip(batch) {
                let told = scores.iter().zip(labels).filter(|(score, _)| **score > LEAST_LOGIT);
                judged.extend(told.map(|(score, label)| (*score, open[pair].contains(label))));
            }
        }
    }
    Ok(judged)
}

/// The best F1 of relations in words with one threshold, where every label that some of the texts have is offered to all.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn label_f1(parameters: &Parameters, texts: &[RelatedText], table: &LabelTable) -> Result<f32, Error> {
    let judged = labels_judged(parameters, texts, table)?;
    Ok(best_f1(&[judged], said(texts, table).count()).0)
}

/// Every likely logit of the labels that some of the texts have, offered to all of them.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn labels_judged(
    parameters: &Parameters,
    texts: &[RelatedText],
    table: &LabelTable,
) -> Result<Vec<(f32, bool)>, Error> {
    let labels: Vec<usize> = said(texts, table).collect::<BTreeSet<usize>>().into_iter().collect();
    judged_labels(parameters, texts, (table, &labels))
}

/// Every likely logit of so many labels offered to each text: its own, and others drawn from those of all texts, as of an
/// ontology that was made for such texts.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn few_labels_judged(
    parameters: &Parameters,
    texts: &[RelatedText],
    (table, count): (&LabelTable, usize),
    seed: u64,
) -> Result<Vec<(f32, bool)>, Error> {
    let labels: Vec<usize> = said(texts, table).collect::<BTreeSet<usize>>().into_iter().collect();
    let mut judged = Vec::new();
    for (place, text) in texts.iter().enumerate() {
        let text = std::slice::from_ref(text);
        let mut offered: BTreeSet<usize> = said(text, table).collect();
        let mut draw = draw(seed, "few labels", place as u64);
        let more = count.saturating_sub(offered.len());
        offered.extend((0..more).filter(|_| !labels.is_empty()).map(|_| labels[draw.below(labels.len())]));
        let offered: Vec<usize> = offered.into_iter().collect();
        judged.extend(judged_labels(parameters, text, (table, &offered))?);
    }
    Ok(judged)
}

/// The labels that writers have said of pairs.
fn said<'a>(texts: &'a [RelatedText], table: &'a LabelTable) -> impl Iterator<Item = usize> + 'a {
    let said = texts.iter().flat_map(|text| text.open.iter().flatten().flatten().copied());
    said.filter(|row| !table.is_inverse(*row))
}

/// Shares of the labels' logits in those of the label space that are tried on validation.
const SHARES: [f32; 4] = [0.2, 0.4, 0.6, 0.8];

/// The head with the share of its labels' logits that is best on validation, and its F1 there.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn mixed(
    plain: (Parameters, f32),
    table: &LabelTable,
    validation: &[RelatedText],
) -> Result<(Parameters, f32), Error> {
    let total = validation.iter().map(|text| text.total).sum();
    let (parameters, mut best) = (plain.0.clone(), plain);
    for share in SHARES {
        let mixed = table.mixed_into(&parameters, share)?;
        let none = vec![false; mixed.tensor("bilinear.bias")?.dim(0)?];
        let (score, _) = best_f1(&judged(&mixed, validation, &none)?, total);
        if score > best.1 {
            best = (mixed, score);
        }
    }
    Ok(best)
}
