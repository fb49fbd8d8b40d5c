//! Vectors of texts, each read once. In: an encoder, texts. Out: the same vectors as the encoder gives. Never: a vector of
//! another encoder.

use kgloom_numerics::Error;
use kgloom_numerics::vectors::Encode;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Vectors that one encoder gave, by text.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<Arc<str>, Arc<[f32]>>>);

impl Memory {
    /// The vectors of texts (texts × width); only those that were never asked for are read by `encoder`, which must be the
    /// same each time. `on_progress` hears how many of these are done.
    ///
    /// # Errors
    /// When a text cannot be read.
    pub fn read(
        &self,
        encoder: &dyn Encode,
        texts: &[Option<Arc<str>>],
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<f32>, Error> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new: BTreeSet<&Arc<str>> = texts.iter().flatten().filter(|text| !known.contains_key(*text)).collect();
        let new: Vec<Option<Arc<str>>> = new.into_iter().cloned().map(Some).collect();
        let width = encoder.width();
        if !new.is_empty() {
            let rows = encoder.read(&new, on_progress)?;
            known.extend(new.into_iter().flatten().zip(rows.chunks_exact(width).map(Arc::from)));
        }
        let mut values = vec![0.0; texts.len() * width];
        for (to, text) in values.chunks_exact_mut(width).zip(texts) {
            if let Some(row) = text.as_ref().and_then(|text| known.get(text)) {
                to.copy_from_slice(row);
            }
        }
        Ok(values)
    }
}

/// An encoder that reads each text once, whatever tasks share it.
pub struct Remembering<'a> {
    encoder: &'a dyn Encode,
    memory: Memory,
}

impl<'a> Remembering<'a> {
    /// The encoder, with nothing read yet.
    pub fn new(encoder: &'a dyn Encode) -> Remembering<'a> {
        Remembering { encoder, memory: Memory::default() }
    }
}

impl Encode for Remembering<'_> {
    fn id(&self) -> String {
        self.encoder.id()
    }

    fn width(&self) -> usize {
        self.encoder.width()
    }

    fn read(&self, texts: &[Option<Arc<str>>], on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<f32>, Error> {
        self.memory.read(self.encoder, texts, on_progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::letters::Letters;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_text_is_read_once_and_a_missing_one_is_nothing() {
        let letters = Letters::new(3);
        let remembering = Remembering::new(&letters);
        let text = |text: &str| Some(Arc::from(text));
        let read = AtomicUsize::new(0);
        let count = |done: usize, all: usize| {
            if done == all {
                read.fetch_add(all, Ordering::Relaxed);
            }
        };
        let first = remembering.read(&[text("abc"), None, text("cab b"), text("abc")], &count).unwrap();
        assert_eq!(first, letters.read(&[text("abc"), None, text("cab b"), text("abc")], &|_, _| {}).unwrap());
        remembering.read(&[text("abc"), text("b")], &count).unwrap();
        assert_eq!(read.into_inner(), 3);
        assert_eq!((remembering.id(), remembering.width()), (letters.id(), 3));
    }
}
