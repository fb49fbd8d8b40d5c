//! A row of numbers for each of many things, and what makes such rows of texts.
//!
//! In: texts. Out: vectors. Never: a row that depends on which texts go together.

use crate::Error;
use std::sync::Arc;

/// A vector for each entity of a set; zeros where it has no text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextVectors {
    /// Numbers in a vector.
    pub width: usize,
    /// Entities × width.
    pub values: Vec<f32>,
}

impl TextVectors {
    /// A name for these numbers.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        self.values.iter().for_each(|x| {
            hasher.update(&x.to_le_bytes());
        });
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// The vector of an entity.
    #[inline]
    pub fn row(&self, entity: u32) -> &[f32] {
        &self.values[entity as usize * self.width..][..self.width]
    }

    /// Each vector with another one beside it; they have these shares of the square of the whole length.
    pub fn beside(&self, other: &TextVectors, (own, others): (f32, f32)) -> TextVectors {
        let rows = self.values.chunks_exact(self.width).zip(other.values.chunks_exact(other.width));
        let one = |(row, other): (&[f32], &[f32])| {
            let own = row.iter().map(|x| x * own.sqrt());
            own.chain(other.iter().map(|x| x * others.sqrt())).collect::<Vec<f32>>()
        };
        TextVectors { width: self.width + other.width, values: rows.flat_map(one).collect() }
    }
}

/// What makes vectors of texts.
pub trait Encode: Send + Sync {
    /// A name for the numbers that it makes: a hash of its files and of how they are used.
    fn id(&self) -> String;

    /// Numbers in a vector.
    fn width(&self) -> usize;

    /// The vectors of texts, one after the other: texts × width; zeros where there is none. `on_progress` hears how
    /// many are done.
    ///
    /// # Errors
    /// When a text cannot be read.
    fn read(&self, texts: &[Option<Arc<str>>], on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<f32>, Error>;
}
