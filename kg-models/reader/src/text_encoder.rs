//! What entities are about, by their texts: the mean of an encoder's last layer, of length 1.
//!
//! In: an encoder, texts. Out: a vector for each entity. Never: a vector that depends on which texts go together.

#[cfg(feature = "bundled")]
use super::bundled;
use super::encoder::EncoderConfig;
use crate::engine::{EncoderOutput, Engine, OutputSelection};
use crate::model::ExtractorConfig;
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

/// An encoder of texts, from the folder of a Hugging Face model of the BERT family, or the one inside the program.
pub struct TextEncoder {
    engine: Engine,
    tokenizer: Tokenizer,
    key: blake3::Hash,
    /// Tells sentence vectors from the states of an encoder that was tuned for other tasks.
    head: Option<Head>,
}

/// A linear map from the means of some layers.
struct Head {
    layers: Vec<usize>,
    /// (layers · width) × width.
    matrix: Vec<f32>,
    bias: Vec<f32>,
}

impl TextEncoder {
    /// Opens the encoder in a folder.
    ///
    /// # Errors
    /// When a file is missing or malformed.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let [config, tokenizer, weights] =
            ["config.json", "tokenizer.json", "model.safetensors"].map(|file| artifact::read(&folder.join(file)));
        TextEncoder::new(&folder.display().to_string(), [&config?, &tokenizer?, &weights?], None)
    }

    /// The encoder inside the program, with the head that tells what its vectors were before it was tuned.
    ///
    /// # Errors
    /// When its files are damaged, which no built program should show.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Result<Self, Error> {
        let files = bundled::files();
        let settings: ExtractorConfig = serde_json::from_slice(&files.extractor)
            .map_err(|source| Error::Json { name: "extractor.json".to_owned(), source })?;
        let head = match &files.vectors {
            None => None,
            Some(bytes) => {
                let weights = Weights::parse("vectors.safetensors", bytes)?;
                let values = |name: &str| weights.any(name).map(|array| array.values.clone());
                let (matrix, bias) = (values("vector.matrix")?, values("vector.bias")?);
                Some((Head { layers: settings.vector_layers, matrix, bias }, &**bytes))
            }
        };
        TextEncoder::new("the bundled model", [&files.config, &files.tokenizer, &files.encoder], head)
    }

    fn new(name: &str, files: [&[u8]; 3], head: Option<(Head, &[u8])>) -> Result<Self, Error> {
        let [config, tokenizer, weights] = files;
        let mut hasher = blake3::Hasher::new();
        let own = head.as_ref().map(|(_, bytes)| *bytes);
        let code = artifact::CODE_VERSION.as_bytes();
        for bytes in [code, config, tokenizer, weights, &MOST_PIECES.to_le_bytes()].into_iter().chain(own) {
            hasher.update(blake3::hash(bytes).as_bytes());
        }
        let config: EncoderConfig =
            serde_json::from_slice(config).map_err(|source| Error::Json { name: "config.json".to_owned(), source })?;
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
        Ok(TextEncoder { engine, tokenizer, key: hasher.finalize(), head: head.map(|(head, _)| head) })
    }

    /// Numbers in a vector.
    pub fn width(&self) -> usize {
        self.engine.config().hidden_size
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
        let last = [self.engine.config().num_hidden_layers];
        let layers = self.head.as_ref().map_or(last.as_slice(), |head| &head.layers);
        let selection = OutputSelection { layers, attention: false };
        let batch = |batch: &[(usize, Vec<u32>)]| -> Result<Vec<(usize, Vec<f32>)>, Error> {
            let sequences: Vec<&[u32]> = batch.iter().map(|(_, ids)| ids.as_slice()).collect();
            let outputs = self.engine.encode(&sequences, selection)?;
            let before = done.fetch_add(batch.len(), std::sync::atomic::Ordering::Relaxed);
            on_progress(before + batch.len(), total);
            let vector = |output: &EncoderOutput| match &self.head {
                Some(head) => head.embed(output, width),
                None => mean(&output.layers[0], width),
            };
            Ok(batch.iter().zip(outputs).map(|((entity, _), output)| (*entity, vector(&output))).collect())
        };
        let vectors: Vec<Vec<(usize, Vec<f32>)>> = pieces.par_chunks(TOGETHER).map(batch).collect::<Result<_, _>>()?;
        let mut values = vec![0.0; texts.len() * width];
        for (entity, vector) in vectors.into_iter().flatten() {
            values[entity * width..][..width].copy_from_slice(&vector);
        }
        Ok(values)
    }

    /// The encoder's name: a hash of its files and of how they are used.
    pub fn id(&self) -> String {
        self.key.to_hex()[..12].to_owned()
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
        let width = self.engine.config().hidden_size;
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

impl Head {
    /// The vector of a text of one sentence, of length 1: special pieces are left out, as in training.
    fn embed(&self, output: &EncoderOutput, width: usize) -> Vec<f32> {
        let spoken = if output.pieces > 2 { 1..output.pieces - 1 } else { 0..output.pieces };
        let means = output.layers.iter().flat_map(|states| {
            let mut sum = vec![0f32; width];
            for row in states[spoken.start * width..spoken.end * width].chunks_exact(width) {
                sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
            sum.into_iter().map(|x| x / spoken.len().max(1) as f32)
        });
        let mut vector = self.bias.clone();
        for (x, row) in means.zip(self.matrix.chunks_exact(width)) {
            vector.iter_mut().zip(row).for_each(|(to, weight)| *to += x * weight);
        }
        unit(&mut vector);
        vector
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
