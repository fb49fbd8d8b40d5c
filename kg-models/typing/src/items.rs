//! Items of which the classes are known, in parts to learn from and to test.
//!
//! In: vectors, classes, a graph. Out: examples, and how well some way tells the tested ones. Never: a way.

use crate::classes::{Class, Examples};
use crate::measure::Measured;
use crate::smooth::Smoothing;
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;
use std::sync::Arc;

/// Items with classes, as vectors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypedItems {
    /// What reports call them.
    pub name: String,
    /// The id of the encoder.
    pub encoder: String,
    /// The classes.
    pub classes: Vec<Class>,
    /// Whether an item may be of several.
    pub several: bool,
    /// A vector for each item, of length 1.
    pub vectors: TextVectors,
    /// By item: its classes, sorted.
    pub gold: Vec<Vec<u32>>,
    /// The items that are for learning, where that is published.
    pub learning: Option<Vec<u32>>,
    /// Undirected edges between items; none where there is no graph.
    pub edges: Vec<(u32, u32)>,
    /// By item: which words its text has, by their numbers; empty where that is not known.
    pub words: Vec<Vec<u32>>,
    /// By item: the classes that a language model answered, the likeliest first; empty where none was asked.
    pub answers: Vec<Vec<u32>>,
    /// Vectors of texts that a language model wrote for a class.
    pub written: Examples,
}

/// Items that are learnt from, and that are tested.
pub(crate) struct Parts {
    /// Learnt from.
    pub learning: Vec<u32>,
    /// Tested.
    pub tested: Vec<u32>,
}

/// What one draw says of one way.
pub(crate) type Row = (String, Measured, Option<f64>);

impl TypedItems {
    /// The vectors smoothed over the graph, where there is one.
    pub(crate) fn smoothed(&self, smoothing: Smoothing) -> Option<TextVectors> {
        let graph = || Smoothing::graph(self.gold.len(), &self.edges);
        (!self.edges.is_empty()).then(|| smoothing.all(&graph(), &self.vectors))
    }

    /// Some items, as examples.
    pub(crate) fn examples(&self, vectors: &TextVectors, places: &[u32]) -> Examples {
        Examples {
            names: places.iter().map(|place| Arc::from(place.to_string())).collect(),
            vectors: TextVectors {
                width: vectors.width,
                values: places.iter().flat_map(|place| vectors.row(*place).iter().copied()).collect(),
            },
            classes: places.iter().map(|place| self.gold[*place as usize].clone()).collect(),
        }
    }

    /// How well the classes of some items are told.
    pub(crate) fn measure(&self, tested: &[u32], tell: impl Fn(u32) -> Vec<u32> + Sync) -> Measured {
        let told: Vec<Vec<u32>> = tested.par_iter().map(|item| tell(*item)).collect();
        Measured::of(told.into_iter().zip(tested.iter().map(|item| &self.gold[*item as usize][..])))
    }
}

/// The place of the largest number; the first of equal ones.
pub(crate) fn most(numbers: &[f32]) -> u32 {
    let larger = |best: usize, next: usize| if numbers[next] > numbers[best] { next } else { best };
    (0..numbers.len()).reduce(larger).unwrap_or_default() as u32
}
