//! The labels that relations are learnt by: texts that describe them, with their vectors.
//!
//! In: the label space with what an ontology says of it, labels in words. Out: rows for training. Never: a wrong answer
//! drawn from the labels that validation alone has.

use candle_core::{Device, Tensor};
use kgloom_numerics::draw::Draw;
use kgloom_reader::Error;
use kgloom_reader::backbone::Backbone;
use kgloom_reader::fused::values;
use kgloom_reader::labels::vectors;
use kgloom_reader::layers::Parameters;
use kgloom_reader::relations::embed_labels;
use kgloom_reader::vectors::VectorHead;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Two labels say nearly the same when the cosine of their vectors is at least this.
const ALIKE: f32 = 0.62;

/// What is learnt by its label.
pub struct Tables {
    /// Relations.
    pub relations: LabelTable,
    /// What entities are: no label space, words alone.
    pub types: LabelTable,
}

/// The label under which a relation of the label space has its names from tail to head.
pub fn inverse(label: &str) -> String {
    format!("inverse of {label}")
}

/// Labels in rows: first those of the label space, then those in words.
pub struct LabelTable {
    width: usize,
    /// The vectors of all phrasings, each of length 1.
    vectors: Vec<f32>,
    /// By label: its phrasings, as rows of the vectors; the first is the label alone.
    phrasings: Vec<Range<usize>>,
    rows: BTreeMap<String, usize>,
    /// By label of the space: the row of its inverse, from tail to head, where that has names.
    inverses: BTreeMap<usize, usize>,
    /// The rows of the labels in words that train.
    trained: Range<usize>,
}

impl LabelTable {
    /// A table of the label space, of the labels in words that train, and of those that validation has besides;
    /// `phrasings` are texts that describe them, the shortest first; a label without any describes itself. A label that has
    /// phrasings under its [`inverse`] is learnt by these too, from tail to head.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn new(
        (backbone, head): (&Backbone, &VectorHead),
        (space, train, validation): (&[String], BTreeSet<&str>, BTreeSet<&str>),
        phrasings: &BTreeMap<String, Vec<String>>,
    ) -> Result<LabelTable, Error> {
        let inverse_labels: Vec<(usize, String)> = space
            .iter()
            .map(|label| inverse(label))
            .enumerate()
            .filter(|(_, label)| phrasings.contains_key(label))
            .collect();
        let known = space.len();
        let trained = known..known + train.len() + inverse_labels.len();
        let others = validation.difference(&train).copied().collect::<Vec<_>>();
        let (mut texts, mut ranges, mut rows) = (Vec::new(), Vec::new(), BTreeMap::new());
        let learnt = train.into_iter().chain(inverse_labels.iter().map(|(_, label)| label.as_str()));
        for label in space.iter().map(String::as_str).chain(learnt).chain(others) {
            let described = phrasings.get(label).cloned().unwrap_or_else(|| vec![label.to_owned()]);
            rows.insert(label.to_owned(), ranges.len());
            ranges.push(texts.len()..texts.len() + described.len());
            texts.extend(described);
        }
        let vectors = vectors(backbone, head, &texts)?;
        let inverses = inverse_labels.iter().filter_map(|(known, label)| Some((*known, *rows.get(label)?))).collect();
        Ok(LabelTable {
            width: vectors.dim(1)?,
            vectors: values(&vectors)?,
            phrasings: ranges,
            rows,
            inverses,
            trained,
        })
    }

    /// Draws so many of the labels in words that train, perhaps some of them twice.
    pub fn draw(&self, count: usize, draw: &mut Draw) -> Vec<usize> {
        let count = count.min(self.trained.len());
        (0..count).map(|_| self.trained.start + draw.below(self.trained.len())).collect()
    }

    /// Numbers of a label's vector.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The row of a label.
    pub fn row(&self, label: &str) -> Option<usize> {
        self.rows.get(label).copied()
    }

    /// How many labels in words there are.
    pub fn worded(&self) -> usize {
        self.phrasings.len() - self.trained.start
    }

    /// The row of what a label of the space is called from tail to head.
    pub fn inverse(&self, known: usize) -> Option<usize> {
        self.inverses.get(&known).copied()
    }

    /// Whether a row is that of an inverse.
    pub fn is_inverse(&self, row: usize) -> bool {
        self.inverses.values().any(|inverse| *inverse == row)
    }

    /// One of a label's phrasings.
    pub fn phrasing(&self, label: usize, draw: &mut Draw) -> usize {
        let phrasings = &self.phrasings[label];
        phrasings.start + draw.below(phrasings.len())
    }

    /// The phrasings that a reader is given: the fullest of each label.
    pub fn fullest(&self, labels: &[usize]) -> Vec<usize> {
        labels.iter().map(|&label| self.phrasings[label].end - 1).collect()
    }

    /// The vectors of phrasings: phrasings × width.
    ///
    /// # Errors
    /// When the tensor cannot be made.
    pub fn of(&self, phrasings: &[usize]) -> Result<Tensor, Error> {
        let rows: Vec<f32> = phrasings.iter().flat_map(|&phrasing| self.vector(phrasing)).copied().collect();
        Ok(Tensor::from_vec(rows, (phrasings.len(), self.width), &Device::Cpu)?)
    }

    /// Whether two labels say nearly the same.
    pub fn are_alike(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.vector(self.phrasings[one].start), self.vector(self.phrasings[other].start));
        one.iter().zip(other).map(|(x, y)| x * y).sum::<f32>() >= ALIKE
    }

    /// A relation head whose logits of the label space are partly, by a share, those of their labels: both are linear in
    /// the same numbers, so that the mixture costs nothing where it reads.
    ///
    /// # Errors
    /// When the head has no labels, or shapes do not fit.
    pub fn mixed_into(&self, parameters: &Parameters, share: f32) -> Result<Parameters, Error> {
        let space: Vec<usize> = (0..self.trained.start).collect();
        let labels = embed_labels(parameters, &self.of(&self.fullest(&space))?)?.t()?.contiguous()?;
        let mix = |known: &str, told: Tensor| -> Result<Tensor, Error> {
            let known = (parameters.tensor(known)? * f64::from(1.0 - share))?;
            Ok((known + (told * f64::from(share))?)?)
        };
        let told = |name: &str| -> Result<Tensor, Error> { Ok(parameters.tensor(name)?.matmul(&labels)?) };
        let bias = parameters.tensor("pair.bias")?.unsqueeze(0)?.matmul(&labels)?.squeeze(0)?;
        let bias = bias.broadcast_add(parameters.tensor("label.offset")?)?;
        let mut mixed = parameters.0.clone();
        let parts = [
            ("bilinear.matrix", told("pair.matrix")?),
            ("relation.matrix", told("pair.mixed")?),
            ("relation.context", told("pair.context")?),
            ("bilinear.bias", bias),
        ];
        for (name, told) in parts {
            mixed.insert(name.to_owned(), mix(name, told)?);
        }
        Ok(Parameters(mixed))
    }

    fn vector(&self, phrasing: usize) -> &[f32] {
        &self.vectors[phrasing * self.width..(phrasing + 1) * self.width]
    }
}
