//! The shape of what is normal: its middle, its directions, how far it reaches along each. In: mean and covariance. Out: how
//! far an item is off. Never: a direction that is inverted without a floor.

use crate::reference::Reference;
use kgloom_numerics::axes::Spectrum;
use kgloom_numerics::double::length;

/// The share of the variance that the principal components hold together (Text-ADBench: PCA with .9).
const HELD: f64 = 0.9;

/// Mean and directions of a reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    mean: Vec<f64>,
    spectrum: Spectrum,
    /// By direction: its variance, drawn towards the mean variance.
    floored: Vec<f64>,
    /// Directions that are principal.
    principal: usize,
}

impl Shape {
    /// The shape of a reference: all directions of its covariance.
    pub fn of(reference: &Reference) -> Shape {
        let spectrum = Spectrum::of(&reference.covariance, reference.card.width);
        let whole: f64 = spectrum.variances.iter().sum();
        let mean_variance = whole / spectrum.variances.len().max(1) as f64;
        let shrinkage = f64::from(reference.card.shrinkage);
        let floored =
            |variance: &f64| ((1.0 - shrinkage) * variance + shrinkage * mean_variance).max(f64::MIN_POSITIVE.sqrt());
        let mut held = 0.0;
        let short = |variance: &&f64| {
            let enough = held >= HELD * whole;
            held += **variance;
            !enough
        };
        Shape {
            mean: reference.mean.clone(),
            floored: spectrum.variances.iter().map(floored).collect(),
            principal: spectrum.variances.iter().take_while(short).count(),
            spectrum,
        }
    }

    fn off(&self, item: &[f32]) -> Vec<f64> {
        item.iter().zip(&self.mean).map(|(x, m)| f64::from(*x) - m).collect()
    }

    /// The distance to the mean. Among vectors of length 1 it ranks as depth by cosines does, the other way round: its square
    /// is 1 − 2 x·μ + |μ|².
    pub fn from_mean(&self, item: &[f32]) -> f32 {
        length(&self.off(item)) as f32
    }

    /// The distance to the mean in standard deviations (Mahalanobis 1936), each direction's variance drawn towards the mean
    /// variance by the reference's shrinkage: a ridge.
    pub fn mahalanobis(&self, item: &[f32]) -> f32 {
        let along = self.spectrum.along(&self.off(item));
        along.iter().zip(&self.floored).map(|(x, variance)| x * x / variance).sum::<f64>().sqrt() as f32
    }

    /// What the principal components, which hold nine tenths of the variance, leave of the difference to the mean: its
    /// length.
    pub fn residual(&self, item: &[f32]) -> f32 {
        let along = self.spectrum.along(&self.off(item));
        length(&along[self.principal..]) as f32
    }
}
