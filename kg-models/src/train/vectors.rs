//! Keeps a tuned encoder's sentence vectors near those it had before.
//!
//! In: sentence means, and the vectors of the encoder before tuning. Out: a loss; the parameters of a vector head.
//! Never: a label: any text teaches this.

use super::cache::{Numbers, pack};
use super::corpus::Seer;
use super::optimiser::Optimiser;
use crate::Error;
use crate::data::AnnotatedDocument;
use crate::text::fused::{Activation, values};
use crate::text::layers::Parameters;
use crate::text::vectors::VectorHead;
use candle_core::{Device, Tensor};

/// How much a sentence's distance counts, beside a word's tag and a pair's relations.
const WEIGHT: f32 = 5.0;

/// A head that changes nothing yet.
///
/// # Errors
/// When a tensor cannot be made.
pub fn start(width: usize) -> Result<Optimiser, Error> {
    let mut identity = vec![0f32; width * width];
    identity.iter_mut().step_by(width + 1).for_each(|x| *x = 1.0);
    let mut optimiser = Optimiser::default();
    optimiser.add("vector.matrix", &[width, width], identity)?;
    optimiser.add("vector.bias", &[width], vec![0.0; width])?;
    Ok(optimiser)
}

/// The sentence vectors of documents as an encoder sees them now, with the head that it has if it was tuned before: for
/// each document sentences × width.
///
/// # Errors
/// When the encoder fails or the cache cannot be written.
pub fn told(
    seer: &Seer<'_>,
    head: Option<&Parameters>,
    documents: &[AnnotatedDocument],
) -> Result<Vec<Numbers>, Error> {
    let last = seer.eye.encoder.config().num_hidden_layers;
    let head = VectorHead { layers: vec![last], parameters: head.cloned() };
    seer.numbers("sentences", &[last], documents, &|_, page, states| Ok(pack(head.sentences(page, states)?)))
}

/// The surrogate whose gradient is that of the mean distance `1 - cosine`, times its weight, and that mean. Of
/// `shown` and `told` each row is a sentence.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn loss(parameters: &Parameters, shown: &Tensor, told: &[f32]) -> Result<(Tensor, f32), Error> {
    let guessed = parameters.linear("vector", shown, Activation::Identity)?;
    let (rows, width) = guessed.dims2()?;
    let mut slopes = values(&guessed)?;
    let mut total = 0.0;
    for (row, told) in slopes.chunks_mut(width).zip(told.chunks(width)) {
        let (near, length) = cosine(row, told);
        total += 1.0 - near;
        for (x, t) in row.iter_mut().zip(told) {
            *x = WEIGHT * (near * *x / length - t) / length / rows as f32;
        }
    }
    let slopes = Tensor::from_vec(slopes, (rows, width), &Device::Cpu)?;
    Ok(((guessed * slopes)?.sum_all()?, total / rows.max(1) as f32))
}

/// The mean cosine of a tuned encoder's sentence vectors to what they were.
///
/// # Errors
/// When the encoder fails.
pub fn nearness(
    seer: &Seer<'_>,
    parameters: &Parameters,
    (documents, told): (&[AnnotatedDocument], &[Numbers]),
) -> Result<f32, Error> {
    let last = seer.eye.encoder.config().num_hidden_layers;
    let head = VectorHead { layers: vec![last], parameters: Some(parameters.clone()) };
    let now = seer.each(&[last], documents, &|_, page, states| Ok(head.sentences(page, states)?))?;
    let width = seer.eye.encoder.config().hidden_size;
    let (mut sum, mut count) = (0.0, 0usize);
    for (now, told) in now.iter().zip(told) {
        for (now, told) in now.chunks(width).zip(told.chunks(width)) {
            let told: Vec<f32> = told.iter().map(|x| x.to_f32()).collect();
            sum += cosine(now, &told).0;
            count += 1;
        }
    }
    Ok(sum / count.max(1) as f32)
}

/// The cosine to a row of length 1, and the length of the first.
fn cosine(row: &[f32], unit: &[f32]) -> (f32, f32) {
    let (mut dot, mut square) = (0f32, 0f32);
    for (x, u) in row.iter().zip(unit) {
        dot += x * u;
        square += x * x;
    }
    let length = square.sqrt().max(f32::MIN_POSITIVE);
    (dot / length, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Var;

    #[test]
    fn the_surrogate_has_the_gradient_of_the_distance() {
        let parameters = start(3).unwrap().parameters();
        let told = [0.6, 0.8, 0.0];
        let distance = |x: [f32; 3]| WEIGHT * (1.0 - cosine(&x, &told).0);
        let x = [0.3, -0.2, 0.5];
        let var = Var::new(&[x], &Device::Cpu).unwrap();
        let (surrogate, mean) = loss(&parameters, var.as_tensor(), &told).unwrap();
        assert!((WEIGHT * mean - distance(x)).abs() < 1e-5);
        let slopes = surrogate.backward().unwrap().get(&var).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        for (index, slope) in slopes.iter().enumerate() {
            let mut moved = x;
            moved[index] += 1e-2;
            let (up, mut down) = (distance(moved), x);
            down[index] -= 1e-2;
            let numeric = (up - distance(down)) / 2e-2;
            assert!((slope - numeric).abs() < 2e-2, "{index}: {slope} {numeric}");
        }
    }
}
