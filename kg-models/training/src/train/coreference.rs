//! Trains the coreference scorer on gold mentions.
//!
//! In: documents with entities. Out: the scorer and its threshold. Never: a pair of mentions of different documents.

use super::optimiser::{Optimiser, cross_entropy, rate};
use super::progress::{Best, Phase};
use candle_core::{Device, Tensor};
use kgloom_numerics::draw::draw;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_reader::Error;
use kgloom_reader::coreference::{CoreferenceHead, MentionFeatures, PAIR_WIDTH, REACH, logits, pair};
use kgloom_reader::layers::Parameters;

const HIDDEN: usize = 48;
const BATCH: usize = 1024;
const PEAK_RATE: f32 = 5e-3;

/// A document's mentions in order, each with its gold entity.
#[derive(Clone, Debug)]
pub struct NamedText {
    /// The mentions.
    pub named: Vec<MentionFeatures>,
    /// The entity of each.
    pub entities: Vec<usize>,
}

/// Trains the scorer; the score is the pairwise F1 of its clusters on validation, at its best threshold.
///
/// # Errors
/// When tensor arithmetic or writing fails.
pub fn train(
    train: &[NamedText],
    validation: &[NamedText],
    phase: &Phase<'_>,
    reporter: &mut ProgressReporter<'_>,
) -> Result<(CoreferenceHead, f32), Error> {
    let mut optimiser = Optimiser::default();
    let mut weights = draw(phase.seed, "coreference head", 0);
    optimiser.linear("hidden", (PAIR_WIDTH, HIDDEN), &mut weights)?;
    optimiser.linear("same", (HIDDEN, 1), &mut weights)?;
    let mut pairs: Vec<([f32; PAIR_WIDTH], f32)> = train.iter().flat_map(pairs).collect();
    let mut best = Best::default();
    let first = phase.resume(&mut optimiser, &mut best)?;
    for epoch in first..phase.epochs {
        draw(phase.seed, "coreference epoch", epoch as u64).shuffle(&mut pairs);
        let batches = pairs.len().div_ceil(BATCH);
        let mut running = 0.0;
        for (index, batch) in pairs.chunks(BATCH).enumerate() {
            let parameters = optimiser.parameters();
            let (surrogate, value) = loss(&parameters, batch)?;
            optimiser.step(&surrogate, rate(PEAK_RATE, epoch * batches + index, phase.epochs * batches))?;
            running += value;
            let place = (index + 1, batches);
            reporter.step("coreference", (epoch, phase.epochs), place, running / (index + 1) as f32);
        }
        let averaged = optimiser.averaged()?;
        let (_, score) = choose(&averaged, validation)?;
        best.offer(epoch, score, averaged);
        reporter.validated(score);
        phase.checkpoint(&optimiser, epoch, &best)?;
    }
    let (parameters, _) = best.take()?;
    let (threshold, score) = choose(&parameters, validation)?;
    Ok((CoreferenceHead { parameters, threshold }, score))
}

fn pairs(text: &NamedText) -> Vec<([f32; PAIR_WIDTH], f32)> {
    let mut found = Vec::new();
    for (index, later) in text.named.iter().enumerate() {
        for other in index.saturating_sub(REACH)..index {
            let row = pair(&text.named[other], later, index - other - 1);
            found.push((row, f32::from(u8::from(text.entities[other] == text.entities[index]))));
        }
    }
    found
}

/// The surrogate whose gradient is that of the binary cross-entropy, and the loss itself.
fn loss(parameters: &Parameters, batch: &[([f32; PAIR_WIDTH], f32)]) -> Result<(Tensor, f32), Error> {
    let rows: Vec<f32> = batch.iter().flat_map(|(row, _)| *row).collect();
    let scores = logits(parameters, &Tensor::from_vec(rows, (batch.len(), PAIR_WIDTH), &Device::Cpu)?)?;
    let scale = 1.0 / batch.len() as f32;
    let mut total = 0.0;
    let mut gradient = Vec::with_capacity(batch.len());
    for (score, (_, same)) in scores.to_vec1::<f32>()?.into_iter().zip(batch) {
        let (slope, loss) = cross_entropy(score, *same);
        total += loss;
        gradient.push(slope * scale);
    }
    let gradient = Tensor::from_vec(gradient, batch.len(), &Device::Cpu)?;
    Ok(((scores * gradient)?.sum_all()?, total * scale))
}

/// The threshold with the best pairwise F1, and that F1.
fn choose(parameters: &Parameters, texts: &[NamedText]) -> Result<(f32, f32), Error> {
    let mut best = (0.0, -1.0);
    for threshold in [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5] {
        let head = CoreferenceHead { parameters: parameters.clone(), threshold };
        let score = pairwise_f1(&head, texts)?;
        if score > best.1 {
            best = (threshold, score);
        }
    }
    Ok(best)
}

fn pairwise_f1(head: &CoreferenceHead, texts: &[NamedText]) -> Result<f32, Error> {
    let (mut right, mut told, mut gold) = (0usize, 0usize, 0usize);
    for text in texts {
        let clusters = head.cluster(&text.named, || false)?;
        for later in 0..clusters.len() {
            for earlier in 0..later {
                let joined = clusters[earlier] == clusters[later];
                let same = text.entities[earlier] == text.entities[later];
                right += usize::from(joined && same);
                told += usize::from(joined);
                gold += usize::from(same);
            }
        }
    }
    Ok(2.0 * right as f32 / (told + gold).max(1) as f32)
}
