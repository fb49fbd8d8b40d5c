//! Trains the relation head on gold entities, and chooses its thresholds and slopes on validation.
//!
//! In: documents' casts with gold relations, each under its own set of relations. Out: the head, thresholds, slopes.
//! Never: a missing relation counted as wrong where its set does not mark it.

use super::optimiser::{Optimiser, WARM_SHARE, drop, rate};
use super::progress::{Best, Phase, Watch};
use crate::Error;
use crate::draw::{Draw, draw};
use crate::text::layers::{Parameters, keep};
use crate::text::mentions::CLASSES;
use crate::text::relations::{Cast, PAIR_LOOKS, Pair, PairRows, logits};
use candle_core::{Device, Tensor};
use std::collections::BTreeMap;

const WIDTH: usize = 128;
/// What a pair's context is narrowed to before anything else, since a text has many pairs.
const NARROW: usize = 128;
const HIDDEN: usize = 96;
/// Groups of the bilinear form.
const GROUPS: usize = 32;
const BATCH_PAIRS: usize = 512;
const PEAK_RATE: f32 = 1.5e-3;
const DROPOUT: f32 = 0.3;
/// Of the pairs without any relation, this many per hundred are seen in an epoch.
const SILENT_SHARE: usize = 50;
/// The weight of "probably absent".
const WEAK: f32 = 0.5;
/// The weight of a pair of which an end was found, not marked: its relation may have been left out.
const FOUND: f32 = 0.4;
/// Epochs without a better validation score before training stops.
const PATIENCE: usize = 4;

/// A document as the relation head learns it.
#[derive(Clone, Debug)]
pub struct RelatedText {
    /// Its entities and pairs.
    pub cast: Cast,
    /// Gold relations of each pair, as indices into the label space.
    pub gold: Vec<Vec<usize>>,
    /// Whether each relation of the label space is marked in this document.
    pub marked: Vec<bool>,
    /// How many of the entities are gold; the others were found, and what is silent about them is less sure.
    pub sure: usize,
    /// How many gold relations there are, those between pairs out of reach included.
    pub total: usize,
}

/// A new head: widths of an entity's states and of a pair's context, and how many relations there are.
///
/// # Errors
/// When a tensor cannot be made.
pub fn start(seed: u64, (entity, context): (usize, usize), relations: usize) -> Result<Optimiser, Error> {
    let mut optimiser = Optimiser::default();
    let mut draw = draw(seed, "relation head", 0);
    optimiser.norm("entity", entity)?;
    optimiser.norm("context", context)?;
    optimiser.add("class", &[CLASSES.len(), WIDTH], draw.normals(CLASSES.len() * WIDTH, 0.1))?;
    for side in ["head", "tail"] {
        optimiser.linear(side, (entity, WIDTH), &mut draw)?;
        optimiser.matrix(&format!("{side}.context"), (NARROW, WIDTH), &mut draw)?;
        optimiser.add(&format!("{side}.shift"), &[WIDTH], vec![0.0; WIDTH])?;
    }
    optimiser.linear("narrow", (context, NARROW), &mut draw)?;
    optimiser.linear("mixed", (2 * WIDTH + NARROW + PAIR_LOOKS, HIDDEN), &mut draw)?;
    optimiser.linear("bilinear", (WIDTH * WIDTH / GROUPS, relations), &mut draw)?;
    optimiser.add("bilinear.bias", &[relations], vec![-4.0; relations])?;
    optimiser.matrix("relation.matrix", (HIDDEN, relations), &mut draw)?;
    Ok(optimiser)
}

/// The pairs of a text that one look at it learns from: those with a relation, and a draw of the silent ones.
pub fn chosen(text: &RelatedText, draw: &mut Draw) -> Vec<usize> {
    (0..text.cast.pairs.len()).filter(|&pair| !text.gold[pair].is_empty() || draw.below(100) < SILENT_SHARE).collect()
}

/// Pairs of one epoch, in batches of (document, pair).
fn batches(texts: &[RelatedText], draw: &mut Draw) -> Vec<Vec<(usize, usize)>> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    draw.shuffle(&mut order);
    let mut batches = vec![Vec::new()];
    for text in order {
        for pair in chosen(&texts[text], draw) {
            if batches.last().is_some_and(|batch| batch.len() == BATCH_PAIRS) {
                batches.push(Vec::new());
            }
            if let Some(batch) = batches.last_mut() {
                batch.push((text, pair));
            }
        }
    }
    batches.retain(|batch| !batch.is_empty());
    batches
}

/// The rows of pairs of several documents, whose entities are put one after the other.
fn rows(texts: &[RelatedText], batch: &[(usize, usize)]) -> Result<PairRows, Error> {
    let mut offsets: BTreeMap<usize, usize> = BTreeMap::new();
    let mut all = Cast::default();
    let mut pairs: Vec<Pair> = Vec::with_capacity(batch.len());
    for &(text, pair) in batch {
        let cast = &texts[text].cast;
        let offset = *offsets.entry(text).or_insert_with(|| {
            let offset = all.classes.len();
            all.classes.extend(&cast.classes);
            all.states.extend(&cast.states);
            offset
        });
        let mut pair = cast.pairs[pair].clone();
        pair.head += offset;
        pair.tail += offset;
        pairs.push(pair);
    }
    Ok(crate::text::relations::rows(&all, &pairs)?)
}

/// The surrogate whose gradient is that of the masked binary cross-entropy, and the loss itself a pair; `rows` are
/// the (document, pair) of the batch.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn loss(
    parameters: &Parameters,
    rows: &PairRows,
    (texts, batch): (&[RelatedText], &[(usize, usize)]),
    weak: &[bool],
    draw: &mut Draw,
) -> Result<(Tensor, f32), Error> {
    let scores = logits(parameters, rows, &mut |tensor| drop(tensor, DROPOUT, draw))?;
    let (_, relations) = scores.dims2()?;
    let numbers: Vec<f32> = scores.flatten_all()?.to_vec1()?;
    let scale = 1.0 / batch.len() as f32;
    let mut gradient = vec![0f32; numbers.len()];
    let mut total = 0f64;
    for (row, &(text, pair)) in batch.iter().enumerate() {
        let text = &texts[text];
        // A silent pair stands for those that this epoch leaves out.
        let weight = if text.gold[pair].is_empty() { 100.0 / SILENT_SHARE as f32 } else { 1.0 };
        let ends = &text.cast.pairs[pair];
        let weight = if ends.head.max(ends.tail) < text.sure { weight } else { weight * FOUND };
        for relation in (0..relations).filter(|&relation| text.marked[relation] || weak[relation]) {
            let weight = if text.marked[relation] { weight } else { weight * WEAK };
            let score = numbers[row * relations + relation];
            let gold = f32::from(u8::from(text.gold[pair].contains(&relation)));
            let probability = 1.0 / (1.0 + (-score).exp());
            gradient[row * relations + relation] = (probability - gold) * scale * weight;
            total += f64::from(weight * (score.max(0.0) - score * gold + (-score.abs()).exp().ln_1p()));
        }
    }
    let gradient = Tensor::from_vec(gradient, scores.dims(), &Device::Cpu)?;
    Ok(((scores * gradient)?.sum_all()?, total as f32 * scale))
}

/// Every logit of documents with whether it is right: by relation, (logit, gold) of the marked ones.
/// Relations of `weak` count as marked everywhere.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn judged(parameters: &Parameters, texts: &[RelatedText], weak: &[bool]) -> Result<Vec<Vec<(f32, bool)>>, Error> {
    let relations = weak.len();
    let mut judged = vec![Vec::new(); relations];
    for (index, text) in texts.iter().enumerate() {
        let all: Vec<(usize, usize)> = (0..text.cast.pairs.len()).map(|pair| (index, pair)).collect();
        for batch in all.chunks(BATCH_PAIRS) {
            let scores = logits(parameters, &rows(texts, batch)?, &mut keep)?.to_vec2::<f32>()?;
            for (scores, &(_, pair)) in scores.iter().zip(batch) {
                for relation in (0..relations).filter(|&relation| text.marked[relation] || weak[relation]) {
                    judged[relation].push((scores[relation], text.gold[pair].contains(&relation)));
                }
            }
        }
    }
    Ok(judged)
}

/// The best micro F1 with one threshold for all relations, and that threshold as a logit.
pub fn best_f1(judged: &[Vec<(f32, bool)>], total: usize) -> (f32, f32) {
    let mut all: Vec<(f32, bool)> = judged.iter().flatten().copied().filter(|(score, _)| *score > -4.0).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut best) = (0usize, (0f32, 0f32));
    for (told, (score, gold)) in all.iter().enumerate() {
        right += usize::from(*gold);
        let f1 = 2.0 * right as f32 / (told + 1 + total) as f32;
        if f1 > best.0 {
            best = (f1, *score);
        }
    }
    best
}

/// Trains the head; the best epoch by F1 on validation (one threshold) is kept.
/// `weak` are relations that only sentences picked for them mark: elsewhere they count as probably absent.
/// Where `warm` is given, training starts from it, and it counts among the epochs.
///
/// # Errors
/// When tensor arithmetic or writing fails.
pub fn train(
    (texts, validation): (&[RelatedText], &[RelatedText]),
    weak: &[bool],
    warm: Option<&Parameters>,
    phase: &Phase<'_>,
    watch: &mut Watch<'_>,
) -> Result<(Parameters, f32), Error> {
    let model = texts.iter().find(|text| !text.cast.pairs.is_empty()).ok_or_else(|| Error::Data {
        name: "relations".to_owned(),
        reason: "no document has two entities".to_owned(),
    })?;
    let entity = model.cast.states.len() / model.cast.classes.len().max(1);
    let context = model.cast.pairs.first().map_or(1, |pair| pair.context.len());
    let mut optimiser = start(phase.seed, (entity, context), weak.len())?;
    let mut best = Best::default();
    let none = vec![false; weak.len()];
    let total = validation.iter().map(|text| text.total).sum();
    if let Some(warm) = warm {
        optimiser.adopt(warm)?;
        let warm = optimiser.averaged()?;
        best.offer(0, best_f1(&judged(&warm, validation, &none)?, total).0, warm);
    }
    let peak = if warm.is_some() { PEAK_RATE * WARM_SHARE } else { PEAK_RATE };
    let first = phase.resume(&mut optimiser, &mut best)?;
    for epoch in first..phase.epochs {
        if best.stale(epoch) > PATIENCE {
            break;
        }
        let mut draw = draw(phase.seed, "relation epoch", epoch as u64);
        let batches = batches(texts, &mut draw);
        let mut running = 0.0;
        for (index, batch) in batches.iter().enumerate() {
            let (surrogate, value) =
                loss(&optimiser.parameters(), &rows(texts, batch)?, (texts, batch), weak, &mut draw)?;
            let steps = batches.len() * phase.epochs;
            optimiser.step(&surrogate, rate(peak, epoch * batches.len() + index, steps))?;
            running += value;
            watch.step("relations", (epoch, phase.epochs), (index + 1, batches.len()), running / (index + 1) as f32);
        }
        let averaged = optimiser.averaged()?;
        let (score, _) = best_f1(&judged(&averaged, validation, &none)?, total);
        best.offer(epoch, score, averaged);
        watch.validated(score);
        phase.checkpoint(&optimiser, epoch, &best)?;
    }
    best.take()
}
