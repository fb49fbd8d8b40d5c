//! A task that encoders are scored by. In: an encoder. Out: a score from 0 to 1. Never: a choice made on what is scored.

use kgloom_numerics::Error;
use kgloom_numerics::draw::draw;
use kgloom_numerics::vectors::{Encode, TextVectors};
use std::sync::Arc;

/// One kind of work that vectors of texts are for.
pub trait Task: Send + Sync {
    /// What reports call it.
    fn name(&self) -> &str;

    /// What its score is, in a few words.
    fn measure(&self) -> &'static str;

    /// How many texts an encoder reads for it.
    fn texts(&self) -> usize;

    /// How well an encoder does, from 0 to 1. `on_progress` hears how many texts are read.
    ///
    /// # Errors
    /// When a text cannot be read, or vectors do not do.
    fn score(&self, encoder: &dyn Encode, on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<f64, Error>;
}

/// The vectors of texts.
///
/// # Errors
/// When a text cannot be read.
pub fn vectors(
    encoder: &dyn Encode,
    texts: &[Arc<str>],
    on_progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<TextVectors, Error> {
    let texts: Vec<Option<Arc<str>>> = texts.iter().cloned().map(Some).collect();
    Ok(TextVectors { width: encoder.width(), values: encoder.read(&texts, on_progress)? })
}

/// At the most so many of these places, drawn by a seed for a purpose, in their order.
pub fn drawn(places: impl IntoIterator<Item = u32>, most: usize, (seed, purpose): (u64, &str)) -> Vec<u32> {
    let mut places: Vec<u32> = places.into_iter().collect();
    draw(seed, purpose, 0).shuffle(&mut places);
    places.truncate(most);
    places.sort_unstable();
    places
}

/// An encoder for tests: how often each of the first letters of the alphabet occurs.
#[cfg(test)]
pub(crate) mod letters {
    use super::*;
    use kgloom_numerics::passes::unit;

    pub struct Letters(usize);

    impl Letters {
        /// One that knows so many letters.
        pub fn new(letters: usize) -> Letters {
            Letters(letters)
        }
    }

    impl Encode for Letters {
        fn id(&self) -> String {
            format!("letters {}", self.0)
        }

        fn width(&self) -> usize {
            self.0
        }

        fn read(
            &self,
            texts: &[Option<Arc<str>>],
            on_progress: &(dyn Fn(usize, usize) + Sync),
        ) -> Result<Vec<f32>, Error> {
            let mut rows = vec![0.0; texts.len() * self.0];
            for (row, text) in rows.chunks_exact_mut(self.0).zip(texts) {
                for letter in text.as_deref().unwrap_or_default().bytes() {
                    if let Some(count) = row.get_mut(usize::from(letter.wrapping_sub(b'a'))) {
                        *count += 1.0;
                    }
                }
                unit(row);
            }
            on_progress(texts.len(), texts.len());
            Ok(rows)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_in_order_and_follows_from_the_seed() {
        let some = drawn(0..100, 10, (1, "test"));
        assert!(some.len() == 10 && some.is_sorted(), "{some:?}");
        assert_eq!(drawn(0..100, 10, (1, "test")), some);
        assert_ne!(drawn(0..100, 10, (2, "test")), some);
        assert_eq!(drawn(3..5, 10, (1, "test")), [3, 4]);
    }
}
