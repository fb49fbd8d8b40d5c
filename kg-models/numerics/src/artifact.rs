//! Weights on disk: safetensors, matrices as int8 with a scale per row, heads as f16, the rest f32; and the model's name.
//!
//! In: bytes. Out: f32 numbers with shapes, a `ModelId`. Never: pickle, or another format than safetensors.

use crate::Error;
use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;

/// The meaning of this crate's inference code; it changes whenever the same weights would answer differently.
pub const CODE_VERSION: &str = "kgloom-reader-5";

const SCALE: &str = ".scale";

/// A tensor expanded to f32, in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its numbers.
    pub values: Vec<f32>,
}

/// A matrix row by row, a byte a number, and a scale a row: a number is its byte times the scale.
pub type ByteRows = (Vec<i8>, Vec<f32>);

/// How an array is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// Four bytes a number.
    Single,
    /// Two bytes a number.
    Half,
    /// One byte a number, and one f32 scale a row: the row's largest magnitude over 127.
    Byte,
}

/// The tensors of one file, by name.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    file: String,
    remedy: Option<&'static str>,
    arrays: BTreeMap<String, Array>,
    /// Of what is stored as bytes: a scale a row.
    scales: BTreeMap<String, Vec<f32>>,
}

impl Weights {
    /// Weights made in memory; `file` is what errors call them.
    pub fn new(file: &str, arrays: BTreeMap<String, Array>) -> Self {
        Weights { file: file.to_owned(), remedy: None, arrays, scales: BTreeMap::new() }
    }

    /// Reads a safetensors file.
    ///
    /// # Errors
    /// When it cannot be read, or as those of [`Weights::parse`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        Weights::parse(&path.display().to_string(), &read(path)?)
    }

    /// The same weights, of which errors say what mends them.
    pub fn with_remedy(self, remedy: &'static str) -> Self {
        Weights { remedy: Some(remedy), ..self }
    }

    /// Reads the bytes of a safetensors file; int8 matrices are expanded by their scales.
    ///
    /// # Errors
    /// When the bytes are not safetensors, or a stored type is not one of f32, f16, bf16, i8, i64.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, Error> {
        let tensors =
            SafeTensors::deserialize(bytes).map_err(|source| Error::Weights { name: file.to_owned(), source })?;
        let (mut arrays, mut rows) = (BTreeMap::new(), BTreeMap::new());
        for (name, view) in tensors.iter() {
            if view.dtype() == Dtype::I64 {
                continue; // position ids: counters, not weights
            }
            let mut values = numbers(&view).ok_or_else(|| Error::Tensor {
                tensor: name.to_owned(),
                file: file.to_owned(),
                reason: format!("stored as {:?}; f32, f16, bf16 and i8 are understood", view.dtype()),
            })?;
            if view.dtype() == Dtype::I8 {
                let scales = tensors
                    .tensor(&format!("{name}{SCALE}"))
                    .map_err(|source| Error::Weights { name: file.to_owned(), source })?;
                let scales = numbers(&scales).unwrap_or_default();
                expand(&mut values, &scales);
                rows.insert(name.to_owned(), scales);
            }
            if !name.ends_with(SCALE) {
                arrays.insert(name.to_owned(), Array { shape: view.shape().to_vec(), values });
            }
        }
        Ok(Weights { scales: rows, ..Weights::new(file, arrays) })
    }

    /// Whether a tensor of this name is there.
    pub fn contains(&self, name: &str) -> bool {
        self.arrays.contains_key(name)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.arrays.keys().map(String::as_str)
    }

    /// The tensor of this name, which must have this shape.
    ///
    /// # Errors
    /// When it is missing or has another shape.
    pub fn array(&self, name: &str, shape: &[usize]) -> Result<&Array, Error> {
        let array = self.any(name)?;
        if array.shape != shape {
            let reason = format!("has shape {:?}, the configuration asks for {shape:?}", array.shape);
            return Err(self.wrong(name, reason));
        }
        Ok(array)
    }

    /// The tensor of this name as it is stored, where that is one byte a number and one scale a row.
    ///
    /// # Errors
    /// As [`Weights::array`].
    pub fn bytes(&self, name: &str, shape: &[usize]) -> Result<Option<ByteRows>, Error> {
        let Array { values, .. } = self.array(name, shape)?;
        let Some(scales) = self.scales.get(name) else { return Ok(None) };
        let width = values.len() / scales.len().max(1);
        let rows = values.chunks(width.max(1)).zip(scales);
        // A byte times its scale is off by less than half a scale, so that this is the byte.
        let bytes = rows.flat_map(|(row, scale)| row.iter().map(move |value| (value / scale).round() as i8));
        Ok(Some((bytes.collect(), scales.clone())))
    }

    /// The tensor of this name, whatever its shape.
    ///
    /// # Errors
    /// When it is missing.
    pub fn any(&self, name: &str) -> Result<&Array, Error> {
        self.arrays.get(name).ok_or_else(|| self.wrong(name, "missing".to_owned()))
    }

    fn wrong(&self, tensor: &str, reason: String) -> Error {
        let reason = self.remedy.map_or_else(|| reason.clone(), |remedy| format!("{reason}; {remedy}"));
        Error::Tensor { tensor: tensor.to_owned(), file: self.file.clone(), reason }
    }
}

fn numbers(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let bytes = view.data();
    let pairs = || bytes.chunks_exact(2).map(|b| [b[0], b[1]]);
    Some(match view.dtype() {
        Dtype::F32 => bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        Dtype::F16 => pairs().map(|b| f16::from_le_bytes(b).to_f32()).collect(),
        Dtype::BF16 => pairs().map(|b| half::bf16::from_le_bytes(b).to_f32()).collect(),
        Dtype::I8 => bytes.iter().map(|&b| f32::from(b as i8)).collect(),
        _ => return None,
    })
}

fn expand(values: &mut [f32], scales: &[f32]) {
    let width = values.len() / scales.len().max(1);
    for (row, scale) in values.chunks_mut(width.max(1)).zip(scales) {
        row.iter_mut().for_each(|value| *value *= scale);
    }
}

/// The bytes of a safetensors file with these arrays; the same arrays give the same bytes.
///
/// # Errors
/// When an array's numbers do not fill its shape.
pub fn serialize(arrays: &[(String, Array, Storage)]) -> Result<Vec<u8>, Error> {
    let mut stored: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
    for (name, array, storage) in arrays {
        let shape = array.shape.clone();
        match storage {
            Storage::Single => stored.push((name.clone(), Dtype::F32, shape, single(&array.values))),
            Storage::Half => {
                let bytes = array.values.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes()).collect();
                stored.push((name.clone(), Dtype::F16, shape, bytes));
            }
            Storage::Byte => {
                let (bytes, scales) = quantise(array);
                stored.push((format!("{name}{SCALE}"), Dtype::F32, vec![scales.len()], single(&scales)));
                stored.push((name.clone(), Dtype::I8, shape, bytes));
            }
        }
    }
    let failed = |source| Error::Weights { name: "weights to write".to_owned(), source };
    let views = stored
        .iter()
        .map(|(name, kind, shape, bytes)| {
            TensorView::new(*kind, shape.clone(), bytes).map(|view| (name.as_str(), view)).map_err(failed)
        })
        .collect::<Result<Vec<_>, _>>()?;
    safetensors::serialize(views, None).map_err(failed)
}

fn single(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|x| x.to_le_bytes()).collect()
}

fn quantise(array: &Array) -> (Vec<u8>, Vec<f32>) {
    let width = array.shape.last().copied().unwrap_or(1).max(1);
    let mut bytes = Vec::with_capacity(array.values.len());
    let mut scales = Vec::new();
    for row in array.values.chunks(width) {
        let largest = row.iter().fold(0f32, |largest, x| largest.max(x.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        bytes.extend(row.iter().map(|x| (x / scale).round() as i8 as u8));
        scales.push(scale);
    }
    (bytes, scales)
}

/// Reads a whole file.
///
/// # Errors
/// When the file cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(Error::read(path))
}

/// Writes a whole file so that it is there wholly or not at all: beside it first, then renamed.
///
/// # Errors
/// When the folder or file cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Error::write(folder))?;
    }
    let beside = path.with_extension("part");
    std::fs::write(&beside, bytes).map_err(Error::write(&beside))?;
    std::fs::rename(&beside, path).map_err(Error::write(path))
}

/// Reads a JSON file.
///
/// # Errors
/// When the file cannot be read, or does not say such a value.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    serde_json::from_slice(&read(path)?).map_err(|source| Error::Json { name: path.display().to_string(), source })
}

/// Writes a value as JSON for people.
///
/// # Errors
/// When it cannot be said in JSON, or the file cannot be written.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let bytes =
        serde_json::to_vec_pretty(value).map_err(|source| Error::Json { name: path.display().to_string(), source })?;
    write(path, &bytes)
}

/// The name of a model: what it is called, and a hash of all its files and the code's meaning.
pub fn model_id(name: &str, files: &[(&str, &[u8])]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(CODE_VERSION.as_bytes());
    for (file, bytes) in files {
        hasher.update(&(file.len() as u64).to_le_bytes());
        hasher.update(file.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    let hash = hasher.finalize().to_hex();
    format!("{name}@{}", &hash.as_str()[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Array {
        Array { shape: vec![2, 3], values: vec![0.5, -1.0, 0.25, 100.0, 0.0, -3.0] }
    }

    #[test]
    fn what_is_written_is_read_to_the_stored_precision() {
        let named = |name: &str, storage| (name.to_owned(), sample(), storage);
        let bytes =
            serialize(&[named("single", Storage::Single), named("half", Storage::Half), named("byte", Storage::Byte)])
                .unwrap();
        let weights = Weights::parse("test", &bytes).unwrap();
        assert_eq!(weights.names().collect::<Vec<_>>(), ["byte", "half", "single"]);
        assert_eq!(weights.array("single", &[2, 3]).unwrap(), &sample());
        assert_eq!(weights.array("half", &[2, 3]).unwrap(), &sample());
        let byte = weights.array("byte", &[2, 3]).unwrap();
        for (row, (got, want)) in byte.values.chunks(3).zip(sample().values.chunks(3)).enumerate() {
            let step = [1.0, 100.0][row] / 127.0;
            assert!(got.iter().zip(want).all(|(g, w)| (g - w).abs() <= step / 2.0 + 1e-6), "{got:?} {want:?}");
        }
    }

    #[test]
    fn a_wrong_shape_and_a_missing_tensor_are_named() {
        let bytes = serialize(&[("a".to_owned(), sample(), Storage::Single)]).unwrap();
        let weights = Weights::parse("file", &bytes).unwrap();
        let message = weights.array("a", &[3, 2]).unwrap_err().to_string();
        assert_eq!(message, "tensor \"a\" in \"file\": has shape [2, 3], the configuration asks for [3, 2]");
        assert!(weights.array("b", &[1]).unwrap_err().to_string().contains("missing"));
    }

    #[test]
    fn a_pickle_is_not_safetensors() {
        assert!(matches!(Weights::parse("x.bin", b"\x80\x04\x95rest"), Err(Error::Weights { .. })));
    }

    #[test]
    fn the_id_changes_with_any_byte() {
        let id = |bytes: &[u8]| model_id("m", &[("a", bytes), ("b", b"z")]);
        assert_eq!(id(b"x"), id(b"x"));
        assert_ne!(id(b"x"), id(b"y"));
        assert!(id(b"x").starts_with("m@"));
    }
}
