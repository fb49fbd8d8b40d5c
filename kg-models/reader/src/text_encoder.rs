//! What entities are about, by their texts: the mean of one of an encoder's layers, or what a head makes of it, of length 1.
//!
//! In: an encoder, texts. Out: a vector for each entity. Never: a vector that depends on which texts go together.

use super::encoder::EncoderConfig;
use crate::engine::{EncoderOutput, Engine, OutputSelection};
pub use crate::text_heads::{Cut, HEAD, NUMBERS};
use crate::text_heads::{Head, LAYER, means, sums};
use kgloom_numerics::Error;
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use kgloom_numerics::matrix::Precision;
use kgloom_numerics::passes::unit;
use kgloom_numerics::vectors::{Encode, TextVectors};
use rayon::prelude::*;
use std::path::Path;
use tokenizers::{Tokenizer, TruncationParams};

/// Word pieces of a text that are read.
const MOST_PIECES: usize = 128;
/// Texts of like length that are encoded together.
const TOGETHER: usize = 32;

/// An encoder of texts, from the folder of a Hugging Face model of the BERT family, or the one inside the program; all of it, or
/// a part.
pub struct TextEncoder {
    engine: Engine,
    tokenizer: Tokenizer,
    key: blake3::Hash,
    /// A name for the whole, and the part.
    id: String,
    /// The layers whose means a vector is made of.
    layers: Vec<usize>,
    /// Tells vectors from those means; without one, the mean itself is the vector.
    head: Option<Head>,
    /// The numbers of a vector, where there is no head.
    numbers: usize,
}

impl TextEncoder {
    /// Opens a part of the encoder in a folder that is no reader's, with the head that [`HEAD`] has for its last layer.
    pub(crate) fn open_plain(folder: &Path, cut: Cut) -> Result<Self, Error> {
        let [config, tokenizer, weights] =
            ["config.json", "tokenizer.json", "model.safetensors"].map(|file| artifact::read(&folder.join(file)));
        let beside = folder.join(HEAD);
        let own = if beside.exists() { Some(artifact::read(&beside)?) } else { None };
        let name = folder.display().to_string();
        let (config, files) = (config?, [tokenizer?, weights?]);
        let hash = hash(&[&config, &files[0], &files[1]], own.as_deref());
        let mut config = settings(&config)?;
        let (last, layer) = (config.num_hidden_layers, cut.layer.unwrap_or(config.num_hidden_layers));
        reaches(&[layer], last, &name)?;
        let heads = own.as_deref().map(|bytes| Weights::parse(HEAD, bytes)).transpose()?;
        let head = match &heads {
            Some(heads) => Head::of_layer(heads, layer, last)?,
            None => None,
        };
        // An engine has one layer at least.
        config.num_hidden_layers = layer.max(1);
        let whole = layer == last;
        let mut encoder = TextEncoder::new(&name, (config, hash), [&files[0], &files[1]], (head, layer))?;
        if !whole {
            encoder.mark(LAYER, layer);
        }
        encoder.shortened(cut, heads.as_ref(), &name)
    }

    /// The same encoder with the plain mean of another layer as its vectors, and no head; 0 is the embeddings. Layers above
    /// are not run.
    ///
    /// # Errors
    /// When it has no such layer.
    pub fn at_layer(mut self, layer: usize) -> Result<Self, Error> {
        self.reaches(&[layer])?;
        if self.head.is_some() || self.layers != [layer] {
            let headed = self.head.take().is_some();
            self.mark(LAYER, layer);
            if headed {
                // There may be a head for this layer too, which tells other vectors.
                self.id.push_str("-plain");
            }
            (self.layers, self.numbers) = (vec![layer], self.hidden());
        }
        Ok(self)
    }

    /// Vectors are those of the head, or else the mean of the layer.
    pub(crate) fn new(
        name: &str,
        (config, key): (EncoderConfig, blake3::Hash),
        [tokenizer, weights]: [&[u8]; 2],
        (head, layer): (Option<Head>, usize),
    ) -> Result<Self, Error> {
        let weights = Weights::parse("model.safetensors", weights)?;
        let wrong = |error: tokenizers::Error| Error::Tokenizer {
            name: format!("{name}, tokenizer"),
            reason: error.to_string(),
        };
        let mut tokenizer = Tokenizer::from_bytes(tokenizer).map_err(wrong)?;
        tokenizer.with_padding(None);
        let truncation = TruncationParams { max_length: MOST_PIECES, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(wrong)?;
        let engine = Engine::new(config, &weights, Precision::default())?;
        let layers = head.as_ref().map_or_else(|| vec![layer], |head| head.layers.clone());
        let inputs = layers.len() * engine.config().hidden_size;
        if let Some(head) = &head
            && head.matrix.len() != inputs * head.bias.len()
        {
            let (found, outputs) = (head.matrix.len(), head.bias.len());
            let reason = format!("its head has {found} numbers; {inputs} × {outputs} are wanted");
            return Err(Error::Unsupported { name: name.to_owned(), reason });
        }
        let numbers = engine.config().hidden_size;
        Ok(TextEncoder { engine, tokenizer, key, id: key.to_hex()[..12].to_owned(), layers, head, numbers })
    }

    /// The same with the first numbers of each vector alone.
    pub(crate) fn shortened(mut self, cut: Cut, heads: Option<&Weights>, name: &str) -> Result<Self, Error> {
        let Some(numbers) = cut.fewer(self.width(), name)? else { return Ok(self) };
        self.head = self.head.map(|head| head.cut(heads, numbers)).transpose()?;
        self.numbers = numbers;
        self.mark(NUMBERS, numbers);
        Ok(self)
    }

    /// From now on it is another encoder, whose id says how.
    fn mark(&mut self, how: &str, number: usize) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.key.as_bytes()).update(how.as_bytes()).update(&number.to_le_bytes());
        hasher.update(&[u8::from(self.head.is_some())]);
        self.key = hasher.finalize();
        self.id.push_str(&format!("{how}{number}"));
    }

    /// Numbers in a vector.
    pub fn width(&self) -> usize {
        self.head.as_ref().map_or(self.numbers, |head| head.bias.len())
    }

    /// Whether there are all these layers.
    fn reaches(&self, layers: &[usize]) -> Result<(), Error> {
        reaches(layers, self.layers(), "encoder")
    }

    /// Numbers of a state.
    pub fn hidden(&self) -> usize {
        self.engine.config().hidden_size
    }

    /// Layers that the encoder has above the embeddings.
    pub fn layers(&self) -> usize {
        self.engine.config().num_hidden_layers
    }

    /// The means of some layers' states over all pieces of each text, side by side and as they are: texts × (layers · hidden
    /// size); zeros where there is no text. Layer 0 is the embeddings. `on_progress` hears how many are done.
    ///
    /// # Errors
    /// When a text does not tokenize, or there is no such layer.
    pub fn means(
        &self,
        texts: &[Option<std::sync::Arc<str>>],
        layers: &[usize],
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<f32>, Error> {
        self.reaches(layers)?;
        let hidden = self.engine.config().hidden_size;
        let side_by_side = |output: &EncoderOutput| means(output, hidden, 0..output.pieces).collect();
        self.each(texts, (layers, layers.len() * hidden), on_progress, &side_by_side)
    }

    /// The states of every word piece of the vocabulary by itself, between the marks of a text's ends, some layers side by
    /// side: pieces × (layers · hidden size). What it means without a context.
    ///
    /// # Errors
    /// When the tokenizer fails, or there is no such layer.
    pub fn pieces_alone(&self, layers: &[usize]) -> Result<Vec<f32>, Error> {
        self.reaches(layers)?;
        let hidden = self.engine.config().hidden_size;
        let marks = self.pieces("")?;
        let (before, after) = marks.split_at(marks.len() / 2);
        let ids: Vec<u32> = (0..self.engine.config().vocab_size as u32).collect();
        let selection = OutputSelection { layers, attention: false };
        let batch = |ids: &[u32]| -> Result<Vec<f32>, Error> {
            let alone: Vec<Vec<u32>> = ids.iter().map(|&id| [before, &[id], after].concat()).collect();
            let sequences: Vec<&[u32]> = alone.iter().map(Vec::as_slice).collect();
            let outputs = self.engine.encode(&sequences, selection)?;
            let own = before.len()..before.len() + 1;
            Ok(outputs.iter().flat_map(|output| means(output, hidden, own.clone())).collect())
        };
        let rows: Vec<Vec<f32>> = ids.par_chunks(TOGETHER).map(batch).collect::<Result<_, _>>()?;
        Ok(rows.concat())
    }

    /// The word pieces of a text, marks of its ends included.
    fn pieces(&self, text: &str) -> Result<Vec<u32>, Error> {
        let encoding = self
            .tokenizer
            .encode_fast(text, true)
            .map_err(|error| Error::Tokenizer { name: "tokenizer.json".to_owned(), reason: error.to_string() })?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The vectors of texts, one after the other; zeros where there is none. `on_progress` hears how many are done.
    ///
    /// # Errors
    /// When a text does not tokenize.
    pub fn read(
        &self,
        texts: &[Option<std::sync::Arc<str>>],
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<f32>, Error> {
        let hidden = self.engine.config().hidden_size;
        let vector = |output: &EncoderOutput| match &self.head {
            Some(head) => head.embed(output, hidden),
            None => {
                let mut vector: Vec<f32> = sums(output, hidden, 0..output.pieces).take(self.numbers).collect();
                unit(&mut vector);
                vector
            }
        };
        self.each(texts, (&self.layers, self.width()), on_progress, &vector)
    }

    /// A row of `width` numbers for each text, made of the states of some layers.
    fn each(
        &self,
        texts: &[Option<std::sync::Arc<str>>],
        (layers, width): (&[usize], usize),
        on_progress: &(dyn Fn(usize, usize) + Sync),
        vector: &(dyn Fn(&EncoderOutput) -> Vec<f32> + Sync),
    ) -> Result<Vec<f32>, Error> {
        let mut pieces: Vec<(usize, Vec<u32>)> = Vec::new();
        for (entity, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let ids = self.pieces(text).map_err(|error| match error {
                Error::Tokenizer { name, reason } => {
                    Error::Tokenizer { name, reason: format!("the text of entity {entity}: {reason}") }
                }
                other => other,
            })?;
            pieces.push((entity, ids));
        }
        let total = pieces.len();
        // Texts of one length together, the longest first, so that no thread is left with them at the end.
        pieces.sort_by_key(|(entity, ids)| (std::cmp::Reverse(ids.len()), *entity));
        let done = std::sync::atomic::AtomicUsize::new(0);
        let selection = OutputSelection { layers, attention: false };
        let batch = |batch: &[(usize, Vec<u32>)]| -> Result<Vec<(usize, Vec<f32>)>, Error> {
            let sequences: Vec<&[u32]> = batch.iter().map(|(_, ids)| ids.as_slice()).collect();
            let outputs = self.engine.encode(&sequences, selection)?;
            let before = done.fetch_add(batch.len(), std::sync::atomic::Ordering::Relaxed);
            on_progress(before + batch.len(), total);
            Ok(batch.iter().zip(outputs).map(|((entity, _), output)| (*entity, vector(&output))).collect())
        };
        let vectors: Vec<Vec<(usize, Vec<f32>)>> = pieces.par_chunks(TOGETHER).map(batch).collect::<Result<_, _>>()?;
        let mut values = vec![0.0; texts.len() * width];
        for (entity, vector) in vectors.into_iter().flatten() {
            values[entity * width..][..width].copy_from_slice(&vector);
        }
        Ok(values)
    }

    /// The encoder's name: a hash of its files and of how they are used; of a part, with its layer and numbers
    /// (`1a2b3c4d5e6f-layer-3-numbers-128`).
    pub fn id(&self) -> String {
        self.id.clone()
    }

    /// The vectors of texts; from `cache`, if it holds them, and left there. `on_progress` hears how many of the texts
    /// are done.
    ///
    /// # Errors
    /// When a text does not tokenize, or the cache cannot be written.
    pub fn vectors(
        &self,
        texts: &[Option<std::sync::Arc<str>>],
        cache: Option<&Path>,
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<TextVectors, Error> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.key.as_bytes());
        for text in texts {
            hasher.update(blake3::hash(text.as_deref().unwrap_or_default().as_bytes()).as_bytes());
        }
        let file = cache.map(|cache| cache.join(format!("vectors-{}.safetensors", &hasher.finalize().to_hex()[..16])));
        let width = self.width();
        let shape = vec![texts.len(), width];
        if let Some(file) = file.as_ref().filter(|file| file.exists()) {
            let weights = Weights::parse(&file.display().to_string(), &artifact::read(file)?)?;
            return Ok(TextVectors { width, values: weights.array("vectors", &shape)?.values.clone() });
        }
        let values = self.read(texts, on_progress)?;
        if let Some(file) = file {
            let array = Array { shape, values: values.clone() };
            artifact::write(&file, &artifact::serialize(&[("vectors".to_owned(), array, Storage::Single)])?)?;
        }
        Ok(TextVectors { width, values })
    }
}

impl Encode for TextEncoder {
    fn id(&self) -> String {
        TextEncoder::id(self)
    }

    fn width(&self) -> usize {
        TextEncoder::width(self)
    }

    fn read(
        &self,
        texts: &[Option<std::sync::Arc<str>>],
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<f32>, Error> {
        TextEncoder::read(self, texts, on_progress)
    }
}

/// A name for an encoder's files, and for how they are read.
pub(crate) fn hash(files: &[&[u8]], head: Option<&[u8]>) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    let (code, most) = (artifact::CODE_VERSION.as_bytes(), MOST_PIECES.to_le_bytes());
    for bytes in [code].into_iter().chain(files.iter().copied()).chain([&most[..]]).chain(head) {
        hasher.update(blake3::hash(bytes).as_bytes());
    }
    hasher.finalize()
}

pub(crate) fn settings(config: &[u8]) -> Result<EncoderConfig, Error> {
    serde_json::from_slice(config).map_err(|source| Error::Json { name: "config.json".to_owned(), source })
}

/// Whether something of so many layers has all these.
fn reaches(layers: &[usize], last: usize, name: &str) -> Result<(), Error> {
    layers.iter().find(|layer| **layer > last).map_or(Ok(()), |layer| {
        let reason = format!("layer {layer} is asked for; it has layers 0 to {last}");
        Err(Error::Unsupported { name: name.to_owned(), reason })
    })
}

#[cfg(all(test, feature = "bundled"))]
#[path = "text_encoder_tests.rs"]
mod tests;
