//! Scores of oddness, as Text-ADBench compares them. In: a reference, an item. Out: a number, higher meaning odder. Never: a
//! score that depends on anything but the two.

use crate::density::Density;
use crate::forest::Forest;
use crate::reference::Reference;
use crate::shape::Shape;
use rayon::prelude::*;
use serde::Serialize;

/// The seed of the forest's cuts, so that one reference has one forest.
const SEED: u64 = 1;

/// A way to tell odd items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detector {
    /// The distance to the third nearest row.
    Neighbours,
    /// The distance to the mean, which ranks as depth by cosines does.
    Mean,
    /// The distance to the mean in standard deviations.
    Mahalanobis,
    /// What the principal components leave.
    Residual,
    /// The local outlier factor.
    Density,
    /// The isolation forest.
    Forest,
}

impl Detector {
    /// All of them, the one that novelty is told by first.
    pub const ALL: [Detector; 6] = [
        Detector::Neighbours,
        Detector::Mean,
        Detector::Mahalanobis,
        Detector::Residual,
        Detector::Density,
        Detector::Forest,
    ];

    /// Its name in words.
    pub fn name(self) -> &'static str {
        match self {
            Detector::Neighbours => "third nearest neighbour",
            Detector::Mean => "distance to the mean (depth)",
            Detector::Mahalanobis => "Mahalanobis distance, shrunk",
            Detector::Residual => "residual of PCA, .9 held",
            Detector::Density => "local outlier factor, 30",
            Detector::Forest => "isolation forest, 100 trees",
        }
    }
}

/// All detectors, made ready for one reference.
#[derive(Clone, Debug)]
pub struct Detectors<'a> {
    reference: &'a Reference,
    shape: Shape,
    density: Density,
    forest: Forest,
}

impl<'a> Detectors<'a> {
    /// Makes them ready: directions, densities and trees of the reference's rows.
    pub fn of(reference: &'a Reference) -> Detectors<'a> {
        let (rows, width) = (&reference.rows.values, reference.card.width);
        Detectors {
            reference,
            shape: Shape::of(reference),
            density: Density::of(rows, width),
            forest: Forest::of(rows, width, SEED),
        }
    }

    /// How odd an item is, which is none of the reference's rows.
    pub fn score(&self, by: Detector, item: &[f32]) -> f32 {
        match by {
            Detector::Neighbours => self.reference.novelty(item),
            Detector::Mean => self.shape.from_mean(item),
            Detector::Mahalanobis => self.shape.mahalanobis(item),
            Detector::Residual => self.shape.residual(item),
            Detector::Density => self.density.factor(&self.reference.rows.values, item),
            Detector::Forest => self.forest.score(item),
        }
    }

    /// How odd items (× the reference's width) are, each for itself.
    pub fn scores(&self, by: Detector, items: &[f32]) -> Vec<f32> {
        items.par_chunks_exact(self.reference.card.width).map(|item| self.score(by, item)).collect()
    }
}

#[cfg(test)]
#[path = "detectors_tests.rs"]
mod tests;
