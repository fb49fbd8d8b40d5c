//! Parts of an encoder, and the heads that tell vectors from them. In: which part is wanted; the file of heads beside an encoder.
//! Out: one head, for one layer and so many numbers. Never: the head of another layer in its place.

use crate::engine::EncoderOutput;
use kgloom_numerics::Error;
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::matrix;
use kgloom_numerics::passes::unit;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The file of heads beside an encoder: `head.matrix` ((layers + 1) · hidden size × numbers) and `head.bias`, over the means of
/// all layers side by side, the embeddings first. `head.K.matrix` and `head.K.bias` are the same over layers 0 to K; where
/// there are `head.rotation.matrix` (numbers × numbers) and its bias, vectors are turned by it before numbers are cut.
pub const HEAD: &str = "head.safetensors";

/// Which part of an encoder is used: the layers up to one, and the first numbers of its vectors; all of it by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// The last layer that is run, 0 being the embeddings.
    pub layer: Option<usize>,
    /// The numbers of a vector.
    pub numbers: Option<usize>,
}

impl Cut {
    /// All of an encoder.
    pub const NONE: Cut = Cut { layer: None, numbers: None };

    /// A layer, with all numbers.
    pub fn layer(layer: Option<usize>) -> Cut {
        Cut { layer, numbers: None }
    }

    /// The part that an encoder's id names: the whole one where it names none.
    pub fn of_id(id: &str) -> Cut {
        let number = |mark: &str| {
            let rest = id.split_once(mark)?.1;
            rest.split('-').next()?.parse().ok()
        };
        Cut { layer: number(LAYER), numbers: number(NUMBERS) }
    }

    /// So many numbers of vectors that have `width`; none where that is all of them.
    ///
    /// # Errors
    /// When there are not so many; `name` is what has them.
    pub fn fewer(self, width: usize, name: &str) -> Result<Option<usize>, Error> {
        let Some(numbers) = self.numbers else { return Ok(None) };
        if !(1..=width).contains(&numbers) {
            let reason = format!("{numbers} numbers of a vector are asked for; it has {width}");
            return Err(Error::Unsupported { name: name.to_owned(), reason });
        }
        Ok(Some(numbers).filter(|numbers| *numbers < width))
    }
}

/// How an id says which layer.
pub const LAYER: &str = "-layer-";
/// How an id says how many numbers.
pub const NUMBERS: &str = "-numbers-";

/// A linear map from the means of some layers.
pub(crate) struct Head {
    /// The layers.
    pub layers: Vec<usize>,
    /// (layers · width) × numbers.
    pub matrix: Vec<f32>,
    pub bias: Vec<f32>,
    /// Whether the pieces that mark a text's ends count among those of the mean.
    marks: bool,
}

impl Head {
    /// Reads `NAME.matrix` and `NAME.bias`, over these layers.
    pub fn parse(weights: &Weights, name: &str, layers: Vec<usize>, marks: bool) -> Result<Head, Error> {
        let values = |part: &str| weights.any(&format!("{name}.{part}")).map(|array| array.values.clone());
        Ok(Head { layers, matrix: values("matrix")?, bias: values("bias")?, marks })
    }

    /// The head of a layer among those of [`HEAD`], for an encoder of so many layers; none where there is none for it.
    pub fn of_layer(weights: &Weights, layer: usize, layers: usize) -> Result<Option<Head>, Error> {
        let name = if layer == layers { "head".to_owned() } else { format!("head.{layer}") };
        let there = weights.contains(&format!("{name}.matrix"));
        there.then(|| Head::parse(weights, &name, (0..=layer).collect(), true)).transpose()
    }

    /// The head that tells the first numbers; turned before by the rotation of [`HEAD`], where there is one.
    pub fn cut(self, weights: Option<&Weights>, numbers: usize) -> Result<Head, Error> {
        let width = self.bias.len();
        let turn = weights.filter(|weights| weights.contains("head.rotation.matrix"));
        let head = match turn {
            None => self,
            Some(weights) => {
                let turn = weights.array("head.rotation.matrix", &[width, width])?;
                let moved = weights.array("head.rotation.bias", &[width])?;
                let turned = |rows: &[f32]| matrix::multiply(rows, &turn.values, (width, width));
                let mut bias = turned(&self.bias);
                bias.iter_mut().zip(&moved.values).for_each(|(x, moved)| *x += moved);
                Head { matrix: turned(&self.matrix), bias, ..self }
            }
        };
        let matrix = head.matrix.chunks_exact(width).flat_map(|row| row[..numbers].to_vec()).collect();
        Ok(Head { matrix, bias: head.bias[..numbers].to_vec(), ..head })
    }

    /// The vector of a text, of length 1.
    pub fn embed(&self, output: &EncoderOutput, hidden: usize) -> Vec<f32> {
        let spoken = if !self.marks && output.pieces > 2 { 1..output.pieces - 1 } else { 0..output.pieces };
        let mut vector = self.bias.clone();
        for (x, row) in means(output, hidden, spoken).zip(self.matrix.chunks_exact(self.bias.len())) {
            vector.iter_mut().zip(row).for_each(|(to, weight)| *to += x * weight);
        }
        unit(&mut vector);
        vector
    }
}

/// The mean of some pieces' states, one layer after the other.
pub(crate) fn means(output: &EncoderOutput, hidden: usize, pieces: Range<usize>) -> impl Iterator<Item = f32> {
    let count = pieces.len().max(1) as f32;
    sums(output, hidden, pieces).map(move |x| x / count)
}

/// The sum of some pieces' states, one layer after the other.
pub(crate) fn sums(output: &EncoderOutput, hidden: usize, pieces: Range<usize>) -> impl Iterator<Item = f32> {
    output.layers.iter().flat_map(move |states| {
        let mut sum = vec![0f32; hidden];
        for row in states[pieces.start * hidden..pieces.end * hidden].chunks_exact(hidden) {
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_its_part() {
        assert_eq!(Cut::of_id("1a2b3c4d5e6f"), Cut::NONE);
        assert_eq!(Cut::of_id("1a2b3c4d5e6f-layer-3"), Cut::layer(Some(3)));
        assert_eq!(Cut::of_id("1a2b-layer-0-numbers-128"), Cut { layer: Some(0), numbers: Some(128) });
        assert_eq!(Cut::of_id("1a2b-layer-4-plain-numbers-8").numbers, Some(8));
    }

    #[test]
    fn more_numbers_than_there_are_are_refused_with_how_many_there_are() {
        let cut = |numbers| Cut { layer: None, numbers: Some(numbers) };
        assert_eq!(cut(4).fewer(8, "x").unwrap(), Some(4));
        assert_eq!((cut(8).fewer(8, "x").unwrap(), Cut::NONE.fewer(8, "x").unwrap()), (None, None));
        for wrong in [0, 9] {
            assert!(cut(wrong).fewer(8, "x").unwrap_err().to_string().contains("it has 8"));
        }
    }
}
