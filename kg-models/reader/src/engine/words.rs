//! The table of word pieces. In: a tensor. Out: the row of a piece. Never: four bytes a number where one is stored, since this
//! table is half of a small encoder.

use super::source::Source;
use kgloom_numerics::Error;

const NAME: &str = "embeddings.word_embeddings.weight";

/// Rows of word pieces.
#[derive(Debug)]
pub(super) struct Words {
    width: usize,
    numbers: Numbers,
}

#[derive(Debug)]
enum Numbers {
    /// With a scale a row.
    Byte(Vec<i8>, Vec<f32>),
    Single(Vec<f32>),
}

impl Words {
    /// The table of an encoder of so many pieces, of this width.
    pub(super) fn of(source: &Source<'_>, pieces: usize, width: usize) -> Result<Words, Error> {
        let shape = [pieces, width];
        let numbers = match source.bytes(NAME, &shape)? {
            Some((numbers, scales)) => Numbers::Byte(numbers, scales),
            None => Numbers::Single(source.array(NAME, &shape)?),
        };
        Ok(Words { width, numbers })
    }

    /// Appends the sum of a piece's row and another to some states; whether there is such a piece.
    pub(super) fn add(&self, piece: u32, other: &[f32], states: &mut Vec<f32>) -> bool {
        let row = piece as usize * self.width..(piece as usize + 1) * self.width;
        match &self.numbers {
            Numbers::Byte(numbers, scales) => {
                let Some((numbers, scale)) = numbers.get(row).zip(scales.get(piece as usize)) else { return false };
                states.extend(numbers.iter().zip(other).map(|(byte, x)| f32::from(*byte) * scale + x));
            }
            Numbers::Single(numbers) => {
                let Some(numbers) = numbers.get(row) else { return false };
                states.extend(numbers.iter().zip(other).map(|(number, x)| number + x));
            }
        }
        true
    }
}
