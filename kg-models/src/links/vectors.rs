//! What entities are about, by their texts: the mean of an encoder's last layer, of length 1.
//!
//! In: an encoder, texts. Out: a vector for each entity. Never: a vector that depends on which texts go together.

use super::set::LinkSet;
use crate::Error;
use crate::artifact::{self, Array, Storage, Weights};
use crate::engine::passes;
use crate::engine::{Engine, Kept, Precision};
use crate::text::encoder::EncoderConfig;
use rayon::prelude::*;
use std::path::Path;
use tokenizers::{Tokenizer, TruncationParams};

/// Word pieces of a text that are read.
const MOST_PIECES: usize = 128;
/// Texts of like length that are encoded together.
const TOGETHER: usize = 32;

/// A vector for each entity of a set; zeros where it has no text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextVectors {
    /// Numbers in a vector.
    pub width: usize,
    /// Entities × width.
    pub values: Vec<f32>,
}

impl TextVectors {
    /// The vector of an entity.
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

/// An encoder of texts, from the folder of a Hugging Face model of the BERT family.
pub struct TextEncoder {
    engine: Engine,
    tokenizer: Tokenizer,
    key: blake3::Hash,
}

impl TextEncoder {
    /// Opens the encoder in a folder.
    ///
    /// # Errors
    /// When a file is missing or malformed.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let [config, tokenizer, weights] =
            ["config.json", "tokenizer.json", "model.safetensors"].map(|file| artifact::read(&folder.join(file)));
        let (config, tokenizer, weights) = (config?, tokenizer?, weights?);
        let mut hasher = blake3::Hasher::new();
        for bytes in [artifact::CODE_VERSION.as_bytes(), &config, &tokenizer, &weights, &MOST_PIECES.to_le_bytes()] {
            hasher.update(blake3::hash(bytes).as_bytes());
        }
        let config: EncoderConfig =
            serde_json::from_slice(&config).map_err(|source| Error::Json { name: "config.json".to_owned(), source })?;
        let weights = Weights::parse("model.safetensors", &weights)?;
        let wrong = |error: tokenizers::Error| Error::Tokenizer {
            name: folder.join("tokenizer.json").display().to_string(),
            reason: error.to_string(),
        };
        let mut tokenizer = Tokenizer::from_bytes(&tokenizer).map_err(wrong)?;
        tokenizer.with_padding(None);
        let truncation = TruncationParams { max_length: MOST_PIECES, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(wrong)?;
        let engine = Engine::new(config, &weights, Precision::default())?;
        Ok(TextEncoder { engine, tokenizer, key: hasher.finalize() })
    }

    /// The encoder's name: a hash of its files and of how they are used.
    pub fn id(&self) -> String {
        self.key.to_hex()[..12].to_owned()
    }

    /// The vectors of a set's entities; from `cache`, if it holds them, and left there. `tell` hears how many of the texts
    /// are done.
    ///
    /// # Errors
    /// When a text does not tokenize, or the cache cannot be written.
    pub fn vectors(
        &self,
        set: &LinkSet,
        cache: Option<&Path>,
        tell: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<TextVectors, Error> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.key.as_bytes());
        for text in &set.texts {
            hasher.update(blake3::hash(text.as_deref().unwrap_or_default().as_bytes()).as_bytes());
        }
        let file = cache.map(|cache| cache.join(format!("vectors-{}.safetensors", &hasher.finalize().to_hex()[..16])));
        let width = self.engine.config().hidden_size;
        let shape = vec![set.entities.len(), width];
        if let Some(file) = file.as_ref().filter(|file| file.exists()) {
            let weights = Weights::parse(&file.display().to_string(), &artifact::read(file)?)?;
            return Ok(TextVectors { width, values: weights.array("vectors", &shape)?.values.clone() });
        }
        let values = self.encode(&set.texts, tell)?;
        if let Some(file) = file {
            let array = Array { shape, values: values.clone() };
            artifact::write(&file, &artifact::serialize(&[("vectors".to_owned(), array, Storage::Single)])?)?;
        }
        Ok(TextVectors { width, values })
    }

    fn encode(
        &self,
        texts: &[Option<std::sync::Arc<str>>],
        tell: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<f32>, Error> {
        let width = self.engine.config().hidden_size;
        let mut pieces: Vec<(usize, Vec<u32>)> = Vec::new();
        for (entity, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let encoding = self.tokenizer.encode_fast(&**text, true).map_err(|error| Error::Tokenizer {
                name: "tokenizer.json".to_owned(),
                reason: format!("the text of entity {entity}: {error}"),
            })?;
            pieces.push((entity, encoding.get_ids().to_vec()));
        }
        let total = pieces.len();
        // Texts of one length together, the longest first, so that no thread is left with them at the end.
        pieces.sort_by_key(|(entity, ids)| (std::cmp::Reverse(ids.len()), *entity));
        let done = std::sync::atomic::AtomicUsize::new(0);
        let kept = Kept { layers: &[self.engine.config().num_hidden_layers], attention: false };
        let batch = |batch: &[(usize, Vec<u32>)]| -> Result<Vec<(usize, Vec<f32>)>, Error> {
            let sequences: Vec<&[u32]> = batch.iter().map(|(_, ids)| ids.as_slice()).collect();
            let traces = self.engine.encode(&sequences, kept)?;
            let before = done.fetch_add(batch.len(), std::sync::atomic::Ordering::Relaxed);
            tell(before + batch.len(), total);
            Ok(batch.iter().zip(traces).map(|((entity, _), trace)| (*entity, mean(&trace.layers[0], width))).collect())
        };
        let vectors: Vec<Vec<(usize, Vec<f32>)>> = pieces.par_chunks(TOGETHER).map(batch).collect::<Result<_, _>>()?;
        let mut values = vec![0.0; texts.len() * width];
        for (entity, vector) in vectors.into_iter().flatten() {
            values[entity * width..][..width].copy_from_slice(&vector);
        }
        Ok(values)
    }
}

/// The mean of the rows, of length 1.
fn mean(rows: &[f32], width: usize) -> Vec<f32> {
    let mut mean = vec![0f32; width];
    for row in rows.chunks_exact(width) {
        mean.iter_mut().zip(row).for_each(|(m, x)| *m += x);
    }
    unit(&mut mean);
    mean
}

/// Scales a row to length 1; zeros stay.
pub fn unit(row: &mut [f32]) {
    let length = passes::dot(row, row).sqrt();
    if length > 0.0 {
        row.iter_mut().for_each(|x| *x /= length);
    }
}
