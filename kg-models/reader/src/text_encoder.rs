//! What entities are about, by their texts: the mean of one of an encoder's layers, or what a head makes of it, of length 1.
//!
//! In: an encoder, texts. Out: a vector for each entity. Never: a vector that depends on which texts go together.

#[cfg(feature = "bundled")]
use super::bundled;
use super::encoder::EncoderConfig;
use crate::engine::{EncoderOutput, Engine, OutputSelection};
#[cfg(feature = "bundled")]
use crate::model::ExtractorConfig;
use kgloom_numerics::Error;
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use kgloom_numerics::matrix::Precision;
use kgloom_numerics::passes::unit;
use kgloom_numerics::vectors::{Encode, TextVectors};
use rayon::prelude::*;
use std::ops::Range;
use std::path::Path;
use tokenizers::{Tokenizer, TruncationParams};

/// Word pieces of a text that are read.
const MOST_PIECES: usize = 128;
/// Texts of like length that are encoded together.
const TOGETHER: usize = 32;

/// The file of a head beside an encoder: `head.matrix` ((layers + 1) · hidden size × numbers) and `head.bias`, over the means of
/// all layers side by side, the embeddings first.
pub const HEAD: &str = "head.safetensors";

/// An encoder of texts, from the folder of a Hugging Face model of the BERT family, or the one inside the program.
pub struct TextEncoder {
    engine: Engine,
    tokenizer: Tokenizer,
    key: blake3::Hash,
    /// The layers whose means a vector is made of.
    layers: Vec<usize>,
    /// Tells vectors from those means; without one, the mean itself is the vector.
    head: Option<Head>,
}

/// A linear map from the means of some layers.
struct Head {
    /// The layers; all where it does not say.
    layers: Option<Vec<usize>>,
    /// (layers · width) × numbers.
    matrix: Vec<f32>,
    bias: Vec<f32>,
    /// Whether the pieces that mark a text's ends count among those of the mean.
    marks: bool,
}

impl TextEncoder {
    /// Opens the encoder in a folder, with the head ([`HEAD`]) that lies beside it, if one does.
    ///
    /// # Errors
    /// When a file is missing or malformed.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let [config, tokenizer, weights] =
            ["config.json", "tokenizer.json", "model.safetensors"].map(|file| artifact::read(&folder.join(file)));
        let beside = folder.join(HEAD);
        let own = if beside.exists() { Some(artifact::read(&beside)?) } else { None };
        let head = own.as_deref().map(|bytes| Ok::<_, Error>((Head::parse((HEAD, "head"), bytes, true)?, bytes)));
        let name = folder.display().to_string();
        TextEncoder::new(&name, [&config?, &tokenizer?, &weights?], head.transpose()?)
    }

    /// The same encoder with the plain mean of another layer as its vectors, and no head; 0 is the embeddings. Layers above
    /// are not run.
    ///
    /// # Errors
    /// When it has no such layer.
    pub fn at_layer(mut self, layer: usize) -> Result<Self, Error> {
        self.reaches(&[layer])?;
        if self.head.is_some() || self.layers != [layer] {
            let mut hasher = blake3::Hasher::new();
            hasher.update(self.key.as_bytes()).update(b"layer").update(&layer.to_le_bytes());
            (self.key, self.layers, self.head) = (hasher.finalize(), vec![layer], None);
        }
        Ok(self)
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
                let head = Head::parse(("vectors.safetensors", "vector"), bytes, false)?;
                Some((Head { layers: Some(settings.vector_layers), ..head }, &**bytes))
            }
        };
        TextEncoder::new("the bundled model", [&files.config, &files.tokenizer, &files.encoder], head)
    }

    /// `head` comes with the bytes of its file.
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
        let last = engine.config().num_hidden_layers;
        let head = head.map(|(head, _)| head);
        let layers = match &head {
            Some(head) => head.layers.clone().unwrap_or_else(|| (0..=last).collect()),
            None => vec![last],
        };
        let inputs = layers.len() * engine.config().hidden_size;
        if let Some(head) = &head
            && head.matrix.len() != inputs * head.bias.len()
        {
            let (found, outputs) = (head.matrix.len(), head.bias.len());
            let reason = format!("its head has {found} numbers; {inputs} × {outputs} are wanted");
            return Err(Error::Unsupported { name: name.to_owned(), reason });
        }
        Ok(TextEncoder { engine, tokenizer, key: hasher.finalize(), layers, head })
    }

    /// Numbers in a vector.
    pub fn width(&self) -> usize {
        self.head.as_ref().map_or(self.engine.config().hidden_size, |head| head.bias.len())
    }

    /// Whether there are all these layers.
    fn reaches(&self, layers: &[usize]) -> Result<(), Error> {
        let last = self.layers();
        layers.iter().find(|layer| **layer > last).map_or(Ok(()), |layer| {
            let reason = format!("layer {layer} is asked for; it has layers 0 to {last}");
            Err(Error::Unsupported { name: "encoder".to_owned(), reason })
        })
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
                let mut vector: Vec<f32> = sums(output, hidden, 0..output.pieces).collect();
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

impl Head {
    /// Reads `NAME.matrix` and `NAME.bias`.
    fn parse((file, name): (&str, &str), bytes: &[u8], marks: bool) -> Result<Head, Error> {
        let weights = Weights::parse(file, bytes)?;
        let values = |part: &str| weights.any(&format!("{name}.{part}")).map(|array| array.values.clone());
        Ok(Head { layers: None, matrix: values("matrix")?, bias: values("bias")?, marks })
    }

    /// The vector of a text, of length 1.
    fn embed(&self, output: &EncoderOutput, hidden: usize) -> Vec<f32> {
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
fn means(output: &EncoderOutput, hidden: usize, pieces: Range<usize>) -> impl Iterator<Item = f32> {
    let count = pieces.len().max(1) as f32;
    sums(output, hidden, pieces).map(move |x| x / count)
}

/// The sum of some pieces' states, one layer after the other.
fn sums(output: &EncoderOutput, hidden: usize, pieces: Range<usize>) -> impl Iterator<Item = f32> {
    output.layers.iter().flat_map(move |states| {
        let mut sum = vec![0f32; hidden];
        for row in states[pieces.start * hidden..pieces.end * hidden].chunks_exact(hidden) {
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        sum
    })
}

#[cfg(all(test, feature = "bundled"))]
#[path = "text_encoder_tests.rs"]
mod tests;
