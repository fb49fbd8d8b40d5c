//! The labels that relations are learnt by: texts that describe them, with their vectors.
//!
//! In: the label space with what an ontology says of it, labels in words. Out: rows for training. Never: a vector that the
//! encoder makes anew at every step: they are those of the encoder before it was tuned.

use crate::Error;
use crate::data::AnnotatedDocument;
use crate::draw::Draw;
use crate::text::eye::Eye;
use crate::text::fused::values;
use crate::text::labels::vectors;
use crate::text::vectors::VectorHead;
use candle_core::{Device, Tensor};
use std::collections::{BTreeMap, BTreeSet};

/// Two labels say nearly the same when the cosine of their vectors is at least this.
const ALIKE: f32 = 0.62;

/// Labels in rows: first those of the label space, then those in words.
pub struct LabelTable {
    width: usize,
    /// The vectors of all wordings, each of length 1.
    vectors: Vec<f32>,
    /// By label: its wordings, as rows of the vectors; the first is the label alone.
    wordings: Vec<Vec<usize>>,
    rows: BTreeMap<String, usize>,
}

impl LabelTable {
    /// A table of the label space, with what describes each of its relations, and of the labels in words that documents
    /// have, with what their writers say of them.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn new(
        (eye, head): (&Eye, &VectorHead),
        space: &[String],
        described: &BTreeMap<String, Vec<String>>,
        documents: &[&AnnotatedDocument],
    ) -> Result<LabelTable, Error> {
        let open: BTreeSet<&str> =
            documents.iter().flat_map(|d| d.open.iter().flatten()).map(|fact| fact.relation.as_str()).collect();
        let (mut texts, mut wordings, mut rows) = (Vec::new(), Vec::new(), BTreeMap::new());
        for label in space.iter().map(String::as_str).chain(open) {
            let known = described.get(label);
            let said = known.cloned().unwrap_or_else(|| vec![label.to_owned()]);
            rows.insert(label.to_owned(), wordings.len());
            wordings.push((texts.len()..texts.len() + said.len()).collect());
            texts.extend(said);
        }
        let vectors = vectors(eye, head, &texts)?;
        Ok(LabelTable { width: vectors.dim(1)?, vectors: values(&vectors)?, wordings, rows })
    }

    /// How many labels there are.
    pub fn len(&self) -> usize {
        self.wordings.len()
    }

    /// Numbers of a label's vector.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The row of a label.
    pub fn row(&self, label: &str) -> Option<usize> {
        self.rows.get(label).copied()
    }

    /// One of a label's wordings.
    pub fn wording(&self, label: usize, draw: &mut Draw) -> usize {
        let wordings = &self.wordings[label];
        wordings[draw.below(wordings.len())]
    }

    /// The wordings that a reader is given: the fullest of each label.
    pub fn fullest(&self, labels: &[usize]) -> Vec<usize> {
        labels.iter().filter_map(|&label| self.wordings[label].last().copied()).collect()
    }

    /// The vectors of wordings: wordings × width.
    ///
    /// # Errors
    /// When the tensor cannot be made.
    pub fn of(&self, wordings: &[usize]) -> Result<Tensor, Error> {
        let rows: Vec<f32> = wordings.iter().flat_map(|&wording| self.vector(wording)).copied().collect();
        Ok(Tensor::from_vec(rows, (wordings.len(), self.width), &Device::Cpu)?)
    }

    /// Whether two labels say nearly the same.
    pub fn are_alike(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.vector(self.wordings[one][0]), self.vector(self.wordings[other][0]));
        one.iter().zip(other).map(|(x, y)| x * y).sum::<f32>() >= ALIKE
    }

    fn vector(&self, wording: usize) -> &[f32] {
        &self.vectors[wording * self.width..(wording + 1) * self.width]
    }
}
