//! A row of numbers for each entity and relation, and the scores they give.
//!
//! In: tables. Out: scores of all entities as answers. Never: an entity without a row.

use super::family::Family;
use crate::Error;
use crate::data::set::{LinkSet, Query, Side};
use crate::export::{INVERSE, NamedVectors};
use crate::rank::filtered::Scorer;
use kgloom_numerics::compare::Comparison;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::Epilogue;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What is written beside the tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// The scorer.
    pub family: Family,
    /// Numbers in an entity's row.
    pub dimension: usize,
    /// Whether each relation has a second row, for the question read backwards.
    pub reciprocal: bool,
}

/// Trained tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Embeddings {
    /// The scorer and its sizes.
    pub shape: Shape,
    /// Entities × dimension.
    pub entities: Vec<f32>,
    /// Relations (twice as many, where reciprocal) × the family's width.
    pub relations: Vec<f32>,
}

impl Shape {
    /// The side and the row of the relation that a question is asked with: backwards, with a row of its own, or not.
    #[inline]
    pub fn turn(&self, question: Query, relations: usize) -> (Side, usize) {
        let relation = question.relation as usize;
        match (self.reciprocal, question.side) {
            (true, Side::Head) => (Side::Tail, relation + relations),
            (_, side) => (side, relation),
        }
    }

    /// How many relation rows there are.
    pub fn relation_rows(&self, relations: usize) -> usize {
        if self.reciprocal { 2 * relations } else { relations }
    }
}

impl Embeddings {
    /// How many relations there are, however many rows each has.
    fn relation_count(&self) -> usize {
        let rows = self.relations.len() / self.shape.family.widths(self.shape.dimension).1;
        if self.shape.reciprocal { rows / 2 } else { rows }
    }

    /// The rows of both tables, by the names of the set that they were trained on; of a relation's two rows the second, for
    /// questions read backwards, is named with `inverse of ` before.
    pub fn export(&self, set: &LinkSet) -> [NamedVectors; 2] {
        let (wide, deep) = self.shape.family.widths(self.shape.dimension);
        let mut names = set.relations.clone();
        if self.shape.reciprocal {
            names.extend(set.relations.iter().map(|name| format!("{INVERSE}{name}").into()));
        }
        [
            NamedVectors { kind: "entities", names: set.entities.clone(), width: wide, values: self.entities.clone() },
            NamedVectors { kind: "relations", names, width: deep, values: self.relations.clone() },
        ]
    }

    /// What scores with these tables.
    pub fn scorer(&self) -> EmbeddingScorer<'_> {
        EmbeddingScorer::new(Cow::Borrowed(self))
    }

    /// What scores with these tables, and has them for itself.
    pub fn into_scorer(self) -> EmbeddingScorer<'static> {
        EmbeddingScorer::new(Cow::Owned(self))
    }
}

/// Tables ready to score with.
#[derive(Debug)]
pub struct EmbeddingScorer<'a> {
    tables: Cow<'a, Embeddings>,
    /// The entity table, packed for products.
    panels: SinglePanels,
    isa: Isa,
}

impl<'a> EmbeddingScorer<'a> {
    fn new(tables: Cow<'a, Embeddings>) -> Self {
        let Embeddings { shape: Shape { family, dimension, .. }, entities, .. } = &*tables;
        let mut panels = SinglePanels::default();
        if family.comparison() == Comparison::Product {
            panels.pack_columns(entities, *dimension, (*dimension, entities.len() / dimension));
        }
        EmbeddingScorer { tables, panels, isa: Isa::best() }
    }
}

impl Scorer for EmbeddingScorer<'_> {
    fn entities(&self) -> usize {
        self.tables.entities.len() / self.tables.shape.dimension
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        let Embeddings { shape, entities, relations } = &*self.tables;
        let (wide, deep) = shape.family.widths(shape.dimension);
        let mut queries = vec![0.0; asked.len() * wide];
        let count = self.tables.relation_count();
        for ((question, _), query) in asked.iter().zip(queries.chunks_exact_mut(wide)) {
            let (side, row) = shape.turn(*question, count);
            let entity = &entities[question.anchor as usize * wide..][..wide];
            shape.family.query(side, entity, &relations[row * deep..][..deep], query);
        }
        match shape.family.comparison() {
            Comparison::Product => {
                let rows = Rows { values: &queries, stride: wide, count: asked.len() };
                kernels::single(self.isa, rows, &self.panels, Epilogue::Plain, scores);
            }
            by => {
                let each = scores.chunks_exact_mut(self.entities());
                for (query, scores) in queries.chunks_exact(wide).zip(each) {
                    kernels::scores(self.isa, by, query, entities, scores);
                }
            }
        }
        Ok(())
    }
}
