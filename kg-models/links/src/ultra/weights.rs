//! The numbers of ULTRA: which tensors there are, in files and in one row.
//!
//! In: a safetensors file with the names of the published checkpoints, or a seed. Out: 168,705 numbers. Never: a file
//! with other tensors, or with a number that is none.

use crate::Error;
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use kgloom_numerics::draw::draw;
use kgloom_numerics::message_passing::WIDTH;
use std::path::Path;

/// Layers of each of the two networks.
pub const LAYERS: usize = 6;
/// How two relations meet at an entity: head and head, tail and tail, head and tail, tail and head.
pub const MEETINGS: usize = 4;

const PAIR: usize = 2 * WIDTH;

/// Tensors by name, with shapes.
type Tensors = &'static [(&'static str, &'static [usize])];

/// A layer of the network over relations.
const RELATION: Tensors = &[
    ("relation.weight", &[MEETINGS, WIDTH]),
    ("linear.weight", &[WIDTH, PAIR]),
    ("linear.bias", &[WIDTH]),
    ("layer_norm.weight", &[WIDTH]),
    ("layer_norm.bias", &[WIDTH]),
];

/// A layer of the network over entities.
const ENTITY: Tensors = &[
    ("linear.weight", &[WIDTH, PAIR]),
    ("linear.bias", &[WIDTH]),
    ("layer_norm.weight", &[WIDTH]),
    ("layer_norm.bias", &[WIDTH]),
    ("relation_projection.0.weight", &[WIDTH, WIDTH]),
    ("relation_projection.0.bias", &[WIDTH]),
    ("relation_projection.2.weight", &[WIDTH, WIDTH]),
    ("relation_projection.2.bias", &[WIDTH]),
];

/// What makes a score of an entity's last state and the question.
const SCORE_HEAD: Tensors =
    &[("mlp.0.weight", &[PAIR, PAIR]), ("mlp.0.bias", &[PAIR]), ("mlp.2.weight", &[1, PAIR]), ("mlp.2.bias", &[1])];

/// A part of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A layer over relations: kinds, product, its bias, gain, shift.
    Relation(usize),
    /// A layer over entities: product, its bias, gain, shift, then both products of the projection with their biases.
    Entity(usize),
    /// Both products of the score, with their biases.
    ScoreHead,
}

impl Part {
    /// All of them, in the order of the numbers.
    fn all() -> impl Iterator<Item = Part> {
        let layers = |of: fn(usize) -> Part| (0..LAYERS).map(of);
        layers(Part::Relation).chain(layers(Part::Entity)).chain([Part::ScoreHead])
    }

    fn tensors(self) -> Tensors {
        match self {
            Part::Relation(_) => RELATION,
            Part::Entity(_) => ENTITY,
            Part::ScoreHead => SCORE_HEAD,
        }
    }

    fn size(self) -> usize {
        self.tensors().iter().map(|(_, shape)| shape.iter().product::<usize>()).sum()
    }

    fn start(self) -> usize {
        Part::all().take_while(|part| *part != self).map(Part::size).sum()
    }

    fn name(self, tensor: &str) -> String {
        match self {
            Part::Relation(layer) => format!("relation_model.layers.{layer}.{tensor}"),
            Part::Entity(layer) => format!("entity_model.layers.{layer}.{tensor}"),
            Part::ScoreHead => format!("entity_model.{tensor}"),
        }
    }

    /// The part's tensors among all numbers.
    pub fn of<const N: usize>(self, values: &[f32]) -> [&[f32]; N] {
        let mut rest = &values[self.start()..];
        let mut tensors = self.tensors().iter();
        std::array::from_fn(|_| {
            let size = tensors.next().map_or(0, |(_, shape)| shape.iter().product());
            let (tensor, others) = rest.split_at(size);
            rest = others;
            tensor
        })
    }

    /// The same, to be changed.
    pub fn of_mut<const N: usize>(self, values: &mut [f32]) -> [&mut [f32]; N] {
        let mut rest = &mut values[self.start()..];
        let mut tensors = self.tensors().iter();
        std::array::from_fn(|_| {
            let size = tensors.next().map_or(0, |(_, shape)| shape.iter().product());
            let (tensor, others) = std::mem::take(&mut rest).split_at_mut(size);
            rest = others;
            tensor
        })
    }
}

/// All numbers of a model, part by part.
#[derive(Clone, Debug, PartialEq)]
pub struct UltraWeights {
    /// The numbers.
    pub values: Vec<f32>,
}

/// Every tensor: its name, its shape.
fn tensors() -> impl Iterator<Item = (String, &'static [usize])> {
    Part::all().flat_map(|part| part.tensors().iter().map(move |(name, shape)| (part.name(name), *shape)))
}

impl UltraWeights {
    /// How many numbers there are.
    pub fn count() -> usize {
        Part::all().map(Part::size).sum()
    }

    /// Numbers to train from, as PyTorch begins: products uniform within `1 / √inputs`, kinds normal.
    pub fn start(seed: u64) -> Self {
        let mut values = Vec::with_capacity(Self::count());
        let mut draw = draw(seed, "ultra", 0);
        let mut inputs = 1;
        for (name, shape) in tensors() {
            let size: usize = shape.iter().product();
            match name.rsplit_once('.') {
                Some((layer, "weight")) if layer.ends_with("layer_norm") => values.extend(vec![1.0; size]),
                Some((layer, _)) if layer.ends_with("layer_norm") => values.extend(vec![0.0; size]),
                Some((layer, _)) if layer.ends_with("relation") => values.extend(draw.normals(size, 1.0)),
                _ => {
                    // A bias follows its product.
                    inputs = if shape.len() == 2 { shape[1] } else { inputs };
                    let bound = 1.0 / (inputs as f32).sqrt();
                    values.extend((0..size).map(|_| (2.0 * draw.unit() - 1.0) * bound));
                }
            }
        }
        UltraWeights { values }
    }

    /// Reads a safetensors file.
    ///
    /// # Errors
    /// When it cannot be read, is no safetensors, or is not of ULTRA.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = path.display().to_string();
        let weights = Weights::read(path)?;
        let foreign = |reason: String| Error::Unsupported {
            name: file.clone(),
            reason: format!("{reason}; wanted is a safetensors file with the tensors of ULTRA's checkpoints"),
        };
        let mut values = Vec::with_capacity(Self::count());
        let mut count = 0;
        for (name, shape) in tensors() {
            let array = weights.array(&name, shape).map_err(|error| foreign(error.to_string()))?;
            if !array.values.iter().all(|x| x.is_finite()) {
                return Err(foreign(format!("tensor \"{name}\" holds what is no number")));
            }
            values.extend_from_slice(&array.values);
            count += 1;
        }
        if weights.names().count() != count {
            return Err(foreign("it has tensors that ULTRA has not".to_owned()));
        }
        Ok(UltraWeights { values })
    }

    /// Writes a safetensors file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let mut rest = self.values.as_slice();
        let mut arrays = Vec::new();
        for (name, shape) in tensors() {
            let (values, others) = rest.split_at(shape.iter().product());
            rest = others;
            arrays.push((name, Array { shape: shape.to_vec(), values: values.to_vec() }, Storage::Single));
        }
        artifact::write(path, &artifact::serialize(&arrays)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_numbers_as_in_the_published_checkpoints() {
        assert_eq!((UltraWeights::count(), tensors().count()), (168_705, 82));
        let weights = UltraWeights::start(1);
        assert_eq!(weights.values.len(), UltraWeights::count());
        let [kinds, _, _, gain, shift]: [&[f32]; 5] = Part::Relation(5).of(&weights.values);
        assert!(kinds.len() == 4 * 64 && gain.iter().all(|x| *x == 1.0) && shift.iter().all(|x| *x == 0.0));
        assert!(weights != UltraWeights::start(2));
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_another_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ultra.safetensors");
        let mut weights = UltraWeights::start(1);
        weights.write(&path).unwrap();
        assert_eq!(UltraWeights::read(&path).unwrap(), weights);
        let say = || UltraWeights::read(&path).unwrap_err().to_string();
        weights.values[7] = f32::NAN;
        weights.write(&path).unwrap();
        assert!(say().contains("relation_model.layers.0.relation.weight") && say().contains("no number"), "{}", say());
        let array = Array { shape: vec![1, 2], values: vec![1.0, 2.0] };
        artifact::write(&path, &artifact::serialize(&[("x".to_owned(), array, Storage::Single)]).unwrap()).unwrap();
        assert!(say().contains("missing") && say().contains("ULTRA's checkpoints"), "{}", say());
        std::fs::write(&path, b"not weights").unwrap();
        assert!(say().contains("cannot understand the weights"), "{}", say());
    }
}
