//! Teaches a tuned encoder the sentence vectors it had before, by ridge regression in closed form.
//!
//! In: the encoder before and after, texts. Out: the parameters of a vector head. Never: an iteration, or a random number.

use super::corpus::Featuriser;
use candle_core::{Device, Tensor};
use kgloom_corpora::AnnotatedDocument;
use kgloom_numerics::linear::solve;
use kgloom_reader::Error;
use kgloom_reader::backbone::Backbone;
use kgloom_reader::fused::{Activation, values};
use kgloom_reader::layers::Parameters;
use kgloom_reader::layout::TokenizedText;
use kgloom_reader::states::WordStates;
use kgloom_reader::vectors::{VectorHead, means};
use std::collections::BTreeMap;

/// What the regression adds to the diagonal, as a share of the mean of it.
const RIDGE: f64 = 1e-3;

/// Fits the head of some layers of the encoder `after`; also says how near, by mean cosine, it comes on `checks`. An
/// encoder that was tuned before comes with the head that it has.
///
/// # Errors
/// When an encoder fails, or there are too few sentences.
pub fn distil(
    (before, head): (&Backbone, &VectorHead),
    (after, layers): (&Backbone, &[usize]),
    documents: &[AnnotatedDocument],
    checks: &[AnnotatedDocument],
) -> Result<(Parameters, f32), Error> {
    let pairs = |documents: &[AnnotatedDocument]| -> Result<[Vec<f32>; 2], Error> {
        let told = of_sentences(before, head, documents)?;
        let shown = seen(after, layers, documents, &|tokenized, states| Ok(means(tokenized, states, layers)))?;
        Ok([shown.concat(), told.concat()])
    };
    let width = before.encoder.config().hidden_size;
    let inputs = layers.len() * after.encoder.config().hidden_size;
    let [shown, told] = pairs(documents)?;
    let parameters = ridge((&shown, inputs), (&told, width))?;
    let [shown, told] = pairs(checks)?;
    let rows = told.len() / width;
    if rows == 0 {
        return Ok((parameters, 0.0));
    }
    let shown = Tensor::from_vec(shown, (rows, inputs), &Device::Cpu)?;
    let guessed = values(&parameters.linear("vector", &shown, Activation::Identity)?)?;
    let near = |(guess, told): (&[f32], &[f32])| {
        let (mut dot, mut square) = (0f32, 0f32);
        for (g, t) in guess.iter().zip(told) {
            dot += g * t;
            square += g * g;
        }
        dot / square.sqrt().max(f32::MIN_POSITIVE)
    };
    let sum: f32 = guessed.chunks(width).zip(told.chunks(width)).map(near).sum();
    Ok((parameters, sum / rows as f32))
}

/// The vectors of each document's sentences: sentences × width.
///
/// # Errors
/// When the encoder fails.
pub fn of_sentences(
    backbone: &Backbone,
    head: &VectorHead,
    documents: &[AnnotatedDocument],
) -> Result<Vec<Vec<f32>>, Error> {
    seen(backbone, &head.layers, documents, &|tokenized, states| Ok(head.sentences(tokenized, states)?))
}

type Row<'a> = &'a (dyn Fn(&TokenizedText, &WordStates) -> Result<Vec<f32>, Error> + Sync);

fn seen(
    backbone: &Backbone,
    layers: &[usize],
    documents: &[AnnotatedDocument],
    row: Row<'_>,
) -> Result<Vec<Vec<f32>>, Error> {
    let featuriser = Featuriser { backbone, key: blake3::hash(b"passing"), folder: None };
    featuriser.each(layers, documents, &|_, tokenized, states| row(tokenized, states))
}

/// The linear map, with bias, that takes rows of `x` to rows of `y` with the least squared error and a small norm
/// (Hoerl and Kennard 1970): `(XᵀX + λI) W = XᵀY`.
fn ridge((x, inputs): (&[f32], usize), (y, outputs): (&[f32], usize)) -> Result<Parameters, Error> {
    let rows = x.len() / inputs;
    let wide = inputs + 1; // the last input is 1, and carries the bias
    let mut gram = vec![0f64; wide * wide];
    let mut cross = vec![vec![0f64; outputs]; wide];
    for (x, y) in x.chunks(inputs).zip(y.chunks(outputs)) {
        let with_one = || x.iter().map(|x| f64::from(*x)).chain([1.0]);
        for (i, a) in with_one().enumerate() {
            gram[i * wide..=i * wide + i].iter_mut().zip(with_one()).for_each(|(g, b)| *g += a * b);
            cross[i].iter_mut().zip(y).for_each(|(c, b)| *c += a * f64::from(*b));
        }
    }
    let trace: f64 = (0..inputs).map(|i| gram[i * wide + i]).sum();
    (0..inputs).for_each(|i| gram[i * wide + i] += RIDGE * trace / inputs as f64);
    let solved = solve(gram, cross, wide).ok_or_else(|| Error::Data {
        name: "sentence vectors".to_owned(),
        reason: format!("{rows} sentences are too few to fit {wide} numbers"),
    })?;
    let matrix: Vec<f32> = solved[..inputs].concat().into_iter().map(|w| w as f32).collect();
    let bias: Vec<f32> = solved[inputs].iter().map(|w| *w as f32).collect();
    let named = [
        ("vector.matrix".to_owned(), Tensor::from_vec(matrix, (inputs, outputs), &Device::Cpu)?),
        ("vector.bias".to_owned(), Tensor::from_vec(bias, outputs, &Device::Cpu)?),
    ];
    Ok(Parameters(BTreeMap::from(named)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    #[test]
    fn a_linear_map_is_found_again() {
        let mut draw = draw(1, "test", 0);
        let (rows, inputs) = (200, 5);
        let x = draw.normals(rows * inputs, 1.0);
        let y: Vec<f32> = x.chunks(inputs).flat_map(|x| [x[0] - 2.0 * x[3] + 0.5, x[4]]).collect();
        let found = ridge((&x, inputs), (&y, 2)).unwrap();
        let matrix: Vec<f32> = found.tensor("vector.matrix").unwrap().flatten_all().unwrap().to_vec1().unwrap();
        let expected = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0, 0.0, 0.0, 1.0];
        assert!(matrix.iter().zip(expected).all(|(m, e): (&f32, f32)| (m - e).abs() < 0.01), "{matrix:?}");
        let bias: Vec<f32> = found.tensor("vector.bias").unwrap().to_vec1().unwrap();
        assert!((bias[0] - 0.5).abs() < 0.01 && bias[1].abs() < 0.01, "{bias:?}");
    }
}
